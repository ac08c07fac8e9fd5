"""Crews: as many threads as there is work for, and no job without one."""

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import Future

import pytest

from bema.model import limits
from bema.store.crews import Crew, Job
from bema.store.database import Database
from bema.store.tx import Tx
from tests.patience import PATIENCE


@pytest.fixture
def others() -> set[threading.Thread]:
    """Threads that were there before: of servers that other tests share."""
    return set(threading.enumerate())


def threads_of(kind: str, others: set[threading.Thread]) -> int:
    """Count the threads of this kind that began since."""
    return sum(each.name.startswith(f"bema-{kind}-") for each in set(threading.enumerate()) - others)


def test_who_is_alone_is_not_served_by_all_threads(others: set[threading.Thread], database: Database) -> None:
    """Or each operation would find a connection that knows nothing yet."""
    for _ in range(20):
        assert database.write_now(lambda tx: tx.now) == database.read_now(lambda tx: tx.now)
    assert (threads_of("write", others), threads_of("read", others)) == (1, 1)


def test_as_many_are_read_for_at_once_as_there_may_be_threads(
    others: set[threading.Thread], database: Database
) -> None:
    """Each waits for all the others: fewer threads would never come to an end."""
    together = threading.Barrier(limits.READ_THREADS, timeout=PATIENCE)

    def wait(_tx: Tx) -> int:
        return together.wait()

    async def read_all() -> Sequence[int]:
        return await asyncio.gather(
            *(asyncio.to_thread(database.read_now, wait) for _ in range(limits.READ_THREADS)),
        )

    assert sorted(asyncio.run(read_all())) == list(range(limits.READ_THREADS))
    assert threads_of("read", others) == limits.READ_THREADS


def test_no_job_waits_for_a_busy_thread_while_another_could_begin() -> None:
    """Two jobs that wait for each other come just when the only thread ends an earlier one: now before, now after it."""

    def work() -> None:
        while (job := crew.take()) is not None:
            job.result = job.op()
            crew.finish((job,))
            del job

    for _ in range(200):
        crew = Crew("bema-test", work, 2)
        earlier: Future[int] = Future()
        crew.put(Job(lambda: 0, (), {}, earlier, None))
        earlier.result(PATIENCE)
        together = threading.Barrier(2, timeout=PATIENCE)
        both: list[Future[int]] = [Future(), Future()]
        for each in both:
            crew.put(Job(together.wait, (), {}, each, None))
        assert sorted(each.result(PATIENCE) for each in both) == [0, 1]
        crew.end()


def test_a_crew_ends_when_all_that_was_accepted_is_done(others: set[threading.Thread]) -> None:
    """What waits when the end is asked for is done first, and the threads are gone then."""
    done: list[int] = []

    def work() -> None:
        while (job := crew.take()) is not None:
            done.append(job.op())
            crew.finish((job,))

    crew = Crew("bema-test", work, 3)
    for number in range(100):
        crew.put(Job(lambda number=number: number, (), {}, Future(), None))
    crew.end()
    assert sorted(done) == list(range(100))
    assert threads_of("test", others) == 0
