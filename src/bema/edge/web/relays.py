"""Relays, for the staff: which there are, how they stand, and two buttons."""

import msgspec

from bema.domain import relaying
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web import sayings
from bema.edge.web.pages import Page, Redirect, page, tongue_of
from bema.model.errors import Refusal
from bema.model.permissions import Permission
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.WEB)
_MAY = Permission.MANAGE_FEDERATION
_HERE = "/staff/relays"


class Address(msgspec.Struct, frozen=True):
    """Where a relay is."""

    address: str = ""


@routes.get(_HERE, needs=Needs.SESSION, permission=_MAY)
def relays(call: Call, tx: Tx) -> Page:
    """See the relays."""
    return _page(call, tx, "", None)


@routes.post(_HERE, needs=Needs.SESSION, permission=_MAY)
def add(call: Call, tx: WriteTx, ask: Address) -> Page | Redirect:
    """Ask a relay to take this server up."""
    try:
        relaying.add(tx, call.site, call.staff, ask.address)
    except Refusal as refusal:
        return _page(call, tx, ask.address, refusal)
    return Redirect(_HERE, "saved")


@routes.post(f"{_HERE}/{{id}}/remove", needs=Needs.SESSION, permission=_MAY)
def remove(call: Call, tx: WriteTx) -> Redirect:
    """Take leave of a relay."""
    relaying.remove(tx, call.site, call.staff, call.path_id())
    return Redirect(_HERE, "saved")


def _page(call: Call, tx: Tx, typed: str, refusal: Refusal | None) -> Page:
    return page(
        call,
        tx,
        "relays.html",
        status=200 if refusal is None else refusal.status,
        relays=relaying.listed(tx, call.staff),
        typed=typed,
        error=None if refusal is None else sayings.of_refusal(refusal, tongue_of(call)),
    )
