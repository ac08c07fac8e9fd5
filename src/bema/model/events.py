"""The facts of the event log: small, made of ids, changed only by addition; their names and fields are stored for ever."""

import msgspec

from bema.model.ids import AccountId, LoginId, MediaId, NotificationId, PostId
from bema.model.policy import Visibility


class Event(msgspec.Struct, frozen=True, gc=False, tag_field="type", omit_defaults=True):
    """A fact that was committed together with the rows it speaks of."""


class AccountCreated(Event, frozen=True):
    """An account came to be."""

    account: AccountId


class AccountUpdated(Event, frozen=True):
    """A profile was changed."""

    account: AccountId


class AccountDeleted(Event, frozen=True):
    """An account was deleted by those who own it."""

    account: AccountId


class PostPublished(Event, frozen=True):
    """A post was written. Counting goes by what stands here: the post may be gone when this is read."""

    post: PostId
    author: AccountId
    visibility: Visibility = Visibility.PUBLIC
    in_reply_to: PostId | None = None


class PostEdited(Event, frozen=True):
    """A post got a new version."""

    post: PostId
    author: AccountId


class PostDeleted(Event, frozen=True):
    """A post was deleted by its author. `boost_of` is set when it was a boost that was undone."""

    post: PostId
    author: AccountId
    in_reply_to: PostId | None = None
    boost_of: PostId | None = None
    visibility: Visibility = Visibility.PUBLIC


class PostBoosted(Event, frozen=True):
    """A post was boosted; `post` is the boost, `boost_of` what it passes on."""

    post: PostId
    author: AccountId
    boost_of: PostId


class PostFavourited(Event, frozen=True):
    """A post was favourited."""

    post: PostId
    by: AccountId


class PostUnfavourited(Event, frozen=True):
    """A favourite was withdrawn."""

    post: PostId
    by: AccountId


class PostPinned(Event, frozen=True):
    """A post was pinned to its author's profile, or taken from it."""

    post: PostId
    author: AccountId
    pinned: bool


class Followed(Event, frozen=True):
    """`follower` follows `followed` from now on."""

    follower: AccountId
    followed: AccountId


class FollowRequested(Event, frozen=True):
    """`follower` asks to follow a locked account."""

    follower: AccountId
    followed: AccountId


class FollowRequestAnswered(Event, frozen=True):
    """A request to follow was accepted (a `Followed` comes with it), rejected, or withdrawn."""

    follower: AccountId
    followed: AccountId
    accepted: bool


class Unfollowed(Event, frozen=True):
    """`follower` follows `followed` no more, by either one's wish."""

    follower: AccountId
    followed: AccountId


class Blocked(Event, frozen=True):
    """`by` wants neither to see nor to be seen by `target`."""

    by: AccountId
    target: AccountId


class Unblocked(Event, frozen=True):
    """A block ended."""

    by: AccountId
    target: AccountId


class Muted(Event, frozen=True):
    """`by` does not want to see `target`."""

    by: AccountId
    target: AccountId


class Unmuted(Event, frozen=True):
    """A mute ended."""

    by: AccountId
    target: AccountId


class NotificationsDismissed(Event, frozen=True):
    """`account` put away one notification (`only`), or all up to and with `until`."""

    account: AccountId
    only: NotificationId | None = None
    until: NotificationId | None = None


class MediaUploaded(Event, frozen=True):
    """A file was uploaded and is ready to be attached."""

    media: MediaId
    account: AccountId


class LetterWritten(Event, frozen=True):
    """A letter (e-mail) waits to be sent."""

    letter: int


class LoginCreated(Event, frozen=True):
    """Somebody signed up."""

    login: LoginId


class LoginChanged(Event, frozen=True):
    """A login was confirmed, approved, given another role, or its secrets changed."""

    login: LoginId


AnyEvent = (
    AccountCreated
    | AccountUpdated
    | AccountDeleted
    | PostPublished
    | PostEdited
    | PostDeleted
    | PostBoosted
    | PostFavourited
    | PostUnfavourited
    | PostPinned
    | Followed
    | FollowRequested
    | FollowRequestAnswered
    | Unfollowed
    | Blocked
    | Unblocked
    | Muted
    | Unmuted
    | NotificationsDismissed
    | MediaUploaded
    | LetterWritten
    | LoginCreated
    | LoginChanged
)
