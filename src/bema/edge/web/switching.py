"""Changing between the accounts that are signed in in one browser, on pages."""

import msgspec

from bema.domain import signing_in
from bema.edge import forgery
from bema.edge.authentication import SESSION_COOKIE
from bema.edge.browsing_as import beside, wait, waiting
from bema.edge.call import Call
from bema.edge.routes import Routes, Surface
from bema.edge.web.pages import Page, Redirect, page
from bema.model import limits
from bema.model.errors import NotFound
from bema.model.ids import parse_id
from bema.store import accounts
from bema.store.sessions import Session
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.WEB)


class Chosen(msgspec.Struct, frozen=True):
    """Which of the sessions that wait is meant."""

    session: str = ""


@routes.get("/accounts", confined=True)
def signed_in(call: Call, tx: Tx) -> Page:
    """See which accounts are signed in in this browser."""
    found = [each for _, each in waiting(tx, call)]
    people = accounts.by_ids(tx, [each.account for each in found])
    return page(
        call,
        tx,
        "accounts.html",
        csrf=forgery.token_for_visitor(call),
        others=[(each, people[each.account]) for each in found if each.account in people],
        full=len(beside(call)) >= limits.ACCOUNTS_IN_BROWSER - 1,
        robots="noindex",
    )


@routes.post("/accounts/switch", confined=True)
def switch(call: Call, tx: WriteTx, ask: Chosen) -> Redirect:
    """Read and write as another account that is signed in in this browser."""
    secret, session = _chosen(call, tx, ask)
    current = call.cookie(SESSION_COOKIE) if call.session is not None else None
    wait(call, [each for each in (current, *beside(call)) if each and each != secret])
    call.set_cookie(SESSION_COOKIE, secret, seconds=limits.SESSION_SECONDS)
    return Redirect("/settings/standing" if session.confined else "/home", flash="switched")


@routes.post("/accounts/sign_out", confined=True)
def sign_out(call: Call, tx: WriteTx, ask: Chosen) -> Redirect:
    """End a session that waits in this browser."""
    secret, session = _chosen(call, tx, ask)
    signing_in.sign_out(tx, session.login, session.id)
    wait(call, [each for each in beside(call) if each != secret])
    return Redirect("/accounts", flash="signed_out")


@routes.post("/accounts/sign_out_all", confined=True)
def sign_out_all(call: Call, tx: WriteTx) -> Redirect:
    """End all sessions of this browser."""
    if call.session is not None:
        signing_in.sign_out(tx, call.session.login, call.session.id)
    for session in signing_in.sessions_of(tx, beside(call)):
        signing_in.sign_out(tx, session.login, session.id)
    call.set_cookie(SESSION_COOKIE, "", seconds=0)
    wait(call, [])
    return Redirect("/", flash="signed_out")


def _chosen(call: Call, tx: Tx, ask: Chosen) -> tuple[str, Session]:
    id_ = parse_id(ask.session)
    found = next(((secret, each) for secret, each in waiting(tx, call) if each.id == id_), None)
    if found is None:
        raise NotFound
    return found
