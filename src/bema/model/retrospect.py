"""What can be said of an account's year, when it is offered, and what somebody waits for meanwhile."""

from datetime import UTC, datetime
from enum import Enum
from typing import Literal

import msgspec

from bema.model.ids import AccountId, Millis, PostId
from bema.model.views import View

FIRST_DAY = (12, 10)  # of the year on which looking back is offered, until its last; as on Mastodon
AVERAGE_POSTS = 113  # that somebody writes in a year, as Mastodon counted them in 2023
Archetype = Literal["lurker", "booster", "pollster", "replier", "oracle"]


class State(Enum):
    """How far the report of a year is."""

    AVAILABLE = "available"
    GENERATING = "generating"
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"


class Totals(msgspec.Struct, frozen=True):
    """What an account wrote in a year."""

    posts: int
    boosts: int
    replies: int  # to others
    polls: int
    standalone: int  # neither boosts nor replies to others


class Year(msgspec.Struct, frozen=True):
    """An account's year; how it is stored, too."""

    archetype: Archetype
    posts: int
    followers: int  # new ones that still follow
    top_tag: tuple[str, int] | None  # with the number of posts that carry it
    top_post: PostId | None  # the most boosted of those that everybody may read


class Report(View, frozen=True):
    """The report of a year."""

    account: AccountId
    year: int
    body: Year
    share_key: str  # whoever has it may read the report


class Refresh(View, frozen=True):
    """Something that is being worked out for an account."""

    id: int
    account: AccountId
    key: str
    finished: bool
    results: int | None
    begun_at: Millis


def archetype(totals: Totals) -> Archetype:
    """Say playfully what somebody's year was like, by Mastodon's measures."""
    if totals.standalone + totals.replies + totals.boosts < AVERAGE_POSTS:
        return "lurker"
    if totals.boosts > totals.standalone * 2:
        return "booster"
    if totals.polls * 10 > totals.standalone:
        return "pollster"
    return "replier" if totals.replies > totals.standalone * 2 else "oracle"


def campaign(now: Millis) -> int | None:
    """Return the year that is looked back on at this time, if any."""
    day = datetime.fromtimestamp(now / 1_000, UTC)
    return day.year if (day.month, day.day) >= FIRST_DAY else None


def bounds(year: int) -> tuple[Millis, Millis]:
    """Return the first moment of a year, and the first after it."""
    first, after = (int(datetime(each, 1, 1, tzinfo=UTC).timestamp()) * 1_000 for each in (year, year + 1))
    return first, after
