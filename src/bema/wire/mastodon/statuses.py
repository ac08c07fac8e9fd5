"""Posts as Mastodon clients read them: statuses with their attachments, polls, quotes, versions and threads."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Raw, UnsetType

from bema.wire.mastodon.accounts import Account, Approval, CustomEmoji, Entity, Trust, Visibility
from bema.wire.mastodon.filters import FilterResult

MediaType = Literal["unknown", "image", "gifv", "video", "audio"]


class MediaSize(Entity, frozen=True, kw_only=True):
    """The measures of one rendition; the last three belong to moving pictures and sound."""

    width: int | UnsetType = UNSET
    height: int | UnsetType = UNSET
    size: str | UnsetType = UNSET
    aspect: float | UnsetType = UNSET
    frame_rate: str | UnsetType = UNSET
    duration: float | UnsetType = UNSET
    bitrate: int | UnsetType = UNSET


class Focus(Entity, frozen=True, kw_only=True):
    """The point that a crop must keep: -1.0 to 1.0 from left to right and from bottom to top."""

    x: float
    y: float


class MediaColors(Entity, frozen=True, kw_only=True):
    """Colours of a sound's cover, as #rrggbb, in which a player may dress."""

    background: str
    foreground: str
    accent: str


class MediaMeta(Entity, frozen=True, kw_only=True):
    """The measures of an attachment; without them a client's page jumps while pictures load."""

    length: str | UnsetType = UNSET
    duration: float | UnsetType = UNSET
    fps: int | UnsetType = UNSET
    size: str | UnsetType = UNSET
    width: int | UnsetType = UNSET
    height: int | UnsetType = UNSET
    aspect: float | UnsetType = UNSET
    audio_encode: str | UnsetType = UNSET
    audio_bitrate: str | UnsetType = UNSET
    audio_channels: str | UnsetType = UNSET
    original: MediaSize | UnsetType = UNSET
    small: MediaSize | UnsetType = UNSET
    focus: Focus | UnsetType = UNSET
    colors: MediaColors | UnsetType = UNSET


class MediaAttachment(Entity, frozen=True, kw_only=True):
    """A file of a status; `url` is null while it is being processed."""

    id: str
    type: MediaType
    url: str | None
    preview_url: str | None
    remote_url: str | None
    meta: MediaMeta | None
    description: str | None
    blurhash: str | None


class StatusMention(Entity, frozen=True, kw_only=True):
    """Somebody whom a status addresses; clients find the link in `content` by `url`."""

    id: str
    username: str
    url: str
    acct: str


class StatusTag(Entity, frozen=True, kw_only=True):
    """A hashtag in a status; clients find the link in `content` by `url`."""

    name: str
    url: str


class StatusApplication(Entity, frozen=True, kw_only=True):
    """The client that a status was written with."""

    name: str
    website: str | None


class PollOption(Entity, frozen=True, kw_only=True):
    """One answer of a poll; its votes are null while totals are hidden."""

    title: str
    votes_count: int | None


class Poll(Entity, frozen=True, kw_only=True):
    """A poll; `voted` and `own_votes` are there when a token is."""

    id: str
    expires_at: str | None
    expired: bool
    multiple: bool
    votes_count: int
    voters_count: int | None
    voted: bool | UnsetType = UNSET
    own_votes: list[int] | UnsetType = UNSET
    options: list[PollOption]
    emojis: list[CustomEmoji]


class PreviewCardAuthor(Entity, frozen=True, kw_only=True):
    """Who wrote a linked page."""

    name: str
    url: str
    account: Account | None


class PreviewCard(Entity, frozen=True, kw_only=True):
    """What a linked page says about itself."""

    url: str
    title: str
    description: str
    language: str | None
    type: Literal["link", "photo", "video", "rich"]
    author_name: str
    author_url: str
    provider_name: str
    provider_url: str
    html: str
    width: int
    height: int
    image: str | None
    image_description: str
    embed_url: str
    blurhash: str | None
    published_at: str | None
    authors: list[PreviewCardAuthor]
    missing_attribution: bool | UnsetType = UNSET


class TagDay(Entity, frozen=True, kw_only=True):
    """How a hashtag or link was used on one day; numbers are strings here."""

    day: str
    accounts: str
    uses: str


class TrendsLink(PreviewCard, frozen=True, kw_only=True):
    """A linked page that trends, with its use in the last days."""

    history: list[TagDay]


# A status as it goes over the wire. What is the same for every reader is encoded once and kept (see `StatusForReader`).
EncodedStatus = Annotated[Raw, Meta(extra_json_schema={"$ref": "#/components/schemas/Status"})]


QuoteState = Literal[
    "pending",
    "accepted",
    "rejected",
    "revoked",
    "deleted",
    "unauthorized",
    "blocked_account",
    "blocked_domain",
    "muted_account",
]


class Quote(Entity, frozen=True, kw_only=True):
    """The quoted status: whole on the first level, by its id alone inside a status that is itself quoted."""

    state: QuoteState
    quoted_status: EncodedStatus | UnsetType | None = UNSET
    quoted_status_id: str | UnsetType | None = UNSET


class EmojiReaction(Entity, frozen=True, kw_only=True):
    """How many people of other servers reacted with an emoji; `url` is the picture of a custom one."""

    name: str
    count: int
    me: bool = False
    url: str | UnsetType = UNSET
    static_url: str | UnsetType = UNSET


class Pleroma(Entity, frozen=True, kw_only=True):
    """What clients look for where Pleroma and Akkoma put it."""

    emoji_reactions: list[EmojiReaction]


class Status(Entity, frozen=True, kw_only=True):
    """A post, or (with `reblog`) a boost.

    The flags `favourited` … `filtered` are absent without a token and there with one, also inside `reblog`; `pinned`
    only on one's own. `text` replaces `content` in the answer to a deletion. `application` is there for the author, and
    for others if the author shows it.
    """

    id: str
    created_at: str
    in_reply_to_id: str | None
    in_reply_to_account_id: str | None
    sensitive: bool
    spoiler_text: str
    visibility: Visibility
    language: str | None
    uri: str
    url: str | None
    replies_count: int
    reblogs_count: int
    favourites_count: int
    quotes_count: int
    edited_at: str | None
    favourited: bool | UnsetType = UNSET
    reblogged: bool | UnsetType = UNSET
    muted: bool | UnsetType = UNSET
    bookmarked: bool | UnsetType = UNSET
    pinned: bool | UnsetType = UNSET
    filtered: list[FilterResult] | UnsetType = UNSET
    content: str | UnsetType = UNSET
    text: str | UnsetType | None = UNSET
    reblog: "Status | None"
    application: StatusApplication | UnsetType | None = UNSET
    account: Account
    media_attachments: list[MediaAttachment]
    mentions: list[StatusMention]
    tags: list[StatusTag]
    emojis: list[CustomEmoji]
    card: PreviewCard | None
    poll: Poll | None
    quote: Quote | None
    quote_approval: Approval
    tagged_collections: tuple[()] = ()
    trust: Trust | UnsetType = UNSET
    pleroma: Pleroma | UnsetType = UNSET  # there where there are reactions


class StatusForReader(Entity, frozen=True, kw_only=True):
    """What of a status depends on who reads it; the other keys of a status are the same for everybody."""

    favourited: bool | UnsetType = UNSET
    reblogged: bool | UnsetType = UNSET
    muted: bool | UnsetType = UNSET
    bookmarked: bool | UnsetType = UNSET
    pinned: bool | UnsetType = UNSET
    filtered: list[FilterResult] | UnsetType = UNSET
    content: str | UnsetType = UNSET  # of a quote: with a link to what is quoted, if the reader may see that
    reblog: EncodedStatus | None = None
    poll: Poll | None = None
    quote: Quote | None = None
    quote_approval: Approval


class StatusSource(Entity, frozen=True, kw_only=True):
    """What the author typed."""

    id: str
    text: str
    spoiler_text: str


class EditedPollOption(Entity, frozen=True, kw_only=True):
    """An answer of a poll as it once read."""

    title: str


class EditedPoll(Entity, frozen=True, kw_only=True):
    """A poll as it once read."""

    options: list[EditedPollOption]


class StatusEdit(Entity, frozen=True, kw_only=True):
    """One version of a status."""

    content: str
    spoiler_text: str
    sensitive: bool
    created_at: str
    account: Account
    poll: EditedPoll | UnsetType = UNSET
    media_attachments: list[MediaAttachment]
    emojis: list[CustomEmoji]
    quote: Quote | None


class TranslatedPoll(Entity, frozen=True, kw_only=True):
    """The answers of a poll in another language."""

    id: str
    options: list[EditedPollOption]


class TranslatedAttachment(Entity, frozen=True, kw_only=True):
    """The description of a file in another language."""

    id: str
    description: str


class Translation(Entity, frozen=True, kw_only=True):
    """A status in another language, as a machine understood it."""

    content: str
    spoiler_text: str
    language: str
    poll: TranslatedPoll | None
    media_attachments: list[TranslatedAttachment]
    detected_source_language: str
    provider: str


class Context(Entity, frozen=True, kw_only=True):
    """The thread around a status, without the status itself."""

    ancestors: list[EncodedStatus]
    descendants: list[EncodedStatus]
