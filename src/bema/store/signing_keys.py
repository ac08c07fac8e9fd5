"""Signing keys: with what the people of this server, and the server itself, sign what they say to others."""

from typing import Any

from sqlalchemy import bindparam, select, update

from bema.model.ids import AccountId
from bema.store.dialect import insert
from bema.store.tables import signing_key
from bema.store.tx import Tx, WriteTx

_account = signing_key.c.account_id
_of_account = select(signing_key).where(_account == bindparam("account"))
_of_server = select(signing_key).where(_account.is_(None))
_add = (
    insert(signing_key)
    .values(
        id=bindparam("id"),
        account_id=bindparam("account"),
        kind=bindparam("kind"),
        private_key=bindparam("private_key"),
        public_key=bindparam("public_key"),
        created_at=bindparam("now"),
    )
    .on_conflict_do_nothing()
)
_replace = (
    update(signing_key)
    .where(signing_key.c.id == bindparam("key"))
    .values(private_key=bindparam("private_key"), public_key=bindparam("public_key"), created_at=bindparam("now"))
)


def of(tx: Tx, account: AccountId | None) -> dict[str, Any]:
    """Return the keys of an account, or (None) of the server, by their kinds: rows of the table."""
    rows = tx.all(_of_server) if account is None else tx.all(_of_account, {"account": account})
    return {row.kind: row for row in rows}


def add(tx: WriteTx, account: AccountId | None, kind: str, private_key: bytes, public_key: str) -> None:
    """Keep a key, unless one of its kind is there: another process was quicker."""
    values = {"account": account, "kind": kind, "private_key": private_key, "public_key": public_key}
    tx.run(_add, {"id": tx.new_id(), **values, "now": tx.now})


def replace(tx: WriteTx, id_: int, private_key: bytes, public_key: str) -> None:
    """Put another key in the place of one."""
    tx.run(_replace, {"key": id_, "private_key": private_key, "public_key": public_key, "now": tx.now})
