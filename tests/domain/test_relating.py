"""Relating: what is said to the event log when people follow, block and mute, and how far one may go."""

import pytest

from bema.domain import following, relating
from bema.model import limits
from bema.model.errors import Invalid
from bema.model.events import Blocked, Event, Followed, FollowRequestAnswered, Muted, Unblocked, Unfollowed, Unmuted
from bema.model.ids import AccountId
from bema.store import blocks, counts, log
from bema.store.database import Database
from bema.store.follows import Terms
from bema.store.tx import WriteTx
from tests.conftest import Read, Write
from tests.make import Make


@pytest.fixture
def ann(make: Make) -> AccountId:
    """Somebody."""
    return make.account("ann")


@pytest.fixture
def bob(make: Make) -> AccountId:
    """Somebody else."""
    return make.account("bob")


def said(database: Database) -> list[Event]:
    """Read what the event log holds beside the beginnings of accounts."""
    database.write_now(log.number_committed)
    return [entry.event for entry in database.read_now(log.after, 2, limits.EVENT_BATCH)]


def test_what_changes_nothing_says_nothing(database: Database, write: Write, ann: AccountId, bob: AccountId) -> None:
    """Whoever reads the log must not count a repetition."""
    for _ in range(2):
        write(relating.unblock, ann, bob)
        write(relating.unmute, ann, bob)
        write(following.unfollow, ann, bob)
    assert said(database) == []
    for _ in range(2):
        write(relating.mute, ann, bob)
    for _ in range(2):
        write(relating.unmute, ann, bob)
    for _ in range(2):
        write(relating.block, ann, bob)
    block = database.read_now(blocks.id_of, by=ann, target=bob)
    assert block is not None
    for _ in range(2):
        write(relating.unblock, ann, bob)
    assert said(database) == [
        Muted(by=ann, target=bob),
        Unmuted(by=ann, target=bob),
        Blocked(by=ann, target=bob),
        Unblocked(by=ann, target=bob, block=block),
    ]


def test_a_block_says_what_it_ended(
    database: Database, make: Make, write: Write, ann: AccountId, bob: AccountId
) -> None:
    """The other way, a follow and a request, so that counts and notices follow."""
    make.follow(bob, ann)
    make.follow_request(ann, bob)
    write(relating.block, ann, bob)
    assert said(database)[-3:] == [
        FollowRequestAnswered(follower=ann, followed=bob, accepted=False, by=ann),
        Unfollowed(follower=bob, followed=ann, by=ann),
        Blocked(by=ann, target=bob),
    ]


def test_nobody_follows_more_than_can_be_read(
    database: Database, read: Read, write: Write, ann: AccountId, bob: AccountId, make: Make
) -> None:
    """Unless many follow them; whom one follows already is no question of number."""
    eve = make.account("eve")
    make.follow(ann, eve)

    def set_counts(tx: WriteTx, followers: int) -> None:
        counts.change_account(tx, ann, following=limits.FOLLOWS_BASE, followers=followers)

    write(set_counts, 0)
    with pytest.raises(Invalid, match="You cannot follow more than 7500 people"):
        write(following.follow, ann, bob, Terms())
    write(following.follow, ann, eve, Terms(notify=True))
    assert read(following.terms, ann, eve).notify is True
    write(set_counts, 2 * limits.FOLLOWS_BASE)
    write(following.follow, ann, bob, Terms())
    assert said(database)[-1] == Followed(follower=ann, followed=bob)
