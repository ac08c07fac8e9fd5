"""Changes of the key that signs the public log, as its entries tell them, the first first."""

from sqlalchemy import bindparam, select

from bema.model import limits
from bema.store.tables import public_entry
from bema.store.tx import Tx

_rotations = (
    select(public_entry.c.content)
    .where(public_entry.c.type == "log.key_rotated")
    .order_by(public_entry.c.type_seq.desc())
    .limit(bindparam("limit"))
)


def newest(tx: Tx) -> list[bytes]:
    """Return the newest of those entries, in the order in which they were made."""
    return [bytes(content) for content in reversed(tx.values(_rotations, {"limit": limits.LOG_ROTATIONS}))]
