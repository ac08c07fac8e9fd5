"""Statuses: writing, reading, changing and deleting posts.

Polls, quotes and posts for later do not exist on this server yet. A request that asks for one is refused, since a post
without what its author asked for would be another post.
"""

from typing import Any, Literal

import msgspec

from bema.domain import editing, posting, reading, threading
from bema.edge.call import Call
from bema.edge.mastodon.render import VISIBILITIES, Renderer, emoji, media_attachment
from bema.edge.routes import Needs, Routes, Surface
from bema.model import limits, views
from bema.model.errors import Invalid
from bema.model.ids import MediaId, PostId, parse_id
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.reading import Empty
from bema.wire.mastodon.statuses import Context, EncodedStatus, StatusEdit, StatusSource
from bema.wire.mastodon.times import iso

routes = Routes(Surface.API)
VISIBILITY_OF = {name: visibility for visibility, name in VISIBILITIES.items()}

# --- Writing ----------------------------------------------------------------------------------------------------------


class NewStatus(msgspec.Struct, frozen=True):
    """What a client sends to post."""

    status: str = ""
    media_ids: list[str] = []
    in_reply_to_id: str | None = None
    sensitive: bool = False
    spoiler_text: str = ""
    visibility: Literal["public", "unlisted", "private", "direct"] | None = None
    language: str | None = None
    poll: Any = None
    scheduled_at: str | None = None
    quoted_status_id: str | None = None


@routes.post("/api/v1/statuses", scope="write:statuses", rate="publish")
def publish(call: Call, tx: WriteTx, ask: NewStatus) -> EncodedStatus:
    """Publish a post."""
    assert call.grant is not None
    _refuse_what_is_not_there(polls=ask.poll, scheduled_posts=ask.scheduled_at, quotes=ask.quoted_status_id)
    draft = posting.Draft(
        text=ask.status,
        warning=ask.spoiler_text,
        sensitive=ask.sensitive,
        visibility=None if ask.visibility is None else VISIBILITY_OF[ask.visibility],
        language=ask.language,
        in_reply_to=PostId(parse_id(ask.in_reply_to_id) or 0) if ask.in_reply_to_id else None,
        media=_media(ask.media_ids),
        app=call.grant.app,
        idempotency_key=call.header(b"idempotency-key") or None,
    )
    return one(call, tx, posting.publish(tx, call.site, call.actor, draft))


class MediaAttributes(msgspec.Struct, frozen=True):
    """What a picture of an edited post should say."""

    id: str
    description: str | None = None
    focus: str | None = None


class EditedStatus(msgspec.Struct, frozen=True):
    """What a client sends to edit: all that the post has from now on. What is not named, except the language, it has not."""

    status: str = ""
    media_ids: list[str] = []
    media_attributes: list[MediaAttributes] = []
    sensitive: bool = False
    spoiler_text: str = ""
    language: str | None = None
    poll: Any = None
    quoted_status_id: str | None = None


@routes.update("/api/v1/statuses/{id}", scope="write:statuses", rate="publish")
def edit(call: Call, tx: WriteTx, ask: EditedStatus) -> EncodedStatus:
    """Edit a post."""
    _refuse_what_is_not_there(polls=ask.poll, quotes=ask.quoted_status_id)
    revision = editing.Revision(
        text=ask.status,
        warning=ask.spoiler_text,
        sensitive=ask.sensitive,
        language=ask.language,
        media=_media(ask.media_ids),
        described=[
            editing.Described(MediaId(parse_id(each.id) or 0), each.description, focus_of(each.focus))
            for each in ask.media_attributes
        ],
    )
    editing.edit(tx, call.site, call.actor, call.path_id(), revision)
    return one(call, tx, call.path_id())


@routes.delete("/api/v1/statuses/{id}", scope="write:statuses")
def delete(call: Call, tx: WriteTx) -> EncodedStatus:
    """Delete a post; the answer has what a client needs to write it anew."""
    id_: PostId = call.path_id()
    post = reading.post(tx, call.actor, id_)
    text, _ = editing.source(tx, call.actor, id_) if post.boost_of is None else ("", "")
    posting.delete(tx, call.actor, id_)
    return Renderer(call.site, call.actor).to_redraft(post, text)


def _media(ids: list[str]) -> list[MediaId]:
    return [MediaId(parse_id(each) or 0) for each in ids if each]  # 0 is nobody's file


def focus_of(text: str | None) -> tuple[float, float] | None:
    """Read the focus of a picture, `x,y` from -1 to 1; an empty one is none."""
    if not text:
        return None
    x, _, y = text.partition(",")
    try:
        at = float(x), float(y)
    except ValueError:
        raise Invalid("Validation failed: Focus is invalid") from None
    if not all(-1.0 <= each <= 1.0 for each in at):
        raise Invalid("Validation failed: Focus is invalid")
    return at


def _refuse_what_is_not_there(**asked: Any) -> None:
    for name, value in asked.items():
        if value:
            raise Invalid(f"Validation failed: This server has no {name.replace('_', ' ')} yet")


# --- Reading ----------------------------------------------------------------------------------------------------------


class Ids(msgspec.Struct, frozen=True):
    """Which posts are asked for."""

    id: list[str] = []


@routes.get("/api/v1/statuses", scope="read:statuses", needs=Needs.NOBODY)
def view_several(call: Call, tx: Tx, ask: Ids) -> list[EncodedStatus]:
    """View several posts; those that do not exist or are hidden are left out."""
    ids = [PostId(id_) for each in ask.id[: limits.MULTI_GET_IDS] if (id_ := parse_id(each)) is not None]
    posts = reading.posts_by_ids(tx, call.viewer, list(dict.fromkeys(ids)))
    return Renderer(call.site, call.viewer).statuses(posts)


@routes.get("/api/v1/statuses/{id}", scope="read:statuses", needs=Needs.NOBODY)
def view(call: Call, tx: Tx) -> EncodedStatus:
    """View one post."""
    return one(call, tx, call.path_id())


@routes.get("/api/v1/statuses/{id}/context", scope="read:statuses", needs=Needs.NOBODY)
def context(call: Call, tx: Tx) -> Context:
    """View the thread around a post."""
    thread = threading.thread(tx, call.viewer, call.path_id())
    renderer = Renderer(call.site, call.viewer)
    return Context(
        ancestors=renderer.statuses(thread.ancestors),
        descendants=renderer.statuses(thread.descendants),
    )


@routes.get("/api/v1/statuses/{id}/history", scope="read:statuses", needs=Needs.NOBODY)
def history(call: Call, tx: Tx) -> list[StatusEdit]:
    """View the versions of a post, the oldest first."""
    author, versions = editing.history(tx, call.viewer, call.path_id())
    renderer = Renderer(call.site, call.viewer)
    return [_version(call, renderer, author, each) for each in versions]


def _version(call: Call, renderer: Renderer, author: views.Account, version: views.PostVersion) -> StatusEdit:
    return StatusEdit(
        content=version.content_html,
        spoiler_text=version.warning,
        sensitive=version.sensitive,
        created_at=iso(version.created_at),
        account=renderer.account(author),
        media_attachments=[media_attachment(call.site, each) for each in version.attachments],
        emojis=[emoji(each) for each in version.emojis],
        quote=None,
    )


@routes.get("/api/v1/statuses/{id}/source", scope="read:statuses")
def source(call: Call, tx: Tx) -> StatusSource:
    """View one's own post as it was typed."""
    text, warning = editing.source(tx, call.actor, call.path_id())
    return StatusSource(id=str(call.path_id()), text=text, spoiler_text=warning)


@routes.get("/api/v1/statuses/{id}/card", scope="read:statuses", needs=Needs.NOBODY)
def card(call: Call, tx: Tx) -> Empty:
    """View the preview of what a post links to (deprecated: a status has its card)."""
    reading.visible_post(tx, call.viewer, call.path_id())
    return Empty()


def one(call: Call, tx: Tx, id_: PostId) -> EncodedStatus:
    """Render one post for the one who asks."""
    return Renderer(call.site, call.viewer).status(reading.post(tx, call.viewer, id_))
