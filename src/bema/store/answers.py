"""Answers: what answers a post or belongs to its thread, as anybody may read it, by the addresses that other servers know."""

from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Select, bindparam, case, literal_column, select

from bema.model.ids import AccountId, PostId
from bema.store.tables import account, post
from bema.store.tx import Tx
from bema.store.visible import sees

_after: Any = bindparam("after", type_=BigInteger)
_limit: Any = bindparam("limit")


class Said(NamedTuple):
    """A post by its address; one that not everybody may read only holds its place in the list."""

    id: PostId
    author: AccountId
    uri: str | None  # of a post from elsewhere
    username: str
    shown: bool


def _eldest(condition: Any) -> Select[Any]:
    """Look at a bounded number of posts, the eldest first, and ask of each whether anybody may read it."""
    near = select(post.c.id).where(condition, post.c.id > _after).order_by(post.c.id).limit(_limit).subquery("near")
    return (
        select(
            post.c.id,
            post.c.author_id,
            post.c.uri,
            account.c.username,
            case((sees(), literal_column("1")), else_=literal_column("0")),
        )
        .select_from(near.join(post, post.c.id == near.c.id).join(account, account.c.id == post.c.author_id))
        .order_by(post.c.id)
    )


_of_post = _eldest(post.c.in_reply_to_id == bindparam("post", type_=BigInteger))
_of_post_by = _of_post.where(post.c.author_id == bindparam("author", type_=BigInteger), sees())
_of_thread = _eldest(post.c.thread_id == bindparam("post", type_=BigInteger))


def of_post(tx: Tx, id_: PostId, after: int, limit: int) -> list[Said]:
    """Return what answers a post, after the one with the id `after`; so many are looked at."""
    return _said(tx.all(_of_post, {"post": id_, "after": after, "limit": limit, "viewer": None}))


def of_post_by(tx: Tx, id_: PostId, author: AccountId, limit: int) -> list[Said]:
    """Return what its author answers to a post, among as many answers as are looked at."""
    return _said(tx.all(_of_post_by, {"post": id_, "after": -1, "limit": limit, "viewer": None, "author": author}))


def of_thread(tx: Tx, thread: PostId, after: int, limit: int) -> list[Said]:
    """Return the posts of a thread, after the one with the id `after`; so many are looked at."""
    return _said(tx.all(_of_thread, {"post": thread, "after": after, "limit": limit, "viewer": None}))


def _said(rows: list[Any]) -> list[Said]:
    return [Said(row[0], row[1], row[2], row[3], bool(row[4])) for row in rows]
