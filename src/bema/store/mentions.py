"""Mentions: whom a post addresses."""

from collections.abc import Iterable

from sqlalchemy import bindparam

from bema.model.ids import AccountId, PostId
from bema.model.policy import Standing
from bema.model.views import Account
from bema.store import accounts
from bema.store.dialect import insert, one_of_texts
from bema.store.tables import account, domain, mention
from bema.store.tx import Tx, WriteTx

_local = accounts.selecting().where(
    one_of_texts(account.c.username_folded, "names"), domain.c.local, account.c.standing == int(Standing.ACTIVE)
)
_remote = accounts.selecting().where(
    one_of_texts(account.c.username_folded + "@" + domain.c.name, "handles"),
    one_of_texts(account.c.username_folded, "names"),  # the indexed half of the condition above
    account.c.standing == int(Standing.ACTIVE),
)
_add = insert(mention).values(post_id=bindparam("post"), account_id=bindparam("account")).on_conflict_do_nothing()


def resolve(tx: Tx, own_domain: str, handles: Iterable[str]) -> dict[str, Account]:
    """Return the accounts behind handles (`name`, or `name@host`, in lower case), as far as they are known here."""
    local: dict[str, list[str]] = {}
    remote: list[str] = []
    for handle in handles:
        name, _, host = handle.partition("@")
        if not host or host == own_domain:
            local.setdefault(name, []).append(handle)
        else:
            remote.append(handle)
    found: dict[str, Account] = {}
    if local:
        for row in tx.all(_local, {"names": list(local)}):
            each = accounts.of_row(row)
            found.update(dict.fromkeys(local[each.username.lower()], each))
    if remote:
        names = [handle.partition("@")[0] for handle in remote]
        for row in tx.all(_remote, {"handles": remote, "names": names}):
            each = accounts.of_row(row)
            found[f"{each.username}@{each.domain}".lower()] = each
    return found


def add(tx: WriteTx, post_id: PostId, ids: Iterable[AccountId]) -> None:
    """Record whom a post addresses."""
    tx.run_each(_add, [{"post": post_id, "account": id_} for id_ in ids])
