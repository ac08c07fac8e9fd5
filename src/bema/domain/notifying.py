"""Notifying: what an account was told of, and putting it away. Who is told of what is decided by the readers of the log."""

from collections.abc import Sequence

from bema.domain import reading
from bema.model.errors import NotFound
from bema.model.events import NotificationsDismissed
from bema.model.filters import Context
from bema.model.ids import AccountId, NotificationId, parse_id
from bema.model.notifications import Group
from bema.model.views import Account, Notification
from bema.store import notice_groups, notices, putting_away
from bema.store.notice_groups import Wanted
from bema.store.timelines import Range
from bema.store.tx import Tx, WriteTx


def page(
    tx: Tx,
    actor: AccountId,
    range_: Range,
    *,
    types: Sequence[str] | None = None,
    exclude_types: Sequence[str] = (),
    by: AccountId | None = None,
    with_filtered: bool = False,
) -> list[Notification]:
    """Load a page of what an account was told of, perhaps of some types only, or by one account."""

    def load(part: Range) -> list[Notification]:
        return notices.page(
            tx, actor, part, types=types, exclude_types=exclude_types, by=by, with_filtered=with_filtered
        )

    return reading.filled(range_, load, lambda told: not is_hidden(told, actor))


def is_hidden(told: Notification, actor: AccountId) -> bool:
    """Tell whether a filter hides the post of a notification; what happens to one's own posts is told all the same."""
    return told.post is not None and reading.is_hidden(told.post, Context.NOTIFICATIONS, actor)


def one(tx: Tx, actor: AccountId, id_: NotificationId) -> Notification:
    """Load one thing that an account was told of."""
    found = notices.one(tx, actor, id_)
    if found is None:
        raise NotFound
    return found


def dismiss(tx: WriteTx, actor: AccountId, id_: NotificationId) -> None:
    """Put one notification away for good."""
    one(tx, actor, id_)
    putting_away.dismiss(tx, actor, id_)
    tx.emit(NotificationsDismissed(account=actor, only=id_))


def dismiss_several(tx: WriteTx, actor: AccountId, ids: Sequence[NotificationId]) -> None:
    """Put away those of the notifications that are there."""
    for id_ in dict.fromkeys(ids):
        if notices.one(tx, actor, id_) is not None:
            dismiss(tx, actor, id_)


def clear(tx: WriteTx, actor: AccountId) -> None:
    """Put away all that was told so far; what is told later stays."""
    newest = notices.newest(tx, actor)
    if newest is not None:
        putting_away.dismiss_until(tx, actor, newest)
        tx.emit(NotificationsDismissed(account=actor, until=newest))


def unread_count(
    tx: Tx,
    actor: AccountId,
    limit: int,
    *,
    types: Sequence[str] | None = None,
    exclude_types: Sequence[str] = (),
    by: AccountId | None = None,
) -> int:
    """Count what an account was told of since it last said how far it has read, up to a limit; perhaps by one account."""
    above = notices.last_read(tx, actor)
    return notices.unread_count(tx, actor, above, limit, types=types, exclude_types=exclude_types, by=by)


# --- In groups --------------------------------------------------------------------------------------------------------

_BY_ITSELF = "ungrouped-"  # how the key of what stands by itself begins; its id follows


def key_of(told: Notification) -> str:
    """Return the key by which a notification is known together with what is like it."""
    return told.group or f"{_BY_ITSELF}{told.id}"


def groups(tx: Tx, actor: AccountId, range_: Range, ask: Wanted) -> list[Group]:
    """Load a page of what an account was told of, with what belongs together in one place."""

    def load(part: Range) -> list[Group]:
        return notice_groups.page(tx, actor, part, ask)

    return reading.filled(range_, load, lambda group: not is_hidden(group.newest, actor))


def group(tx: Tx, actor: AccountId, key: str) -> Group:
    """Load one group, or what stands by itself."""
    id_ = _single(key)
    if id_ is not None:
        told = one(tx, actor, id_)
        return Group(id_, None, told, 1, [told.by], id_)
    found = notice_groups.one(tx, actor, key)
    if found is None:
        raise NotFound
    return found


def members(tx: Tx, actor: AccountId, key: str, range_: Range) -> list[tuple[int, Account]]:
    """Load a page of who is in a group, with the ids of the notifications, by which it is paged."""
    id_ = _single(key)
    if id_ is None:
        return notice_groups.members(tx, actor, key, range_)
    told = notices.one(tx, actor, id_)
    return [(told.id, told.by)] if told is not None and _within(range_, told.id) else []


def dismiss_group(tx: WriteTx, actor: AccountId, key: str) -> None:
    """Put away what belongs together; what joins it later stays. What is gone already changes nothing."""
    id_ = _single(key)
    if id_ is not None:
        dismiss_several(tx, actor, [id_])
        return
    newest = notice_groups.newest_of(tx, actor, key)
    if newest is not None:
        putting_away.dismiss_group(tx, actor, key, newest)
        tx.emit(NotificationsDismissed(account=actor, until=newest, group=key))


def unread_groups(tx: Tx, actor: AccountId, limit: int, ask: Wanted) -> int:
    """Count the groups with something new since an account last said how far it has read, up to a limit."""
    return notice_groups.unread_count(tx, actor, notices.last_read(tx, actor), limit, ask)


def _within(range_: Range, id_: int) -> bool:
    above = range_.since_id if range_.min_id is None else range_.min_id
    return (range_.max_id is None or id_ < range_.max_id) and (above is None or id_ > above)


def _single(key: str) -> NotificationId | None:
    if not key.startswith(_BY_ITSELF):
        return None
    id_ = parse_id(key.removeprefix(_BY_ITSELF))
    if id_ is None:
        raise NotFound
    return NotificationId(id_)
