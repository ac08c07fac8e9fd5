"""The event log: nothing is lost, doubled or told before it is true, whoever commits when."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from bema.model.events import AccountUpdated, AnyEvent, Event, PostDeleted, PostFavourited
from bema.model.ids import AccountId, PostId
from bema.model.policy import Visibility
from bema.outside.clock import ManualClock
from bema.store import favourites, log, posts
from bema.store.database import Database
from bema.store.log import Entry
from bema.store.tx import Tx, WriteTx
from bema.subscribers import SUBSCRIBERS
from bema.subscribers.runner import Runner, Subscriber
from tests.conftest import Read, Write
from tests.make import Make

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def say(tx: WriteTx, number: int) -> None:
    """Add a fact with a number in it."""
    tx.emit(AccountUpdated(account=AccountId(number)))


def listener(heard: list[int]) -> Subscriber:
    """Follow the log and write down what is heard; a list is no table, so this shows each reading."""

    def hear(_tx: WriteTx, entry: Entry[AccountUpdated]) -> None:
        heard.append(entry.event.account)

    return Subscriber("listener", {AccountUpdated: hear}, lambda _tx: None)


def settle(runner: Runner) -> None:
    """Read to the end of the log."""
    asyncio.run(runner.settle())


class Held:
    """A transaction that wrote into the log and does not commit before it is told to."""

    def __init__(self, database: Database, work: Callable[[WriteTx], None]) -> None:
        self._written, self._released = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=lambda: database.write_now(self._hold, work))
        self._thread.start()
        assert self._written.wait(timeout=30)

    def _hold(self, tx: WriteTx, work: Callable[[WriteTx], None]) -> None:
        work(tx)
        log.append(tx)
        tx.emitted.clear()
        self._written.set()
        assert self._released.wait(timeout=30)

    def commit(self) -> None:
        """Let it commit, and wait until it has."""
        self._released.set()
        self._thread.join()


@on_postgresql
def test_transactions_that_commit_in_another_order_lose_nothing(database: Database, write: Write) -> None:
    """The row with the lower id commits after a reader has seen the higher: it is read all the same, once."""
    heard: list[int] = []
    runner = Runner(database, [listener(heard)], {})
    first = Held(database, lambda tx: say(tx, 1))
    second = Held(database, lambda tx: say(tx, 2))
    second.commit()
    settle(runner)
    assert heard == [2]
    write(say, 3)
    settle(runner)
    assert heard == [2, 3]
    first.commit()
    settle(runner)
    assert heard == [2, 3, 1]


def test_many_writers_and_a_reader_that_never_rests(database: Database, clock: ManualClock) -> None:
    """Two processes' worth of writers, and every fact is read once."""
    heard: list[int] = []
    other = Database(database.url.render_as_string(hide_password=False), clock)
    runner = Runner(database, [listener(heard)], {})

    async def everybody() -> None:
        database.on_events = other.on_events = runner.wake
        await runner.start()
        await asyncio.gather(*[(database, other)[number % 2].write(say, number) for number in range(300)])
        await runner.settle()
        await runner.stop()

    asyncio.run(everybody())
    other.close()
    assert sorted(heard) == list(range(300))


def test_what_does_not_commit_is_not_told(database: Database, write: Write, read: Read) -> None:
    """The fact goes with the rows."""

    def say_and_fail(tx: WriteTx) -> None:
        say(tx, 1)
        raise ValueError("changed its mind")

    with pytest.raises(ValueError, match="changed its mind"):
        write(say_and_fail)
    assert read(log.end) == 0


@on_postgresql
def test_a_projection_that_starts_anew_waits_for_those_who_are_writing(
    database: Database, make: Make, read: Read
) -> None:
    """Rows that it counts and facts that it reads afterwards must not be of the same transaction."""
    ann = make.account("ann")
    shown = make.post(ann)
    runner = Runner(database, SUBSCRIBERS, {})
    settle(runner)

    def favourite(tx: WriteTx) -> None:
        favourites.add(tx, shown, ann)
        tx.emit(PostFavourited(post=shown, by=ann))

    writing = Held(database, favourite)
    rebuilding = threading.Thread(target=lambda: asyncio.run(runner.rebuild("counts")))
    rebuilding.start()
    while not read(somebody_waits):
        pass
    writing.commit()
    rebuilding.join()
    settle(runner)
    assert read(favourites_of, shown) == 1


_waiting = text("select count(*) from pg_locks where not granted and relation = 'event'::regclass")


def somebody_waits(tx: Tx) -> bool:
    """Tell whether a transaction waits for the log."""
    return bool(tx.value(_waiting))


def favourites_of(tx: Tx, post: PostId) -> int:
    """Read the count."""
    return posts.load(tx, [post], None)[0].favourites


def test_the_end_of_an_empty_log_is_its_beginning(read: Read) -> None:
    """A reader that has read nothing is not behind."""
    assert read(log.end) == 0
    assert read(log.lags, ["nobody"]) == {"nobody": 0}
    assert not read(log.has_news, ["nobody"])


_ids = st.integers(min_value=0, max_value=2**63 - 1)
_facts: st.SearchStrategy[Event] = st.one_of(
    st.builds(PostFavourited, post=_ids, by=_ids),
    st.builds(
        PostDeleted,
        post=_ids,
        author=_ids,
        in_reply_to=st.none() | _ids,
        boost_of=st.none() | _ids,
        visibility=st.sampled_from(Visibility),
    ),
)


@given(_facts)
def test_a_fact_is_read_as_it_was_written(fact: Event) -> None:
    """Its text is stored for ever."""
    assert msgspec.json.decode(msgspec.json.encode(fact), type=AnyEvent) == fact


def test_every_fact_has_a_name_of_its_own() -> None:
    """The name is what the log knows it by."""
    facts: tuple[Any, ...] = AnyEvent.__args__
    assert len({fact.__struct_config__.tag for fact in facts}) == len(facts) > 20
