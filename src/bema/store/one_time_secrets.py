"""One-time secrets: what is proven by holding it, once (a confirmed address, a lost password, the second step)."""

from typing import Any

from sqlalchemy import bindparam, delete, select

from bema.model.ids import LoginId
from bema.store.dialect import insert
from bema.store.grants import digest
from bema.store.tables import one_time_secret
from bema.store.tx import Tx, WriteTx

_NEW = [column.name for column in one_time_secret.c if column.name != "attempts"]
_add = insert(one_time_secret).values({name: bindparam(name) for name in _NEW}).on_conflict_do_nothing()
_valid = (
    one_time_secret.c.secret_hash == bindparam("hash"),
    one_time_secret.c.purpose == bindparam("use"),
    one_time_secret.c.expires_at > bindparam("now"),
)
_find = select(one_time_secret).where(*_valid)
_take = delete(one_time_secret).where(*_valid).returning(one_time_secret)
_forget_expired = delete(one_time_secret).where(one_time_secret.c.expires_at <= bindparam("now"))
_forget_purpose = delete(one_time_secret).where(
    one_time_secret.c.login_id == bindparam("login"), one_time_secret.c.purpose == bindparam("use")
)
_forget_login = delete(one_time_secret).where(one_time_secret.c.login_id == bindparam("login"))


def add(
    tx: WriteTx, *, secret: str, purpose: str, login_id: LoginId | None, payload: str = "", life_seconds: int
) -> bool:
    """Record a secret, of which only the hash is kept; False when it was recorded before."""
    tx.run(_forget_expired, {"now": tx.now})
    values = {
        "secret_hash": digest(secret),
        "purpose": purpose,
        "login_id": login_id,
        "payload": payload,
        "expires_at": tx.now + life_seconds * 1_000,
    }
    return tx.run(_add, values) > 0


def find(tx: Tx, purpose: str, secret: str) -> Any | None:
    """Load what a secret stands for, and leave it good: a row of the table."""
    return tx.first(_find, {"hash": digest(secret), "use": purpose, "now": tx.now})


def take(tx: WriteTx, purpose: str, secret: str) -> Any | None:
    """Load what a secret stands for, and end it: of two who come with it only one gets it."""
    return tx.first(_take, {"hash": digest(secret), "use": purpose, "now": tx.now})


def forget(tx: WriteTx, login_id: LoginId, purpose: str | None = None) -> None:
    """End the secrets of a login, all or those of one purpose."""
    if purpose is None:
        tx.run(_forget_login, {"login": login_id})
    else:
        tx.run(_forget_purpose, {"login": login_id, "use": purpose})
