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
        self.jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._name, self._work, self._most = name, work, most
        self._threads: list[threading.Thread] = []
        self._growing = threading.Lock()
        self._idle = threading.Semaphore(0)

    def put(self, job: Job) -> None:
        """Add to the work."""
        self.jobs.put(job)
        if len(self._threads) < self._most and not self._idle.acquire(blocking=False):
            self.grow()

    def grow(self) -> None:
        """Let one more thread begin, if there may be one more."""
        with self._growing:
            if len(self._threads) < self._most:
                name = f"{self._name}-{len(self._threads)}"
                self._threads.append(threading.Thread(target=self._work, name=name, daemon=True))
                self._threads[-1].start()

    def take(self) -> Job | None:
        """Return the next job for one of the threads, as soon as there is one; None when it is to end."""
        try:
            return self.jobs.get_nowait()
        except queue.Empty:
            self._idle.release()
            return self.jobs.get()

    def end(self) -> None:
        """Wait until all that was accepted is done."""
        with self._growing:
            self._most = 0
        for _ in self._threads:
            self.jobs.put(None)
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
