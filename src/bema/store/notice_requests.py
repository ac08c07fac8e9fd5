"""Requests: whose notices were kept aside for an account, made of the notices themselves, of which there are few.

A request has the id of the oldest notice in it.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, and_, bindparam, case, func, or_, select

from bema.model import limits
from bema.model.ids import AccountId
from bema.model.notifications import Pending, Request
from bema.store import accounts, posts
from bema.store.dialect import one_of_ids
from bema.store.notices import wanted
from bema.store.tables import notification
from bema.store.timelines import Paged, Range
from bema.store.tx import Tx
from bema.store.visible import viewer

_aside = and_(notification.c.account_id == viewer, notification.c.filtered.is_(True), wanted())
_of_theirs = or_(notification.c.type == "mention", notification.c.type == "quote")
_their_posts = case((_of_theirs, notification.c.post_id))
_by_sender = (
    select(
        notification.c.from_id,
        func.min(notification.c.id).label("id"),
        func.count().label("count"),
        func.max(_their_posts).label("last_post"),
        func.min(notification.c.created_at).label("created_at"),
        func.max(notification.c.created_at).label("updated_at"),
    )
    .where(_aside)
    .group_by(notification.c.from_id)
    .subquery()
)
_requests = Paged(select(_by_sender), _by_sender.c.id)
_one = select(_by_sender).where(_by_sender.c.id == bindparam("id", type_=BigInteger))
_senders = select(_by_sender.c.from_id).where(one_of_ids(_by_sender.c.id))
_some = select(_by_sender.c.count).limit(limits.REQUESTS_COUNTED).subquery()
_pending = select(func.count(), func.coalesce(func.sum(_some.c.count), 0))


def page(tx: Tx, account_id: AccountId, range_: Range) -> list[Request]:
    """Load a page of requests."""
    return _load(tx, account_id, _requests.rows(tx, range_, {"viewer": account_id, "now": tx.now}))


def one(tx: Tx, account_id: AccountId, id_: int) -> Request | None:
    """Load a request."""
    found = _load(tx, account_id, tx.all(_one, {"viewer": account_id, "now": tx.now, "id": id_}))
    return found[0] if found else None


def senders(tx: Tx, account_id: AccountId, ids: Sequence[int]) -> list[AccountId]:
    """Return whose requests have these ids."""
    return tx.values(_senders, {"viewer": account_id, "now": tx.now, "ids": ids})


def pending(tx: Tx, account_id: AccountId) -> Pending:
    """Count the requests, and the notices in them."""
    row = tx.first(_pending, {"viewer": account_id, "now": tx.now})
    return Pending(0, 0) if row is None else Pending(int(row[0]), int(row[1]))


def _load(tx: Tx, account_id: AccountId, rows: Sequence[Any]) -> list[Request]:
    if not rows:
        return []
    people = accounts.by_ids(tx, {row.from_id for row in rows})
    last = [row.last_post for row in rows if row.last_post is not None]
    loaded = {each.id: each for each in posts.load(tx, last, account_id)}
    return [
        Request(row.id, people[row.from_id], row.count, loaded.get(row.last_post), row.created_at, row.updated_at)
        for row in rows
        if row.from_id in people
    ]
