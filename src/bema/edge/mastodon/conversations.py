"""Conversations: what one and others wrote directly to each other."""

from bema.domain import conversing
from bema.edge.answers import Json, paged
from bema.edge.call import Call
from bema.edge.mastodon.paging import Paging
from bema.edge.mastodon.render import Renderer
from bema.edge.routes import Routes, Surface
from bema.model import conversations as views
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.conversations import Conversation

routes = Routes(Surface.API)


@routes.get("/api/v1/conversations", scope="read:statuses", answer=list[Conversation])
def conversations(call: Call, tx: Tx, ask: Paging) -> Json:
    """View one's conversations; they are paged by their last posts."""
    found = conversing.page(tx, call.actor, ask.range())
    renderer = Renderer(call.site, call.viewer)
    rendered = [conversation(renderer, each) for each in found]
    return paged(call, rendered, found[0].last.id if found else None, found[-1].last.id if found else None)


@routes.delete("/api/v1/conversations/{id}", scope="write:conversations")
def remove(call: Call, tx: WriteTx) -> None:
    """Take a conversation from one's list."""
    conversing.remove(tx, call.actor, call.path_id())


@routes.post("/api/v1/conversations/{id}/read", scope="write:conversations")
def mark_read(call: Call, tx: WriteTx) -> Conversation:
    """Mark a conversation as read."""
    conversing.mark_read(tx, call.actor, call.path_id())
    return _one(call, tx)


@routes.post("/api/v1/conversations/{id}/unread", scope="write:conversations")
def mark_unread(call: Call, tx: WriteTx) -> Conversation:
    """Mark a conversation as unread."""
    conversing.mark_unread(tx, call.actor, call.path_id())
    return _one(call, tx)


def _one(call: Call, tx: Tx) -> Conversation:
    return conversation(Renderer(call.site, call.viewer), conversing.one(tx, call.actor, call.path_id()))


def conversation(renderer: Renderer, shown: views.Conversation) -> Conversation:
    """Render a conversation."""
    return Conversation(
        id=str(shown.id),
        unread=shown.unread,
        accounts=[renderer.account(each) for each in shown.people],
        last_status=renderer.status(shown.last),
    )
