"""Relays: what they answer, and what they bring, which is looked at where it is at home and never taken from them."""

from bema.domain import relaying
from bema.domain.receiving import asking, people, posts
from bema.domain.receiving.brought import Brought, Lacking, Meaningless, Person
from bema.model import limits
from bema.model.federating import Lane, host_of
from bema.model.ids import AccountId
from bema.model.policy import Visibility
from bema.model.relaying import Form, Relay, State
from bema.model.remote_acts import Answer, AnyAct, Bring, FollowAct, PassOn, Publish, Revise, Withdraw
from bema.model.site import Site
from bema.store import accounts, deliveries, relays, remote_posts, tombstones
from bema.store.deliveries import Words
from bema.store.remote_actors import Known
from bema.store.tx import Tx, WriteTx
from bema.wire.activitypub import activities, context

_OURS = "#relays/"


def found(tx: WriteTx, site: Site, id_: int, person: Person) -> None:
    """Follow a relay whose actor was read."""
    relay = relays.one(tx, id_)
    if relay is None or relay.inbox is not None:
        return
    actor = people.keep(tx, site, person)
    relays.found(tx, id_, person.actor.inbox, actor)
    relaying.say(tx, site, id_, relaying.follow(site, id_, person.actor.uri))


def is_meant(site: Site, act: Answer) -> bool:
    """Tell whether an answer is to what the server itself asked of a relay."""
    asked = act.act.actor if isinstance(act.act, FollowAct) else None
    return asked == site.own_actor or (act.named or "").startswith(f"{site.own_actor}{_OURS}")


def answer(tx: WriteTx, site: Site, by: Known, act: Answer) -> None:
    """Note that a relay takes us up, or does not (any more)."""
    relay = _asked(tx, site, by, act)
    if relay is None or not _speaks_for(tx, by, relay):
        raise Meaningless("Nobody answers for another")
    relays.answered(tx, relay.id, State.ACCEPTED if act.yes else State.REFUSED, by.id)


def _asked(tx: WriteTx, site: Site, by: Known, act: Answer) -> Relay | None:
    number = (act.named or "").removeprefix(f"{site.own_actor}{_OURS}")
    if number.isascii() and number.isdigit() and len(number) < 20:
        return relays.one(tx, int(number))
    return relays.of_actor(tx, by.id) or relays.of_host(tx, accounts.domain_id(tx, by.host))


def _speaks_for(tx: Tx, by: Known, relay: Relay) -> bool:
    if relay.form is Form.ACTOR:
        return relay.actor == by.id
    return relay.inbox is not None and host_of(by.uri) == host_of(relay.inbox)


def followed(tx: WriteTx, site: Site, by: Known, act: FollowAct) -> None:
    """Let a relay follow the server that follows it, and nobody else."""
    relay = relays.of_actor(tx, by.id)
    if relay is None or relay.state is State.REFUSED:
        raise Meaningless
    asked = activities.followed_by(act.uri, by.uri, site.own_actor)
    body = context.encode(activities.accept(site.own_actor, tx.new_id(), asked)).decode()
    words = Words(body=body, by=None, lane=Lane.INTERACTIVE, subject=relay.id)
    deliveries.say_to(tx, words, by.inbox, relay.domain)


def brings(tx: Tx, by: Known) -> Relay | None:
    """Return the relay that somebody is, if it took us up."""
    relay = relays.of_actor(tx, by.id)
    return relay if relay is not None and relay.state is State.ACCEPTED else None


def passes_on(tx: Tx, account_id: AccountId) -> bool:
    """Tell whether an account is a relay that took us up."""
    relay = relays.of_actor(tx, account_id)
    return relay is not None and relay.state is State.ACCEPTED


def bring(tx: WriteTx, site: Site, relay: Relay, act: AnyAct, brought: Brought) -> None:
    """Look at what a relay passes on: a new post is fetched, what changed or is gone is looked at again."""
    match act:
        case PassOn(what=uri) | Bring(what=uri) | Publish(named=str(uri)):
            _take(tx, site, relay, uri, brought)
        case Publish(posts=[first, *_]):
            _take(tx, site, relay, first.uri, brought)
        case Revise(named=str(uri)) | Withdraw(what=uri):
            _look_again(tx, uri)
        case Revise(post=post) if post is not None:
            _look_again(tx, post.uri)
        case _:
            raise Meaningless


def _take(tx: WriteTx, site: Site, relay: Relay, uri: str, brought: Brought) -> None:
    """Take up a new public post: one that begins a thread, or answers in one that is known here."""
    if posts.known(tx, site, uri) is not None:
        return
    if people.is_ours(site, uri) or tombstones.covers(tx, uri):
        raise Meaningless
    people.check_host(tx, site, uri)
    if not relays.has_room(tx, relay, limits.RELAYED_A_MINUTE):
        raise Meaningless("The relay brings more than is taken")
    if uri not in brought.posts:
        raise Lacking("post", uri)
    post = brought.posts[uri]
    if post is None or post.uri != uri or posts.visibility_of(post.to, post.cc, None) is not Visibility.PUBLIC:
        raise Meaningless
    if post.published_at is None or post.published_at < tx.now - limits.RELAYED_SECONDS * 1_000:
        raise Meaningless("It is old")
    if post.in_reply_to is not None and posts.known(tx, site, post.in_reply_to) is None:
        raise Meaningless("It answers what nobody here knows")
    posts.keep(tx, site, brought, post)
    if not relays.bring(tx, relay.id, limits.RELAYED_A_MINUTE):
        raise Meaningless("The relay brings more than is taken")


def _look_again(tx: WriteTx, uri: str) -> None:
    id_ = remote_posts.id_of(tx, uri)
    if id_ is None:
        raise Meaningless
    asking.look_again(tx, id_)
