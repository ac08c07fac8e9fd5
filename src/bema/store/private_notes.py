"""Private notes: what one writes down about another, for oneself alone."""

from sqlalchemy import bindparam, delete

from bema.model.ids import AccountId
from bema.store.dialect import insert
from bema.store.tables import private_note
from bema.store.tx import WriteTx

_new = insert(private_note).values(by_id=bindparam("by"), target_id=bindparam("target"), note=bindparam("note"))
_put = _new.on_conflict_do_update(index_elements=["by_id", "target_id"], set_={"note": _new.excluded.note})
_remove = delete(private_note).where(
    private_note.c.by_id == bindparam("by"), private_note.c.target_id == bindparam("target")
)


def put(tx: WriteTx, *, by: AccountId, target: AccountId, note: str) -> None:
    """Keep a note in place of the one before; an empty one is forgotten."""
    if note:
        tx.run(_put, {"by": by, "target": target, "note": note})
    else:
        tx.run(_remove, {"by": by, "target": target})
