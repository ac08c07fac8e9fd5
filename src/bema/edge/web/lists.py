"""Lists on pages: keeping them, who is in them, and what they show."""

import msgspec

from bema.domain import listing as keeping
from bema.domain import reading
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web import listing, sayings
from bema.edge.web.pages import Page, Redirect, back, page, tongue_of
from bema.edge.web.paging import Part, beside, by_id
from bema.model import limits
from bema.model.errors import NotFound, Refusal
from bema.model.lists import Replies
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.WEB)

_REPLIES = {replies.name.lower(): replies for replies in Replies}


class ListForm(msgspec.Struct, frozen=True):
    """What a list is to be."""

    title: str = ""
    replies: str = "list"
    exclusive: bool = False

    def terms(self) -> keeping.Terms:
        """Return the terms in ours."""
        return keeping.Terms(self.title, _REPLIES.get(self.replies), self.exclusive)


@routes.get("/lists", needs=Needs.SESSION)
def lists(call: Call, tx: Tx) -> Page:
    """See one's lists."""
    return _lists_page(call, tx, ListForm(), None)


@routes.post("/lists", needs=Needs.SESSION)
def make(call: Call, tx: WriteTx, ask: ListForm) -> Page | Redirect:
    """Make a list."""
    try:
        made = keeping.make(tx, call.actor, ask.terms())
    except Refusal as refusal:
        return _lists_page(call, tx, ask, refusal)
    return Redirect(f"/lists/{made.id}/members", flash="list_made")


def _lists_page(call: Call, tx: Tx, values: ListForm, refusal: Refusal | None) -> Page:
    kept = keeping.of_owner(tx, call.actor)
    return page(
        call,
        tx,
        "lists.html",
        status=200 if refusal is None else refusal.status,
        lists=kept,
        values=values,
        most=limits.LISTS,
        error=None if refusal is None else sayings.of_refusal(refusal, tongue_of(call)),
    )


@routes.get("/lists/{id}", needs=Needs.SESSION)
def timeline(call: Call, tx: Tx, ask: Part) -> Page:
    """Read what the members of a list posted."""
    shown = keeping.one(tx, call.actor, call.path_id())
    posts = by_id(keeping.timeline(tx, call.actor, shown.id, ask.range()))
    newer, older = beside(call, ask, posts)
    return page(call, tx, "list.html", list=shown, posts=posts, newer=newer, older=older)


@routes.get("/lists/{id}/members", needs=Needs.SESSION)
def members(call: Call, tx: Tx, ask: Part) -> Page:
    """See who is in a list, and what it is."""
    shown = keeping.one(tx, call.actor, call.path_id())
    values = ListForm(shown.title, shown.replies.name.lower(), shown.exclusive)
    return _members_page(call, tx, ask, values, None)


@routes.post("/lists/{id}", needs=Needs.SESSION)
def change(call: Call, tx: WriteTx, ask: ListForm) -> Page | Redirect:
    """Change what a list is."""
    try:
        keeping.change(tx, call.actor, call.path_id(), ask.terms())
    except NotFound:
        raise
    except Refusal as refusal:
        return _members_page(call, tx, Part(), ask, refusal)
    return Redirect(f"/lists/{call.path_id()}/members", flash="saved")


def _members_page(call: Call, tx: Tx, part: Part, values: ListForm, refusal: Refusal | None) -> Page:
    shown = keeping.one(tx, call.actor, call.path_id())
    found = keeping.members(tx, call.actor, shown.id, part.range(limits.PEOPLE_PAGE_DEFAULT))
    newer, older = beside(call, part, found, limits.PEOPLE_PAGE_DEFAULT)
    return page(
        call,
        tx,
        "list_members.html",
        status=200 if refusal is None else refusal.status,
        list=shown,
        accounts=found.items,
        values=values,
        newer=newer,
        older=older,
        error=None if refusal is None else sayings.of_refusal(refusal, tongue_of(call)),
    )


@routes.post("/lists/{id}/delete", needs=Needs.SESSION)
def delete(call: Call, tx: WriteTx) -> Redirect:
    """Delete a list."""
    keeping.delete(tx, call.actor, call.path_id())
    return Redirect("/lists", flash="list_deleted")


# --- Somebody in one's lists ------------------------------------------------------------------------------------------


@routes.get("/accounts/{id}/lists", needs=Needs.SESSION)
def with_member(call: Call, tx: Tx) -> Page:
    """See in which of one's lists somebody is."""
    account = reading.account(tx, call.path_id())
    stands = listing.relationships(call, tx, [account])[account.id]
    return page(
        call,
        tx,
        "account_lists.html",
        account=account,
        can_be_added=stands.following or stands.requested or account.id == call.actor,
        lists=keeping.of_owner(tx, call.actor),
        has={each.id for each in keeping.with_member(tx, call.actor, account.id)},
    )


@routes.post("/lists/{id}/members/{account}/add", needs=Needs.SESSION)
def add_member(call: Call, tx: WriteTx) -> Redirect:
    """Put somebody into a list."""
    account = call.path_id("account")
    if all(each.id != call.path_id() for each in keeping.with_member(tx, call.actor, account)):
        keeping.add_members(tx, call.actor, call.path_id(), [account])
    return Redirect(back(call, f"/lists/{call.path_id()}/members"), flash="list_added")


@routes.post("/lists/{id}/members/{account}/remove", needs=Needs.SESSION)
def remove_member(call: Call, tx: WriteTx) -> Redirect:
    """Take somebody out of a list."""
    keeping.remove_members(tx, call.actor, call.path_id(), [call.path_id("account")])
    return Redirect(back(call, f"/lists/{call.path_id()}/members"), flash="list_removed")
