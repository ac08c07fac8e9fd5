"""Other servers, for the staff: what waits for each, what went wrong, two buttons; and lists of those that are kept away."""

from urllib.parse import quote

import msgspec

from bema.domain import tending
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web.pages import Document, Page, Redirect, page
from bema.model import limits
from bema.model.permissions import Permission
from bema.store import peers
from bema.store.peers import Selection
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.WEB)
_MAY = Permission.MANAGE_FEDERATION
_HERE = "/staff/servers"


class Asked(msgspec.Struct, frozen=True):
    """Which servers are looked for."""

    q: str = ""
    failing: bool = False
    waiting: bool = False
    after: str = ""


@routes.get(_HERE, needs=Needs.SESSION, permission=_MAY)
def servers(call: Call, tx: Tx, ask: Asked) -> Page:
    """See how other servers take what they are told."""
    selection = Selection(ask.q.strip().lower()[: limits.DOMAIN_CHARACTERS], ask.failing, ask.waiting)
    found = tending.servers(tx, call.staff, selection, ask.after[: limits.DOMAIN_CHARACTERS], limits.PEERS_SHOWN)
    older = None
    if len(found) == limits.PEERS_SHOWN:
        kept = f"&failing={int(ask.failing)}&waiting={int(ask.waiting)}"
        older = f"{_HERE}?q={quote(selection.begins)}{kept}&after={quote(found[-1].host)}"
    return page(call, tx, "servers.html", servers=found, queue=peers.queue(tx), asked=ask, older=older)


class Named(msgspec.Struct, frozen=True):
    """A server."""

    host: str = ""


@routes.post(f"{_HERE}/retry", needs=Needs.SESSION, permission=_MAY)
def retry(call: Call, tx: WriteTx, ask: Named) -> Redirect:
    """Deliver to a server now, whatever went wrong before."""
    tending.retry(tx, call.staff, ask.host)
    return Redirect(f"{_HERE}?q={quote(ask.host)}", "saved")


@routes.post(f"{_HERE}/drop", needs=Needs.SESSION, permission=_MAY)
def drop(call: Call, tx: WriteTx, ask: Named) -> Redirect:
    """Throw away what waits for a server."""
    tending.drop(tx, call.staff, ask.host)
    return Redirect(f"{_HERE}?q={quote(ask.host)}", "deleted_waiting")


@routes.get(f"{_HERE}/kept-away.csv", needs=Needs.SESSION, permission=_MAY)
def kept_away(call: Call, tx: Tx) -> Document:
    """Take a list of the servers that are kept away along, as other servers read it."""
    return Document(tending.exported(tx, call.staff).encode(), b"text/csv; charset=utf-8", "kept-away.csv")


class Listed(msgspec.Struct, frozen=True):
    """A list of servers that are to be kept away."""

    domains: str = ""


@routes.post(f"{_HERE}/kept-away", needs=Needs.SESSION, permission=_MAY)
async def keep_away(call: Call, ask: Listed) -> Redirect:
    """Keep away the servers of a list, a few in each transaction."""
    entries = tending.entries(ask.domains)
    staff = call.staff
    for start in range(0, len(entries), limits.DOMAIN_LIST_AT_ONCE):
        some = entries[start : start + limits.DOMAIN_LIST_AT_ONCE]
        await call.write(tending.import_some, call.site, staff, some)
    return Redirect(_HERE, "saved")
