"""Notices: what an account is told of, written once per fact; blocks and mutes are looked at when they are read.

The id of a notice is the position of its fact in the log, so that a fact tells an account one thing at the most.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    delete,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
)

from bema.model.ids import AccountId, Millis, NotificationId, PostId
from bema.model.policy import Standing, Visibility
from bema.model.views import Notification
from bema.store import accounts, markers, posts
from bema.store.dialect import insert, one_of_texts
from bema.store.tables import (
    account,
    block,
    favourite,
    follow,
    follow_request,
    mention,
    mute,
    notification,
    post,
    thread_mute,
)
from bema.store.timelines import Paged, Range
from bema.store.tx import Tx, WriteTx
from bema.store.visible import sees, viewer

TYPES = ("mention", "post", "boost", "favourite", "follow", "follow_request", "edit")

# --- Telling ----------------------------------------------------------------------------------------------------------

_id = bindparam("id", type_=BigInteger)
_at = bindparam("at", type_=BigInteger)
_post_id = bindparam("post", type_=BigInteger)
_by = bindparam("by", type_=BigInteger)
_told = bindparam("told", type_=BigInteger)


def _tell(type_: str, told: Any, by: Any, about: Any, source: Any, *where: Any) -> Any:
    """Tell people of this server, but nobody of what they did themselves."""
    columns = ["account_id", "id", "type", "from_id", "post_id", "created_at"]
    who = account.alias()
    # As a join, SQLite would begin with all accounts that have no URI: with everybody here.
    is_local = exists(select(1).where(who.c.id == told, who.c.uri.is_(None)))
    rows = (
        select(told, _id, literal(type_, Text), by, about, _at).select_from(source).where(is_local, told != by, *where)
    )
    return insert(notification).from_select(columns, rows).on_conflict_do_nothing()


_mentioning = mention.join(post, post.c.id == mention.c.post_id)
_told_already = notification.alias()
_tell_mentioned = _tell(
    "mention", mention.c.account_id, post.c.author_id, post.c.id, _mentioning, mention.c.post_id == _post_id
)
_tell_newly_mentioned = _tell(
    "mention",
    mention.c.account_id,
    post.c.author_id,
    post.c.id,
    _mentioning,
    mention.c.post_id == _post_id,
    not_(
        exists(
            select(1).where(
                _told_already.c.post_id == _post_id,
                _told_already.c.account_id == mention.c.account_id,
                _told_already.c.type == "mention",
            )
        )
    ),
)
_answers_nobody_else = or_(post.c.in_reply_to_author_id.is_(None), post.c.in_reply_to_author_id == post.c.author_id)
_tell_followers = _tell(
    "post",
    follow.c.follower_id,
    post.c.author_id,
    post.c.id,
    post.join(follow, follow.c.followed_id == post.c.author_id),
    post.c.id == _post_id,
    follow.c.notify,
    post.c.visibility != int(Visibility.DIRECT),
    _answers_nobody_else,
)
_boost = post.alias()
_boosting = post.join(_boost, _boost.c.boost_of_id == post.c.id)
_tell_boosted = _tell("boost", post.c.author_id, _boost.c.author_id, post.c.id, _boosting, _boost.c.id == _post_id)
_tell_boosters = _tell("edit", _boost.c.author_id, post.c.author_id, post.c.id, _boosting, post.c.id == _post_id)
_tell_favourited = _tell(
    "favourite",
    post.c.author_id,
    favourite.c.account_id,
    post.c.id,
    post.join(favourite, favourite.c.post_id == post.c.id),
    post.c.id == _post_id,
    favourite.c.account_id == _by,
)
_no_post = literal(None, BigInteger)


def _tell_relation(type_: str, table: Any) -> Any:
    pair = and_(table.c.follower_id == _by, table.c.followed_id == _told)
    return _tell(type_, table.c.followed_id, table.c.follower_id, _no_post, table, pair)


_tell_followed = _tell_relation("follow", follow)
_tell_requested = _tell_relation("follow_request", follow_request)


def tell_published(tx: WriteTx, id_: int, at: Millis, post_id: PostId) -> None:
    """Tell those whom a post mentions, and those followers of its author who want to hear of each post."""
    tx.run(_tell_mentioned, {"id": id_, "at": at, "post": post_id})
    tx.run(_tell_followers, {"id": id_, "at": at, "post": post_id})


def tell_edited(tx: WriteTx, id_: int, at: Millis, post_id: PostId) -> None:
    """Tell those whom a post mentions only now, and those who passed it on as it was."""
    tx.run(_tell_newly_mentioned, {"id": id_, "at": at, "post": post_id})
    tx.run(_tell_boosters, {"id": id_, "at": at, "post": post_id})


def tell_boosted(tx: WriteTx, id_: int, at: Millis, boost: PostId) -> None:
    """Tell the author of a post that it was boosted."""
    tx.run(_tell_boosted, {"id": id_, "at": at, "post": boost})


def tell_favourited(tx: WriteTx, id_: int, at: Millis, post_id: PostId, by: AccountId) -> None:
    """Tell the author of a post that it was favourited."""
    tx.run(_tell_favourited, {"id": id_, "at": at, "post": post_id, "by": by})


def tell_followed(tx: WriteTx, id_: int, at: Millis, followed: AccountId, by: AccountId) -> None:
    """Tell an account that it has a new follower."""
    tx.run(_tell_followed, {"id": id_, "at": at, "told": followed, "by": by})


def tell_requested(tx: WriteTx, id_: int, at: Millis, followed: AccountId, by: AccountId) -> None:
    """Tell an account that somebody asks to follow."""
    tx.run(_tell_requested, {"id": id_, "at": at, "told": followed, "by": by})


# --- Taking back ------------------------------------------------------------------------------------------------------

_take_back_about_post = delete(notification).where(
    notification.c.post_id == _post_id, notification.c.from_id == _by, notification.c.type == bindparam("type")
)
_take_back = delete(notification).where(
    notification.c.account_id + 0 == _told,  # not by its key: an account may have been told of very much
    notification.c.from_id == _by,
    notification.c.type == bindparam("type"),
)
_dismiss = delete(notification).where(notification.c.account_id == _told, notification.c.id == _id)
_dismiss_until = delete(notification).where(notification.c.account_id == _told, notification.c.id <= _id)
_clear = delete(notification)


def take_back_about_post(tx: WriteTx, type_: str, post_id: PostId, by: AccountId) -> None:
    """Forget that somebody boosted or favourited a post."""
    tx.run(_take_back_about_post, {"type": type_, "post": post_id, "by": by})


def take_back(tx: WriteTx, type_: str, told: AccountId, by: AccountId) -> None:
    """Forget that somebody followed or asked to."""
    tx.run(_take_back, {"type": type_, "told": told, "by": by})


def dismiss(tx: WriteTx, told: AccountId, id_: NotificationId) -> None:
    """Put one notice away."""
    tx.run(_dismiss, {"told": told, "id": id_})


def dismiss_until(tx: WriteTx, told: AccountId, id_: NotificationId) -> None:
    """Put away all notices up to and with one."""
    tx.run(_dismiss_until, {"told": told, "id": id_})


_newest = (
    select(notification.c.id).where(notification.c.account_id == _told).order_by(notification.c.id.desc()).limit(1)
)


def newest(tx: Tx, told: AccountId) -> NotificationId | None:
    """Return the newest notice of an account, whether it would be shown or not; None where there is none."""
    id_: NotificationId | None = tx.value(_newest, {"told": told})
    return id_


def clear(tx: WriteTx) -> None:
    """Forget all notices of everybody, before the log is read again."""
    tx.run(_clear)


# --- Reading ----------------------------------------------------------------------------------------------------------

_now = bindparam("now", type_=BigInteger, required=True)
_sender = account.alias()


def _wanted() -> ColumnElement[bool]:
    """The viewer wants to hear of it: from somebody who takes part and is neither blocked nor muted, in no muted thread."""
    sender = notification.c.from_id
    blocked = exists(select(1).where(block.c.by_id == viewer, block.c.target_id == sender))
    muted = exists(
        select(1).where(
            mute.c.by_id == viewer,
            mute.c.target_id == sender,
            mute.c.notifications,
            or_(mute.c.expires_at.is_(None), mute.c.expires_at > _now),
        )
    )
    thread_muted = exists(
        select(1).where(thread_mute.c.account_id == viewer, thread_mute.c.thread_id == post.c.thread_id)
    )
    shown = exists(select(1).where(post.c.id == notification.c.post_id, sees(), not_(thread_muted)))
    takes_part = exists(select(1).where(_sender.c.id == sender, _sender.c.standing == int(Standing.ACTIVE)))
    return and_(not_(blocked), not_(muted), takes_part, or_(notification.c.post_id.is_(None), shown))


_rows = select(
    notification.c.id,
    notification.c.type,
    notification.c.created_at,
    notification.c.from_id,
    notification.c.post_id,
).where(notification.c.account_id == viewer, _wanted())
_some_types = one_of_texts(notification.c.type, "types")
_all = Paged(_rows, notification.c.id)
_some = Paged(_rows.where(_some_types), notification.c.id)
_all_from = Paged(_rows.where(notification.c.from_id == bindparam("by")), notification.c.id)
_some_from = Paged(_rows.where(_some_types, notification.c.from_id == bindparam("by")), notification.c.id)
_one = _rows.where(notification.c.id == _id)


def _unread(*where: Any) -> Select[Any]:
    found = (
        select(notification.c.id)
        .where(notification.c.account_id == viewer, notification.c.id > bindparam("above"), _wanted(), *where)
        .limit(bindparam("limit"))
    )
    return select(func.count()).select_from(found.subquery())


_unread_all, _unread_some = _unread(), _unread(_some_types)


def page(
    tx: Tx,
    account_id: AccountId,
    range_: Range,
    *,
    types: Sequence[str] | None = None,
    exclude_types: Sequence[str] = (),
    by: AccountId | None = None,
) -> list[Notification]:
    """Load a page of what an account is told of, perhaps of some types only, or by one account."""
    parameters: dict[str, Any] = {"viewer": account_id, "now": tx.now}
    wanted = _wanted_types(types, exclude_types)
    paged = _all if by is None else _all_from
    if wanted is not None:
        parameters["types"] = wanted
        paged = _some if by is None else _some_from
    if by is not None:
        parameters["by"] = by
    return _load(tx, account_id, paged.rows(tx, range_, parameters))


def one(tx: Tx, account_id: AccountId, id_: NotificationId) -> Notification | None:
    """Load one notice of an account."""
    loaded = _load(tx, account_id, tx.all(_one, {"viewer": account_id, "now": tx.now, "id": id_}))
    return loaded[0] if loaded else None


_MARKER = "notifications"  # what the marker is called that says how far notices were read


def last_read(tx: Tx, told: AccountId) -> NotificationId:
    """Return how far an account has read what it is told of; 0 where it never said so."""
    marker = markers.of(tx, told, (_MARKER,)).get(_MARKER)
    return NotificationId(0 if marker is None else marker.last_read)


def unread_count(
    tx: Tx,
    account_id: AccountId,
    above: NotificationId,
    limit: int,
    *,
    types: Sequence[str] | None = None,
    exclude_types: Sequence[str] = (),
) -> int:
    """Count what an account is told of above a notice, up to a limit."""
    parameters: dict[str, Any] = {"viewer": account_id, "now": tx.now, "above": above, "limit": limit}
    wanted = _wanted_types(types, exclude_types)
    if wanted is None:
        return int(tx.value(_unread_all, parameters))
    return int(tx.value(_unread_some, {**parameters, "types": wanted}))


def _wanted_types(types: Sequence[str] | None, exclude_types: Sequence[str]) -> list[str] | None:
    if types is None and not exclude_types:
        return None
    return [name for name in TYPES if (types is None or name in types) and name not in exclude_types]


def _load(tx: Tx, account_id: AccountId, rows: list[Any]) -> list[Notification]:
    if not rows:
        return []
    senders = accounts.by_ids(tx, {row.from_id for row in rows})
    about = list(dict.fromkeys(row.post_id for row in rows if row.post_id is not None))
    loaded = {each.id: each for each in posts.load(tx, about, account_id)}
    return [
        Notification(row.id, row.type, row.created_at, senders[row.from_id], loaded.get(row.post_id))
        for row in rows
        if row.from_id in senders and (row.post_id is None or row.post_id in loaded)
    ]
