"""Timelines: pages of post ids, newest first, of what a viewer may see and wants to see."""

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.types import BigInteger

from bema.model.ids import MAX_ID, AccountId, PostId
from bema.store.tables import home, post
from bema.store.tx import Tx
from bema.store.visible import sees_with_boosted, viewer, wants


class Range(msgspec.Struct, frozen=True, gc=False):
    """Which part of a list is asked for: ids below `max_id`, above `since_id`, or those just above `min_id`."""

    limit: int
    max_id: int | None = None
    since_id: int | None = None
    min_id: int | None = None


class Paged:
    """A statement that pages by an id column in both directions."""

    def __init__(self, statement: Select[Any], column: ColumnElement[Any]) -> None:
        below = bindparam("below", type_=BigInteger, required=True)
        above = bindparam("above", type_=BigInteger, required=True)
        within = statement.where(column < below, column > above).limit(bindparam("limit"))
        self._newest = within.order_by(column.desc())
        self._oldest = within.order_by(column.asc())

    def rows(self, tx: Tx, range_: Range, parameters: dict[str, Any]) -> list[Any]:
        """Return the rows of a page, newest first."""
        parameters["below"] = range_.max_id if range_.max_id is not None else MAX_ID
        parameters["limit"] = range_.limit
        if range_.min_id is not None:
            parameters["above"] = range_.min_id
            return tx.all(self._oldest, parameters)[::-1]
        parameters["above"] = range_.since_id if range_.since_id is not None else -1
        return tx.all(self._newest, parameters)

    def ids(self, tx: Tx, range_: Range, parameters: dict[str, Any]) -> list[Any]:
        """Return the first column of a page, newest first."""
        return [row[0] for row in self.rows(tx, range_, parameters)]


_home = Paged(
    select(home.c.post_id)
    .select_from(home.join(post, post.c.id == home.c.post_id))
    .where(home.c.account_id == viewer, sees_with_boosted(), wants()),
    home.c.post_id,
)


def home_ids(tx: Tx, account_id: AccountId, range_: Range) -> list[PostId]:
    """Return a page of an account's home."""
    return _home.ids(tx, range_, {"viewer": account_id, "now": tx.now})
