"""Conversations: direct posts are put where they belong; what was read and removed is noted once more, in the log's order."""

from bema.model.events import ConversationMarked, ConversationRemoved, Event, PostDeleted, PostEdited, PostPublished
from bema.model.policy import Visibility
from bema.store import conversations
from bema.store.log import Entry
from bema.store.tx import WriteTx
from bema.subscribers.rereading import read_again
from bema.subscribers.runner import Handler, Subscriber


def _published(tx: WriteTx, entry: Entry[PostPublished]) -> None:
    if entry.event.visibility is Visibility.DIRECT:
        conversations.put(tx, entry.event.post)


def _edited(tx: WriteTx, entry: Entry[PostEdited]) -> None:
    """Whoever is addressed only now takes part from now on."""
    conversations.put(tx, entry.event.post)


def _deleted(tx: WriteTx, entry: Entry[PostDeleted]) -> None:
    if entry.event.visibility is Visibility.DIRECT:
        conversations.take_out(tx, entry.event.post)


def _marked(tx: WriteTx, entry: Entry[ConversationMarked]) -> None:
    conversations.mark(tx, entry.event.account, entry.event.conversation, entry.event.read)


def _removed(tx: WriteTx, entry: Entry[ConversationRemoved]) -> None:
    conversations.remove(tx, entry.event.account, entry.event.conversation)


_HANDLERS: dict[type[Event], Handler] = {
    PostPublished: _published,
    PostEdited: _edited,
    PostDeleted: _deleted,
    ConversationMarked: _marked,
    ConversationRemoved: _removed,
}


def _rebuild(tx: WriteTx) -> None:
    """Read everything again: how far somebody had read stands in the log alone."""
    conversations.clear(tx)
    read_again(tx, _HANDLERS)


CONVERSATIONS = Subscriber("conversations", _HANDLERS, _rebuild)
