"""Threads: what a post answers, what answers it, and who wants to hear no more of it."""

from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, bindparam, case, delete, literal_column, select

from bema.model.ids import AccountId, PostId
from bema.store.dialect import insert
from bema.store.tables import post, thread_mute
from bema.store.tx import Tx, WriteTx
from bema.store.visible import sees, wants


class Knot(NamedTuple):
    """A post in its place. What is not shown to the viewer still holds together what answers it."""

    id: PostId
    answers: PostId | None
    by_itself: bool  # its author answers themselves
    shown: bool


_limit = bindparam("limit", type_=Integer)
_deepest = bindparam("deepest", type_=Integer)


def _knots(tree: Any) -> Select[Any]:
    """Walk a recursive table no further than the limit, and ask of each post there whether the viewer is shown it."""
    near = select(tree.c.id, tree.c.depth).limit(_limit).subquery()
    return (
        select(
            post.c.id,
            post.c.in_reply_to_id,
            post.c.in_reply_to_author_id == post.c.author_id,
            case((sees() & wants(), literal_column("1")), else_=literal_column("0")),
            near.c.depth,
        )
        .select_from(near.join(post, post.c.id == near.c.id))
        .order_by(near.c.depth, post.c.id)
    )


def _above() -> Select[Any]:
    start = select(post.c.in_reply_to_id.label("id"), literal_column("1", Integer).label("depth"))
    tree = start.where(post.c.id == bindparam("id"), post.c.in_reply_to_id.is_not(None)).cte("above", recursive=True)
    return _knots(
        tree.union_all(
            select(post.c.in_reply_to_id, tree.c.depth + literal_column("1", Integer))
            .select_from(tree.join(post, post.c.id == tree.c.id))
            .where(post.c.in_reply_to_id.is_not(None), tree.c.depth < _limit)
        )
    )


def _below() -> Select[Any]:
    start = select(post.c.id.label("id"), literal_column("1", Integer).label("depth"))
    tree = start.where(post.c.in_reply_to_id == bindparam("id")).cte("below", recursive=True)
    return _knots(
        tree.union_all(
            select(post.c.id, tree.c.depth + literal_column("1", Integer))
            .select_from(tree.join(post, post.c.in_reply_to_id == tree.c.id))
            .where(tree.c.depth < _deepest)
        )
    )


_ancestors, _descendants = _above(), _below()


def ancestors(tx: Tx, id_: PostId, viewer_id: AccountId | None, limit: int) -> list[Knot]:
    """Return what a post answers, and what that answers, the nearest first."""
    return _once(tx.all_known(_ancestors, {"id": id_, "viewer": viewer_id, "now": tx.now, "limit": limit}))


def descendants(tx: Tx, id_: PostId, viewer_id: AccountId | None, limit: int, deepest: int) -> list[Knot]:
    """Return what answers a post, and what answers that, level by level."""
    parameters = {"id": id_, "viewer": viewer_id, "now": tx.now, "limit": limit, "deepest": deepest}
    return _once(tx.all_known(_descendants, parameters))


def _once(rows: list[Any]) -> list[Knot]:
    """Take each post once: a chain that bites its own tail, as others may send us, comes round again."""
    return list({row[0]: Knot(row[0], row[1], bool(row[2]), bool(row[3])) for row in rows}.values())


# --- Muting -----------------------------------------------------------------------------------------------------------

_mute = (
    insert(thread_mute).values(account_id=bindparam("account"), thread_id=bindparam("thread")).on_conflict_do_nothing()
)
_unmute = delete(thread_mute).where(
    thread_mute.c.account_id == bindparam("account"), thread_mute.c.thread_id == bindparam("thread")
)


def mute(tx: WriteTx, account_id: AccountId, thread: PostId) -> bool:
    """Let an account hear no more of a thread; False when it was so."""
    return tx.run(_mute, {"account": account_id, "thread": thread}) > 0


def unmute(tx: WriteTx, account_id: AccountId, thread: PostId) -> bool:
    """Let an account hear of a thread again; False when it was so."""
    return tx.run(_unmute, {"account": account_id, "thread": thread}) > 0
