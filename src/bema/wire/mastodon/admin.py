"""What the staff reads in the administration of Mastodon's API."""

from typing import Literal

from msgspec import UNSET, UnsetType

from bema.wire.mastodon.accounts import Account, Entity, Role
from bema.wire.mastodon.instance import Rule
from bema.wire.mastodon.moderation import Category
from bema.wire.mastodon.reading import Tag
from bema.wire.mastodon.statuses import EncodedStatus, TagDay, TrendsLink


class AdminIp(Entity, frozen=True, kw_only=True):
    """A network address that somebody came from."""

    ip: str
    used_at: str


class AdminAccount(Entity, frozen=True, kw_only=True):
    """An account with what only the staff sees; those of other servers have no login, and nulls in its place."""

    id: str
    username: str
    domain: str | None
    created_at: str
    email: str
    ip: str | None
    role: Role
    confirmed: bool
    suspended: bool
    silenced: bool
    sensitized: bool
    disabled: bool
    approved: bool
    locale: str | None
    invite_request: str | None
    created_by_application_id: str | UnsetType = UNSET
    invited_by_account_id: str | UnsetType = UNSET
    ips: list[AdminIp]
    account: Account


class AdminReport(Entity, frozen=True, kw_only=True):
    """A report as the staff sees it."""

    id: str
    action_taken: bool
    action_taken_at: str | None
    category: Category
    comment: str
    forwarded: bool
    created_at: str
    updated_at: str
    account: AdminAccount
    target_account: AdminAccount
    assigned_account: AdminAccount | None
    action_taken_by_account: AdminAccount | None
    statuses: list[EncodedStatus]
    rules: list[Rule]


class AdminDomainBlock(Entity, frozen=True, kw_only=True):
    """A measure against a domain."""

    id: str
    domain: str
    digest: str
    created_at: str
    severity: Literal["silence", "suspend", "noop"]
    reject_media: bool
    reject_reports: bool
    private_comment: str | None
    public_comment: str | None
    obfuscate: bool


class ExistingDomainBlock(Entity, frozen=True, kw_only=True):
    """Why a domain cannot be blocked once more."""

    error: str
    existing_domain_block: AdminDomainBlock


class AdminDomainAllow(Entity, frozen=True, kw_only=True):
    """A domain that may talk with this server where only named ones may."""

    id: str
    domain: str
    created_at: str


class AdminEmailDomainBlock(Entity, frozen=True, kw_only=True):
    """A domain whose addresses nobody may join with, and how many tried."""

    id: str
    domain: str
    created_at: str
    history: list[TagDay]


class AdminIpBlock(Entity, frozen=True, kw_only=True):
    """A network that is kept away from the door."""

    id: str
    ip: str
    severity: Literal["sign_up_requires_approval", "sign_up_block", "no_access"]
    comment: str
    created_at: str
    expires_at: str | None


class AdminCanonicalEmailBlock(Entity, frozen=True, kw_only=True):
    """An address that nobody may join with, known by its digest alone."""

    id: str
    canonical_email_hash: str


class AdminTag(Tag, frozen=True, kw_only=True):
    """A hashtag with what the staff decided about it."""

    trendable: bool
    usable: bool
    requires_review: bool
    listable: bool


class MeasureDay(Entity, frozen=True, kw_only=True):
    """A figure of one day."""

    date: str
    value: str


class AdminMeasure(Entity, frozen=True, kw_only=True):
    """A figure in a span of time, day by day."""

    key: str
    unit: str | None
    total: str
    human_value: str | UnsetType = UNSET
    previous_total: str | UnsetType = UNSET
    data: list[MeasureDay]


class DimensionRow(Entity, frozen=True, kw_only=True):
    """One row of a table of figures."""

    key: str
    human_key: str
    value: str
    unit: str | UnsetType = UNSET
    human_value: str | UnsetType = UNSET


class AdminDimension(Entity, frozen=True, kw_only=True):
    """A table of figures, the largest first."""

    key: str
    data: list[DimensionRow]


class CohortBucket(Entity, frozen=True, kw_only=True):
    """How many of a cohort were active in one span of time."""

    date: str
    rate: float
    value: str


class AdminCohort(Entity, frozen=True, kw_only=True):
    """Those who joined in one span of time, and how many of them were active afterwards."""

    period: str
    frequency: Literal["day", "month"]
    data: list[CohortBucket]


class AdminTrendsLink(TrendsLink, frozen=True, kw_only=True):
    """A linked page that trends, and whether somebody should judge it."""

    id: str
    requires_review: bool


class AdminPublisher(Entity, frozen=True, kw_only=True):
    """Who publishes pages that are linked to; null means that nobody judged them yet."""

    id: str
    domain: str
    trendable: bool | None
    reviewed_at: str | None
    requested_review_at: str | None
    requires_review: bool
