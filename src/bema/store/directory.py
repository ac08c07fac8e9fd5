"""The directory: who takes part and wishes to be found, by who spoke last or who came last."""

from typing import Any

from sqlalchemy import BigInteger, Integer, bindparam, delete, func, literal, select, update

from bema.model.ids import AccountId
from bema.model.policy import Standing
from bema.model.views import Account
from bema.store import accounts
from bema.store.dialect import insert
from bema.store.tables import account, account_counts, directory_entry, domain
from bema.store.tx import Tx, WriteTx
from bema.store.visible import discovers, meets

_entries = (
    select(
        account.c.id,
        domain.c.local,
        func.coalesce(account_counts.c.last_post_at, literal(0, BigInteger)),
        func.coalesce(account_counts.c.followers, literal(0, Integer)),
    )
    .select_from(
        account.join(domain, domain.c.id == account.c.domain_id).outerjoin(
            account_counts, account_counts.c.account_id == account.c.id
        )
    )
    .where(account.c.discoverable, account.c.standing != int(Standing.DELETED))
)
_COLUMNS = ["account_id", "local", "active_at", "followers"]
_id: Any = bindparam("id", type_=BigInteger)
_remove = delete(directory_entry).where(directory_entry.c.account_id == _id)
_add = insert(directory_entry).from_select(_COLUMNS, _entries.where(account.c.id == _id))
_clear = delete(directory_entry)
_add_all = insert(directory_entry).from_select(_COLUMNS, _entries)
_of_entry = account_counts.c.account_id == directory_entry.c.account_id
_settle = (
    update(directory_entry)
    .where(directory_entry.c.account_id == bindparam("key"))
    .values(
        active_at=func.coalesce(select(account_counts.c.last_post_at).where(_of_entry).scalar_subquery(), 0),
        followers=func.coalesce(select(account_counts.c.followers).where(_of_entry).scalar_subquery(), 0),
    )
)


def enter(tx: WriteTx, id_: AccountId) -> None:
    """List an account if it wishes to be found, or take it out."""
    tx.run(_remove, {"id": id_})
    tx.run(_add, {"id": id_})


def settle(tx: WriteTx, id_: AccountId) -> None:
    """Note when an account that is listed spoke last, and how many follow it."""
    tx.run(_settle, {"key": id_})


def rebuild(tx: WriteTx) -> None:
    """List everybody anew."""
    tx.run(_clear)
    tx.run(_add_all)


# --- Looking through it -----------------------------------------------------------------------------------------------

_listed = (
    accounts.selecting()
    .join(directory_entry, directory_entry.c.account_id == account.c.id)
    .where(meets(directory_entry.c.account_id), discovers(directory_entry.c.account_id))
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_by_account = directory_entry.c.account_id.desc()
_active = _listed.where(directory_entry.c.active_at >= 0).order_by(directory_entry.c.active_at.desc(), _by_account)
_newest = _listed.where(directory_entry.c.account_id >= 0).order_by(_by_account)  # each lies in an index in this order
_pages = {
    (newest_first, local): statement.where(directory_entry.c.local) if local else statement
    for newest_first, statement in ((False, _active), (True, _newest))
    for local in (False, True)
}


def page(
    tx: Tx, viewer_id: AccountId | None, *, newest_first: bool, local: bool, offset: int, limit: int
) -> list[Account]:
    """Load part of the directory: who spoke last first, or (`newest_first`) who came last."""
    parameters = {"viewer": viewer_id, "now": tx.now, "offset": offset, "limit": limit}
    return [accounts.of_row(row) for row in tx.all(_pages[newest_first, local], parameters)]
