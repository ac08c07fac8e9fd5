"""Media: files are uploaded first, described, and then given to a status.

A picture is ready when the answer comes. Video, sound and moving GIFs are prepared first: until they are, the answer is
202 at their upload and 206 when they are asked for, with a `url` of null, and 422 where nothing could be made of them.
"""

import math
from typing import Annotated

import msgspec
from msgspec import Meta

from bema.domain import uploading
from bema.edge.answers import Json
from bema.edge.call import Call, Upload
from bema.edge.mastodon.attachments import media_attachment
from bema.edge.routes import Routes, Surface
from bema.edge.uploads import kept_preview, prepared, uploaded
from bema.model import limits
from bema.model.errors import Invalid
from bema.model.ids import MediaId
from bema.model.views import Attachment
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.statuses import MediaAttachment

routes = Routes(Surface.API)


class Description(msgspec.Struct, frozen=True):
    """What a client says about a file."""

    description: str | None = None
    focus: Annotated[str | None, Meta(description="Two decimals from -1 to 1, as in `0.5,-0.25`.")] = None
    thumbnail: Annotated[Upload | None, Meta(description="A picture that stands for the file until it is played.")] = (
        None
    )


class File(Description, frozen=True):
    """A file, and what a client says about it."""

    file: Upload | None = None


@routes.post("/api/v2/media", scope="write:media", rate="media", body_bytes=limits.UPLOAD_BYTES, answer=MediaAttachment)
async def upload(call: Call, ask: File) -> Json:
    """Upload a picture, a video or a sound."""
    return _told(call, await _uploaded(call, ask), 202)


@routes.post("/api/v1/media", scope="write:media", rate="media", body_bytes=limits.UPLOAD_BYTES, answer=MediaAttachment)
async def upload_v1(call: Call, ask: File) -> Json:
    """Upload a picture, a video or a sound (older way: the answer comes when it is ready, as far as that is soon)."""
    attachment = await _uploaded(call, ask)
    if attachment.state == "waiting":
        await prepared(call, [attachment.id])
        attachment = await call.read(uploading.own, call.actor, attachment.id)
    return _told(call, attachment, 202)


@routes.get("/api/v1/media/{id}", scope="write:media", answer=MediaAttachment)
def view(call: Call, tx: Tx) -> Json:
    """View a file that is in no status yet."""
    return _told(call, uploading.own(tx, call.actor, MediaId(call.path_id())), 206)


@routes.update("/api/v1/media/{id}", scope="write:media", body_bytes=limits.IMAGE_BYTES + limits.BODY_BYTES)
async def update(call: Call, ask: Description) -> MediaAttachment:
    """Change the description, focus or thumbnail of a file that is in no status yet."""
    id_ = MediaId(call.path_id())
    description = uploading.checked_description(ask.description)
    focus = None if ask.focus is None else focus_of(ask.focus)
    chosen = None
    if ask.thumbnail is not None and ask.thumbnail.size:
        await call.read(uploading.own, call.actor, id_)  # what is not there needs no thumbnail
        chosen = await kept_preview(call, ask.thumbnail)

    def change(tx: WriteTx) -> Attachment:
        if "description" in call.parameters:
            uploading.describe(tx, call.actor, id_, description)
        if focus is not None:
            uploading.focus(tx, call.actor, id_, focus)
        if chosen is not None:
            uploading.preview(tx, call.actor, id_, chosen)
        return uploading.own(tx, call.actor, id_)

    return media_attachment(call.site, await call.write(change))


@routes.delete("/api/v1/media/{id}", scope="write:media")
def discard(call: Call, tx: WriteTx) -> None:
    """Delete a file that is in no status."""
    uploading.discard(tx, call.actor, MediaId(call.path_id()))


async def _uploaded(call: Call, ask: File) -> Attachment:
    if ask.file is None or not ask.file.size:
        raise Invalid("Validation failed: File can't be blank")
    description = uploading.checked_description(ask.description)
    focus = (0.0, 0.0) if ask.focus is None else focus_of(ask.focus)
    return await uploaded(call, ask.file, description, focus, ask.thumbnail)


def _told(call: Call, attachment: Attachment, unready: int) -> Json:
    if attachment.state == "failed":
        raise Invalid("Error processing thumbnail for uploaded media")  # as clients know it from Mastodon
    return Json(media_attachment(call.site, attachment), status=unready if attachment.state == "waiting" else 200)


def focus_of(text: str) -> tuple[float, float]:
    """Read "x,y", each from -1 to 1; what lies outside is the edge."""
    try:
        x, y = (float(part) for part in text.split(","))
    except ValueError:
        raise Invalid("Validation failed: Focus is invalid") from None
    if not (math.isfinite(x) and math.isfinite(y)):
        raise Invalid("Validation failed: Focus is invalid")
    return max(-1.0, min(1.0, x)), max(-1.0, min(1.0, y))
