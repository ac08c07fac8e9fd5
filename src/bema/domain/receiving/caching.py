"""Caching: files of other servers are fetched when somebody here looks, and kept as long as there is room.

So nobody's browser asks a third party, and who moved or closed their server leaves no holes at once. Only what something
here shows is ever fetched, only pictures, video and sound are kept, and what they are is judged by their bytes. What is
too large to be kept is passed on in parts.
"""

import asyncio

from bema.domain import keeping_out
from bema.domain.receiving import people
from bema.domain.receiving.file_kinds import kind_of
from bema.domain.receiving.passing_on import Large, Passing
from bema.model import limits
from bema.model.errors import NotFound
from bema.model.federating import host_of
from bema.model.site import Site
from bema.outside.blobs import Blobs
from bema.outside.clock import Clock
from bema.outside.fetch import Fetcher
from bema.outside.unfetched import Oversized, Unfetched
from bema.store import remote_files
from bema.store.database import Database
from bema.store.remote_files import Kept
from bema.store.tx import Tx

_TYPES = ("image/", "video/", "audio/", "application/octet-stream", "binary/octet-stream", "")


class RemoteFiles:
    """Keeps files of other servers."""

    def __init__(
        self, database: Database, fetcher: Fetcher, blobs: Blobs, site: Site, clock: Clock, most_bytes: int
    ) -> None:
        self._database, self._fetcher, self._blobs, self._site = database, fetcher, blobs, site
        self._most_bytes = most_bytes
        self.passing = Passing(fetcher, clock)
        self._under_way: dict[str, asyncio.Task[str | Large | None]] = {}
        self._places = asyncio.Semaphore(limits.REMOTE_FILES_AT_ONCE)
        self._since_tidied = 0

    async def __call__(self, name: str) -> str | Large | None:
        """Return under which name a file is kept here, or what can be passed on of it; None where it cannot be had.

        What nothing here shows is not there.
        """
        kept, now = await self._database.read(_look, self._site, name)
        waits = kept.tried_at is not None and kept.tried_at + limits.REMOTE_FILE_RETRY_SECONDS * 1_000 > now
        if kept.blob is not None and (waits or not kept.is_outdated):
            if (kept.used_at or 0) + limits.REMOTE_FILE_TOUCH_SECONDS * 1_000 < now:
                await self._database.write(remote_files.touch, name)
            return kept.blob
        if kept.blob is None and kept.bytes is not None:
            return await self.passing.look(kept.url)
        if waits:
            return None
        task = self._under_way.get(name)
        if task is None or task.get_loop() is not asyncio.get_running_loop():
            task = self._under_way[name] = asyncio.create_task(self._fetched(name, kept.url, kept.blob))
            task.add_done_callback(lambda _done: self._under_way.pop(name, None))
        return await asyncio.shield(task)

    async def _fetched(self, name: str, url: str, before: str | None) -> str | Large | None:
        """Fetch a file; one that was there `before` stays where the new one cannot be had."""
        async with self._places:
            try:
                answer = await self._fetcher.fetch(url, max_bytes=limits.REMOTE_FILE_BYTES, plain_http=False)
            except Oversized:
                if before is not None:
                    await self._database.write(remote_files.tried, name)
                    return before
                large = await self.passing.look(url)
                await self._database.write(remote_files.keep, name, None, None if large is None else large.size)
                return large
            except Unfetched:
                answer = None
            kind = (
                None if answer is None or not answer.ok or not answer.type.startswith(_TYPES) else kind_of(answer.body)
            )
            if answer is None or kind is None:
                if before is not None:
                    await self._database.write(remote_files.tried, name)
                    return before
                await self._database.write(remote_files.keep, name, None, None)
                return None
            blob = self._blobs.key("remote", name, answer.body, kind)
            await self._blobs.put(blob, answer.body)
            await self._database.write(remote_files.keep, name, blob, len(answer.body))
            if before not in (None, blob):
                await self._blobs.delete(before)
        self._since_tidied += len(answer.body)
        if self._since_tidied > self._most_bytes // 100:
            self._since_tidied = 0
            await self.tidy()
        return blob

    async def tidy(self) -> None:
        """Forget files at which nobody looked for longest, until the rest fits."""
        while surplus := await self._database.write(remote_files.surplus, self._most_bytes):
            for blob in surplus:
                await self._blobs.delete(blob)


def _look(tx: Tx, site: Site, name: str) -> tuple[Kept, int]:
    kept = remote_files.one(tx, name)
    host = None if kept is None else host_of(kept.url)
    if kept is None or host is None or keeping_out.is_kept_out(tx, site, host) or people.rejects_media(tx, host):
        raise NotFound
    return kept, tx.now
