"""Conversations on pages: the list of them, opening one, marking and removing."""

from bema.domain import conversing
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web.filters import post_url
from bema.edge.web.pages import Page, Redirect, back, page
from bema.edge.web.paging import Part, beside
from bema.model import views
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.WEB)
_LIST = "/conversations"


@routes.get(_LIST, needs=Needs.SESSION)
def conversations(call: Call, tx: Tx, ask: Part) -> Page:
    """See what one and others wrote directly to each other."""
    found = conversing.page(tx, call.actor, ask.range())
    shown = views.Page(found, found[0].last.id, found[-1].last.id) if found else views.Page(found)
    newer, older = beside(call, ask, shown)
    return page(call, tx, "conversations.html", conversations=shown, newer=newer, older=older)


@routes.get("/conversations/{id}", needs=Needs.SESSION, writes=True)
def open_(call: Call, tx: WriteTx) -> Redirect:
    """Read a conversation; it is unread no more."""
    shown = conversing.one(tx, call.actor, call.path_id())
    if shown.unread:
        conversing.mark_read(tx, call.actor, shown.id)
    return Redirect(post_url(shown.last))


@routes.post("/conversations/{id}/read", needs=Needs.SESSION)
def mark_read(call: Call, tx: WriteTx) -> Redirect:
    """Mark a conversation as read."""
    conversing.mark_read(tx, call.actor, call.path_id())
    return Redirect(back(call, _LIST))


@routes.post("/conversations/{id}/unread", needs=Needs.SESSION)
def mark_unread(call: Call, tx: WriteTx) -> Redirect:
    """Mark a conversation as unread."""
    conversing.mark_unread(tx, call.actor, call.path_id())
    return Redirect(back(call, _LIST))


@routes.post("/conversations/{id}/remove", needs=Needs.SESSION)
def remove(call: Call, tx: WriteTx) -> Redirect:
    """Take a conversation from one's list."""
    conversing.remove(tx, call.actor, call.path_id())
    return Redirect(back(call, _LIST))
