"""Activities: what people here do, as other servers are told of it.

What is taken back, accepted or refused is told whole with it: not everybody keeps, or can ask for, what it was.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bema.model import views
from bema.model.ids import Millis
from bema.model.naming import Names
from bema.model.policy import Visibility
from bema.model.site import Site
from bema.wire.activitypub import ids, objects
from bema.wire.activitypub.context import PUBLIC
from bema.wire.activitypub.moments import moment

Activity = dict[str, Any]

# --- Posts ------------------------------------------------------------------------------------------------------------


def create(thing: Mapping[str, Any]) -> Activity:
    """Say something: a post, as `objects.post` writes it, or a vote."""
    activity = {
        "id": ids.published_id(thing["id"]),
        "type": "Create",
        "actor": thing["attributedTo"],
        "to": thing["to"],
        "cc": thing["cc"],
        "object": thing,
    }
    return activity if "published" not in thing else {**activity, "published": thing["published"]}


def update(thing: Mapping[str, Any], at: Millis) -> Activity:
    """Say a post anew: it was edited, or the votes of its poll were counted."""
    return {
        "id": ids.updated_id(thing["id"], at),
        "type": "Update",
        "actor": thing["attributedTo"],
        "published": moment(at),
        "to": thing["to"],
        "cc": thing["cc"],
        "object": thing,
    }


def delete(actor: str, thing: str) -> Activity:
    """Say that a post is gone."""
    return {
        "id": ids.deleted_id(thing),
        "type": "Delete",
        "actor": actor,
        "to": [PUBLIC],
        "object": objects.tombstone(thing),
    }


def restore(actor: str, number: int, thing: str) -> Activity:
    """Say that a post is not gone after all; `number` is an id that was not given before."""
    return {
        "id": ids.act_id(actor, "restored", number),
        "type": "Undo",
        "actor": actor,
        "to": [PUBLIC],
        "object": delete(actor, thing),
    }


def announce(site: Site, boost: views.Post, leave: str | None = None) -> Activity:
    """Pass on a post; `leave` is where it can be checked that its author, who was asked, lets it be."""
    boosted = boost.boost_of
    assert boosted is not None, "only a boost can be announced"
    passed_on = announced(
        ids.actor_id(site, boost.author),
        ids.object_id(site, boost),
        ids.object_id(site, boosted),
        ids.actor_id(site, boosted.author),
        boost.visibility,
        boost.created_at,
    )
    return passed_on if leave is None else {**passed_on, "announceAuthorization": leave, "approvedBy": leave}


def announced(actor: str, boost: str, boosted: str, author: str, visibility: Visibility, at: Millis) -> Activity:
    """Do what `announce` does by ids alone: a boost that was taken back can be loaded no more."""
    to, cc = objects.audience(visibility, actor, [author])
    return {
        "id": ids.published_id(boost),
        "type": "Announce",
        "actor": actor,
        "published": moment(at),
        "to": to,
        "cc": cc,
        "object": boosted,
    }


def relayed(instance_actor: str, number: int, thing: str, at: Millis) -> Activity:
    """Tell relays of a post, in the name of the server; `number` is the id of the post."""
    return {
        "id": ids.act_id(instance_actor, "announces", number),
        "type": "Announce",
        "actor": instance_actor,
        "published": moment(at),
        "to": [PUBLIC],
        "cc": [],
        "object": thing,
    }


def said(site: Site, post: views.Post, names: Names) -> Activity:
    """Say a post or boost for the first time."""
    return announce(site, post) if post.boost_of is not None else create(objects.post(site, post, names))


def like(actor: str, number: int, thing: str) -> Activity:
    """Favourite a post; `number` is the id of the favourite."""
    return {"id": ids.act_id(actor, "likes", number), "type": "Like", "actor": actor, "object": thing}


def undo(activity: Mapping[str, Any]) -> Activity:
    """Take back a like, boost, follow or block."""
    taken = {"id": ids.undone_id(activity["id"]), "type": "Undo", "actor": activity["actor"], "object": activity}
    return taken if "to" not in activity else {**taken, "to": activity["to"], "cc": activity["cc"]}


def vote(actor: str, number: int, question: str, author: str, choice: str) -> Activity:
    """Vote in a poll; `number` is the id of the vote. Only who asks is told."""
    thing = {
        "id": ids.act_id(actor, "votes", number),
        "type": "Note",
        "name": choice,
        "attributedTo": actor,
        "to": [author],
        "cc": [],
        "inReplyTo": question,
    }
    return create(thing)


def add_to_featured(actor: str, number: int, thing: str) -> Activity:
    """Pin a post; `number` is the id of the pin."""
    return _featured("Add", actor, number, thing)


def remove_from_featured(actor: str, number: int, thing: str) -> Activity:
    """Take a post from the profile; `number` is an id that was not given before."""
    return _featured("Remove", actor, number, thing)


def tag_featured(actor: str, number: int, tag: dict[str, Any], *, shown: bool) -> Activity:
    """Show a hashtag on a profile, or no more; `number` is an id that was not given before."""
    told = _featured("Add" if shown else "Remove", actor, number, tag)
    return {**told, "target": ids.featured_tags_id(actor)}


def _featured(kind: str, actor: str, number: int, thing: str | dict[str, Any]) -> Activity:
    return {
        "id": ids.act_id(actor, "featured", number),
        "type": kind,
        "actor": actor,
        "to": [PUBLIC],
        "cc": [ids.followers_id(actor)],
        "object": thing,
        "target": ids.featured_id(actor),
    }


# --- People -----------------------------------------------------------------------------------------------------------


def follow(actor: str, number: int, target: str) -> Activity:
    """Ask to follow; `number` is the id of the request."""
    return {"id": ids.act_id(actor, "follows", number), "type": "Follow", "actor": actor, "object": target}


def followed_by(uri: str | None, follower: str, actor: str) -> Activity:
    """Repeat what somebody elsewhere asked; who asked long ago may have given it no id that is known."""
    asked = {"type": "Follow", "actor": follower, "object": actor}
    return asked if uri is None else {"id": uri, **asked}


def accept(actor: str, number: int, asked: Mapping[str, Any]) -> Activity:
    """Let somebody follow; `asked` is their Follow (`followed_by`), `number` an id that was not given before."""
    return _answer("Accept", "accepts", actor, number, asked)


def reject(actor: str, number: int, asked: Mapping[str, Any]) -> Activity:
    """Let somebody not follow, or follow no more; the rest is as in `accept`."""
    return _answer("Reject", "rejects", actor, number, asked)


def _answer(kind: str, noun: str, actor: str, number: int, asked: Mapping[str, Any]) -> Activity:
    return {
        "id": ids.act_id(actor, noun, number),
        "type": kind,
        "actor": actor,
        "to": [asked["actor"]],
        "object": asked,
    }


def block(actor: str, number: int, target: str) -> Activity:
    """Block somebody; `number` is the id of the block."""
    return {"id": ids.act_id(actor, "blocks", number), "type": "Block", "actor": actor, "object": target}


def flag(instance_actor: str, number: int, account: str, posts: Sequence[str], comment: str) -> Activity:
    """Report somebody, in the name of the server: who reported is told to nobody."""
    return {
        "id": ids.act_id(instance_actor, "reports", number),
        "type": "Flag",
        "actor": instance_actor,
        "content": comment,
        "object": [account, *posts],
    }


def move(actor: str, number: int, target: str) -> Activity:
    """Go to another account; `number` is an id that was not given before."""
    return {
        "id": ids.act_id(actor, "moves", number),
        "type": "Move",
        "actor": actor,
        "to": [ids.followers_id(actor)],
        "object": actor,
        "target": target,
    }


def update_actor(document: Mapping[str, Any], at: Millis) -> Activity:
    """Say who somebody is, anew; `document` is what stands at their id."""
    return {
        "id": ids.updated_id(document["id"], at),
        "type": "Update",
        "actor": document["id"],
        "to": [PUBLIC],
        "object": {word: value for word, value in document.items() if word != "@context"},
    }


def delete_actor(actor: str) -> Activity:
    """Say that an account is gone for good."""
    return {"id": ids.deleted_id(actor), "type": "Delete", "actor": actor, "to": [PUBLIC], "object": actor}


# --- Leave to answer, boost and favourite (GoToSocial's interaction controls) ------------------------------------------


def ask_to_answer(thing: Mapping[str, Any], author: str) -> Activity:
    """Ask the author of a post whether it may be answered; `thing` is the answer, which has been said to nobody yet."""
    return _ask("ReplyRequest", thing["attributedTo"], author, thing["inReplyTo"], thing)


def ask_to_boost(announcing: Activity, author: str) -> Activity:
    """Ask the author of a post whether it may be passed on."""
    return _ask("AnnounceRequest", announcing["actor"], author, announcing["object"], announcing)


def ask_to_like(liking: Activity, author: str) -> Activity:
    """Ask the author of a post whether it may be favourited."""
    return _ask("LikeRequest", liking["actor"], author, liking["object"], {**liking, "to": [author]})


def _ask(kind: str, actor: str, author: str, about: str, wanted: Mapping[str, Any]) -> Activity:
    return {
        "id": ids.requested_id(wanted["id"]),
        "type": kind,
        "actor": actor,
        "to": [author],
        "object": about,
        "instrument": wanted,
    }


# --- Quotes (FEP-044f) ------------------------------------------------------------------------------------------------


def ask_to_quote(thing: Mapping[str, Any], quoted: str) -> Activity:
    """Ask the author of a post for the leave to quote it; `thing` is the post that quotes it."""
    actor = thing["attributedTo"]
    return {
        "id": f"{thing['id']}{ids.QUOTE_REQUEST}",
        "type": "QuoteRequest",
        "actor": actor,
        "object": quoted,
        "instrument": thing,
    }


def quote_asked(uri: str | None, asker: str, quoted: str, quoting: str) -> Activity:
    """Repeat what somebody elsewhere asked: to quote a post of ours."""
    asked = {"type": "QuoteRequest", "actor": asker, "object": quoted, "instrument": quoting}
    return asked if uri is None else {"id": uri, **asked}


def accept_quote(actor: str, number: int, asked: Mapping[str, Any], stamp: str) -> Activity:
    """Let a post be quoted; `stamp` is where anybody can check it."""
    return {**_answer("Accept", "accepts", actor, number, asked), "result": stamp}


def reject_quote(actor: str, number: int, asked: Mapping[str, Any]) -> Activity:
    """Let a post not be quoted."""
    return _answer("Reject", "rejects", actor, number, asked)


def revoke_quote(actor: str, stamp: str) -> Activity:
    """Take back the leave to quote."""
    return {"id": ids.deleted_id(stamp), "type": "Delete", "actor": actor, "to": [PUBLIC], "object": stamp}
