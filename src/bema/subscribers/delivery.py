"""Delivery: which facts other servers are told of, in which words, and whom; what is written down here, `sending` brings there.

A projection: what is said and to which inboxes it goes is committed with the cursor, hence said once. Only what people of
this server do is told; what others do, their own servers tell.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from msgspec.structs import replace

from bema.domain import relaying, saying
from bema.model import limits
from bema.model.decisions import Act, State
from bema.model.events import (
    AnswerAsked,
    BoostAsked,
    DecisionApproved,
    DecisionMade,
    DecisionReversed,
    PollEnded,
    PollVoted,
    PostBoosted,
    PostDeleted,
    PostEdited,
    PostFavourited,
    PostPublished,
    PostUnfavourited,
    QuoteAccepted,
    QuoteAsked,
    QuotePolicyChanged,
    QuoteRevoked,
)
from bema.model.federating import Lane
from bema.model.ids import AccountId, Millis, PostId, moment_of
from bema.model.policy import Visibility
from bema.model.relaying import Form
from bema.model.site import Site
from bema.model.views import Account, Post
from bema.store import (
    accounts,
    allowing,
    decisions,
    deliveries,
    favourites,
    glances,
    mentions,
    polls,
    posts,
    quotes,
    relays,
    tasks,
)
from bema.store.audiences import Audience
from bema.store.database import Database
from bema.store.deliveries import Words, subject
from bema.store.log import Entry
from bema.store.tx import WriteTx
from bema.subscribers import delivery_of_notices as notices
from bema.subscribers import delivery_of_people as people
from bema.subscribers.delivery_of_people import Teller, encoded, speaker
from bema.subscribers.runner import Performer, Subscriber
from bema.wire.activitypub import activities, ids, objects

NAME = "delivery"
COUNTS = "poll_counts"  # the name under which votes wait to be told of


def delivering(site: Site) -> Subscriber:
    """Return the reader of the log that tells other servers, for the server at `site`."""
    handlers: dict[type[Any], Teller] = {
        PostPublished: _published,
        PostEdited: _edited,
        PostDeleted: _deleted,
        PostBoosted: _boosted,
        PostFavourited: _favourited,
        PostUnfavourited: _unfavourited,
        AnswerAsked: _answer_asked,
        BoostAsked: _boost_asked,
        PollVoted: _voted,
        PollEnded: _ended,
        QuoteAccepted: _quote_accepted,
        QuoteAsked: _quote_asked,
        QuoteRevoked: _quote_revoked,
        QuotePolicyChanged: _policy_changed,
        DecisionMade: _decided,
        DecisionApproved: _decided,
        DecisionReversed: _reversed,
        **people.TELLERS,
    }
    return Subscriber(NAME, {kind: partial(_told, site, tell) for kind, tell in handlers.items()}, _rebuild)


def _told(site: Site, tell: Callable[[WriteTx, Site, Entry[Any]], None], tx: WriteTx, entry: Entry[Any]) -> None:
    if deliveries.anybody_elsewhere(tx):
        tell(tx, site, entry)


def _rebuild(_tx: WriteTx) -> None:
    """Do nothing: what waits to be said is written down, and what was said is not said again."""


# --- Posts ------------------------------------------------------------------------------------------------------------


def _published(tx: WriteTx, site: Site, entry: Entry[PostPublished]) -> None:
    if glances.at(tx, entry.event.post).ours and speaker(tx, entry.event.author) is not None:
        _say_first(tx, site, entry.event.post)


def _say_first(tx: WriteTx, site: Site, post_id: PostId, again: int | None = None) -> None:
    """Say a post to all whom it is for; `again` is a number that makes it another saying than the first."""
    found = saying.post(tx, site, post_id)
    if found is None:
        return
    post, names = found
    audience = _audience(tx, post)
    thing = objects.post(site, post, names)
    if Form.ACTOR in audience.relays:
        _tell_relays(tx, site, post, thing["id"])
        audience = replace(audience, relays=[each for each in audience.relays if each is Form.INBOX])
    if deliveries.has_readers(tx, audience):
        said = activities.create(thing)
        if again is not None:
            said["id"] = ids.act_id(thing["attributedTo"], "said", again)
        _say(tx, post, said, audience)
    if names.quoted is not None and names.quoted.approval is None:
        _ask_to_quote(tx, post, thing)


def _tell_relays(tx: WriteTx, site: Site, post: Post, thing: str) -> None:
    """Tell relays that follow the server itself of a new post, in the name of the server."""
    told = activities.relayed(site.own_actor, post.id, thing, post.created_at)
    words = Words(body=encoded(told), by=None, lane=Lane.BULK, subject=subject(post.id))
    deliveries.say(tx, words, Audience(relays=[Form.ACTOR]))


def _edited(tx: WriteTx, site: Site, entry: Entry[PostEdited]) -> None:
    revise(tx, site, entry.event.post, tx.now)


def _policy_changed(tx: WriteTx, site: Site, entry: Entry[QuotePolicyChanged]) -> None:
    revise(tx, site, entry.event.post, tx.now)


def _ask_to_quote(tx: WriteTx, post: Post, thing: dict[str, Any]) -> None:
    """Ask somebody elsewhere for the leave to quote them."""
    quoted = quotes.quoted_by_post(tx, post.id)
    asked, uri = (None, None) if quoted is None else deliveries.origin(tx, quoted)
    if asked is None or uri is None or asked == post.author.id:
        return
    words = Words(
        body=encoded(activities.ask_to_quote(thing, uri)),
        by=post.author.id,
        lane=Lane.INTERACTIVE,
        subject=subject(post.id),
    )
    deliveries.say(tx, words, Audience(people=[asked]))


def _quote_asked(tx: WriteTx, site: Site, entry: Entry[QuoteAsked]) -> None:
    """Say yes or no to who asked to quote a post of this server."""
    fact = entry.event
    author, asker = speaker(tx, fact.author), accounts.by_id(tx, fact.by)
    if author is None or asker is None:
        return
    actor, thing = ids.actor_id(site, author), site.object(author.username, fact.post)
    asked = activities.quote_asked(fact.asked_as, ids.actor_id(site, asker), thing, fact.quoting)
    answer = activities.reject_quote(actor, tx.new_id(), asked)
    if fact.leave:
        answer = activities.accept_quote(actor, tx.new_id(), asked, ids.quote_stamp_id(actor, PostId(fact.leave)))
    words = Words(body=encoded(answer), by=author.id, lane=Lane.INTERACTIVE, subject=subject(fact.by, fact.post))
    deliveries.say(tx, words, Audience(people=[asker.id]))


def _quote_revoked(tx: WriteTx, site: Site, entry: Entry[QuoteRevoked]) -> None:
    """Say that a stamp of this server is no more, and a post of this server anew without what it quoted."""
    fact = entry.event
    quoted_by, _ = deliveries.origin(tx, fact.quote_of)
    author = None if quoted_by is None else speaker(tx, quoted_by)
    if author is not None:
        actor = ids.actor_id(site, author)
        gone = activities.revoke_quote(actor, ids.quote_stamp_id(actor, PostId(fact.leave or fact.post)))
        audience = Audience(followers_of=author.id, people=[fact.author], concerned_with=fact.quote_of)
        words = Words(body=encoded(gone), by=author.id, lane=Lane.DELETION, subject=subject(fact.post))
        deliveries.say(tx, words, audience)
    revise(tx, site, fact.post, tx.now)


def _quote_accepted(tx: WriteTx, site: Site, entry: Entry[QuoteAccepted]) -> None:
    revise(tx, site, entry.event.post, tx.now)


def revise(tx: WriteTx, site: Site, post_id: PostId, at: Millis) -> None:
    """Say a post of this server anew to all who have it and may read it."""
    author, _ = deliveries.origin(tx, post_id)
    if author is None or speaker(tx, author) is None:
        return
    found = saying.post(tx, site, post_id)
    if found is None:
        return
    post, names = found
    audience = _audience(tx, post, known=True)
    if deliveries.has_readers(tx, audience):
        _say(tx, post, activities.update(objects.post(site, post, names), at), audience)


def _audience(tx: WriteTx, post: Post, *, known: bool = False) -> Audience:
    """Return whom a post is for; if it is `known`, with all who have it by now and may read it."""
    named = mentions.ids(tx, post.id) if known else [each.id for each in post.mentions]  # who was named before sees it
    match post.visibility:
        case Visibility.DIRECT:
            return Audience(people=named)
        case Visibility.FOLLOWERS:
            return Audience(followers_of=post.author.id, people=named)
    if post.in_reply_to_author is not None:
        named.append(post.in_reply_to_author)
    if post.quote is not None and post.quote.post is not None:
        named.append(post.quote.post.author.id)
    return Audience(
        followers_of=post.author.id,
        people=named,
        concerned_with=post.id if known else None,
        former_readers_of=post.author.id if known else None,
        former_since=post.created_at,
        relays=relaying.forms(tx, post),
    )


def _say(tx: WriteTx, post: Post, activity: activities.Activity, audience: Audience) -> None:
    words = Words(
        body=encoded(activity),
        by=post.author.id,
        lane=Lane.INTERACTIVE if audience.followers_of is None else Lane.BULK,
        subject=subject(post.id),
        followers_only=post.visibility is Visibility.FOLLOWERS,
    )
    deliveries.say(tx, words, audience)


def _deleted(tx: WriteTx, site: Site, entry: Entry[PostDeleted]) -> None:
    fact = entry.event
    author = speaker(tx, fact.author)
    if author is None:
        return
    if fact.boost_of is not None:
        _unboosted(tx, site, author, fact, fact.boost_of)
        return
    _tell_gone(tx, site, author, fact.post, fact.visibility, (*fact.mentioned, *fact.concerned))


def _tell_gone(
    tx: WriteTx, site: Site, author: Account, post_id: PostId, visibility: Visibility, others: Sequence[AccountId]
) -> None:
    """Tell all who have a post that it is gone: followers now and then, and others who had to do with it."""
    deliveries.withdraw(tx, subject(post_id))
    has_followers = visibility is not Visibility.DIRECT
    audience = Audience(
        followers_of=author.id if has_followers else None,
        people=others,
        concerned_with=post_id,
        former_readers_of=author.id if has_followers else None,
        former_since=moment_of(post_id),
        relays=relays.forms(tx) if visibility is Visibility.PUBLIC else (),
    )
    gone = activities.delete(ids.actor_id(site, author), site.object(author.username, post_id))
    words = Words(body=encoded(gone), by=author.id, lane=Lane.DELETION, subject=subject(post_id))
    deliveries.say(tx, words, audience)


def _decided(tx: WriteTx, site: Site, entry: Entry[DecisionMade] | Entry[DecisionApproved]) -> None:
    """Tell of posts that the staff removed. Elsewhere that is for good: it waits until all agreed who must."""
    people.decided(tx, site, entry)
    notices.decided(tx, site, entry)
    decision = decisions.by_ids(tx, [entry.event.decision]).get(entry.event.decision)
    if decision is None or decision.act is not Act.REMOVE_POSTS or decision.state is not State.IN_FORCE:
        return
    for post_id in decision.posts:
        post = posts.held(tx, post_id, in_any_case=True)
        author = None if post is None else speaker(tx, post.author)
        if post is not None and author is not None and posts.held(tx, post_id) is None:
            _tell_gone(tx, site, author, post_id, post.visibility, mentions.ids(tx, post_id))


def _reversed(tx: WriteTx, site: Site, entry: Entry[DecisionReversed]) -> None:
    """Take back that posts are gone, and say them again: servers that remember for good what was deleted take neither."""
    people.decided(tx, site, entry)
    notices.ended(tx, site, entry)
    decision = decisions.by_ids(tx, [entry.event.reversed]).get(entry.event.reversed)
    if decision is None or decision.act is not Act.REMOVE_POSTS:
        return
    for post_id in decision.posts:
        post = posts.held(tx, post_id)
        if post is not None and speaker(tx, post.author) is not None:
            _say_again(tx, site, post_id)


def _say_again(tx: WriteTx, site: Site, post_id: PostId) -> None:
    found = saying.post(tx, site, post_id)
    if found is None:
        return
    post, _ = found
    audience = _audience(tx, post, known=True)
    if deliveries.has_readers(tx, audience):
        actor = ids.actor_id(site, post.author)
        _say(tx, post, activities.restore(actor, tx.new_id(), ids.object_id(site, post)), audience)
    _say_first(tx, site, post_id, again=tx.new_id())


# --- What is done with posts ------------------------------------------------------------------------------------------


def _boosted(tx: WriteTx, site: Site, entry: Entry[PostBoosted]) -> None:
    if speaker(tx, entry.event.author) is None:
        return
    loaded = posts.load(tx, [entry.event.post], None)
    if not loaded or loaded[0].boost_of is None:
        return
    boost = loaded[0]
    audience = _of_boost(boost.author, loaded[0].boost_of.author.id)
    if deliveries.has_readers(tx, audience):
        leave = None if loaded[0].boost_of.allowance is None else allowing.leave_of(tx, boost.id)
        _say(tx, boost, activities.announce(site, boost, leave), audience)


def _of_boost(booster: Account, author: AccountId | None) -> Audience:
    return Audience(followers_of=booster.id, people=[] if author is None else [author])


def _unboosted(tx: WriteTx, site: Site, booster: Account, fact: PostDeleted, boosted: PostId) -> None:
    author = None if fact.boosted_author is None else accounts.by_id(tx, fact.boosted_author)
    if author is None:
        return
    deliveries.withdraw(tx, subject(fact.post))
    said = activities.announced(
        ids.actor_id(site, booster),
        site.object(booster.username, fact.post),
        fact.boosted_uri or site.object(author.username, boosted),
        ids.actor_id(site, author),
        fact.visibility,
        moment_of(fact.post),
    )
    words = Words(body=encoded(activities.undo(said)), by=booster.id, lane=Lane.DELETION, subject=subject(fact.post))
    deliveries.say(tx, words, _of_boost(booster, author.id))


def _favourited(tx: WriteTx, site: Site, entry: Entry[PostFavourited]) -> None:
    fact = entry.event
    id_ = favourites.id_of(tx, fact.post, fact.by)
    if id_ is not None:
        _like(tx, site, fact.by, fact.post, id_, asks=fact.asks)


def _unfavourited(tx: WriteTx, site: Site, entry: Entry[PostUnfavourited]) -> None:
    fact = entry.event
    if fact.favourite:
        _like(tx, site, fact.by, fact.post, fact.favourite, undone=True)


def _like(
    tx: WriteTx, site: Site, by: AccountId, post_id: PostId, id_: int, *, asks: bool = False, undone: bool = False
) -> None:
    author, uri = deliveries.origin(tx, post_id)
    actor = speaker(tx, by)
    if author is None or uri is None or actor is None:
        return
    told = activities.like(ids.actor_id(site, actor), id_, uri)
    if asks and (liked := accounts.by_id(tx, author)) is not None:
        told = activities.ask_to_like(told, ids.actor_id(site, liked))
    words = Words(
        body=encoded(activities.undo(told) if undone else told),
        by=by,
        lane=Lane.INTERACTIVE,
        subject=subject(by, post_id),
    )
    deliveries.say(tx, words, Audience(people=[author]))


# --- What needs leave -------------------------------------------------------------------------------------------------


def _answer_asked(tx: WriteTx, site: Site, entry: Entry[AnswerAsked]) -> None:
    """Show an answer to whom it answers, and to nobody else: may it be said?"""
    found = saying.post(tx, site, entry.event.post)
    wanted = None if found is None else found[0].wanted
    if found is None or wanted is None or speaker(tx, entry.event.author) is None:
        return
    post, names = found
    asked = None if post.in_reply_to_author is None else accounts.by_id(tx, post.in_reply_to_author)
    if asked is None or names.in_reply_to is None:
        return
    thing = objects.post(site, replace(post, visibility=wanted.visibility), names)
    words = Words(
        body=encoded(activities.ask_to_answer(thing, ids.actor_id(site, asked))),
        by=post.author.id,
        lane=Lane.INTERACTIVE,
        subject=subject(post.id),
    )
    deliveries.say(tx, words, Audience(people=[asked.id]))


def _boost_asked(tx: WriteTx, site: Site, entry: Entry[BoostAsked]) -> None:
    """Ask the author of a post whether it may be passed on; or say that nobody asks any more."""
    fact = entry.event
    asked = allowing.boost(tx, fact.boost)
    author_id, uri = deliveries.origin(tx, fact.post)
    author = None if author_id is None else accounts.by_id(tx, author_id)
    booster = speaker(tx, fact.by)
    if (asked is None and not fact.taken_back) or author is None or uri is None or booster is None:
        return
    told = activities.announced(
        ids.actor_id(site, booster),
        site.object(booster.username, fact.boost),
        uri,
        ids.actor_id(site, author),
        Visibility.PUBLIC if asked is None else asked.visibility,
        moment_of(fact.boost),
    )
    if fact.taken_back:
        deliveries.withdraw(tx, subject(fact.boost))
        told = activities.undo(told)
    else:
        told = activities.ask_to_boost(told, ids.actor_id(site, author))
    words = Words(body=encoded(told), by=booster.id, lane=Lane.INTERACTIVE, subject=subject(fact.boost))
    deliveries.say(tx, words, Audience(people=[author.id]))


# --- Polls ------------------------------------------------------------------------------------------------------------


def _voted(tx: WriteTx, site: Site, entry: Entry[PollVoted]) -> None:
    """Tell who asks what somebody here chose: a vote for each choice."""
    fact = entry.event
    author, uri = deliveries.origin(tx, fact.post)
    if uri is None:
        key = str(fact.post)  # many vote in the same minutes: the votes are told of once for all of them
        tasks.add(tx, COUNTS, key, key, due=tx.now + limits.POLL_TOLD_SECONDS * 1_000)
        return
    voter, asker = speaker(tx, fact.by), None if author is None else accounts.by_id(tx, author)
    terms = polls.terms(tx, fact.post)
    if voter is None or asker is None or terms is None:
        return
    actor = ids.actor_id(site, voter)
    for choice in polls.choices(tx, fact.post, fact.by):
        vote = activities.vote(actor, tx.new_id(), uri, ids.actor_id(site, asker), terms.options[choice])
        words = Words(body=encoded(vote), by=voter.id, lane=Lane.INTERACTIVE, subject=subject(fact.by, fact.post))
        deliveries.say(tx, words, Audience(people=[asker.id]))


def counting(database: Database, site: Site) -> Performer:
    """Return what tells other servers how the votes of a poll stand."""

    async def perform(body: str) -> None:
        await database.write(_told_counts, site, PostId(int(body)))

    return perform


def _told_counts(tx: WriteTx, site: Site, post_id: PostId) -> None:
    revise(tx, site, post_id, tx.now)


def _ended(tx: WriteTx, site: Site, entry: Entry[PollEnded]) -> None:
    revise(tx, site, entry.event.post, tx.now)
