"""The runner: exactly once for projections, at least once for effects, whatever breaks on the way."""

import asyncio
import itertools
import signal
import subprocess
import sys

import pytest
from sqlalchemy import select

from bema.model import limits
from bema.model.events import AccountUpdated, Event, PostPinned
from bema.model.ids import AccountId, PostId
from bema.outside.clock import ManualClock
from bema.store import log, tasks
from bema.store.database import Database
from bema.store.log import Entry
from bema.store.tables import event, task
from bema.store.tx import Tx, WriteTx
from bema.subscribers.runner import Hopeless, Runner, Subscriber
from tests.conftest import Read, Write
from tests.make import Make
from tests.subscribers.strokes import count, count_up, counting, marks, nothing


def settle(runner: Runner) -> None:
    """Read to the end of the log."""
    asyncio.run(runner.settle())


@pytest.fixture
def ann(make: Make) -> AccountId:
    """Her updates are counted."""
    return make.account("ann")


def update(make: Make, account: AccountId, times: int = 1) -> None:
    """Say that an account was updated."""
    make.emit(*[AccountUpdated(account=account)] * times)


# --- Exactly once -----------------------------------------------------------------------------------------------------


def test_every_fact_is_counted_once(database: Database, make: Make, read: Read, ann: AccountId) -> None:
    """Across several batches and several readings."""
    runner = Runner(database, [counting()], {})
    update(make, ann, limits.EVENT_BATCH * 2 + 7)
    settle(runner)
    update(make, ann, 3)
    settle(runner)
    settle(runner)
    assert len(read(marks, ann)) == limits.EVENT_BATCH * 2 + 10
    assert asyncio.run(runner.lags()) == {"counting": 0}


def test_two_runners_count_once(database: Database, clock: ManualClock, make: Make, read: Read, ann: AccountId) -> None:
    """The cursor lets one read at a time, in whatever process it is."""
    other = Database(str(database.url.render_as_string(hide_password=False)), clock)
    update(make, ann, limits.EVENT_BATCH * 3)

    async def both() -> None:
        runners = [Runner(each, [counting()], {}) for each in (database, other)]
        await asyncio.gather(*[runner.settle() for runner in runners])

    asyncio.run(both())
    other.close()
    assert len(read(marks, ann)) == limits.EVENT_BATCH * 3


def test_a_batch_that_breaks_off_leaves_nothing_behind(
    database: Database, make: Make, read: Read, ann: AccountId
) -> None:
    """Neither rows nor a moved cursor: the next reading begins where the last whole one ended."""

    class PowerCut(BaseException):
        """What no handler survives."""

    broken = True

    def count_until_cut(tx: WriteTx, entry: Entry[AccountUpdated]) -> None:
        count(tx, entry)
        if broken and entry.position % 5 == 0:
            raise PowerCut

    runner = Runner(database, [counting(handler=count_until_cut)], {})
    update(make, ann, 12)
    with pytest.raises(PowerCut):
        settle(runner)
    assert read(marks, ann) == ""
    assert read(log.cursor_of, "counting") == 0
    broken = False
    settle(runner)
    assert read(marks, ann) == "|" * 12


_KILLED = """
import asyncio, os, signal, sys
sys.path[:0] = {path!r}
from bema.outside.clock import SystemClock
from bema.store.database import Database
from bema.subscribers.runner import Runner
from tests.subscribers.strokes import count, counting

def count_and_die(tx, entry):
    count(tx, entry)
    if entry.position == {last}:
        os.kill(os.getpid(), signal.SIGKILL)

database = Database({url!r}, SystemClock())
asyncio.run(Runner(database, [counting(handler=count_and_die)], {{}}).settle())
"""


def test_a_killed_reader_repeats_nothing(database: Database, make: Make, read: Read, ann: AccountId) -> None:
    """Killed in the second of its batches, it has done the first and not the second."""
    update(make, ann, limits.EVENT_BATCH + 40)
    last = limits.EVENT_BATCH + 20
    url = database.url.render_as_string(hide_password=False)
    program = _KILLED.format(path=[entry for entry in sys.path if entry], last=last, url=url)
    process = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, timeout=60)
    assert process.returncode == -signal.SIGKILL, process.stderr.decode()
    done = read(log.cursor_of, "counting")
    assert done == limits.EVENT_BATCH
    settle(Runner(database, [counting()], {}))
    assert len(read(marks, ann)) == limits.EVENT_BATCH + 40


# --- Poison -----------------------------------------------------------------------------------------------------------


def test_a_fact_that_cannot_be_digested_is_put_aside(
    database: Database, make: Make, read: Read, ann: AccountId
) -> None:
    """With its error, for the operator; the others go on, and so does everybody else with that fact."""

    def choke(tx: WriteTx, entry: Entry[PostPinned]) -> None:
        tx.run(count_up, {"account": ann, "mark": "half a stroke"})
        raise ValueError("this one is poison")

    choking = Subscriber("choking", {PostPinned: choke, AccountUpdated: count}, nothing)
    seen: list[Event] = []
    watching = Subscriber("watching", {PostPinned: lambda _tx, entry: seen.append(entry.event)}, nothing)
    poison = PostPinned(post=PostId(1), author=ann, pinned=True)
    make.emit(AccountUpdated(account=ann), poison, AccountUpdated(account=ann))
    runner = Runner(database, [choking, watching], {})
    settle(runner)
    assert read(marks, ann) == "||"
    assert poison in seen
    (parked,) = read(log.parked, 10)
    assert (parked.subscriber, "this one is poison" in parked.error) == ("choking", True)
    assert asyncio.run(runner.lags()) == {"choking": 0, "watching": 0}
    asyncio.run(runner.rebuild("choking"))
    assert read(log.parked_count) == 0


_garble = event.insert().values(body='{"type":"FromTheFuture","x":1}', at=0)


def test_a_fact_of_a_later_release_is_put_aside(
    database: Database, make: Make, write: Write, read: Read, ann: AccountId
) -> None:
    """Who went back a release loses no other fact, and the unread one is kept word for word."""
    write(lambda tx: tx.run(_garble))
    update(make, ann)
    settle(Runner(database, [counting()], {}))
    assert read(marks, ann) == "|"
    (parked,) = read(log.parked, 10)
    assert parked.body == '{"type":"FromTheFuture","x":1}'


# --- Starting, waking, starting anew ----------------------------------------------------------------------------------


def test_a_commit_wakes_a_running_reader(database: Database, make: Make, ann: AccountId) -> None:
    """It reads at once, and stops when it is told to."""

    async def live() -> list[Entry[Event]]:
        runner = Runner(database, [counting()], {})
        applied: asyncio.Queue[list[Entry[Event]]] = asyncio.Queue()
        runner.on_applied = lambda entries: applied.put_nowait(list(entries))
        database.on_events = runner.wake
        await runner.start()
        await applied.get()  # that Ann came to be
        await asyncio.to_thread(update, make, ann, 2)
        entries = await applied.get()
        await runner.stop()
        return entries

    entries = asyncio.run(live())
    assert [entry.event for entry in entries] == [AccountUpdated(account=ann)] * 2


def test_what_other_processes_write_is_found_by_looking(
    database: Database, clock: ManualClock, make: Make, ann: AccountId
) -> None:
    """Nobody wakes a reader across processes."""
    other = Database(database.url.render_as_string(hide_password=False), clock)

    async def live() -> Event:
        runner = Runner(other, [counting()], {})
        applied: asyncio.Queue[list[Entry[Event]]] = asyncio.Queue()
        runner.on_applied = lambda entries: applied.put_nowait(list(entries))
        await runner.start()
        await applied.get()
        await asyncio.to_thread(update, make, ann)
        (entry,) = await asyncio.wait_for(applied.get(), timeout=30)
        await runner.stop()
        return entry.event

    assert asyncio.run(live()) == AccountUpdated(account=ann)
    other.close()


def test_a_projection_that_starts_anew_goes_on_from_there(
    database: Database, make: Make, read: Read, ann: AccountId
) -> None:
    """What was in the log before is not read again, what comes after is."""
    update(make, ann, 5)
    runner = Runner(database, [counting()], {})
    asyncio.run(runner.rebuild("counting"))
    settle(runner)
    assert read(marks, ann) == ""
    update(make, ann)
    settle(runner)
    assert read(marks, ann) == "|"


def test_a_batch_is_one_commit_of_few_statements(
    database: Database, make: Make, statements: list[str], ann: AccountId
) -> None:
    """Reading and remembering cost the same for one fact and for a hundred, and for one reader and for five."""
    followers = [Subscriber(f"reader-{n}", {}, nothing) for n in range(5)]
    runner = Runner(database, followers, {})
    settle(runner)
    spent = []
    for number in (1, 100):
        update(make, ann, number)
        statements.clear()
        settle(runner)
        spent.append(len(statements))
    assert spent[0] == spent[1]


# --- Tasks ------------------------------------------------------------------------------------------------------------

_tasks = select(task.c.key, task.c.attempts, task.c.due_at).order_by(task.c.id)


def all_tasks(tx: Tx) -> list[tuple[str, int, int | None]]:
    """Every task with how often it was tried, and when it is due."""
    return [(row[0], row[1], row[2]) for row in tx.all(_tasks)]


def test_a_task_is_performed_once_per_key(database: Database, write: Write, read: Read) -> None:
    """Asking twice for the same thing is asking once."""
    done: list[str] = []

    async def perform(body: str) -> None:
        done.append(body)

    for key in ("a", "b", "a"):
        write(tasks.add, "errands", key, f"body of {key}")
    settle(Runner(database, [counting()], {"errands": perform}))
    assert sorted(done) == ["body of a", "body of b"]
    assert read(all_tasks) == []


def test_one_look_finds_what_falls_due_in_any_lane(database: Database, clock: ManualClock) -> None:
    """Tasks that no fact brings, and those that fall due later, are performed by a running server that nobody wakes."""

    async def live() -> list[str]:
        done: asyncio.Queue[str] = asyncio.Queue()
        performers = {"errands": done.put}, {"letters": done.put}
        runner = Runner(database, [counting()], performers[0], waiting=[performers[1]])
        await runner.start()
        await database.write(tasks.add, "errands", "now", "at once")
        found = [await asyncio.wait_for(done.get(), 60)]
        await database.write(tasks.add, "letters", "later", "in a minute", due=clock.now() + 60_000)
        clock.advance(seconds=60)
        found.append(await asyncio.wait_for(done.get(), 60))
        await runner.stop()
        return found

    assert asyncio.run(live()) == ["at once", "in a minute"]


def test_a_task_that_fails_is_tried_later_and_later(
    database: Database, clock: ManualClock, write: Write, read: Read
) -> None:
    """Until it is given up; the others are not held up by it."""
    tried: list[int] = []
    done: list[str] = []

    async def perform(body: str) -> None:
        if body == "good":
            done.append(body)
            return
        tried.append(clock.now())
        raise OSError("the other side is away")

    runner = Runner(database, [counting()], {"errands": perform})
    write(tasks.add, "errands", "bad", "bad")
    write(tasks.add, "errands", "good", "good")
    for _ in range(limits.TASK_ATTEMPTS):
        settle(runner)
        ((_, _, due),) = read(all_tasks)
        if due is not None:
            clock.advance(milliseconds=due - clock.now())
    assert done == ["good"]
    waits = [(after - before) // 1_000 for before, after in itertools.pairwise(tried)]
    assert waits[:4] == [15, 30, 60, 120]
    assert max(waits) <= limits.TASK_BACKOFF_SECONDS_MAX
    assert read(all_tasks) == [("bad", limits.TASK_ATTEMPTS, None)]
    assert read(tasks.given_up) == 1


def test_a_hopeless_task_is_given_up_at_once(database: Database, write: Write, read: Read) -> None:
    """Trying again would only annoy."""

    async def perform(_body: str) -> None:
        raise Hopeless("no such address")

    write(tasks.add, "errands", "a", "")
    settle(Runner(database, [counting()], {"errands": perform}))
    assert read(all_tasks) == [("a", 1, None)]


def test_a_task_whose_performer_died_is_taken_up_again(database: Database, clock: ManualClock, write: Write) -> None:
    """After a while: nobody else takes it before."""
    write(tasks.add, "errands", "a", "body")
    (taken,) = write(tasks.take, ["errands"], 10)
    assert write(tasks.take, ["errands"], 10) == []
    clock.advance(seconds=limits.TASK_LEASE_SECONDS)
    (again,) = write(tasks.take, ["errands"], 10)
    assert (again.id, again.attempts) == (taken.id, 2)
