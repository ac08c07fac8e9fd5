"""Cases as rows: at most one that is open for each subject, with the reports that are part of it and the staff's notes."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Integer, Text, and_, bindparam, case, exists, func, or_, select, update

from bema.model.casework import Case, Note, Priority
from bema.model.decisions import Subject, SubjectKind
from bema.model.ids import AccountId
from bema.model.permissions import Staff
from bema.store.dialect import insert, one_of_ids
from bema.store.tables import case_file, case_note, report
from bema.store.tx import Tx, WriteTx

_is_open = case_file.c.closed_at.is_(None)
_key: Any = bindparam("key", type_=BigInteger)
_rank: Any = bindparam("rank", type_=Integer)
_add = (
    insert(case_file).values({column.name: bindparam(column.name) for column in case_file.c}).on_conflict_do_nothing()
)
_open_of = select(case_file.c.id).where(
    case_file.c.subject_kind == bindparam("kind", type_=Text),
    case_file.c.subject_id == bindparam("id", type_=BigInteger),
    _is_open,
)
_take_in = (
    update(case_file)
    .where(case_file.c.id == _key)
    .values(
        reports=case_file.c.reports + 1,
        priority=case((case_file.c.priority < _rank, _rank), else_=case_file.c.priority),
        queue=case((bindparam("legal"), "legal"), else_=case_file.c.queue),
        updated_at=bindparam("now"),
    )
)
_by_ids = select(case_file).where(one_of_ids(case_file.c.id))
_assign = (
    update(case_file).where(case_file.c.id == _key).values(assigned_id=bindparam("to"), updated_at=bindparam("now"))
)
_rank_as = update(case_file).where(case_file.c.id == _key).values(priority=_rank, updated_at=bindparam("now"))
_close = (
    update(case_file)
    .where(case_file.c.id == _key, _is_open)
    .values(closed_at=bindparam("now"), closed_by_id=bindparam("by"), updated_at=bindparam("now"))
)
_settle = _close.where(~exists(select(1).where(report.c.case_id == case_file.c.id, report.c.resolved_at.is_(None))))
_reopen = (
    update(case_file)
    .where(case_file.c.id == _key)
    .values(closed_at=None, closed_by_id=None, updated_at=bindparam("now"))
)
_reports_of = select(report.c.id).where(report.c.case_id == _key).order_by(report.c.id)
_open_reports_of = _reports_of.where(report.c.resolved_at.is_(None))
_move = update(report).where(report.c.id == _key).values(case_id=bindparam("to_case", type_=BigInteger))
_assign_reports = (
    update(report)
    .where(report.c.case_id == _key, report.c.resolved_at.is_(None))
    .values(assigned_id=bindparam("to"), updated_at=bindparam("now"))
)
_reporters = select(func.count()).select_from(
    select(report.c.by_id).where(report.c.case_id == _key).distinct().limit(bindparam("limit")).subquery()
)


def begin(tx: WriteTx, subject: Subject, queue: str, priority: Priority) -> int:
    """Return the open case about a subject; where there is none, it is opened."""
    tx.run(
        _add,
        {
            "id": tx.new_id(),
            "subject_kind": subject.kind.value,
            "subject_id": subject.id,
            "subject_name": subject.name,
            "queue": queue,
            "priority": int(priority),
            "reports": 0,
            "assigned_id": None,
            "opened_at": tx.now,
            "updated_at": tx.now,
            "closed_at": None,
            "closed_by_id": None,
        },
    )
    return int(tx.value(_open_of, {"kind": subject.kind.value, "id": subject.id}))


def take_in(tx: WriteTx, subject: Subject, queue: str, priority: Priority) -> int:
    """Return the open case about a subject, which has one report more now; where there is none, it is opened."""
    id_ = begin(tx, subject, queue, priority)
    tx.run(_take_in, {"key": id_, "rank": int(priority), "legal": queue == "legal", "now": tx.now})
    return id_


def reporters(tx: Tx, id_: int, limit: int) -> int:
    """Count who reported what a case is about, up to a limit."""
    return int(tx.value(_reporters, {"key": id_, "limit": limit}))


def open_of(tx: Tx, subject: Subject) -> int | None:
    """Return the open case about a subject."""
    found: int | None = tx.value(_open_of, {"kind": subject.kind.value, "id": subject.id})
    return found


def by_ids(tx: Tx, ids: Sequence[int]) -> dict[int, Case]:
    """Load cases."""
    return {row.id: _of_row(row) for row in tx.all(_by_ids, {"ids": list(ids)})} if ids else {}


def reports_of(tx: Tx, id_: int) -> list[int]:
    """Return the reports of a case, the oldest first."""
    return tx.values(_reports_of, {"key": id_})


def open_reports_of(tx: Tx, id_: int) -> list[int]:
    """Return the reports of a case that are not resolved."""
    return tx.values(_open_reports_of, {"key": id_})


def assign(tx: WriteTx, id_: int, to: AccountId | None) -> None:
    """Give a case to somebody of the staff, or to nobody, with the reports that are open in it."""
    tx.run(_assign, {"key": id_, "to": to, "now": tx.now})
    tx.run(_assign_reports, {"key": id_, "to": to, "now": tx.now})


def rank(tx: WriteTx, id_: int, priority: Priority) -> None:
    """Say how soon a case should be looked at."""
    tx.run(_rank_as, {"key": id_, "rank": int(priority), "now": tx.now})


def close(tx: WriteTx, id_: int, by: AccountId | None) -> bool:
    """Close a case; False when it was, or is not there."""
    return tx.run(_close, {"key": id_, "by": by, "now": tx.now}) > 0


def settle(tx: WriteTx, id_: int, by: AccountId | None) -> bool:
    """Close a case if all its reports are resolved."""
    return tx.run(_settle, {"key": id_, "by": by, "now": tx.now}) > 0


def reopen(tx: WriteTx, id_: int) -> None:
    """Take a case up again."""
    tx.run(_reopen, {"key": id_, "now": tx.now})


def move(tx: WriteTx, report_id: int, to: int) -> None:
    """Let a report be part of another case."""
    tx.run(_move, {"key": report_id, "to_case": to})


# --- Queues -----------------------------------------------------------------------------------------------------------


class Wanted(msgspec.Struct, frozen=True):
    """Which cases are looked for."""

    closed: bool = False
    queue: str | None = None
    assigned: AccountId | None = None
    unassigned: bool = False
    urgent_first: bool = True  # else the newest first


class After(msgspec.Struct, frozen=True):
    """The last case of the page before."""

    priority: int
    id: int


@cache
def _page(closed: bool, queue: bool, assigned: bool, unassigned: bool, urgent_first: bool, after: bool) -> Any:
    conditions: list[Any] = [case_file.c.closed_at.is_not(None) if closed else _is_open]
    if queue:
        conditions.append(case_file.c.queue == bindparam("queue", type_=Text))
    if assigned:
        conditions.append(case_file.c.assigned_id == bindparam("assigned", type_=BigInteger))
    if unassigned:
        conditions.append(case_file.c.assigned_id.is_(None))
    after_id: Any = bindparam("after", type_=BigInteger)
    if urgent_first:
        order = [case_file.c.priority.desc(), case_file.c.id.asc()]
        if after:
            same = and_(case_file.c.priority == _rank, case_file.c.id > after_id)
            conditions.append(and_(case_file.c.priority <= _rank, or_(case_file.c.priority < _rank, same)))
    else:
        order = [case_file.c.id.desc()]
        if after:
            conditions.append(case_file.c.id < after_id)
    return select(case_file).where(*conditions).order_by(*order).limit(bindparam("limit"))


def page(tx: Tx, wanted: Wanted, limit: int, after: After | None = None) -> list[Case]:
    """Load a page of cases, in the order that is wanted."""
    statement = _page(
        wanted.closed,
        wanted.queue is not None,
        wanted.assigned is not None,
        wanted.unassigned,
        wanted.urgent_first,
        after is not None,
    )
    asked: dict[str, Any] = {"limit": limit}
    if wanted.queue is not None:
        asked["queue"] = wanted.queue
    if wanted.assigned is not None:
        asked["assigned"] = wanted.assigned
    if after is not None:
        asked["after"] = after.id
        if wanted.urgent_first:
            asked["rank"] = after.priority
    return [_of_row(row) for row in tx.all(statement, asked)]


_waiting = select(func.count()).select_from(select(case_file.c.id).where(_is_open).limit(bindparam("limit")).subquery())


def waiting(tx: Tx, limit: int) -> int:
    """Count the open cases, up to a limit."""
    return int(tx.value(_waiting, {"limit": limit}))


def _of_row(row: Any) -> Case:
    return Case(
        row.id,
        Subject(SubjectKind(row.subject_kind), row.subject_id, row.subject_name),
        row.queue,
        Priority(row.priority),
        row.reports,
        row.assigned_id,
        row.opened_at,
        row.updated_at,
        row.closed_at,
        row.closed_by_id,
    )


# --- Notes ------------------------------------------------------------------------------------------------------------

_add_note = insert(case_note).values({column.name: bindparam(column.name) for column in case_note.c})
_notes = select(case_note).where(case_note.c.case_id == _key).order_by(case_note.c.id.desc()).limit(bindparam("limit"))


def add_note(tx: WriteTx, id_: int, staff: Staff, text: str) -> None:
    """Write something to a case."""
    row = {"id": tx.new_id(), "case_id": id_, "by_login": staff.login, "by_account": staff.account, "text": text}
    tx.run(_add_note, {**row, "at": tx.now})


def notes(tx: Tx, id_: int, limit: int) -> list[Note]:
    """Return what was written to a case last, the oldest of it first."""
    rows = tx.all(_notes, {"key": id_, "limit": limit})
    return [Note(row.id, row.case_id, row.by_login, row.by_account, row.text, row.at) for row in reversed(rows)]
