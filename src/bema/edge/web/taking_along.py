"""Taking along: the files that other servers read, and the archive of all that is one's own; also for who is shut out."""

from bema.domain import archiving, taking_along
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web.pages import Document, Page, Redirect, page
from bema.model.errors import NotFound
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.WEB)
_HERE = "/settings/export"
# Followers can be too many to be written while somebody waits: they are in the archive.
_AT_ONCE = [name for name in taking_along.FILES if name != "followers.csv"]


@routes.get(_HERE, needs=Needs.SESSION, confined=True)
def shown(call: Call, tx: Tx) -> Page:
    """See what one can take along, and whether the archive is there."""
    found = archiving.archive_of(tx, call.actor)
    again = archiving.may_ask_at(found)
    return page(
        call,
        tx,
        "settings/export.html",
        part="account",
        files=_AT_ONCE,
        archive=found,
        again=again if again is not None and again > tx.now else None,
    )


@routes.post(_HERE, needs=Needs.SESSION, confined=True)
def ask(call: Call, tx: WriteTx) -> Redirect:
    """Ask for all that is one's own in one file."""
    assert call.session is not None
    archiving.ask(tx, call.actor, call.session.login)
    return Redirect(_HERE, "archive_asked")


@routes.get(f"{_HERE}/{{name}}", needs=Needs.SESSION, confined=True, rate="export")
async def file(call: Call) -> Document:
    """Take one file along: whom one follows, mutes or blocks, lists, bookmarks."""
    name = call.path_values["name"]
    if name not in _AT_ONCE:
        raise NotFound
    written = taking_along.lines_of(call.parts.database, call.site, call.actor, taking_along.FILES[name])
    return Document("".join([part async for part in written]).encode(), b"text/csv; charset=utf-8", name)
