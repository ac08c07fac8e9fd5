"""Policies: what the square agreed on, as it holds now or held at any moment, and the clauses that decisions rest on.

Nobody is held to a clause that was not there when they wrote: a clause is pinned to the version that held at that time.
"""

from bisect import bisect_right
from collections.abc import Sequence

import msgspec

from bema.model.errors import Invalid, NotFound
from bema.model.ids import Millis, PostId
from bema.model.policies import (
    ENFORCEMENT,
    RULES,
    TERMS,
    Clause,
    ClauseAt,
    Standing,
    Version,
    unpinned,
    usual_approvals,
)
from bema.store import policies, policy_drafts
from bema.store.tx import Tx

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


def versions(tx: Tx, name: str) -> list[Version]:
    """Return the versions of a document that everybody may know of, the newest first."""
    found = [
        each for each in policies.versions(tx, name) if each.proposed_at is not None or each.published_at is not None
    ]
    if not found:
        raise NotFound
    return found


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
        known = [each for each in policies.versions(tx, name) if each.proposed_at or each.published_at]
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
