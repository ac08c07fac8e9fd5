"""Groups of notices: pages of what an account is told of, with what belongs together in one place.

A group stands where its newest notice stands, once on all pages, whatever its size. A page is put together from three
lists, each with an index of its own: what stands by itself, the groups, and what its reader wants to see apart.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Select, Text, and_, bindparam, exists, func, not_, select, true

from bema.model import limits
from bema.model.ids import MAX_ID, AccountId, NotificationId
from bema.model.notifications import GROUPED, TYPES, Group
from bema.model.views import Account
from bema.store import accounts, notices
from bema.store.dialect import one_of_texts
from bema.store.notices import COLUMNS, NOT_ASIDE, SOME_TYPES, wanted
from bema.store.tables import notification, notification_group
from bema.store.timelines import Paged, Range
from bema.store.tx import Tx
from bema.store.visible import viewer


class Wanted(NamedTuple):
    """Which groups are asked for. `together`: types whose notices are grouped."""

    types: Sequence[str] | None = None
    exclude_types: Sequence[str] = ()
    together: Sequence[str] = GROUPED
    by: AccountId | None = None
    with_filtered: bool = False


_mine = notification.c.account_id == viewer
_of_mine = notification_group.c.account_id == viewer
_others = notification.alias()
_in_group = and_(
    _others.c.account_id == notification_group.c.account_id, _others.c.group_key == notification_group.c.group_key
)
_by = bindparam("by", type_=BigInteger)


@cache
def _singles(some_types: bool, with_filtered: bool) -> Paged:
    return _rows(notification.c.group_key.is_(None), some_types, with_filtered)


_apart = Paged(
    select(*COLUMNS).where(
        _mine, notification.c.group_key.is_not(None), one_of_texts(notification.c.type, "apart"), wanted()
    ),
    notification.c.id,
)


def _rows(condition: ColumnElement[bool], some_types: bool, with_filtered: bool) -> Paged:
    aside = true() if with_filtered else NOT_ASIDE
    types = SOME_TYPES if some_types else true()
    return Paged(select(*COLUMNS).where(_mine, condition, aside, types, wanted()), notification.c.id)


_groups = Paged(
    select(notification_group.c.newest_id, notification_group.c.group_key).where(
        _of_mine,
        one_of_texts(notification_group.c.type, "together"),
        exists(select(1).where(_in_group, wanted(_others))),
    ),
    notification_group.c.newest_id,
)
# Of one account there is hardly ever more than one notice in a group.
_newer = notification.alias()
_from_one = Paged(
    select(*COLUMNS).where(
        _mine,
        notification.c.from_id == _by,
        SOME_TYPES,
        wanted(),
        not_(
            exists(
                select(1).where(
                    _newer.c.account_id == viewer,
                    _newer.c.group_key == notification.c.group_key,
                    _newer.c.from_id == _by,
                    _newer.c.id > notification.c.id,
                    one_of_texts(_newer.c.type, "together"),
                )
            )
        ),
    ),
    notification.c.id,
)


class _Place(NamedTuple):
    id: int
    key: str | None  # of a group
    row: Any  # of a notice by itself


def page(tx: Tx, account_id: AccountId, range_: Range, ask: Wanted) -> list[Group]:
    """Load a page of groups, the newest first."""
    places = _places(tx, account_id, range_, ask)
    if not places:
        return []
    lowest = places[-1].id if len(places) == range_.limit or range_.min_id is not None else (range_.since_id or 0) + 1
    return _load(tx, account_id, places, lowest)


def _places(tx: Tx, account_id: AccountId, range_: Range, ask: Wanted) -> list[_Place]:
    who = {"viewer": account_id, "now": tx.now}
    types = notices.only(ask.types, ask.exclude_types)
    asked = [name for name in GROUPED if types is None or name in types]
    together = [name for name in asked if name in ask.together]
    apart = [name for name in asked if name not in ask.together]
    some = {} if types is None else {"types": types}
    found: list[_Place] = []
    if ask.by is not None:
        given = {"types": TYPES if types is None else types, "together": together, "by": ask.by}
        rows = _from_one.rows(tx, range_, who | given)
        return [_Place(row.id, row.group_key if row.type in together else None, row) for row in rows]
    singles = _singles(types is not None, ask.with_filtered)
    found += [_Place(row.id, None, row) for row in singles.rows(tx, range_, who | some)]
    if together:
        rows = _groups.rows(tx, range_, who | {"together": together})
        found += [_Place(row.newest_id, row.group_key, None) for row in rows]
    if apart:
        found += [_Place(row.id, None, row) for row in _apart.rows(tx, range_, who | {"apart": apart})]
    found.sort(key=lambda place: place.id, reverse=True)
    return found[: range_.limit] if range_.min_id is None else found[-range_.limit :]


# --- What is in a group -----------------------------------------------------------------------------------------------

_some_keys = one_of_texts(notification_group.c.group_key, "keys")


def _shown() -> Select[Any]:
    """The newest notices of each group that its reader wants to see, as many as are shown."""
    inner = notification.alias()
    last = (
        select(inner.c.id)
        .where(
            inner.c.account_id == notification_group.c.account_id,
            inner.c.group_key == notification_group.c.group_key,
            wanted(inner),
        )
        .order_by(inner.c.id.desc())
        .limit(1)
        .offset(limits.GROUP_PEOPLE - 1)
        .scalar_subquery()
    )
    here = and_(
        notification.c.account_id == notification_group.c.account_id,
        notification.c.group_key == notification_group.c.group_key,
        notification.c.id >= func.coalesce(last, 0),
    )
    return (
        select(*COLUMNS)
        .select_from(notification_group.join(notification, here))
        .where(_of_mine, _some_keys, wanted())
        .order_by(notification.c.id.desc())
    )


def _measured() -> Select[Any]:
    """How many notices each group has, and the oldest of them from a place on."""
    counted, oldest = notification.alias(), notification.alias()
    inside = [
        and_(each.c.account_id == notification_group.c.account_id, each.c.group_key == notification_group.c.group_key)
        for each in (counted, oldest)
    ]
    some = select(counted.c.id).where(inside[0]).limit(limits.GROUP_COUNTED).correlate(notification_group)
    count = select(func.count()).select_from(some.subquery()).scalar_subquery()
    first = (
        select(func.min(oldest.c.id))
        .where(inside[1], oldest.c.id >= bindparam("lowest", type_=BigInteger))
        .scalar_subquery()
    )
    return select(notification_group.c.group_key, count, first).where(_of_mine, _some_keys)


_shown_of_groups, _measures = _shown(), _measured()


def _load(tx: Tx, account_id: AccountId, places: Sequence[_Place], lowest: int) -> list[Group]:
    keys = [place.key for place in places if place.key is not None]
    shown: dict[str, list[Any]] = {}
    measures: dict[str, tuple[int, int]] = {}
    if keys:
        given = {"viewer": account_id, "keys": keys}
        for row in tx.all(_shown_of_groups, given | {"now": tx.now}):
            shown.setdefault(row.group_key, []).append(row)
        measures = {row[0]: (row[1], row[2]) for row in tx.all(_measures, given | {"lowest": lowest})}
    rows = {place: shown.get(place.key, []) if place.key is not None else [place.row] for place in places}
    newest = {each.id: each for each in notices.load(tx, account_id, [found[0] for found in rows.values() if found])}
    people = accounts.by_ids(tx, {row.from_id for found in shown.values() for row in found})
    groups = []
    for place, found in rows.items():
        if not found or found[0].id not in newest:
            continue
        told = newest[found[0].id]
        if place.key is None:
            groups.append(Group(place.id, None, told, 1, [told.by], NotificationId(told.id)))
            continue
        count, oldest = measures[place.key]
        faces = _once(people[row.from_id] for row in found if row.from_id in people)
        groups.append(Group(place.id, place.key, told, count, faces, NotificationId(oldest or told.id)))
    return groups


def _once(people: Iterable[Account]) -> list[Account]:
    return list({each.id: each for each in people}.values())


# --- One group --------------------------------------------------------------------------------------------------------

_key = bindparam("key", type_=Text)
_one = select(notification_group.c.newest_id).where(_of_mine, notification_group.c.group_key == _key)
_people = Paged(
    select(*COLUMNS).where(_mine, notification.c.group_key == _key, wanted()),
    notification.c.id,
)


def one(tx: Tx, account_id: AccountId, key: str) -> Group | None:
    """Load one group."""
    newest = tx.value(_one, {"viewer": account_id, "key": key})
    if newest is None:
        return None
    groups = _load(tx, account_id, [_Place(newest, key, None)], 0)
    return groups[0] if groups else None


def newest_of(tx: Tx, account_id: AccountId, key: str) -> NotificationId | None:
    """Return the newest notice of a group, whether it would be shown or not."""
    id_: NotificationId | None = tx.value(_one, {"viewer": account_id, "key": key})
    return id_


def members(tx: Tx, account_id: AccountId, key: str, range_: Range) -> list[tuple[int, Account]]:
    """Load a page of who is in a group, with the notices by which it is paged."""
    rows = _people.rows(tx, range_, {"viewer": account_id, "now": tx.now, "key": key})
    people = accounts.by_ids(tx, {row.from_id for row in rows})
    return [(row.id, people[row.from_id]) for row in rows if row.from_id in people]


# --- How many are new -------------------------------------------------------------------------------------------------


def unread_count(tx: Tx, account_id: AccountId, above: NotificationId, limit: int, ask: Wanted) -> int:
    """Count the groups that have something above a notice, up to a limit."""
    return len(_places(tx, account_id, Range(limit, max_id=MAX_ID, since_id=above), ask))
