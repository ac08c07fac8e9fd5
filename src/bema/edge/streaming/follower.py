"""The follower: reads the event log on for those who listen in this process, as far as the projections have read it.

Home timelines and notifications are rows that projections write. What a listener is told is found out from these rows, in
the same state of the database: hence facts are told only when all projections that matter have taken them up. Each process
follows by itself, from the moment somebody listens to it; nothing is stored, and nothing is told twice.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

import structlog

from bema.edge.gate import Gate
from bema.edge.streaming.hub import POLICY_VIOLATION, Delivery, Hub, Listener
from bema.model import limits
from bema.model.errors import Forbidden, Refusal
from bema.model.events import AccountDeleted, DecisionMade, Event, LoginChanged
from bema.store import listeners, log
from bema.store.database import Database
from bema.store.log import Entry
from bema.store.tx import Tx, may_pass

_log = structlog.get_logger("bema.streaming")

Tell = Callable[[Tx, Hub, Sequence[Entry[Event]]], list[Delivery]]


class Follower:
    """Brings facts to those who listen."""

    def __init__(self, database: Database, gate: Gate, hub: Hub, projections: Sequence[str], tell: Tell) -> None:
        self._database, self._gate, self.hub, self._projections, self._tell = (
            database,
            gate,
            hub,
            list(projections),
            tell,
        )
        self._position: int | None = None  # in the log; none while nobody listens
        self._most = limits.STREAM_FACTS  # facts at a time
        self._news = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to follow, on the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._running = [
            asyncio.create_task(self._follow()),
            asyncio.create_task(self.hub.keep(self._check)),
        ]

    async def stop(self) -> None:
        """Follow no more."""
        self._loop = None
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def wake(self) -> None:
        """Say that projections have read on; from any thread."""
        loop = self._loop
        if loop is not None and self.hub.size:
            with suppress(RuntimeError):  # the event loop is gone, and the listeners with it
                loop.call_soon_threadsafe(self._news.set)

    async def attend(self) -> None:
        """Begin to follow from now on, if nobody listened so far: what comes after this is told."""
        if self._position is None:
            reached = await self._database.read(log.reached, self._projections)
            if self._position is None:
                self._position = reached
        self._news.set()

    async def _follow(self) -> None:
        while True:
            try:
                if self.hub.size == 0:
                    self._position = None
                    self._news.clear()
                    await self._news.wait()
                elif not await self._advance():
                    await self._until_news()
            except Exception:  # noqa: BLE001 - whatever it was, the log is still there in a moment
                _log.exception("the event log could not be followed for streams")
                await asyncio.sleep(limits.EVENT_TROUBLE_MILLISECONDS / 1_000)

    async def _until_news(self) -> None:
        """Wait for a wake-up, or until it is time to look for what was written without one (on another machine)."""
        with suppress(TimeoutError):
            async with asyncio.timeout(limits.EVENT_POLL_MILLISECONDS / 1_000):
                await self._news.wait()
        self._news.clear()

    async def _advance(self) -> bool:
        """Tell some facts; answer whether there may be more."""
        if self._position is None:
            await self.attend()
        position = self._position or 0
        try:
            entries, deliveries = await self._database.read(self._look, position, self._most, self._tell)
        except Exception as error:
            if may_pass(error) or isinstance(error, Refusal):
                raise
            if self._most > 1:  # find out which of them it is
                self._most = 1
                return True
            _log.exception("a fact could not be told to those who listen", after=position)
            entries, deliveries = await self._database.read(self._look, position, 1, _tell_nothing)
        self._most = limits.STREAM_FACTS
        if not entries:
            return False
        self._position = entries[-1].position
        self.hub.deliver(deliveries)
        for entry in entries:
            match entry.event:
                case AccountDeleted(account=account) | DecisionMade(account=account):
                    await self._check(self.hub.of(account=account))
                case LoginChanged(login=login):
                    await self._check(self.hub.of(login=login))
        return True

    def _look(self, tx: Tx, position: int, most: int, tell: Tell) -> tuple[list[Entry[Event]], list[Delivery]]:
        reached = log.reached(tx, self._projections)
        if reached <= position:
            return [], []
        entries = [entry for entry in log.after(tx, position, most) if entry.position <= reached]
        return entries, tell(tx, self.hub, entries) if entries else []

    async def _check(self, listening: list[Listener]) -> None:
        """Close the streams of those who may not have them any more: for their key, or for where they come from."""
        if not listening:
            return
        valid = await self._database.read(listeners.living, list({each.key for each in listening}))
        for each in listening:
            if each.key not in valid:
                self.hub.drop(each, POLICY_VIOLATION, each.over)
                continue
            try:
                await self._gate.check(each.address)
            except Forbidden:
                self.hub.drop(each, POLICY_VIOLATION, "This network is kept away")


def _tell_nothing(_tx: Tx, _hub: Hub, _entries: Sequence[Entry[Event]]) -> list[Delivery]:
    return []
