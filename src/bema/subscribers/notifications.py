"""Notifications: who is told of which fact, and what is taken back when it no longer holds."""

from bema.model.events import (
    Event,
    Followed,
    FollowRequestAnswered,
    FollowRequested,
    NotificationsDismissed,
    PostBoosted,
    PostDeleted,
    PostEdited,
    PostFavourited,
    PostPublished,
    PostUnfavourited,
    Unfollowed,
)
from bema.model.limits import EVENT_BATCH
from bema.store import log, notices
from bema.store.log import Entry
from bema.store.tx import WriteTx
from bema.subscribers.runner import Handler, Subscriber


def _published(tx: WriteTx, entry: Entry[PostPublished]) -> None:
    notices.tell_published(tx, entry.position, entry.at, entry.event.post)


def _edited(tx: WriteTx, entry: Entry[PostEdited]) -> None:
    notices.tell_edited(tx, entry.position, entry.at, entry.event.post)


def _boosted(tx: WriteTx, entry: Entry[PostBoosted]) -> None:
    notices.tell_boosted(tx, entry.position, entry.at, entry.event.post)


def _deleted(tx: WriteTx, entry: Entry[PostDeleted]) -> None:
    """Take back a boost; notices about a deleted post itself went with it."""
    if entry.event.boost_of is not None:
        notices.take_back_about_post(tx, "boost", entry.event.boost_of, entry.event.author)


def _favourited(tx: WriteTx, entry: Entry[PostFavourited]) -> None:
    notices.tell_favourited(tx, entry.position, entry.at, entry.event.post, entry.event.by)


def _unfavourited(tx: WriteTx, entry: Entry[PostUnfavourited]) -> None:
    notices.take_back_about_post(tx, "favourite", entry.event.post, entry.event.by)


def _followed(tx: WriteTx, entry: Entry[Followed]) -> None:
    notices.tell_followed(tx, entry.position, entry.at, entry.event.followed, entry.event.follower)


def _unfollowed(tx: WriteTx, entry: Entry[Unfollowed]) -> None:
    notices.take_back(tx, "follow", entry.event.followed, entry.event.follower)


def _requested(tx: WriteTx, entry: Entry[FollowRequested]) -> None:
    notices.tell_requested(tx, entry.position, entry.at, entry.event.followed, entry.event.follower)


def _answered(tx: WriteTx, entry: Entry[FollowRequestAnswered]) -> None:
    notices.take_back(tx, "follow_request", entry.event.followed, entry.event.follower)


def _dismissed(tx: WriteTx, entry: Entry[NotificationsDismissed]) -> None:
    fact = entry.event
    if fact.only is not None:
        notices.dismiss(tx, fact.account, fact.only)
    if fact.until is not None:
        notices.dismiss_until(tx, fact.account, fact.until)


_HANDLERS: dict[type[Event], Handler] = {
    PostPublished: _published,
    PostEdited: _edited,
    PostBoosted: _boosted,
    PostDeleted: _deleted,
    PostFavourited: _favourited,
    PostUnfavourited: _unfavourited,
    Followed: _followed,
    Unfollowed: _unfollowed,
    FollowRequested: _requested,
    FollowRequestAnswered: _answered,
    NotificationsDismissed: _dismissed,
}


def _rebuild(tx: WriteTx) -> None:
    """Tell everything again: a notice is numbered by its fact, which only the log knows."""
    notices.clear(tx)
    position = 0
    while entries := log.after(tx, position, EVENT_BATCH):
        for entry in entries:
            handler = _HANDLERS.get(type(entry.event))
            if handler is not None:
                handler(tx, entry)
        position = entries[-1].position


NOTIFICATIONS = Subscriber("notifications", _HANDLERS, _rebuild)
