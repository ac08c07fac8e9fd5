"""Pins: the few posts that an account shows first on its profile."""

from sqlalchemy import bindparam, delete, func, select

from bema.model.ids import AccountId, PostId
from bema.store.dialect import insert
from bema.store.tables import account, pin, post
from bema.store.tx import Tx, WriteTx

_add = (
    insert(pin)
    .values(id=bindparam("id"), post_id=bindparam("post"), account_id=bindparam("account"))
    .on_conflict_do_nothing()
)
_remove = delete(pin).where(pin.c.account_id == bindparam("account"), pin.c.post_id == bindparam("post"))
# Of several transactions that pin for one account, each waits for the one before; SQLite lets only one write anyway.
_await_others = select(account.c.id).where(account.c.id == bindparam("account")).with_for_update(key_share=True)
_others = (
    select(func.count())
    .select_from(pin)
    .where(pin.c.account_id == bindparam("account"), pin.c.post_id != bindparam("post"))
)


_of_elsewhere = (
    select(pin.c.post_id, post.c.uri)
    .select_from(pin.join(post, post.c.id == pin.c.post_id))
    .where(pin.c.account_id == bindparam("account"), post.c.uri.is_not(None))
)


def of_elsewhere(tx: Tx, account_id: AccountId) -> list[tuple[PostId, str]]:
    """Return what somebody of another server pinned, with the names that it has there."""
    return [(PostId(row.post_id), row.uri) for row in tx.all(_of_elsewhere, {"account": account_id})]


def add(tx: WriteTx, post_id: PostId, account_id: AccountId) -> bool:
    """Pin a post; False when it was pinned already."""
    return tx.run(_add, {"id": tx.new_id(), "post": post_id, "account": account_id}) > 0


def remove(tx: WriteTx, post_id: PostId, account_id: AccountId) -> bool:
    """Take a post from the profile; False when it was not pinned."""
    return tx.run(_remove, {"post": post_id, "account": account_id}) > 0


def others(tx: WriteTx, post_id: PostId, account_id: AccountId) -> int:
    """Count what an account pinned beside this post; nobody else pins for it until this transaction ends."""
    tx.first(_await_others, {"account": account_id})
    return int(tx.value(_others, {"post": post_id, "account": account_id}))
