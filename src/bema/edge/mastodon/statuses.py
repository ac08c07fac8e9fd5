"""Statuses: writing, reading, changing and deleting posts."""

from typing import Literal

import msgspec
from msgspec import UNSET

from bema.domain import editing, posting, quoting, reading, scheduling, threading
from bema.domain.receiving import asking
from bema.domain.uploading import Described
from bema.edge.call import Call
from bema.edge.mastodon.attachments import media_attachment
from bema.edge.mastodon.polls import AskedPoll, new_poll
from bema.edge.mastodon.render import VISIBILITIES, Renderer, emoji
from bema.edge.mastodon.scheduled_statuses import scheduled_status
from bema.edge.routes import Needs, Routes, Surface
from bema.model import limits, views
from bema.model.errors import Invalid
from bema.model.ids import MediaId, PostId, parse_id
from bema.model.policy import QuotePolicy
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.accounts import WantedQuotePolicy
from bema.wire.mastodon.reading import Empty
from bema.wire.mastodon.scheduled_statuses import ScheduledStatus
from bema.wire.mastodon.statuses import Context, EditedPoll, EditedPollOption, EncodedStatus, StatusEdit, StatusSource
from bema.wire.mastodon.times import iso, parse_iso

routes = Routes(Surface.API)
VISIBILITY_OF = {name: visibility for visibility, name in VISIBILITIES.items()}
QUOTE_POLICY_OF: dict[str, QuotePolicy] = {
    "public": QuotePolicy.PUBLIC,
    "followers": QuotePolicy.FOLLOWERS,
    "nobody": QuotePolicy.NOBODY,
    "manual": QuotePolicy.ASKED,  # beyond Mastodon, which has no word for it yet
}

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
    poll: AskedPoll | None = None
    scheduled_at: str | None = None
    quoted_status_id: str | None = None
    quote_approval_policy: WantedQuotePolicy | None = None


@routes.post("/api/v1/statuses", scope="write:statuses", rate="publish", answer=EncodedStatus | ScheduledStatus)
def publish(call: Call, tx: WriteTx, ask: NewStatus) -> EncodedStatus | ScheduledStatus:
    """Publish a post, now or at the time that is named."""
    assert call.grant is not None
    draft = posting.Draft(
        text=ask.status,
        warning=ask.spoiler_text,
        sensitive=ask.sensitive,
        visibility=None if ask.visibility is None else VISIBILITY_OF[ask.visibility],
        language=ask.language,
        in_reply_to=PostId(parse_id(ask.in_reply_to_id) or 0) if ask.in_reply_to_id else None,
        media=_media(ask.media_ids),
        poll=new_poll(ask.poll),
        quote_of=PostId(parse_id(ask.quoted_status_id) or 0) if ask.quoted_status_id else None,
        quote_policy=None if ask.quote_approval_policy is None else QUOTE_POLICY_OF[ask.quote_approval_policy],
        app=call.grant.app,
        idempotency_key=call.header(b"idempotency-key") or None,
    )
    if ask.scheduled_at and (due := parse_iso(ask.scheduled_at)) > tx.now:  # what is past is published now
        id_ = scheduling.schedule(tx, call.site, call.actor, draft, due)
        return scheduled_status(call.site, scheduling.one(tx, call.actor, id_))
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
    poll: AskedPoll | None = None
    quote_approval_policy: WantedQuotePolicy | None = None


@routes.update("/api/v1/statuses/{id}", scope="write:statuses", rate="publish")
def edit(call: Call, tx: WriteTx, ask: EditedStatus) -> EncodedStatus:
    """Edit a post. What it quotes stays, and who may quote it, unless that is named."""
    revision = editing.Revision(
        text=ask.status,
        warning=ask.spoiler_text,
        sensitive=ask.sensitive,
        language=ask.language,
        media=_media(ask.media_ids),
        described=[
            Described(MediaId(parse_id(each.id) or 0), each.description, focus_of(each.focus))
            for each in ask.media_attributes
        ],
        poll=new_poll(ask.poll),
    )
    editing.edit(tx, call.site, call.actor, call.path_id(), revision)
    if ask.quote_approval_policy is not None:
        quoting.set_policy(tx, call.actor, call.path_id(), QUOTE_POLICY_OF[ask.quote_approval_policy])
    return one(call, tx, call.path_id())


class Deletion(msgspec.Struct, frozen=True):
    """What is to go with a post."""

    delete_media: bool = False  # at once; else they wait for a redraft


@routes.delete("/api/v1/statuses/{id}", scope="write:statuses", rate="delete")
def delete(call: Call, tx: WriteTx, ask: Deletion) -> EncodedStatus:
    """Delete a post; the answer has what a client needs to write it anew."""
    id_: PostId = call.path_id()
    post = reading.post(tx, call.actor, id_)
    text, _ = editing.source(tx, call.actor, id_) if post.boost_of is None else ("", "")
    post = quoting.to_redraft(tx, call.actor, post)
    posting.delete(tx, call.actor, id_, with_files=ask.delete_media)
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
async def context(call: Call) -> Context:
    """View the thread around a post; what is missing of it is looked for, and is there when one looks again."""
    answer, lacks = await call.read(_context, call)
    if lacks:
        await call.write(asking.ask_lacking, call.path_id())
    return answer


def _context(tx: Tx, call: Call) -> tuple[Context, bool]:
    thread = threading.thread(tx, call.viewer, call.path_id())
    renderer = Renderer(call.site, call.viewer)
    lacks = asking.lacks(tx, call.viewer, thread.post)
    context = Context(
        ancestors=renderer.statuses(thread.ancestors),
        descendants=renderer.statuses(thread.descendants),
    )
    return context, lacks


@routes.get("/api/v1/statuses/{id}/history", scope="read:statuses", needs=Needs.NOBODY)
def history(call: Call, tx: Tx) -> list[StatusEdit]:
    """View the versions of a post, the oldest first."""
    post, versions = editing.history(tx, call.viewer, call.path_id())
    renderer = Renderer(call.site, call.viewer)
    return [_version(call, renderer, post, each) for each in versions]


def _version(call: Call, renderer: Renderer, post: views.Post, version: views.PostVersion) -> StatusEdit:
    return StatusEdit(
        content=version.content_html,
        spoiler_text=version.warning,
        sensitive=version.sensitive,
        created_at=iso(version.created_at),
        account=renderer.account(post.author),
        poll=UNSET
        if version.poll is None
        else EditedPoll(options=[EditedPollOption(title=each) for each in version.poll.options]),
        media_attachments=[media_attachment(call.site, each) for each in version.attachments],
        emojis=[emoji(each) for each in version.emojis],
        quote=None if post.quote is None else renderer.quote(post.quote),  # no edit changes what a post quotes
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
