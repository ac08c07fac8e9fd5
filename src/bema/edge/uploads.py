"""Uploads: from a file of a form to a bounded picture whose bytes are stored, on every edge the same."""

import secrets

from bema.domain.uploading import Kept
from bema.edge.call import Call, Upload
from bema.model.errors import Invalid
from bema.model.views import Picture
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


async def _stored(call: Call, owner: str, rendition: Rendition) -> Picture:
    blobs = call.parts.blobs
    key = blobs.key("attachment", owner, rendition.content, rendition.extension)
    await blobs.put(key, rendition.content)
    return Picture(key, rendition.width, rendition.height)
