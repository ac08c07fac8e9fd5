"""Reading: what other servers send and have, in the neutral words of the model; garbage gets a refusal, never anything else.

What a document says of others is no more than a claim: who may say what of whom is for `domain/receiving` to judge.
"""

from bema.model import limits
from bema.model.errors import BadRequest, Refusal
from bema.model.federating import Leave, RemotePost, same_origin
from bema.model.remote_acts import (
    Answer,
    AnyAct,
    AskToQuote,
    BlockAct,
    Bring,
    Complain,
    Favour,
    Feature,
    FeatureTag,
    FollowAct,
    Members,
    MoveAct,
    PassOn,
    Publish,
    Revise,
    Undo,
    Withdraw,
)
from bema.wire.activitypub import reading_shapes as shapes
from bema.wire.activitypub.reading_actors import ACTORS, actor, emojis
from bema.wire.activitypub.reading_keys import keys
from bema.wire.activitypub.reading_posts import POSTS, post, tags
from bema.wire.activitypub.reading_shapes import Object, document, shortened
from bema.wire.text import is_emoji

__all__ = ["act", "actor", "announced", "document", "id_of", "keys", "leave", "members", "post", "shortened"]

_ACTS = frozenset(
    ("Create", "Update", "Delete", "Announce", "Like", "EmojiReact", "Dislike", "Follow", "Accept", "Reject")
) | {"Undo", "Block", "Flag", "Add", "Remove", "Move", "QuoteRequest"}
_REQUESTS = frozenset({"ReplyRequest", "AnnounceRequest", "LikeRequest"})  # of GoToSocial
_EMOJI_CHARACTERS = 64


def announced(thing: Object) -> tuple[str | None, str | None, str | None]:
    """Return of an activity its type, its actor and the id of its object: all that is needed to turn it away cheaply."""
    return shapes.kind(thing, _ACTS), shapes.id_of(thing.get("actor")), shapes.id_of(thing.get("object"))


def id_of(thing: Object) -> str | None:
    """Return what a document calls itself."""
    return shapes.address(thing.get("id"))


def act(thing: Object) -> AnyAct:
    """Read an activity; one of a kind that means nothing here is refused."""
    return _act(thing, inside=False)


def _act(thing: Object, *, inside: bool) -> AnyAct:
    type_ = shapes.kind(thing, _ACTS)
    if type_ is None:
        raise BadRequest("The document is no activity that is known here")
    uri, who = shapes.id_of(thing.get("id")), shapes.needed_id(thing, "actor")
    inner = next(shapes.objects(thing.get("object")), None)
    match type_:
        case "Create":
            return _publish(uri, who, thing)
        case "Update":
            return _revise(uri, who, inner, shapes.id_of(thing.get("object")))
        case "Delete":
            return Withdraw(uri=uri, actor=who, what=shapes.needed_id(thing, "object"))
        case "Announce":
            return _pass_on(uri, who, thing, inner)
        case "Like" | "EmojiReact" | "Dislike":
            return _favour(uri, who, thing, type_)
        case "Follow":
            return FollowAct(uri=uri, actor=who, whom=shapes.needed_id(thing, "object"))
        case "Accept" | "Reject":
            return _answer(uri, who, thing, inner, yes=type_ == "Accept")
        case "Undo" if not inside:
            return _undo(uri, who, thing, inner)
        case "Block":
            return BlockAct(uri=uri, actor=who, whom=shapes.needed_id(thing, "object"))
        case "Flag":
            comment = shapes.words(thing.get("content"), limits.REMOTE_COMMENT_CHARACTERS)
            return Complain(uri=uri, actor=who, about=shapes.ids_of(thing.get("object")), comment=comment)
        case "Add" | "Remove":
            among = shapes.needed_id(thing, "target")
            if name := next(iter(tags(thing.get("object"))), None):
                return FeatureTag(uri=uri, actor=who, name=name, among=among, added=type_ == "Add")
            what = shapes.needed_id(thing, "object")
            return Feature(uri=uri, actor=who, what=what, among=among, added=type_ == "Add")
        case "Move":
            target = shapes.needed_id(thing, "target")
            return MoveAct(uri=uri, actor=who, who=shapes.needed_id(thing, "object"), target=target)
        case "QuoteRequest":
            quoting = shapes.needed_id(thing, "instrument")
            return AskToQuote(uri=uri, actor=who, quoted=shapes.needed_id(thing, "object"), quoting=quoting)
    raise BadRequest("The activity means nothing here")


def _publish(uri: str | None, who: str, thing: Object) -> AnyAct:
    """Read what was said: posts that came whole, or the id of one."""
    found = []
    for each in shapes.objects(thing.get("object")):
        if shapes.kind(each, POSTS) is None:
            continue
        each.setdefault("attributedTo", who)  # Bridgy Fed and old servers leave it out
        found.append(post(each))
    if not found:
        return Publish(uri=uri, actor=who, named=shapes.needed_id(thing, "object"))
    if len(found) > 1 and any(each.vote_for is None for each in found):
        raise BadRequest("The activity says several things at once")
    return Publish(uri=uri, actor=who, posts=found)


def _revise(uri: str | None, who: str, inner: Object | None, named: str | None) -> AnyAct:
    if inner is not None and shapes.kind(inner, ACTORS) is not None:
        return Revise(uri=uri, actor=who, profile=actor(inner))
    if inner is not None and shapes.kind(inner, POSTS) is not None:
        return Revise(uri=uri, actor=who, post=post(inner))
    if named is None:
        raise BadRequest("The activity changes nothing that is known here")
    return Revise(uri=uri, actor=who, named=named)


def _pass_on(uri: str | None, who: str, thing: Object, inner: Object | None) -> AnyAct:
    """Read a boost; of an activity inside, as groups and relays send them, the object is looked at where it is from."""
    if inner is not None and shapes.kind(inner, _ACTS) is not None:
        return Bring(uri=uri, actor=who, what=shapes.needed_id(inner, "object"))
    to, cc = shapes.ids_of(thing.get("to")), shapes.ids_of(thing.get("cc"))
    what, at = shapes.needed_id(thing, "object"), shapes.moment(thing.get("published"))
    return PassOn(uri=uri, actor=who, what=what, to=to, cc=cc, at=at)


def _favour(uri: str | None, who: str, thing: Object, type_: str) -> AnyAct:
    if type_ == "Dislike":
        raise BadRequest("Dislikes mean nothing here")
    what = shapes.needed_id(thing, "object")
    name = shapes.bare(thing.get("content") or thing.get("_misskey_reaction"), _EMOJI_CHARACTERS)
    if is_emoji(name):
        return Favour(uri=uri, actor=who, what=what, emoji=name)
    shortcode = name.strip(":").partition("@")[0]  # Misskey puts a host, or a dot for its own, behind it
    custom = next((each for each in emojis(thing.get("tag")) if each.shortcode == shortcode), None)
    if custom is None:
        return Favour(uri=uri, actor=who, what=what)
    return Favour(uri=uri, actor=who, what=what, emoji=custom.shortcode, picture=custom.url)


def _answer(uri: str | None, who: str, thing: Object, inner: Object | None, *, yes: bool) -> AnyAct:
    asked: FollowAct | AskToQuote | None = None
    if inner is not None and shapes.kind(inner, _REQUESTS) is not None:
        return Answer(
            uri=uri,
            actor=who,
            yes=yes,
            named=shapes.id_of(inner.get("instrument")) or shapes.needed_id(inner, "id"),
            leave=shapes.id_of(thing.get("result")),
        )
    if inner is not None and "type" in inner:
        try:
            found = _act(inner, inside=True)
        except Refusal:
            found = None
        if isinstance(found, FollowAct | AskToQuote):
            asked = found
    named = shapes.id_of(thing.get("object"))
    if asked is None and named is None:
        raise BadRequest("The answer does not say to what")
    return Answer(uri=uri, actor=who, yes=yes, act=asked, named=named, leave=shapes.id_of(thing.get("result")))


def _undo(uri: str | None, who: str, thing: Object, inner: Object | None) -> AnyAct:
    undone: AnyAct | None = None
    if inner is not None and "type" in inner:
        inner.setdefault("actor", who)
        undone = _act(inner, inside=True)
    named = shapes.id_of(thing.get("object"))
    if undone is None and named is None:
        raise BadRequest("The activity does not say what is undone")
    return Undo(uri=uri, actor=who, act=undone, named=named)


def leave(thing: Object) -> Leave:
    """Read a stamp: the leave of an author to be quoted (FEP-044f)."""
    if shapes.kind(thing, frozenset({"QuoteAuthorization"})) is None:
        raise BadRequest("The document is no leave to quote")
    uri, author = shapes.needed_id(thing, "id"), shapes.needed_id(thing, "attributedTo")
    if not same_origin(uri, author):
        raise BadRequest("The leave and its author are of different servers")
    quoting, quoted = shapes.needed_id(thing, "interactingObject"), shapes.needed_id(thing, "interactionTarget")
    return Leave(uri, author, quoting, quoted)


# --- Collections ------------------------------------------------------------------------------------------------------

_COLLECTIONS = frozenset({"Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage"})


def members(thing: Object) -> Members:
    """Read a page of a collection, or a collection with what of it came along; the number it tells is only told."""
    if shapes.kind(thing, _COLLECTIONS) is None:
        raise BadRequest("The document is no collection")
    first, total = thing.get("first"), shapes.number(thing.get("totalItems"))
    items = thing.get("orderedItems", thing.get("items"))
    if items is None and isinstance(first, dict):
        inside = members({"type": "CollectionPage", **first, "first": None})
        return Members(
            uri=shapes.id_of(thing.get("id")),
            ids=inside.ids,
            posts=inside.posts,
            tags=inside.tags,
            next=inside.next,
            total=total,
        )
    ids: list[str] = []
    posts: list[RemotePost] = []
    for each in shapes.listed(items)[: limits.REMOTE_MEMBERS]:
        ids += _member(each, posts)
    return Members(
        uri=shapes.id_of(thing.get("id")),
        ids=list(dict.fromkeys(ids)),
        posts=posts,
        tags=tags(items),
        first=shapes.id_of(first) if items is None else None,
        next=shapes.id_of(thing.get("next")),
        total=total,
    )


def _member(each: object, posts: list[RemotePost]) -> list[str]:
    """Return the id of a member; of what was said, as outboxes have it, the id of what was said."""
    if isinstance(each, dict) and shapes.kind(each, frozenset({"Create"})) is not None:
        each = next(iter(shapes.listed(each.get("object"))), None)
    elif isinstance(each, dict) and shapes.kind(each, _ACTS) is not None:
        return []
    if isinstance(each, dict) and shapes.kind(each, POSTS) is not None:
        try:
            posts.append(post(each))
        except Refusal:
            return []
    found = shapes.id_of(each)
    return [] if found is None else [found]
