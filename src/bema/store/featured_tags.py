"""Featured tags: the hashtags that an account shows on its profile, with how much it used them in public posts."""

from typing import Any

from sqlalchemy import BigInteger, bindparam, delete, exists, func, select, update

from bema.model import limits
from bema.model.ids import AccountId, PostId
from bema.model.views import FeaturedTag
from bema.store.dialect import insert
from bema.store.tables import account, featured_tag, post_tag, tag_day
from bema.store.tx import Tx, WriteTx

_account: Any = bindparam("account", type_=BigInteger)
_tag: Any = bindparam("tag", type_=BigInteger)
_used = tag_day.c.account_id == featured_tag.c.account_id, tag_day.c.tag_id == featured_tag.c.tag_id
# As a range, or SQLite would go through all that anybody ever used of the tag rather than look into the other index.
_summed = _used[0], tag_day.c.tag_id.between(featured_tag.c.tag_id, featured_tag.c.tag_id)
_counted = {
    "posts": select(func.coalesce(func.sum(tag_day.c.uses), 0)).where(*_summed).scalar_subquery(),
    "last_day": select(func.max(tag_day.c.day)).where(*_used).scalar_subquery(),
}
_add = (
    insert(featured_tag)
    .values(
        id=bindparam("id"),
        account_id=_account,
        tag_id=_tag,
        name=bindparam("name"),
        posts=bindparam("posts"),
        last_day=None,
    )
    .on_conflict_do_nothing()
)
_count = update(featured_tag).where(featured_tag.c.account_id == bindparam("key")).values(_counted)
_count_of_post = _count.where(
    exists(select(1).where(post_tag.c.post_id == bindparam("post"), post_tag.c.tag_id == featured_tag.c.tag_id))
)
_count_all = update(featured_tag).values(_counted)
_remove = (
    delete(featured_tag)
    .where(featured_tag.c.account_id == _account, featured_tag.c.id == bindparam("id"))
    .returning(featured_tag.c.name)
)
_remove_tag = (
    delete(featured_tag)
    .where(featured_tag.c.account_id == _account, featured_tag.c.tag_id == _tag)
    .returning(featured_tag.c.name)
)
# Of several transactions that feature for one account, each waits for the one before; SQLite lets only one write anyway.
_await_others = select(account.c.id).where(account.c.id == _account).with_for_update(key_share=True)
_others = select(func.count()).where(featured_tag.c.account_id == _account, featured_tag.c.tag_id != _tag)
_columns = (featured_tag.c.id, featured_tag.c.name, featured_tag.c.posts, featured_tag.c.last_day)
_of = (
    select(*_columns)
    .where(featured_tag.c.account_id == _account)
    .order_by(featured_tag.c.posts.desc(), featured_tag.c.id)
)
_one = select(*_columns).where(featured_tag.c.account_id == _account, featured_tag.c.tag_id == _tag)


def add(tx: WriteTx, account_id: AccountId, tag_id: int, name: str) -> bool:
    """Show a tag on a profile; False where it is shown already: it stays as it was."""
    if not tx.run(_add, {"id": tx.new_id(), "account": account_id, "tag": tag_id, "name": name, "posts": 0}):
        return False
    tx.run(_count, {"key": account_id})
    return True


def remove(tx: WriteTx, account_id: AccountId, id_: int) -> str | None:
    """Take a tag from a profile and return its name; None when it was not shown there."""
    name: str | None = tx.value(_remove, {"account": account_id, "id": id_})
    return name


def remove_tag(tx: WriteTx, account_id: AccountId, tag_id: int) -> str | None:
    """Take a tag from a profile, by the tag itself, and return its name there; None when it was not shown."""
    name: str | None = tx.value(_remove_tag, {"account": account_id, "tag": tag_id})
    return name


def others(tx: WriteTx, account_id: AccountId, tag_id: int) -> int:
    """Count what an account shows beside this tag; nobody else adds to it until this transaction ends."""
    tx.first(_await_others, {"account": account_id})
    return int(tx.value(_others, {"account": account_id, "tag": tag_id}))


def of(tx: Tx, account_id: AccountId) -> list[FeaturedTag]:
    """Return what an account shows, the most used first."""
    return [FeaturedTag(*row) for row in tx.all(_of, {"account": account_id})]


def one(tx: Tx, account_id: AccountId, tag_id: int) -> FeaturedTag:
    """Return a tag that an account shows."""
    row = tx.first(_one, {"account": account_id, "tag": tag_id})
    assert row is not None
    return FeaturedTag(*row)


# --- Counting ---------------------------------------------------------------------------------------------------------


def count(tx: WriteTx, account_id: AccountId) -> None:
    """Sum up anew how much an account used what it shows."""
    tx.run(_count, {"key": account_id})


def count_of_post(tx: WriteTx, account_id: AccountId, post_id: PostId) -> None:
    """Sum up anew, of what an account shows, the tags of a post."""
    tx.run(_count_of_post, {"key": account_id, "post": post_id})


def rebuild(tx: WriteTx) -> None:
    """Sum up everything."""
    tx.run(_count_all)


# --- What one could show ----------------------------------------------------------------------------------------------

_lately = (
    select(tag_day.c.tag_id, tag_day.c.uses)
    .where(tag_day.c.account_id == _account)
    .order_by(tag_day.c.day.desc())
    .limit(limits.FEATURED_TAGS_LOOKED_AT)
    .subquery("lately")
)
_shown = exists(select(1).where(featured_tag.c.account_id == _account, featured_tag.c.tag_id == _lately.c.tag_id))
_used_lately = (
    select(_lately.c.tag_id)
    .where(~_shown)
    .group_by(_lately.c.tag_id)
    .order_by(func.sum(_lately.c.uses).desc(), _lately.c.tag_id)
    .limit(limits.FEATURED_TAGS_SUGGESTED)
)


def used_lately(tx: Tx, account_id: AccountId) -> list[int]:
    """Return the tags that an account used most in its last public posts, and does not show."""
    return tx.values(_used_lately, {"account": account_id})
