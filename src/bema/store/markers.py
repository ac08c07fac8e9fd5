"""Markers: how far somebody has read a timeline, the same on all their devices."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import bindparam, select

from bema.model.ids import AccountId, Millis
from bema.store.dialect import insert, one_of_texts
from bema.store.tables import marker
from bema.store.tx import Tx, WriteTx


class Marker(msgspec.Struct, frozen=True, gc=False):
    """The last that was read of one timeline; `version` counts the changes."""

    timeline: str
    last_read: int
    version: int
    updated_at: Millis


_of = select(marker.c.timeline, marker.c.last_read_id, marker.c.version, marker.c.updated_at).where(
    marker.c.account_id == bindparam("account"), one_of_texts(marker.c.timeline, "timelines")
)
_first = insert(marker).values(
    account_id=bindparam("account"),
    timeline=bindparam("timeline"),
    last_read_id=bindparam("last_read"),
    version=1,
    updated_at=bindparam("now"),
)
_set = _first.on_conflict_do_update(
    index_elements=[marker.c.account_id, marker.c.timeline],
    set_={
        "last_read_id": _first.excluded.last_read_id,
        "version": marker.c.version + 1,
        "updated_at": _first.excluded.updated_at,
    },
)


def of(tx: Tx, account_id: AccountId, timelines: Iterable[str]) -> dict[str, Marker]:
    """Load the markers of those timelines that have one."""
    rows = tx.all(_of, {"account": account_id, "timelines": list(timelines)})
    return {row[0]: Marker(*row) for row in rows}


def set_(tx: WriteTx, account_id: AccountId, timeline: str, last_read: int) -> None:
    """Move a marker, forwards or backwards."""
    tx.run(_set, {"account": account_id, "timeline": timeline, "last_read": last_read, "now": tx.now})
