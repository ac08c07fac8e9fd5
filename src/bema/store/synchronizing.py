"""Synchronizing: who of one other server follows an account, for servers to compare what they know (FEP-8fcf)."""

from typing import Any

from sqlalchemy import bindparam, select

from bema.model.ids import AccountId, DomainId
from bema.store.tables import account, follow
from bema.store.tx import Tx

_on_server: Any = (
    select(account.c.uri)
    .select_from(follow.join(account, account.c.id == follow.c.follower_id))
    .where(
        follow.c.followed_id == bindparam("followed"),
        account.c.domain_id == bindparam("domain"),
        account.c.uri.is_not(None),
    )
    .order_by(account.c.id)
    .limit(bindparam("limit"))
)


def followers_on(tx: Tx, followed: AccountId, domain_id: DomainId, limit: int) -> list[str]:
    """Return the addresses of an account's followers on one server."""
    return tx.values(_on_server, {"followed": followed, "domain": domain_id, "limit": limit})
