"""Finding people: the directory of those who wish to be found, and whom one might want to follow."""

import msgspec

from bema.domain import discovering
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web import listing
from bema.edge.web.pages import Page, State, page
from bema.model import limits
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.WEB)
_SUGGESTED = 6  # people above the directory


class Part(msgspec.Struct, frozen=True):
    """Which part of the directory is shown."""

    order: str = "active"
    offset: int = 0


@routes.get("/directory")
def directory(call: Call, tx: Tx, ask: Part) -> Page:
    """See who wishes to be found, and whom one might want to follow."""
    newest_first, offset, size = ask.order == "new", max(0, ask.offset), limits.PEOPLE_PAGE_DEFAULT
    accounts = discovering.directory(tx, call.viewer, newest_first=newest_first, local=True, offset=offset, limit=size)
    suggested = []
    if call.viewer is not None and offset == 0:
        recommended = call.parts.settings.recommended_accounts
        suggested = discovering.suggestions(tx, call.viewer, recommended, _SUGGESTED)
    order = "new" if newest_first else "active"
    return page(
        call,
        tx,
        "directory.html",
        order=order,
        accounts=accounts,
        suggested=suggested,
        relationships=listing.relationships(call, tx, accounts),
        newer=f"/directory?order={order}&offset={max(0, offset - size)}" if offset else None,
        older=f"/directory?order={order}&offset={offset + size}" if len(accounts) == size else None,
        canonical=f"{call.site.base}/directory",
    )


@routes.post("/accounts/{id}/refuse", needs=Needs.SESSION)
def refuse(call: Call, tx: WriteTx) -> State:
    """Never be suggested somebody again."""
    discovering.refuse_suggestion(tx, call.actor, call.path_id())
    return State(True)
