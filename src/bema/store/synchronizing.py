"""Synchronizing: who elsewhere follows an account, for servers to compare what they know (FEP-8fcf)."""

from typing import Any

from sqlalchemy import bindparam, select

from bema.model.ids import AccountId
from bema.store.dialect import begins_with
from bema.store.tables import account, follow
from bema.store.tx import Tx

_elsewhere: Any = (
    select(account.c.uri)
    .select_from(follow.join(account, account.c.id == follow.c.follower_id))
    .where(follow.c.followed_id == bindparam("followed"), account.c.uri.is_not(None))
    .order_by(follow.c.id)
    .limit(bindparam("limit"))
)
_on_server: Any = _elsewhere.where(begins_with(account.c.uri, "start"))


def followers_elsewhere(tx: Tx, followed: AccountId, limit: int) -> list[str]:
    """Return the addresses of an account's followers on other servers."""
    return tx.values(_elsewhere, {"followed": followed, "limit": limit})


def followers_on(tx: Tx, followed: AccountId, origin: str, limit: int) -> list[str]:
    """Return the addresses of an account's followers on one server, `https://far.example`."""
    return tx.values(_on_server, {"followed": followed, "start": f"{origin}/", "limit": limit})


_here = (
    select(account.c.username, account.c.id)
    .select_from(follow.join(account, account.c.id == follow.c.follower_id))
    .where(follow.c.followed_id == bindparam("followed"), account.c.uri.is_(None))
    .limit(bindparam("limit"))
)


def followers_here(tx: Tx, followed: AccountId, limit: int) -> dict[str, AccountId]:
    """Return the people of this server who follow an account, by their names."""
    return {row.username: AccountId(row.id) for row in tx.all(_here, {"followed": followed, "limit": limit})}
