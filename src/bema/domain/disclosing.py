"""Disclosing: what was decided about other servers, as a record that only ever grows: measures, and what took them back.

Each record is an entry of the public log with what the entry promises opened, so that whoever takes the record along can
check it. Whoever wants to know what holds takes the records in their order: of a server, the newest measure holds that
nothing took back. A server whose name is veiled is named in part, and by a digest; its entry stays closed.
"""

from hashlib import sha256
from typing import Literal

import msgspec

from bema.domain import consulting, recording
from bema.model.decisions import Act, Decision, Effect, SubjectKind
from bema.store import decisions, public_facets, public_log
from bema.store.public_log import Signed
from bema.store.timelines import Range
from bema.store.tx import Tx
from bema.wire.tlog import entries, promises
from bema.wire.tlog.entries import AnyEntry, DecisionMade, Ending, Opened

How = Literal["taken_back", "lapsed", "expired"]
Severity = Literal["none", "limit", "suspend"]


class Measure(msgspec.Struct, frozen=True, tag="measure", kw_only=True):
    """A server is kept away, in the place of what was decided about it before."""

    id: int  # its place in the public log, for ever
    at: str
    domain: str | None  # veiled in part where that was decided; None: nobody knows any more
    digest: str | None  # SHA-256 of its name
    severity: Severity
    reject_media: bool
    reject_reports: bool
    reasons: str
    ends_at: str | None
    provisional: bool  # it was in force before a second person had agreed
    single_operator: bool
    opened: dict[str, Opened]  # what its entry promises, with what is needed to check it


class Retraction(msgspec.Struct, frozen=True, tag="retraction", kw_only=True):
    """A measure holds no more; what it was in the place of holds again."""

    id: int
    at: str
    retracts: int  # the id of the measure
    how: How
    whole: bool  # nothing is left of it


Record = Measure | Retraction


class Records(msgspec.Struct, frozen=True):
    """Some records in their order, and after which id to go on; None: that was all."""

    found: list[Record]
    next: int | None


def records(tx: Tx, signed: Signed, after: int, limit: int) -> Records:
    """Return the records after an id, as far as the log is signed."""
    range_ = Range(limit, min_id=after, max_id=signed.size)
    places = sorted(public_facets.places(tx, consulting.about(SubjectKind.DOMAIN), range_))
    found = [each for each in _records(tx, places) if each is not None]
    return Records(found, places[-1] if len(places) == limit else None)


def newest(tx: Tx, signed: Signed, range_: Range) -> list[Record]:
    """Return a page of records, the newest first."""
    range_ = msgspec.structs.replace(range_, max_id=min(range_.max_id or signed.size, signed.size))
    places = public_facets.places(tx, consulting.about(SubjectKind.DOMAIN), range_)
    return [each for each in _records(tx, places) if each is not None]


def _records(tx: Tx, places: list[int]) -> list[Record | None]:
    contents = {place: entries.decode(content) for place, content in public_log.at_places(tx, places).items()}
    ended = [entry.body.reverses for entry in contents.values() if isinstance(entry, Ending)]
    contents |= {place: entries.decode(content) for place, content in public_log.at_places(tx, ended).items()}
    of = public_log.decisions_at(tx, places)
    made, secrets = decisions.by_ids(tx, list(set(of.values()))), public_log.secrets_of(tx, places)
    return [_record(place, contents, made.get(of.get(place, 0)), secrets.get(place)) for place in places]


def _record(
    place: int, contents: dict[int, AnyEntry], decision: Decision | None, secret: bytes | None
) -> Record | None:
    entry = contents[place]
    if isinstance(entry, Ending):
        before = contents.get(entry.body.reverses)
        if not isinstance(before, DecisionMade) or before.body.act != Act.BLOCK:
            return None
        count = sum(each.count for each in before.body.effects)
        how = _how(entry)
        whole = sum(each.count for each in entry.body.ended) >= count
        return Retraction(id=place, at=entry.at, retracts=entry.body.reverses, how=how, whole=whole)
    if not isinstance(entry, DecisionMade) or entry.body.act != Act.BLOCK:
        return None
    effects = {each.effect for each in entry.body.effects}
    name = None if decision is None else decision.subject.name
    is_veiled = decision is not None and decision.terms is not None and decision.terms.obfuscate
    return Measure(
        id=place,
        at=entry.at,
        domain=None if name is None else veiled(name) if is_veiled else name,
        digest=None if name is None else sha256(name.encode()).hexdigest(),
        severity="suspend" if Effect.SUSPEND in effects else "limit" if Effect.LIMIT in effects else "none",
        reject_media=Effect.REJECT_MEDIA in effects,
        reject_reports=Effect.REJECT_REPORTS in effects,
        reasons="" if decision is None else decision.reasons,
        ends_at=entry.body.ends_at,
        provisional=entry.body.provisional is True,
        single_operator=entry.body.single_operator is True,
        opened={} if decision is None or secret is None else _opened(decision, secret, is_veiled=is_veiled),
    )


def _how(entry: Ending) -> How:
    if isinstance(entry, entries.DecisionLapsed):
        return "lapsed"
    return "expired" if isinstance(entry, entries.DecisionExpired) else "taken_back"


def _opened(decision: Decision, secret: bytes, *, is_veiled: bool) -> dict[str, Opened]:
    values = recording.private(decision)
    fields = ("reasons",) if is_veiled else ("subject", "reasons")
    return {name: Opened(values[name], promises.salt_of(secret, name).hex()) for name in fields}


def veiled(name: str) -> str:
    """Hide the middle of a domain's name, as Mastodon does: who knows it recognises it, and finds it by its digest."""
    shown = len(name) // 4
    return "".join(
        "*" if shown <= place < len(name) - shown and sign != "." else sign for place, sign in enumerate(name)
    )
