"""Policies: what the square agreed on, as it holds now or held at any moment, and the clauses that decisions rest on.

Nobody is held to a clause that was not there when they wrote: a clause is pinned to the version that held at that time.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec import structs

from bema.domain import recording
from bema.model import limits
from bema.model.errors import Invalid, NotFound
from bema.model.ids import Millis, PostId
from bema.model.policies import (
    ENFORCEMENT,
    GOVERNED,
    RULES,
    TERMS,
    Clause,
    ClauseAt,
    Standing,
    Text,
    Version,
    unpinned,
    usual_approvals,
)
from bema.store import policies, policy_drafts, public_log
from bema.store.tx import Tx
from bema.wire.tlog import entries
from bema.wire.tlog.entries import AnyEntry, PolicyProposed, PolicyPublished, PolicyWithdrawn

_DAY = 86_400_000  # milliseconds

# --- What decisions rest on -------------------------------------------------------------------------------------------


def pin(
    tx: Tx, clauses: Sequence[str], posts: Sequence[PostId] = (), law: str | None = None, *, at: Millis | None = None
) -> list[ClauseAt]:
    """Return clauses as they held when the posts were written; without posts, as they hold now.

    Refused is what holds no more or not yet, and what is younger than a post, unless a law is named besides: then such a
    clause is pinned to what holds now. A clause may be named with its version (`3@2`), which then must be the one.
    """
    asked = dict(unpinned(each) for each in clauses)
    if not asked:
        return []
    now = tx.now if at is None else at
    written = policies.written(tx, posts)
    held = policies.holding(tx, list(asked))
    of = {each.clause: each.document for each in held}
    there = {(each.clause, each.version) for each in held}
    dates = policies.dates(tx, sorted(set(of.values()))) if of else {}
    found: dict[ClauseAt, None] = {}
    for clause, named in asked.items():
        if clause not in of:
            raise Invalid(f"Validation failed: Clause {clause} is not in force")
        document = of[clause]
        today = _number(dates[document], now)
        if today is None or (clause, today) not in there:
            raise Invalid(f"Validation failed: Clause {clause} is not in force")
        pinned: list[int] = []
        for moment in sorted({written.get(id_, now) for id_ in posts}) or [now]:
            number = _number(dates[document], moment)
            if number is not None and (clause, number) in there:
                pinned.append(number)
            elif law:
                pinned.append(today)
            else:
                raise Invalid(f"Validation failed: Clause {clause} is younger than what it is applied to")
        if named is not None and named not in pinned:
            raise Invalid(f"Validation failed: Clause {clause} did not hold as in version {named}")
        found.update(dict.fromkeys(ClauseAt(clause, document, each) for each in pinned))
    return list(found)


def _number(dates: Sequence[tuple[Millis, int]], at: Millis) -> int | None:
    place = bisect_right(dates, at, key=lambda each: each[0])
    return dates[place - 1][1] if place else None


def approvals_needed(tx: Tx, effect: str) -> int:
    """Return how many people have to agree before an effect is in force, by the enforcement policy that holds."""
    standing = policies.in_force(tx, ENFORCEMENT, tx.now)
    wanted = {} if standing is None else standing.text.approvals
    return wanted.get(str(effect), usual_approvals(str(effect)))


def answer_days(tx: Tx) -> int:
    """Return for how many days a proposal waits for others, by the enforcement policy that holds."""
    standing = policies.in_force(tx, ENFORCEMENT, tx.now)
    wanted = None if standing is None else standing.text.answer_days
    return limits.ANSWER_DAYS if wanted is None else wanted


def approvals_of(text: Text) -> dict[str, int]:
    """Return how many people each effect needs by an enforcement policy, those of most first."""
    needed = {each: text.approvals.get(each, usual_approvals(each)) for each in GOVERNED}
    return dict(sorted(needed.items(), key=lambda each: -each[1]))


# --- What holds -------------------------------------------------------------------------------------------------------


def in_force(tx: Tx, name: str, at: Millis | None = None) -> Standing | None:
    """Return what holds of a document, or held at a moment; None where nothing does."""
    return policies.in_force(tx, name, tx.now if at is None else at)


def rules(tx: Tx) -> list[Clause]:
    """Return the rules that hold."""
    standing = in_force(tx, RULES)
    return [] if standing is None else standing.text.clauses


def standing(tx: Tx, name: str, number: int) -> Standing:
    """Return a version that was proposed or published."""
    found = policies.standing(tx, name, number)
    if found is None or (found.version.proposed_at is None and found.version.published_at is None):
        raise NotFound
    return found


def is_known(tx: Tx, name: str) -> bool:
    """Tell whether everybody may know of a version of a document."""
    return bool(as_known(policies.versions(tx, name), tx.now))


def versions(tx: Tx, name: str) -> list[Version]:
    """Return the versions of a document that everybody may know of, the newest first."""
    found = as_known(policies.versions(tx, name), tx.now)
    if not found:
        raise NotFound
    return found


State = Literal["holds", "held", "will_hold", "asked_about", "closed", "withdrawn"]


def state_of(version: Version, now: Millis, ended: Millis | None) -> State:
    """Say where a version stands that another takes the place of at a moment, if ever."""
    if version.withdrawn_at is not None:
        return "withdrawn"
    if version.published_at is None:
        return "asked_about" if version.is_consulted_on(now) else "closed"
    if not version.holds(now):
        return "will_hold"
    return "holds" if ended is None or ended > now else "held"


def ended(version: Version, among: Sequence[Version]) -> Millis | None:
    """Return when another of these versions takes the place of one."""
    since = version.effective_from or 0
    later = [each.effective_from or 0 for each in among if each.is_published and (each.effective_from or 0) > since]
    return min(later, default=None)


def as_known(among: Sequence[Version], at: Millis) -> list[Version]:
    """Return versions as they stood at a moment: without what happened since."""
    return [known for each in among if (known := _as_known(each, at)).proposed_at or known.published_at]


def _as_known(version: Version, at: Millis) -> Version:
    if version.proposed_at is None or version.proposed_at > at:
        version = structs.replace(version, proposed_at=None, consult_until=None, proposed_place=None)
    if version.published_at is None or version.published_at > at:
        unsaid = {"published_at": None, "published_place": None, "single_operator": False, "adopted": False}
        version = structs.replace(version, **unsaid)
    if version.withdrawn_at is not None and version.withdrawn_at > at:
        version = structs.replace(version, withdrawn_at=None, withdrawn_place=None)
    return version


def published_text(tx: Tx, digest: str) -> bytes:
    """Return the bytes of a text that everybody may know of."""
    content = policies.content(tx, digest) if policies.is_public(tx, digest) else None
    if content is None:
        raise NotFound
    return content


def apart(tx: Tx, version: Version, content: bytes) -> str | None:
    """Say in what a version is something else in the database than in the public log; None where it is the same."""
    if policies.digest_of(content) != version.digest:
        return "has another text than the one that the public log names"
    if version.published_at is not None and version.published_place is None:
        return "is published, and the public log does not say so"
    expected: dict[int | None, tuple[type[AnyEntry], dict[str, object]]] = {
        version.proposed_place: (PolicyProposed, {"consult_until": _moment(version.consult_until)}),
        version.published_place: (
            PolicyPublished,
            {
                "effective_from": _moment(version.effective_from),
                "consulted": version.consulted,
                "adopted": version.adopted,
                "single_operator": version.single_operator,
            },
        ),
        version.withdrawn_place: (PolicyWithdrawn, {}),
    }
    same = {"document": version.document, "version": version.number, "digest": version.digest}
    places = [place for place in expected if place is not None]
    standing = public_log.at_places(tx, places) if places else {}
    for place in places:
        kind, more = expected[place]
        entry = entries.decode(standing[place]) if place in standing else None
        told = {} if not isinstance(entry, kind) else structs.asdict(entry.body)
        if any(told.get(name) != value for name, value in {**same, **more}.items()):
            return f"is something else in the public log (entry {place}) than in the database"
    return None


def _moment(at: Millis | None) -> str:
    return "" if at is None else recording.moment(at)


class Overview(msgspec.Struct, frozen=True):
    """A document as a list of all shows it."""

    name: str
    standing: Standing | None  # what holds
    versions: list[Version]  # the newest first

    def next(self, now: Millis) -> Version | None:
        """The version that will hold and does not yet."""
        coming = [each for each in self.versions if each.is_published and not each.holds(now)]
        return coming[-1] if coming else None

    def proposal(self, now: Millis) -> Version | None:
        """The version that people are asked about."""
        return next((each for each in self.versions if each.is_consulted_on(now)), None)


def documents(tx: Tx, at: Millis | None = None) -> list[Overview]:
    """Return the documents that everybody may know of, with what holds of them."""
    found = []
    for name in policy_drafts.names(tx):
        known = as_known(policies.versions(tx, name), tx.now if at is None else at)
        if known:
            found.append(Overview(name, in_force(tx, name, at), known))
    return found


# --- Terms of service, by the day from which they hold ----------------------------------------------------------------


def current_terms(tx: Tx) -> Standing:
    """Return the terms of service that hold, or the first that will."""
    found = in_force(tx, TERMS) or policies.first_to_hold(tx, TERMS)
    if found is None:
        raise NotFound
    return found


def terms_on(tx: Tx, day: int | None) -> Standing:
    """Return the terms of service that began to hold on just this day (days since 1970-01-01)."""
    found = None if day is None else policies.holding_since(tx, TERMS, day * _DAY, (day + 1) * _DAY)
    if found is None:
        raise NotFound
    return found


def has_any(tx: Tx, name: str) -> bool:
    """Tell whether there is a version of a document that holds or will."""
    known = {} if tx.known is None else tx.known
    key = ("policy", name)
    if key not in known:
        known[key] = policies.has_any(tx, name)
    return bool(known[key])
