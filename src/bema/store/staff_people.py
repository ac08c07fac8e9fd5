"""Who the staff are: the logins with a role above a member's, and the accounts that they speak for."""

from typing import Any

from sqlalchemy import BigInteger, bindparam, func, select, text

from bema.model.ids import AccountId, LoginId
from bema.model.policy import Role
from bema.store.dialect import one_of_ids
from bema.store.tables import login, membership
from bema.store.tx import Tx

_signs_in = membership.join(login, login.c.id == membership.c.login_id)
_highest = (
    select(func.max(login.c.role))
    .select_from(_signs_in)
    .where(membership.c.account_id == bindparam("account", type_=BigInteger))
)
_accounts: Any = (
    select(membership.c.account_id)
    .select_from(_signs_in)
    .where(login.c.role > text("0"), one_of_ids(login.c.role, "roles"), login.c.disabled_at.is_(None))
    .distinct()
)

_logins: Any = select(login.c.id).where(
    login.c.role > text("0"), one_of_ids(login.c.role, "roles"), login.c.disabled_at.is_(None)
)


_page = (
    select(login.c.id, login.c.role)
    .where(login.c.role > text("0"), login.c.id > bindparam("after", type_=BigInteger))
    .order_by(login.c.id)
    .limit(bindparam("limit"))
)


def page(tx: Tx, after: int, limit: int) -> list[tuple[LoginId, Role]]:
    """Return some of the staff, by their logins."""
    return [(LoginId(row.id), Role(row.role)) for row in tx.all(_page, {"after": after, "limit": limit})]


def highest_role(tx: Tx, account_id: AccountId) -> Role:
    """Return the highest role of those who sign in for an account."""
    return Role(tx.value(_highest, {"account": account_id}) or 0)


def accounts_of(tx: Tx, roles: list[Role]) -> list[AccountId]:
    """Return the accounts of the staff that have one of the roles."""
    return tx.values(_accounts, {"roles": [int(role) for role in roles]})


def logins_of(tx: Tx, roles: list[Role]) -> list[LoginId]:
    """Return the logins of the staff that have one of the roles and are not shut out."""
    return tx.values(_logins, {"roles": [int(role) for role in roles]})
