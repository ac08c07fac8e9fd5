"""Counts: what is shown beside a name and under a post, as Mastodon counts."""

import asyncio
import random
from collections.abc import Callable

import pytest
from sqlalchemy import select

from bema.model.ids import AccountId, Millis, PostId
from bema.model.policy import Visibility
from bema.outside.clock import ManualClock
from bema.store import accounts, posts
from bema.store.tables import account_counts, post_counts
from bema.store.tx import Tx
from bema.subscribers.runner import Runner
from tests.conftest import Read
from tests.make import Make

Settle = Callable[[], None]
PUBLIC, UNLISTED, FOLLOWERS, DIRECT = Visibility


def of_account(tx: Tx, id_: AccountId) -> tuple[int, int, int]:
    """Posts, followers, following."""
    shown = accounts.by_ids(tx, [id_])[id_]
    return shown.posts, shown.followers, shown.following


def last_post_at(tx: Tx, id_: AccountId) -> Millis | None:
    """When an account last posted."""
    return accounts.by_ids(tx, [id_])[id_].last_post_at


def of_post(tx: Tx, id_: PostId) -> tuple[int, int, int]:
    """Replies, boosts, favourites."""
    (shown,) = posts.load(tx, [id_], None)
    return shown.replies, shown.boosts, shown.favourites


_accounts = (
    select(account_counts)
    .where(account_counts.c.posts + account_counts.c.followers + account_counts.c.following > 0)
    .order_by(account_counts.c.account_id)
)
_posts = (
    select(post_counts)
    .where(post_counts.c.replies + post_counts.c.boosts + post_counts.c.favourites > 0)
    .order_by(post_counts.c.post_id)
)


def all_counts(tx: Tx) -> list[tuple[int | None, ...]]:
    """Every count that is not nothing."""
    return [tuple(row) for row in [*tx.all(_accounts), *tx.all(_posts)]]


@pytest.mark.parametrize(
    ("visibility", "posted", "replies"), [(PUBLIC, 2, 1), (UNLISTED, 2, 1), (FOLLOWERS, 2, 0), (DIRECT, 1, 0)]
)
def test_what_not_everybody_may_read_is_not_counted_as_an_answer(
    make: Make, read: Read, settle: Settle, visibility: Visibility, posted: int, replies: int
) -> None:
    """A number must not betray a hidden answer; letters are not even counted for their author."""
    ann = make.account("ann")
    asked = make.post(ann)
    answer = make.post(ann, in_reply_to=asked, visibility=visibility)
    settle()
    assert read(of_account, ann) == (posted, 0, 0)
    assert read(of_post, asked) == (replies, 0, 0)
    make.delete(answer)
    settle()
    assert read(of_account, ann) == (1, 0, 0)
    assert read(of_post, asked) == (0, 0, 0)


def test_what_people_do_with_a_post_is_counted(make: Make, read: Read, settle: Settle) -> None:
    """And no longer when they undo it."""
    ann, bob = make.account("ann"), make.account("bob")
    shown = make.post(ann)
    boost = make.boost(bob, shown)
    make.favourite(bob, shown)
    make.favourite(ann, shown)
    make.follow(bob, ann)
    settle()
    assert read(of_post, shown) == (0, 1, 2)
    assert (read(of_account, ann), read(of_account, bob)) == ((1, 1, 0), (1, 0, 1))
    make.delete(boost)
    make.unfavourite(bob, shown)
    make.unfollow(bob, ann)
    settle()
    assert read(of_post, shown) == (0, 0, 1)
    assert (read(of_account, ann), read(of_account, bob)) == ((1, 0, 0), (0, 0, 0))


def test_the_day_of_the_last_post_goes_back_when_that_is_deleted(
    make: Make, read: Read, settle: Settle, clock: ManualClock
) -> None:
    """It is the day of the newest post that is left; letters do not count."""
    ann = make.account("ann")
    make.post(ann)
    first_at = clock.now()
    clock.advance(days=1)
    last = make.post(ann)
    clock.advance(days=1)
    make.post(ann, visibility=DIRECT)
    settle()
    assert read(last_post_at, ann) == first_at + 86_400_000
    make.delete(last)
    settle()
    assert read(last_post_at, ann) == first_at


def test_what_was_gone_before_it_was_read_of_leaves_no_trace(make: Make, read: Read, settle: Settle) -> None:
    """The log may be behind the tables: what comes and goes meanwhile must cancel out."""
    ann, bob = make.account("ann"), make.account("bob")
    kept = make.post(ann)
    answer = make.post(bob, in_reply_to=kept)
    boosted = make.post(bob)
    make.boost(ann, boosted)
    make.favourite(ann, boosted)
    make.delete(answer)
    make.delete(boosted)
    settle()
    assert read(of_post, kept) == (0, 0, 0)
    assert (read(of_account, ann), read(of_account, bob)) == ((1, 0, 0), (0, 0, 0))


@pytest.mark.parametrize("seed", [1, 2])
def test_counting_everything_gives_the_same_counts(
    make: Make, read: Read, settle: Settle, runner: Runner, seed: int
) -> None:
    """However facts and readings were interleaved."""
    print(f"seed {seed}")
    chance = random.Random(seed)
    people = [make.account(f"p{n}") for n in range(4)]
    shown: list[PostId] = [make.post(people[0])]
    done: set[tuple[str, int, int]] = set()
    for _ in range(60):
        who, whom, post = chance.choice(people), chance.choice(people), chance.choice(shown)
        match chance.randrange(7):
            case 0 | 1:
                shown.append(make.post(who, in_reply_to=post, visibility=chance.choice(list(Visibility))))
            case 2 if ("favourite", who, post) not in done:
                make.favourite(who, post)
                done.add(("favourite", who, post))
            case 3 if ("boost", who, post) not in done:
                make.boost(who, post)
                done.add(("boost", who, post))
            case 4 if who != whom and ("follow", who, whom) not in done:
                make.follow(who, whom)
                done.add(("follow", who, whom))
            case 5 if ("follow", who, whom) in done:
                make.unfollow(who, whom)
                done.remove(("follow", who, whom))
            case 6 if len(shown) > 1:
                make.delete(post)
                shown.remove(post)
        if chance.random() < 0.2:
            settle()
    settle()
    before = read(all_counts)
    assert len(before) > 5
    asyncio.run(runner.rebuild("counts"))
    assert read(all_counts) == before
