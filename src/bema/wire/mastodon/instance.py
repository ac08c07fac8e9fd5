"""What a server tells clients about itself: Instance in both its versions, rules and the long description."""

from typing import Literal

from msgspec import UNSET, UnsetType, field

from bema.wire.mastodon.accounts import Account, Entity

Access = Literal["public", "authenticated", "disabled"]


class RuleTranslation(Entity, frozen=True, kw_only=True):
    """A rule in another language."""

    text: str
    hint: str


class Rule(Entity, frozen=True, kw_only=True):
    """One rule of the server."""

    id: str
    text: str
    hint: str
    translations: dict[str, RuleTranslation]


class ExtendedDescription(Entity, frozen=True, kw_only=True):
    """The long description of the server, as HTML."""

    updated_at: str | None
    content: str


class StatusLimits(Entity, frozen=True, kw_only=True):
    """Bounds of a status."""

    max_characters: int
    max_media_attachments: int
    characters_reserved_per_url: int


class MediaLimits(Entity, frozen=True, kw_only=True):
    """Bounds of an attachment: sizes in bytes, matrices in pixels, rates in frames a second."""

    description_limit: int
    image_matrix_limit: int
    image_size_limit: int
    supported_mime_types: list[str]
    video_frame_rate_limit: int
    video_matrix_limit: int
    video_size_limit: int


class PollLimits(Entity, frozen=True, kw_only=True):
    """Bounds of a poll; expirations in seconds."""

    max_options: int
    max_characters_per_option: int
    min_expiration: int
    max_expiration: int


# Version 2


class ActiveUsers(Entity, frozen=True, kw_only=True):
    """How many people were here in the last four weeks."""

    active_month: int


class Usage(Entity, frozen=True, kw_only=True):
    """How much the server is used."""

    users: ActiveUsers


class ThumbnailVersions(Entity, frozen=True, kw_only=True):
    """The server's picture in two resolutions."""

    at_1x: str | UnsetType = field(name="@1x", default=UNSET)
    at_2x: str | UnsetType = field(name="@2x", default=UNSET)


class Thumbnail(Entity, frozen=True, kw_only=True):
    """The server's picture."""

    url: str
    description: str
    blurhash: str | UnsetType = UNSET
    versions: ThumbnailVersions | UnsetType = UNSET


class InstanceIcon(Entity, frozen=True, kw_only=True):
    """The server's icon in one size, written `36x36`."""

    src: str
    size: str


class InstanceUrls(Entity, frozen=True, kw_only=True):
    """Where a client finds more."""

    streaming: str
    status: str | None
    about: str
    privacy_policy: str | None
    terms_of_service: str | None


class Vapid(Entity, frozen=True, kw_only=True):
    """The key that signs web push."""

    public_key: str


class AccountLimits(Entity, frozen=True, kw_only=True):
    """Bounds of a profile."""

    max_display_name_length: int
    max_note_length: int
    max_avatar_description_length: int
    max_header_description_length: int
    max_featured_tags: int
    max_pinned_statuses: int
    max_profile_fields: int
    profile_field_name_limit: int
    profile_field_value_limit: int


class Translation(Entity, frozen=True, kw_only=True):
    """Whether the server translates statuses."""

    enabled: bool


class FeedAccess(Entity, frozen=True, kw_only=True):
    """Who may read a feed."""

    local: Access
    remote: Access


class TimelinesAccess(Entity, frozen=True, kw_only=True):
    """Who may read which feeds."""

    live_feeds: FeedAccess
    hashtag_feeds: FeedAccess
    trending_link_feeds: FeedAccess


class Configuration(Entity, frozen=True, kw_only=True):
    """The bounds and addresses that clients go by."""

    urls: InstanceUrls
    vapid: Vapid
    accounts: AccountLimits
    statuses: StatusLimits
    media_attachments: MediaLimits
    polls: PollLimits
    translation: Translation
    timelines_access: TimelinesAccess
    limited_federation: bool


class Registrations(Entity, frozen=True, kw_only=True):
    """How one becomes a member."""

    enabled: bool
    approval_required: bool
    reason_required: bool | None
    message: str | None
    min_age: int | None
    url: str | None


class ApiVersions(Entity, frozen=True, kw_only=True):
    """What newer clients test; only what works is announced."""

    mastodon: int


class Contact(Entity, frozen=True, kw_only=True):
    """Whom to write to."""

    email: str
    account: Account | None


class Instance(Entity, frozen=True, kw_only=True):
    """The server (version 2)."""

    domain: str
    title: str
    version: str
    source_url: str
    description: str
    usage: Usage
    thumbnail: Thumbnail
    icon: list[InstanceIcon]
    languages: list[str]
    configuration: Configuration
    registrations: Registrations
    api_versions: ApiVersions
    wrapstodon: str | None = None
    contact: Contact
    rules: list[Rule]


# Version 1


class InstanceUrlsV1(Entity, frozen=True, kw_only=True):
    """Where a client of the first version streams from."""

    streaming_api: str


class Stats(Entity, frozen=True, kw_only=True):
    """How large the server is."""

    user_count: int
    status_count: int
    domain_count: int


class AccountLimitsV1(Entity, frozen=True, kw_only=True):
    """Bounds of a profile in the first version."""

    max_featured_tags: int
    max_pinned_statuses: int


class ConfigurationV1(Entity, frozen=True, kw_only=True):
    """The bounds that clients of the first version go by."""

    accounts: AccountLimitsV1
    statuses: StatusLimits
    media_attachments: MediaLimits
    polls: PollLimits


class InstanceV1(Entity, frozen=True, kw_only=True):
    """The server (version 1, which many clients still read)."""

    uri: str
    title: str
    short_description: str
    description: str
    email: str
    version: str
    urls: InstanceUrlsV1
    stats: Stats
    thumbnail: str | None
    languages: list[str]
    registrations: bool
    approval_required: bool
    invites_enabled: bool
    configuration: ConfigurationV1
    contact_account: Account | None
    rules: list[Rule]
