"""Collections: accounts that somebody recommends together to everybody."""

from typing import Annotated

import msgspec
from msgspec import Meta

from bema.domain import collecting
from bema.edge.answers import Json
from bema.edge.call import Call
from bema.edge.mastodon.render import Renderer
from bema.edge.mastodon.trends import links_to_parts
from bema.edge.routes import Needs, Routes, Surface
from bema.model import limits
from bema.model.collecting import Collection, Item, State
from bema.model.errors import Invalid, NotFound
from bema.model.ids import AccountId, parse_id
from bema.model.site import Site
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon import collections as entities
from bema.wire.mastodon.times import iso

routes = Routes(Surface.API)


class CollectionTerms(msgspec.Struct, frozen=True):
    """What a collection is to be; what is absent stays, or is as usual."""

    name: str | None = None
    description: str | None = None
    language: str | None = None
    tag_name: str | None = None
    sensitive: bool | None = None
    discoverable: bool | None = None

    def terms(self) -> collecting.Terms:
        """Return the terms in ours."""
        return collecting.Terms(
            self.name, self.description, self.language, self.tag_name, self.sensitive, self.discoverable
        )


class NewCollection(CollectionTerms, frozen=True):
    """What a new collection is to be, and who is in it."""

    account_ids: tuple[str, ...] = ()


class Part(msgspec.Struct, frozen=True):
    """Which part of the collections is asked for."""

    limit: Annotated[int | None, Meta(description="How many; a limit too large is the largest.")] = None
    offset: Annotated[int | None, Meta(description="How many of the newest to leave out.")] = None

    def place(self) -> tuple[int, int]:
        """Return limit and offset within their bounds."""
        limit = limits.COLLECTIONS_PAGE_DEFAULT if self.limit is None else self.limit
        return max(1, min(limit, limits.COLLECTIONS_PAGE_MAX)), max(0, min(self.offset or 0, limits.OFFSET_MAX))


class Member(msgspec.Struct, frozen=True):
    """Who is to be in a collection."""

    account_id: str = ""


@routes.post("/api/v1/collections", scope="write:collections", rate="publish")
def make(call: Call, tx: WriteTx, ask: NewCollection) -> entities.WrappedCollection:
    """Make a collection."""
    ids = [AccountId(parse_id(each) or 0) for each in ask.account_ids]  # 0 is nobody
    return _wrapped(call, collecting.make(tx, call.actor, ask.terms(), ids))


@routes.get("/api/v1/collections/{id}", scope="read:collections", needs=Needs.NOBODY)
def view(call: Call, tx: Tx) -> entities.CollectionWithAccounts:
    """View a collection with the accounts in it."""
    shown, people = collecting.with_people(tx, call.viewer, call.path_id())
    renderer = Renderer(call.site, call.viewer)
    return entities.CollectionWithAccounts(
        accounts=[renderer.account(each) for each in people], collection=collection(call.site, shown)
    )


@routes.update("/api/v1/collections/{id}", scope="write:collections")
def change(call: Call, tx: WriteTx, ask: CollectionTerms) -> entities.WrappedCollection:
    """Change what is said of a collection."""
    return _wrapped(call, collecting.change(tx, call.actor, call.path_id(), ask.terms()))


@routes.delete("/api/v1/collections/{id}", scope="write:collections")
def delete(call: Call, tx: WriteTx) -> None:
    """Delete a collection."""
    collecting.delete(tx, call.actor, call.path_id())


@routes.post("/api/v1/collections/{id}/items", scope="write:collections", rate="follow")
def put_in(call: Call, tx: WriteTx, ask: Member) -> entities.WrappedCollectionItem:
    """Put an account into a collection."""
    if not ask.account_id:
        raise Invalid("`account_id` parameter is missing")
    item = collecting.put_in(tx, call.actor, call.path_id(), AccountId(parse_id(ask.account_id) or 0))
    return entities.WrappedCollectionItem(collection_item=_item(item))


@routes.delete("/api/v1/collections/{id}/items/{item_id}", scope="write:collections")
def take_out(call: Call, tx: WriteTx) -> None:
    """Take an account out of a collection."""
    collecting.take_out(tx, call.actor, call.path_id(), _item_id(call))


@routes.post("/api/v1/collections/{id}/items/{item_id}/revoke", scope="write:collections")
def revoke(call: Call, tx: WriteTx) -> None:
    """Be in somebody's collection no more."""
    collecting.revoke(tx, call.actor, call.path_id(), _item_id(call))


@routes.get(
    "/api/v1/accounts/{id}/collections",
    scope="read:collections",
    needs=Needs.NOBODY,
    answer=entities.Collections,
)
def of_owner(call: Call, tx: Tx, ask: Part) -> Json:
    """View somebody's collections."""
    limit, offset = ask.place()
    return _page(call, collecting.of_owner(tx, call.viewer, call.path_id(), limit, offset), limit, offset)


@routes.get("/api/v1/accounts/{id}/in_collections", scope="read:collections", answer=entities.Collections)
def with_account(call: Call, tx: Tx, ask: Part) -> Json:
    """View the collections that one is in."""
    limit, offset = ask.place()
    return _page(call, collecting.with_account(tx, call.actor, call.path_id(), limit, offset), limit, offset)


def _page(call: Call, found: list[Collection], limit: int, offset: int) -> Json:
    page = entities.Collections(collections=[collection(call.site, each) for each in found])
    return Json(page, headers=links_to_parts(call, len(found), limit, offset))


def _item_id(call: Call) -> int:
    id_ = parse_id(call.path_values["item_id"])
    if id_ is None:
        raise NotFound
    return id_


def _wrapped(call: Call, shown: Collection) -> entities.WrappedCollection:
    return entities.WrappedCollection(collection=collection(call.site, shown))


def collection(site: Site, shown: Collection) -> entities.Collection:
    """Render a collection."""
    return entities.Collection(
        id=str(shown.id),
        account_id=str(shown.owner),
        uri=site.collection(shown.owner, shown.id),
        url=site.collection_page(shown.id),
        name=shown.name,
        description=shown.description,
        language=shown.language,
        local=True,
        sensitive=shown.sensitive,
        discoverable=shown.discoverable,
        tag=None if shown.tag is None else entities.ShallowTag(name=shown.tag, url=site.tag(shown.tag)),
        created_at=iso(shown.created_at),
        updated_at=iso(shown.updated_at),
        item_count=len(shown.items),
        items=[_item(each) for each in shown.items],
    )


def _item(item: Item) -> entities.CollectionItem:
    return entities.CollectionItem(
        id=str(item.id),
        account_id=str(item.account),
        state="accepted" if item.state is State.ACCEPTED else "pending",
        created_at=iso(item.created_at),
    )
