"""What a reader is shown: accounts and posts as loaded for one viewer, from which every protocol and page renders."""

from typing import Generic, TypeVar

import msgspec

from bema.model.ids import AccountId, MediaId, Millis, PostId
from bema.model.policy import Kind, Standing, Visibility

T = TypeVar("T")


class View(msgspec.Struct, frozen=True, gc=False):
    """A value that is loaded, rendered and thrown away."""


class Emoji(View, frozen=True):
    """A custom emoji used in a text."""

    shortcode: str
    url: str
    static_url: str


class Field(View, frozen=True):
    """A name and value on a profile; `html` is the rendered value, `verified_at` when its link was seen to link back."""

    name: str
    value: str
    html: str
    verified_at: Millis | None = None


class Picture(View, frozen=True):
    """One stored size of an image: where it lies (a key of `outside/blobs`), and how large it is in pixels."""

    key: str
    width: int
    height: int


class ProfilePicture(View, frozen=True):
    """An avatar or header."""

    original: Picture
    still: Picture  # the same without movement
    description: str = ""


class Attachment(View, frozen=True):
    """A media file of a post. `focus` is in -1..1 on both axes, from the centre, upwards."""

    id: MediaId
    type: str  # image, gifv, video, audio, unknown
    original: Picture
    small: Picture
    description: str | None
    blurhash: str | None
    focus: tuple[float, float] = (0.0, 0.0)
    content_type: str = ""


class Mention(View, frozen=True):
    """Somebody a post addresses. `domain` is None for people of this server."""

    id: AccountId
    username: str
    domain: str | None


class Account(View, frozen=True):
    """An account as everybody sees it. Counts are a projection and may lag by a moment."""

    id: AccountId
    username: str
    domain: str | None  # None: of this server
    kind: Kind
    standing: Standing
    locked: bool
    discoverable: bool
    indexable: bool
    hide_collections: bool
    display_name: str
    note: str
    note_html: str
    fields: list[Field]
    emojis: list[Emoji]
    avatar: ProfilePicture | None
    header: ProfilePicture | None
    uri: str | None  # None: derived from the username
    url: str | None
    created_at: Millis
    posts: int
    followers: int
    following: int
    last_post_at: Millis | None

    @property
    def acct(self) -> str:
        """The address as people of this server write it: `name`, or `name@host`."""
        return self.username if self.domain is None else f"{self.username}@{self.domain}"


class MutedAccount(View, frozen=True):
    """An account that one mutes, until a moment or (None) until further notice."""

    account: Account
    expires_at: Millis | None


class OwnAccount(View, frozen=True):
    """What only those who own an account see of it."""

    account: Account
    post_visibility: Visibility
    post_sensitive: bool
    post_language: str | None
    follow_requests: int


class Flags(View, frozen=True):
    """What the viewer did with a post."""

    favourited: bool = False
    boosted: bool = False
    bookmarked: bool = False
    thread_muted: bool = False
    pinned: bool = False


class PostedWith(View, frozen=True):
    """The app a post was written with."""

    name: str
    website: str | None


class Post(View, frozen=True):
    """A post as one viewer sees it; `flags` is None for a viewer who is not signed in."""

    id: PostId
    author: Account
    visibility: Visibility
    content_html: str
    warning: str
    sensitive: bool
    language: str | None
    in_reply_to: PostId | None
    in_reply_to_author: AccountId | None
    thread: PostId
    attachments: list[Attachment]
    mentions: list[Mention]
    tags: list[str]
    emojis: list[Emoji]
    app: PostedWith | None
    local: bool
    uri: str | None
    url: str | None
    created_at: Millis
    edited_at: Millis | None
    replies: int
    boosts: int
    favourites: int
    flags: Flags | None
    boost_of: "Post | None" = None
    # All that is the same for every viewer, in one value: what was rendered of an equal one can be used again. As long
    # as the database does not change it is the very same object.
    made_of: tuple[object, ...] | None = None


class PostVersion(View, frozen=True):
    """One version of a post's text."""

    content_html: str
    warning: str
    sensitive: bool
    attachments: list[Attachment]
    emojis: list[Emoji]
    created_at: Millis


class Relationship(View, frozen=True):
    """How the viewer and another account stand to each other."""

    id: AccountId
    following: bool = False
    showing_boosts: bool = False
    notifying: bool = False
    languages: list[str] | None = None
    followed_by: bool = False
    blocking: bool = False
    blocked_by: bool = False
    muting: bool = False
    muting_notifications: bool = False
    muting_expires_at: Millis | None = None
    requested: bool = False
    requested_by: bool = False
    note: str = ""


class Notification(View, frozen=True):
    """Something an account is told of."""

    id: int
    type: str  # follow, follow_request, mention, favourite, boost, post, edit
    created_at: Millis
    by: Account
    post: Post | None


class Thread(View, frozen=True):
    """A post with what it answers and what answers it."""

    ancestors: list[Post]
    post: Post
    descendants: list[Post]


class TagDay(View, frozen=True):
    """How much a tag was used on a day (days since 1970-01-01)."""

    day: int
    uses: int
    accounts: int


class Tag(View, frozen=True):
    """A hashtag. `following` is None for a viewer who is not signed in."""

    id: int
    name: str
    history: list[TagDay]
    following: bool | None


class Page(View, Generic[T], frozen=True):
    """Part of a list, newest first, with the cursors that its first and last item stand for."""

    items: list[T]
    first: int | None = None
    last: int | None = None
