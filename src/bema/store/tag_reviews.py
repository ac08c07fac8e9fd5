"""What the staff decided about tags: whether they may be used, be listed, and trend."""

from typing import Any

from sqlalchemy import BigInteger, bindparam, select, update

from bema.store.dialect import one_of_ids
from bema.store.tables import tag
from bema.store.timelines import Paged, Range
from bema.store.tx import Tx, WriteTx

_columns = (tag.c.id, tag.c.name, tag.c.display, tag.c.usable, tag.c.trendable, tag.c.listable, tag.c.reviewed_at)
_page = Paged(select(tag.c.id), tag.c.id)
_by_ids = select(*_columns).where(one_of_ids(tag.c.id))
_changes = {
    name: update(tag)
    .where(tag.c.id == bindparam("key", type_=BigInteger))
    .values({name: bindparam("value"), "reviewed_at": bindparam("now")})
    for name in ("display", "usable", "trendable", "listable")
}


def page(tx: Tx, range_: Range) -> list[int]:
    """Return a page of all tags, the newest first."""
    return _page.ids(tx, range_, {})


def by_ids(tx: Tx, ids: list[int]) -> dict[int, Any]:
    """Load what was decided about tags: rows of the table."""
    return {row.id: row for row in tx.all(_by_ids, {"ids": ids})} if ids else {}


def change(tx: WriteTx, id_: int, **values: bool | str) -> None:
    """Decide about a tag."""
    for name, value in values.items():
        tx.run(_changes[name], {"key": id_, "value": value, "now": tx.now})
