"""Emergencies at the desk: from any post or profile one page, and one press of a button that hides it."""

from typing import Any, Literal

import msgspec

from bema.domain import emergencies, policies
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web.desk import frame
from bema.edge.web.pages import Page, Redirect, page, tongue_of
from bema.model import limits
from bema.model.decisions import Act
from bema.model.errors import Invalid
from bema.model.permissions import Permission
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.WEB)
_MAY = Permission.MANAGE_USERS


class Why(msgspec.Struct, frozen=True):
    """Why it cannot wait."""

    reasons: str = ""
    rules: list[str] = []
    act: Literal["limit", "freeze", "suspend"] = "limit"


@routes.get("/staff/emergency/posts/{id}", needs=Needs.SESSION, permission=_MAY)
def about_post(call: Call, tx: Tx) -> Page:
    """See what would be hidden."""
    return _post(call, tx, None)


def _post(call: Call, tx: Tx, typed: Why | None, error: str | None = None) -> Page:
    shown = emergencies.post(tx, call.staff, call.path_id())
    return _page(call, tx, typed, error, post=shown, account=shown.author)


@routes.post("/staff/emergency/posts/{id}", needs=Needs.SESSION, permission=_MAY)
def hide_post(call: Call, tx: WriteTx, ask: Why) -> Redirect | Page:
    """Hide a post at once."""
    rules = ask.rules[: limits.REPORT_RULES]
    try:
        with tx.savepoint():
            id_ = emergencies.hide_post(tx, call.site, call.staff, call.path_id(), ask.reasons, rules)
    except Invalid as refusal:
        return _post(call, tx, ask, str(refusal))
    return Redirect(f"/staff/decisions/{id_}", "hidden")


@routes.get("/staff/emergency/accounts/{id}", needs=Needs.SESSION, permission=_MAY)
def about_account(call: Call, tx: Tx) -> Page:
    """See who would be shut up."""
    return _account(call, tx, None)


def _account(call: Call, tx: Tx, typed: Why | None, error: str | None = None) -> Page:
    return _page(call, tx, typed, error, post=None, account=emergencies.account(tx, call.staff, call.path_id()))


@routes.post("/staff/emergency/accounts/{id}", needs=Needs.SESSION, permission=_MAY)
def shut_up(call: Call, tx: WriteTx, ask: Why) -> Redirect | Page:
    """Limit, freeze or suspend an account at once."""
    rules = ask.rules[: limits.REPORT_RULES]
    try:
        with tx.savepoint():
            id_ = emergencies.shut_up(tx, call.site, call.staff, call.path_id(), Act(ask.act), ask.reasons, rules)
    except Invalid as refusal:
        return _account(call, tx, ask, str(refusal))
    return Redirect(f"/staff/decisions/{id_}", "hidden")


def _page(call: Call, tx: Tx, typed: Why | None, error: str | None, **context: Any) -> Page:
    speech = tongue_of(call)
    usual = speech.gettext("This could not wait. A second person looks at it within a day.")
    return page(
        call,
        tx,
        "staff/emergency.html",
        status=200 if error is None else 422,
        part="/staff",
        typed=typed or Why(reasons=usual),
        error=error,
        rules=policies.rules(tx),
        language=speech.code,
        most=limits.REASONS_CHARACTERS,
        **context,
        **frame(call),
    )
