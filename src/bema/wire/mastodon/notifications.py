"""What happened to the reader: notifications by themselves and in groups, what is kept aside of them, and web push."""

from typing import Literal

from msgspec import UNSET, UnsetType

from bema.wire.mastodon.accounts import Account, Entity
from bema.wire.mastodon.collections import Collection
from bema.wire.mastodon.moderation import AccountWarning, Report
from bema.wire.mastodon.statuses import EncodedStatus

NotificationType = Literal[
    "mention",
    "status",
    "reblog",
    "follow",
    "follow_request",
    "favourite",
    "poll",
    "update",
    "admin.sign_up",
    "admin.report",
    "severed_relationships",
    "moderation_warning",
    "quote",
    "quoted_update",
    "annual_report",
    "added_to_collection",
    "collection_update",
]
# By the names of model/notifications.py.
WIRE_TYPES: dict[str, NotificationType] = {
    "mention": "mention",
    "favourite": "favourite",
    "boost": "reblog",
    "follow": "follow",
    "follow_request": "follow_request",
    "post": "status",
    "edit": "update",
    "quote": "quote",
    "quoted_edit": "quoted_update",
    "poll": "poll",
    "sign_up": "admin.sign_up",
    "report": "admin.report",
    "severance": "severed_relationships",
    "decision": "moderation_warning",
    "annual_report": "annual_report",
    "collected": "added_to_collection",
    "collection_edit": "collection_update",
}
Treatment = Literal["accept", "filter", "drop"]


class RelationshipSeveranceEvent(Entity, frozen=True, kw_only=True):
    """Which follows the reader lost at one time; the list of them is never purged here."""

    id: str
    type: Literal["domain_block", "user_domain_block", "account_suspension"]
    purged: bool
    target_name: str
    followers_count: int
    following_count: int
    created_at: str


class Fallback(Entity, frozen=True, kw_only=True):
    """What a client shows of a notification whose type it does not know; HTML."""

    title: str
    summary: str | None
    details: str | None = None


class Notification(Entity, frozen=True, kw_only=True):
    """Something that happened to the reader; of a boost it carries the boosted status."""

    id: str
    type: NotificationType
    created_at: str
    group_key: str
    account: Account
    status: EncodedStatus | UnsetType | None = UNSET
    report: Report | UnsetType = UNSET
    event: RelationshipSeveranceEvent | UnsetType = UNSET
    moderation_warning: AccountWarning | UnsetType = UNSET
    collection: Collection | UnsetType = UNSET
    fallback: Fallback | UnsetType = UNSET


class UnreadCount(Entity, frozen=True, kw_only=True):
    """How many notifications the reader has not seen yet."""

    count: int


class PartialAccount(Entity, frozen=True, kw_only=True):
    """As much of an account as a row of faces needs."""

    id: str
    acct: str
    locked: bool
    bot: bool
    url: str
    avatar: str
    avatar_static: str
    avatar_description: str


class NotificationGroup(Entity, frozen=True, kw_only=True):
    """Notifications that say the same; what begins with `page` is there on a page of groups."""

    group_key: str
    notifications_count: int
    type: NotificationType
    most_recent_notification_id: str
    page_min_id: str | UnsetType = UNSET
    page_max_id: str | UnsetType = UNSET
    latest_page_notification_at: str | UnsetType = UNSET
    sample_account_ids: list[str]
    status_id: str | UnsetType | None = UNSET
    report: Report | UnsetType = UNSET
    event: RelationshipSeveranceEvent | UnsetType = UNSET
    moderation_warning: AccountWarning | UnsetType = UNSET
    collection: Collection | UnsetType = UNSET
    fallback: Fallback | UnsetType = UNSET


class GroupedNotificationsResults(Entity, frozen=True, kw_only=True):
    """Groups, and once each the accounts and statuses that they name."""

    accounts: list[Account]
    partial_accounts: list[PartialAccount] | UnsetType = UNSET
    statuses: list[EncodedStatus]
    notification_groups: list[NotificationGroup]


class PolicySummary(Entity, frozen=True, kw_only=True):
    """How much is kept aside."""

    pending_requests_count: int
    pending_notifications_count: int


class NotificationPolicy(Entity, frozen=True, kw_only=True):
    """What is done with notifications from whom."""

    for_not_following: Treatment
    for_not_followers: Treatment
    for_new_accounts: Treatment
    for_private_mentions: Treatment
    for_limited_accounts: Treatment
    for_bots: Treatment
    summary: PolicySummary


class NotificationRequest(Entity, frozen=True, kw_only=True):
    """Somebody whose notifications are kept aside; how many is text, as on Mastodon."""

    id: str
    created_at: str
    updated_at: str
    notifications_count: str
    account: Account
    last_status: EncodedStatus | None


class Merged(Entity, frozen=True, kw_only=True):
    """Whether what was accepted stands among the rest."""

    merged: bool


class WebPushSubscription(Entity, frozen=True, kw_only=True):
    """A device that is rung; `alerts` has every type."""

    id: str
    endpoint: str
    standard: bool
    alerts: dict[str, bool]
    policy: Literal["all", "followed", "follower", "none"]
    server_key: str
