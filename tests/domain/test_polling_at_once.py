"""Polls and posts for later while many act at once: every vote counts once, every end is told once, all is published once."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import func, select

from bema.domain import editing, polling, posting, scheduling
from bema.domain.editing import Revision
from bema.domain.polling import NewPoll
from bema.domain.posting import Draft
from bema.model.errors import Refusal
from bema.model.ids import AccountId, PostId
from bema.model.site import Site
from bema.outside.clock import ManualClock
from bema.store import tables, tasks
from bema.store.database import Database
from bema.store.tx import Tx, WriteTx
from bema.subscribers import SUBSCRIBERS, polls, scheduled
from bema.subscribers.runner import Runner
from tests.conftest import Read, Write
from tests.make import HERE, Make

SITE = Site(HERE, "https", "Square")
OPTIONS = ["tea", "coffee", "water"]
Work = Callable[[WriteTx], Any]

_votes = select(tables.poll_vote.c.account_id, tables.poll_vote.c.choices)
_standing = select(tables.poll.c.tallies, tables.poll.c.voters)
_told = select(tables.notification.c.account_id).where(tables.notification.c.type == "poll")
_published = select(func.count()).select_from(tables.post)


def at_once(database: Database, work: list[Work]) -> list[Any]:
    """Run operations on several threads; return what each gave, or why it was refused. Anything else is a fault."""

    def one(op: Work) -> Any:
        try:
            return database.write_now(op)
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(one, work))


def ask(write: Write, author: AccountId) -> PostId:
    """Publish a poll with several choices."""
    poll = NewPoll(options=OPTIONS, seconds=300, multiple=True)
    return write(posting.publish, SITE, author, Draft(text="?", poll=poll))


def voting(by: AccountId, post: PostId, *choices: int) -> Work:
    """Return what votes."""
    return lambda tx: polling.vote(tx, by, post, choices)


def count(tx: Tx) -> tuple[list[int], int]:
    """Count the votes that there are."""
    rows = tx.all(_votes)
    chosen = Counter(choice for row in rows for choice in json.loads(row.choices))
    return [chosen[at] for at in range(len(OPTIONS))], len(rows)


def standing(tx: Tx) -> tuple[list[int], int]:
    """Load what is said to have been voted."""
    row = tx.first(_standing)
    assert row is not None
    return json.loads(row.tallies), row.voters


def test_every_vote_counts_once(database: Database, make: Make, write: Write, read: Read) -> None:
    """However many vote at the same moment, and however often each of them tries."""
    ann = make.account("ann")
    post = ask(write, ann)
    people = [make.account(f"voter{number}") for number in range(12)]
    work = [voting(by, post, *choices) for by in people for choices in ((0,), (1, 2), (2,))]
    random.Random(7).shuffle(work)
    results = at_once(database, work)
    assert sum(not isinstance(each, Refusal) for each in results) == len(people)
    assert read(standing) == read(count)
    assert read(count)[1] == len(people)


def test_votes_and_changes_at_once_leave_counts_that_fit(
    database: Database, make: Make, write: Write, read: Read
) -> None:
    """No vote for what is asked no more is counted, and none is counted that is not there."""
    ann = make.account("ann")
    post = ask(write, ann)
    people = [make.account(f"voter{number}") for number in range(24)]

    def changing(number: int) -> Work:
        asked = NewPoll(options=[*OPTIONS[:2], f"drink {number}"], seconds=600, multiple=True)
        return lambda tx: editing.edit(tx, SITE, ann, post, Revision(text=f"{number}?", poll=asked))

    work = [voting(by, post, at % 3) for at, by in enumerate(people)] + [changing(number) for number in range(4)]
    random.Random(8).shuffle(work)
    at_once(database, work)
    assert read(standing) == read(count)


def runner(database: Database) -> Runner:
    """Return what reads the log and performs what is due, as the server does."""
    performers = {
        polling.ENDING: polls.ending(database),
        scheduling.PUBLISHING: scheduled.publishing(database, SITE),
    }
    return Runner(database, SUBSCRIBERS, performers)


def test_an_end_that_is_performed_twice_is_told_once(
    database: Database, make: Make, write: Write, read: Read, clock: ManualClock
) -> None:
    """A process that dies after the end and before it says so leaves a task that is taken again."""
    ann, bob = make.account("ann"), make.account("bob")
    post = ask(write, ann)
    write(polling.vote, bob, post, [0])
    clock.advance(minutes=5)
    taken = write(tasks.take, [polling.ENDING], 10)
    assert [task.body for task in taken] == [str(post)]
    at_once(database, [lambda tx: polling.end(tx, post)] * 8)  # and nobody says that the task is done
    clock.advance(hours=1)
    asyncio.run(runner(database).settle())
    assert sorted(read(Tx.values, _told)) == sorted([ann, bob])
    assert not read(tasks.any_due, [polling.ENDING])


def test_what_is_due_is_published_once(
    database: Database, make: Make, write: Write, read: Read, clock: ManualClock
) -> None:
    """Though several processes take it, and one dies before it says that it is done."""
    ann = make.account("ann")
    later = write(scheduling.schedule, SITE, ann, Draft(text="Later"), clock.now() + 300_000)
    assert read(Tx.value, _published) == 0
    clock.advance(minutes=5)
    assert len(write(tasks.take, [scheduling.PUBLISHING], 10)) == 1
    at_once(database, [lambda tx: scheduling.publish_due(tx, SITE, later)] * 8)
    clock.advance(hours=1)
    asyncio.run(runner(database).settle())
    assert read(Tx.value, _published) == 1


def test_cancelling_and_publishing_at_once_is_one_or_the_other(
    database: Database, make: Make, write: Write, read: Read, clock: ManualClock
) -> None:
    """Who is told that it was cancelled finds nothing published."""
    ann = make.account("ann")
    kept = [write(scheduling.schedule, SITE, ann, Draft(text="Later"), clock.now() + 300_000) for _ in range(12)]
    clock.advance(minutes=5)
    work: list[Work] = []
    for each in kept:
        work.append(lambda tx, each=each: scheduling.cancel(tx, ann, each))  # type: ignore[misc]  # a lambda with a default
        work.append(lambda tx, each=each: scheduling.publish_due(tx, SITE, each))  # type: ignore[misc]  # a lambda with a default
    random.Random(9).shuffle(work)
    results = at_once(database, work)
    refused = sum(isinstance(each, Refusal) for each in results)
    assert read(Tx.value, _published) == refused  # each that was published could not be cancelled any more
