"""Mutes: whom one does not want to see, and until when."""

from sqlalchemy import bindparam, delete, update

from bema.model.ids import AccountId, Millis
from bema.store.dialect import insert
from bema.store.tables import mute
from bema.store.tx import WriteTx

_pair = (mute.c.by_id == bindparam("by")) & (mute.c.target_id == bindparam("target"))
_add = (
    insert(mute)
    .values(
        id=bindparam("id"),
        by_id=bindparam("by"),
        target_id=bindparam("target"),
        notifications=bindparam("notifications"),
        expires_at=bindparam("expires_at"),
    )
    .on_conflict_do_nothing()
)
_change = (
    update(mute)
    .where(mute.c.by_id == bindparam("by_key"), mute.c.target_id == bindparam("target_key"))
    .values(notifications=bindparam("notifications"), expires_at=bindparam("expires_at"))
)
_remove = delete(mute).where(_pair)


def put(tx: WriteTx, *, by: AccountId, target: AccountId, notifications: bool, expires_at: Millis | None) -> bool:
    """Record a mute or set its terms anew; False when there was one."""
    terms = {"notifications": notifications, "expires_at": expires_at}
    if tx.run(_change, {"by_key": by, "target_key": target, **terms}):
        return False
    return tx.run(_add, {"id": tx.new_id(), "by": by, "target": target, **terms}) > 0


def remove(tx: WriteTx, *, by: AccountId, target: AccountId) -> bool:
    """End a mute; False when there was none."""
    return tx.run(_remove, {"by": by, "target": target}) > 0
