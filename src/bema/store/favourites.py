"""Favourites: who likes which post."""

from sqlalchemy import bindparam, delete

from bema.model.ids import AccountId, PostId
from bema.store.dialect import insert
from bema.store.tables import favourite
from bema.store.tx import WriteTx

_add = (
    insert(favourite)
    .values(id=bindparam("id"), post_id=bindparam("post"), account_id=bindparam("account"))
    .on_conflict_do_nothing()
)
_remove = delete(favourite).where(
    favourite.c.account_id == bindparam("account"), favourite.c.post_id == bindparam("post")
)


def add(tx: WriteTx, post_id: PostId, account_id: AccountId) -> bool:
    """Record a favourite; False when it was there."""
    return tx.run(_add, {"id": tx.new_id(), "post": post_id, "account": account_id}) > 0


def remove(tx: WriteTx, post_id: PostId, account_id: AccountId) -> bool:
    """Withdraw a favourite; False when there was none."""
    return tx.run(_remove, {"post": post_id, "account": account_id}) > 0
