"""Recordings: each is fetched as it was uploaded, prepared in a process of its own, stored, and put in its place."""

import asyncio
import tempfile
from typing import IO

import structlog

from bema.domain import preparing, uploading
from bema.model.errors import NotFound
from bema.model.ids import MediaId
from bema.model.views import Attachment, Picture, Recording
from bema.outside.blobs import Blobs
from bema.outside.images import EXTENSIONS as PICTURES
from bema.outside.recordings.workshop import Prepared, Unpreparable, prepared
from bema.store.database import Database
from bema.subscribers.lanes import Performer

_EXTENSIONS = {"video/mp4": "mp4", "audio/mp4": "m4a", "audio/mpeg": "mp3"}

_log = structlog.get_logger("bema.subscribers")


def preparing_recordings(database: Database, blobs: Blobs) -> Performer:
    """Return what prepares a recording. Done twice, it comes to the same; broken off, it leaves nothing half done."""

    async def perform(body: str) -> None:
        id_ = MediaId(int(body))
        attachment = await database.read(preparing.waiting, id_)
        if attachment is None:
            return
        try:
            with tempfile.TemporaryFile() as source:
                await _fetch(blobs, attachment, source)
                async with prepared(source) as made:
                    await _keep(database, blobs, id_, made)
        except (Unpreparable, NotFound) as reason:
            _log.info("a recording could not be prepared", media=id_, reason=str(reason))
            await database.write(preparing.fail, id_)

    return perform


async def _fetch(blobs: Blobs, attachment: Attachment, into: IO[bytes]) -> None:
    blob = await blobs.get(attachment.original.key)
    async for chunk in blob.chunks:
        await asyncio.to_thread(into.write, chunk)
    into.flush()


async def _keep(database: Database, blobs: Blobs, id_: MediaId, made: Prepared) -> None:
    """Store what was made, and put it in its place in one transaction."""
    report, owner = made.report, str(id_)
    made.result.seek(0, 2)
    bits_per_second = round(made.result.tell() * 8 / max(report.seconds, 0.001))
    content = made.result
    key = await asyncio.to_thread(blobs.key, "attachment", owner, content, _EXTENSIONS[report.content_type])
    preview: uploading.Preview | None = None
    keys = {key: content}
    if (shown := report.preview) is not None:
        small = blobs.key("attachment", owner, made.preview, PICTURES[shown.content_type])
        keys[small] = made.preview
        picture = Picture(small, shown.width, shown.height)
        preview = uploading.Preview(small=picture, blurhash=shown.blurhash, colours=shown.colours)
    await database.write(uploading.expect, *keys)
    for name, file in keys.items():
        await blobs.put(name, file)
    ready = preparing.Ready(
        type=report.type,
        original=Picture(key, report.width, report.height),
        content_type=report.content_type,
        recording=Recording(report.seconds, bits_per_second, report.frame_rate, report.sound),
        preview=preview,
    )
    await database.write(preparing.finish, id_, ready)
