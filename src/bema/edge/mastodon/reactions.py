"""Reactions: what one does with a post (favourite, boost, bookmark, pin, mute its thread), and who did."""

from collections.abc import Callable
from functools import partial
from typing import Literal

import msgspec
from msgspec.structs import replace

from bema.domain import bookmarking, favouriting, muting_threads, pinning, posting, reading
from bema.edge.answers import Json, paged
from bema.edge.call import Call
from bema.edge.mastodon.paging import PeoplePaging
from bema.edge.mastodon.render import Renderer
from bema.edge.mastodon.statuses import VISIBILITY_OF, one
from bema.edge.routes import Needs, Routes, Surface
from bema.model import views
from bema.model.ids import AccountId, PostId
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.accounts import Account
from bema.wire.mastodon.statuses import EncodedStatus

routes = Routes(Surface.API)


@routes.post("/api/v1/statuses/{id}/favourite", scope="write:favourites")
def favourite(call: Call, tx: WriteTx) -> EncodedStatus:
    """Favourite a post."""
    return _counted(call, tx, favouriting.favourite, "favourited", "favourites", now=True)


@routes.post("/api/v1/statuses/{id}/unfavourite", scope="write:favourites")
def unfavourite(call: Call, tx: WriteTx) -> EncodedStatus:
    """Take a favourite back."""
    return _counted(call, tx, favouriting.unfavourite, "favourited", "favourites", now=False)


class Boost(msgspec.Struct, frozen=True):
    """To whom a post is passed on."""

    visibility: Literal["public", "unlisted", "private"] | None = None


@routes.post("/api/v1/statuses/{id}/reblog", scope="write:statuses", rate="publish")
def boost(call: Call, tx: WriteTx, ask: Boost) -> EncodedStatus:
    """Boost a post; the answer is the boost, the same one each time."""
    visibility = None if ask.visibility is None else VISIBILITY_OF[ask.visibility]
    return _counted(call, tx, partial(posting.boost, visibility=visibility), "boosted", "boosts", now=True)


@routes.post("/api/v1/statuses/{id}/unreblog", scope="write:statuses")
def unboost(call: Call, tx: WriteTx) -> EncodedStatus:
    """Take a boost back; the answer is the post that was boosted."""
    return _counted(call, tx, posting.unboost, "boosted", "boosts", now=False)


def _counted(
    call: Call,
    tx: WriteTx,
    act: Callable[[WriteTx, AccountId, PostId], PostId | None],
    flag: Literal["favourited", "boosted"],
    count: Literal["favourites", "boosts"],
    *,
    now: bool,
) -> EncodedStatus:
    """Act, and answer with what the readers of the log will have counted in a moment: clients show it as it comes."""
    id_: PostId = call.path_id()
    post = reading.post(tx, call.actor, id_)
    change = int(now) - int(getattr((post.boost_of or post).flags, flag))
    answered = act(tx, call.actor, id_)
    if answered is not None:
        post = reading.post(tx, call.actor, answered)
    if change:  # `made_of` names what the database says, which this is not yet
        shown = post.boost_of or post
        assert shown.flags is not None
        flags = replace(shown.flags, **{flag: now})
        if now and answered == shown.id:  # its author was asked: it is no boost yet
            change = 0
        shown = replace(shown, made_of=None, flags=flags, **{count: max(0, getattr(shown, count) + change)})
        post = shown if post.boost_of is None else replace(post, made_of=None, boost_of=shown)
    return Renderer(call.site, call.viewer).status(post)


@routes.post("/api/v1/statuses/{id}/bookmark", scope="write:bookmarks")
def bookmark(call: Call, tx: WriteTx) -> EncodedStatus:
    """Bookmark a post."""
    bookmarking.bookmark(tx, call.actor, call.path_id())
    return one(call, tx, call.path_id())


@routes.post("/api/v1/statuses/{id}/unbookmark", scope="write:bookmarks")
def unbookmark(call: Call, tx: WriteTx) -> EncodedStatus:
    """Take a bookmark back."""
    bookmarking.unbookmark(tx, call.actor, call.path_id())
    return one(call, tx, call.path_id())


@routes.post("/api/v1/statuses/{id}/pin", scope="write:accounts")
def pin(call: Call, tx: WriteTx) -> EncodedStatus:
    """Pin one's own post to the profile."""
    pinning.pin(tx, call.actor, call.path_id())
    return one(call, tx, call.path_id())


@routes.post("/api/v1/statuses/{id}/unpin", scope="write:accounts")
def unpin(call: Call, tx: WriteTx) -> EncodedStatus:
    """Take one's own post from the profile."""
    pinning.unpin(tx, call.actor, call.path_id())
    return one(call, tx, call.path_id())


@routes.post("/api/v1/statuses/{id}/mute", scope="write:mutes")
def mute_thread(call: Call, tx: WriteTx) -> EncodedStatus:
    """Be told no more of the thread that a post belongs to."""
    muting_threads.mute(tx, call.actor, call.path_id())
    return one(call, tx, call.path_id())


@routes.post("/api/v1/statuses/{id}/unmute", scope="write:mutes")
def unmute_thread(call: Call, tx: WriteTx) -> EncodedStatus:
    """Be told again of the thread that a post belongs to."""
    muting_threads.unmute(tx, call.actor, call.path_id())
    return one(call, tx, call.path_id())


@routes.get("/api/v1/statuses/{id}/favourited_by", scope="read:accounts", needs=Needs.NOBODY, answer=list[Account])
def favourited_by(call: Call, tx: Tx, ask: PeoplePaging) -> Json:
    """List who favourited a post."""
    return _people(call, reading.favourited_by(tx, call.viewer, call.path_id(), ask.range()))


@routes.get("/api/v1/statuses/{id}/reblogged_by", scope="read:accounts", needs=Needs.NOBODY, answer=list[Account])
def boosted_by(call: Call, tx: Tx, ask: PeoplePaging) -> Json:
    """List who boosted a post."""
    return _people(call, reading.boosted_by(tx, call.viewer, call.path_id(), ask.range()))


def _people(call: Call, page: views.Page[views.Account]) -> Json:
    renderer = Renderer(call.site, call.viewer)
    return paged(call, [renderer.account(each) for each in page.items], page.first, page.last)
