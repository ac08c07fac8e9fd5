"""What this server, as a witness, last signed of logs of others: it only ever grows."""

from typing import Any, NamedTuple

from sqlalchemy import BigInteger, LargeBinary, Text, bindparam, select, update

from bema.store.dialect import insert
from bema.store.tables import witnessed
from bema.store.tx import Tx, WriteTx
from bema.wire.tlog.tree import EMPTY_ROOT

_origin: Any = bindparam("key", type_=Text)
_begin = (
    insert(witnessed)
    .values(
        origin=_origin,
        size=0,
        root=bindparam("nothing", type_=LargeBinary),
        note="",
        at=bindparam("now", type_=BigInteger),
    )
    .on_conflict_do_nothing()
)
_held = select(witnessed.c.size, witnessed.c.root).where(witnessed.c.origin == _origin)
_hold = _held.with_for_update()
_move = (
    update(witnessed)
    .where(witnessed.c.origin == _origin)
    .values(
        size=bindparam("entries", type_=BigInteger),
        root=bindparam("top", type_=LargeBinary),
        note=bindparam("text", type_=Text),
        at=bindparam("now", type_=BigInteger),
    )
)


class Seen(NamedTuple):
    """A log as it was signed last."""

    size: int
    root: bytes


def hold(tx: WriteTx, origin: str) -> Seen:
    """Return what was signed last of a log, and let nobody else change that until this transaction ends."""
    tx.run(_begin, {"key": origin, "nothing": EMPTY_ROOT, "now": tx.now})
    row = tx.all(_hold, {"key": origin})[0]
    return Seen(row[0], bytes(row[1]))


def seen(tx: Tx, origin: str) -> Seen | None:
    """Return what was signed last of a log."""
    row = tx.first(_held, {"key": origin})
    return None if row is None else Seen(row[0], bytes(row[1]))


def move(tx: WriteTx, origin: str, size: int, root: bytes, note: str) -> None:
    """Remember what is signed now."""
    tx.run(_move, {"key": origin, "entries": size, "top": root, "text": note, "now": tx.now})
