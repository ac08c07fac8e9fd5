"""Tags as a reader sees them: how much they were used of late, and which of them one follows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, bindparam, delete, exists, func, select

from bema.model.ids import AccountId
from bema.model.views import Page, Tag
from bema.store.days import TAG_DAYS, unused_days
from bema.store.dialect import insert, one_of_ids
from bema.store.tables import featured_tag, tag, tag_follow
from bema.store.timelines import Paged, Range
from bema.store.tx import Tx, WriteTx
from bema.store.visible import viewer

_pair = (tag_follow.c.tag_id == bindparam("tag")) & (tag_follow.c.account_id == bindparam("account"))
_add = (
    insert(tag_follow)
    .values(id=bindparam("id"), tag_id=bindparam("tag"), account_id=bindparam("account"))
    .on_conflict_do_nothing()
)
_remove = delete(tag_follow).where(_pair)
_count = select(func.count()).select_from(tag_follow).where(tag_follow.c.account_id == bindparam("account"))


def add(tx: WriteTx, account_id: AccountId, tag_id: int) -> bool:
    """Record that an account follows a tag; False when it did."""
    return tx.run(_add, {"id": tx.new_id(), "tag": tag_id, "account": account_id}) > 0


def remove(tx: WriteTx, account_id: AccountId, tag_id: int) -> bool:
    """Record that an account follows a tag no more; False when it did not."""
    return tx.run(_remove, {"tag": tag_id, "account": account_id}) > 0


def count(tx: Tx, account_id: AccountId) -> int:
    """Count the tags that an account follows."""
    return int(tx.value(_count, {"account": account_id}))


# --- Loading ----------------------------------------------------------------------------------------------------------

_named = select(tag.c.id, tag.c.display).where(one_of_ids(tag.c.id))
_named_to = select(
    tag.c.id,
    tag.c.display,
    exists(select(1).where(tag_follow.c.tag_id == tag.c.id, tag_follow.c.account_id == viewer)),
    exists(select(1).where(featured_tag.c.tag_id == tag.c.id, featured_tag.c.account_id == viewer)),
).where(one_of_ids(tag.c.id))
_followed = Paged(
    select(tag_follow.c.id, tag_follow.c.tag_id).where(
        tag_follow.c.account_id == bindparam("account", type_=BigInteger)
    ),
    tag_follow.c.id,
)


def load(tx: Tx, ids: Sequence[int], viewer_id: AccountId | None) -> list[Tag]:
    """Load tags with their use in the last days, in the order given, in two statements."""
    if not ids:
        return []
    histories = TAG_DAYS.histories(tx, ids)
    if viewer_id is None:
        return [Tag(id_, name, histories[id_], None) for id_, name in _ordered(tx.all_known(_named, {"ids": ids}), ids)]
    rows = _ordered(tx.all_known(_named_to, {"viewer": viewer_id, "ids": ids}), ids)
    return [
        Tag(id_, name, histories[id_], bool(following), bool(featuring)) for id_, name, following, featuring in rows
    ]


def _ordered(rows: list[Any], ids: Sequence[int]) -> list[Any]:
    """Put rows into the order of their ids; what is gone is left out."""
    found = {row[0]: row for row in rows}
    return [found[id_] for id_ in ids if id_ in found]


def unused(tx: Tx, name: str, viewer_id: AccountId | None) -> Tag:
    """Show a tag that nobody ever used."""
    return Tag(0, name, unused_days(tx), *((None, None) if viewer_id is None else (False, False)))


def followed(tx: Tx, account_id: AccountId, range_: Range) -> Page[Tag]:
    """Load a page of the tags that an account follows, the newest follow first."""
    rows = _followed.rows(tx, range_, {"account": account_id})
    if not rows:
        return Page([])
    return Page(load(tx, [row.tag_id for row in rows], account_id), rows[0].id, rows[-1].id)
