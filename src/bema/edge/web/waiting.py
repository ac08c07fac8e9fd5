"""Who waits to be let in, for the staff: what they wrote, where they come from, and two buttons."""

import msgspec

from bema.domain import administering
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web.pages import Page, Redirect, page
from bema.model.ids import Millis
from bema.model.permissions import Permission
from bema.model.views import Account
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.WEB)
_MAY = Permission.MANAGE_USERS


class Waiting(msgspec.Struct, frozen=True):
    """Somebody who waits to be let in."""

    account: Account
    reason: str
    domain: str  # of their e-mail address; the rest of it is nobody's business here
    address: str
    since: Millis
    confirmed: bool


@routes.get("/staff/waiting", needs=Needs.SESSION, permission=_MAY)
def waiting(call: Call, tx: Tx) -> Page:
    """See who waits to be let in."""
    shown = [
        Waiting(
            each.account,
            each.sign_in.reason,
            each.sign_in.email.rpartition("@")[2],
            each.sign_in.addresses[0].address if each.sign_in.addresses else "",
            each.sign_in.created_at,
            each.sign_in.confirmed,
        )
        for each in administering.waiting(tx)
        if each.sign_in is not None
    ]
    return page(call, tx, "waiting.html", waiting=shown)


@routes.post("/staff/waiting/{id}/approve", needs=Needs.SESSION, permission=_MAY)
def approve(call: Call, tx: WriteTx) -> Redirect:
    """Let somebody in."""
    administering.approve(tx, call.site, call.staff, call.path_id())
    return Redirect("/staff/waiting", "let_in")


@routes.post("/staff/waiting/{id}/reject", needs=Needs.SESSION, permission=_MAY)
def reject(call: Call, tx: WriteTx) -> Redirect:
    """Send somebody away."""
    administering.reject(tx, call.site, call.staff, call.path_id())
    return Redirect("/staff/waiting", "sent_away")
