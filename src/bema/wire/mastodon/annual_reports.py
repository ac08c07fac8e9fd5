"""What a year was like for an account (schema 2), and what is still being worked out."""

from typing import Literal

from bema.wire.mastodon.accounts import Account, Entity
from bema.wire.mastodon.statuses import EncodedStatus


class Month(Entity, frozen=True, kw_only=True):
    """What was new up to the end of a month; the last stands for the year."""

    month: int
    statuses: int
    followers: int


class TopHashtag(Entity, frozen=True, kw_only=True):
    """The hashtag of the year."""

    name: str
    count: int


class TopStatuses(Entity, frozen=True, kw_only=True):
    """The status of the year; of the second schema it is the most boosted."""

    by_reblogs: str | None
    by_replies: str | None = None
    by_favourites: str | None = None


class AnnualReportData(Entity, frozen=True, kw_only=True):
    """What is said of a year."""

    archetype: Literal["lurker", "booster", "pollster", "replier", "oracle"]
    time_series: list[Month]
    top_hashtags: list[TopHashtag]
    top_statuses: TopStatuses


class AnnualReport(Entity, frozen=True, kw_only=True):
    """A year of an account."""

    year: int
    data: AnnualReportData
    schema_version: int
    share_url: str | None
    account_id: str


class WrappedAnnualReports(Entity, frozen=True, kw_only=True):
    """Years, with the accounts and statuses that they name."""

    annual_reports: list[AnnualReport]
    accounts: list[Account]
    statuses: list[EncodedStatus]


class AnnualReportState(Entity, frozen=True, kw_only=True):
    """How far the report of a year is."""

    state: Literal["available", "generating", "eligible", "ineligible"]


class AsyncRefresh(Entity, frozen=True, kw_only=True):
    """Something that is worked out apart from the request that asked for it."""

    id: str
    status: Literal["running", "finished"]
    result_count: int | None


class WrappedAsyncRefresh(Entity, frozen=True, kw_only=True):
    """One refresh."""

    async_refresh: AsyncRefresh
