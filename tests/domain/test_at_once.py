"""Many at once: two who do the same, or opposite things, at the same moment leave what one after the other would have."""

import asyncio
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import func, select

from bema.domain import bookmarking, editing, favouriting, following, pinning, posting, relating
from bema.domain.editing import Revision
from bema.domain.posting import Draft
from bema.model import limits
from bema.model.errors import Refusal
from bema.model.ids import AccountId, MediaId, PostId
from bema.model.site import Site
from bema.model.views import Attachment, Picture
from bema.store import media, posts
from bema.store.database import Database
from bema.store.follows import Terms
from bema.store.tables import account_counts, pin, post_counts
from bema.store.tables import post as post_table
from bema.store.tx import Tx, WriteTx
from bema.subscribers import SUBSCRIBERS
from bema.subscribers.runner import Runner
from tests.conftest import Read, Write
from tests.make import HERE, Make

SITE = Site(HERE, "https", "Square")
THREADS = 8
Work = Callable[[WriteTx], Any]


def _of(op: Callable[..., Any], *arguments: Any, **more: Any) -> Work:
    return lambda tx: op(tx, *arguments, **more)


def _at_once(database: Database, work: list[Work]) -> list[Any]:
    """Run all operations on several threads; return what each gave, or why it was refused. Anything else is a fault."""

    def one(op: Work) -> Any:
        try:
            return database.write_now(op)
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(one, work))


def _done(results: list[Any]) -> list[Any]:
    return [each for each in results if not isinstance(each, Refusal)]


def test_whatever_is_done_to_a_post_while_it_is_deleted_is_done_or_refused(database: Database, make: Make) -> None:
    """Who comes too late hears that there is no such post, not that the server broke."""
    ann, ben, eve = (make.account(name) for name in ("ann", "ben", "eve"))
    rounds = random.Random(7)
    for _ in range(12):
        target = make.post(author=ann)
        work: list[Work] = []
        for by in (ann, ben, eve):
            work += [
                _of(favouriting.favourite, by, target),
                _of(bookmarking.bookmark, by, target),
                _of(posting.boost, by, target),
                _of(posting.publish, SITE, by, Draft(text="An answer", in_reply_to=target)),
            ]
        work += [
            _of(editing.edit, SITE, ann, target, Revision(text="Changed #tag @ben")),
            _of(pinning.pin, ann, target),
        ]
        rounds.shuffle(work)
        work.insert(rounds.randrange(4, len(work)), _of(posting.delete, ann, target))
        _at_once(database, work)


def test_people_who_meet_and_part_at_once_break_nothing(database: Database, make: Make) -> None:
    """Follows, blocks and their ends in any order are done or refused."""
    people = [make.account(f"p{number}", locked=number == 0) for number in range(4)]
    rounds = random.Random(11)
    acts: list[Callable[[WriteTx, AccountId, AccountId], Any]] = [
        lambda tx, by, other: following.follow(tx, by, other, Terms()),
        following.unfollow,
        relating.block,
        relating.unblock,
        relating.mute,
        following.remove_follower,
    ]
    work: list[Work] = []
    for _ in range(150):
        by, other = rounds.sample(people, 2)
        act = rounds.choice(acts)
        work.append(_of(act, by, other))
    _at_once(database, work)


def test_the_same_person_boosts_once(database: Database, make: Make) -> None:
    """A double click is one boost."""
    ann, ben = make.account("ann"), make.account("ben")
    target = make.post(author=ann)
    results = _at_once(database, [_of(posting.boost, ben, target)] * 12)
    assert len(set(results)) == 1


def test_a_picture_goes_to_one_of_two_posts(database: Database, make: Make, write: Write, read: Read) -> None:
    """The other is refused: who deletes one post must not take the picture from another."""
    ann = make.account("ann")
    for number in range(8):
        picture = Picture("attachment/ab/" + "ab" * 32 + ".png", 4, 4)
        attachment = Attachment(
            id=MediaId(1_000 + number),
            type="image",
            original=picture,
            small=picture,
            description=None,
            blurhash=None,
            focus=(0.0, 0.0),
            content_type="image/png",
        )
        write(media.add, ann, attachment)
        draft = Draft(text="Look", media=[attachment.id])
        results = _at_once(database, [_of(posting.publish, SITE, ann, draft)] * THREADS)
        published: list[PostId] = _done(results)
        assert len(published) == 1, results


def test_no_more_posts_are_pinned_than_fit(database: Database, make: Make, read: Read) -> None:
    """The limit holds for who pins all at once."""
    ann = make.account("ann")
    mine = [make.post(author=ann) for _ in range(3 * limits.PINNED_POSTS)]
    _at_once(database, [_of(pinning.pin, ann, id_) for id_ in mine])
    assert read(lambda tx: tx.value(select(func.count()).select_from(pin))) == limits.PINNED_POSTS


def _counts(tx: Tx) -> set[Any]:
    accounts, of_posts = tx.all(select(account_counts)), tx.all(select(post_counts))
    return {tuple(row) for row in (*accounts, *of_posts) if any(row[1:4])}


def test_counts_are_exact_whatever_happened_at_once(database: Database, make: Make, read: Read) -> None:
    """What was counted fact by fact is what there is."""
    people = [make.account(f"p{number}") for number in range(5)]
    targets = [make.post(author=by) for by in people for _ in range(2)]
    rounds = random.Random(3)
    acts: list[Callable[[WriteTx, AccountId, PostId], Any]] = [
        favouriting.favourite,
        favouriting.favourite,
        favouriting.unfavourite,
        posting.boost,
        posting.unboost,
        posting.delete,
        lambda tx, by, id_: posting.publish(tx, SITE, by, Draft(text="An answer", in_reply_to=id_)),
        lambda tx, by, _: following.follow(tx, by, rounds.choice(people), Terms()),
        lambda tx, by, _: following.unfollow(tx, by, rounds.choice(people)),
        lambda tx, by, _: relating.block(tx, by, rounds.choice(people)),
        lambda tx, by, _: relating.unblock(tx, by, rounds.choice(people)),
    ]
    work: list[Work] = []
    for _ in range(400):
        act, by, id_ = rounds.choice(acts), rounds.choice(people), rounds.choice(targets)
        work.append(_of(act, by, id_))
    assert len(_done(_at_once(database, work))) > 50
    runner = Runner(database, SUBSCRIBERS, {})
    asyncio.run(runner.settle())
    counted = read(_counts)
    asyncio.run(runner.rebuild("counts"))
    assert read(_counts) == counted


def test_a_repeated_key_publishes_once(database: Database, make: Make, read: Read) -> None:
    """Clients that hear nothing send again, sometimes before the first was done."""
    ann = make.account("ann")
    draft = Draft(text="Once", idempotency_key="the same")
    results = _at_once(database, [_of(posting.publish, SITE, ann, draft)] * 12)
    assert len(set(results)) == 1
    assert read(lambda tx: tx.value(select(func.count()).select_from(post_table))) == 1
    assert read(posts.bare, results[0]) is not None
