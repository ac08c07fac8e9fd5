"""Facts about quotes: who asked for the leave to quote, and what became of it; `events` has all kinds of facts."""

from bema.model.facts import Event
from bema.model.ids import AccountId, PostId


class QuoteRevoked(Event, frozen=True):
    """The author of `quote_of` took back the leave that `post` quotes it."""

    post: PostId
    author: AccountId
    quote_of: PostId
    leave: int = 0  # the id of the stamp that is no more, where the post is from elsewhere


class QuoteAsked(Event, frozen=True):
    """`by`, of another server, asked for the leave to quote a post of `author`, and has it or not."""

    post: PostId
    author: AccountId
    by: AccountId
    quoting: str  # the address of the post that is to quote it
    asked_as: str | None = None  # what the asking is called there
    leave: int = 0  # the id of its stamp; 0: it was refused


class QuoteWaiting(Event, frozen=True):
    """A post that quotes another waits for the word of the other's author."""

    post: PostId
    author: AccountId
    quote_of: PostId


class QuoteAccepted(Event, frozen=True):
    """The author of `quote_of` let `post` quote it, after it was published."""

    post: PostId
    author: AccountId
    quote_of: PostId
    asked: bool = False  # the author decided it themselves, who was told of it before


class QuotePolicyChanged(Event, frozen=True):
    """The author of a post said anew who may quote it."""

    post: PostId
    author: AccountId
