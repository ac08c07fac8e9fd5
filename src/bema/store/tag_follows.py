"""Tags as a reader sees them: how much they were used of late, and which of them one follows."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, bindparam, delete, func, select

from bema.model.ids import AccountId
from bema.model.views import Page, Tag
from bema.store.days import TAG_DAYS, unused_days
from bema.store.dialect import insert, one_of_ids
from bema.store.tables import tag, tag_follow
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
_following = select(tag_follow.c.tag_id).where(tag_follow.c.account_id == viewer, one_of_ids(tag_follow.c.tag_id))
_followed = Paged(
    select(tag_follow.c.id, tag_follow.c.tag_id).where(
        tag_follow.c.account_id == bindparam("account", type_=BigInteger)
    ),
    tag_follow.c.id,
)


def load(tx: Tx, ids: Sequence[int], viewer_id: AccountId | None) -> list[Tag]:
    """Load tags with their use in the last days, in the order given, in two or three statements."""
    if not ids:
        return []
    histories = TAG_DAYS.histories(tx, ids)
    followed = set(tx.values(_following, {"viewer": viewer_id, "ids": ids})) if viewer_id is not None else set()
    names = dict(tx.all(_named, {"ids": ids}))
    return [
        Tag(id_, names[id_], histories[id_], None if viewer_id is None else id_ in followed)
        for id_ in ids
        if id_ in names
    ]


def unused(tx: Tx, name: str, viewer_id: AccountId | None) -> Tag:
    """Show a tag that nobody ever used."""
    return Tag(0, name, unused_days(tx), None if viewer_id is None else False)


def followed(tx: Tx, account_id: AccountId, range_: Range) -> Page[Tag]:
    """Load a page of the tags that an account follows, the newest follow first."""
    rows = _followed.rows(tx, range_, {"account": account_id})
    if not rows:
        return Page([])
    return Page(load(tx, [row.tag_id for row in rows], account_id), rows[0].id, rows[-1].id)
