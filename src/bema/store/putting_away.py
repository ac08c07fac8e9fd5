"""Putting away: notices go when their fact no longer holds, and when whoever was told has seen enough of them."""

from typing import Any

from sqlalchemy import BigInteger, Text, and_, bindparam, delete, exists, func, not_, select, update

from bema.model.ids import AccountId, NotificationId, PostId
from bema.store.dialect import one_of_texts
from bema.store.tables import notification, notification_group
from bema.store.tx import WriteTx

_id = bindparam("id", type_=BigInteger)
_post_id = bindparam("post", type_=BigInteger)
_by = bindparam("by", type_=BigInteger)
_told = bindparam("told", type_=BigInteger)
_about = bindparam("about", type_=BigInteger)
_key_param = bindparam("key", type_=Text)
_of_group = and_(notification_group.c.account_id == _told, notification_group.c.group_key == _key_param)
_in_group = and_(
    notification.c.account_id == notification_group.c.account_id,
    notification.c.group_key == notification_group.c.group_key,
)
_dissolve = delete(notification_group).where(_of_group, not_(exists(select(1).where(_in_group))))
_move = (
    update(notification_group)
    .where(_of_group)
    .values(newest_id=select(func.max(notification.c.id)).where(_in_group).scalar_subquery())
)


def move_group(tx: WriteTx, told: AccountId, key: str) -> None:
    """Let a group that lost somebody stand at the newest that is left, or nowhere."""
    if not tx.run(_dissolve, {"told": told, "key": key}):
        tx.run(_move, {"told": told, "key": key})


# --- Taking back ------------------------------------------------------------------------------------------------------

_taken = (notification.c.account_id, notification.c.id, notification.c.group_key)
_about_post = select(*_taken).where(
    notification.c.post_id == _post_id, notification.c.from_id == _by, notification.c.type == bindparam("type")
)
_by_somebody = select(*_taken).where(
    notification.c.from_id == _by,
    notification.c.account_id == _told,
    notification.c.type + ""
    == bindparam("type"),  # not by the index of types: an account may have been told of very much
)
_poll_ended = select(*_taken).where(notification.c.post_id == _post_id, notification.c.type == "poll")
_collected = select(*_taken).where(
    notification.c.from_id == _by,
    notification.c.account_id == _told,
    one_of_texts(notification.c.type + "", "types"),
    notification.c.about_id == _about,
)
_one = select(*_taken).where(notification.c.account_id == _told, notification.c.id == _id)
_remove = delete(notification).where(notification.c.account_id == _told, notification.c.id == _id)
_remove_until = delete(notification).where(notification.c.account_id == _told, notification.c.id <= _id)
_dissolve_until = delete(notification_group).where(
    notification_group.c.account_id == _told, notification_group.c.newest_id <= _id
)
_remove_group = delete(notification).where(
    notification.c.account_id == _told, notification.c.group_key == _key_param, notification.c.id <= _id
)
_clear, _clear_groups = delete(notification), delete(notification_group)


def take_back_about_post(tx: WriteTx, type_: str, post_id: PostId, by: AccountId) -> None:
    """Forget that somebody boosted or favourited a post."""
    _take_back(tx, tx.all(_about_post, {"type": type_, "post": post_id, "by": by}))


def take_back_poll_ended(tx: WriteTx, post_id: PostId) -> None:
    """Forget that a poll was over."""
    _take_back(tx, tx.all(_poll_ended, {"post": post_id}))


def take_back(tx: WriteTx, type_: str, told: AccountId, by: AccountId) -> None:
    """Forget that somebody followed or asked to."""
    _take_back(tx, tx.all(_by_somebody, {"type": type_, "told": told, "by": by}))


def take_back_collected(tx: WriteTx, told: AccountId, by: AccountId, collection_id: int) -> None:
    """Forget that somebody put an account into a collection, and what was said of that since."""
    types = ("collected", "collection_edit")
    _take_back(tx, tx.all(_collected, {"told": told, "by": by, "types": types, "about": collection_id}))


def dismiss(tx: WriteTx, told: AccountId, id_: NotificationId) -> None:
    """Put one notice away."""
    _take_back(tx, tx.all(_one, {"told": told, "id": id_}))


def _take_back(tx: WriteTx, rows: list[Any]) -> None:
    for row in rows:
        tx.run(_remove, {"told": row.account_id, "id": row.id})
        if row.group_key is not None:
            move_group(tx, row.account_id, row.group_key)


def dismiss_until(tx: WriteTx, told: AccountId, id_: NotificationId) -> None:
    """Put away all notices up to and with one."""
    tx.run(_remove_until, {"told": told, "id": id_})
    tx.run(_dissolve_until, {"told": told, "id": id_})


def dismiss_group(tx: WriteTx, told: AccountId, key: str, until: NotificationId) -> None:
    """Put away what belongs together, up to and with one."""
    tx.run(_remove_group, {"told": told, "key": key, "id": until})
    move_group(tx, told, key)


def clear(tx: WriteTx) -> None:
    """Forget all notices of everybody, before the log is read again."""
    tx.run(_clear)
    tx.run(_clear_groups)
