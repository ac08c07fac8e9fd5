"""Federation in neutral words: what is read of other servers' documents, and how one speaks with them."""

import re
from enum import IntEnum
from functools import lru_cache
from urllib.parse import urlsplit

import msgspec

from bema.model.ids import Millis


class SignatureStyle(IntEnum):
    """How a request is signed; the numbers are stored. The other one is the second knock."""

    CAVAGE = 0  # draft-cavage-http-signatures-12
    MESSAGE = 1  # RFC 9421


class Lane(IntEnum):
    """What is delivered before what; the numbers are stored."""

    INTERACTIVE = 0  # answers, mentions, follows: somebody waits for it
    BULK = 1  # to all followers
    DELETION = 2


class RemoteKey(msgspec.Struct, frozen=True):
    """A public key, as its owner's document names it."""

    uri: str
    owner: str
    kind: str  # rsa, ed25519
    public_key: str  # PEM, SPKI


class RemotePicture(msgspec.Struct, frozen=True):
    """A picture of a profile or an emoji, where its own server has it."""

    url: str
    media_type: str | None = None
    description: str = ""
    updated_at: Millis | None = None  # since when it looks like this, if its server says so


class RemoteEmoji(msgspec.Struct, frozen=True):
    """A custom emoji of another server."""

    shortcode: str
    url: str
    updated_at: Millis | None = None  # since when it looks like this


class RemoteField(msgspec.Struct, frozen=True):
    """A row of a profile's table; the value is HTML that was cleaned."""

    name: str
    value_html: str


class RemoteActor(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of another server, as their document says; every text is within limits, every HTML cleaned."""

    uri: str
    type: str
    username: str
    url: str | None
    name: str
    note_html: str
    inbox: str
    shared_inbox: str | None = None
    outbox: str | None = None
    followers: str | None = None
    following: str | None = None
    featured: str | None = None
    featured_tags: str | None = None
    keys: list[RemoteKey] = []
    locked: bool = False
    discoverable: bool = False
    indexable: bool = False
    memorial: bool = False
    suspended: bool = False
    created_at: Millis | None = None
    avatar: RemotePicture | None = None
    header: RemotePicture | None = None
    fields: list[RemoteField] = []
    emojis: list[RemoteEmoji] = []
    also_known_as: list[str] = []
    moved_to: str | None = None
    attribution_domains: list[str] = []
    handle: str | None = None  # name@host of FEP-2c59, to be checked by WebFinger


class RemoteMention(msgspec.Struct, frozen=True):
    """Somebody whom a post names."""

    uri: str
    name: str  # @name@host, as written


class RemoteFile(msgspec.Struct, frozen=True):
    """A file of a post, where its own server has it."""

    url: str
    media_type: str | None
    description: str = ""
    blurhash: str | None = None
    width: int | None = None
    height: int | None = None
    focus: tuple[float, float] | None = None
    duration: float | None = None
    preview_url: str | None = None


class RemoteChoice(msgspec.Struct, frozen=True):
    """One thing that can be voted for."""

    title: str
    votes: int


class RemotePoll(msgspec.Struct, frozen=True):
    """What a post asks."""

    choices: list[RemoteChoice]
    multiple: bool
    ends_at: Millis | None
    closed_at: Millis | None
    voters: int | None


class RemoteRule(msgspec.Struct, frozen=True):
    """Who may do something with a post: people and circles by their ids."""

    at_once: list[str]
    asked: list[str]


class RemotePost(msgspec.Struct, frozen=True, kw_only=True):
    """A post of another server, as its document says; every text is within limits, every HTML cleaned."""

    uri: str
    type: str  # Note, Question, Article, …
    author: str
    url: str | None
    content_html: str
    warning: str = ""
    sensitive: bool = False
    language: str | None = None
    to: list[str] = []
    cc: list[str] = []
    published_at: Millis | None = None
    updated_at: Millis | None = None
    in_reply_to: str | None = None
    thread: str | None = None  # context or conversation
    files: list[RemoteFile] = []
    mentions: list[RemoteMention] = []
    tags: list[str] = []
    emojis: list[RemoteEmoji] = []
    poll: RemotePoll | None = None
    replies: str | None = None  # the collection
    quote: str | None = None
    quote_approval: str | None = None
    may_quote: list[str] = []  # automaticApproval of canQuote
    may_ask_to_quote: list[str] = []  # manualApproval
    may_favourite: RemoteRule | None = None  # of canLike; none: the author rules nothing
    may_answer: RemoteRule | None = None  # of canReply
    may_boost: RemoteRule | None = None  # of canAnnounce
    vote_for: str | None = None  # it is no post but a vote: the name of what it votes for


class Finger(msgspec.Struct, frozen=True):
    """What WebFinger says of somebody."""

    name: str  # as their own server calls them, in front of the at sign
    host: str  # and behind it
    actor: str | None  # the id of their document
    subscribe: str | None = None  # where on their server they follow others: an address with `{uri}` in it
    ways: dict[
        str, str
    ] = {}  # where they follow, like, announce, answer or look at something there (FEP-3b86), likewise


class Leave(msgspec.Struct, frozen=True):
    """What an author says about being quoted, where it can be checked: which post may quote which of theirs."""

    uri: str
    author: str
    quoting: str
    quoted: str


@lru_cache(maxsize=4_096)
def origin(uri: str) -> str | None:
    """Return the server that answers for an id (scheme, host and port in one spelling); None where it is no web address.

    What two programs might read differently belongs to nobody: a user name in front, a backslash, a broken port.
    """
    try:
        parts = urlsplit(uri)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or not _PLAIN.fullmatch(uri):
        return None
    host = host.removesuffix(".")
    if not host.isascii():
        try:
            host = host.encode("idna").decode()
        except UnicodeError:
            return None
    usual = 443 if parts.scheme == "https" else 80
    return f"{parts.scheme}://{host}" + ("" if port in (None, usual) else f":{port}")


def same_origin(*uris: str | None) -> bool:
    """Tell whether all ids are of one server, which answers for all of them."""
    found = {None if uri is None else origin(uri) for uri in uris}
    return len(found) == 1 and None not in found


def host_of(uri: str) -> str | None:
    """Return the domain of an id, with its port where that is not the scheme's own."""
    found = origin(uri)
    return None if found is None else found.partition("://")[2]


def registrable(host: str) -> str:
    """Return the name that somebody registered, of which a host is a part: whoever has it makes as many hosts as they like.

    Told by its form: two labels, or three below a country's `co`, `ac` and the like. The public list of suffixes would
    tell apart who shares one, as customers of one hoster do; here they merely share a budget, and no list grows old.
    """
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    labels = name.split(".")
    if labels[-1].isdigit() or name.startswith("["):
        return name
    country = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3 if country else -2 :])


# Below which several countries have names registered; where one is missing, all below it share a budget.
_SECOND_LEVEL = frozenset(("ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "govt", "id", "ltd", "me", "mil", "ne", "net",
                           "nhs", "nom", "or", "org", "plc", "sch", "school", "web"))  # fmt: skip
_PLAIN = re.compile(r"[^\s\x00-\x20\x7f-\x9f\\<>\"]+")
