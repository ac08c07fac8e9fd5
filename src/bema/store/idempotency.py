"""Idempotency keys: a client that repeats a request gets the first post again."""

from sqlalchemy import bindparam, delete, select

from bema.model import limits
from bema.model.ids import AccountId, PostId
from bema.store.dialect import insert
from bema.store.tables import idempotency
from bema.store.tx import Tx, WriteTx

_find = select(idempotency.c.post_id).where(
    idempotency.c.account_id == bindparam("account"),
    idempotency.c.key == bindparam("name"),
    idempotency.c.created_at > bindparam("oldest"),
)
_add = (
    insert(idempotency)
    .values(
        account_id=bindparam("account"), key=bindparam("name"), post_id=bindparam("post"), created_at=bindparam("now")
    )
    .on_conflict_do_nothing()
)
_forget = delete(idempotency).where(idempotency.c.created_at <= bindparam("oldest"))


def post_of(tx: Tx, account_id: AccountId, key: str) -> PostId | None:
    """Return the post that was published under a key within the last hour."""
    oldest = tx.now - limits.IDEMPOTENCY_SECONDS * 1_000
    found: PostId | None = tx.value(
        _find, {"account": account_id, "name": key[: limits.IDEMPOTENCY_KEY_CHARACTERS], "oldest": oldest}
    )
    return found


def claim(tx: WriteTx, account_id: AccountId, key: str, post_id: PostId) -> PostId:
    """Take a key for a post that is about to be published; return the one that has it, which may be an earlier post.

    Where the same request comes twice at once, the second waits here for the first.
    """
    tx.run(_forget, {"oldest": tx.now - limits.IDEMPOTENCY_SECONDS * 1_000})
    name = key[: limits.IDEMPOTENCY_KEY_CHARACTERS]
    if tx.run(_add, {"account": account_id, "name": name, "post": post_id, "now": tx.now}):
        return post_id
    first = post_of(tx, account_id, key)
    return post_id if first is None else first
