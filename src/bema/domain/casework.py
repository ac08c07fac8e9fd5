"""Casework: reports about one subject are one case, which somebody of the staff takes on, until it is settled."""

from collections.abc import Sequence

from bema.domain import deciding
from bema.model import limits
from bema.model.casework import Case, Note, Priority
from bema.model.decisions import Subject, SubjectKind
from bema.model.errors import Invalid, NotFound
from bema.model.ids import AccountId
from bema.model.permissions import Staff
from bema.model.reporting import Category
from bema.store import cases, reports
from bema.store.cases import After, Wanted
from bema.store.tx import Tx, WriteTx


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
    one(tx, id_)
    cases.assign(tx, id_, to)
    deciding.note(tx, staff, "unassign" if to is None else "assign", subject(id_))
    return one(tx, id_)


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


def subject(id_: int) -> Subject:
    """Name a case as what is acted upon."""
    return Subject(SubjectKind.CASE, id_)
