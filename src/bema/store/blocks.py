"""Blocks: who neither wants to see nor to be seen by whom."""

from sqlalchemy import bindparam, delete, select

from bema.model.ids import AccountId
from bema.store.dialect import insert
from bema.store.tables import block
from bema.store.tx import Tx, WriteTx

_pair = (block.c.by_id == bindparam("by")) & (block.c.target_id == bindparam("target"))
_exists = select(block.c.id).where(_pair)
_add = (
    insert(block)
    .values(id=bindparam("id"), by_id=bindparam("by"), target_id=bindparam("target"))
    .on_conflict_do_nothing()
)
_remove = delete(block).where(_pair).returning(block.c.id)


def exists(tx: Tx, *, by: AccountId, target: AccountId) -> bool:
    """Tell whether `by` blocks `target`."""
    return id_of(tx, by=by, target=target) is not None


def add(tx: WriteTx, *, by: AccountId, target: AccountId) -> bool:
    """Record a block; False when it was there."""
    return tx.run(_add, {"id": tx.new_id(), "by": by, "target": target}) > 0


def remove(tx: WriteTx, *, by: AccountId, target: AccountId) -> int | None:
    """End a block and return the id that it had; None when there was none."""
    removed: int | None = tx.value(_remove, {"by": by, "target": target})
    return removed


def id_of(tx: Tx, *, by: AccountId, target: AccountId) -> int | None:
    """Return the id of a block, if there is one."""
    found: int | None = tx.value(_exists, {"by": by, "target": target})
    return found
