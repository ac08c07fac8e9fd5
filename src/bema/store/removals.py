"""Removals: who of this server is somebody else too, as they say, and who went to another account for good."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, delete, func, select

from bema.model.ids import AccountId, Millis
from bema.store.dialect import insert
from bema.store.tables import account, account_alias, account_move
from bema.store.tx import Tx, WriteTx


class Alias(msgspec.Struct, frozen=True):
    """Somebody, mostly of another server, who is the same person, as the account of this server says."""

    uri: str
    handle: str  # name@host, as it was when they said so


class Removal(msgspec.Struct, frozen=True):
    """Where an account went, and when."""

    to: AccountId
    uri: str | None  # none: it is of this server, too
    username: str
    at: Millis


_account: Any = bindparam("account", type_=BigInteger)
_aliases = (
    select(account_alias.c.uri, account_alias.c.handle)
    .where(account_alias.c.account_id == _account)
    .order_by(account_alias.c.handle)
)
_add_alias = (
    insert(account_alias)
    .values(account_id=_account, uri=bindparam("uri"), handle=bindparam("handle"))
    .on_conflict_do_nothing()
)
_count_aliases = select(func.count()).select_from(account_alias).where(account_alias.c.account_id == _account)
_remove_alias = delete(account_alias).where(
    account_alias.c.account_id == _account, account_alias.c.uri == bindparam("uri")
)
_removal = (
    select(account_move.c.to_id, account.c.uri, account.c.username, account_move.c.moved_at)
    .select_from(account_move.join(account, account.c.id == account_move.c.to_id))
    .where(account_move.c.account_id == _account)
)
_add_move = insert(account_move).values(account_id=_account, to_id=bindparam("to"), moved_at=bindparam("now"))
_move: Any = _add_move.on_conflict_do_update(
    index_elements=["account_id"], set_={"to_id": _add_move.excluded.to_id, "moved_at": _add_move.excluded.moved_at}
)
_stay = delete(account_move).where(account_move.c.account_id == _account)


def aliases(tx: Tx, account_id: AccountId) -> list[Alias]:
    """Return who else somebody is."""
    return [Alias(row.uri, row.handle) for row in tx.all(_aliases, {"account": account_id})]


def count_aliases(tx: Tx, account_id: AccountId) -> int:
    """Count who else somebody is."""
    return int(tx.value(_count_aliases, {"account": account_id}))


def add_alias(tx: WriteTx, account_id: AccountId, alias: Alias) -> bool:
    """Note who else somebody is; False when it was noted."""
    return tx.run(_add_alias, {"account": account_id, "uri": alias.uri, "handle": alias.handle}) > 0


def remove_alias(tx: WriteTx, account_id: AccountId, uri: str) -> bool:
    """Forget who else somebody is; False when it was not noted."""
    return tx.run(_remove_alias, {"account": account_id, "uri": uri}) > 0


def of(tx: Tx, account_id: AccountId) -> Removal | None:
    """Return where an account of this server went."""
    row = tx.first(_removal, {"account": account_id})
    return None if row is None else Removal(AccountId(row.to_id), row.uri, row.username, row.moved_at)


def go(tx: WriteTx, account_id: AccountId, to: AccountId) -> None:
    """Note where an account went."""
    tx.run(_move, {"account": account_id, "to": to, "now": tx.now})


def stay(tx: WriteTx, account_id: AccountId) -> bool:
    """Note that an account is here; False when it was."""
    return tx.run(_stay, {"account": account_id}) > 0
