"""Watching: an account of ours that somebody took away past the public log is back within a minute, and the operator told."""

import asyncio
from collections.abc import Collection

import structlog

from bema.domain import auditing
from bema.model import limits
from bema.store import discrepancies
from bema.store.database import Database
from bema.subscribers.lanes import comes

_log = structlog.get_logger("bema.subscribers")


class Watching:
    """Looks as long as the server runs; posts need no watch, as readers are asked for the entry of each that is hidden."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._end = asyncio.Event()

    def wake(self, whose: Collection[str] | None = None) -> None:
        """Do nothing: no fact tells of what was done past the log."""

    def stop(self) -> None:
        """Begin nothing more."""
        self._end.set()

    async def work_on(self) -> None:
        """Look now and then until it is time to stop."""
        while not await comes(self._end, limits.WATCH_SECONDS * 1_000):
            try:
                await self.look()
            except Exception:  # noqa: BLE001 - whatever it was, it is done the next time
                _log.exception("it could not be seen whether accounts are as they were decided about")

    async def perform_due(self) -> bool:
        """Say that nothing is waited for."""
        return False

    async def look(self) -> None:
        """Give back what no entry of the public log tells of."""
        for account in await self._database.read(discrepancies.taken_away, limits.AUDIT_BATCH):
            _log.error("an account was restricted past the public log, and is not any more", account=account)
            await self._database.write(auditing.give_back, account)
