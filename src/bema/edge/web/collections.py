"""Collections on pages: recommending people together, reading who is recommended, and leaving where one is in."""

from typing import Any

import msgspec

from bema.domain import collecting, people, reading
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web import listing, sayings
from bema.edge.web.pages import Page, Redirect, back, page, tongue_of
from bema.model import limits
from bema.model.collecting import Collection, may_be_collected
from bema.model.errors import Forbidden, Invalid, NotFound, Refusal
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.WEB)


class CollectionForm(msgspec.Struct, frozen=True):
    """What a collection is to be; a box that is not ticked is not sent."""

    name: str = ""
    description: str = ""
    tag: str = ""
    discoverable: bool = False
    sensitive: bool = False

    def terms(self) -> collecting.Terms:
        """Return the terms in ours; the language stays as it is."""
        return collecting.Terms(
            self.name, self.description, tag=self.tag, sensitive=self.sensitive, discoverable=self.discoverable
        )


# --- One's own, and those that one is in ------------------------------------------------------------------------------


@routes.get("/collections", needs=Needs.SESSION)
def collections(call: Call, tx: Tx) -> Page:
    """See one's collections, and those of others that one is in."""
    return _collections_page(call, tx, CollectionForm(discoverable=True), None)


@routes.post("/collections", needs=Needs.SESSION, rate="publish")
def make(call: Call, tx: WriteTx, ask: CollectionForm) -> Page | Redirect:
    """Make a collection."""
    try:
        made = collecting.make(tx, call.actor, ask.terms())
    except Invalid as refusal:
        return _collections_page(call, tx, ask, refusal)
    return Redirect(f"/collections/{made.id}/edit", flash="collection_made")


def _collections_page(call: Call, tx: Tx, values: CollectionForm, refusal: Refusal | None) -> Page:
    kept = collecting.of_owner(tx, call.actor, call.actor, limits.COLLECTIONS, 0)
    inside = collecting.with_account(tx, call.actor, call.actor, limits.COLLECTIONS_PAGE_DEFAULT, 0)
    return page(
        call,
        tx,
        "collections.html",
        status=200 if refusal is None else refusal.status,
        collections=kept,
        inside=[(each, _item_of(each, call.actor)) for each in inside],
        owners={each.id: each for each in people.by_ids(tx, [each.owner for each in inside])},
        values=values,
        most=limits.COLLECTIONS,
        error=_said(call, refusal),
    )


# --- One --------------------------------------------------------------------------------------------------------------


@routes.get("/collections/{id}")
def view(call: Call, tx: Tx) -> Page:
    """See whom a collection recommends."""
    shown, members = collecting.with_people(tx, call.viewer, call.path_id())
    owner = next((each for each in members if each.id == shown.owner), None)
    if owner is None:
        raise NotFound
    inside = {each.account for each in shown.items}
    accounts = [each for each in members if each.id in inside]
    return page(
        call,
        tx,
        "collection.html",
        collection=shown,
        owner=owner,
        accounts=accounts,
        relationships=listing.relationships(call, tx, accounts),
        own_item=None if call.viewer is None else _item_of(shown, call.viewer),
        canonical=call.site.collection_page(shown.id),
        robots=None if shown.discoverable and owner.indexable else "noindex",
    )


@routes.get("/collections/{id}/edit", needs=Needs.SESSION)
def edit(call: Call, tx: Tx) -> Page:
    """See what one can change about a collection of one's own."""
    shown = collecting.one(tx, call.actor, call.path_id())
    values = CollectionForm(shown.name, shown.description, shown.tag or "", shown.discoverable, shown.sensitive)
    return _edit_page(call, tx, values=values)


@routes.post("/collections/{id}", needs=Needs.SESSION)
def change(call: Call, tx: WriteTx, ask: CollectionForm) -> Page | Redirect:
    """Change what is said of a collection."""
    try:
        collecting.change(tx, call.actor, call.path_id(), ask.terms())
    except Invalid as refusal:
        return _edit_page(call, tx, values=ask, refusal=refusal)
    return Redirect(f"/collections/{call.path_id()}/edit", flash="saved")


@routes.post("/collections/{id}/delete", needs=Needs.SESSION)
def delete(call: Call, tx: WriteTx) -> Redirect:
    """Delete a collection."""
    collecting.delete(tx, call.actor, call.path_id())
    return Redirect("/collections", flash="collection_deleted")


def _edit_page(
    call: Call,
    tx: Tx,
    *,
    values: CollectionForm | None = None,
    refusal: Refusal | None = None,
    address: str = "",
    address_refusal: Refusal | None = None,
) -> Page:
    shown, members = collecting.with_people(tx, call.actor, call.path_id())
    if shown.owner != call.actor:
        raise NotFound
    accounts = {each.id: each for each in members}
    failed = refusal or address_refusal
    kept = CollectionForm(shown.name, shown.description, shown.tag or "", shown.discoverable, shown.sensitive)
    return page(
        call,
        tx,
        "collection_edit.html",
        status=200 if failed is None else failed.status,
        collection=shown,
        members=[(each, accounts[each.account]) for each in shown.items if each.account in accounts],
        values=values or kept,
        address=address,
        most=limits.COLLECTION_ITEMS,
        error=_said(call, refusal),
        address_error=_said(call, address_refusal),
    )


# --- Who is in one ----------------------------------------------------------------------------------------------------


class Address(msgspec.Struct, frozen=True):
    """Whom to put in, by the address."""

    address: str = ""


@routes.post("/collections/{id}/members", needs=Needs.SESSION, rate="follow")
def put_in_by_address(call: Call, tx: WriteTx, ask: Address) -> Page | Redirect:
    """Put somebody into a collection whose address one knows."""
    try:
        account = people.by_acct(tx, call.site, ask.address)
    except NotFound:
        missing = Invalid("This account does not exist here")
        return _edit_page(call, tx, address=ask.address, address_refusal=missing)
    try:
        collecting.put_in(tx, call.actor, call.path_id(), account.id)
    except Invalid as refusal:
        return _edit_page(call, tx, address=ask.address, address_refusal=refusal)
    return Redirect(f"/collections/{call.path_id()}/edit", flash="collection_added")


@routes.post("/collections/{id}/members/{account}/add", needs=Needs.SESSION, rate="follow")
def put_in(call: Call, tx: WriteTx) -> Redirect:
    """Put somebody into a collection."""
    shown, account = collecting.one(tx, call.actor, call.path_id()), call.path_id("account")
    if _item_of(shown, account) is None:
        collecting.put_in(tx, call.actor, shown.id, account)
    return Redirect(back(call, f"/collections/{shown.id}/edit"), flash="collection_added")


@routes.post("/collections/{id}/members/{account}/remove", needs=Needs.SESSION)
def take_out(call: Call, tx: WriteTx) -> Redirect:
    """Take somebody out of a collection."""
    shown = collecting.one(tx, call.actor, call.path_id())
    if shown.owner != call.actor:
        raise Forbidden
    item = _item_of(shown, call.path_id("account"))
    if item is not None:
        collecting.take_out(tx, call.actor, shown.id, item)
    return Redirect(back(call, f"/collections/{shown.id}/edit"), flash="collection_removed")


@routes.post("/collections/{id}/leave", needs=Needs.SESSION)
def leave(call: Call, tx: WriteTx) -> Redirect:
    """Be in somebody's collection no more."""
    shown = collecting.one(tx, call.actor, call.path_id())
    item = _item_of(shown, call.actor)
    if item is not None:
        collecting.revoke(tx, call.actor, shown.id, item)
    return Redirect(back(call, "/collections"), flash="collection_left")


@routes.get("/accounts/{id}/collections", needs=Needs.SESSION)
def with_member(call: Call, tx: Tx) -> Page:
    """See in which of one's collections somebody is."""
    account = reading.account(tx, call.path_id())
    kept = collecting.of_owner(tx, call.actor, call.actor, limits.COLLECTIONS, 0)
    return page(
        call,
        tx,
        "account_collections.html",
        account=account,
        can_be_added=may_be_collected(account),
        collections=kept,
        has={each.id for each in kept if _item_of(each, account.id) is not None},
    )


def _item_of(shown: Collection, account: Any) -> int | None:
    """Return the item of an account in a collection, as far as its reader may see it there."""
    return next((each.id for each in shown.items if each.account == account), None)


def _said(call: Call, refusal: Refusal | None) -> str | None:
    return None if refusal is None else sayings.of_refusal(refusal, tongue_of(call))
