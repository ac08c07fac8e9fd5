"""What a reader finds and keeps: tags, search results, markers and preferences."""

from typing import Literal

from msgspec import UNSET, UnsetType, field

from bema.wire.mastodon.accounts import Account, Entity, Field, QuotePolicy, Visibility
from bema.wire.mastodon.collections import Collection
from bema.wire.mastodon.statuses import EncodedStatus, TagDay


class Tag(Entity, frozen=True, kw_only=True):
    """A hashtag; the last two are there when a token is."""

    id: str
    name: str
    url: str
    history: list[TagDay]
    following: bool | UnsetType = UNSET
    featuring: bool | UnsetType = UNSET


class FeaturedTag(Entity, frozen=True, kw_only=True):
    """A hashtag that an account shows on its profile."""

    id: str
    name: str
    url: str
    statuses_count: str
    last_status_at: str | None


class Profile(Entity, frozen=True, kw_only=True):
    """One's own profile as one edits it: texts are plain, and pictures null where the default one is shown."""

    id: str
    display_name: str
    note: str
    fields: list[Field]
    avatar: str | None
    avatar_static: str | None
    avatar_description: str
    header: str | None
    header_static: str | None
    header_description: str
    locked: bool
    bot: bool
    hide_collections: bool | None
    discoverable: bool | None
    indexable: bool
    show_media: bool
    show_media_replies: bool
    show_featured: bool
    attribution_domains: list[str]
    featured_tags: list[FeaturedTag]


class Search(Entity, frozen=True, kw_only=True):
    """What a search found."""

    accounts: list[Account]
    statuses: list[EncodedStatus]
    hashtags: list[Tag]
    collections: list[Collection] = field(default_factory=list)  # found by their address, and those of here have none


class Marker(Entity, frozen=True, kw_only=True):
    """How far the reader has read one timeline."""

    last_read_id: str
    version: int
    updated_at: str


class Markers(Entity, frozen=True, kw_only=True):
    """The markers asked for; a timeline without one is absent."""

    home: Marker | UnsetType = UNSET
    notifications: Marker | UnsetType = UNSET


class Preferences(Entity, frozen=True, kw_only=True):
    """What the reader chose for writing and reading."""

    posting_default_visibility: Visibility = field(name="posting:default:visibility")
    posting_default_sensitive: bool = field(name="posting:default:sensitive")
    posting_default_language: str | None = field(name="posting:default:language")
    posting_default_quote_policy: QuotePolicy = field(name="posting:default:quote_policy")
    reading_expand_media: Literal["default", "show_all", "hide_all"] = field(name="reading:expand:media")
    reading_expand_spoilers: bool = field(name="reading:expand:spoilers")
    reading_autoplay_gifs: bool = field(name="reading:autoplay:gifs")


class Empty(Entity, frozen=True, kw_only=True):
    """The answer `{}` of what succeeded and has nothing to say."""
