"""Collections of accounts that somebody recommends to everybody."""

from typing import Literal

from bema.wire.mastodon.accounts import Account, Entity


class ShallowTag(Entity, frozen=True, kw_only=True):
    """A hashtag by its name and page."""

    name: str
    url: str


class CollectionItem(Entity, frozen=True, kw_only=True):
    """An account in a collection."""

    id: str
    account_id: str | None
    state: Literal["pending", "accepted"]
    created_at: str


class Collection(Entity, frozen=True, kw_only=True):
    """A collection, with those in it whom the reader may see there."""

    id: str
    account_id: str
    uri: str
    url: str | None
    name: str
    description: str
    language: str | None
    local: bool
    sensitive: bool
    discoverable: bool
    tag: ShallowTag | None
    created_at: str
    updated_at: str
    item_count: int
    items: list[CollectionItem]


class WrappedCollection(Entity, frozen=True, kw_only=True):
    """One collection."""

    collection: Collection


class WrappedCollectionItem(Entity, frozen=True, kw_only=True):
    """One account in a collection."""

    collection_item: CollectionItem


class Collections(Entity, frozen=True, kw_only=True):
    """Some collections."""

    collections: list[Collection]


class CollectionWithAccounts(Entity, frozen=True, kw_only=True):
    """A collection with its owner and the accounts in it."""

    accounts: list[Account]
    collection: Collection
