"""Refreshes: what is being worked out for an account, and whether it is done."""

from typing import Any

from sqlalchemy import BigInteger, Text, bindparam, select, update

from bema.model.ids import AccountId
from bema.model.retrospect import Refresh
from bema.store.dialect import insert
from bema.store.tables import refresh
from bema.store.tx import Tx, WriteTx

_account: Any = bindparam("account", type_=BigInteger)
_key: Any = bindparam("key", type_=Text)
_columns = (
    refresh.c.id,
    refresh.c.account_id,
    refresh.c.key,
    refresh.c.finished,
    refresh.c.results,
    refresh.c.begun_at,
)
_one = select(*_columns).where(refresh.c.id == bindparam("id", type_=BigInteger), refresh.c.account_id == _account)
_of_key = select(*_columns).where(refresh.c.account_id == _account, refresh.c.key == _key)
_begin = insert(refresh).values(
    id=bindparam("id"), account_id=_account, key=_key, finished=False, begun_at=bindparam("now")
)
_begin = _begin.on_conflict_do_update(
    index_elements=["account_id", "key"],
    set_={"finished": False, "results": None, "begun_at": _begin.excluded.begun_at},
)
_finish = (
    update(refresh)
    .where(refresh.c.account_id == _account, refresh.c.key == bindparam("of", type_=Text))
    .values(finished=True, results=bindparam("results"))
)


def one(tx: Tx, account_id: AccountId, id_: int) -> Refresh | None:
    """Load what is worked out for an account, by its id."""
    return _of_row(tx.first(_one, {"account": account_id, "id": id_}))


def of_key(tx: Tx, account_id: AccountId, key: str) -> Refresh | None:
    """Load what is worked out for an account, by what it is."""
    return _of_row(tx.first(_of_key, {"account": account_id, "key": key}))


def begin(tx: WriteTx, account_id: AccountId, key: str) -> None:
    """Note that something is worked out from now on."""
    tx.run(_begin, {"id": tx.new_id(), "account": account_id, "key": key, "now": tx.now})


def finish(tx: WriteTx, account_id: AccountId, key: str, results: int) -> None:
    """Note that something is done."""
    tx.run(_finish, {"account": account_id, "of": key, "results": results})


def _of_row(row: Any) -> Refresh | None:
    return None if row is None else Refresh(row[0], row[1], row[2], bool(row[3]), row[4], row[5])
