"""The use of tags, day by day: counted anew for an author and a day, so that it does not matter what came first."""

from bema.model.events import PostDeleted, PostEdited, PostPublished
from bema.store import tag_days
from bema.store.log import Entry
from bema.store.tx import WriteTx
from bema.subscribers.runner import Subscriber


def _published(tx: WriteTx, entry: Entry[PostPublished]) -> None:
    tag_days.count(tx, entry.event.author, entry.event.post)


def _changed(tx: WriteTx, entry: Entry[PostEdited]) -> None:
    tag_days.recount(tx, entry.event.author, entry.event.post)


def _deleted(tx: WriteTx, entry: Entry[PostDeleted]) -> None:
    if entry.event.boost_of is None:
        tag_days.recount(tx, entry.event.author, entry.event.post)


TAGS = Subscriber("tags", {PostPublished: _published, PostEdited: _changed, PostDeleted: _deleted}, tag_days.rebuild)
