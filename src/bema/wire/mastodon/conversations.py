"""Conversations as Mastodon clients read them."""

from bema.wire.mastodon.accounts import Account, Entity
from bema.wire.mastodon.statuses import EncodedStatus


class Conversation(Entity, frozen=True, kw_only=True):
    """A thread of direct posts between the same people; `accounts` are the others, or oneself where there are none."""

    id: str
    unread: bool
    accounts: list[Account]
    last_status: EncodedStatus | None
