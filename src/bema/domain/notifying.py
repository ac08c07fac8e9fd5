"""Notifying: what an account was told of, and putting it away. Who is told of what is decided by the readers of the log."""

from collections.abc import Sequence

from bema.model.errors import NotFound
from bema.model.events import NotificationsDismissed
from bema.model.ids import AccountId, NotificationId
from bema.model.views import Notification
from bema.store import notices
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
) -> list[Notification]:
    """Load a page of what an account was told of, perhaps of some types only, or by one account."""
    return notices.page(tx, actor, range_, types=types, exclude_types=exclude_types, by=by)


def one(tx: Tx, actor: AccountId, id_: NotificationId) -> Notification:
    """Load one thing that an account was told of."""
    found = notices.one(tx, actor, id_)
    if found is None:
        raise NotFound
    return found


def dismiss(tx: WriteTx, actor: AccountId, id_: NotificationId) -> None:
    """Put one notification away for good."""
    one(tx, actor, id_)
    notices.dismiss(tx, actor, id_)
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
        notices.dismiss_until(tx, actor, newest)
        tx.emit(NotificationsDismissed(account=actor, until=newest))


def unread_count(
    tx: Tx,
    actor: AccountId,
    limit: int,
    *,
    types: Sequence[str] | None = None,
    exclude_types: Sequence[str] = (),
) -> int:
    """Count what an account was told of since it last said how far it has read, up to a limit."""
    above = notices.last_read(tx, actor)
    return notices.unread_count(tx, actor, above, limit, types=types, exclude_types=exclude_types)
