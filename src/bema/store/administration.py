"""Administration: finding accounts by what only the staff may know, and loading the logins behind them."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Text,
    and_,
    bindparam,
    exists,
    func,
    not_,
    or_,
    select,
    text,
    union,
)

from bema.model import limits
from bema.model.administering import AccountFilter, Address, SignIn
from bema.model.ids import AccountId, AppId, LoginId
from bema.model.policy import Role, Standing
from bema.store.dialect import one_of_ids
from bema.store.tables import account, domain, login, membership, session
from bema.store.timelines import Paged, Range
from bema.store.tx import Tx

_local_domains = select(domain.c.id).where(domain.c.local.is_(True))
_signs_in = membership.join(login, login.c.id == membership.c.login_id)


def _accounts_with(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """The account is one of those whose login is so; looked for from the login, of which few are."""
    return account.c.id.in_(select(membership.c.account_id).select_from(_signs_in).where(*conditions))


_address: Any = bindparam("address", type_=Text)
_logins_from = union(
    select(login.c.id).where(login.c.signed_up_from == _address),
    select(session.c.login_id).where(session.c.address == _address),
)
_inviter = select(membership.c.login_id).where(membership.c.account_id == bindparam("invited_by", type_=BigInteger))
_not_deleted = account.c.standing != int(Standing.DELETED)
_STATUSES: dict[str, ColumnElement[bool]] = {
    "active": account.c.standing <= int(Standing.PENDING),
    "pending": _accounts_with(login.c.approved_at.is_(None)),
    "disabled": and_(_accounts_with(login.c.disabled_at.is_not(None)), account.c.standing != int(Standing.SUSPENDED)),
    "silenced": account.c.limited.is_(True),
    "suspended": and_(account.c.standing > text("0"), account.c.standing == int(Standing.SUSPENDED)),
    "sensitized": account.c.sensitized.is_(True),
}
_BY: dict[str, ColumnElement[bool]] = {
    "roles": _accounts_with(login.c.role > text("0"), one_of_ids(login.c.role, "roles")),
    "members": not_(
        exists(
            select(1).select_from(_signs_in).where(membership.c.account_id == account.c.id, login.c.role > text("0"))
        )
    ),
    "found": one_of_ids(account.c.id, "found"),
    "domain": account.c.domain_id.in_(select(domain.c.id).where(domain.c.name == bindparam("domain", type_=Text))),
    "email": _accounts_with(login.c.email_folded == bindparam("email", type_=Text)),
    "address": _accounts_with(login.c.id.in_(_logins_from)),
    "invited_by": _accounts_with(login.c.invited_by.in_(_inviter)),
}


_FEWEST_FIRST = ("email", "invited_by", "address", "found", "roles", "domain", "members")


@cache
def _listed(local: bool | None, status: str | None, first: str | None) -> Paged:
    """Look accounts up by one condition; the others are switched on by parameters, for their sets are hundreds."""
    conditions = [_not_deleted]
    if local is not None:
        conditions.append(
            account.c.domain_id.in_(_local_domains) if local else account.c.domain_id.not_in(_local_domains)
        )
    if status is not None:
        conditions.append(_STATUSES[status])
    if first is not None:
        conditions.append(_BY[first])
        conditions += [
            or_(bindparam(f"whatever_{name}", type_=Boolean), condition)
            for name, condition in _BY.items()
            if name != first
        ]
    return Paged(select(account.c.id).where(*conditions), account.c.id)


def page(tx: Tx, filter_: AccountFilter, found: Sequence[AccountId] | None, range_: Range) -> list[AccountId]:
    """Return a page of accounts, the newest first; `found` is what a search for names gave, if one was made."""
    values: dict[str, Any] = {
        "found": found,
        "domain": filter_.domain,
        "email": filter_.email,
        "address": filter_.address,
        "invited_by": filter_.invited_by,
    }
    by = [name for name, value in values.items() if value is not None]
    if filter_.roles is not None:
        above = [int(role) for role in filter_.roles if role is not Role.MEMBER]
        if Role.MEMBER not in filter_.roles:
            by.append("roles")
            values["roles"] = above
        elif not above:
            by.append("members")
    first = next((name for name in _FEWEST_FIRST if name in by), None)
    parameters = {} if first is None else {"roles": None, **values}
    parameters |= {f"whatever_{name}": name not in by for name in _BY if first not in (None, name)}
    return _listed(filter_.local, filter_.status, first).ids(tx, range_, parameters)


# --- Logins -----------------------------------------------------------------------------------------------------------

_inviting = membership.alias()
_first_of_inviter = (
    select(func.min(_inviting.c.account_id)).where(_inviting.c.login_id == login.c.invited_by).scalar_subquery()
)
_behind = (
    select(membership.c.account_id, login, _first_of_inviter.label("invited_by_account"))
    .select_from(_signs_in)
    .where(one_of_ids(membership.c.account_id))
    .order_by(login.c.id)
)
_addresses = (
    select(session.c.login_id, session.c.address, func.max(session.c.last_used_at).label("used_at"))
    .where(one_of_ids(session.c.login_id))
    .group_by(session.c.login_id, session.c.address)
    .order_by(func.max(session.c.last_used_at).desc())
)


def sign_ins(tx: Tx, ids: Sequence[AccountId]) -> dict[AccountId, SignIn]:
    """Load the first login of each of the accounts."""
    rows: dict[AccountId, Any] = {}
    for row in tx.all(_behind, {"ids": list(ids)}):
        rows.setdefault(row.account_id, row)
    if not rows:
        return {}
    seen: dict[int, list[Address]] = {}
    for each in tx.all(_addresses, {"ids": [row.id for row in rows.values()]}):
        known = seen.setdefault(each.login_id, [])
        if len(known) < limits.STAFF_ADDRESSES:
            known.append(Address(each.address, each.used_at))
    return {account_id: _of_row(row, seen.get(row.id, [])) for account_id, row in rows.items()}


def _of_row(row: Any, addresses: list[Address]) -> SignIn:
    if row.signed_up_from and all(each.address != row.signed_up_from for each in addresses):
        addresses = [*addresses, Address(row.signed_up_from, row.created_at)]
    return SignIn(
        LoginId(row.id),
        row.email,
        Role(row.role),
        row.locale,
        row.reason,
        row.confirmed_at is not None,
        row.approved_at is not None,
        row.disabled_at is not None,
        row.created_at,
        None if row.app_id is None else AppId(row.app_id),
        None if row.invited_by_account is None else AccountId(row.invited_by_account),
        addresses,
    )
