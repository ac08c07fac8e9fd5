"""Bookmarks: what one keeps to read again; nobody else learns of them."""

from sqlalchemy import bindparam, delete

from bema.model.ids import AccountId, PostId
from bema.store.dialect import insert
from bema.store.tables import bookmark
from bema.store.tx import WriteTx

_add = (
    insert(bookmark)
    .values(id=bindparam("id"), post_id=bindparam("post"), account_id=bindparam("account"))
    .on_conflict_do_nothing()
)
_remove = delete(bookmark).where(bookmark.c.account_id == bindparam("account"), bookmark.c.post_id == bindparam("post"))


def add(tx: WriteTx, post_id: PostId, account_id: AccountId) -> bool:
    """Keep a post; False when it was kept already."""
    return tx.run(_add, {"id": tx.new_id(), "post": post_id, "account": account_id}) > 0


def remove(tx: WriteTx, post_id: PostId, account_id: AccountId) -> bool:
    """Keep a post no longer; False when it was not kept."""
    return tx.run(_remove, {"post": post_id, "account": account_id}) > 0
