"""Readers by e-mail, for the staff: whose posts go out to how many, the addresses, and ending it for one or for all."""

import csv
import io
from datetime import UTC, datetime

import msgspec

from bema.domain import tending_readers
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web.desk import frame
from bema.edge.web.pages import Document, Page, Redirect, page
from bema.model import limits
from bema.model.ids import AccountId, parse_id
from bema.model.permissions import Permission
from bema.store.email_subscriptions import Subscription
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.WEB)
_MAY = Permission.MANAGE_SETTINGS
_HERE = "/staff/readers"


class From(msgspec.Struct, frozen=True):
    """After which one the page begins."""

    after: str = ""


class Chosen(msgspec.Struct, frozen=True):
    """An address, by its subscription."""

    id: str = ""


class Wish(msgspec.Struct, frozen=True):
    """Whether posts go out."""

    go_out: bool = False


@routes.get(_HERE, needs=Needs.SESSION, permission=_MAY)
def authors(call: Call, tx: Tx, ask: From) -> Page:
    """See whose posts go out by e-mail, and to how many."""
    found = tending_readers.authors(tx, call.staff, parse_id(ask.after) or 0)
    more = found[-1].account.id if len(found) == limits.EMAIL_AUTHORS_SHOWN else None
    return page(call, tx, "staff/readers.html", part=_HERE, authors=found, more=more, **frame(call))


@routes.get(f"{_HERE}/{{id}}", needs=Needs.SESSION, permission=_MAY)
def readers(call: Call, tx: Tx, ask: From) -> Page:
    """See which addresses get an author's posts."""
    id_ = AccountId(call.path_id())
    author = tending_readers.author(tx, call.staff, id_)
    found = tending_readers.readers(tx, call.staff, id_, parse_id(ask.after) or 0)
    more = found[-1].id if len(found) == limits.EMAIL_READERS_SHOWN else None
    return page(call, tx, "staff/readers_of.html", part=_HERE, author=author, readers=found, more=more, **frame(call))


@routes.post(f"{_HERE}/{{id}}/remove", needs=Needs.SESSION, permission=_MAY)
def remove(call: Call, tx: WriteTx, ask: Chosen) -> Redirect:
    """Send an address nothing more."""
    id_ = AccountId(call.path_id())
    tending_readers.remove(tx, call.staff, id_, parse_id(ask.id) or 0)
    return Redirect(f"{_HERE}/{id_}", "reader_removed")


@routes.post(f"{_HERE}/{{id}}/remove-all", needs=Needs.SESSION, permission=_MAY)
async def remove_all(call: Call) -> Redirect:
    """Send nobody anything more of an author."""
    id_ = AccountId(call.path_id())
    await call.write(tending_readers.begin_removing, call.staff, id_)
    while await call.write(tending_readers.remove_some, call.staff, id_):
        pass
    return Redirect(f"{_HERE}/{id_}", "reader_removed")


@routes.post(f"{_HERE}/{{id}}/let", needs=Needs.SESSION, permission=_MAY)
def let(call: Call, tx: WriteTx, ask: Wish) -> Redirect:
    """Let an author's posts go out, or not."""
    id_ = AccountId(call.path_id())
    tending_readers.let(tx, call.site, call.staff, id_, go_out=ask.go_out)
    return Redirect(f"{_HERE}/{id_}", "saved")


@routes.post(f"{_HERE}/{{id}}/export", needs=Needs.SESSION, permission=_MAY, rate="export")
async def export(call: Call) -> Document:
    """Take the addresses along; asked by a form, as it leaves a trace."""
    id_ = AccountId(call.path_id())
    author = await call.write(tending_readers.begin_export, call.staff, id_)
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(("Address", "Language", "Asked at", "Confirmed at"))
    after = 0
    while some := await call.read(tending_readers.exported, call.staff, id_, after):
        lines.writerows(map(_line, some))
        after = some[-1].id
    return Document(text.getvalue().encode(), b"text/csv; charset=utf-8", f"readers-{author.username}.csv")


def _line(each: Subscription) -> tuple[str, ...]:
    return (
        each.address,
        each.locale,
        _day(each.asked_at),
        "" if each.confirmed_at is None else _day(each.confirmed_at),
    )


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1_000, UTC).isoformat(timespec="seconds")
