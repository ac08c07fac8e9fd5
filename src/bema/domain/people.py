"""People: lists of accounts as a viewer may see them, and how the viewer stands to them."""

from collections.abc import Sequence

from bema.domain import reading
from bema.model.errors import NotFound
from bema.model.ids import AccountId
from bema.model.policy import Standing
from bema.model.site import Site
from bema.model.views import Account, MutedAccount, Page, Relationship
from bema.store import accounts, blocks, people, relations
from bema.store.timelines import Range
from bema.store.tx import Tx


def by_acct(tx: Tx, site: Site, acct: str) -> Account:
    """Load an account by its address: `name`, or `name@host`."""
    username, _, host = acct.strip().removeprefix("@").partition("@")
    host = host.lower()
    found = accounts.by_handle(tx, username, None if not host or site.is_here(host) else host)
    if found is None or found.standing is not Standing.ACTIVE:
        raise NotFound
    return found


def by_ids(tx: Tx, ids: list[AccountId]) -> list[Account]:
    """Load those of the accounts that take part, in the order given."""
    found = accounts.by_ids(tx, ids)
    return [found[id_] for id_ in dict.fromkeys(ids) if id_ in found and found[id_].standing is Standing.ACTIVE]


def relationships(tx: Tx, viewer: AccountId, ids: Sequence[AccountId]) -> list[Relationship]:
    """Load how the viewer stands to those of the accounts that take part, in the order given."""
    return relations.load(tx, viewer, ids)


def followers(tx: Tx, viewer: AccountId | None, id_: AccountId, range_: Range) -> Page[Account]:
    """Load a page of those who follow an account; of one that does not show them, or blocks the viewer, it is empty."""
    return people.followers(tx, id_, viewer, range_) if _shows_collections(tx, viewer, id_) else Page([])


def following(tx: Tx, viewer: AccountId | None, id_: AccountId, range_: Range) -> Page[Account]:
    """Load a page of those whom an account follows; of one that does not show them, or blocks the viewer, it is empty."""
    return people.following(tx, id_, viewer, range_) if _shows_collections(tx, viewer, id_) else Page([])


def _shows_collections(tx: Tx, viewer: AccountId | None, id_: AccountId) -> bool:
    account = reading.account(tx, id_)
    if viewer == id_:
        return True
    return not account.hide_collections and (viewer is None or not blocks.exists(tx, by=id_, target=viewer))


def familiar_followers(tx: Tx, viewer: AccountId, ids: list[AccountId]) -> dict[AccountId, list[Account]]:
    """Load, for each account that takes part, who of those whom the viewer follows follows it too."""
    known = [account.id for account in by_ids(tx, ids)]
    return people.familiar_followers(tx, viewer, known) if known else {}


def follow_requests(tx: Tx, actor: AccountId, range_: Range) -> Page[Account]:
    """Load a page of those who ask to follow."""
    return people.follow_requests(tx, actor, range_)


def blocked(tx: Tx, actor: AccountId, range_: Range) -> Page[Account]:
    """Load a page of those whom one blocks."""
    return people.blocked(tx, actor, range_)


def muted(tx: Tx, actor: AccountId, range_: Range) -> Page[MutedAccount]:
    """Load a page of those whom one mutes."""
    return people.muted(tx, actor, range_)
