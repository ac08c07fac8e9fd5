"""Invitations: codes by which members bring others in."""

from typing import Any

from sqlalchemy import bindparam, or_, select, update

from bema.model.ids import LoginId, Millis
from bema.store.dialect import insert
from bema.store.tables import invite
from bema.store.tx import Tx, WriteTx

_add = insert(invite).values({column.name: bindparam(column.name) for column in invite.c})
_good = (
    invite.c.code == bindparam("name"),
    or_(invite.c.expires_at.is_(None), invite.c.expires_at > bindparam("now")),
    or_(invite.c.max_uses.is_(None), invite.c.uses < invite.c.max_uses),
)
_find = select(invite.c.created_by).where(*_good)
_use = update(invite).where(*_good).values(uses=invite.c.uses + 1).returning(invite.c.created_by)
_of_login = select(invite).where(invite.c.created_by == bindparam("login")).order_by(invite.c.created_at.desc())


def add(tx: WriteTx, *, code: str, created_by: LoginId, expires_at: Millis | None, max_uses: int | None) -> None:
    """Record an invitation; None is for ever, or for any number."""
    values = {
        "code": code,
        "created_by": created_by,
        "created_at": tx.now,
        "expires_at": expires_at,
        "uses": 0,
        "max_uses": max_uses,
    }
    tx.run(_add, values)


def is_good(tx: Tx, code: str) -> bool:
    """Tell whether somebody may still join by an invitation."""
    return tx.value(_find, {"name": code, "now": tx.now}) is not None


def use(tx: WriteTx, code: str) -> LoginId | None:
    """Use an invitation, and return who invited; None when it is not good, or no more."""
    inviter: LoginId | None = tx.value(_use, {"name": code, "now": tx.now})
    return inviter


def of_login(tx: Tx, login_id: LoginId) -> list[Any]:
    """Return the invitations that a login made, the newest first: rows of the table."""
    return tx.all(_of_login, {"login": login_id})
