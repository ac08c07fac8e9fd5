"""Threads that work off a queue, and the jobs in it: how the database does more than one thing at a time."""

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

from bema.model import limits


class Job:
    """An operation on its way through a thread, and who waits for it."""

    __slots__ = ("args", "behind", "error", "future", "kwargs", "loop", "op", "result")

    def __init__(
        self,
        op: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        future: Any,
        loop: Any,
        *,
        behind: bool = False,
    ) -> None:
        self.op, self.args, self.kwargs, self.future, self.loop = op, args, kwargs, future, loop
        self.behind = behind  # nobody waits for it: whatever somebody waits for goes before
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
    """Threads that work off a queue: another begins when all are busy, until there are as many as there may be.

    What stands behind gives way to all the rest, and yet has a turn now and then, however many wait before it.
    """

    def __init__(self, name: str, work: Callable[[], None], most: int) -> None:
        self._turns: queue.SimpleQueue[bool] = queue.SimpleQueue()  # one for each job, and a False for each end
        self._front: deque[Job] = deque()
        self._behind: deque[Job] = deque()
        self._taken = 0  # jobs so far
        self._name, self._work, self._most = name, work, most
        self._threads: list[threading.Thread] = []
        self._counting = threading.Lock()
        self._waiting = 0  # jobs that no thread has taken
        self._busy: set[int] = set()  # threads that have taken some

    @property
    def waiting(self) -> int:
        """How many jobs nobody has begun with."""
        return self._turns.qsize()

    def put(self, job: Job) -> None:
        """Add to the work."""
        with self._counting:
            self._waiting += 1
            are_short = self._waiting > len(self._threads) - len(self._busy)
        (self._behind if job.behind else self._front).append(job)
        self._turns.put(True)
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
        goes_on = self._turns.get()
        with self._counting:
            self._busy.add(threading.get_ident())
            if not goes_on:
                return None
            self._waiting -= 1
            self._taken += 1
            out_of_turn = bool(self._behind) and self._taken % limits.CREW_TURNS == 0
            return (self._front if self._front and not out_of_turn else self._behind).popleft()

    def take_more(self, *, behind: bool) -> Job | None:
        """Return one more job for the only thread, which has one: from the front, or from behind; None if there is none."""
        jobs = self._behind if behind else self._front
        if not jobs:
            return None
        try:
            goes_on = self._turns.get_nowait()
        except queue.Empty:  # it is about to be put
            return None
        if not goes_on:
            self._turns.put(False)
            return None
        with self._counting:
            self._waiting -= 1
        return jobs.popleft()

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
            self._turns.put(False)
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
