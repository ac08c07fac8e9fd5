"""Tombstones: what was deleted stays deleted, whoever brings it again."""

import hashlib

from sqlalchemy import bindparam, delete, select

from bema.model.ids import AccountId, PostId
from bema.store.dialect import insert
from bema.store.tables import tombstone
from bema.store.tx import Tx, WriteTx

_add = insert(tombstone).values(hash=bindparam("hash"), created_at=bindparam("now")).on_conflict_do_nothing()
_find = select(tombstone.c.created_at).where(tombstone.c.hash == bindparam("hash"))


def add(tx: WriteTx, name: str) -> None:
    """Remember that what had this id or URI was deleted."""
    tx.run(_add, {"hash": hashlib.sha256(name.encode()).digest(), "now": tx.now})


_remove = delete(tombstone).where(tombstone.c.hash == bindparam("hash"))


def remove(tx: WriteTx, name: str) -> bool:
    """Let what had this id or URI come again; False where it was not deleted."""
    return tx.run(_remove, {"hash": hashlib.sha256(name.encode()).digest()}) > 0


def of_post(author: AccountId, id_: PostId) -> str:
    """Name a post of this server."""
    return f"{author}/{id_}"


def covers(tx: Tx, name: str) -> bool:
    """Tell whether what had this id or URI was deleted."""
    return tx.value(_find, {"hash": hashlib.sha256(name.encode()).digest()}) is not None
