"""A bounded pool of threads for heavy work: what does not fit is refused at once rather than queued without end."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from bema.model.errors import TooMany

P = ParamSpec("P")
T = TypeVar("T")


class Pool:
    """Run functions that release the interpreter lock on a few threads, with a bounded number of callers waiting."""

    def __init__(self, name: str, *, threads: int, waiting: int, refusal: str, retry_after_seconds: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._places = threading.BoundedSemaphore(threads + waiting)
        self._refusal = refusal
        self._retry_after_seconds = retry_after_seconds

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` on a thread and wait for its answer; refuse with `TooMany` when every place is taken."""
        if not self._places.acquire(blocking=False):
            raise TooMany(self._refusal, retry_after_seconds=self._retry_after_seconds)
        try:
            future = self._threads.submit(work, *args, **kwargs)
        except RuntimeError:  # the pool was closed meanwhile
            self._places.release()
            raise
        # The place is held until the work has ended, also when the one who asked has gone away.
        future.add_done_callback(self._leave)
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Take no more work, forget what has not begun, and wait for what has."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _leave(self, _future: "Future[T]") -> None:
        self._places.release()
