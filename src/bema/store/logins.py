"""Logins and memberships: who signs in, and for which accounts they may speak."""

from typing import Any

from sqlalchemy import bindparam, select, update

from bema.model.ids import AccountId, LoginId, Millis
from bema.model.policy import Role
from bema.store.dialect import insert
from bema.store.tables import account, login, membership
from bema.store.tx import Tx, WriteTx

_COLUMNS = [column.name for column in login.c]

_insert = insert(login).values({name: bindparam(name) for name in _COLUMNS}).on_conflict_do_nothing()
_join = (
    insert(membership)
    .values(login_id=bindparam("login"), account_id=bindparam("account"), role=bindparam("role"))
    .on_conflict_do_nothing()
)
_by_id = select(login).where(login.c.id == bindparam("id"))
_by_email = select(login).where(login.c.email_folded == bindparam("folded"))
_accounts_of = (
    select(membership.c.account_id).where(membership.c.login_id == bindparam("login")).order_by(membership.c.account_id)
)
_logins_of = select(membership.c.login_id).where(membership.c.account_id == bindparam("account"))
_is_member = select(membership.c.role).where(
    membership.c.login_id == bindparam("login"), membership.c.account_id == bindparam("account")
)
_by_username = (
    select(login)
    .join(membership, membership.c.login_id == login.c.id)
    .join(account, account.c.id == membership.c.account_id)
    .where(account.c.username_folded == bindparam("folded"), account.c.uri.is_(None))
    .order_by(login.c.id)
)
_updates = {
    name: update(login).where(login.c.id == bindparam("key")).values({name: bindparam("value")})
    for name in _COLUMNS[1:]
}


def add(
    tx: WriteTx,
    *,
    email: str,
    password_hash: str | None,
    role: Role,
    locale: str,
    reason: str,
    confirmed_at: Millis | None,
    approved_at: Millis | None,
    signed_up_from: str | None,
    invited_by: LoginId | None,
) -> LoginId | None:
    """Create a login; None when the address has one."""
    id_ = LoginId(tx.new_id())
    values: dict[str, Any] = dict.fromkeys(_COLUMNS)
    values.update(
        id=id_,
        email=email,
        email_folded=email.lower(),
        password_hash=password_hash,
        role=int(role),
        locale=locale,
        reason=reason,
        created_at=tx.now,
        confirmed_at=confirmed_at,
        approved_at=approved_at,
        signed_up_from=signed_up_from,
        invited_by=invited_by,
    )
    return id_ if tx.run(_insert, values) else None


def join(tx: WriteTx, login_id: LoginId, account_id: AccountId, role: str) -> None:
    """Let a login speak for an account, as `owner` or `editor`."""
    tx.run(_join, {"login": login_id, "account": account_id, "role": role})


def by_id(tx: Tx, id_: LoginId) -> Any | None:
    """Load a login: a row of the table."""
    return tx.first(_by_id, {"id": id_})


def by_email(tx: Tx, email: str) -> Any | None:
    """Load a login by its address, whatever the case."""
    return tx.first(_by_email, {"folded": email.lower()})


def by_username(tx: Tx, username: str) -> Any | None:
    """Load the first login that speaks for a local account."""
    return tx.first(_by_username, {"folded": username.lower()})


def accounts_of(tx: Tx, login_id: LoginId) -> list[AccountId]:
    """Return the accounts a login may speak for, oldest first."""
    return tx.values(_accounts_of, {"login": login_id})


def logins_of(tx: Tx, account_id: AccountId) -> list[LoginId]:
    """Return the logins that may speak for an account."""
    return tx.values(_logins_of, {"account": account_id})


def membership_role(tx: Tx, login_id: LoginId, account_id: AccountId) -> str | None:
    """Return what a login may do with an account: `owner`, `editor`, or nothing."""
    role: str | None = tx.value(_is_member, {"login": login_id, "account": account_id})
    return role


def change(tx: WriteTx, id_: LoginId, **values: Any) -> None:
    """Set columns of a login."""
    for name, value in values.items():
        tx.run(_updates[name], {"key": id_, "value": value})
