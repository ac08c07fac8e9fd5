"""Homes and lists: what is posted goes to those who follow, in one statement whatever their number."""

from bema.model.events import Followed, ListChanged, PostBoosted, PostDeleted, PostEdited, PostPublished, Unfollowed
from bema.store import glances, homecoming, homes, list_entries
from bema.store.log import Entry
from bema.store.tx import WriteTx
from bema.subscribers.runner import Subscriber


def _published(tx: WriteTx, entry: Entry[PostPublished]) -> None:
    post, author = entry.event.post, entry.event.author
    glance = glances.at(tx, post)
    homes.add(tx, author, post, ours=glance.ours, tagged=glance.tags)
    homes.trim(tx, author, post, entry.position, tagged=glance.tags)
    if glance.listed:
        list_entries.add(tx, author, post, entry.position)


def _edited(tx: WriteTx, entry: Entry[PostEdited]) -> None:
    """Let those find it who follow a tag that it has now, or are mentioned now."""
    homes.add(tx, entry.event.author, entry.event.post)
    list_entries.add(tx, entry.event.author, entry.event.post, entry.position)


def _boosted(tx: WriteTx, entry: Entry[PostBoosted]) -> None:
    fact = entry.event
    homes.add_boost(tx, fact.author, fact.post, fact.boost_of)
    homes.trim(tx, fact.author, fact.post, entry.position)
    list_entries.add_boost(tx, fact.author, fact.post, fact.boost_of, entry.position)


def _deleted(tx: WriteTx, entry: Entry[PostDeleted]) -> None:
    homes.remove(tx, entry.event.author, entry.event.post)
    list_entries.remove(tx, entry.event.author, entry.event.post)


def _followed(tx: WriteTx, entry: Entry[Followed]) -> None:
    homes.note_wide_following(tx, entry.event.followed)
    homes.merge(tx, entry.event.follower, entry.event.followed)
    list_entries.merge_followed(tx, entry.event.follower, entry.event.followed)


def _unfollowed(tx: WriteTx, entry: Entry[Unfollowed]) -> None:
    homes.unmerge(tx, entry.event.follower, entry.event.followed)


def _list_changed(tx: WriteTx, entry: Entry[ListChanged]) -> None:
    """Take from home what was on its way there when its author came into an exclusive list."""
    homecoming.leave(tx, entry.event.owner)


def _rebuild(tx: WriteTx) -> None:
    homes.rebuild(tx)
    list_entries.rebuild(tx)


TIMELINES = Subscriber(
    "timelines",
    {
        PostPublished: _published,
        PostEdited: _edited,
        PostBoosted: _boosted,
        PostDeleted: _deleted,
        Followed: _followed,
        Unfollowed: _unfollowed,
        ListChanged: _list_changed,
    },
    _rebuild,
)
