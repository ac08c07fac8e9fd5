"""Browser sessions: a cookie's secret and whom it speaks for."""

from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, or_, select, update

from bema.model.ids import AccountId, LoginId, Millis
from bema.model.policy import Role, Standing
from bema.store.dialect import insert
from bema.store.grants import digest
from bema.store.tables import account, login, session
from bema.store.tx import Tx, WriteTx


class Session(msgspec.Struct, frozen=True, gc=False):
    """Somebody signed in with a browser."""

    id: int
    login: LoginId
    account: AccountId
    role: Role
    csrf_secret: str
    locale: str
    last_used_at: Millis
    proven_at: Millis  # when who it is was last proven
    confined: bool = False  # a decision shut out the login or the account
    undo_seconds: int = 0  # in which they can take back what they post


_insert = insert(session).values({column.name: bindparam(column.name) for column in session.c})
_by_secret = (
    select(
        session.c.id,
        session.c.login_id,
        session.c.account_id,
        login.c.role,
        session.c.csrf_secret,
        login.c.locale,
        session.c.last_used_at,
        session.c.proven_at,
        or_(login.c.disabled_at.is_not(None), account.c.standing == int(Standing.SUSPENDED)),
        login.c.undo_seconds,
    )
    .select_from(
        session.join(login, login.c.id == session.c.login_id).join(account, account.c.id == session.c.account_id)
    )
    .where(
        session.c.secret_hash == bindparam("hash"),
        session.c.last_used_at > bindparam("oldest"),
        account.c.standing != int(Standing.DELETED),
    )
)
_touch = (
    update(session)
    .where(session.c.id == bindparam("key"))
    .values(last_used_at=bindparam("now"), address=bindparam("address"))
)
_prove = update(session).where(session.c.id == bindparam("key")).values(proven_at=bindparam("now"))
_of_login = (
    select(
        session.c.id,
        session.c.account_id,
        session.c.created_at,
        session.c.last_used_at,
        session.c.address,
        session.c.user_agent,
    )
    .where(session.c.login_id == bindparam("login"))
    .order_by(session.c.last_used_at.desc())
)
_remove = delete(session).where(session.c.login_id == bindparam("login"), session.c.id == bindparam("key"))
_remove_others = delete(session).where(session.c.login_id == bindparam("login"), session.c.id != bindparam("key"))


def add(
    tx: WriteTx,
    *,
    secret: str,
    csrf_secret: str,
    login_id: LoginId,
    account_id: AccountId,
    address: str,
    user_agent: str,
) -> int:
    """Record that somebody signed in; only the hash of the cookie's secret is kept."""
    id_ = tx.new_id()
    tx.run(
        _insert,
        {
            "id": id_,
            "secret_hash": digest(secret),
            "login_id": login_id,
            "account_id": account_id,
            "csrf_secret": csrf_secret,
            "created_at": tx.now,
            "last_used_at": tx.now,
            "proven_at": tx.now,
            "address": address,
            "user_agent": user_agent,
        },
    )
    return id_


def by_secret(tx: Tx, secret: str, oldest: Millis) -> Session | None:
    """Return the session of a cookie, unless it was last used before `oldest` or its account is deleted."""
    row = tx.first(_by_secret, {"hash": digest(secret), "oldest": oldest})
    if row is None:
        return None
    return Session(row[0], row[1], row[2], Role(row[3]), row[4], row[5], row[6], row[7], bool(row[8]), row[9])


def touch(tx: WriteTx, id_: int, address: str) -> None:
    """Remember when and from where a session was used."""
    tx.run(_touch, {"key": id_, "now": tx.now, "address": address})


def prove(tx: WriteTx, id_: int) -> None:
    """Remember that who holds a session has just proven who they are."""
    tx.run(_prove, {"key": id_, "now": tx.now})


def of_login(tx: Tx, login_id: LoginId) -> list[Any]:
    """Return the sessions of a login, the last used first."""
    return tx.all(_of_login, {"login": login_id})


def remove(tx: WriteTx, login_id: LoginId, id_: int) -> bool:
    """End a session of a login; False when it has no such session."""
    return tx.run(_remove, {"login": login_id, "key": id_}) > 0


def remove_others(tx: WriteTx, login_id: LoginId, id_: int) -> int:
    """End all sessions of a login but one; 0 as `id_` ends all."""
    return tx.run(_remove_others, {"login": login_id, "key": id_})
