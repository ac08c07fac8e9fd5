"""Posts and people with everything that can be said of them, and one activity of each kind: what is said to other servers."""

from typing import Any

import msgspec

from bema.model.ids import AccountId, MediaId, PostId
from bema.model.naming import Names, Quoted
from bema.model.policy import Kind, QuotePolicy, Standing, Visibility
from bema.model.site import Site
from bema.model.views import Account, Attachment, Emoji, Field, Mention, Picture, Poll, PollTerms, Post, Recording
from bema.wire.activitypub import activities, collections, ids, objects

SITE = Site("square.example")
ANN, BEN = AccountId(1), AccountId(2)
ANNS = "https://square.example/users/ann"
BENS = "https://far.example/users/ben"
NOON = 1_767_225_600_000
NOTE = f"{ANNS}/statuses/7"


def account(
    id_: AccountId = ANN, username: str = "ann", domain: str | None = None, fields: list[Field] | None = None
) -> Account:
    """Make somebody of whom only the name matters."""
    return Account(
        id=id_,
        username=username,
        domain=domain,
        kind=Kind.PERSON,
        standing=Standing.ACTIVE,
        locked=False,
        discoverable=True,
        indexable=True,
        hide_collections=False,
        display_name=username.title(),
        note="",
        note_html="",
        fields=fields or [],
        emojis=[],
        avatar=None,
        header=None,
        uri=None if domain is None else f"https://{domain}/users/{username}",
        url=None,
        created_at=NOON,
        posts=0,
        followers=0,
        following=0,
        last_post_at=None,
    )


def post(**more: Any) -> Post:
    """Make a post of which only what is given matters."""
    usual: dict[str, Any] = {
        "id": PostId(7),
        "author": account(),
        "visibility": Visibility.PUBLIC,
        "content_html": "<p>Good morning</p>",
        "warning": "",
        "sensitive": False,
        "language": "en",
        "in_reply_to": None,
        "in_reply_to_author": None,
        "thread": PostId(7),
        "attachments": [],
        "mentions": [],
        "tags": [],
        "emojis": [],
        "app": None,
        "local": True,
        "uri": None,
        "url": None,
        "created_at": NOON,
        "edited_at": None,
        "replies": 0,
        "boosts": 2,
        "favourites": 3,
        "quotes": 0,
        "quote_policy": QuotePolicy.PUBLIC,
        "card": None,
        "label": None,
        "staff_note": None,
        "reactions": [],
        "allowance": None,
        "wanted": None,
        "flags": None,
    }
    return Post(**usual | more)


PICTURE = Attachment(
    id=MediaId(3),
    type="image",
    original=Picture("media/aa/bb.webp", 640, 480),
    small=Picture("media/aa/cc.webp", 320, 240),
    description="A heron on the old bridge",
    blurhash="LEHV6nWB2yk8pyo0adR*.7kCMdnj",
    focus=(0.5, -0.25),
    content_type="image/webp",
)
FILM = msgspec.structs.replace(
    PICTURE, type="video", original=Picture("media/aa/dd.mp4", 1280, 720), recording=Recording(12.5, 900_000)
)
ASKED = Poll(
    id=PostId(7),
    terms=PollTerms(options=["Tea", "Coffee"], expires_at=NOON + 86_400_000),
    tallies=[4, 5],
    voters=8,
    closed=False,
    own_votes=None,
    is_own=False,
)
EVERYTHING = post(
    warning="Birds",
    sensitive=True,
    in_reply_to=PostId(5),
    in_reply_to_author=BEN,
    attachments=[PICTURE, FILM],
    mentions=[Mention(BEN, "ben", "far.example")],
    tags=["heron", "ہیرون"],
    emojis=[
        Emoji("wave", "https://square.example/media/emoji/aa/ee.png", "https://square.example/media/emoji/aa/ee.png")
    ],
    edited_at=NOON + 60_000,
    poll=ASKED,
)
NAMED = Names(
    people={BEN: BENS},
    in_reply_to="https://far.example/notes/5",
    thread="https://square.example/contexts/5",
    quoted=Quoted(
        uri="https://far.example/notes/4",
        url="https://far.example/@ben/4",
        approval="https://far.example/stamps/1",
    ),
    leave="https://far.example/leaves/2",
)


def boost() -> Post:
    """Make a boost of a post from elsewhere."""
    theirs = post(
        id=PostId(5), author=account(BEN, "ben", "far.example"), local=False, uri="https://far.example/notes/5"
    )
    return post(id=PostId(9), boost_of=theirs)


def every_activity(actor: dict[str, Any] | None = None) -> list[activities.Activity]:
    """One of each kind; `actor` is what stands at Ann's id."""
    note = objects.post(SITE, EVERYTHING, NAMED)
    liked = activities.like(ANNS, 11, "https://far.example/notes/5")
    follow = activities.follow(ANNS, 12, BENS)
    asked = activities.followed_by("https://far.example/follows/1", BENS, ANNS)
    stamp = ids.quote_stamp_id(ANNS, PostId(13))
    to_quote = activities.quote_asked("https://far.example/asks/1", BENS, NOTE, "https://far.example/notes/6")
    actor = actor or {"id": ANNS, "type": "Person", "publicKey": {"owner": ANNS, "publicKeyPem": "…"}}
    return [
        activities.create(note),
        activities.update(note, NOON),
        activities.delete(ANNS, NOTE),
        activities.announce(SITE, boost()),
        activities.undo(activities.announce(SITE, boost())),
        liked,
        activities.undo(liked),
        follow,
        activities.undo(follow),
        activities.accept(ANNS, 1, asked),
        activities.reject(ANNS, 2, asked),
        activities.block(ANNS, 3, BENS),
        activities.undo(activities.block(ANNS, 3, BENS)),
        activities.flag("https://square.example/actor", 4, BENS, ["https://far.example/notes/5"], "Spam"),
        activities.add_to_featured(ANNS, 5, NOTE),
        activities.remove_from_featured(ANNS, 6, NOTE),
        activities.restore(ANNS, 9, NOTE),
        activities.tag_featured(ANNS, 8, collections.hashtag_of(SITE, "ann", "herons"), shown=True),
        activities.move(ANNS, 7, BENS),
        activities.update_actor(actor, NOON),
        activities.delete_actor(ANNS),
        activities.vote(ANNS, 8, "https://far.example/notes/5", BENS, "Tea"),
        activities.ask_to_quote(note, "https://far.example/notes/4"),
        activities.accept_quote(ANNS, 9, to_quote, stamp),
        activities.reject_quote(ANNS, 10, to_quote),
        activities.revoke_quote(ANNS, stamp),
        activities.ask_to_answer(note, BENS),
        activities.ask_to_boost(activities.announce(SITE, boost()), BENS),
        activities.ask_to_like(liked, BENS),
    ]
