"""What a reader is shown: accounts and posts as loaded for one viewer, from which every protocol and page renders."""

from typing import Generic, Literal, TypeVar

import msgspec

from bema.model.allowing import Allowance, Deed, Leave, Wanted
from bema.model.filters import Match
from bema.model.ids import AccountId, CardId, MediaId, Millis, PostId
from bema.model.policy import Kind, QuoteLeave, QuotePolicy, Role, Standing, Visibility, leave_to_quote

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


NO_PICTURE = Picture("", 0, 0)  # where there is none: before a recording is prepared, and of sound without a cover


class Sound(View, frozen=True):
    """The sound of a recording."""

    codec: str
    hertz: int
    channels: int


class Recording(View, frozen=True):
    """What a video or sound is like while it plays."""

    seconds: float
    bits_per_second: int
    frame_rate: str | None = None  # as a fraction: "30000/1001"
    sound: Sound | None = None


class Colours(View, frozen=True):
    """Colours of a cover, as #rrggbb, in which a player of sound may dress."""

    background: str
    foreground: str
    accent: str


class Attachment(View, frozen=True, omit_defaults=True):
    """A media file of a post. `focus` is in -1..1 on both axes, from the centre, upwards.

    While `state` is not "ready", `original` is the file as it was uploaded, which nobody is shown. Posts have only what
    is ready. The `original` of a sound has no size.
    """

    id: MediaId
    type: str  # image, gifv, video, audio, unknown
    original: Picture
    small: Picture
    description: str | None
    blurhash: str | None
    focus: tuple[float, float] = (0.0, 0.0)
    content_type: str = ""
    state: Literal["ready", "waiting", "failed"] = "ready"
    recording: Recording | None = None
    colours: Colours | None = None
    own_preview: bool = False  # whether `small` was chosen by the uploader
    remote_url: str | None = None  # of a file of another server: where it is there


class PollTerms(View, frozen=True):
    """What a poll asks and until when; it stands with its post, the votes do not."""

    options: list[str]
    expires_at: Millis | None
    multiple: bool = False
    hide_totals: bool = False  # until the end
    emojis: list[Emoji] = []


class Poll(View, frozen=True):
    """A poll as one viewer sees it."""

    id: PostId  # of the post that it belongs to
    terms: PollTerms
    tallies: list[int]  # votes for each option
    voters: int
    closed: bool
    own_votes: list[int] | None  # the viewer's; None: not signed in
    is_own: bool  # the viewer asks: they have no vote

    @property
    def voted(self) -> bool:
        """Whether nothing is left to say for the viewer, to whom the numbers are shown."""
        return self.is_own or bool(self.own_votes)

    @property
    def shows_totals(self) -> bool:
        """Whether the votes for each option are told now."""
        return self.closed or not self.terms.hide_totals


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
    limited: bool = False  # by a decision: found by its followers alone
    sensitized: bool = False  # by a decision: whatever it posts is sensitive
    badge: Role = Role.MEMBER  # the role on this server of who signs in for it
    show_media: bool = True  # what its profile shows: pictures,
    show_media_replies: bool = True  # those in answers too,
    show_featured: bool = True  # tags and people
    email_subscriptions: bool = False  # strangers may have its posts by e-mail, where the operators allow that
    label: str | None = None  # by a decision: model/decisions.Label
    staff_note: str | None = None  # by a decision: words of the staff beside it
    moved_to: AccountId | None = None  # who they are from now on
    memorial: bool = False  # their own server keeps the account in memory of somebody who died

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
    post_quote_policy: QuotePolicy
    follow_requests: int
    attribution_domains: list[str] = []  # whose pages may name it as their author


class CardAuthor(View, frozen=True):
    """Who wrote a page, as the page says; `account` is whom it names and who said that it may."""

    name: str
    url: str
    handle: str = ""  # of the fediverse, as the page says
    account: AccountId | None = None


class CardFacts(View, frozen=True, kw_only=True, omit_defaults=True):
    """What a page says about itself: texts are plain, addresses http or https, `html` nothing but a frame of our own make."""

    kind: Literal["link", "photo", "video"] = "link"
    title: str
    description: str = ""
    language: str | None = None
    provider_name: str = ""
    provider_url: str = ""
    authors: list[CardAuthor] = []
    html: str = ""
    width: int = 0  # of the frame, photo or picture
    height: int = 0
    picture: Picture | None = None
    image_description: str = ""
    blurhash: str | None = None
    embed_url: str = ""  # of a photo: where it is in full
    published_at: Millis | None = None


class Card(View, frozen=True):
    """A page that posts link to."""

    id: CardId
    url: str
    facts: CardFacts
    writers: tuple[Account | None, ...] = ()  # the accounts of its authors, in their order, where there are any


class Flags(View, frozen=True):
    """What the viewer did with a post."""

    favourited: bool = False
    boosted: bool = False
    bookmarked: bool = False
    thread_muted: bool = False
    pinned: bool = False
    filtered: tuple[Match, ...] = ()  # the filters of the viewer that it meets


class PostedWith(View, frozen=True):
    """The app a post was written with."""

    name: str
    website: str | None


class Reacted(View, frozen=True):
    """How many reacted to a post with an emoji: itself, or `shortcode@host` with the address of a custom one's picture."""

    name: str
    people: int
    picture: str | None = None


class Quote(View, frozen=True):
    """What a post quotes, as far as the viewer may know of it."""

    state: str  # pending, accepted, rejected, revoked; of what was accepted also deleted, hidden, blocked, blocked_domain, muted
    post_id: PostId | None = None  # none: there is nothing that the viewer may see
    post: "Post | None" = None  # the same; none inside a post that is itself quoted


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
    quotes: int
    quote_policy: QuotePolicy
    card: Card | None  # of the first page that it links to
    label: str | None  # by a decision: model/decisions.Label
    staff_note: str | None  # by a decision: words of the staff beside it
    reactions: list[Reacted]  # of people of other servers, the most frequent first
    allowance: Allowance | None  # of a post from elsewhere: what its author lets people of this server do
    wanted: Wanted | None  # of one's own: it waits for the word of whom it answers
    flags: Flags | None
    boost_of: "Post | None" = None
    # All that is the same for every viewer, in one value: what was rendered of an equal one can be used again. As long
    # as the database does not change it is the very same object.
    made_of: tuple[object, ...] | None = None
    poll: Poll | None = None
    quote: Quote | None = None
    follows_author: bool = False  # the viewer does; known only where it matters who may quote or answer the post

    def leave_to(self, deed: str, viewer: AccountId) -> Leave:
        """Tell whether a viewer may favourite, answer or boost the post, as far as it can be told beforehand."""
        rule = None if self.allowance is None else self.allowance.rule(Deed(deed))
        if rule is None:
            return Leave.YES
        if deed == Deed.ANSWER and viewer in (self.in_reply_to_author, *(each.id for each in self.mentions)):
            return Leave.YES
        circles = (rule.of(viewer, follows=self.follows_author, followed=each) for each in (True, False))
        return max(circles)  # whom the author follows is found out when it is tried

    def may_be_quoted_by(self, viewer: AccountId | None) -> bool:
        """Tell whether the viewer may quote the post, or ask to."""
        return self.leave_to_quote(viewer) is not QuoteLeave.DENIED

    def leave_to_quote(self, viewer: AccountId | None) -> QuoteLeave:
        """Tell how the viewer may quote the post."""
        if viewer is None:
            return QuoteLeave.DENIED
        return leave_to_quote(
            self.visibility, self.quote_policy, is_author=self.author.id == viewer, follows_author=self.follows_author
        )


class PostVersion(View, frozen=True):
    """One version of a post's text."""

    content_html: str
    warning: str
    sensitive: bool
    attachments: list[Attachment]
    emojis: list[Emoji]
    created_at: Millis
    poll: PollTerms | None = None


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
    domain_blocking: bool = False
    endorsed: bool = False


class Notification(View, frozen=True):
    """Something an account is told of."""

    id: int
    type: str  # a key of model/notifications.KINDS
    created_at: Millis
    by: Account
    post: Post | None
    about: object = None  # what else it is about, as the type says: reporting.ReportMade, decisions.Decision
    group: str | None = None  # what it belongs together with


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
    """A hashtag. `following` and `featuring` are None for a viewer who is not signed in."""

    id: int
    name: str
    history: list[TagDay]
    following: bool | None
    featuring: bool | None = None


class FeaturedTag(View, frozen=True):
    """A hashtag that an account shows on its profile."""

    id: int
    name: str
    posts: int  # public ones of the account that carry it
    last_day: int | None  # on which there was one


class Translation(View, frozen=True):
    """What a version of a post says in another language; the HTML is cleaned, all else plain."""

    content_html: str
    warning: str
    options: list[str]  # of its poll
    descriptions: list[tuple[MediaId, str]]
    source: str
    language: str
    provider: str


class TrendingTag(View, frozen=True):
    """A tag that trends, and how many different people used it in the last days."""

    tag: Tag
    people: int


class TrendingCard(View, frozen=True):
    """A linked page that trends, how it was used day by day, and how many different people linked to it in the last days."""

    card: Card
    history: list[TagDay]
    people: int


class TrendingPost(View, frozen=True):
    """A post that trends, and how many different people favourited or boosted it in the last days."""

    post: Post
    people: int


class Page(View, Generic[T], frozen=True):
    """Part of a list, newest first, with the cursors that its first and last item stand for."""

    items: list[T]
    first: int | None = None
    last: int | None = None
