"""Accounts as Mastodon clients read them, with the base of all entities.

Fields, their order and what may be null follow the documentation of Mastodon 4.6, here and in the modules beside this
one. Nullable is not optional: a field is either always there, perhaps as null, or marked `| UnsetType` and absent by
rule. Ids are strings of digits; moments come written by `times.iso`, so that encoding does nothing but copy.
"""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

Visibility = Literal["public", "unlisted", "private", "direct"]
QuotePolicy = Literal["public", "followers", "nobody"]
WantedQuotePolicy = Literal["public", "followers", "nobody", "manual"]
ApprovalFor = Literal["public", "followers", "following", "unsupported_policy"]


class Entity(Struct, frozen=True, gc=False):
    """A value on its way out: never changed once made, and never part of a cycle."""


class CustomEmoji(Entity, frozen=True, kw_only=True):
    """A picture that stands for `:shortcode:` in a text."""

    shortcode: str
    url: str
    static_url: str
    visible_in_picker: bool
    category: str | None = None


class Field(Entity, frozen=True, kw_only=True):
    """One name and value of a profile; `value` is HTML, but plain text inside `Source`."""

    name: str
    value: str
    verified_at: str | None = None


class AccountRole(Entity, frozen=True, kw_only=True):
    """A role that everybody may see on a profile."""

    id: str
    name: str
    color: str


class Role(Entity, frozen=True, kw_only=True):
    """What a login may do on the server; `permissions` is a bit mask in decimal digits."""

    id: str
    name: str
    color: str
    permissions: str
    highlighted: bool
    collection_limit: int


class Approval(Entity, frozen=True, kw_only=True):
    """Who may quote a status or feature an account, and how that applies to the reader."""

    automatic: list[ApprovalFor]
    manual: list[ApprovalFor]
    current_user: Literal["automatic", "manual", "denied", "unknown", "missing"]


class Trust(Entity, frozen=True, kw_only=True):
    """What those who keep the server say beside an account or a post, by decisions that stand in its public log.

    Not of Mastodon's: clients that do not know it show nothing.
    """

    label: str | None
    note: str | None


class Account(Entity, frozen=True, kw_only=True):
    """A profile. Pictures are never null: an account without one shows the default picture."""

    id: str
    username: str
    acct: str
    display_name: str
    locked: bool
    bot: bool
    discoverable: bool | None
    indexable: bool
    group: bool
    created_at: str
    note: str
    url: str
    uri: str
    avatar: str
    avatar_static: str
    avatar_description: str
    header: str
    header_static: str
    header_description: str
    followers_count: int
    following_count: int
    statuses_count: int
    last_status_at: str | None
    hide_collections: bool | None
    show_media: bool
    show_media_replies: bool
    show_featured: bool
    feature_approval: Approval
    email_subscriptions: bool | UnsetType = UNSET  # only where the server has them
    moved: "Account | UnsetType | None" = UNSET
    emojis: list[CustomEmoji]
    suspended: bool | UnsetType = UNSET
    limited: bool | UnsetType = UNSET
    trust: Trust | UnsetType = UNSET
    memorial: bool | UnsetType = UNSET
    noindex: bool | UnsetType | None = UNSET
    roles: list[AccountRole] | None
    fields: list[Field]


class Source(Entity, frozen=True, kw_only=True):
    """What an account's owner wrote and chose, as plain text and raw values."""

    attribution_domains: list[str]
    privacy: Visibility
    sensitive: bool
    language: str
    note: str
    fields: list[Field]
    follow_requests_count: int
    hide_collections: bool | None
    discoverable: bool | None
    indexable: bool
    quote_policy: QuotePolicy


class CredentialAccount(Account, frozen=True, kw_only=True):
    """An account as its own owner sees it."""

    source: Source
    role: Role


class MutedAccount(Account, frozen=True, kw_only=True):
    """An account in the list of the muted; null means muted until further notice."""

    mute_expires_at: str | None


class Relationship(Entity, frozen=True, kw_only=True):
    """How the reader and one account stand to each other."""

    id: str
    following: bool
    showing_reblogs: bool
    notifying: bool
    languages: list[str] | None
    followed_by: bool
    blocking: bool
    blocked_by: bool
    muting: bool
    muting_notifications: bool
    muting_expires_at: str | None
    requested: bool
    requested_by: bool
    domain_blocking: bool
    endorsed: bool
    note: str


class FamiliarFollowers(Entity, frozen=True, kw_only=True):
    """Who follows an account of those whom the reader follows."""

    id: str
    accounts: list[Account]
