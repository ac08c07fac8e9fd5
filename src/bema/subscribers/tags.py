"""The use of tags and links, day by day: counted anew for an author and a day, so that it does not matter what came first."""

from bema.model.events import PostDeleted, PostEdited, PostPublished
from bema.store import featured_tags, glances
from bema.store.days import CARD_DAYS, TAG_DAYS
from bema.store.log import Entry
from bema.store.tx import WriteTx
from bema.subscribers.runner import Subscriber


def _published(tx: WriteTx, entry: Entry[PostPublished]) -> None:
    glance = glances.at(tx, entry.event.post)
    if glance.links:
        CARD_DAYS.count(tx, entry.event.author, entry.event.post)
    if glance.tags:
        TAG_DAYS.count(tx, entry.event.author, entry.event.post)
        featured_tags.count_of_post(tx, entry.event.author, entry.event.post)


def _changed(tx: WriteTx, entry: Entry[PostEdited]) -> None:
    for days in (TAG_DAYS, CARD_DAYS):
        days.recount(tx, entry.event.author, entry.event.post)
    featured_tags.count(tx, entry.event.author)


def _deleted(tx: WriteTx, entry: Entry[PostDeleted]) -> None:
    if entry.event.boost_of is None:
        for days in (TAG_DAYS, CARD_DAYS):
            days.recount(tx, entry.event.author, entry.event.post)
        featured_tags.count(tx, entry.event.author)


def _rebuild(tx: WriteTx) -> None:
    for days in (TAG_DAYS, CARD_DAYS):
        days.rebuild(tx)
    featured_tags.rebuild(tx)


TAGS = Subscriber("tags", {PostPublished: _published, PostEdited: _changed, PostDeleted: _deleted}, _rebuild)
