"""Leaves to quote: which posts of other servers may quote posts of this one, each with the id of its stamp."""

from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, select

from bema.model.ids import AccountId, PostId
from bema.store.dialect import insert
from bema.store.tables import quote_leave
from bema.store.tx import Tx, WriteTx

_columns = (quote_leave.c.id, quote_leave.c.post_id, quote_leave.c.asker_id, quote_leave.c.quoting_uri)
_of_post = quote_leave.c.post_id == bindparam("post"), quote_leave.c.quoting_uri == bindparam("uri")
_by_id = select(*_columns).where(quote_leave.c.id == bindparam("id"))
_of_quote = select(*_columns).where(*_of_post)
_count = select(func.count()).where(quote_leave.c.asker_id == bindparam("asker"))
_give = (
    insert(quote_leave)
    .values({column.name: bindparam(column.name) for column in quote_leave.c})
    .on_conflict_do_nothing()
)
_take_back = delete(quote_leave).where(*_of_post).returning(quote_leave.c.id)


class Given(NamedTuple):
    """A leave that was given."""

    id: int
    post: PostId  # what is quoted
    asker: AccountId
    quoting_uri: str


def by_id(tx: Tx, id_: int) -> Given | None:
    """Return a leave by the id of its stamp."""
    row = tx.first(_by_id, {"id": id_})
    return None if row is None else Given(*row)


def of(tx: Tx, post_id: PostId, quoting_uri: str) -> Given | None:
    """Return the leave of a post elsewhere to quote one of this server."""
    row = tx.first(_of_quote, {"post": post_id, "uri": quoting_uri})
    return None if row is None else Given(*row)


def count_of(tx: Tx, asker: AccountId) -> int:
    """Count the leaves that somebody has."""
    return int(tx.value(_count, {"asker": asker}))


def give(tx: WriteTx, post_id: PostId, asker: AccountId, quoting_uri: str) -> None:
    """Let a post elsewhere quote one of this server; who has leave keeps it."""
    values = {"id": tx.new_id(), "post_id": post_id, "asker_id": asker, "quoting_uri": quoting_uri}
    tx.run(_give, {**values, "created_at": tx.now})


def take_back(tx: WriteTx, post_id: PostId, quoting_uri: str) -> int:
    """Take a leave back, and return the id of its stamp; 0 where there was none."""
    return int(tx.value(_take_back, {"post": post_id, "uri": quoting_uri}) or 0)
