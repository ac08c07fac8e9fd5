"""Featuring: the hashtags and people that an account shows on its profile."""

import msgspec

from bema.domain import featuring, reading, tagging
from bema.edge.answers import Json
from bema.edge.call import Call
from bema.edge.mastodon.accounts import page_of_people
from bema.edge.mastodon.paging import PeoplePaging
from bema.edge.mastodon.relationships import one as relationship_to
from bema.edge.mastodon.tags import tag
from bema.edge.routes import Needs, Routes, Surface
from bema.model import views
from bema.model.errors import Invalid, NotFound
from bema.model.ids import AccountId
from bema.model.site import Site
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.accounts import Account, Relationship
from bema.wire.mastodon.reading import FeaturedTag, Tag
from bema.wire.mastodon.times import date

routes = Routes(Surface.API)
_DAY = 86_400_000  # milliseconds

# --- Tags -------------------------------------------------------------------------------------------------------------


@routes.get("/api/v1/featured_tags", scope="read:accounts")
def own_tags(call: Call, tx: Tx) -> list[FeaturedTag]:
    """View the hashtags on one's own profile."""
    return _tags(call, tx, call.actor)


class NewFeaturedTag(msgspec.Struct, frozen=True):
    """A hashtag that is to be shown."""

    name: str = ""


@routes.post("/api/v1/featured_tags", scope="write:accounts")
def feature(call: Call, tx: WriteTx, ask: NewFeaturedTag) -> FeaturedTag:
    """Show a hashtag on one's profile."""
    try:
        shown = featuring.feature_tag(tx, call.actor, ask.name)
    except NotFound:
        raise Invalid("Validation failed: Tag is invalid") from None
    return featured_tag(call.site, reading.account(tx, call.actor), shown)


@routes.delete("/api/v1/featured_tags/{id}", scope="write:accounts")
def unfeature(call: Call, tx: WriteTx) -> None:
    """Take a hashtag from one's profile."""
    featuring.remove_tag(tx, call.actor, call.path_id())


@routes.get("/api/v1/featured_tags/suggestions", scope="read:accounts")
def suggestions(call: Call, tx: Tx) -> list[Tag]:
    """View hashtags that one used lately and could show."""
    return [tag(call.site, each) for each in featuring.suggested_tags(tx, call.actor)]


@routes.get("/api/v1/accounts/{id}/featured_tags", needs=Needs.NOBODY, scope="read:accounts")
def tags_of(call: Call, tx: Tx) -> list[FeaturedTag]:
    """View the hashtags on somebody's profile."""
    return _tags(call, tx, call.path_id())


@routes.post("/api/v1/tags/{name}/feature", scope="write:accounts")
def feature_by_name(call: Call, tx: WriteTx) -> Tag:
    """Show a hashtag on one's profile, by its name."""
    name = call.path_values["name"]
    featuring.feature_tag(tx, call.actor, name)
    return tag(call.site, tagging.tag(tx, call.actor, name))


@routes.post("/api/v1/tags/{name}/unfeature", scope="write:accounts")
def unfeature_by_name(call: Call, tx: WriteTx) -> Tag:
    """Take a hashtag from one's profile, by its name."""
    return tag(call.site, featuring.unfeature_tag(tx, call.actor, call.path_values["name"]))


def _tags(call: Call, tx: Tx, account_id: AccountId) -> list[FeaturedTag]:
    shown = featuring.tags_of(tx, call.viewer, account_id)
    account = reading.account(tx, account_id) if shown else None
    return [] if account is None else [featured_tag(call.site, account, each) for each in shown]


def featured_tag(site: Site, account: views.Account, view: views.FeaturedTag) -> FeaturedTag:
    """Render a hashtag that an account shows."""
    return FeaturedTag(
        id=str(view.id),
        name=view.name,
        url=site.tagged(account.acct, view.name),
        statuses_count=str(view.posts),
        last_status_at=None if view.last_day is None else date(view.last_day * _DAY),
    )


# --- People -----------------------------------------------------------------------------------------------------------


@routes.get("/api/v1/endorsements", scope="read:accounts", answer=list[Account])
def own_endorsements(call: Call, tx: Tx, ask: PeoplePaging) -> Json:
    """View whom one recommends on one's own profile."""
    return _endorsed(call, tx, call.actor, ask)


@routes.get("/api/v1/accounts/{id}/endorsements", needs=Needs.NOBODY, scope="read:accounts", answer=list[Account])
def endorsements(call: Call, tx: Tx, ask: PeoplePaging) -> Json:
    """View whom somebody recommends."""
    return _endorsed(call, tx, call.path_id(), ask)


def _endorsed(call: Call, tx: Tx, account_id: AccountId, ask: PeoplePaging) -> Json:
    return page_of_people(call, featuring.endorsed(tx, call.viewer, account_id, ask.range()))


@routes.post("/api/v1/accounts/{id}/endorse", scope="write:accounts")
def endorse(call: Call, tx: WriteTx) -> Relationship:
    """Recommend somebody on one's profile whom one follows."""
    featuring.endorse(tx, call.actor, call.path_id())
    return relationship_to(call, tx, call.path_id())


@routes.post("/api/v1/accounts/{id}/unendorse", scope="write:accounts")
def unendorse(call: Call, tx: WriteTx) -> Relationship:
    """Recommend somebody no more."""
    featuring.unendorse(tx, call.actor, call.path_id())
    return relationship_to(call, tx, call.path_id())


@routes.post("/api/v1/accounts/{id}/pin", scope="write:accounts")
def pin(call: Call, tx: WriteTx) -> Relationship:
    """Recommend somebody on one's profile (older name)."""
    return endorse(call, tx)  # type: ignore[no-any-return]  # a route's handler is typed as anything


@routes.post("/api/v1/accounts/{id}/unpin", scope="write:accounts")
def unpin(call: Call, tx: WriteTx) -> Relationship:
    """Recommend somebody no more (older name)."""
    return unendorse(call, tx)  # type: ignore[no-any-return]  # a route's handler is typed as anything


@routes.get("/api/v1/accounts/{id}/identity_proofs", scope="read:accounts", answer=list[dict[str, str]])
def identity_proofs(call: Call, tx: Tx) -> list[dict[str, str]]:
    """View proofs of identity, of which there have been none since Mastodon gave them up (deprecated)."""
    reading.account(tx, call.path_id())
    return []
