"""The directory follows who wishes to be found, when they spoke last, and how many follow them."""

from bema.model.events import (
    AccountCreated,
    AccountDeleted,
    AccountUpdated,
    Followed,
    PostBoosted,
    PostDeleted,
    PostPublished,
    Unfollowed,
)
from bema.store import directory
from bema.store.log import Entry
from bema.store.tx import WriteTx
from bema.subscribers.runner import Subscriber


def _entered(tx: WriteTx, entry: Entry[AccountCreated | AccountUpdated | AccountDeleted]) -> None:
    directory.enter(tx, entry.event.account)


def _spoke(tx: WriteTx, entry: Entry[PostPublished | PostBoosted | PostDeleted]) -> None:
    directory.settle(tx, entry.event.author)


def _followed(tx: WriteTx, entry: Entry[Followed | Unfollowed]) -> None:
    directory.settle(tx, entry.event.followed)


DIRECTORY = Subscriber(
    "directory",
    {
        AccountCreated: _entered,
        AccountUpdated: _entered,
        AccountDeleted: _entered,
        PostPublished: _spoke,
        PostBoosted: _spoke,
        PostDeleted: _spoke,
        Followed: _followed,
        Unfollowed: _followed,
    },
    directory.rebuild,
)
