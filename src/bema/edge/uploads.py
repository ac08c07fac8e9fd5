"""Uploads: from a file of a form to a bounded picture whose bytes are stored, on every edge the same."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bema.domain.profiles import Portrait
from bema.domain.uploading import Kept
from bema.edge.call import Call, Upload
from bema.model.errors import Invalid, Refusal, Unavailable
from bema.model.views import Picture, ProfilePicture
from bema.outside.images import Rendition, sniff


async def kept_picture(call: Call, file: Upload) -> Kept:
    """Make a bounded picture of a file and store its bytes; what cannot be one is refused with the reason."""
    if sniff(file.content) is None and file.content_type.partition("/")[0] in ("audio", "video"):
        raise Invalid("Validation failed: File content type is invalid: sound and video cannot be uploaded here yet")
    picture = await call.parts.workshop.process(file.content, "attachment")
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
            if file is not None and file.content:
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
    picture = await call.parts.workshop.process(file.content, which)
    owner = secrets.token_hex(8)
    original = await _stored(call, owner, picture.original, which)
    still = original if picture.static is None else await _stored(call, owner, picture.static, which)
    return ProfilePicture(original, still)


async def _stored(call: Call, owner: str, rendition: Rendition, kind: str = "attachment") -> Picture:
    blobs = call.parts.blobs
    key = blobs.key(kind, owner, rendition.content, rendition.extension)
    await blobs.put(key, rendition.content)
    return Picture(key, rendition.width, rendition.height)
