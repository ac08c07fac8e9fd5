"""Trimming: what is written for readers (homes, lists) has room for so many posts; which are too long, and where they end."""

from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, Table, bindparam, select

SLICES = 64  # one is trimmed at every 64th of the events that may add to it, so it is never much too long


def overfull(
    entries: Table, key: str, owner: ColumnElement[int], room: int, *conditions: ColumnElement[bool]
) -> Select[Any]:
    """Select owners (`owner`) with the newest post that their entries have no room for (`bound`), or none."""
    entry = entries.alias()
    bound = (
        select(entry.c.post_id)
        .where(entry.c[key] == owner)
        .order_by(entry.c.post_id.desc())
        .limit(1)
        .offset(room)
        .scalar_subquery()
    )
    return select(owner.label("owner"), bound.label("bound")).where(*conditions)


def in_turn(owner: ColumnElement[int]) -> ColumnElement[bool]:
    """It is the owner's turn (`slice`), by the millisecond in its id: the lower bits are mostly zero."""
    return owner.op("/")(1 << 16).op("%")(SLICES) == bindparam("slice", type_=Integer)


def cuts(overfull_owners: list[Any]) -> list[dict[str, int]]:
    """Return the parameters (`key`, `bound`) by which what there is no room for is deleted."""
    return [{"key": row.owner, "bound": row.bound} for row in overfull_owners if row.bound is not None]
