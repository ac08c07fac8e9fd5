"""Passkeys: the public keys by which devices speak for a login."""

from typing import Any

from sqlalchemy import bindparam, delete, select, update

from bema.model.ids import LoginId
from bema.store.dialect import insert
from bema.store.tables import passkey
from bema.store.tx import Tx, WriteTx

_NEW = [column.name for column in passkey.c if column.name != "last_used_at"]
_add = insert(passkey).values({name: bindparam(name) for name in _NEW}).on_conflict_do_nothing()
_of_login = select(passkey).where(passkey.c.login_id == bindparam("login")).order_by(passkey.c.id)
_by_credential = select(passkey).where(passkey.c.credential_id == bindparam("credential"))
_use = (
    update(passkey)
    .where(passkey.c.id == bindparam("key"), passkey.c.sign_count == bindparam("before"))
    .values(sign_count=bindparam("after"), last_used_at=bindparam("now"))
)
_remove = delete(passkey).where(passkey.c.login_id == bindparam("login"), passkey.c.id == bindparam("key"))


def add(tx: WriteTx, *, login_id: LoginId, credential_id: bytes, public_key: bytes, sign_count: int, name: str) -> bool:
    """Record a passkey; False when its credential is known."""
    values = {
        "id": tx.new_id(),
        "login_id": login_id,
        "credential_id": credential_id,
        "public_key": public_key,
        "sign_count": sign_count,
        "name": name,
        "created_at": tx.now,
    }
    return tx.run(_add, values) > 0


def of_login(tx: Tx, login_id: LoginId) -> list[Any]:
    """Return the passkeys of a login, the oldest first: rows of the table."""
    return tx.all(_of_login, {"login": login_id})


def by_credential(tx: Tx, credential_id: bytes) -> Any | None:
    """Load a passkey by what its device calls it: a row of the table."""
    return tx.first(_by_credential, {"credential": credential_id})


def use(tx: WriteTx, id_: int, *, before: int, after: int) -> bool:
    """Remember that a passkey signed; False when it did so meanwhile, or is gone."""
    return tx.run(_use, {"key": id_, "before": before, "after": after, "now": tx.now}) > 0


def remove(tx: WriteTx, login_id: LoginId, id_: int) -> bool:
    """Remove a passkey of a login; False when it has no such one."""
    return tx.run(_remove, {"login": login_id, "key": id_}) > 0
