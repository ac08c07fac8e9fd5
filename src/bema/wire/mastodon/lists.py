"""Lists of accounts, which their owner alone sees."""

from typing import Literal

from bema.wire.mastodon.accounts import Entity

RepliesPolicy = Literal["list", "followed", "none"]


class List(Entity, frozen=True, kw_only=True):
    """A list of accounts."""

    id: str
    title: str
    replies_policy: RepliesPolicy
    exclusive: bool
