"""Acting on posts and people by buttons: each is a form that works by itself, and that script may send in its place."""

from collections.abc import Callable
from typing import Any

import msgspec

from bema.domain import (
    bookmarking,
    favouriting,
    featuring,
    following,
    muting_threads,
    pinning,
    posting,
    reading,
    relating,
)
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web.pages import Redirect, State, back
from bema.model.ids import AccountId, PostId
from bema.store.follows import Terms
from bema.store.tx import WriteTx

routes = Routes(Surface.WEB)

Operation = Callable[[WriteTx, AccountId, PostId], Any]

# --- Posts ------------------------------------------------------------------------------------------------------------


@routes.post("/posts/{id}/favourite", needs=Needs.SESSION)
def favourite(call: Call, tx: WriteTx) -> State:
    """Favourite a post."""
    return _react(call, tx, favouriting.favourite, "favourited", "favourites", now=True)


@routes.post("/posts/{id}/unfavourite", needs=Needs.SESSION)
def unfavourite(call: Call, tx: WriteTx) -> State:
    """Take a favourite back."""
    return _react(call, tx, favouriting.unfavourite, "favourited", "favourites", now=False)


@routes.post("/posts/{id}/boost", needs=Needs.SESSION, rate="publish")
def boost(call: Call, tx: WriteTx) -> State:
    """Pass a post on to one's followers."""
    return _react(call, tx, posting.boost, "boosted", "boosts", now=True)


@routes.post("/posts/{id}/unboost", needs=Needs.SESSION)
def unboost(call: Call, tx: WriteTx) -> State:
    """Take a boost back."""
    return _react(call, tx, posting.unboost, "boosted", "boosts", now=False)


@routes.post("/posts/{id}/bookmark", needs=Needs.SESSION)
def bookmark(call: Call, tx: WriteTx) -> State:
    """Keep a post to read again."""
    bookmarking.bookmark(tx, call.actor, call.path_id())
    return State(True)


@routes.post("/posts/{id}/unbookmark", needs=Needs.SESSION)
def unbookmark(call: Call, tx: WriteTx) -> State:
    """Keep a post no longer."""
    bookmarking.unbookmark(tx, call.actor, call.path_id())
    return State(False)


@routes.post("/posts/{id}/pin", needs=Needs.SESSION)
def pin(call: Call, tx: WriteTx) -> State:
    """Show one's own post first on one's profile."""
    pinning.pin(tx, call.actor, call.path_id())
    return State(True)


@routes.post("/posts/{id}/unpin", needs=Needs.SESSION)
def unpin(call: Call, tx: WriteTx) -> State:
    """Take one's own post from its place."""
    pinning.unpin(tx, call.actor, call.path_id())
    return State(False)


@routes.post("/posts/{id}/mute", needs=Needs.SESSION)
def mute_thread(call: Call, tx: WriteTx) -> State:
    """Hear no more of a conversation."""
    muting_threads.mute(tx, call.actor, call.path_id())
    return State(True)


@routes.post("/posts/{id}/unmute", needs=Needs.SESSION)
def unmute_thread(call: Call, tx: WriteTx) -> State:
    """Hear of a conversation again."""
    muting_threads.unmute(tx, call.actor, call.path_id())
    return State(False)


def _react(call: Call, tx: WriteTx, act: Operation, flag: str, count: str, *, now: bool) -> State:
    """Act, and count what the readers of the log will have counted in a moment."""
    id_: PostId = call.path_id()
    loaded = reading.post(tx, call.actor, id_)
    post = loaded.boost_of or loaded
    became = act(tx, call.actor, id_)
    change = int(now) - int(bool(getattr(post.flags, flag)))
    if now and became == post.id:  # its author was asked: it is no boost yet
        change = 0
    return State(now, max(0, getattr(post, count) + change))


# --- People -----------------------------------------------------------------------------------------------------------


@routes.post("/accounts/{id}/follow", needs=Needs.SESSION, rate="follow")
def follow(call: Call, tx: WriteTx) -> State:
    """Follow somebody, or ask to."""
    following.follow(tx, call.actor, call.path_id(), Terms())
    return State(True)


@routes.post("/accounts/{id}/unfollow", needs=Needs.SESSION)
def unfollow(call: Call, tx: WriteTx) -> State:
    """Stop following somebody, or take a request back."""
    following.unfollow(tx, call.actor, call.path_id())
    return State(False)


@routes.post("/accounts/{id}/remove_follower", needs=Needs.SESSION)
def remove_follower(call: Call, tx: WriteTx) -> State:
    """Send a follower away."""
    following.remove_follower(tx, call.actor, call.path_id())
    return State(False)


@routes.post("/accounts/{id}/block", needs=Needs.SESSION)
def block(call: Call, tx: WriteTx) -> State:
    """Neither see nor be seen by somebody."""
    relating.block(tx, call.actor, call.path_id())
    return State(True)


@routes.post("/accounts/{id}/unblock", needs=Needs.SESSION)
def unblock(call: Call, tx: WriteTx) -> State:
    """End a block."""
    relating.unblock(tx, call.actor, call.path_id())
    return State(False)


@routes.post("/accounts/{id}/mute", needs=Needs.SESSION)
def mute(call: Call, tx: WriteTx) -> State:
    """See nothing of somebody."""
    relating.mute(tx, call.actor, call.path_id())
    return State(True)


@routes.post("/accounts/{id}/unmute", needs=Needs.SESSION)
def unmute(call: Call, tx: WriteTx) -> State:
    """See somebody again."""
    relating.unmute(tx, call.actor, call.path_id())
    return State(False)


@routes.post("/accounts/{id}/endorse", needs=Needs.SESSION)
def endorse(call: Call, tx: WriteTx) -> State:
    """Recommend somebody on one's profile."""
    featuring.endorse(tx, call.actor, call.path_id())
    return State(True)


@routes.post("/accounts/{id}/unendorse", needs=Needs.SESSION)
def unendorse(call: Call, tx: WriteTx) -> State:
    """Recommend somebody no more."""
    featuring.unendorse(tx, call.actor, call.path_id())
    return State(False)


class Note(msgspec.Struct, frozen=True):
    """What one writes down about somebody."""

    note: str = ""


@routes.post("/accounts/{id}/note", needs=Needs.SESSION)
def note(call: Call, tx: WriteTx, ask: Note) -> Redirect:
    """Write down something about somebody that nobody else reads."""
    relating.note(tx, call.actor, call.path_id(), ask.note)
    return Redirect(back(call), flash="note")


@routes.post("/follow-requests/{id}/accept", needs=Needs.SESSION)
def accept(call: Call, tx: WriteTx) -> State:
    """Let somebody follow who asked to."""
    following.accept(tx, call.actor, call.path_id())
    return State(True)


@routes.post("/follow-requests/{id}/reject", needs=Needs.SESSION)
def reject(call: Call, tx: WriteTx) -> State:
    """Refuse somebody who asked to follow."""
    following.reject(tx, call.actor, call.path_id())
    return State(False)
