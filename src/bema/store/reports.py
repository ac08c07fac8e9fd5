"""Reports as rows, with the evidence that was kept of them."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, select, update

from bema.model.ids import AccountId, PostId
from bema.model.reporting import Category, Evidence, Report
from bema.store.dialect import insert, one_of_ids
from bema.store.tables import report
from bema.store.timelines import Paged, Range
from bema.store.tx import Tx, WriteTx, text_of

_texts = msgspec.json.Decoder(list[str]).decode
_ids = msgspec.json.Decoder(list[PostId]).decode
_evidence_of = msgspec.json.Decoder(list[Evidence]).decode

_columns = tuple(column for column in report.c if column.name != "evidence")
_add = insert(report).values({column.name: bindparam(column.name) for column in report.c})
_by_ids = select(*_columns).where(one_of_ids(report.c.id))
_evidence = select(report.c.evidence).where(one_of_ids(report.c.id))
_open_about = select(report.c.id).where(
    report.c.target_id == bindparam("target", type_=BigInteger), report.c.resolved_at.is_(None)
)
_one_open = report.c.id == bindparam("key")
_resolve = (
    update(report)
    .where(_one_open, report.c.resolved_at.is_(None))
    .values(resolved_at=bindparam("now"), resolved_by_id=bindparam("by"), updated_at=bindparam("now"))
)
_reopen = (
    update(report)
    .where(_one_open, report.c.resolved_at.is_not(None))
    .values(resolved_at=None, resolved_by_id=None, updated_at=bindparam("now"))
)
_assign = update(report).where(_one_open).values(assigned_id=bindparam("to"), updated_at=bindparam("now"))
_classify = (
    update(report)
    .where(_one_open)
    .values(category=bindparam("as_category"), rule_ids=bindparam("as_rules"), updated_at=bindparam("now"))
)


def add(
    tx: WriteTx,
    *,
    by: AccountId,
    target: AccountId,
    category: Category,
    comment: str,
    forward: bool,
    rules: Sequence[str],
    evidence: Sequence[Evidence],
    case: int,
) -> int:
    """Store a report and return its id."""
    id_ = tx.new_id()
    tx.run(
        _add,
        {
            "id": id_,
            "case_id": case,
            "by_id": by,
            "target_id": target,
            "category": category,
            "comment": comment,
            "forward": forward,
            "rule_ids": text_of(list(rules)),
            "post_ids": text_of([each.id for each in evidence]),
            "evidence": text_of(list(evidence)),
            "created_at": tx.now,
            "updated_at": tx.now,
            "assigned_id": None,
            "resolved_at": None,
            "resolved_by_id": None,
        },
    )
    return id_


def by_ids(tx: Tx, ids: Sequence[int]) -> dict[int, Report]:
    """Load reports."""
    return {row.id: _of_row(row) for row in tx.all(_by_ids, {"ids": list(ids)})} if ids else {}


def evidence(tx: Tx, ids: Sequence[int]) -> list[Evidence]:
    """Load the posts of reports as they were seen."""
    return [copy for stored in tx.values(_evidence, {"ids": list(ids)}) for copy in _evidence_of(stored)]


class ReportFilter(msgspec.Struct, frozen=True):
    """Which reports are asked for; `resolved` None is both."""

    resolved: bool | None = False
    by: AccountId | None = None
    target: AccountId | None = None


@cache
def _listed(resolved: bool | None, by: bool, target: bool) -> Paged:
    conditions: list[Any] = []
    if resolved is not None:
        conditions.append(report.c.resolved_at.is_not(None) if resolved else report.c.resolved_at.is_(None))
    if by:
        conditions.append(report.c.by_id == bindparam("by", type_=BigInteger))
    if target:
        conditions.append(report.c.target_id == bindparam("target", type_=BigInteger))
    return Paged(select(*_columns).where(*conditions), report.c.id)


def page(tx: Tx, filter_: ReportFilter, range_: Range) -> list[Report]:
    """Load a page of reports, the newest first."""
    paged = _listed(filter_.resolved, filter_.by is not None, filter_.target is not None)
    return [_of_row(row) for row in paged.rows(tx, range_, _named(by=filter_.by, target=filter_.target))]


def _named(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def open_about(tx: Tx, target: AccountId) -> list[int]:
    """Return the reports about an account that are not resolved."""
    return tx.values(_open_about, {"target": target})


def resolve(tx: WriteTx, id_: int, by: AccountId | None) -> bool:
    """Mark a report as resolved; False when it was, or is not there."""
    return tx.run(_resolve, {"key": id_, "by": by, "now": tx.now}) > 0


def reopen(tx: WriteTx, id_: int) -> bool:
    """Mark a report as not resolved; False when it was not."""
    return tx.run(_reopen, {"key": id_, "now": tx.now}) > 0


def assign(tx: WriteTx, id_: int, to: AccountId | None) -> None:
    """Give a report to somebody of the staff, or to nobody."""
    tx.run(_assign, {"key": id_, "to": to, "now": tx.now})


def classify(tx: WriteTx, id_: int, category: Category, rules: Sequence[str]) -> None:
    """Say what a report is about."""
    tx.run(_classify, {"key": id_, "as_category": category, "as_rules": text_of(list(rules)), "now": tx.now})


def _of_row(row: Any) -> Report:
    return Report(
        row.id,
        AccountId(row.by_id),
        AccountId(row.target_id),
        row.category,
        row.comment,
        row.forward,
        _texts(row.rule_ids),
        _ids(row.post_ids),
        row.created_at,
        row.updated_at,
        row.assigned_id,
        row.resolved_at,
        row.resolved_by_id,
        row.case_id,
    )
