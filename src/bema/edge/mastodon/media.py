"""Media: pictures are uploaded first, described, and then given to a status.

Sound and video are refused with a sentence that says so. What is uploaded is ready when the answer comes, hence there
is no 202 or 206 that a client would have to wait through.
"""

import math
from typing import Annotated

import msgspec
from msgspec import Meta

from bema.domain import uploading
from bema.edge.call import Call, Upload
from bema.edge.mastodon.render import media_attachment
from bema.edge.routes import Routes, Surface
from bema.edge.uploads import kept_picture
from bema.model import limits
from bema.model.errors import Invalid
from bema.model.ids import MediaId
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.statuses import MediaAttachment

routes = Routes(Surface.API)


class Description(msgspec.Struct, frozen=True):
    """What a client says about a picture."""

    description: str | None = None
    focus: Annotated[str | None, Meta(description="Two decimals from -1 to 1, as in `0.5,-0.25`.")] = None


class Picture(Description, frozen=True):
    """A picture, and what a client says about it."""

    file: Upload | None = None


@routes.post("/api/v2/media", scope="write:media", rate="media", body_bytes=limits.UPLOAD_BYTES)
async def upload(call: Call, ask: Picture) -> MediaAttachment:
    """Upload a picture."""
    return await _uploaded(call, ask)


@routes.post("/api/v1/media", scope="write:media", rate="media", body_bytes=limits.UPLOAD_BYTES)
async def upload_v1(call: Call, ask: Picture) -> MediaAttachment:
    """Upload a picture (older way)."""
    return await _uploaded(call, ask)


@routes.get("/api/v1/media/{id}", scope="write:media")
def view(call: Call, tx: Tx) -> MediaAttachment:
    """View a picture that is in no status yet."""
    return media_attachment(call.site, uploading.own(tx, call.actor, MediaId(call.path_id())))


@routes.update("/api/v1/media/{id}", scope="write:media")
def update(call: Call, tx: WriteTx, ask: Description) -> MediaAttachment:
    """Change the description or focus of a picture that is in no status yet."""
    id_ = MediaId(call.path_id())
    if "description" in call.parameters:
        uploading.describe(tx, call.actor, id_, uploading.checked_description(ask.description))
    if ask.focus is not None:
        uploading.focus(tx, call.actor, id_, focus_of(ask.focus))
    return media_attachment(call.site, uploading.own(tx, call.actor, id_))


@routes.delete("/api/v1/media/{id}", scope="write:media")
def discard(call: Call, tx: WriteTx) -> None:
    """Delete a picture that is in no status."""
    uploading.discard(tx, call.actor, MediaId(call.path_id()))


async def _uploaded(call: Call, ask: Picture) -> MediaAttachment:
    if ask.file is None or not ask.file.content:
        raise Invalid("Validation failed: File can't be blank")
    description = uploading.checked_description(ask.description)
    focus = (0.0, 0.0) if ask.focus is None else focus_of(ask.focus)
    kept = await kept_picture(call, ask.file)
    return media_attachment(call.site, await call.write(uploading.upload, call.actor, kept, description, focus))


def focus_of(text: str) -> tuple[float, float]:
    """Read "x,y", each from -1 to 1; what lies outside is the edge."""
    try:
        x, y = (float(part) for part in text.split(","))
    except ValueError:
        raise Invalid("Validation failed: Focus is invalid") from None
    if not (math.isfinite(x) and math.isfinite(y)):
        raise Invalid("Validation failed: Focus is invalid")
    return max(-1.0, min(1.0, x)), max(-1.0, min(1.0, y))
