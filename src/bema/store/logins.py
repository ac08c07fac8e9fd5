"""Logins and memberships: who signs in, and for which accounts they may speak."""

from typing import Any

from sqlalchemy import bindparam, delete, or_, select, update

from bema.model.ids import AccountId, AppId, LoginId, Millis
from bema.model.policy import Role, Standing
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
_use_totp_step = (
    update(login)
    .where(
        login.c.id == bindparam("key"),
        or_(login.c.totp_last_step.is_(None), login.c.totp_last_step < bindparam("step")),
    )
    .values(totp_last_step=bindparam("step"))
)
_pending = (
    select(membership.c.account_id)
    .join(account, account.c.id == membership.c.account_id)
    .where(membership.c.login_id == bindparam("login"), account.c.standing == int(Standing.PENDING))
    .order_by(membership.c.account_id)
)
_waiting = select(login).where(login.c.approved_at.is_(None), login.c.disabled_at.is_(None)).order_by(login.c.id)
_remove_account = delete(account).where(
    account.c.id == bindparam("account"), account.c.standing == int(Standing.PENDING)
)
_remove = delete(login).where(login.c.id == bindparam("login"))
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
    app_id: AppId | None = None,
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
        undo_seconds=0,
        reason=reason,
        created_at=tx.now,
        confirmed_at=confirmed_at,
        approved_at=approved_at,
        signed_up_from=signed_up_from,
        invited_by=invited_by,
        app_id=app_id,
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


def use_totp_step(tx: WriteTx, id_: LoginId, step: int) -> bool:
    """Remember for which step of time a code was used; False when it, or a later one, was used before."""
    return tx.run(_use_totp_step, {"key": id_, "step": step}) > 0


def pending_accounts_of(tx: Tx, login_id: LoginId) -> list[AccountId]:
    """Return the accounts that wait for their login to be confirmed and approved."""
    return tx.values(_pending, {"login": login_id})


def waiting(tx: Tx) -> list[Any]:
    """Return the logins that wait for approval, the first first: rows of the table."""
    return tx.all(_waiting)


def remove_with_pending(tx: WriteTx, login_id: LoginId) -> None:
    """Remove a login that never took part, with the accounts that waited for it."""
    for account_id in pending_accounts_of(tx, login_id):
        tx.run(_remove_account, {"account": account_id})
    tx.run(_remove, {"login": login_id})
