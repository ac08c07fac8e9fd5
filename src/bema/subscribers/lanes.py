"""Lanes: where tasks are performed, some at a time. What takes minutes has lanes of its own, so that mail need not wait."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from typing import Protocol

import structlog

from bema.model import limits
from bema.store import tasks
from bema.store.database import Database

Performer = Callable[[str], Awaitable[None]]

_log = structlog.get_logger("bema.subscribers")


class Hopeless(Exception):  # noqa: N818 -- it says what the task is: nothing went wrong here
    """What a performer raises when trying again is of no use."""


class Later(Exception):  # noqa: N818 -- nothing went wrong here: others have much to do
    """What a performer raises when it was told how many seconds to wait before trying again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"to be tried again in {seconds} seconds")
        self.seconds = seconds


class Works(Protocol):
    """Works through what waits for it."""

    def wake(self, whose: Collection[str] | None = None) -> None:
        """Say that something may be due, or whose tasks are."""
        ...

    def stop(self) -> None:
        """Begin nothing more."""
        ...

    async def work_on(self) -> None:
        """Work off what falls due until it is time to stop."""
        ...

    async def perform_due(self) -> bool:
        """Work off some of what is due; tell whether there was anything."""
        ...


class Lane:
    """Performs what is due, a few tasks together.

    A task whose process died falls due again when the next one starts (`Runner.start`), or when its lease ends.
    """

    def __init__(
        self,
        database: Database,
        performers: Mapping[str, Performer],
        *,
        at_once: int = limits.TASKS_AT_ONCE,
        lease_seconds: int = limits.TASK_LEASE_SECONDS,
    ) -> None:
        self._database = database
        self._performers = performers
        self._at_once, self._lease_seconds = at_once, lease_seconds
        self._work, self._performing = asyncio.Event(), asyncio.Lock()
        self._stopping = False

    def wake(self, whose: Collection[str] | None = None) -> None:
        """Say that something may be due, or whose tasks are."""
        if whose is None or not self._performers.keys().isdisjoint(whose):
            self._work.set()

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopping = True
        self._work.set()

    async def work_on(self) -> None:
        """Perform what is due whenever it is woken, until it is time to stop; by itself it looks once."""
        while not self._stopping:
            self._work.clear()
            try:
                if await self.perform_due():
                    continue
            except Exception:  # noqa: BLE001 - whatever it was, the tasks are still there in a moment
                _log.exception("the tasks could not be taken")
                await comes(self._work, limits.EVENT_TROUBLE_MILLISECONDS)
            else:
                await self._work.wait()

    async def perform_due(self) -> bool:
        """Perform some of what is due; tell whether there was anything."""
        async with self._performing:
            names = list(self._performers)
            if not await self._database.read(tasks.any_due, names):
                return False
            slot = self._database.slot
            taken = await self._database.write_behind(tasks.take, names, self._at_once, self._lease_seconds, slot=slot)
            await asyncio.gather(*[self._perform(task) for task in taken])
        return bool(taken)

    async def _perform(self, task: tasks.Task) -> None:
        done = asyncio.Event()
        holding = asyncio.create_task(self._hold(task, done))
        error: Exception | None = None
        try:
            if task.attempts > limits.TASK_ATTEMPTS:
                raise Hopeless("no process that began with it came to its end")
            await self._performers[task.subscriber](task.body)
        except Exception as raised:  # noqa: BLE001 - it is kept with the task, and told when it is given up
            error = raised
        finally:
            done.set()
        await holding  # or it might prolong what was put off or given up
        if error is None:
            await self._database.write_behind(tasks.done, task.id)
        elif await self._database.write_behind(
            tasks.failed,
            task,
            told(error),
            hopeless=isinstance(error, Hopeless),
            wait_seconds=error.seconds if isinstance(error, Later) else 0,
        ):
            _log.error("a task was given up", subscriber=task.subscriber, body=task.body, error=repr(error))

    async def _hold(self, task: tasks.Task, done: asyncio.Event) -> None:
        """Prolong the lease of a task for as long as it is performed."""
        while not await comes(done, self._lease_seconds * 1_000 // 3):
            with suppress(Exception):  # the next time may do better, and the lease outlasts one that fails
                await self._database.write_behind(tasks.hold, task.id, self._lease_seconds)


def told(error: BaseException) -> str:
    """Write an error down for the operator."""
    return "".join(traceback.format_exception(error))[-limits.EVENT_ERROR_CHARACTERS :]


async def comes(event: asyncio.Event, milliseconds: int) -> bool:
    """Wait for an event or for time to pass; tell whether it was the event."""
    try:
        async with asyncio.timeout(milliseconds / 1_000):
            await event.wait()
    except TimeoutError:
        return False
    return True
