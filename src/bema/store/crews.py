"""Threads that work off a queue, and the jobs in it: how the database does more than one thing at a time."""

import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any


class Job:
    """An operation on its way through a thread, and who waits for it."""

    __slots__ = ("args", "error", "future", "kwargs", "loop", "op", "result")

    def __init__(
        self, op: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], future: Any, loop: Any
    ) -> None:
        self.op, self.args, self.kwargs, self.future, self.loop = op, args, kwargs, future, loop
        self.result: Any = None
        self.error: BaseException | None = None

    def settle(self) -> None:
        """Give the waiting side the result or the error."""
        if self.future.done():  # the waiting side went away; the work stands all the same
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class Crew:
    """Threads that work off one queue: another begins when all are busy, until there are as many as there may be."""

    def __init__(self, name: str, work: Callable[[], None], most: int) -> None:
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._name, self._work, self._most = name, work, most
        self._threads: list[threading.Thread] = []
        self._counting = threading.Lock()
        self._waiting = 0  # jobs that no thread has taken
        self._busy: set[int] = set()  # threads that have taken some

    @property
    def waiting(self) -> int:
        """How many jobs nobody has begun with."""
        return self._jobs.qsize()

    def put(self, job: Job) -> None:
        """Add to the work."""
        with self._counting:
            self._waiting += 1
            are_short = self._waiting > len(self._threads) - len(self._busy)
        self._jobs.put(job)
        if are_short:
            self.grow()

    def grow(self) -> None:
        """Let one more thread begin, if there may be one more."""
        with self._counting:
            if len(self._threads) < self._most:
                name = f"{self._name}-{len(self._threads)}"
                self._threads.append(threading.Thread(target=self._work, name=name, daemon=True))
                self._threads[-1].start()

    def take(self) -> Job | None:
        """Return the next job for one of the threads, as soon as there is one; None when it is to end."""
        job = self._jobs.get()
        with self._counting:
            self._busy.add(threading.get_ident())
            self._waiting -= job is not None
        return job

    def take_more(self) -> Job | None:
        """Return one more job for a thread that has one; None when it is to end after these. Raises `queue.Empty`."""
        job = self._jobs.get_nowait()
        with self._counting:
            self._waiting -= job is not None
        return job

    def finish(self, jobs: Iterable[Job]) -> None:
        """Wake everybody who waits for these jobs. Who then asks at once for more finds the thread free."""
        with self._counting:
            self._busy.discard(threading.get_ident())
        finish(jobs)

    def end(self) -> None:
        """Wait until all that was accepted is done."""
        with self._counting:
            self._most = 0
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()


def finish(jobs: Iterable[Job]) -> None:
    """Wake everybody who waits for these jobs: one wake-up for each event loop, whatever the number of jobs."""
    by_loop: dict[Any, list[Job]] = {}
    for job in jobs:
        by_loop.setdefault(job.loop, []).append(job)
    for loop, group in by_loop.items():
        if loop is None:
            _settle_all(group)
        else:
            with suppress(RuntimeError):  # the loop was closed: nobody waits any more
                loop.call_soon_threadsafe(_settle_all, group)


def _settle_all(jobs: Sequence[Job]) -> None:
    for job in jobs:
        job.settle()
