"""Changing and deleting one's own posts on pages."""

from typing import Any

from bema.domain import editing, posting, quoting, reading
from bema.domain.editing import Revision
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web.attaching import Piece, described, pieces, upload_files
from bema.edge.web.composing import (
    QUOTE_POLICIES,
    WRITTEN_LANGUAGES,
    Words,
    composer_for,
    given_back,
)
from bema.edge.web.filters import post_url
from bema.edge.web.pages import Page, Redirect, back, page
from bema.model import limits
from bema.model.errors import NotFound, Refusal
from bema.model.ids import PostId
from bema.model.views import Post
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.WEB, body_bytes=limits.UPLOAD_BYTES)


@routes.get("/posts/{id}/edit", needs=Needs.SESSION)
def edit(call: Call, tx: Tx) -> Page:
    """Change one's own post."""
    post = _own(call, tx)
    text, warning = editing.source(tx, call.actor, post.id)
    composer = composer_for(
        call,
        tx,
        action=_address(post.id),
        editing=True,
        text=text,
        warning=warning,
        language=post.language,
        quote_policy=post.quote_policy.name.lower(),
        sensitive=post.sensitive,
        attachments=post.attachments,
        draft=f"edit-{post.id}",
    )
    return page(
        call,
        tx,
        "compose.html",
        composer=composer,
        answered=None,
        quoted=post.quote.post if post.quote is not None else None,
    )


@routes.post("/posts/{id}/edit", needs=Needs.SESSION, rate="publish")
async def replace(call: Call, ask: Words) -> Page | Redirect:
    """Replace what one's own post says; where that is refused, give it back to be changed."""
    id_: PostId = call.path_id()
    written = pieces(call, ask.text, ask.media_ids)[:1]
    try:
        await upload_files(call, written)
        post = await call.write(_replaced, call, ask, written[0], id_)
    except NotFound:
        raise
    except Refusal as refusal:
        return await call.read(_given_back, call, ask, written, refusal, id_)
    return Redirect(post_url(post), flash="edited")


def _replaced(tx: WriteTx, call: Call, ask: Words, written: Piece, id_: PostId) -> Post:
    revision = Revision(
        text=ask.text,
        warning=ask.warning,
        sensitive=ask.sensitive,
        language=ask.language if ask.language in WRITTEN_LANGUAGES else None,
        media=written.attached,
        described=described(written),
        keeps_poll=True,
    )
    editing.edit(tx, call.site, call.actor, id_, revision)
    if ask.quote_policy in QUOTE_POLICIES:
        quoting.set_policy(tx, call.actor, id_, QUOTE_POLICIES[ask.quote_policy])
    return reading.post(tx, call.actor, id_)


def _given_back(tx: Tx, call: Call, ask: Words, written: list[Piece], refusal: Refusal, id_: PostId) -> Page:
    more: dict[str, Any] = {"action": _address(id_), "editing": True, "draft": f"edit-{id_}"}
    return given_back(call, tx, ask, written, refusal, answered=None, **more)


@routes.get("/posts/{id}/delete", needs=Needs.SESSION)
def ask_to_delete(call: Call, tx: Tx) -> Page:
    """Be asked whether to delete one's own post."""
    return page(call, tx, "delete.html", post=_own(call, tx))


@routes.post("/posts/{id}/delete", needs=Needs.SESSION, rate="delete")
def delete(call: Call, tx: WriteTx) -> Redirect:
    """Delete one's own post, with its files."""
    posting.delete(tx, call.actor, call.path_id(), with_files=True)
    return Redirect(back(call), flash="deleted")


def _own(call: Call, tx: Tx) -> Post:
    post = reading.post(tx, call.actor, call.path_id())
    if post.author.id != call.actor or post.boost_of is not None:
        raise NotFound
    return post


def _address(id_: PostId) -> str:
    return f"/posts/{id_}/edit"
