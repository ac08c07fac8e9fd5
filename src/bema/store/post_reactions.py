"""Reactions to posts: with which emojis people of other servers answer posts of this one, some of which have a picture.

A plain favourite from elsewhere is noted, too (its name is empty), so that either can be taken back without the other.
"""

from typing import Any

from sqlalchemy import BigInteger, bindparam, delete, func, select, update

from bema.model.ids import AccountId, PostId
from bema.model.views import Reacted
from bema.store.dialect import insert
from bema.store.tables import post, post_reaction
from bema.store.tx import Tx, WriteTx, text_of

PLAIN = ""

_post_id: Any = bindparam("post", type_=BigInteger)
_of_both = (post_reaction.c.post_id == _post_id, post_reaction.c.account_id == bindparam("account", type_=BigInteger))
_add = (
    insert(post_reaction)
    .values({column.name: bindparam(column.name) for column in post_reaction.c})
    .on_conflict_do_nothing()
)
_names = select(post_reaction.c.name).where(*_of_both)
_kinds = (
    select(post_reaction.c.name).distinct().where(post_reaction.c.post_id == _post_id, post_reaction.c.name != PLAIN)
)
_named = select(post_reaction.c.post_id, post_reaction.c.name).where(
    post_reaction.c.account_id == bindparam("account", type_=BigInteger), post_reaction.c.uri == bindparam("uri")
)
_remove = delete(post_reaction).where(*_of_both, post_reaction.c.name == bindparam("name"))
_remove_all = delete(post_reaction).where(*_of_both).returning(post_reaction.c.name)
_counted = (
    select(post_reaction.c.name, func.count().label("people"), func.max(post_reaction.c.picture).label("picture"))
    .where(post_reaction.c.post_id == _post_id, post_reaction.c.name != PLAIN)
    .group_by(post_reaction.c.name)
    .order_by(func.count().desc(), func.min(post_reaction.c.id))
)
_show = update(post).where(post.c.id == bindparam("key", type_=BigInteger)).values(reactions=bindparam("shown"))


def add(
    tx: WriteTx, post_id: PostId, account_id: AccountId, name: str, *, picture: str | None, uri: str | None
) -> bool:
    """Record a reaction; False when it was there. Whoever calls this holds the post."""
    values = {"id": tx.new_id(), "post_id": post_id, "account_id": account_id}
    return tx.run(_add, {**values, "name": name, "picture": picture, "uri": uri}) > 0


def names(tx: Tx, post_id: PostId, account_id: AccountId) -> list[str]:
    """Return with what somebody reacted to a post."""
    return tx.values(_names, {"post": post_id, "account": account_id})


def kinds(tx: Tx, post_id: PostId) -> set[str]:
    """Return the kinds of reactions that a post has; whoever adds one bounds them."""
    return set(tx.values(_kinds, {"post": post_id}))


def named(tx: Tx, account_id: AccountId, uri: str) -> tuple[PostId, str] | None:
    """Return to which post somebody reacted with what, by what that is called on their server."""
    row = tx.first(_named, {"account": account_id, "uri": uri})
    return None if row is None else (row[0], row[1])


def remove(tx: WriteTx, post_id: PostId, account_id: AccountId, name: str) -> bool:
    """Take back one reaction; False where there was none."""
    return tx.run(_remove, {"post": post_id, "account": account_id, "name": name}) > 0


def remove_all(tx: WriteTx, post_id: PostId, account_id: AccountId) -> bool:
    """Take back all reactions of somebody to a post; tell whether any was seen."""
    return any(name != PLAIN for name in tx.values(_remove_all, {"post": post_id, "account": account_id}))


def show(tx: WriteTx, post_id: PostId) -> None:
    """Count the reactions to a post anew, for its readers. Whoever calls this holds the post."""
    rows = tx.all(_counted, {"post": post_id})
    found = [Reacted(row.name, row.people, row.picture) for row in rows]
    tx.run(_show, {"key": post_id, "shown": text_of(found) if found else None})
