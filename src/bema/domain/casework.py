"""Casework: reports about one subject are one case, which somebody of the staff takes on, until it is settled."""

from collections.abc import Sequence
from contextlib import suppress

import msgspec

from bema.domain import approving, concluding, deciding, weighing
from bema.model import limits
from bema.model.casework import Case, Note, Priority, Sketch
from bema.model.decisions import STANDING, Act, Course, Decision, Deed, Grounds, State, Subject, SubjectKind
from bema.model.errors import Forbidden, Invalid, NotFound, Refusal
from bema.model.ids import AccountId, PostId
from bema.model.permissions import Permission, Staff, roles_that_may
from bema.model.reporting import Category
from bema.model.site import Site
from bema.store import case_drafts, cases, decisions, logins, reports, staff_people
from bema.store.cases import After, Wanted
from bema.store.tx import Tx, WriteTx, text_of


def take_in(tx: WriteTx, target: AccountId, category: Category) -> int:
    """Return the case that a new report about an account is part of: the open one, or one that is opened now."""
    priority = Priority.URGENT if category == "legal" else Priority.NORMAL
    return cases.take_in(tx, deciding.about(target), category, priority)


def weigh(tx: WriteTx, id_: int) -> None:
    """Let a case that several people brought up be looked at sooner."""
    enough = cases.reporters(tx, id_, limits.CASE_REPORTERS) >= limits.CASE_REPORTERS
    if enough and one(tx, id_).priority < Priority.HIGH:
        cases.rank(tx, id_, Priority.HIGH)


def page(tx: Tx, wanted: Wanted, after: After | None = None) -> list[Case]:
    """Load a page of cases, in the order that is wanted."""
    return cases.page(tx, wanted, limits.CASES_PAGE, after)


def one(tx: Tx, id_: int) -> Case:
    """Load a case."""
    found = cases.by_ids(tx, [id_]).get(id_)
    if found is None:
        raise NotFound
    return found


def assign(tx: WriteTx, staff: Staff, id_: int, to: AccountId | None) -> Case:
    """Give a case to somebody of the staff, or to nobody; the reports that are open in it go along."""
    case = one(tx, id_)
    if to is not None:
        check_colleague(tx, to, weighing.account_of(case.subject))
    cases.assign(tx, id_, to)
    note_assigned(tx, staff, subject(id_), to)
    return one(tx, id_)


def note_assigned(tx: WriteTx, staff: Staff, what: Subject, to: AccountId | None) -> None:
    """Leave a trace of who was given something to work on."""
    given = Deed.ASSIGN if to == staff.account else Deed.HAND_OVER
    deciding.note(tx, staff, Deed.UNASSIGN if to is None else given, what, to=None if given is Deed.ASSIGN else to)


def colleagues(tx: Tx, about: AccountId | None) -> list[AccountId]:
    """Return who of the staff can be given what is reported about an account: not who it is about."""
    return [each for each in _staff(tx) if about is None or not _is_the_same(tx, each, about)]


def check_colleague(tx: Tx, to: AccountId, about: AccountId | None) -> None:
    """Refuse to give what is reported about an account to whom it is about, or to nobody of the staff."""
    if to not in _staff(tx):
        raise Invalid("Validation failed: Assigned account is not of the staff")
    if about is not None and _is_the_same(tx, to, about):
        raise Forbidden


def _staff(tx: Tx) -> list[AccountId]:
    return staff_people.accounts_of(tx, roles_that_may(Permission.MANAGE_REPORTS))


def _is_the_same(tx: Tx, one_: AccountId, other: AccountId) -> bool:
    """Tell whether two accounts are one person's."""
    return one_ == other or not set(logins.logins_of(tx, one_)).isdisjoint(logins.logins_of(tx, other))


def rank(tx: WriteTx, staff: Staff, id_: int, priority: Priority) -> Case:
    """Say how soon a case should be looked at."""
    one(tx, id_)
    cases.rank(tx, id_, priority)
    deciding.note(tx, staff, "rank", subject(id_))
    return one(tx, id_)


def write(tx: WriteTx, staff: Staff, id_: int, text: str) -> None:
    """Write something to a case, for the staff alone."""
    one(tx, id_)
    if not text.strip():
        raise Invalid("Validation failed: Text can't be blank")
    if len(text) > limits.CASE_NOTE_CHARACTERS:
        raise Invalid(f"Validation failed: Text is too long (maximum is {limits.CASE_NOTE_CHARACTERS} characters)")
    cases.add_note(tx, id_, staff, text.strip())
    deciding.note(tx, staff, "write_note", subject(id_))


def draft(tx: WriteTx, staff: Staff, id_: int, sketch: Sketch) -> None:
    """Keep what somebody means to decide in a case: colleagues see it, and it does nothing until it is proposed."""
    case = one(tx, id_)
    if case.closed_at is not None:
        raise NotFound
    if staff.login is None:
        raise Forbidden
    if len(text_of(sketch).encode()) > limits.CASE_DRAFT_BYTES:
        raise Invalid(f"Validation failed: Draft is too long (maximum is {limits.CASE_DRAFT_BYTES} bytes)")
    case_drafts.put(tx, id_, staff, sketch)
    deciding.note(tx, staff, Deed.DRAFT, subject(id_))


def discard(tx: WriteTx, staff: Staff, id_: int) -> None:
    """Forget what one meant to decide in a case."""
    if not case_drafts.drop(tx, id_, staff):
        raise NotFound


def notes(tx: Tx, id_: int) -> list[Note]:
    """Return what was written to a case last."""
    return cases.notes(tx, id_, limits.CASE_NOTES)


def close(tx: WriteTx, staff: Staff, id_: int) -> Case:
    """Settle a case with no more done about it; its reports are resolved."""
    one(tx, id_)
    for report_id in cases.open_reports_of(tx, id_):
        reports.resolve(tx, report_id, staff.account)
    if cases.close(tx, id_, staff.account):
        deciding.note(tx, staff, "close", subject(id_))
    return one(tx, id_)


def open_about(tx: WriteTx, staff: Staff, account_id: AccountId) -> int:
    """Return the open case about an account; where there is none, one is opened that nobody reported."""
    deciding.subordinate(tx, staff, account_id)
    standing = cases.open_of(tx, deciding.about(account_id))
    if standing is not None:
        return standing
    id_ = cases.begin(tx, deciding.about(account_id), "other", Priority.NORMAL)
    cases.assign(tx, id_, staff.account)
    deciding.note(tx, staff, "open", subject(id_))
    return id_


def settle(tx: WriteTx, staff: Staff, ids: Sequence[int | None]) -> None:
    """Close those cases all of whose reports are resolved."""
    for id_ in dict.fromkeys(ids):
        if id_ is not None and cases.settle(tx, id_, staff.account):
            deciding.note(tx, staff, "close", subject(id_))


def take_up(tx: WriteTx, report_id: int, target: AccountId, case_id: int | None) -> None:
    """Let a report that is open again be part of a case that is open: of its own, or of another about the same subject."""
    standing = cases.open_of(tx, deciding.about(target))
    if standing is not None and standing != case_id:
        cases.move(tx, report_id, standing)
    elif case_id is not None:
        cases.reopen(tx, case_id)


# --- Deciding a case --------------------------------------------------------------------------------------------------


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody of the staff wants to decide in a case."""

    act: Act
    reasons: str = ""
    facts: str = ""
    clauses: Sequence[str] = ()
    law: str = ""
    territory: Sequence[str] = ()
    detected: bool = False
    posts: Sequence[PostId] = ()
    words: str | None = None
    days: int | None = None  # none: until it is taken back
    at_once: bool = False  # as an emergency: in force now, provisional until a second person agrees


def decide(tx: WriteTx, site: Site, staff: Staff, id_: int, draft: Draft) -> int:
    """Propose what is to be done in a case, or do it at once as an emergency; return the decision."""
    case = one(tx, id_)
    account_id = weighing.account_of(case.subject)
    if account_id is None or case.closed_at is not None:
        raise NotFound
    on = deciding.on_posts if draft.posts and draft.act in deciding.ON_POSTS else deciding.on_account
    if on is deciding.on_account and draft.act not in deciding.ON_ACCOUNTS:
        raise Invalid("Validation failed: Posts can't be blank")
    grounds = Grounds(
        reasons=draft.reasons.strip(),
        facts=draft.facts.strip(),
        clauses=list(draft.clauses),
        law=draft.law.strip(),
        territory=list(draft.territory),
        detected=draft.detected,
        posts=list(draft.posts),
        case=id_,
    )
    made = on(
        tx,
        site,
        staff,
        account_id,
        draft.act,
        grounds,
        by_letter=True,
        words=draft.words,
        lasts=None if draft.days is None else draft.days * 86_400_000,
        course=Course.AT_ONCE if draft.at_once else Course.PROPOSED,
    )
    case_drafts.drop(tx, id_, staff)
    return made


def approve(tx: WriteTx, site: Site, staff: Staff, decision_id: int) -> Decision:
    """Stand behind a decision; where it takes effect by that, its case is settled, and whom it affects hears of it."""
    before = decisions.by_ids(tx, [decision_id]).get(decision_id)
    after = approving.approve(tx, staff, decision_id)
    if before is not None and before.state is State.PROPOSED and after.state in STANDING:
        concluding.settle_reports(tx, staff, after)
        concluding.write_letters(tx, site, after)
    return after


def approve_several(tx: WriteTx, site: Site, staff: Staff, ids: Sequence[int]) -> int:
    """Stand behind several decisions; what was settled meanwhile, or is not for one, is passed over. Return how many."""
    done = 0
    for id_ in dict.fromkeys(ids):
        with suppress(Refusal), tx.savepoint():
            approve(tx, site, staff, id_)
            done += 1
    return done


def take_back(tx: WriteTx, staff: Staff, decision_id: int, reasons: str) -> int:
    """Reverse a decision that is in force; who it is about must not be the one who does it, nor an equal."""
    decision = decisions.by_ids(tx, [decision_id]).get(decision_id)
    if decision is None:
        raise NotFound
    staff.needs(weighing.permission_for(decision.subject.kind))
    account_id = weighing.account_of(decision.subject)
    if account_id is not None:
        deciding.subordinate(tx, staff, account_id)
    return deciding.take_back(tx, staff, decision_id, Grounds(reasons=reasons.strip()))


def subject(id_: int) -> Subject:
    """Name a case as what is acted upon."""
    return Subject(SubjectKind.CASE, id_)
