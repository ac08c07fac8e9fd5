"""Suggestions as Mastodon clients read them."""

from typing import Literal

from bema.wire.mastodon.accounts import Account, Entity

SuggestionSource = Literal["featured", "most_followed", "similar_to_recently_followed", "friends_of_friends"]


class Suggestion(Entity, frozen=True, kw_only=True):
    """Somebody whom the reader might want to follow; `source` is for old clients."""

    source: str
    sources: list[SuggestionSource]
    account: Account
