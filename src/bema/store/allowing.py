"""What waits for leave: answers that their author alone sees yet, and boosts that are none yet; and what posts elsewhere rule."""

from typing import Any, NamedTuple

from sqlalchemy import Text, bindparam, delete, func, select, update

from bema.model.allowing import Allowance
from bema.model.ids import AccountId, PostId
from bema.model.policy import Visibility
from bema.store.dialect import insert
from bema.store.tables import asked_boost, post
from bema.store.tx import Tx, WriteTx, text_of

_rule = update(post).where(post.c.id == bindparam("key")).values(allowance=bindparam("rules", type_=Text))


def rule(tx: WriteTx, post_id: PostId, allowance: Allowance | None) -> None:
    """Note what the author of a post elsewhere lets people of this server do with it."""
    tx.run(_rule, {"key": post_id, "rules": None if allowance is None else text_of(allowance)})


# --- Answers ----------------------------------------------------------------------------------------------------------


class Answer(NamedTuple):
    """An answer of this server that waits for the word of whom it answers."""

    id: PostId
    author: AccountId
    answered_author: AccountId | None
    wanted: Visibility


_waits = (post.c.id == bindparam("key"), post.c.wanted.is_not(None))
_answer = select(post.c.id, post.c.author_id, post.c.in_reply_to_author_id, post.c.wanted).where(*_waits)
_held = _answer.with_for_update()
_say = (
    update(post)
    .where(*_waits)
    .values(visibility=post.c.wanted, wanted=None, refused=False, leave_uri=bindparam("leave", type_=Text))
)
_refuse = update(post).where(*_waits).values(refused=True)
_leave = select(post.c.leave_uri).where(post.c.id == bindparam("key"))
_count = select(func.count()).where(
    post.c.author_id == bindparam("author"), post.c.wanted.is_not(None), post.c.refused.is_(False)
)


def answer(tx: Tx, id_: PostId) -> Answer | None:
    """Return an answer that waits, or was refused; None where there is no such one."""
    return _read(tx.first(_answer, {"key": id_}))


def held_answer(tx: WriteTx, id_: PostId) -> Answer | None:
    """Do the same, and let nobody else decide about it until this transaction ends."""
    return _read(tx.first(_held, {"key": id_}))


def _read(row: Any) -> Answer | None:
    return None if row is None else Answer(row[0], row[1], row[2], Visibility(row[3]))


def say(tx: WriteTx, id_: PostId, leave: str) -> bool:
    """Let an answer be for whom it was meant; False where it waits no more."""
    return tx.run(_say, {"key": id_, "leave": leave}) > 0


def refuse(tx: WriteTx, id_: PostId) -> bool:
    """Note that the word was no: the answer stays its author's alone."""
    return tx.run(_refuse, {"key": id_}) > 0


def leave_of(tx: Tx, id_: PostId) -> str | None:
    """Return where the leave of an answer or boost can be checked; None of one that needed none."""
    found: str | None = tx.value(_leave, {"key": id_})
    return found


def answers_waiting(tx: Tx, author: AccountId) -> int:
    """Count the answers of somebody that wait."""
    return int(tx.value(_count, {"author": author}))


# --- Boosts -----------------------------------------------------------------------------------------------------------


class Boost(NamedTuple):
    """A boost that waits for the word of whom it passes on."""

    id: PostId
    post: PostId
    by: AccountId
    visibility: Visibility


_columns = (asked_boost.c.id, asked_boost.c.post_id, asked_boost.c.account_id, asked_boost.c.visibility)
_of = (asked_boost.c.post_id == bindparam("post"), asked_boost.c.account_id == bindparam("account"))
_boost = select(*_columns).where(asked_boost.c.id == bindparam("id"))
_boost_of = select(*_columns).where(*_of)
_add = (
    insert(asked_boost)
    .values({column.name: bindparam(column.name) for column in asked_boost.c})
    .on_conflict_do_nothing()
)
_remove = delete(asked_boost).where(asked_boost.c.id == bindparam("id"))
_boosts = select(func.count()).where(asked_boost.c.account_id == bindparam("account"))


def boost(tx: Tx, id_: PostId) -> Boost | None:
    """Return a boost that waits."""
    return _read_boost(tx.first(_boost, {"id": id_}))


def boost_by(tx: Tx, post_id: PostId, by: AccountId) -> Boost | None:
    """Return the boost of a post that somebody asked for."""
    return _read_boost(tx.first(_boost_of, {"post": post_id, "account": by}))


def _read_boost(row: Any) -> Boost | None:
    return None if row is None else Boost(row[0], row[1], row[2], Visibility(row[3]))


def ask(tx: WriteTx, asked: Boost) -> bool:
    """Let a boost wait; False where one does already."""
    values = {"id": asked.id, "post_id": asked.post, "account_id": asked.by, "visibility": int(asked.visibility)}
    return tx.run(_add, values) > 0


def ask_no_more(tx: WriteTx, id_: PostId) -> bool:
    """Let a boost wait no more; False where it did not."""
    return tx.run(_remove, {"id": id_}) > 0


def boosts_waiting(tx: Tx, by: AccountId) -> int:
    """Count the boosts of somebody that wait."""
    return int(tx.value(_boosts, {"account": by}))
