"""Remedies as the public log tells of them: objections, what came back, what was destroyed; for the audit, in batches."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import BigInteger, and_, bindparam, exists, or_, select

from bema.model.appealing import Appeal
from bema.model.ids import Millis
from bema.model.restoring import Report
from bema.store import appeals, restorations
from bema.store.dialect import insert
from bema.store.tables import appeal, destruction, public_entry, restoration, staff_act
from bema.store.tx import Tx, WriteTx, text_of

_after: Any = bindparam("after", type_=BigInteger)
_limit: Any = bindparam("limit")
_add = insert(destruction).values({column.name: bindparam(column.name) for column in destruction.c})
_kinds = msgspec.json.Decoder(list[tuple[str, str]]).decode


class Destroyed(NamedTuple):
    """What was destroyed at a time, by effect and kind of target."""

    place: int
    decision: int
    kinds: list[tuple[str, str]]
    at: Millis


def add_destruction(tx: WriteTx, what: Destroyed) -> None:
    """Note what was destroyed, and where the public log says so."""
    values = {"place": what.place, "decision_id": what.decision, "destroyed": text_of(what.kinds), "at": what.at}
    tx.run(_add, values)


_appeals = select(appeal.c.id).where(appeal.c.id > _after).order_by(appeal.c.id).limit(_limit)
_restorations = (
    select(restoration.c.decision_id)
    .where(restoration.c.decision_id > _after, restoration.c.after.is_not(None))
    .order_by(restoration.c.decision_id)
    .limit(_limit)
)
_destructions = select(destruction).where(destruction.c.place > _after).order_by(destruction.c.place).limit(_limit)
_purges = (
    select(staff_act.c.id, staff_act.c.decision_id)
    .where(
        staff_act.c.id > _after,
        staff_act.c.act == "purge",
        ~exists(select(1).where(destruction.c.decision_id == staff_act.c.decision_id)),
    )
    .order_by(staff_act.c.id)
    .limit(_limit)
)


def appeals_after(tx: Tx, after: int, limit: int) -> list[Appeal]:
    """Return appeals in the order in which they were made."""
    ids = tx.values(_appeals, {"after": after, "limit": limit})
    return appeals.by_ids(tx, ids)


def restorations_after(tx: Tx, after: int, limit: int) -> list[tuple[Report, int | None]]:
    """Return the reports that are finished, each with the place of its entry."""
    ids = tx.values(_restorations, {"after": after, "limit": limit})
    return restorations.finished(tx, ids)


def destructions_after(tx: Tx, after: int, limit: int) -> list[Destroyed]:
    """Return what was destroyed, in the order of the entries."""
    rows = tx.all(_destructions, {"after": after, "limit": limit})
    return [Destroyed(row.place, row.decision_id, _kinds(row.destroyed), Millis(row.at)) for row in rows]


def purges_alone(tx: Tx, after: int, limit: int) -> list[tuple[int, int]]:
    """Return acts that destroyed something of a decision of which nothing else tells, each with the decision."""
    return [(row[0], row[1]) for row in tx.all(_purges, {"after": after, "limit": limit})]


def _without(type_: str, column: Any) -> Any:
    return and_(public_entry.c.type == type_, ~exists(select(1).where(column == public_entry.c.place)))


_orphans = (
    select(public_entry.c.place, public_entry.c.type)
    .where(
        public_entry.c.place > _after,
        or_(
            _without("appeal.opened", appeal.c.place),
            _without("appeal.decided", appeal.c.decided_place),
            _without("decision.restored", restoration.c.place),
            _without("decision.purged", destruction.c.place),
        ),
    )
    .order_by(public_entry.c.place)
    .limit(_limit)
)


def entries_alone(tx: Tx, after: int, limit: int) -> Sequence[tuple[int, str]]:
    """Return entries about objections, returns and destructions of which the database knows nothing, with their types."""
    return [(row[0], row[1]) for row in tx.all(_orphans, {"after": after, "limit": limit})]
