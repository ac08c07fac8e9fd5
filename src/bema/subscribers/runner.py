"""The runner: brings every fact of the event log to all who follow it, and performs the tasks that come of it.

A *projection* changes our own tables: its changes and its cursor are committed together, hence exactly once. An
*effect* touches the world outside: its handlers only add tasks, which are performed after the commit, at least once.
All subscribers share one transaction per batch; a fact that one of them cannot digest is put aside for the operator.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import structlog

from bema.model import limits
from bema.model.errors import Refusal
from bema.model.events import Event, PostPublished
from bema.store import glances, log, tasks
from bema.store.database import Database
from bema.store.log import Entry
from bema.store.tx import WriteTx, may_pass
from bema.subscribers.lanes import Hopeless, Lane, Performer, Works, comes, told

__all__ = ["Failure", "Handler", "Hopeless", "Performer", "Runner", "Subscriber", "advance", "start_anew"]

Handler = Callable[[WriteTx, Entry[Any]], None]

_log = structlog.get_logger("bema.subscribers")


@dataclass(frozen=True)
class Subscriber:
    """Who follows the log under a name that is stored, what it does with which facts, and how it starts anew."""

    name: str
    handlers: Mapping[type[Event], Handler]
    rebuild: Callable[[WriteTx], None]


class Failure(NamedTuple):
    """A fact that a subscriber could not digest."""

    subscriber: str
    entry: Entry[Event]
    error: str


class Applied(NamedTuple):
    """What one batch came to."""

    entries: list[Entry[Event]]  # those that were new to all subscribers
    failures: list[Failure]
    more: bool  # whether the log goes on


def advance(tx: WriteTx, subscribers: Sequence[Subscriber], *, careful: bool = False) -> Applied:
    """Bring the next facts to all subscribers and move their cursors. `careful` survives a fact that cannot be digested."""
    log.number_committed(tx)
    cursors = log.hold_cursors(tx, [subscriber.name for subscriber in subscribers])
    position, newest = min(cursors.values()), max(cursors.values())
    entries = log.after(tx, position, limits.EVENT_BATCH)
    glances.look(tx, [entry.event.post for entry in entries if isinstance(entry.event, PostPublished)])
    failures: list[Failure] = []
    before, runs, read = tx.changed, tx.runs, 0
    for entry in entries:
        for subscriber in subscribers:
            if cursors[subscriber.name] < entry.position:
                if careful:
                    failures += _digest_carefully(tx, subscriber, entry)
                else:
                    _digest(tx, subscriber, entry)
        position = entry.position
        read += 1
        if tx.changed - before > limits.EVENT_ROWS or tx.runs - runs > limits.EVENT_CHANGES:
            break
    log.move_cursors(tx, [name for name, at in cursors.items() if at < position], position)
    fresh = [entry for entry in entries[:read] if entry.position > newest]
    return Applied(fresh, failures, more=read < len(entries) or read == limits.EVENT_BATCH)


def _digest(tx: WriteTx, subscriber: Subscriber, entry: Entry[Event]) -> None:
    if isinstance(entry.event, log.Unreadable):
        raise TypeError("this release cannot read the fact")
    handler = subscriber.handlers.get(type(entry.event))
    if handler is not None:
        handler(tx, entry)


def _digest_carefully(tx: WriteTx, subscriber: Subscriber, entry: Entry[Event]) -> list[Failure]:
    try:
        with tx.savepoint():
            _digest(tx, subscriber, entry)
    except Exception as error:
        if may_pass(error):
            raise
        reason = told(error)
        log.park(tx, subscriber.name, entry, reason)
        return [Failure(subscriber.name, entry, reason)]
    return []


def start_anew(tx: WriteTx, subscriber: Subscriber) -> None:
    """Rebuild what a projection holds from the other tables and the log, and let it read on from the log's end."""
    end = log.stand_still(tx)
    log.hold_cursors(tx, [subscriber.name])
    subscriber.rebuild(tx)
    log.forget_parked(tx, subscriber.name)
    log.move_cursors(tx, [subscriber.name], end)


class Runner:
    """Reads the log of one database as long as the server runs. Several may run: the cursors let one read at a time."""

    def __init__(
        self,
        database: Database,
        subscribers: Sequence[Subscriber],
        performers: Mapping[str, Performer],
        slow: Mapping[str, Performer] | None = None,
        waiting: Sequence[Mapping[str, Performer]] = (),
        others: Sequence[Works] = (),
    ) -> None:
        self._database = database
        self._subscribers = {subscriber.name: subscriber for subscriber in subscribers}
        self._names = list(self._subscribers)
        # What waits for others' servers has lanes of its own, by whose they are: neither holds up the other.
        self._lanes: list[Works] = [Lane(database, performers), *[Lane(database, each) for each in waiting], *others]
        for _ in range(limits.PREPARING_AT_ONCE if slow else 0):
            self._lanes.append(Lane(database, slow or {}, at_once=1, lease_seconds=limits.PREPARING_LEASE_SECONDS))
        self.on_applied: Callable[[Sequence[Entry[Event]]], None] = lambda _entries: None  # called after each commit
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news, self._reading = asyncio.Event(), asyncio.Lock()
        self._end = asyncio.Event()
        self._woken = False  # whether a wake-up is on its way: one is enough for any number of commits
        self._stopping = False
        self._running: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to read, on the running event loop, and to perform tasks; first those that dead processes had begun."""
        self._loop = asyncio.get_running_loop()
        await self._database.write(tasks.free, self._database.forsaken_slots())
        works = [self._read_on(), self._look_out(), *[lane.work_on() for lane in self._lanes]]
        self._running = [asyncio.create_task(each) for each in works]

    async def stop(self) -> None:
        """Finish the batch under way, and give the tasks under way a moment."""
        self._stopping = True
        self._news.set()
        self._end.set()
        for lane in self._lanes:
            lane.stop()
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=limits.RUNNER_STOP_SECONDS)
            for each in late:
                each.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)
        self._loop = None

    def wake(self) -> None:
        """Say that something was added to the log; from any thread."""
        loop = self._loop
        if loop is None or self._woken:
            return
        self._woken = True
        try:
            loop.call_soon_threadsafe(self._news.set)
        except RuntimeError:  # its event loop is gone, and the runner with it
            self._loop = None

    async def settle(self) -> None:
        """Read to the end of the log and perform all that is due, whether the runner was started or not."""
        while True:
            more = await self._advance()
            performed = [await lane.perform_due() for lane in self._lanes]
            if not any(performed) and not more and not await self._database.read(log.has_news, self._names):
                return

    async def lags(self) -> dict[str, int]:
        """Return how many places each subscriber is behind the end of the log."""
        return await self._database.read(log.lags, self._names)

    async def rebuild(self, name: str) -> None:
        """Let a projection start anew."""
        await self._database.write(start_anew, self._subscribers[name])

    # --- Reading ------------------------------------------------------------------------------------------------------

    async def _read_on(self) -> None:
        while not self._stopping:
            self._woken = False
            self._news.clear()
            try:
                if await self._advance():
                    continue
                await self._until_news()
            except Exception:  # noqa: BLE001 - whatever it was, the log is still there in a moment
                _log.exception("the event log could not be read on")
                await comes(self._news, limits.EVENT_TROUBLE_MILLISECONDS)

    async def _until_news(self) -> None:
        """Wait for a wake-up, and look from time to time for what other processes wrote."""
        while not self._stopping and not await comes(self._news, limits.EVENT_POLL_MILLISECONDS):
            if await self._database.read(log.has_news, self._names):
                return

    async def _advance(self) -> bool:
        """Take one batch; tell whether there is more."""
        async with self._reading:
            subscribers = list(self._subscribers.values())
            try:
                applied = await self._database.write_behind(advance, subscribers)
            except Exception as error:
                if may_pass(error) or isinstance(error, Refusal):
                    raise
                applied = await self._database.write_behind(advance, subscribers, careful=True)
        for failure in applied.failures:
            _log.error(
                "a fact was put aside",
                subscriber=failure.subscriber,
                position=failure.entry.position,
                fact=type(failure.entry.event).__name__,
                error=failure.error,
            )
        if applied.entries:
            await self._wake_lanes()
            self.on_applied(applied.entries)
        return applied.more

    # --- Performing ---------------------------------------------------------------------------------------------------

    async def _look_out(self) -> None:
        """Look from time to time for what fell due, or was asked for without a fact, for all lanes at once."""
        while not await comes(self._end, limits.EVENT_POLL_MILLISECONDS):
            try:
                await self._wake_lanes()
            except Exception:  # noqa: BLE001 - whatever it was, the tasks are still there in a moment
                _log.exception("it could not be seen which tasks are due")
                await comes(self._end, limits.EVENT_TROUBLE_MILLISECONDS)

    async def _wake_lanes(self) -> None:
        whose = await self._database.read(tasks.whose_due)
        for lane in self._lanes:
            lane.wake(whose)
