"""What people are told of reports, warnings and measures: entities for everybody, the staff's own are in `admin.py`."""

from typing import Literal

from msgspec import UNSET, UnsetType

from bema.wire.mastodon.accounts import Account, Entity

Category = Literal["spam", "legal", "violation", "other"]
WarningAction = Literal[
    "none", "disable", "mark_statuses_as_sensitive", "delete_statuses", "sensitive", "silence", "suspend"
]


class Report(Entity, frozen=True, kw_only=True):
    """A report as its writer sees it."""

    id: str
    action_taken: bool
    action_taken_at: str | None
    category: Category
    comment: str
    forwarded: bool
    created_at: str
    status_ids: list[str] | None
    collection_ids: list[str] | None
    rule_ids: list[str] | None
    target_account: Account


class Appeal(Entity, frozen=True, kw_only=True):
    """What somebody says against a decision about their account."""

    text: str
    state: Literal["approved", "rejected", "pending"]


class AccountWarning(Entity, frozen=True, kw_only=True):
    """A decision about an account, as those who own it are told."""

    id: str
    action: WarningAction
    text: str
    status_ids: list[str] | None
    target_account: Account
    appeal: Appeal | None
    created_at: str
    statement_url: str  # beyond Mastodon's: where all about it stands, and one can object
    receipt_url: str  # beyond Mastodon's: what proves it offline, once it is signed


class DomainBlock(Entity, frozen=True, kw_only=True):
    """A measure against a domain, as everybody may read."""

    domain: str
    digest: str
    severity: Literal["silence", "suspend"]
    comment: str | UnsetType | None = UNSET
