"""What people of other servers do, in neutral words: a struct for each kind of act, made by reading, carried out by receiving.

An `actor` is who says that they act; whether it was really them is known from the signature alone.
"""

import msgspec

from bema.model.federating import RemoteActor, RemotePost
from bema.model.ids import Millis


class RemoteAct(msgspec.Struct, frozen=True, kw_only=True):
    """Something that somebody of another server did."""

    uri: str | None  # what the act is called there
    actor: str


class Publish(RemoteAct, frozen=True):
    """They said something; `posts` are several only where they are the votes of one ballot."""

    posts: list[RemotePost] = []
    named: str | None = None  # where only its id came


class Revise(RemoteAct, frozen=True):
    """A post or profile says something else now."""

    post: RemotePost | None = None
    profile: RemoteActor | None = None
    named: str | None = None


class Withdraw(RemoteAct, frozen=True):
    """A post, a profile or a leave to quote is gone."""

    what: str


class PassOn(RemoteAct, frozen=True):
    """They boosted a post."""

    what: str
    to: list[str] = []
    cc: list[str] = []
    at: Millis | None = None


class Bring(RemoteAct, frozen=True):
    """A group or relay says that there is something to be looked at where it comes from."""

    what: str


class Favour(RemoteAct, frozen=True):
    """They like a post, perhaps with an emoji."""

    what: str
    emoji: str | None = None  # itself, or the shortcode of a custom one
    picture: str | None = None  # of a custom one


class FollowAct(RemoteAct, frozen=True):
    """They want to follow somebody."""

    whom: str


class AskToQuote(RemoteAct, frozen=True):
    """They want to quote a post, with a post of theirs."""

    quoted: str
    quoting: str


class Undo(RemoteAct, frozen=True):
    """They take back something that they did."""

    act: "AnyAct | None" = None
    named: str | None = None


class Answer(RemoteAct, frozen=True):
    """They say yes or no to being followed or quoted."""

    yes: bool
    act: "FollowAct | AskToQuote | None" = None
    named: str | None = None
    leave: str | None = None  # to quote: where it can be checked


class BlockAct(RemoteAct, frozen=True):
    """They block somebody."""

    whom: str


class Complain(RemoteAct, frozen=True):
    """Their server, or they, report somebody with some posts."""

    about: list[str]
    comment: str = ""


class Feature(RemoteAct, frozen=True):
    """They pin a post or tag to their profile, or take it off."""

    what: str
    among: str  # the collection
    added: bool


class FeatureTag(RemoteAct, frozen=True):
    """They show a hashtag on their profile, or no more."""

    name: str
    among: str  # the collection
    added: bool


class MoveAct(RemoteAct, frozen=True):
    """They are somebody else from now on."""

    who: str
    target: str


AnyAct = (
    Publish
    | Revise
    | Withdraw
    | PassOn
    | Bring
    | Favour
    | FollowAct
    | AskToQuote
    | Undo
    | Answer
    | BlockAct
    | Complain
    | Feature
    | FeatureTag
    | MoveAct
)


class Members(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a collection, or a collection that has its first page inside."""

    uri: str | None
    ids: list[str] = []
    posts: list[RemotePost] = []  # those that came whole
    tags: list[str] = []
    first: str | None = None  # where its first page is, if that came by its id alone
    next: str | None = None
    total: int | None = None
