"""Blocked domains: the servers of which a person wants nothing."""

from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.types import BigInteger, Text

from bema.model.ids import AccountId
from bema.model.views import Page
from bema.store.dialect import insert
from bema.store.tables import account, blocked_domain, domain, follow, follow_request
from bema.store.timelines import Paged, Range
from bema.store.tx import Tx, WriteTx

_by: Any = bindparam("by", type_=BigInteger)
_name: Any = bindparam("name", type_=Text)
_pair = (blocked_domain.c.by_id == _by) & (blocked_domain.c.name == _name)
_add = insert(blocked_domain).values(id=bindparam("id"), by_id=_by, name=_name).on_conflict_do_nothing()
_remove = delete(blocked_domain).where(_pair)
_count = select(func.count()).select_from(blocked_domain).where(blocked_domain.c.by_id == _by)
_page = Paged(
    select(blocked_domain.c.id, blocked_domain.c.name).where(blocked_domain.c.by_id == _by), blocked_domain.c.id
)


def add(tx: WriteTx, by: AccountId, name: str) -> bool:
    """Record a blocked domain; False when it was there."""
    return tx.run(_add, {"id": tx.new_id(), "by": by, "name": name}) > 0


def remove(tx: WriteTx, by: AccountId, name: str) -> bool:
    """Forget a blocked domain; False when there was none."""
    return tx.run(_remove, {"by": by, "name": name}) > 0


def count(tx: Tx, by: AccountId) -> int:
    """Count the domains that an account blocks."""
    return int(tx.value(_count, {"by": by}))


def page(tx: Tx, by: AccountId, range_: Range) -> Page[str]:
    """Load a page of the domains that an account blocks, the newest first."""
    rows = _page.rows(tx, range_, {"by": by})
    return Page([row.name for row in rows], rows[0].id, rows[-1].id) if rows else Page([])


# --- Whom it parts from others ----------------------------------------------------------------------------------------

_exists = select(blocked_domain.c.id).where(_pair)


class Tie(NamedTuple):
    """A follow or a request, and whether the other side is of a certain server."""

    id: int
    follower: AccountId
    followed: AccountId
    is_theirs: bool


def _ties(table: Any, mine: Any, theirs: Any) -> Any:
    return (
        select(
            table.c.id,
            table.c.follower_id,
            table.c.followed_id,
            ((domain.c.name == _name) & ~domain.c.local).label("is_theirs"),
        )
        .select_from(table.join(account, account.c.id == theirs).join(domain, domain.c.id == account.c.domain_id))
        .where(mine == _by, table.c.id > bindparam("after", type_=BigInteger))
        .order_by(table.c.id)
        .limit(bindparam("limit"))
    )


_KINDS = {
    "following": _ties(follow, follow.c.follower_id, follow.c.followed_id),
    "followers": _ties(follow, follow.c.followed_id, follow.c.follower_id),
    "asked": _ties(follow_request, follow_request.c.follower_id, follow_request.c.followed_id),
    "askers": _ties(follow_request, follow_request.c.followed_id, follow_request.c.follower_id),
}
KINDS = tuple(_KINDS)


def exists(tx: Tx, by: AccountId, name: str) -> bool:
    """Tell whether an account blocks a domain."""
    return tx.value(_exists, {"by": by, "name": name}) is not None


def ties(tx: Tx, kind: str, by: AccountId, name: str, after: int, limit: int) -> list[Tie]:
    """Return some of the follows or requests of a kind that an account has, and whether they are with a domain."""
    rows = tx.all(_KINDS[kind], {"by": by, "name": name, "after": after, "limit": limit})
    return [Tie(row[0], row[1], row[2], bool(row[3])) for row in rows]
