"""The database: operations run beside each other, and none suffers for another."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.engine import make_url

from bema.model.errors import NotFound, Unavailable
from bema.model.events import AccountUpdated
from bema.model.ids import SLOTS, AccountId
from bema.outside.clock import ManualClock
from bema.store import accounts, log
from bema.store.database import Database
from bema.store.dialect import insert
from bema.store.tables import custom_emoji, domain
from bema.store.tx import Tx, WriteTx
from tests.conftest import Read, Write

_add = insert(domain).values(id=bindparam("id"), name=bindparam("name"), local=False, created_at=0)
_add_returning = _add.returning(domain.c.id)
_names = select(domain.c.name).where(~domain.c.local).order_by(domain.c.name)
_add_emoji_nowhere = insert(custom_emoji).values(
    id=bindparam("id"), domain_id=-1, shortcode="x", url="", static_url="", listed=True, created_at=0
)


def add(tx: WriteTx, name: str) -> str:
    """Add a domain, and say so."""
    tx.run(_add, {"id": tx.new_id(), "name": name})
    tx.emit(AccountUpdated(account=AccountId(1)))
    return name


def add_and_refuse(tx: WriteTx, name: str) -> str:
    """Do the same and then say no."""
    add(tx, name)
    raise NotFound


def names(tx: Tx) -> list[str]:
    """Read what was added."""
    return tx.values(_names)


def url_of(database: Database) -> str:
    """The address of the same database, for another process."""
    return database.url.render_as_string(hide_password=False)


def test_an_operation_that_fails_does_not_disturb_its_neighbours(database: Database, read: Read) -> None:
    """They share a commit: a refusal, a broken rule of the schema and a bug undo nothing but themselves."""

    def break_a_rule(tx: WriteTx) -> None:
        add(tx, "broken")
        tx.run(_add_emoji_nowhere, {"id": 1})

    def have_a_bug(tx: WriteTx) -> None:
        add(tx, "bug")
        raise KeyError("bug")

    async def all_at_once() -> Any:
        wanted = [
            database.write(add, "a"),
            database.write(add_and_refuse, "refused"),
            database.write(add, "b"),
            database.write(break_a_rule),
            database.write(add, "a"),
            database.write(have_a_bug),
            database.write(add, "c"),
        ]
        return await asyncio.gather(*wanted, return_exceptions=True)

    a, refused, b, broken, again, bug, c = asyncio.run(all_at_once())
    assert [a, b, c] == ["a", "b", "c"] or [again, b, c] == ["a", "b", "c"]
    assert isinstance(refused, NotFound)
    assert isinstance(broken, Exception)
    assert isinstance(bug, KeyError)
    assert isinstance(a, Exception) != isinstance(again, Exception)
    assert read(names) == ["a", "b", "c"]
    asyncio.run(database.write(log.number_committed))
    assert len(read(log.after, 0, 100)) == 3


def test_an_answer_is_there_for_the_next_question(database: Database) -> None:
    """Who was told that something is written reads it."""

    async def write_and_read() -> None:
        for number in range(20):
            await database.write(add, f"{number:02}")
            assert (await database.read(names))[-1] == f"{number:02}"

    asyncio.run(write_and_read())


def test_a_database_is_read_for_ever(database: Database) -> None:
    """SQLite tells every so many steps of a statement that it still runs, and adds them up over all of its uses.

    After some 66,667 reads that comes while a read begins or ends, which must not be broken off.
    """
    reads = 70_000 if database.is_sqlite else 700

    async def read_on() -> None:
        for _ in range(reads):
            assert await database.read(names) == []
            await asyncio.sleep(0)  # in another turn of the loop, or it is asked less

    asyncio.run(read_on())


def test_two_processes_never_make_the_same_id(database: Database, clock: ManualClock) -> None:
    """Even while the clock stands still, for what happens now and for what happened then."""

    def make(tx: WriteTx) -> list[int]:
        return [tx.new_id() for _ in range(700)] + [tx.new_id_at(clock.now()) for _ in range(400)]

    other = Database(url_of(database), clock)
    made = database.write_now(make) + other.write_now(make)
    other.close()
    assert len(set(made)) == len(made)


def test_a_slot_is_free_again_when_its_process_ends(database: Database, clock: ManualClock) -> None:
    """More processes may come one after another than there are slots."""
    url = url_of(database)
    for _ in range(SLOTS + 2):
        Database(url, clock).close()


def test_an_operation_that_only_reads_cannot_write(database: Database, read: Read) -> None:
    """Whatever it tries: the connection refuses, not the discipline of who wrote it."""

    def write_secretly(tx: Tx) -> None:
        tx.all(_add_returning, {"id": 1, "name": "secret"})

    with pytest.raises(Exception, match=r"read-?only"):
        read(write_secretly)
    with pytest.raises(Exception, match=r"read-?only"):
        asyncio.run(database.read(write_secretly))
    assert read(names) == []


def test_a_part_of_an_operation_can_be_undone(write: Write, read: Read) -> None:
    """Its rows and its facts; what was done before stays."""

    def in_parts(tx: WriteTx) -> None:
        add(tx, "kept")
        with suppress(NotFound), tx.savepoint():
            add_and_refuse(tx, "undone")
        with tx.savepoint():
            add(tx, "kept too")

    write(in_parts)
    write(log.number_committed)
    assert read(names) == ["kept", "kept too"]
    assert len(read(log.after, 0, 100)) == 2


def test_a_closed_database_takes_nothing_more(database: Database) -> None:
    """What was accepted before is done."""

    async def write_and_close() -> list[str]:
        accepted = [asyncio.ensure_future(database.write(add, f"{number}")) for number in range(5)]
        await asyncio.sleep(0)
        await asyncio.to_thread(database.close)
        done = await asyncio.gather(*accepted)
        with pytest.raises(Unavailable):
            await database.write(add, "late")
        return done

    assert asyncio.run(write_and_close()) == ["0", "1", "2", "3", "4"]


def test_a_closed_sqlite_database_is_one_file(database: Database) -> None:
    """What was only in the log beside it is folded in, so that the one file is all there is to copy."""

    async def use() -> None:
        await database.write(add, "folded.example")
        await database.read(lambda tx: tx.values(_names))

    asyncio.run(use())
    database.close()
    if database.is_sqlite:
        path = Path(str(database.url.database))
        assert [each.name for each in path.parent.glob(f"{path.name}-*")] == []


def test_the_server_knows_its_own_domain(read: Read) -> None:
    """It is there before anybody joins."""
    assert read(accounts.home_domain) > 0


def test_a_database_that_is_gone_is_told_as_such_and_found_again(
    postgresql: Any, fresh_postgresql: Callable[[], str], drop_postgresql: Callable[[str], None], clock: ManualClock
) -> None:
    """While PostgreSQL restarts, who asks is told to come back: nothing is a fault of ours, and nobody restarts us."""
    url = fresh_postgresql()
    name = make_url(url).database
    database = Database(url, clock)
    try:
        with psycopg.connect(postgresql.get_uri(), autocommit=True) as admin:
            assert database.read_now(names) == []
            admin.execute(f"alter database {name} with allow_connections false")
            admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])
            with pytest.raises(Unavailable):
                database.read_now(names)
            with pytest.raises(Unavailable):
                database.write_now(add, "a.example")
            admin.execute(f"alter database {name} with allow_connections true")
        assert database.write_now(add, "b.example") == "b.example"
        assert database.read_now(names) == ["b.example"]
    finally:
        database.close()
        drop_postgresql(url)


def test_an_answer_is_known_until_something_is_committed(
    database: Database, clock: ManualClock, statements: list[str]
) -> None:
    """The same question is then answered from memory; another one, after a commit or a second later, from the database."""
    named = select(domain.c.name).where(domain.c.name == bindparam("name"), domain.c.created_at <= bindparam("now"))

    def ask(tx: Tx, name: str) -> list[str]:
        found = tx.all_known(named, {"name": name, "now": tx.now})
        found.append(())  # what one reader makes of it changes nothing for the next
        return [row[0] for row in found[:-1]]

    def asked(name: str) -> tuple[list[str], int]:
        statements.clear()
        found = asyncio.run(database.read(ask, name))
        return found, sum("created_at" in each for each in statements)

    again = 0 if database.is_sqlite else 1  # PostgreSQL does not tell whether anything changed
    assert asked("a.example") == ([], 1)
    assert asked("a.example") == ([], again)
    assert asked("b.example") == ([], 1)
    database.write_now(add, "a.example")
    assert asked("a.example") == (["a.example"], 1)
    assert asked("a.example") == (["a.example"], again)
    clock.advance(milliseconds=1_000)
    assert asked("a.example") == (["a.example"], 1)


def test_what_another_process_committed_is_seen_in_the_next_turn(database: Database, clock: ManualClock) -> None:
    """Who asks in one turn of the event loop came before it began; who comes later sees what was committed until then."""
    named = select(domain.c.name).where(~domain.c.local, domain.c.created_at <= bindparam("now"))

    def ask(tx: Tx) -> list[str]:
        return [row[0] for row in tx.all_known(named, {"now": tx.now})]

    async def ask_and_wait(other: Database) -> None:
        for number in range(3):
            other.write_now(add, f"{number}.example")
            await asyncio.sleep(0)
            assert len(await database.read(ask)) == 2 * number + 1
            database.write_now(add, f"{number}.own.example")
            assert len(await database.read(ask)) == 2 * number + 2  # our own is seen at once

    other = Database(url_of(database), clock)
    try:
        asyncio.run(ask_and_wait(other))
    finally:
        other.close()


def test_what_is_committed_while_a_read_begins_is_seen_as_a_whole(database: Database) -> None:
    """A read that finds what it needs in memory asks the database late; by then the memory may be that of another state."""
    every = select(domain.c.name).where(~domain.c.local, domain.c.created_at <= bindparam("now"))
    waiting: list[str] = []  # committed while the next read is under way

    def ask(tx: Tx) -> tuple[list[Any], list[str]]:
        known = tx.all_known(every, {"now": tx.now})
        while waiting:
            name = waiting.pop()
            with ThreadPoolExecutor() as elsewhere:
                elsewhere.submit(database.write_now, add, name).result()
        return [row[0] for row in known], names(tx)

    for name in ("a.example", "b.example"):
        asyncio.run(database.read(ask))
        waiting.append(name)
        known, asked = asyncio.run(database.read(ask))
        assert sorted(known) == asked
    assert asyncio.run(database.read(ask))[1] == ["a.example", "b.example"]
