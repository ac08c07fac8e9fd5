"""Rereading: how a projection that knows things from the log alone is made anew, by the whole log from its beginning."""

from collections.abc import Mapping

from bema.model import limits
from bema.model.events import Event
from bema.store import log
from bema.store.tx import WriteTx
from bema.subscribers.runner import Handler


def read_again(tx: WriteTx, handlers: Mapping[type[Event], Handler]) -> None:
    """Hand every fact there ever was to the handler of its kind, in order."""
    position = 0
    while entries := log.after(tx, position, limits.EVENT_BATCH):
        for entry in entries:
            handler = handlers.get(type(entry.event))
            if handler is not None:
                handler(tx, entry)
        position = entries[-1].position
