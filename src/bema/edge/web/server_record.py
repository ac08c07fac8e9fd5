"""What was decided about other servers, for everybody: what holds, how it came about, as a table and as a feed."""

from html import escape
from typing import Any, NamedTuple

from bema.domain import disclosing, guarding
from bema.domain.consulting import instant
from bema.domain.disclosing import Measure, Record
from bema.edge.call import Call
from bema.edge.routes import Routes, Surface
from bema.edge.server_record import After, readable
from bema.edge.web import atom, verdicts
from bema.edge.web.pages import Document, Page, page, tongue_of
from bema.edge.web.paging import Part, beside
from bema.model import limits
from bema.model.decisions import Effect, Severity
from bema.model.views import Page as Shown
from bema.store import public_log
from bema.store.timelines import Range
from bema.store.tx import Tx
from bema.wire import server_records
from bema.wire.tongues import Tongue

routes = Routes(Surface.WEB)
_HERE = "/trust/servers"
_OF = {Severity.LIMIT: Effect.LIMIT, Severity.SUSPEND: Effect.SUSPEND}


class Held(NamedTuple):
    """A server that is kept away now."""

    name: str
    effects: list[str]
    row: Any
    place: int | None  # in the public log


class Line(NamedTuple):
    """A record as the page and the feed tell it."""

    record: Record
    said: str


@routes.get(_HERE)
def servers(call: Call, tx: Tx, ask: Part) -> Page:
    """Read which servers are kept away, and how that came about."""
    signed = readable(call, tx)
    found = [] if signed is None else disclosing.newest(tx, signed, ask.range())
    newer, older = beside(call, ask, Shown(found, found[0].id, found[-1].id) if found else Shown([]))
    return page(
        call,
        tx,
        "trust_servers.html",
        held=_held(tx, tongue_of(call), 0 if signed is None else signed.size),
        lines=[_line(each, tongue_of(call)) for each in found],
        instant=instant,
        newer=newer,
        older=older,
        canonical=f"{call.site.base}{_HERE}",
        feed=f"{call.site.base}{_HERE}.atom",
    )


def _held(tx: Tx, speech: Tongue, size: int) -> list[Held]:
    rows = guarding.public_domain_blocks(tx)
    places = public_log.of_decisions(tx, [row.decision_id for row in rows]) if rows else {}
    shown = []
    for row in rows:
        place = places[row.decision_id][0] if row.decision_id in places else None
        name = disclosing.veiled(row.name) if row.obfuscate else row.name
        switches = ((row.reject_media, Effect.REJECT_MEDIA), (row.reject_reports, Effect.REJECT_REPORTS))
        effects = [_OF[Severity(row.severity)], *(effect for is_on, effect in switches if is_on)]
        said = [verdicts.effect(each, speech) for each in effects]
        shown.append(Held(name, said, row, place if place is not None and place < size else None))
    return shown


def _line(record: Record, speech: Tongue) -> Line:
    if not isinstance(record, Measure):
        place = {"place": speech.number(record.retracts)}
        if record.how == "lapsed":
            said = speech.gettext("What entry %(place)s said lapsed: no second person approved it.") % place
        elif record.how == "expired":
            said = speech.gettext("The time of what entry %(place)s said is over.") % place
        else:
            said = speech.gettext("What entry %(place)s said was taken back.") % place
        return Line(record, said)
    named = {"name": speech.isolated(record.domain or speech.gettext("A server whose name is not known any more"))}
    if record.severity == "suspend":
        return Line(record, speech.gettext("%(name)s was suspended: nothing is exchanged with it.") % named)
    if record.severity == "limit":
        return Line(record, speech.gettext("%(name)s was limited: its people are found by followers alone.") % named)
    return Line(record, speech.gettext("Something less was decided about %(name)s.") % named)


@routes.get(f"{_HERE}.csv")
def table(call: Call, tx: Tx, ask: After) -> Document:
    """Take the record along as a table."""
    signed = readable(call, tx, ask.tree_size)
    found = [] if signed is None else disclosing.records(tx, signed, ask.after, ask.limit).found
    text = server_records.written(_row(call, each) for each in found)
    return Document(text.encode(), b"text/csv; charset=utf-8", "servers.csv")


def _row(call: Call, record: Record) -> list[str]:
    entry = f"{call.site.base}/trust/decisions/{record.id}"
    if not isinstance(record, Measure):
        return [str(record.id), "retraction", record.at, *[""] * 8, str(record.retracts), record.how, entry]
    switches = [str(each).lower() for each in (record.reject_media, record.reject_reports)]
    said = [record.domain or "", record.digest or "", record.severity, *switches, record.reasons]
    later = [record.ends_at or "", str(record.provisional).lower()]
    return [str(record.id), "measure", record.at, *said, *later, "", "", entry]


@routes.get(f"{_HERE}.atom")
def feed(call: Call, tx: Tx) -> Document:
    """Follow what is decided about other servers, as a feed."""
    signed, speech = readable(call, tx), tongue_of(call)
    found = [] if signed is None else disclosing.newest(tx, signed, Range(limits.PAGE_DEFAULT))
    lines = [_line(each, speech) for each in found]
    written = [
        atom.Entry(
            address=f"{call.site.base}/trust/decisions/{each.record.id}",
            title=each.said,
            published=each.record.at,
            updated=each.record.at,
            html=escape(each.record.reasons) if isinstance(each.record, Measure) else "",
            language=speech.code,
        )
        for each in lines
    ]
    where = f"{call.site.base}{_HERE}"
    title = speech.gettext("Servers that are kept away from %(site)s") % {"site": call.parts.settings.title}
    updated = found[0].at if found else "1970-01-01T00:00:00Z"
    return atom.document(
        atom.Head(where, f"{where}.atom", title, call.parts.settings.title, call.site.base, updated), written
    )
