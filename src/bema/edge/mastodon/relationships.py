"""Relationships: following, blocking, muting and noting, and how one stands to others."""

import msgspec

from bema.domain import following, people, relating
from bema.edge.answers import Json, paged
from bema.edge.call import Call
from bema.edge.mastodon.accounts import Ids, page_of_people, rendered
from bema.edge.mastodon.paging import PeoplePaging
from bema.edge.mastodon.render import account_fields
from bema.edge.routes import Routes, Surface
from bema.model import views
from bema.model.ids import AccountId
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.accounts import Account, FamiliarFollowers, MutedAccount, Relationship
from bema.wire.mastodon.times import iso

routes = Routes(Surface.API)


@routes.get("/api/v1/accounts/relationships", scope="read:follows")
def relationships(call: Call, tx: Tx, ask: Ids) -> list[Relationship]:
    """View how one stands to accounts."""
    return [relationship(each) for each in people.relationships(tx, call.actor, ask.parsed())]


@routes.get("/api/v1/accounts/familiar_followers", scope="read:follows")
def familiar_followers(call: Call, tx: Tx, ask: Ids) -> list[FamiliarFollowers]:
    """View which of those whom one follows follow accounts too."""
    found = people.familiar_followers(tx, call.actor, ask.parsed())
    return [FamiliarFollowers(id=str(id_), accounts=rendered(call, known)) for id_, known in found.items()]


# --- Following --------------------------------------------------------------------------------------------------------


class FollowTerms(msgspec.Struct, frozen=True):
    """What one wants to see of whom one follows; what is absent stays as it is."""

    reblogs: bool | None = None
    notify: bool | None = None
    languages: list[str] | None = None


@routes.post("/api/v1/accounts/{id}/follow", scope="write:follows", rate="follow")
def follow(call: Call, tx: WriteTx, ask: FollowTerms) -> Relationship:
    """Follow an account, or ask to, or change what one wants to see of it."""
    target = call.path_id()
    changed = following.terms(tx, call.actor, target)
    if ask.reblogs is not None:
        changed = msgspec.structs.replace(changed, boosts=ask.reblogs)
    if ask.notify is not None:
        changed = msgspec.structs.replace(changed, notify=ask.notify)
    if ask.languages is not None:
        changed = msgspec.structs.replace(changed, languages=[each for each in ask.languages if each] or None)
    following.follow(tx, call.actor, target, changed)
    return one(call, tx, target)


@routes.post("/api/v1/accounts/{id}/unfollow", scope="write:follows")
def unfollow(call: Call, tx: WriteTx) -> Relationship:
    """Stop following an account, or take a request back."""
    following.unfollow(tx, call.actor, call.path_id())
    return one(call, tx, call.path_id())


@routes.post("/api/v1/accounts/{id}/remove_from_followers", scope="write:follows")
def remove_from_followers(call: Call, tx: WriteTx) -> Relationship:
    """Send a follower away."""
    following.remove_follower(tx, call.actor, call.path_id())
    return one(call, tx, call.path_id())


@routes.get("/api/v1/follow_requests", scope="read:follows", answer=list[Account])
def follow_requests(call: Call, tx: Tx, ask: PeoplePaging) -> Json:
    """View who asks to follow."""
    return page_of_people(call, people.follow_requests(tx, call.actor, ask.range()))


@routes.post("/api/v1/follow_requests/{id}/authorize", scope="write:follows")
def authorize(call: Call, tx: WriteTx) -> Relationship:
    """Let somebody follow who asked to."""
    following.accept(tx, call.actor, call.path_id())
    return one(call, tx, call.path_id())


@routes.post("/api/v1/follow_requests/{id}/reject", scope="write:follows")
def reject(call: Call, tx: WriteTx) -> Relationship:
    """Refuse somebody who asked to follow."""
    following.reject(tx, call.actor, call.path_id())
    return one(call, tx, call.path_id())


# --- Keeping a distance -----------------------------------------------------------------------------------------------


@routes.post("/api/v1/accounts/{id}/block", scope="write:blocks")
def block(call: Call, tx: WriteTx) -> Relationship:
    """Block an account."""
    relating.block(tx, call.actor, call.path_id())
    return one(call, tx, call.path_id())


@routes.post("/api/v1/accounts/{id}/unblock", scope="write:blocks")
def unblock(call: Call, tx: WriteTx) -> Relationship:
    """End a block."""
    relating.unblock(tx, call.actor, call.path_id())
    return one(call, tx, call.path_id())


@routes.get("/api/v1/blocks", scope="read:blocks", answer=list[Account])
def blocks(call: Call, tx: Tx, ask: PeoplePaging) -> Json:
    """View whom one blocks."""
    return page_of_people(call, people.blocked(tx, call.actor, ask.range()))


class MuteTerms(msgspec.Struct, frozen=True):
    """How much of an account is muted, and for how many seconds; 0 is until further notice."""

    notifications: bool = True
    duration: int = 0


@routes.post("/api/v1/accounts/{id}/mute", scope="write:mutes")
def mute(call: Call, tx: WriteTx, ask: MuteTerms) -> Relationship:
    """Mute an account."""
    seconds = ask.duration if ask.duration > 0 else None
    relating.mute(tx, call.actor, call.path_id(), notifications=ask.notifications, seconds=seconds)
    return one(call, tx, call.path_id())


@routes.post("/api/v1/accounts/{id}/unmute", scope="write:mutes")
def unmute(call: Call, tx: WriteTx) -> Relationship:
    """End a mute."""
    relating.unmute(tx, call.actor, call.path_id())
    return one(call, tx, call.path_id())


@routes.get("/api/v1/mutes", scope="read:mutes", answer=list[MutedAccount])
def mutes(call: Call, tx: Tx, ask: PeoplePaging) -> Json:
    """View whom one mutes."""
    page = people.muted(tx, call.actor, ask.range())
    muted = [
        MutedAccount(
            **account_fields(call.site, each.account),
            mute_expires_at=None if each.expires_at is None else iso(each.expires_at),
        )
        for each in page.items
    ]
    return paged(call, muted, page.first, page.last)


class Note(msgspec.Struct, frozen=True):
    """What one notes about an account."""

    comment: str = ""


@routes.post("/api/v1/accounts/{id}/note", scope="write:accounts")
def note(call: Call, tx: WriteTx, ask: Note) -> Relationship:
    """Write down something about an account that nobody else reads."""
    relating.note(tx, call.actor, call.path_id(), ask.comment)
    return one(call, tx, call.path_id())


# --- Rendering --------------------------------------------------------------------------------------------------------


def one(call: Call, tx: Tx, id_: AccountId) -> Relationship:
    """Render how the caller stands to one account, which was found before."""
    return relationship(people.relationships(tx, call.actor, [id_])[0])


def relationship(view: views.Relationship) -> Relationship:
    """Render how somebody stands to an account."""
    return Relationship(
        id=str(view.id),
        following=view.following,
        showing_reblogs=view.showing_boosts,
        notifying=view.notifying,
        languages=view.languages,
        followed_by=view.followed_by,
        blocking=view.blocking,
        blocked_by=view.blocked_by,
        muting=view.muting,
        muting_notifications=view.muting_notifications,
        muting_expires_at=None if view.muting_expires_at is None else iso(view.muting_expires_at),
        requested=view.requested,
        requested_by=view.requested_by,
        domain_blocking=view.domain_blocking,
        endorsed=view.endorsed,
        note=view.note,
    )
