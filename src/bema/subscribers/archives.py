"""Archives: all that is somebody's is gathered piece by piece, each in a short transaction, stored, and thrown away in time."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any

import msgspec

from bema.domain import archiving, taking_along, uploading
from bema.model import limits
from bema.model.belongings import Archive as Wanted
from bema.model.errors import NotFound
from bema.model.ids import AccountId, PostId
from bema.model.site import Site
from bema.outside.archives import Archive
from bema.outside.blobs import RAW, Blobs
from bema.store.database import Database
from bema.subscribers.lanes import Performer
from bema.wire.activitypub.context import document, everything
from bema.wire.tlog.checkpoints import Proof

_encode = msgspec.json.Encoder().encode


def archiving_all(database: Database, blobs: Blobs, site: Site) -> Performer:
    """Return what makes an archive, or throws one away. Broken off, it begins anew, and leaves nothing."""

    async def perform(body: str) -> None:
        if body.startswith("expire "):
            await database.write(archiving.expire, int(body.removeprefix("expire ")))
            return
        wanted = await database.read(archiving.wanted, int(body))
        if wanted is not None:
            await _Gathering(database, blobs, site, wanted).make()

    return perform


class _Gathering:
    """One archive in the making."""

    def __init__(self, database: Database, blobs: Blobs, site: Site, wanted: Wanted) -> None:
        self._database, self._blobs, self._site, self._wanted = database, blobs, site, wanted
        self._files: dict[str, str] = {}  # names in the archive -> where they are stored
        self._posts = 0

    @property
    def _actor(self) -> AccountId:
        return self._wanted.account

    async def make(self) -> None:
        """Gather, store and hand over."""
        async with Archive() as archive:
            profile, portraits = await self._database.read(taking_along.profile, self._site, self._actor)
            self._take(portraits)
            await archive.add("actor.json", _whole(_encode(document(profile))))
            await archive.add("outbox.json", self._outbox())
            for kind, name in (("favourites", "likes.json"), ("bookmarks", "bookmarks.json")):
                await archive.add(name, self._kept(kind, name))
            for name, kind in taking_along.FILES.items():
                await archive.add(name, taking_along.lines_of(self._database, self._site, self._actor, kind))
            await self._decisions(archive)
            files = await self._pictures(archive)
            size = await archive.finish()
            owner = str(self._wanted.id)
            key = await asyncio.to_thread(self._blobs.key, "archive", owner, archive.file, RAW)
            await self._database.write(uploading.expect, key)
            await self._blobs.put(key, archive.file)
        finish = archiving.finish
        await self._database.write(finish, self._site, self._wanted.id, key, size, self._posts, files)

    def _take(self, files: Iterable[tuple[str, str]]) -> None:
        self._files.update((name, key) for key, name in files)

    async def _outbox(self) -> AsyncIterator[bytes]:
        yield _beginning("outbox.json")
        after: PostId | None = PostId(0)
        while after is not None:
            found = await self._database.read(taking_along.said, self._site, self._actor, after)
            self._take(found.files)
            for activity in found.activities:
                yield (b",\n" if self._posts else b"") + _encode(activity)
                self._posts += 1
            after = found.next
        yield b"]}\n"

    async def _kept(self, kind: str, name: str) -> AsyncIterator[bytes]:
        yield _beginning(name)
        after: int | None = 0
        begun = False
        while after is not None:
            found = await self._database.read(taking_along.kept, self._site, self._actor, kind, after)
            for address in found.addresses:
                yield (b",\n" if begun else b"") + _encode(address)
                begun = True
            after = found.next
        yield b"]}\n"

    async def _decisions(self, archive: Archive) -> None:
        before: int | None = None
        while True:
            found = await self._database.read(taking_along.decided, self._actor, before)
            for id_, told, receipt in found.told:
                content = msgspec.json.format(_encode(told), indent=1)
                await archive.add(f"decisions/decision-{id_}.json", _whole(content))
                if receipt is not None:
                    proof = Proof(*receipt).write()
                    await archive.add(f"decisions/decision-{id_}.tlog-proof", _whole(proof))
            before = found.next
            if before is None:
                return

    async def _pictures(self, archive: Archive) -> int:
        taken = total = 0
        left: list[str] = []
        for name, key in self._files.items():
            try:
                blob = await self._blobs.get(key)
            except NotFound:  # it was deleted a moment ago
                left.append(name)
                continue
            if total + blob.size > limits.ARCHIVE_FILES_BYTES:
                left.append(name)
                continue
            total += await archive.add(name, _as_chunks(blob.chunks), packed=False)
            taken += 1
        if left:
            await archive.add("left_out.txt", _whole("\n".join([*left, ""])))
        return taken


def _beginning(id_: str) -> bytes:
    about: dict[str, Any] = {"@context": everything(), "id": id_, "type": "OrderedCollection"}
    return _encode(about)[:-1] + b',"orderedItems":['


async def _whole(content: bytes | str) -> AsyncIterator[bytes | str]:
    yield content


async def _as_chunks(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        yield chunk
