"""Uploads: from a file of a form to stored bytes and a row, on every edge the same.

Before a file is stored it is said that it will be (`uploading.expect`); the row that knows it takes that back. Whatever
comes in between, a refusal or the end of the process, leaves no file for ever.
"""

import asyncio
import re
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import IO

from bema.domain import preparing, uploading
from bema.domain.preparing import Received
from bema.domain.profiles import Portrait
from bema.domain.uploading import Kept, Preview
from bema.edge.call import Call, Upload
from bema.model import limits
from bema.model.errors import Invalid, Refusal, Unavailable
from bema.model.ids import MediaId
from bema.model.views import Attachment, Picture, ProfilePicture
from bema.outside import images
from bema.outside.blobs import RAW
from bema.outside.images import Rendition
from bema.outside.recordings import formats

_WAIT = re.compile(r"\bwait=(\d{1,9})", re.ASCII)  # of the header Prefer, RFC 7240: seconds


async def uploaded(
    call: Call, file: Upload, description: str | None, focus: tuple[float, float], thumbnail: Upload | None = None
) -> Attachment:
    """Make an attachment of a file: a picture is ready at once, what plays is prepared first."""
    chosen = await kept_preview(call, thumbnail) if thumbnail is not None and thumbnail.size else None
    kept = await _received(call, file)
    if isinstance(kept, Received):
        return await call.write(preparing.receive, call.actor, kept, description, focus, chosen)
    return await call.write(uploading.upload, call.actor, kept, description, focus, chosen)


async def prepared(call: Call, ids: Sequence[MediaId]) -> None:
    """Wait for as long as it is bearable until files are prepared; shorter for whoever says so, and then asks again."""
    wish = _WAIT.search(call.header(b"prefer"))
    longest = limits.PREPARING_WAIT_SECONDS
    deadline = time.monotonic() + (longest if wish is None else min(longest, int(wish[1])))
    while ids and time.monotonic() < deadline:
        if not await call.read(preparing.any_waiting, ids):
            return
        await asyncio.sleep(limits.PREPARING_LOOK_SECONDS)


async def kept_preview(call: Call, file: Upload) -> Preview:
    """Store a picture that somebody chose to stand for a file."""
    if file.size > limits.IMAGE_BYTES:
        raise Invalid(f"Validation failed: Thumbnail file size must be less than {limits.IMAGE_BYTES // 1_048_576} MB")
    made = await call.parts.workshop.process(await file.content(), "attachment")
    small = await _stored(call, secrets.token_hex(8), made.small)
    return Preview(small=small, blurhash=made.blurhash, colours=made.colours)


async def _received(call: Call, file: Upload) -> "Kept | Received":
    head = await file.head(formats.HEAD_BYTES)
    format_ = formats.sniff(head)
    if format_ == "gif" and file.size <= limits.IMAGE_BYTES:
        outline = await call.parts.workshop.outline_gif(await file.content())
        if outline.frames == 1:
            format_ = None
    if images.sniff(head) is not None and format_ is None:
        return await _kept_picture(call, file)
    if format_ is None:
        raise Invalid("Validation failed: File content type is invalid")
    most = limits.IMAGE_BYTES if format_ == "gif" else limits.VIDEO_BYTES
    if file.size > most:
        raise Invalid(f"Validation failed: File file size must be less than {most // 1_048_576} MB")
    await call.read(preparing.check_room, call.actor)
    raw = await _stored_file(call, file.opened(), RAW)
    return Received(raw=raw, type=formats.likely_type(format_, head, file.content_type))


async def _kept_picture(call: Call, file: Upload) -> Kept:
    if file.size > limits.IMAGE_BYTES:
        raise Invalid(f"Validation failed: File file size must be less than {limits.IMAGE_BYTES // 1_048_576} MB")
    picture = await call.parts.workshop.process(await file.content(), "attachment")
    owner = secrets.token_hex(8)  # each upload has files of its own, whoever uploads the same again
    return Kept(
        original=await _stored(call, owner, picture.original),
        small=await _stored(call, owner, picture.small),
        content_type=picture.original.content_type,
        blurhash=picture.blurhash,
    )


@asynccontextmanager
async def kept_portraits(call: Call, **files: Upload | None) -> AsyncIterator[dict[str, ProfilePicture | None]]:
    """Store the avatar and header of a form while the profile is changed; where that is refused, nothing of them stays."""
    kept: dict[str, ProfilePicture | None] = dict.fromkeys(files)
    try:
        for which, file in files.items():
            if file is not None and file.size:
                kept[which] = await _kept_portrait(call, "avatar" if which == "avatar" else "header", file)
        yield kept
    except Unavailable:  # nobody knows whether the profile was changed
        raise
    except Refusal:
        for picture in filter(None, kept.values()):
            for key in {picture.original.key, picture.still.key}:
                await call.parts.blobs.delete(key)
        raise


async def _kept_portrait(call: Call, which: Portrait, file: Upload) -> ProfilePicture:
    if file.size > limits.PORTRAIT_BYTES:
        most = limits.PORTRAIT_BYTES // 1_048_576
        raise Invalid(f"Validation failed: {which.capitalize()} file size must be less than {most} MB")
    picture = await call.parts.workshop.process(await file.content(), which)
    owner = secrets.token_hex(8)
    original = await _stored(call, owner, picture.original, which)
    still = original if picture.static is None else await _stored(call, owner, picture.static, which)
    return ProfilePicture(original, still)


async def _stored(call: Call, owner: str, rendition: Rendition, kind: str = "attachment") -> Picture:
    blobs = call.parts.blobs
    key = blobs.key(kind, owner, rendition.content, rendition.extension)
    await call.write(uploading.expect, key)
    await blobs.put(key, rendition.content)
    return Picture(key, rendition.width, rendition.height)


async def _stored_file(call: Call, file: IO[bytes], extension: str) -> Picture:
    blobs = call.parts.blobs
    key = await asyncio.to_thread(blobs.key, "upload", secrets.token_hex(8), file, extension)
    await call.write(uploading.expect, key)
    await blobs.put(key, file)
    return Picture(key, 0, 0)
