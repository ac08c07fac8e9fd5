"""A process that was killed holds up nobody: whoever starts next takes up at once what it had begun."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import func, select

from bema.domain.keeping_out import Ledger
from bema.domain.keyring import Keyring
from bema.model import limits
from bema.model.ids import AccountId
from bema.model.site import Site
from bema.outside.clock import ManualClock
from bema.outside.fetch import Fetcher
from bema.outside.peers import Peers
from bema.store import incoming, tasks
from bema.store.database import Database
from bema.store.tables import delivery, task
from bema.subscribers.inbox import Inbox
from bema.subscribers.lanes import Later
from bema.subscribers.runner import Runner
from bema.subscribers.sending import Sender
from tests.conftest import Read, Write
from tests.elsewhere import somebody
from tests.patience import PATIENCE
from tests.subscribers.network import Network
from tests.subscribers.strokes import counting

_KILLED = """
import os, signal, sys
sys.path[:0] = {path!r}
from bema.domain import delivering
from bema.outside.clock import ManualClock
from bema.store import incoming
from bema.store.database import Database

database = Database({url!r}, ManualClock({now}))
assert database.write_now(delivering.take, 10, 10, slot=database.slot)
assert database.write_now(incoming.take, 10, slot=database.slot)
os.kill(os.getpid(), signal.SIGKILL)
"""


def _kill_one_at_work(database: Database, clock: ManualClock) -> None:
    """Let a process take all that is due, and kill it."""
    url = database.url.render_as_string(hide_password=False)
    program = _KILLED.format(path=[entry for entry in sys.path if entry], url=url, now=clock.now())
    process = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, timeout=60)
    assert process.returncode == -signal.SIGKILL, process.stderr.decode()


@pytest.fixture
def at_work(database: Database, clock: ManualClock, write: Write, say: Callable[..., int]) -> AccountId:
    """Something to deliver and something that was brought, both taken by a process that was killed."""
    bob = somebody(database, "bob", "one.example")
    say("hello", bob)
    for number in range(3):
        write(incoming.add, digest=bytes([number]), body="{}", sender=bob, claim=None, host="one.example")
    _kill_one_at_work(database, clock)
    return bob


def test_what_a_killed_process_was_delivering_is_brought_by_the_next(
    database: Database, clock: ManualClock, read: Read, network: Network, at_work: AccountId
) -> None:
    """No time passes: its slot is free, so it is dead."""
    assert not asyncio.run(Sender(database, network.send, clock).settle())

    async def start() -> None:
        sender = Sender(database, network.send, clock)
        await sender.start()
        async with asyncio.timeout(30):
            while read(lambda tx: tx.value(select(func.count()).select_from(delivery))):
                await asyncio.sleep(0.01)
        await sender.stop()

    asyncio.run(start())
    assert network.heard("https://one.example/inbox") == ["hello"]


def test_what_a_killed_process_had_taken_from_the_inbox_is_worked_off_by_the_next(
    database: Database, clock: ManualClock, read: Read, at_work: AccountId
) -> None:
    """Three minutes are long for who waits for an answer to a follow."""
    site = Site("square.example")
    peers = Peers(Fetcher(site.base), Keyring(database, site, b"secret"), Ledger(database, site), clock)
    assert not asyncio.run(Inbox(database, peers, site).perform_due())

    async def start() -> None:
        inbox = Inbox(database, peers, site)
        working = asyncio.create_task(inbox.work_on())
        async with asyncio.timeout(30):
            while read(incoming.waiting):
                await asyncio.sleep(0.01)
        inbox.stop()
        await working

    asyncio.run(start())


def test_what_a_living_process_holds_stays_with_it(database: Database, clock: ManualClock, at_work: AccountId) -> None:
    """Somebody who begins takes nothing from those who are at it."""
    other = Database(database.url.render_as_string(hide_password=False), clock)
    try:
        assert other.slot not in database.forsaken_slots()
        assert database.slot not in other.forsaken_slots()
        assert {database.slot, other.slot} & set(database.forsaken_slots()) == {database.slot}
    finally:
        other.close()


def test_what_kills_whoever_begins_with_it_is_given_up(
    database: Database, clock: ManualClock, read: Read, write: Write, at_work: AccountId
) -> None:
    """It would be taken up by each process that starts, and end it, for ever."""
    for _ in range(limits.INCOMING_ATTEMPTS):
        write(incoming.free, list(range(64)))
        write(incoming.take, 10, slot=1)
    write(incoming.free, list(range(64)))
    site = Site("square.example")
    peers = Peers(Fetcher(site.base), Keyring(database, site, b"secret"), Ledger(database, site), clock)
    assert asyncio.run(Inbox(database, peers, site).perform_due())
    assert (read(incoming.waiting), read(incoming.given_up)) == (0, 3)


_KILLED_PERFORMING = """
import asyncio, os, signal, sys
sys.path[:0] = {path!r}
from bema.outside.clock import ManualClock
from bema.store.database import Database
from bema.subscribers.runner import Runner, Subscriber

async def be_killed(body):
    os.kill(os.getpid(), signal.SIGKILL)

database = Database({url!r}, ManualClock({now}))
asyncio.run(Runner(database, [Subscriber("reader", {{}}, print)], {{}}, waiting=[{{"mail": be_killed}}]).settle())
"""


async def _perform_all(database: Database, clock: ManualClock, letters: list[str], meant: int) -> None:
    """Start to perform the tasks that are left, and stop when so many came."""

    async def send(body: str) -> None:
        letters.append(body)
        if body == "full":
            raise Later(3_600)

    runner = Runner(database, [counting()], {}, waiting=[{"mail": send}], slow={"mail": send})
    await runner.start()
    async with asyncio.timeout(PATIENCE):
        while len(letters) < meant or await database.read(tasks.any_due, ["mail"]):
            await asyncio.sleep(0.01)
    await runner.stop()


def test_what_a_killed_process_was_performing_is_performed_by_the_next(
    database: Database, clock: ManualClock, write: Write
) -> None:
    """A letter or a push waits for no lease: no time passes between the kill and what the next process does."""
    for number in range(limits.TASKS_AT_ONCE + 2):
        write(tasks.add, "mail", str(number), f"letter {number}")
    url = database.url.render_as_string(hide_password=False)
    program = _KILLED_PERFORMING.format(path=[entry for entry in sys.path if entry], url=url, now=clock.now())
    process = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, timeout=PATIENCE)
    assert process.returncode == -signal.SIGKILL, process.stderr.decode()
    letters: list[str] = []
    asyncio.run(_perform_all(database, clock, letters, limits.TASKS_AT_ONCE + 2))
    assert sorted(letters) == sorted(f"letter {number}" for number in range(limits.TASKS_AT_ONCE + 2))


def test_what_was_put_off_stays_so_when_its_process_is_gone(
    database: Database, clock: ManualClock, read: Read, write: Write
) -> None:
    """A server that starts anew does not knock again where it was told to wait."""
    write(tasks.add, "mail", "full", "full")
    letters: list[str] = []
    asyncio.run(_perform_all(database, clock, letters, 1))
    assert write(tasks.free, list(range(64))) == 0
    assert letters == ["full"]
    assert read(lambda tx: tx.value(select(task.c.due_at))) >= clock.now() + 3_600_000


def test_a_living_process_keeps_the_tasks_that_it_performs(
    database: Database, clock: ManualClock, write: Write
) -> None:
    """Whoever starts beside it takes none of them."""
    other = Database(database.url.render_as_string(hide_password=False), clock)
    try:
        write(tasks.add, "mail", "a", "letter")
        assert len(write(tasks.take, ["mail"], 10, slot=database.slot)) == 1
        other.write_now(tasks.free, other.forsaken_slots())
        assert other.write_now(tasks.take, ["mail"], 10, slot=other.slot) == []
    finally:
        other.close()


class _BreakingOff(Database):
    """A database at whose operation of some number everything breaks off: before it, or when it is done."""

    at, done, count = 0, False, 0

    async def read(self, op: Any, *args: Any, **kwargs: Any) -> Any:
        """Read, or break off."""
        return await self._or_break(super().read, op, *args, **kwargs)

    async def write(self, op: Any, *args: Any, **kwargs: Any) -> Any:
        """Write, or break off."""
        return await self._or_break(super().write, op, *args, **kwargs)

    async def write_behind(self, op: Any, *args: Any, **kwargs: Any) -> Any:
        """Write what nobody waits for, or break off."""
        return await self._or_break(super().write_behind, op, *args, **kwargs)

    async def _or_break(self, ask: Any, op: Any, *args: Any, **kwargs: Any) -> Any:
        self.count += 1
        if self.count == self.at and not self.done:
            raise asyncio.CancelledError
        result = await ask(op, *args, **kwargs)
        if self.count == self.at:
            raise asyncio.CancelledError
        return result


@pytest.mark.parametrize("done", [False, True])
def test_wherever_sending_breaks_off_nothing_is_lost(
    database: Database, clock: ManualClock, network: Network, say: Callable[..., int], done: bool
) -> None:
    """What was said before and what is said after it come to their server, at each moment of two rounds."""
    bob = somebody(database, "bob", "one.example")
    breaking = _BreakingOff(database.url.render_as_string(hide_password=False), clock)
    breaking.done = done
    rounds = 0
    try:
        while breaking.at <= breaking.count:
            rounds += 1
            breaking.at, breaking.count = rounds, 0
            sender = Sender(breaking, network.send, clock)
            say(f"first {rounds}", bob, subject=2 * rounds)
            with suppress(asyncio.CancelledError):
                asyncio.run(sender.settle())
                say(f"second {rounds}", bob, subject=2 * rounds + 1)
                asyncio.run(sender.settle())
            say(f"third {rounds}", bob, subject=2 * rounds)
            clock.advance(seconds=limits.DELIVERY_LEASE_SECONDS + 1)
            asyncio.run(Sender(database, network.send, clock).settle())
            heard = network.heard("https://one.example/inbox")
            assert {f"first {rounds}", f"third {rounds}"} <= set(heard)
    finally:
        breaking.close()
    assert rounds > 8
