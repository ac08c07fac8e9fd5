"""Tidying: what other servers brought and nobody needs any more goes now and then, a little at a time."""

import asyncio
from collections.abc import Collection

import structlog

from bema.domain.receiving import expiring
from bema.model import limits
from bema.model.ids import PostId
from bema.store import incoming
from bema.store.database import Database
from bema.subscribers.lanes import comes

_log = structlog.get_logger("bema.subscribers")


class Tidying:
    """Tidies up as long as the server runs; `days` after which posts and people whom nobody needs go, 0 for never."""

    def __init__(self, database: Database, days: int) -> None:
        self._database, self._days = database, days
        self._end = asyncio.Event()

    def wake(self, whose: Collection[str] | None = None) -> None:
        """Do nothing: no fact makes it hurry."""

    def stop(self) -> None:
        """Begin nothing more."""
        self._end.set()

    async def work_on(self) -> None:
        """Tidy up now and then until it is time to stop."""
        while not await comes(self._end, limits.TIDY_SECONDS * 1_000):
            try:
                await self.tidy()
            except Exception:  # noqa: BLE001 - whatever it was, it is done the next time
                _log.exception("what is old could not be cleared away")

    async def perform_due(self) -> bool:
        """Say that nothing is waited for."""
        return False

    async def tidy(self) -> None:
        """Let go of all that may go."""
        await self._database.write(incoming.tidy)
        if not self._days:
            return
        after: PostId | None = PostId(0)
        while after is not None and not self._end.is_set():
            after = await self._database.write(expiring.expire_posts, self._days, after)
        while not self._end.is_set() and await self._database.write(expiring.expire_people, self._days):
            pass
