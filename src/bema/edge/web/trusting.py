"""What everybody can see of the decisions here: in numbers, one by one with their proofs, and the log they stand in."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from bema.domain import appealing, consulting, recording
from bema.domain.consulting import Figures, Told, Wanted
from bema.edge.call import Call
from bema.edge.routes import Routes, Surface
from bema.edge.web import atom, verdicts
from bema.edge.web.pages import Document, Page, page, tongue_of
from bema.edge.web.paging import Part, beside
from bema.model import limits
from bema.model.errors import NotFound
from bema.model.ids import parse_id
from bema.model.views import Page as Shown
from bema.store import public_log
from bema.store.public_log import Signed
from bema.store.timelines import Range
from bema.store.tx import Tx
from bema.wire.mastodon.times import iso
from bema.wire.tlog.notes import Signature, parse, to_base64
from bema.wire.tlog.tree import leaf_hash
from bema.wire.tongues import Tongue

routes = Routes(Surface.WEB)

_NEWEST = 5  # decisions on the overview
_COSIGNATURE_BYTES = 72  # of a witness: eight of the time, and the signature


@routes.get("/trust")
def overview(call: Call, tx: Tx) -> Page:
    """See what of the decisions here is public, how many there are, and how to check them."""
    signed = public_log.newest_signed(tx)
    newest = consulting.decisions(tx, signed, Wanted(), Range(_NEWEST))
    figures = None if signed is None else consulting.figures(tx, signed)
    return _page(
        call,
        tx,
        signed,
        "trust.html",
        **_log(call, tx, signed),
        verdicts=_verdicts(call, newest),
        figures=figures,
        appeals=None if signed is None else consulting.appeals(tx, signed),
        waiting=appealing.waiting(tx),
        bars=[] if figures is None else _bars(figures, tongue_of(call)),
        acts=_named(call, verdicts.ACTS),
        canonical=f"{call.site.base}/trust",
        feed=f"{call.site.base}/trust/decisions.atom",
    )


def _page(call: Call, tx: Tx, newest: Signed | None, template: str, /, **context: Any) -> Page:
    """Make a page that names the newest signed state in a header, too: whoever keeps pages keeps evidence."""
    made = page(call, tx, template, **context)
    if newest is None:
        return made
    state = f"{call.parts.settings.domain}/log {newest.size} {to_base64(newest.root)}"
    return msgspec.structs.replace(made, headers=((b"trust-checkpoint", state.encode()),))


class Bar(msgspec.Struct, frozen=True):
    """A month in the chart; the lengths are parts of a hundred of the longest."""

    name: str
    total: int
    share: float


def _bars(figures: Figures, speech: Tongue) -> list[Bar]:
    most = max((each.total for each in figures.months), default=0) or 1
    moments = [int(datetime(each.year, each.month, 1, tzinfo=UTC).timestamp() * 1_000) for each in figures.months]
    return [
        Bar(speech.month(moment), each.total, round(each.total * 100 / most, 1))
        for moment, each in zip(moments, figures.months, strict=True)
    ]


class Narrowed(Part, frozen=True):
    """Which part of the decisions is shown."""

    act: str = ""
    kind: str = ""
    reversed: bool = False


@routes.get("/trust/decisions")
def decisions(call: Call, tx: Tx, ask: Narrowed) -> Page:
    """Read what was decided, the newest first."""
    signed = public_log.newest_signed(tx)
    wanted = _wanted(ask)
    told = consulting.decisions(tx, signed, wanted, ask.range())
    newer, older = beside(call, ask, Shown(told, told[0].place, told[-1].place) if told else Shown([]))
    return _page(
        call,
        tx,
        signed,
        "trust_decisions.html",
        verdicts=_verdicts(call, told),
        wanted=wanted,
        is_narrow=wanted != Wanted(),
        acts=_named(call, verdicts.ACTS),
        kinds=_named(call, verdicts.KINDS),
        newer=newer,
        older=older,
        canonical=f"{call.site.base}/trust/decisions",
        feed=f"{call.site.base}/trust/decisions.atom",
    )


def _wanted(ask: Narrowed) -> Wanted:
    act = ask.act if ask.act in consulting.ACTS else None
    kind = ask.kind if ask.kind in consulting.KINDS else None
    return Wanted(act, kind, ask.reversed)


@routes.get("/trust/decisions.atom")
def feed(call: Call, tx: Tx) -> Document:
    """Follow what is decided, as a feed."""
    told = consulting.decisions(tx, public_log.newest_signed(tx), Wanted(), Range(limits.PAGE_DEFAULT))
    speech, where = tongue_of(call), f"{call.site.base}/trust/decisions"
    shown = _verdicts(call, told)
    written = [
        atom.Entry(
            address=f"{where}/{each.place}",
            title=each.said,
            published=iso(each.at),
            updated=iso(each.at),
            html=" ".join([each.said, *each.by]),
            language=speech.code,
        )
        for each in shown
    ]
    title = speech.gettext("What is decided on %(site)s") % {"site": call.parts.settings.title}
    updated = iso(shown[0].at if shown else tx.now)
    head = atom.Head(where, f"{where}.atom", title, call.parts.settings.title, call.site.base, updated)
    return atom.document(head, written)


@routes.get("/trust/decisions/{place}")
def decision(call: Call, tx: Tx) -> Page:
    """Read one entry of the log, with what proves that it stands there."""
    place = place_of(call)
    signed, standing = consulting.standing(tx, place)
    receipt = recording.receipt(tx, place)
    assert receipt is not None  # it is signed
    return _page(
        call,
        tx,
        signed,
        "trust_entry.html",
        verdict=verdicts.verdict(standing.told, tongue_of(call)),
        reverses=None if standing.reverses is None else verdicts.verdict(standing.reverses, tongue_of(call)),
        reversals=standing.reversals,
        appealed=consulting.appealed(tx, signed, place),
        entry=standing.content.decode(),
        leaf=leaf_hash(standing.content).hex(),
        path_hashes=[to_base64(each) for each in receipt.path],
        size=signed.size,
        vkey=recording.current_key(tx),
        canonical=f"{call.site.base}/trust/decisions/{place}",
    )


def place_of(call: Call) -> int:
    """Read the place of an entry from the path."""
    text = call.path_values["place"]
    place = parse_id(text)
    if place is None or str(place) != text:
        raise NotFound
    return place


@routes.get("/trust/log")
def log(call: Call, tx: Tx) -> Page:
    """See the state of the public log, who signed it, and where its files are."""
    signed = public_log.newest_signed(tx)
    counts = {} if signed is None else public_log.by_type(tx, consulting.TYPES, signed.size)
    return _page(
        call,
        tx,
        signed,
        "trust_log.html",
        **_log(call, tx, signed),
        types=_named(call, verdicts.TYPES),
        counts=[(type_, counts[type_]) for type_ in consulting.TYPES if counts.get(type_)],
        witnesses=[] if signed is None else _witnesses(signed),
        note=None if signed is None else signed.note,
        canonical=f"{call.site.base}/trust/log",
    )


def _log(call: Call, tx: Tx, signed: Signed | None) -> dict[str, Any]:
    """Say what the log is, and how far it is signed."""
    root = "" if signed is None else to_base64(signed.root)
    return {"signed": signed, "root": root, "vkey": recording.current_key(tx), "log_url": f"{call.site.base}/log"}


class Witness(msgspec.Struct, frozen=True):
    """Who signed the newest state besides; a signature was checked before it was added."""

    name: str
    key_id: str
    at: int | None


def _witnesses(signed: Signed) -> list[Witness]:
    note = parse(signed.note)
    origin = note.text.partition("\n")[0]
    return [Witness(each.name, each.key_id.hex(), _time(each)) for each in note.signatures if each.name != origin]


def _time(signature: Signature) -> int | None:
    seconds = int.from_bytes(signature.value[:8], "big")
    return seconds * 1_000 if len(signature.value) == _COSIGNATURE_BYTES and seconds < 1 << 40 else None


def _verdicts(call: Call, told: list[Told]) -> list[verdicts.Verdict]:
    return [verdicts.verdict(each, tongue_of(call)) for each in told]


def _named(call: Call, names: dict[str, str]) -> dict[str, str]:
    speech = tongue_of(call)
    return {code: speech.gettext(name) for code, name in names.items()}
