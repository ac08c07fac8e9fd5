"""Idempotency keys: a client that repeats a request gets the first post again."""

from typing import TypeVar

from sqlalchemy import bindparam, delete, select

from bema.model import limits
from bema.model.ids import AccountId, PostId, ScheduledId
from bema.store.dialect import insert
from bema.store.tables import idempotency
from bema.store.tx import Tx, WriteTx

Id = TypeVar("Id", PostId, ScheduledId)

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
    found: PostId | None = tx.value(_find, _wanted(tx, account_id, key))
    return found


def scheduled_of(tx: Tx, account_id: AccountId, key: str) -> ScheduledId | None:
    """Return the post for later that was kept under a key within the last hour."""
    found: ScheduledId | None = tx.value(_find, _wanted(tx, account_id, key))
    return found


def _wanted(tx: Tx, account_id: AccountId, key: str) -> dict[str, object]:
    oldest = tx.now - limits.IDEMPOTENCY_SECONDS * 1_000
    return {"account": account_id, "name": key[: limits.IDEMPOTENCY_KEY_CHARACTERS], "oldest": oldest}


def claim(tx: WriteTx, account_id: AccountId, key: str, id_: Id) -> Id:
    """Take a key for what is about to be published or kept for later; return what has it, which may be an earlier one.

    Where the same request comes twice at once, the second waits here for the first.
    """
    tx.run(_forget, {"oldest": tx.now - limits.IDEMPOTENCY_SECONDS * 1_000})
    name = key[: limits.IDEMPOTENCY_KEY_CHARACTERS]
    if tx.run(_add, {"account": account_id, "name": name, "post": id_, "now": tx.now}):
        return id_
    first: Id | None = tx.value(_find, _wanted(tx, account_id, key))
    return id_ if first is None else first
