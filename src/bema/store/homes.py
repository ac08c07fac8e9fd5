"""Homes: what each account finds in its home timeline."""

from sqlalchemy import bindparam, delete, select

from bema.model.ids import AccountId, PostId
from bema.store.dialect import insert
from bema.store.tables import home, post
from bema.store.tx import WriteTx

_add = insert(home).values(account_id=bindparam("account"), post_id=bindparam("post")).on_conflict_do_nothing()
_merge = (
    insert(home)
    .from_select(
        ["account_id", "post_id"],
        select(bindparam("follower"), post.c.id)
        .where(post.c.author_id == bindparam("followed"), post.c.visibility <= 2)
        .order_by(post.c.id.desc())
        .limit(800),
    )
    .on_conflict_do_nothing()
)
_unmerge = delete(home).where(
    home.c.account_id == bindparam("follower"),
    home.c.post_id.in_(select(post.c.id).where(post.c.author_id == bindparam("followed"))),
)


def add_own(tx: WriteTx, author: AccountId, post_id: PostId) -> None:
    """Let an author find what they wrote."""
    tx.run(_add, {"account": author, "post": post_id})


def merge(tx: WriteTx, follower: AccountId, followed: AccountId) -> None:
    """Let a new follower find what was written before."""
    tx.run(_merge, {"follower": follower, "followed": followed})


def unmerge(tx: WriteTx, follower: AccountId, followed: AccountId) -> None:
    """Take the posts of somebody who is followed no more."""
    tx.run(_unmerge, {"follower": follower, "followed": followed})
