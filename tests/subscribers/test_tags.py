"""The use of tags: by how many, how often, on which day."""

import asyncio
from collections.abc import Callable

from sqlalchemy import select

from bema.model.events import PostEdited
from bema.model.policy import Visibility
from bema.outside.clock import ManualClock
from bema.store import tags
from bema.store.tables import tag, tag_day
from bema.store.tx import Tx, WriteTx
from bema.subscribers.runner import Runner
from tests.conftest import START, Read, Write
from tests.make import Make

Settle = Callable[[], None]
TODAY = START // 86_400_000

_uses = (
    select(tag.c.name, tag_day.c.day, tag_day.c.account_id, tag_day.c.uses)
    .join(tag, tag.c.id == tag_day.c.tag_id)
    .order_by(tag.c.name, tag_day.c.day, tag_day.c.account_id)
)


def uses(tx: Tx) -> list[tuple[str, int, int, int]]:
    """Every use that is recorded."""
    return [(row[0], row[1], row[2], row[3]) for row in tx.all(_uses)]


def test_public_uses_are_counted_by_day_and_account(make: Make, read: Read, settle: Settle, clock: ManualClock) -> None:
    """What is not for everybody starts no trend."""
    ann, bob = make.account("ann"), make.account("bob")
    make.post(ann, tags=["Tea", "milk"])
    make.post(ann, tags=["tea"])
    make.post(bob, tags=["tea"])
    make.post(bob, tags=["tea"], visibility=Visibility.UNLISTED)
    clock.advance(days=1)
    make.post(ann, tags=["tea"])
    settle()
    assert read(uses) == [
        ("milk", TODAY, ann, 1),
        ("tea", TODAY, ann, 2),
        ("tea", TODAY, bob, 1),
        ("tea", TODAY + 1, ann, 1),
    ]


def test_deleting_and_editing_take_uses_back(make: Make, read: Read, write: Write, settle: Settle) -> None:
    """Whether the log was read before or not."""
    ann = make.account("ann")
    deleted, edited, kept = make.post(ann, tags=["tea"]), make.post(ann, tags=["tea"]), make.post(ann, tags=["tea"])
    settle()
    assert read(uses) == [("tea", TODAY, ann, 3)]
    make.delete(deleted)
    write(_retag, edited)
    make.emit(PostEdited(post=edited, author=ann))
    make.post(ann, tags=["tea"])
    settle()
    assert read(uses) == [("coffee", TODAY, ann, 1), ("tea", TODAY, ann, 2)]
    make.delete(kept)
    settle()
    assert read(uses) == [("coffee", TODAY, ann, 1), ("tea", TODAY, ann, 1)]


def _retag(tx: WriteTx, post: int) -> None:
    from bema.model.ids import PostId

    tags.untag_post(tx, PostId(post))
    tags.tag_post(tx, PostId(post), {"coffee": "coffee"})


def test_counting_everything_gives_the_same(
    make: Make, read: Read, settle: Settle, runner: Runner, clock: ManualClock
) -> None:
    """The table can be thrown away."""
    ann, bob = make.account("ann"), make.account("bob")
    for _ in range(3):
        make.post(ann, tags=["tea", "milk"])
        make.delete(make.post(bob, tags=["tea"]))
        make.post(bob, tags=["milk"])
        clock.advance(hours=13)
    settle()
    before = read(uses)
    assert len(before) > 4
    asyncio.run(runner.rebuild("tags"))
    assert read(uses) == before
