"""Statuses: writing, reading, and what one does with a post of others."""

from typing import Literal

import msgspec

from bema.domain import favouriting, posting, reading
from bema.edge.call import Call
from bema.edge.mastodon.render import VISIBILITIES, Renderer
from bema.edge.routes import Needs, Routes, Surface
from bema.model.ids import PostId, parse_id
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.statuses import Status

routes = Routes(Surface.API)
VISIBILITY_OF = {name: visibility for visibility, name in VISIBILITIES.items()}


class NewStatus(msgspec.Struct, frozen=True):
    """What a client sends to post."""

    status: str = ""
    media_ids: list[str] = []
    in_reply_to_id: str | None = None
    sensitive: bool = False
    spoiler_text: str = ""
    visibility: Literal["public", "unlisted", "private", "direct"] | None = None
    language: str | None = None


@routes.post("/api/v1/statuses", scope="write:statuses", rate="publish")
def publish(call: Call, tx: WriteTx, ask: NewStatus) -> Status:
    """Publish a post."""
    assert call.grant is not None
    draft = posting.Draft(
        text=ask.status,
        warning=ask.spoiler_text,
        sensitive=ask.sensitive,
        visibility=None if ask.visibility is None else VISIBILITY_OF[ask.visibility],
        language=ask.language,
        in_reply_to=None if ask.in_reply_to_id is None else PostId(parse_id(ask.in_reply_to_id) or 0),
        media=[parse_id(each) or 0 for each in ask.media_ids],  # type: ignore[misc]  # 0 is nobody's file
        app=call.grant.app,
        idempotency_key=call.header(b"idempotency-key") or None,
    )
    return one(call, tx, posting.publish(tx, call.site, call.actor, draft))


@routes.get("/api/v1/statuses/{id}", scope="read:statuses", needs=Needs.NOBODY)
def view(call: Call, tx: Tx) -> Status:
    """View one post."""
    return one(call, tx, call.path_id())


@routes.post("/api/v1/statuses/{id}/favourite", scope="write:favourites")
def favourite(call: Call, tx: WriteTx) -> Status:
    """Favourite a post."""
    favouriting.favourite(tx, call.actor, call.path_id())
    return one(call, tx, call.path_id())


@routes.post("/api/v1/statuses/{id}/unfavourite", scope="write:favourites")
def unfavourite(call: Call, tx: WriteTx) -> Status:
    """Take a favourite back."""
    favouriting.unfavourite(tx, call.actor, call.path_id())
    return one(call, tx, call.path_id())


def one(call: Call, tx: Tx, id_: PostId) -> Status:
    """Render one post for the one who asks."""
    return Renderer(call.site, call.viewer).status(reading.post(tx, call.viewer, id_))
