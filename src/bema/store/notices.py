"""Notices: what an account is told of, as it wants to read it; blocks and mutes are looked at when they are read.

How they come to be is in `telling.py`, how they go in `putting_away.py`, what of them is kept aside in `notice_policies.py`.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, bindparam, exists, func, not_, or_, select
from sqlalchemy.sql import FromClause

from bema.model.ids import AccountId, NotificationId, PostId
from bema.model.notifications import TYPES
from bema.model.permissions import Permission, may
from bema.model.policy import Standing
from bema.model.reporting import Report, ReportMade
from bema.model.views import Notification
from bema.store import accounts, appeals, collections, decisions, markers, posts, reports, severances, staff_people
from bema.store.dialect import one_of_texts
from bema.store.tables import account, block, mute, notification, post, thread_mute
from bema.store.timelines import Paged, Range
from bema.store.tx import Tx
from bema.store.visible import from_blocked_domain, sees, viewer

_id = bindparam("id", type_=BigInteger)
_now = bindparam("now", type_=BigInteger, required=True)
_sender = account.alias()


def wanted(told: FromClause = notification) -> ColumnElement[bool]:
    """The viewer wants to hear of it: from somebody who takes part and is neither blocked nor muted, in no muted thread."""
    sender = told.c.from_id
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
    shown = exists(select(1).where(post.c.id == told.c.post_id, sees(), not_(thread_muted)))
    takes_part = exists(select(1).where(_sender.c.id == sender, _sender.c.standing == int(Standing.ACTIVE)))
    elsewhere = from_blocked_domain(sender)
    return and_(not_(blocked), not_(muted), not_(elsewhere), takes_part, or_(told.c.post_id.is_(None), shown))


COLUMNS = (
    notification.c.id,
    notification.c.type,
    notification.c.created_at,
    notification.c.from_id,
    notification.c.post_id,
    notification.c.about_id,
    notification.c.group_key,
)
SOME_TYPES = one_of_texts(notification.c.type, "types")
NOT_ASIDE = not_(notification.c.filtered)
_rows = select(*COLUMNS).where(notification.c.account_id == viewer, wanted())
_one = _rows.where(notification.c.id == _id)


@cache
def _listed(some_types: bool, by_one: bool, with_filtered: bool) -> Paged:
    rows = _rows
    if some_types:
        rows = rows.where(SOME_TYPES)
    if by_one:
        rows = rows.where(notification.c.from_id == bindparam("by"))
    elif not with_filtered:
        rows = rows.where(NOT_ASIDE)
    return Paged(rows, notification.c.id)


@cache
def _unread(some_types: bool, by_one: bool) -> Select[Any]:
    new = select(notification.c.id).where(notification.c.account_id == viewer, notification.c.id > bindparam("above"))
    new = new.where(wanted(), notification.c.from_id == bindparam("by") if by_one else NOT_ASIDE)
    new = new.where(SOME_TYPES) if some_types else new
    return select(func.count()).select_from(new.limit(bindparam("limit")).subquery())


_newest = (
    select(notification.c.id)
    .where(notification.c.account_id == bindparam("told", type_=BigInteger))
    .order_by(notification.c.id.desc())
    .limit(1)
)


def newest(tx: Tx, told: AccountId) -> NotificationId | None:
    """Return the newest notice of an account, whether it would be shown or not; None where there is none."""
    id_: NotificationId | None = tx.value(_newest, {"told": told})
    return id_


def page(
    tx: Tx,
    account_id: AccountId,
    range_: Range,
    *,
    types: Sequence[str] | None = None,
    exclude_types: Sequence[str] = (),
    by: AccountId | None = None,
    with_filtered: bool = False,
) -> list[Notification]:
    """Load a page of what an account is told of, perhaps of some types only, or by one account.

    What was kept aside is among it when it is asked for, and when one account is.
    """
    parameters: dict[str, Any] = {"viewer": account_id, "now": tx.now}
    some = only(types, exclude_types)
    if some is not None:
        parameters["types"] = some
    if by is not None:
        parameters["by"] = by
    paged = _listed(some is not None, by is not None, with_filtered)
    return load(tx, account_id, paged.rows(tx, range_, parameters))


def one(tx: Tx, account_id: AccountId, id_: NotificationId) -> Notification | None:
    """Load one notice of an account."""
    loaded = load(tx, account_id, tx.all(_one, {"viewer": account_id, "now": tx.now, "id": id_}))
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
    by: AccountId | None = None,
) -> int:
    """Count what an account is told of above a notice, up to a limit; of one account's also what is kept aside."""
    parameters: dict[str, Any] = {"viewer": account_id, "now": tx.now, "above": above, "limit": limit}
    some = only(types, exclude_types)
    if some is not None:
        parameters["types"] = some
    if by is not None:
        parameters["by"] = by
    return int(tx.value(_unread(some is not None, by is not None), parameters))


def only(types: Sequence[str] | None, exclude_types: Sequence[str]) -> list[str] | None:
    """Return the types that are asked for; None where all are."""
    if types is None and not exclude_types:
        return None
    return [name for name in TYPES if (types is None or name in types) and name not in exclude_types]


def load(tx: Tx, account_id: AccountId, rows: Sequence[Any]) -> list[Notification]:
    """Load who caused the notices in some rows, and what they are about."""
    if not rows:
        return []
    reported = _reported(tx, account_id, [row.about_id for row in rows if row.type == "report"])
    decided = appeals.with_appeals(tx, decisions.by_ids(tx, [row.about_id for row in rows if row.type == "decision"]))
    collected = [row.about_id for row in rows if row.type in ("collected", "collection_edit")]
    severed = severances.by_ids(tx, [row.about_id for row in rows if row.type == "severance"])
    people = accounts.by_ids(tx, {row.from_id for row in rows} | {each.target for each in reported.values()})
    loaded = {each.id: each for each in posts.load(tx, _post_ids(rows), account_id)}
    about: dict[int, object] = {**decided, **collections.by_ids(tx, collected, account_id), **severed}
    about |= {id_: ReportMade(each, people[each.target]) for id_, each in reported.items() if each.target in people}
    return [
        Notification(
            row.id,
            row.type,
            row.created_at,
            people[row.from_id],
            loaded.get(row.post_id),
            about.get(row.about_id),
            row.group_key,
        )
        for row in rows
        if row.from_id in people
        and (row.post_id is None or row.post_id in loaded)
        and (row.about_id is None or row.about_id in about)
    ]


def _reported(tx: Tx, account_id: AccountId, ids: list[int]) -> dict[int, Report]:
    """Load reports, unless who was told of them is no longer of the staff that works through them."""
    may_read = bool(ids) and may(staff_people.highest_role(tx, account_id), Permission.MANAGE_REPORTS)
    return reports.by_ids(tx, ids) if may_read else {}


def _post_ids(rows: Sequence[Any]) -> list[PostId]:
    return list(dict.fromkeys(row.post_id for row in rows if row.post_id is not None))
