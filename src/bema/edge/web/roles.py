"""Roles, at the desk: who is of the staff, and proposing and agreeing to it together."""

from typing import Annotated

import msgspec
from msgspec import Meta

from bema.domain import electing, people
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web.desk import frame
from bema.edge.web.pages import Page, Redirect, page, tongue_of
from bema.model import limits
from bema.model.decisions import State
from bema.model.errors import Conflict, Invalid, NotFound
from bema.model.permissions import Permission
from bema.model.policy import Role
from bema.store.tx import Tx, WriteTx
from bema.wire.tongues import words

routes = Routes(Surface.WEB)
_HERE = "/staff/roles"
_MAY = Permission.MANAGE_ROLES
_NAMES = {
    Role.MEMBER: words("None: no part of the staff"),
    Role.MODERATOR: words("Moderator"),
    Role.ADMIN: words("Administrator"),
    Role.OWNER: words("Owner"),
}


class Wanted(msgspec.Struct, frozen=True):
    """Which role somebody is to have, and why."""

    name: Annotated[str, Meta(max_length=400)] = ""
    role: Annotated[int, Meta(ge=0, le=3)] = 1
    reasons: str = ""


@routes.get(_HERE, needs=Needs.SESSION, permission=_MAY)
def roles(call: Call, tx: Tx) -> Page:
    """See who is of the staff, and what is proposed."""
    return _page(call, tx, Wanted())


def _page(call: Call, tx: Tx, typed: Wanted, error: str | None = None) -> Page:
    speech = tongue_of(call)
    named = {str(int(role)): speech.gettext(name) for role, name in _NAMES.items()}
    found = electing.proposals(tx, call.staff)
    return page(
        call,
        tx,
        "staff/roles.html",
        status=200 if error is None else 422,
        part=_HERE,
        crew=electing.crew(tx, call.staff),
        waiting=[each for each in found if each.proposal.state is State.PROPOSED],
        settled=[each for each in found if each.proposal.state is not State.PROPOSED][: limits.CASE_HISTORY],
        role_names=named,
        offered=[(code, name) for code, name in named.items() if int(code) < call.staff.role],
        typed=typed,
        error=error,
        most=limits.REASONS_CHARACTERS,
        **frame(call),
    )


@routes.post(_HERE, needs=Needs.SESSION, permission=_MAY)
def propose(call: Call, tx: WriteTx, ask: Wanted) -> Redirect | Page:
    """Propose that somebody gets another role."""
    try:
        with tx.savepoint():
            whom = people.by_acct(tx, call.site, ask.name.strip().removeprefix("@"))
            made = electing.propose(tx, call.staff, whom.id, Role(ask.role), ask.reasons)
    except (Invalid, NotFound) as refusal:
        return _page(call, tx, ask, str(refusal))
    return Redirect(_HERE, "role_changed" if made.state is State.IN_FORCE else "awaits_another")


@routes.post(f"{_HERE}/{{id}}/approve", needs=Needs.SESSION, permission=_MAY)
def approve(call: Call, tx: WriteTx) -> Redirect:
    """Agree to what somebody else proposed."""
    try:
        with tx.savepoint():
            made = electing.approve(tx, call.staff, call.path_id())
    except Conflict:
        return Redirect(_HERE, "settled")
    return Redirect(_HERE, "role_changed" if made.state is State.IN_FORCE else "approved")


@routes.post(f"{_HERE}/{{id}}/refuse", needs=Needs.SESSION, permission=_MAY)
def refuse(call: Call, tx: WriteTx) -> Redirect:
    """Say no to what somebody else proposed."""
    electing.refuse(tx, call.staff, call.path_id())
    return Redirect(_HERE, "refused")


@routes.post(f"{_HERE}/{{id}}/withdraw", needs=Needs.SESSION, permission=_MAY)
def withdraw(call: Call, tx: WriteTx) -> Redirect:
    """Take back what you proposed."""
    electing.withdraw(tx, call.staff, call.path_id())
    return Redirect(_HERE, "withdrawn")
