"""Filling: who is followed for the first time gets a filled profile here, and an answer gets what it answers."""

from bema.domain.receiving import asking
from bema.domain.receiving.asking import FILLING as NAME
from bema.domain.receiving.filling import Filler
from bema.domain.receiving.gathering import Gatherer
from bema.model.events import Followed, FollowRequested, PollEnded, PostBoosted, PostPublished
from bema.store import glances
from bema.store.log import Entry
from bema.store.tx import WriteTx
from bema.subscribers.runner import Performer, Subscriber


def _followed(tx: WriteTx, entry: Entry[Followed] | Entry[FollowRequested]) -> None:
    asking.ask_profile(tx, entry.event.followed)


def _published(tx: WriteTx, entry: Entry[PostPublished]) -> None:
    quiet = entry.event.quiet  # then whoever looked for it goes on by themselves
    if not quiet and glances.at(tx, entry.event.post).lacks:
        asking.ask_above(tx, entry.event.post)
        asking.ask_quote(tx, entry.event.post)


def _boosted(tx: WriteTx, entry: Entry[PostBoosted]) -> None:
    asking.ask_quote(tx, entry.event.boost_of)


def _poll_ended(tx: WriteTx, entry: Entry[PollEnded]) -> None:
    asking.ask_again(tx, entry.event.post)


def _rebuild(_tx: WriteTx) -> None:
    """Do nothing: what is to be fetched is in the tasks."""


FILLING = Subscriber(
    NAME,
    {
        Followed: _followed,
        FollowRequested: _followed,
        PostPublished: _published,
        PostBoosted: _boosted,
        PollEnded: _poll_ended,
    },
    _rebuild,
)


def filling(gatherer: Gatherer) -> Performer:
    """Return what fetches what is missing."""
    return Filler(gatherer).perform
