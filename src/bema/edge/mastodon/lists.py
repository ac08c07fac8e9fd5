"""Lists: those whom one reads apart from the rest."""

from typing import get_args

import msgspec

from bema.domain import listing
from bema.edge.answers import Json
from bema.edge.call import Call
from bema.edge.mastodon.accounts import page_of_people, rendered
from bema.edge.mastodon.paging import Paging, PeoplePaging
from bema.edge.mastodon.timelines import page_of_posts
from bema.edge.routes import Routes, Surface
from bema.model.errors import Invalid
from bema.model.ids import AccountId, parse_id
from bema.model.lists import PeopleList, Replies
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.accounts import Account
from bema.wire.mastodon.lists import List, RepliesPolicy
from bema.wire.mastodon.statuses import EncodedStatus

routes = Routes(Surface.API)

_POLICIES: dict[Replies, RepliesPolicy] = {Replies.LIST: "list", Replies.FOLLOWED: "followed", Replies.NONE: "none"}
_REPLIES = {name: replies for replies, name in _POLICIES.items()}
assert set(_REPLIES) == set(get_args(RepliesPolicy))


@routes.get("/api/v1/lists", scope="read:lists")
def lists(call: Call, tx: Tx) -> list[List]:
    """View one's lists."""
    return [_list(each) for each in listing.of_owner(tx, call.actor)]


@routes.get("/api/v1/lists/{id}", scope="read:lists")
def view(call: Call, tx: Tx) -> List:
    """View one list."""
    return _list(listing.one(tx, call.actor, call.path_id()))


class ListTerms(msgspec.Struct, frozen=True):
    """What a list is to be; what is absent stays, or is as usual."""

    title: str | None = None
    replies_policy: str | None = None
    exclusive: bool | None = None

    def terms(self) -> listing.Terms:
        """Return the terms in ours."""
        policy = self.replies_policy or None
        if policy is not None and policy not in _REPLIES:
            raise Invalid(f"'{policy[:64]}' is not a valid replies_policy")
        return listing.Terms(self.title, None if policy is None else _REPLIES[policy], self.exclusive)


@routes.post("/api/v1/lists", scope="write:lists")
def make(call: Call, tx: WriteTx, ask: ListTerms) -> List:
    """Make a list."""
    return _list(listing.make(tx, call.actor, ask.terms()))


@routes.update("/api/v1/lists/{id}", scope="write:lists")
def change(call: Call, tx: WriteTx, ask: ListTerms) -> List:
    """Change what a list is called, which replies it shows, or whether its members are read at home too."""
    return _list(listing.change(tx, call.actor, call.path_id(), ask.terms()))


@routes.delete("/api/v1/lists/{id}", scope="write:lists")
def delete(call: Call, tx: WriteTx) -> None:
    """Delete a list."""
    listing.delete(tx, call.actor, call.path_id())


@routes.get("/api/v1/lists/{id}/accounts", scope="read:lists", answer=list[Account])
def members(call: Call, tx: Tx, ask: PeoplePaging) -> Json:
    """View who is in a list; `limit=0` gives all at once."""
    if ask.limit == 0:
        return Json(rendered(call, listing.all_members(tx, call.actor, call.path_id())))
    return page_of_people(call, listing.members(tx, call.actor, call.path_id(), ask.range()))


class Members(msgspec.Struct, frozen=True):
    """Who is to be in a list, or not."""

    account_ids: list[str] = []

    def known(self) -> list[AccountId]:
        """Return what can be ids."""
        return [AccountId(id_) for each in self.account_ids if (id_ := parse_id(each)) is not None]


@routes.post("/api/v1/lists/{id}/accounts", scope="write:lists")
def add_members(call: Call, tx: WriteTx, ask: Members) -> None:
    """Put people into a list whom one follows or asked to."""
    ids = [AccountId(parse_id(each) or 0) for each in ask.account_ids]  # 0 is nobody
    listing.add_members(tx, call.actor, call.path_id(), ids)


@routes.delete("/api/v1/lists/{id}/accounts", scope="write:lists")
def remove_members(call: Call, tx: WriteTx, ask: Members) -> None:
    """Take people out of a list."""
    listing.remove_members(tx, call.actor, call.path_id(), ask.known())


@routes.get("/api/v1/accounts/{id}/lists", scope="read:lists")
def with_member(call: Call, tx: Tx) -> list[List]:
    """View in which of one's lists an account is."""
    return [_list(each) for each in listing.with_member(tx, call.actor, call.path_id())]


@routes.get("/api/v1/timelines/list/{id}", scope="read:lists", answer=list[EncodedStatus])
def timeline(call: Call, tx: Tx, ask: Paging) -> Json:
    """View what the members of a list posted."""
    return page_of_posts(call, listing.timeline(tx, call.actor, call.path_id(), ask.range()))


def _list(shown: PeopleList) -> List:
    return List(id=str(shown.id), title=shown.title, replies_policy=_POLICIES[shown.replies], exclusive=shown.exclusive)
