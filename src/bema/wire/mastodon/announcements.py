"""Announcements and terms of service as Mastodon clients read them."""

from msgspec import UNSET, UnsetType

from bema.wire.mastodon.accounts import CustomEmoji, Entity
from bema.wire.mastodon.statuses import StatusMention, StatusTag


class Reaction(Entity, frozen=True, kw_only=True):
    """An emoji that people reacted with; `me` is there when a token is, the addresses when it is a custom one."""

    name: str
    count: int
    me: bool | UnsetType = UNSET
    url: str | UnsetType = UNSET
    static_url: str | UnsetType = UNSET


class StreamedReaction(Reaction, frozen=True, kw_only=True):
    """How many reacted with an emoji, as streams tell it."""

    announcement_id: str


class LinkedStatus(Entity, frozen=True, kw_only=True):
    """A status that an announcement links to."""

    id: str
    url: str


class Announcement(Entity, frozen=True, kw_only=True):
    """What the operators say to everybody; `read` is there when a token is."""

    id: str
    content: str
    starts_at: str | None
    ends_at: str | None
    all_day: bool
    published_at: str
    updated_at: str
    read: bool | UnsetType = UNSET
    mentions: list[StatusMention]
    statuses: list[LinkedStatus]
    tags: list[StatusTag]
    emojis: list[CustomEmoji]
    reactions: list[Reaction]


class TermsOfService(Entity, frozen=True, kw_only=True):
    """One version of the terms of service; all but the content are days."""

    effective_date: str
    effective: bool
    content: str
    succeeded_by: str | None
