"""Moves: who here has to do with somebody who is somebody else now, and has not to do with the new one yet."""

from typing import Any

from sqlalchemy import BigInteger, and_, bindparam, exists, or_, select, update

from bema.model import limits
from bema.model.ids import AccountId, Millis
from bema.store.tables import account, block, follow, follow_request, mute, private_note, remote_actor
from bema.store.tx import Tx, WriteTx

_old: Any = bindparam("old", type_=BigInteger)
_new: Any = bindparam("new", type_=BigInteger)


def _some(table: Any, by: Any, target: Any) -> Any:
    """Select some people of this server who stand in a relation to the old account, and in none to the new one."""
    again = table.alias()
    has_new = exists(select(1).where(again.c[by.name] == by, again.c[target.name] == _new))
    return (
        select(by)
        .select_from(table.join(account, account.c.id == by))
        .where(target == _old, by != _new, account.c.uri.is_(None), ~has_new)
        .limit(limits.MOVED_AT_ONCE)
    )


_followers = (
    select(account.c.id)
    .where(
        account.c.uri.is_(None),
        account.c.id != _new,
        or_(
            account.c.id.in_(select(follow.c.follower_id).where(follow.c.followed_id == _old)),
            account.c.id.in_(select(follow_request.c.follower_id).where(follow_request.c.followed_id == _old)),
        ),
    )
    .limit(limits.MOVED_AT_ONCE)
)
_blockers = _some(block, block.c.by_id, block.c.target_id)
_muters = _some(mute, mute.c.by_id, mute.c.target_id)
_noters = _some(private_note, private_note.c.by_id, private_note.c.target_id)
_mute = select(mute.c.notifications, mute.c.expires_at).where(
    mute.c.by_id == bindparam("by", type_=BigInteger), mute.c.target_id == _old
)
_note = select(private_note.c.note).where(
    private_note.c.by_id == bindparam("by", type_=BigInteger), private_note.c.target_id == _old
)
_move = (
    update(remote_actor)
    .where(
        and_(
            remote_actor.c.account_id == bindparam("key", type_=BigInteger),
            or_(
                remote_actor.c.moved_at.is_(None),
                remote_actor.c.moved_at < bindparam("before", type_=BigInteger),
            ),
        )
    )
    .values(moved_to_id=bindparam("to", type_=BigInteger), moved_at=bindparam("now", type_=BigInteger))
)


def move(tx: WriteTx, old: AccountId, new: AccountId) -> bool:
    """Note who somebody is from now on; False where they moved only lately."""
    before = tx.now - limits.MOVE_AGAIN_SECONDS * 1_000
    return tx.run(_move, {"key": old, "to": new, "now": tx.now, "before": before}) > 0


def followers(tx: Tx, old: AccountId, new: AccountId) -> list[AccountId]:
    """Return some people of this server who follow the old account, or ask to."""
    return tx.values(_followers, {"old": old, "new": new})


def blockers(tx: Tx, old: AccountId, new: AccountId) -> list[AccountId]:
    """Return some who block the old account alone."""
    return tx.values(_blockers, {"old": old, "new": new})


def muters(tx: Tx, old: AccountId, new: AccountId) -> list[tuple[AccountId, bool, Millis | None]]:
    """Return some who mute the old account alone, with the terms on which they do."""
    found = []
    for by in tx.values(_muters, {"old": old, "new": new}):
        row = tx.first(_mute, {"by": by, "old": old})
        if row is not None:
            found.append((by, bool(row[0]), row[1]))
    return found


def noters(tx: Tx, old: AccountId, new: AccountId) -> list[tuple[AccountId, str]]:
    """Return some who noted something about the old account alone, and what."""
    return [(by, str(tx.value(_note, {"by": by, "old": old}))) for by in tx.values(_noters, {"old": old, "new": new})]
