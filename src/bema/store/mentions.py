"""Mentions: whom a post addresses."""

from collections.abc import Iterable

from sqlalchemy import Boolean, bindparam, false, select

from bema.model.ids import AccountId, PostId
from bema.model.policy import Standing
from bema.model.site import Site
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
_new = insert(mention).values(
    post_id=bindparam("post"), account_id=bindparam("account"), silent=bindparam("silent", type_=Boolean)
)
_let_see = _new.on_conflict_do_nothing()
_add = _new.on_conflict_do_update(
    index_elements=[mention.c.post_id, mention.c.account_id], set_={"silent": false()}, where=mention.c.silent
)


def resolve(tx: Tx, site: Site, handles: Iterable[str]) -> dict[str, Account]:
    """Return the accounts behind handles (`name`, or `name@host`, in lower case), as far as they are known here."""
    local: dict[str, list[str]] = {}
    remote: list[str] = []
    for handle in handles:
        name, _, host = handle.partition("@")
        if not host or site.is_here(host):
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


_ids = select(mention.c.account_id).where(mention.c.post_id == bindparam("post"))


def ids(tx: Tx, post_id: PostId) -> list[AccountId]:
    """Return who may see a post because it names them."""
    return tx.values(_ids, {"post": post_id})


def add(tx: WriteTx, post_id: PostId, ids: Iterable[AccountId]) -> None:
    """Record whom a post addresses."""
    tx.run_each(_add, [{"post": post_id, "account": id_, "silent": False} for id_ in ids])


def let_see(tx: WriteTx, post_id: PostId, id_: AccountId) -> None:
    """Let somebody see a post that does not address them."""
    tx.run(_let_see, {"post": post_id, "account": id_, "silent": True})
