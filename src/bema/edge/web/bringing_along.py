"""Bringing along: a list from another server is sent, looked at, said yes to, and watched until it is worked off."""

import asyncio

import msgspec

from bema.domain import bringing_along
from bema.edge.call import Call, Upload
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web import sayings
from bema.edge.web.pages import Document, Page, Redirect, page, tongue_of
from bema.model import limits
from bema.model.errors import Invalid, Refusal
from bema.store.tx import Tx, WriteTx
from bema.wire import brought_lists as written
from bema.wire.tongues import Tongue, words

routes = Routes(Surface.WEB)
_HERE = "/settings/import"
_PROBLEMS = {
    bringing_along.NOBODY: words("Nobody here or there has this address."),
    bringing_along.NO_POST: words("There is no such post that you may see."),
    bringing_along.NO_ANSWER: words("The server did not answer. It may do so another time."),
    bringing_along.NOT_ALLOWED: words("This is not possible: one of you blocks the other, or it is yourself."),
}


class Wish(msgspec.Struct, frozen=True):
    """What a list is to do."""

    kind: str = ""
    mode: str = "merge"


@routes.get(_HERE, needs=Needs.SESSION)
def shown(call: Call, tx: Tx) -> Page:
    """See which lists one can bring, and what became of those that one brought."""
    return _page(tx, call, Wish(), None, 200)


def _page(tx: Tx, call: Call, wish: Wish, error: str | None, status: int) -> Page:
    found = bringing_along.newest(tx, call.actor)
    return page(call, tx, "settings/import.html", status=status, part="account", brought=found, wish=wish, error=error)


@routes.post(_HERE, needs=Needs.SESSION, rate="export", body_bytes=limits.BROUGHT_BYTES + limits.BODY_BYTES)
async def bring(call: Call, ask: Wish) -> Page | Redirect:
    """Bring a list; it is shown before anything is done."""
    try:
        if ask.kind not in bringing_along.KINDS:
            raise Invalid("Validation failed: Choose what is in the file")
        file = call.parameters.get("file")
        if not isinstance(file, Upload) or not file.size:
            raise Invalid("Validation failed: The file is empty")
        if file.size > limits.BROUGHT_BYTES:
            raise Invalid(f"Validation failed: The file is longer than {limits.BROUGHT_BYTES // 1_048_576} MB")
        content = await file.content()
        lines, heading = await asyncio.to_thread(written.read, ask.kind, content)
        name = file.filename
        assert call.session is not None
        id_ = await call.write(
            bringing_along.bring,
            call.actor,
            call.session.login,
            ask.kind,
            lines,
            replaces=ask.mode == "overwrite",
            file_name=name,
            looks_like=written.looks_like(ask.kind, heading, name),
        )
    except Refusal as refusal:
        said = sayings.of_refusal(refusal, tongue_of(call))
        return await call.read(_page, call, ask, said, refusal.status)
    return Redirect(f"{_HERE}/{id_}")


@routes.get(f"{_HERE}/{{id}}", needs=Needs.SESSION)
def one(call: Call, tx: Tx) -> Page:
    """Look at a list before saying yes, or at what came of it."""
    found = bringing_along.one(tx, call.actor, call.path_id())
    lines = [] if found.begun_at is not None else bringing_along.first_lines(tx, call.actor, found.id)
    return page(call, tx, "settings/import_one.html", part="account", each=found, lines=lines)


@routes.post(f"{_HERE}/{{id}}/begin", needs=Needs.SESSION)
def begin(call: Call, tx: WriteTx) -> Redirect:
    """Say yes to a list."""
    bringing_along.begin(tx, call.actor, call.path_id())
    return Redirect(_HERE, "list_begun")


@routes.post(f"{_HERE}/{{id}}/stop", needs=Needs.SESSION)
def stop(call: Call, tx: WriteTx) -> Redirect:
    """Do nothing more of a list."""
    bringing_along.stop(tx, call.actor, call.path_id())
    return Redirect(_HERE, "list_stopped")


@routes.post(f"{_HERE}/{{id}}/again", needs=Needs.SESSION, rate="export")
def again(call: Call, tx: WriteTx) -> Redirect:
    """Bring those lines again of which nothing came."""
    assert call.session is not None
    id_ = bringing_along.try_again(tx, call.actor, call.session.login, call.path_id())
    bringing_along.begin(tx, call.actor, id_)
    return Redirect(_HERE, "list_begun")


@routes.get(f"{_HERE}/{{id}}/failures.csv", needs=Needs.SESSION, rate="export")
async def failures(call: Call) -> Document:
    """Take the lines along of which nothing came, with the reasons; they can be brought again."""
    kind, found = await call.read(bringing_along.failures, call.actor, call.path_id())
    tongue = tongue_of(call)
    lines = ((each.line, _problem(each.reason, tongue)) for each in found)
    text = written.heading(kind) + written.written(kind, lines)
    return Document(text.encode(), b"text/csv; charset=utf-8", f"failures-{kind}.csv")


def _problem(reason: str, tongue: Tongue) -> str:
    known = _PROBLEMS.get(reason)
    return tongue.gettext(known) if known is not None else sayings.of_refusal(Invalid(reason), tongue)
