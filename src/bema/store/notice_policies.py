"""Policies: what an account wants to be told of by whom, what was kept aside for it, and whom it accepted.

Whether a notice is kept aside is decided once, when its fact is read, by how things stand then; the decision is a fact
itself, and whoever reads the log anew goes by it.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, and_, bindparam, delete, exists, false, func, select, true, update
from sqlalchemy.sql import Select

from bema.model import limits
from bema.model.ids import AccountId, Millis, NotificationId, lowest_id_at
from bema.model.notifications import FILTERABLE, Circumstances, Policy, Treatment, treatment
from bema.model.policy import Kind, Role, Visibility
from bema.store.dialect import insert, one_of_texts
from bema.store.putting_away import move_group
from bema.store.tables import (
    account,
    follow,
    login,
    membership,
    mention,
    notification,
    notification_permission,
    notification_policy,
    post,
)
from bema.store.tx import Tx, WriteTx

_told = bindparam("told", type_=BigInteger)
_by = bindparam("by", type_=BigInteger)
_id = bindparam("id", type_=BigInteger)

# --- What an account wants --------------------------------------------------------------------------------------------

_FIELDS = Policy.__struct_fields__
_columns = tuple(notification_policy.c[name] for name in _FIELDS)
_policy = select(*_columns).where(notification_policy.c.account_id == _told)
_put = insert(notification_policy).values(account_id=_told, **{name: bindparam(name) for name in _FIELDS})
_put = _put.on_conflict_do_update(index_elements=["account_id"], set_={name: _put.excluded[name] for name in _FIELDS})


def of(tx: Tx, told: AccountId) -> Policy:
    """Load what an account wants."""
    return _policy_of(tx.first(_policy, {"told": told}))


def put(tx: WriteTx, told: AccountId, policy: Policy) -> None:
    """Remember what an account wants from now on."""
    tx.run(_put, {"told": told, **{name: int(getattr(policy, name)) for name in _FIELDS}})


def _policy_of(values: Sequence[Any] | None) -> Policy:
    if values is None or values[0] is None:
        return Policy()
    return Policy(*(Treatment(each) for each in values))


# --- Deciding ---------------------------------------------------------------------------------------------------------


def _among() -> Select[Any]:
    told, sender = notification.c.account_id, notification.c.from_id
    asked = follow.alias()
    follows = exists(select(1).where(asked.c.follower_id == told, asked.c.followed_id == sender))
    followed_long = exists(
        select(1).where(
            follow.c.follower_id == sender, follow.c.followed_id == told, follow.c.id < bindparam("long_ago")
        )
    )
    permitted = exists(
        select(1).where(notification_permission.c.account_id == told, notification_permission.c.from_id == sender)
    )
    of_staff = exists(
        select(1)
        .select_from(membership.join(login, login.c.id == membership.c.login_id))
        .where(membership.c.account_id == sender, login.c.role >= int(Role.MODERATOR))
    )
    return (
        select(
            told,
            sender,
            notification.c.type,
            notification.c.post_id,
            follows.label("follows"),
            followed_long.label("followed_long"),
            permitted.label("permitted"),
            of_staff.label("of_staff"),
            account.c.created_at,
            account.c.limited,
            account.c.kind,
            (post.c.visibility == int(Visibility.DIRECT)).label("direct"),
            post.c.in_reply_to_id,
            *_columns,
        )
        .select_from(
            notification.join(account, account.c.id == sender)
            .outerjoin(post, post.c.id == notification.c.post_id)
            .outerjoin(notification_policy, notification_policy.c.account_id == told)
        )
        .where(notification.c.id == _id, one_of_texts(notification.c.type, "types"))
    )


_to_decide = _among()


def _written_above() -> Select[Any]:
    above = select(post.c.id, post.c.in_reply_to_id, post.c.author_id, post.c.visibility)
    steps = (
        above.add_columns(bindparam("steps", type_=BigInteger).label("left"))
        .where(post.c.id == _id)
        .cte("above", recursive=True)
    )
    steps = steps.union_all(
        above.add_columns(steps.c.left - 1).where(post.c.id == steps.c.in_reply_to_id, steps.c.left > 0)
    )
    return select(
        exists(
            select(1)
            .select_from(steps.join(mention, mention.c.post_id == steps.c.id))
            .where(
                steps.c.author_id == _told, steps.c.visibility == int(Visibility.DIRECT), mention.c.account_id == _by
            )
        )
    )


_asked_for = _written_above()


def undecided(tx: Tx, id_: int, at: Millis) -> list[tuple[AccountId, Treatment]]:
    """Decide about what a fact told, by how things stand now; return what is not simply accepted."""
    long_ago = lowest_id_at(at - limits.LONG_FOLLOWER_DAYS * 86_400_000)
    rows = tx.all(_to_decide, {"id": id_, "types": FILTERABLE, "long_ago": long_ago})
    found: list[tuple[AccountId, Treatment]] = []
    for row in rows:
        policy = _policy_of(row[-len(_FIELDS) :])
        verdict = treatment(policy, _circumstances(tx, row, at))
        if verdict is Treatment.FILTER and not _has_room(tx, row.account_id, row.from_id):
            verdict = Treatment.DROP
        if verdict is not Treatment.ACCEPT:
            found.append((row.account_id, verdict))
    return found


def _circumstances(tx: Tx, row: Any, at: Millis) -> Circumstances:
    is_letter = row.type == "mention" and bool(row.direct)
    return Circumstances(
        following=bool(row.follows),
        long_follower=bool(row.followed_long),
        new=row.created_at > at - limits.NEW_ACCOUNT_DAYS * 86_400_000,
        limited=bool(row.limited),
        automated=row.kind == int(Kind.AUTOMATED),
        unasked_letter=is_letter and not row.follows and not _answers(tx, row),
        permitted=bool(row.permitted),
        from_staff=row.type == "mention" and bool(row.of_staff),
    )


def _answers(tx: Tx, row: Any) -> bool:
    """Tell whether a letter answers, over some steps, one that its reader wrote to its author."""
    if row.in_reply_to_id is None:
        return False
    steps = limits.LETTER_STEPS
    above = {"id": row.in_reply_to_id, "told": row.account_id, "by": row.from_id, "steps": steps}
    return bool(tx.value(_asked_for, above))


_aside = and_(notification.c.account_id == _told, notification.c.filtered.is_(True))
_from_one = notification.c.from_id == _by


def _counted(*where: Any) -> Select[Any]:
    some = select(notification.c.id).where(*where).limit(bindparam("limit"))
    return select(func.count()).select_from(some.subquery())


_count_from_one, _count_all = _counted(_aside, _from_one), _counted(_aside)


def _has_room(tx: Tx, told: AccountId, by: AccountId) -> bool:
    of_one, of_all = limits.FILTERED_NOTIFICATIONS_FROM_ONE, limits.FILTERED_NOTIFICATIONS
    if tx.value(_count_from_one, {"told": told, "by": by, "limit": of_one}) >= of_one:
        return False
    return int(tx.value(_count_all, {"told": told, "limit": of_all})) < of_all


# --- Keeping aside ----------------------------------------------------------------------------------------------------

_row = select(notification.c.group_key).where(notification.c.account_id == _told, notification.c.id == _id)
_drop = delete(notification).where(notification.c.account_id == _told, notification.c.id == _id)
_keep_aside = (
    update(notification)
    .where(notification.c.account_id == _told, notification.c.id == bindparam("key"))
    .values(filtered=true(), group_key=None)
)
_merge = update(notification).where(_aside, _from_one, notification.c.id <= bindparam("key")).values(filtered=false())
_throw_away = delete(notification).where(_aside, _from_one, notification.c.id <= _id)
_permit = insert(notification_permission).values(account_id=_told, from_id=_by).on_conflict_do_nothing()


def keep_aside(tx: WriteTx, told: AccountId, id_: int, *, dropped: bool) -> None:
    """Put a notice among what was kept aside, or drop it. Doing so again changes nothing."""
    row = tx.first(_row, {"told": told, "id": id_})
    if row is None:
        return
    if dropped:
        tx.run(_drop, {"told": told, "id": id_})
    else:
        tx.run(_keep_aside, {"told": told, "key": id_})
    if row.group_key is not None:
        move_group(tx, told, row.group_key)


def permit(tx: WriteTx, told: AccountId, by: AccountId) -> None:
    """Accept whatever somebody causes from now on."""
    tx.run(_permit, {"told": told, "by": by})


def answer(tx: WriteTx, told: AccountId, by: AccountId, *, accepted: bool, until: NotificationId) -> None:
    """Let what was kept aside of somebody stand among the rest, or forget it; up to and with one."""
    if accepted:
        tx.run(_merge, {"told": told, "by": by, "key": until})
    else:
        tx.run(_throw_away, {"told": told, "by": by, "id": until})
