"""Filters, in groups of keywords and statuses as they are now, and one by one as older clients know them."""

from typing import Literal

from msgspec import UNSET, UnsetType

from bema.wire.mastodon.accounts import Entity

FilterContext = Literal["home", "notifications", "public", "thread", "account"]
FilterAction = Literal["warn", "hide", "blur"]


class FilterKeyword(Entity, frozen=True, kw_only=True):
    """Words that a filter looks for."""

    id: str
    keyword: str
    whole_word: bool


class FilterStatus(Entity, frozen=True, kw_only=True):
    """A status that a filter names."""

    id: str
    status_id: str


class Filter(Entity, frozen=True, kw_only=True):
    """A filter; inside the result of one the last two are absent."""

    id: str
    title: str
    context: list[FilterContext]
    expires_at: str | None
    filter_action: FilterAction
    keywords: list[FilterKeyword] | UnsetType = UNSET
    statuses: list[FilterStatus] | UnsetType = UNSET


class FilterResult(Entity, frozen=True, kw_only=True):
    """A filter that a status meets, and by what."""

    filter: Filter
    keyword_matches: list[str] | None
    status_matches: list[str] | None


class V1Filter(Entity, frozen=True, kw_only=True):
    """A keyword with what its filter says, for older clients; `irreversible` says that the status is hidden."""

    id: str
    phrase: str
    context: list[FilterContext]
    whole_word: bool
    expires_at: str | None
    irreversible: bool
