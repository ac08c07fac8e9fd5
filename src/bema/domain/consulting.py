"""Consulting the public log: what it says of decisions, found by act, by kind of subject and by month, for everybody.

Whatever is told here is worked out from entries as they stand in the log, up to the newest state that was signed, and
from nothing else: what an entry only promises cannot be told by mistake.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from bema.model import limits
from bema.model.appealing import AppealState
from bema.model.decisions import Act, SubjectKind
from bema.model.errors import NotFound
from bema.model.ids import Millis
from bema.store import public_facets, public_log
from bema.store.public_log import Signed
from bema.store.timelines import Range
from bema.store.tx import Tx, WriteTx
from bema.wire.tlog import entries
from bema.wire.tlog.entries import (
    AnyEntry,
    AppealDecided,
    AppealOpened,
    DecisionApproved,
    DecisionExpired,
    DecisionLapsed,
    DecisionMade,
    DecisionReversed,
    Ending,
    RoleChanged,
    SettingsChanged,
)

ACTS = tuple(act.value for act in Act)
KINDS = tuple(kind.value for kind in SubjectKind)
TYPES = (
    "log.opened",
    "decision.made",
    "decision.approved",
    "decision.reversed",
    "decision.lapsed",
    "decision.expired",
    "decision.unanswered",
    "appeal.opened",
    "appeal.decided",
    "decision.restored",
    "decision.purged",
    "operator.role_changed",
    "operator.settings_changed",
    "policy.proposed",
    "policy.published",
    "policy.withdrawn",
    "log.key_rotated",
    "operator.entries_readmitted",
)
_ACTS = {DecisionReversed: Act.REVERSE.value, DecisionLapsed: Act.LAPSE.value, DecisionExpired: Act.EXPIRE.value}

# --- Entering ---------------------------------------------------------------------------------------------------------


def enter(tx: WriteTx, place: int, entry: AnyEntry) -> None:
    """Let a new entry be found."""
    if isinstance(entry, DecisionApproved):
        public_facets.add(tx, place, [(_approves(entry.body.approves), 1)])
    if isinstance(entry, AppealOpened):
        public_facets.add(tx, place, [(_APPEALS, 1), (_appeals(entry.body.decision), 1)])
    if isinstance(entry, AppealDecided):
        public_facets.add(tx, place, [(_answered(entry.body.outcome), 1), (_answers(entry.body.appeal), 1)])
    if isinstance(entry, SettingsChanged):
        public_facets.add(tx, place, [(f"setting {each.name}", 1) for each in entry.body.changed])
    if isinstance(entry, RoleChanged):
        public_facets.add(tx, place, [(f"role {entry.body.pseudonym}", 1)])
    if not isinstance(entry, DecisionMade | Ending):
        return
    act, kind = _act(entry), entry.body.subject.kind
    public_facets.add(tx, place, [(each, 1) for each in (*_facets(act, kind), _of_month(entry.at[:7], act))])
    if isinstance(entry, Ending):
        ended = sum(each.count for each in entry.body.ended)
        public_facets.add(tx, place, [(_reverses(entry.body.reverses), ended)])
        standing = public_log.at_places(tx, [entry.body.reverses]).get(entry.body.reverses)
        made = None if standing is None else entries.decode(standing)
        if isinstance(made, DecisionMade):
            found_by = _facets(made.body.act, made.body.subject.kind)
            public_facets.add(tx, entry.body.reverses, [(f"reversed {each}", 0) for each in found_by])


def _act(entry: DecisionMade | Ending) -> str:
    return entry.body.act if isinstance(entry, DecisionMade) else _ACTS[type(entry)]


def _facets(act: str, kind: str) -> list[str]:
    """Return each way to narrow a list down that leaves such a decision in it."""
    return [_facet(*each) for each in ((None, None), (act, None), (None, kind), (act, kind))]


def about(kind: SubjectKind) -> str:
    """Name what is decided about this kind of subject, and what ends it, as they are found."""
    return _facet(None, kind.value)


def _facet(act: str | None, kind: str | None) -> str:
    return f"{act or '*'} {kind or '*'}"


def _of_month(month: str, act: str) -> str:
    return f"{month} {act}"


def _reverses(place: int) -> str:
    return f"reverses {place}"


def _approves(place: int) -> str:
    return f"approves {place}"


_APPEALS = "appeals"


def _appeals(place: int) -> str:
    return f"appeals {place}"


def _answers(place: int) -> str:
    return f"answers {place}"


def _answered(outcome: str) -> str:
    return f"appeals {outcome}"


# --- Reading ----------------------------------------------------------------------------------------------------------


class Wanted(msgspec.Struct, frozen=True):
    """Which decisions are looked for."""

    act: str | None = None
    kind: str | None = None
    reversed: bool = False


class Told(msgspec.Struct, frozen=True):
    """An entry, and what later entries say about it."""

    place: int
    entry: AnyEntry
    reversed_by: int | None = None  # the newest entry that ended some of its effects
    wholly: bool = False  # none of its effects is left
    approved_by: int | None = None  # the entry that says that it is provisional no more


def decisions(tx: Tx, signed: Signed | None, wanted: Wanted, range_: Range) -> list[Told]:
    """Return a page of what was decided, the newest first."""
    if signed is None:
        return []
    facet = _facet(wanted.act, wanted.kind)
    below = signed.size if range_.max_id is None else min(range_.max_id, signed.size)
    range_ = msgspec.structs.replace(range_, max_id=below)
    places = public_facets.places(tx, f"reversed {facet}" if wanted.reversed else facet, range_)
    contents = public_log.at_places(tx, places)
    return _told(tx, signed, [(place, contents[place]) for place in places])


def _told(tx: Tx, signed: Signed, found: Sequence[tuple[int, bytes]]) -> list[Told]:
    facets = [name(place) for place, _ in found for name in (_reverses, _approves)]
    ended = public_facets.newest(tx, facets, signed.size)
    told: list[Told] = []
    for place, content in found:
        entry, by, approved = entries.decode(content), ended.get(_reverses(place)), ended.get(_approves(place))
        approved_by = None if approved is None else approved.place
        if isinstance(entry, DecisionMade) and by is not None:
            whole = by.number >= sum(each.count for each in entry.body.effects)
            told.append(Told(place, entry, by.place, whole, approved_by))
        else:
            told.append(Told(place, entry, approved_by=approved_by))
    return told


class Standing(msgspec.Struct, frozen=True):
    """One entry with all that concerns it."""

    told: Told
    content: bytes
    reverses: Told | None  # what it ended
    reversals: list[int]  # the entries that ended parts of it, the newest first


def standing(tx: Tx, place: int) -> tuple[Signed, Standing]:
    """Return an entry that is signed."""
    signed = public_log.newest_signed(tx)
    if signed is None or place >= signed.size:
        raise NotFound
    found = [(place, public_log.entries(tx, place, 1)[0])]
    entry = entries.decode(found[0][1])
    if isinstance(entry, Ending):
        found += public_log.at_places(tx, [entry.body.reverses]).items()
    told = _told(tx, signed, found)
    range_ = Range(limits.TRUST_REVERSALS, max_id=signed.size)
    reversals = public_facets.places(tx, _reverses(place), range_)
    return signed, Standing(told[0], found[0][1], told[1] if len(told) > 1 else None, reversals)


# --- In numbers -------------------------------------------------------------------------------------------------------


class Month(msgspec.Struct, frozen=True):
    """How many decisions of each act one month had."""

    year: int
    month: int
    counts: list[int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts)


class Figures(msgspec.Struct, frozen=True):
    """How many decisions there were: by act, and of these by month, the newest first."""

    acts: list[str]  # those that there were
    totals: list[int]
    months: list[Month]


def figures(tx: Tx, signed: Signed) -> Figures:
    """Count what was decided, since the log began and in each of the last months."""
    months = _months(tx.now)
    asked = [_facet(act, None) for act in ACTS]
    asked += [_of_month(f"{year:04}-{month:02}", act) for year, month in months for act in ACTS]
    found = public_facets.newest(tx, asked, signed.size)

    def count(facet: str) -> int:
        return found[facet].number if facet in found else 0

    acts = [act for act in ACTS if _facet(act, None) in found]
    counted = [Month(y, m, [count(_of_month(f"{y:04}-{m:02}", act)) for act in acts]) for y, m in months]
    while counted and not counted[-1].total:
        counted.pop()
    return Figures(acts, [count(_facet(act, None)) for act in acts], counted)


def _months(now: Millis) -> list[tuple[int, int]]:
    """Return the last months, this one first."""
    today = datetime.fromtimestamp(now / 1_000, UTC)
    last = today.year * 12 + today.month - 1
    return [(each // 12, each % 12 + 1) for each in range(last, last - limits.TRUST_MONTHS, -1)]


def instant(moment: str) -> Millis:
    """Read a time as entries have it."""
    return round(datetime.fromisoformat(moment).timestamp() * 1_000)


class Appeals(msgspec.Struct, frozen=True):
    """How many appeals there were, and what came of them."""

    opened: int
    outcomes: dict[str, int]


def appeals(tx: Tx, signed: Signed) -> Appeals:
    """Count the appeals since the log began, and those that were answered, by outcome."""
    outcomes = [state.value for state in AppealState if state is not AppealState.OPEN]
    found = public_facets.newest(tx, [_APPEALS, *map(_answered, outcomes)], signed.size)
    counts = {facet: newest.number for facet, newest in found.items()}
    return Appeals(counts.get(_APPEALS, 0), {each: counts.get(_answered(each), 0) for each in outcomes})


def appealed(tx: Tx, signed: Signed, place: int) -> list[int]:
    """Return the entries of appeals against a decision, or of the answer to an appeal, the newest first."""
    range_ = Range(limits.TRUST_REVERSALS, max_id=signed.size)
    return [each for facet in (_appeals(place), _answers(place)) for each in public_facets.places(tx, facet, range_)]
