"""Overseeing: what the desk of the staff shows: what waits, in which order, a case as a whole, and what was done."""

from collections.abc import Sequence

import msgspec

from bema.domain import approving, casework, deciding, policies, weighing
from bema.model import limits
from bema.model.casework import Case, Drafted, Note
from bema.model.decisions import STANDING, Approval, Decision, State, Voice
from bema.model.errors import NotFound
from bema.model.ids import AccountId, Millis, PostId, lowest_id_at
from bema.model.permissions import Staff, may
from bema.model.policies import Clause, unpinned
from bema.model.reporting import Evidence, Report
from bema.model.views import Account, Post
from bema.store import (
    accounts,
    approvals,
    case_drafts,
    cases,
    decisions,
    discrepancies,
    logins,
    posts,
    public_log,
    reports,
)
from bema.store import policies as documents
from bema.store.cases import Wanted
from bema.store.timelines import Range
from bema.store.tx import Tx


class Pending(msgspec.Struct, frozen=True):
    """A decision that waits for others, as one of the staff sees it."""

    decision: Decision
    subject: Account | None
    said: list[Approval]
    may_answer: bool
    is_mine: bool
    lapses_at: Millis | None
    is_overdue: bool
    agree: int  # who stands behind it so far


class Overview(msgspec.Struct, frozen=True):
    """What needs somebody of the staff, in order."""

    to_answer: list[Pending]  # provisional ones first: they lapse
    mine: list[Pending]  # others have to answer these
    assigned: list["Shown"]
    unassigned: list["Shown"]
    waiting_to_join: int
    overdue: int  # decisions that wait for others, whoever these are
    unanswered: list[Pending]  # proposals that lapsed lately: who made them may make them again


class Shown(msgspec.Struct, frozen=True):
    """A case in a list."""

    case: Case
    subject: Account | None
    assigned: Account | None


def overview(tx: Tx, staff: Staff) -> Overview:
    """Return what needs somebody of the staff, what is most urgent first."""
    waiting = pending(tx, staff)
    own = Wanted(assigned=staff.account)
    return Overview(
        [each for each in waiting if each.may_answer],
        [each for each in waiting if each.is_mine],
        shown(tx, casework.page(tx, own)) if staff.account is not None else [],
        shown(tx, casework.page(tx, Wanted(unassigned=True))),
        len(logins.waiting(tx)),
        sum(each.is_overdue for each in waiting),
        _pending(tx, staff, _unanswered_lately(tx)),
    )


def _unanswered_lately(tx: Tx) -> list[Decision]:
    since = tx.now - limits.LATELY_SECONDS * 1_000
    found = decisions.newest_in(tx, State.UNANSWERED, limits.CASE_HISTORY)
    return [each for each in found if each.answer_until is not None and each.answer_until > since]


def pending(tx: Tx, staff: Staff) -> list[Pending]:
    """Return what waits for others: what lapses soonest first, then what was proposed first."""
    found = [
        each
        for state in (State.PROVISIONAL, State.PROPOSED)
        for each in decisions.undecided(tx, state, limits.UNDECIDED)
    ]
    return _pending(tx, staff, found)


def _pending(tx: Tx, staff: Staff, found: Sequence[Decision]) -> list[Pending]:
    said = approvals.of(tx, [each.id for each in found])
    people = accounts.by_ids(tx, _subjects(found))
    return [
        Pending(
            each,
            people.get(AccountId(each.subject.id or 0)),
            said[each.id],
            approving.may_approve(tx, staff, each),
            each.by_login == staff.login,
            weighing.lapses_at(each) if each.state in _WAITING else None,
            each.state in _WAITING and weighing.is_overdue(each, tx.now),
            sum(one.voice is not Voice.REFUSED for one in said[each.id]),
        )
        for each in found
    ]


_WAITING = (State.PROPOSED, State.PROVISIONAL)


def _subjects(found: Sequence[Decision]) -> list[AccountId]:
    return sorted({id_ for each in found if (id_ := weighing.account_of(each.subject)) is not None})


def shown(tx: Tx, found: Sequence[Case]) -> list[Shown]:
    """Load whom cases are about and who works on them."""
    subjects = {AccountId(each.subject.id) for each in found if each.subject.id is not None}
    people = accounts.by_ids(tx, sorted(subjects | {each.assigned for each in found if each.assigned is not None}))
    return [
        Shown(each, people.get(AccountId(each.subject.id or 0)), people.get(each.assigned or AccountId(0)))
        for each in found
    ]


# --- One case ---------------------------------------------------------------------------------------------------------


class Exhibit(msgspec.Struct, frozen=True):
    """A post that was reported: as it was seen, and as it is now, if it is."""

    seen: Evidence
    now: Post | None


class Heard(msgspec.Struct, frozen=True):
    """A report with who filed it, for the staff alone."""

    report: Report
    by: Account | None


class Dossier(msgspec.Struct, frozen=True):
    """A case with all that one has to know to decide it."""

    shown: Shown
    closed_by: Account | None
    heard: list[Heard]
    exhibits: list[Exhibit]
    notes: list[tuple[Note, Account | None]]
    drafts: list[tuple[Drafted, Account | None]]  # of all who mean to decide something
    decided: list[Pending]  # in this case
    before: list[Decision]  # about the same account, in other cases
    clauses: list[Clause]
    reported_clauses: set[str]
    colleagues: list[Account]  # who could work on it


def dossier(tx: Tx, staff: Staff, id_: int) -> Dossier:
    """Load a case as a whole."""
    case = casework.one(tx, id_)
    of_case = cases.reports_of(tx, id_)[: limits.CASE_REPORTS]
    found = reports.by_ids(tx, of_case)
    notes = casework.notes(tx, id_)
    drafts = case_drafts.of(tx, id_)
    ids = {each.by for each in found.values()}
    ids |= {each.by for each in notes if each.by is not None} | {each.by for each in drafts if each.by is not None}
    people = accounts.by_ids(tx, sorted(ids | ({case.closed_by} if case.closed_by is not None else set())))
    decided = decisions.of_case(tx, id_)
    about = weighing.account_of(case.subject)
    history = [] if about is None else decisions.of_account(tx, about, Range(limits.CASE_HISTORY))
    return Dossier(
        shown(tx, [case])[0],
        people.get(case.closed_by or AccountId(0)),
        [Heard(found[each], people.get(found[each].by)) for each in of_case],
        _exhibits(tx, of_case),
        [(each, people.get(each.by or AccountId(0))) for each in notes],
        [(each, people.get(each.by or AccountId(0))) for each in drafts],
        _pending(tx, staff, decided),
        [each for each in history if each.case != id_],
        policies.rules(tx),
        {unpinned(rule)[0] for each in found.values() for rule in each.rules},
        _colleagues(tx, about),
    )


def _colleagues(tx: Tx, about: AccountId | None) -> list[Account]:
    ids = casework.colleagues(tx, about)[: limits.COLLEAGUES]
    return sorted(accounts.by_ids(tx, ids).values(), key=lambda each: each.username)


def _exhibits(tx: Tx, of_case: Sequence[int]) -> list[Exhibit]:
    seen: dict[PostId, Evidence] = {}
    for copy in reports.evidence(tx, of_case):
        seen.setdefault(copy.id, copy)
    standing = {post.id: post for post in posts.load(tx, list(seen), None)} if seen else {}
    return [Exhibit(copy, standing.get(id_)) for id_, copy in seen.items()]


# --- One decision -----------------------------------------------------------------------------------------------------


class Weighed(msgspec.Struct, frozen=True):
    """A decision with who said what to it, for the staff alone."""

    pending: Pending
    people: dict[int, Account]  # who spoke, by their accounts
    effects: list[tuple[str, str]]  # what it does, and to what kind of target
    clauses: list[tuple[str, Clause | None]]  # as they are cited, and as they stood
    exhibits: list[Exhibit]
    place: int | None  # in the public log
    replaces: Decision | None  # a measure that holds again when this one ends
    replaced_by: Decision | None  # the measure that holds in its place as long as that is in force
    able: int  # how many people could stand behind it
    may_take_back: bool


def weighed(tx: Tx, staff: Staff, id_: int) -> Weighed:
    """Load a decision as a whole."""
    decision = decisions.by_ids(tx, [id_]).get(id_)
    if decision is None:
        raise NotFound
    pending_ = _pending(tx, staff, [decision])[0]
    spoke = [each.account for each in pending_.said if each.account is not None]
    of_case = [] if decision.case is None else cases.reports_of(tx, decision.case)[: limits.CASE_REPORTS]
    standing = public_log.of_decisions(tx, [id_])
    return Weighed(
        pending_,
        {int(key): value for key, value in accounts.by_ids(tx, sorted(set(spoke))).items()},
        [(effect.value, target.kind.value) for _, effect, target in decisions.effects_of(tx, [id_])],
        [(each, _clause(tx, each)) for each in decision.clauses],
        [each for each in _exhibits(tx, of_case) if not decision.posts or each.seen.id in decision.posts],
        standing[id_][0] if id_ in standing else None,
        *_neighbours(tx, decision),
        weighing.able(tx, decision),
        decision.state in STANDING and decision.reverses is None and _may_take_back(tx, staff, decision),
    )


def _may_take_back(tx: Tx, staff: Staff, decision: Decision) -> bool:
    about = weighing.account_of(decision.subject)
    if about is not None:
        return deciding.may_act_on(tx, staff, about)
    return may(staff.role, weighing.permission_for(decision.subject.kind))


def _neighbours(tx: Tx, decision: Decision) -> tuple[Decision | None, Decision | None]:
    """Return which measure holds again when this one ends, and which holds in its place."""
    if decision.terms is None or decision.state not in (*STANDING, State.PROPOSED):
        return None, None
    standing = decisions.standing_about(tx, decision.subject, decision.act)
    ids = [each.id for each in standing]
    if decision.id not in ids:  # it is not in force yet
        return (standing[0] if standing else None), None
    place = ids.index(decision.id)
    return (standing[place + 1] if place + 1 < len(standing) else None), (standing[0] if place else None)


def _clause(tx: Tx, name: str) -> Clause | None:
    id_, number = unpinned(name)
    for each in documents.holding(tx, [id_]):
        if each.version == number:
            found = documents.standing(tx, each.document, each.version)
            return None if found is None else found.text.clause(id_)
    return None


# --- What was done ----------------------------------------------------------------------------------------------------


class Deed(msgspec.Struct, frozen=True):
    """Something that somebody of the staff did."""

    id: int
    act: str
    role: int
    by: Account | None
    subject_kind: str
    subject_id: int | None
    subject_name: str | None
    subject: Account | None
    decision: int | None
    to: Account | None  # whom it was given to
    at: Millis


def deeds(tx: Tx, range_: Range) -> list[Deed]:
    """Load a page of what the staff did, the newest first."""
    rows = decisions.acts(tx, range_)
    about = {AccountId(row.subject_id) for row in rows if row.subject_kind == "account" and row.subject_id is not None}
    others = {id_ for row in rows for id_ in (row.account_id, row.to_id) if id_ is not None}
    people = accounts.by_ids(tx, sorted(about | others))
    return [
        Deed(
            row.id,
            row.act,
            row.role,
            people.get(row.account_id),
            row.subject_kind,
            row.subject_id,
            row.subject_name,
            people.get(row.subject_id) if row.subject_kind == "account" else None,
            row.decision_id,
            people.get(row.to_id),
            row.at,
        )
        for row in rows
    ]


class Checked(msgspec.Struct, frozen=True):
    """What a quick look at the decisions found; the whole audit is for the command line."""

    too_few: list[int]
    overdue: list[int]
    apart: list[int]


def quick_check(tx: Tx) -> Checked:
    """Look whether decisions of the last time are in force by too few, for too long, or otherwise than they say."""
    late = tx.now - limits.LATENESS_SECONDS * 1_000
    lapse_late = late - limits.PROVISIONAL_SECONDS * 1_000
    since = lowest_id_at(tx.now - limits.QUICK_SECONDS * 1_000)
    return Checked(
        discrepancies.by_too_few(tx, since, limits.QUICK_FINDINGS),
        discrepancies.overdue(tx, since, limits.QUICK_FINDINGS, late, lapse_late),
        discrepancies.effects(tx, since, limits.QUICK_FINDINGS),
    )
