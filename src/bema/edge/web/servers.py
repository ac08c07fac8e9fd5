"""Other servers, for the staff: what waits for each, what went wrong, two buttons; and lists of those that are kept away."""

import asyncio
from urllib.parse import quote

import msgspec

from bema.domain import importing_lists, tending
from bema.edge.call import Call, Upload
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web import sayings
from bema.edge.web.pages import Document, Page, Redirect, page, tongue_of
from bema.model import limits
from bema.model.errors import Invalid, Refusal
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
    return _page(call, tx, ask)


def _page(call: Call, tx: Tx, ask: Asked, error: str | None = None, status: int = 200) -> Page:
    selection = Selection(ask.q.strip().lower()[: limits.DOMAIN_CHARACTERS], ask.failing, ask.waiting)
    found = tending.servers(tx, call.staff, selection, ask.after[: limits.DOMAIN_CHARACTERS], limits.PEERS_SHOWN)
    older = None
    if len(found) == limits.PEERS_SHOWN:
        kept = f"&failing={int(ask.failing)}&waiting={int(ask.waiting)}"
        older = f"{_HERE}?q={quote(selection.begins)}{kept}&after={quote(found[-1].host)}"
    return page(
        call,
        tx,
        "servers.html",
        status=status,
        servers=found,
        queue=peers.queue(tx),
        asked=ask,
        older=older,
        lists=importing_lists.newest(tx, call.staff),
        error=error,
    )


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


@routes.post(
    f"{_HERE}/kept-away",
    needs=Needs.SESSION,
    permission=_MAY,
    body_bytes=limits.DOMAIN_LIST_BYTES + limits.BODY_BYTES,
)
async def keep_away(call: Call) -> Page | Redirect:
    """Have a list of servers worked off that are to be kept away: a file, or what was typed."""
    try:
        text = await _list(call)
        await call.write(importing_lists.begin, call.staff, text, await asyncio.to_thread(tending.entries, text))
    except Refusal as refusal:
        return await call.read(_refused, call, refusal)
    return Redirect(f"{_HERE}#lists", "list_begun")


@routes.post(f"{_HERE}/lists/{{id}}/stop", needs=Needs.SESSION, permission=_MAY)
def stop(call: Call, tx: WriteTx) -> Redirect:
    """Decide about nothing more of a list."""
    importing_lists.stop(tx, call.staff, call.path_id())
    return Redirect(f"{_HERE}#lists", "saved")


async def _list(call: Call) -> str:
    file, typed = call.parameters.get("file"), call.parameters.get("domains")
    if isinstance(file, Upload) and file.size:
        if file.size > limits.DOMAIN_LIST_BYTES:
            raise Invalid(f"Validation failed: The list is longer than {limits.DOMAIN_LIST_BYTES} bytes")
        return (await file.content()).decode(errors="replace")
    return typed if isinstance(typed, str) else ""


def _refused(tx: Tx, call: Call, refusal: Refusal) -> Page:
    return _page(call, tx, Asked(), sayings.of_refusal(refusal, tongue_of(call)), refusal.status)
