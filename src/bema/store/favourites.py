"""Favourites: who likes which post."""

from typing import NamedTuple

from sqlalchemy import bindparam, delete, select

from bema.model.ids import AccountId, PostId
from bema.store.dialect import insert
from bema.store.tables import favourite
from bema.store.tx import Tx, WriteTx

_add = (
    insert(favourite)
    .values(id=bindparam("id"), post_id=bindparam("post"), account_id=bindparam("account"))
    .on_conflict_do_nothing()
)
_pair = (favourite.c.account_id == bindparam("account")) & (favourite.c.post_id == bindparam("post"))
_remove = delete(favourite).where(_pair).returning(favourite.c.id)
_id = select(favourite.c.id).where(_pair)
_by_id = select(favourite.c.post_id, favourite.c.account_id).where(favourite.c.id == bindparam("id"))


class Favourite(NamedTuple):
    """Who likes which post."""

    post: PostId
    by: AccountId


def add(tx: WriteTx, post_id: PostId, account_id: AccountId) -> bool:
    """Record a favourite; False when it was there."""
    return tx.run(_add, {"id": tx.new_id(), "post": post_id, "account": account_id}) > 0


def remove(tx: WriteTx, post_id: PostId, account_id: AccountId) -> int | None:
    """Withdraw a favourite and return the id that it had; None when there was none."""
    removed: int | None = tx.value(_remove, {"post": post_id, "account": account_id})
    return removed


def id_of(tx: Tx, post_id: PostId, account_id: AccountId) -> int | None:
    """Return the id of a favourite, if there is one."""
    found: int | None = tx.value(_id, {"post": post_id, "account": account_id})
    return found


def by_id(tx: Tx, id_: int) -> Favourite | None:
    """Return a favourite by its id."""
    row = tx.first(_by_id, {"id": id_})
    return None if row is None else Favourite(*row)
