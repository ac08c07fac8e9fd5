"""Quotes on pages: who quotes a post, taking it out of a quote, and who may quote it."""

import msgspec

from bema.domain import letting_quote, quoting, reading
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web.composing import QUOTE_POLICIES
from bema.edge.web.pages import Page, Redirect, back, page
from bema.edge.web.paging import Part, beside, by_id
from bema.edge.web.reading import post_of
from bema.model.errors import NotFound
from bema.model.ids import PostId, parse_id
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.WEB)


@routes.get("/@{acct}/{id}/quotes")
def quotes(call: Call, tx: Tx, ask: Part) -> Page:
    """Read what quotes a post."""
    shown = post_of(call, tx)
    found = by_id(quoting.page(tx, call.viewer, shown.id, ask.range()))
    newer, older = beside(call, ask, found)
    return page(call, tx, "quotes.html", post=shown, posts=found, newer=newer, older=older)


@routes.post("/posts/{id}/quotes/{quoting_id}/revoke", needs=Needs.SESSION)
def revoke(call: Call, tx: WriteTx) -> Redirect:
    """Take one's own post out of a quote."""
    quoting_id = parse_id(call.path_values["quoting_id"])
    if quoting_id is None:
        raise NotFound
    quoting.revoke(tx, call.actor, call.path_id(), PostId(quoting_id))
    return Redirect(back(call), flash="unquoted")


@routes.get("/posts/{id}/quoting", needs=Needs.SESSION)
def ask_who_may(call: Call, tx: Tx) -> Page:
    """See who may quote one's own post."""
    post = reading.post(tx, call.actor, call.path_id())
    if post.author.id != call.actor or post.boost_of is not None:
        raise NotFound
    return page(call, tx, "quoting.html", post=post)


@routes.get("/quotes/waiting", needs=Needs.SESSION)
def waiting(call: Call, tx: Tx, ask: Part) -> Page:
    """See who asks to quote one's posts."""
    found = letting_quote.waiting(tx, call.actor, ask.range())
    newer, older = beside(call, ask, found)
    return page(call, tx, "quotes_waiting.html", asked=found.items, newer=newer, older=older)


@routes.post("/quotes/waiting/{id}/accept", needs=Needs.SESSION)
def accept(call: Call, tx: WriteTx) -> Redirect:
    """Let somebody quote one's post."""
    letting_quote.answer(tx, call.actor, call.path_id(), yes=True)
    return Redirect(back(call, "/quotes/waiting"), flash="let_quote")


@routes.post("/quotes/waiting/{id}/reject", needs=Needs.SESSION)
def reject(call: Call, tx: WriteTx) -> Redirect:
    """Do not let somebody quote one's post."""
    letting_quote.answer(tx, call.actor, call.path_id(), yes=False)
    return Redirect(back(call, "/quotes/waiting"), flash="not_let_quote")


class Policy(msgspec.Struct, frozen=True):
    """Who may quote a post."""

    quote_policy: str = ""


@routes.post("/posts/{id}/quoting", needs=Needs.SESSION)
def set_who_may(call: Call, tx: WriteTx, ask: Policy) -> Redirect:
    """Say who may quote one's own post from now on."""
    wanted = QUOTE_POLICIES.get(ask.quote_policy)
    if wanted is not None:
        quoting.set_policy(tx, call.actor, call.path_id(), wanted)
    return Redirect(back(call), flash="saved")
