"""Decisions for programs: what the public log tells everybody of each, with what proves it; nothing that is not signed."""

from typing import Annotated

import msgspec
from msgspec import Meta

from bema.domain import consulting, recording
from bema.domain.consulting import ACTS, KINDS, Told, Wanted
from bema.edge.answers import Answer, Json, paged
from bema.edge.call import Call
from bema.edge.mastodon.paging import Paging
from bema.edge.routes import Routes, Surface
from bema.model.errors import Invalid, NotFound
from bema.store import public_log
from bema.store.tx import Tx
from bema.wire.mastodon.times import iso
from bema.wire.tlog import entries
from bema.wire.tlog.checkpoints import Proof
from bema.wire.trust import LoggedEntries, LoggedEntry, OneLoggedEntry

routes = Routes(Surface.API)
_HERE = "/api/trust/v1/decisions"
_PROOF = b"text/plain; charset=utf-8"


class Asked(Paging, frozen=True):
    """Which decisions are asked for."""

    act: Annotated[str | None, Meta(description="What was decided, as `suspend`.")] = None
    kind: Annotated[str | None, Meta(description="About what, as `account` or `domain`.")] = None
    reversed: Annotated[bool, Meta(description="Only what was taken back, wholly or in part.")] = False


@routes.get(_HERE, answer=LoggedEntries)
def listed(call: Call, tx: Tx, ask: Asked) -> Json:
    """View what was decided here, as the public log tells it, the newest first."""
    if ask.act not in (None, *ACTS) or ask.kind not in (None, *KINDS):
        raise Invalid("Validation failed: Act or kind is not one that there is")
    signed = public_log.newest_signed(tx)
    found = consulting.decisions(tx, signed, Wanted(ask.act, ask.kind, ask.reversed), ask.range())
    size = 0 if signed is None else signed.size
    told = LoggedEntries(as_of=iso(tx.now), tree_size=size, decisions=[_entry(call, each) for each in found])
    return paged(call, told, found[0].place if found else None, found[-1].place if found else None)


@routes.get(f"{_HERE}/{{id}}")
def one(call: Call, tx: Tx) -> OneLoggedEntry:
    """View one entry of the public log, by its place, with the entries that took parts of it back or objected to it."""
    place = _place(call)
    signed, found = consulting.standing(tx, place)
    return OneLoggedEntry(
        as_of=iso(tx.now),
        tree_size=signed.size,
        decision=_entry(call, found.told),
        reversed_by=found.reversals,
        appealed_by=consulting.appealed(tx, signed, place),
    )


@routes.get(f"{_HERE}/{{id}}/proof", answer=dict, content_type="text/plain; charset=utf-8")
def proof(call: Call, tx: Tx) -> Answer:
    """Get what proves an entry to anybody, without this server: a C2SP tlog-proof."""
    found = recording.receipt(tx, _place(call))
    if found is None:
        raise NotFound
    return Answer(Proof(*found).write().encode(), content_type=_PROOF)


def _entry(call: Call, told: Told) -> LoggedEntry:
    return LoggedEntry(
        id=str(told.place),
        entry=msgspec.Raw(entries.encode(told.entry)),
        url=f"{call.site.base}/trust/decisions/{told.place}",
        proof_url=f"{call.site.base}{_HERE}/{told.place}/proof",
        reversed_by=told.reversed_by,
        wholly_reversed=told.wholly,
        approved_by=told.approved_by,
    )


def _place(call: Call) -> int:
    """Read a place: entries are counted from 0."""
    text = call.path_values["id"]
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise NotFound
    return int(text)
