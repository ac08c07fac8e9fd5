"""Figures for the staff: how much is going on, of what kind, and who stays."""

from typing import Literal

import msgspec
from babel import Locale
from msgspec import UNSET

from bema.domain import measuring
from bema.domain.measuring import DAY, Cohort, Measured, Row, Subjects
from bema.edge.call import Call
from bema.edge.routes import Routes, Surface
from bema.model import limits
from bema.model.ids import parse_id
from bema.model.permissions import Permission
from bema.store.figures import Days
from bema.store.tx import Tx
from bema.wire.mastodon.admin import (
    AdminCohort,
    AdminDimension,
    AdminMeasure,
    CohortBucket,
    DimensionRow,
    MeasureDay,
)
from bema.wire.mastodon.times import iso, parse_iso

routes = Routes(Surface.API)
_MAY = Permission.VIEW_DASHBOARD
_A_MONTH = 30 * DAY  # milliseconds: what is told of where no time is named


class Tag(msgspec.Struct, frozen=True):
    """Which tag a figure is about."""

    id: str = ""


class Domain(msgspec.Struct, frozen=True):
    """Which domain a figure is about."""

    domain: str = ""


class Asked(msgspec.Struct, frozen=True):
    """Which figures are asked for, and of which days."""

    keys: tuple[str, ...] = ()
    start_at: str | None = None
    end_at: str | None = None
    limit: int = 10
    tag_accounts: Tag = Tag()
    tag_uses: Tag = Tag()
    tag_servers: Tag = Tag()
    tag_languages: Tag = Tag()
    instance_accounts: Domain = Domain()
    instance_reports: Domain = Domain()
    instance_statuses: Domain = Domain()
    instance_follows: Domain = Domain()
    instance_followers: Domain = Domain()
    instance_languages: Domain = Domain()

    def about(self) -> Subjects:
        """Return what the figures are about."""
        tags, domains = {}, {}
        for name in type(self).__struct_fields__:
            match getattr(self, name):
                case Tag(text) if (id_ := parse_id(text)) is not None:
                    tags[name] = id_
                case Domain(text) if text:
                    domains[name] = text.strip().lower()
        return Subjects(tags, domains)

    def days(self, now: int) -> Days:
        """Return the days: the last thirty where none are named."""
        end = now if self.end_at is None else parse_iso(self.end_at)
        return measuring.days_of(end - _A_MONTH if self.start_at is None else parse_iso(self.start_at), end)


@routes.post("/api/v1/admin/measures", scope="admin:read", permission=_MAY, writes=False)
def measures(call: Call, tx: Tx, ask: Asked) -> list[AdminMeasure]:
    """Count what happened on each of some days."""
    return [_measure(each) for each in measuring.measures(tx, ask.keys, ask.days(tx.now), ask.about())]


def _measure(measured: Measured) -> AdminMeasure:
    figure, days = measured.figure, measured.days
    return AdminMeasure(
        key=measured.key,
        unit=None,
        total=str(figure.total),
        previous_total=str(measured.before),
        data=[
            MeasureDay(date=iso(day * DAY), value=str(figure.of_day.get(day, 0))) for day in range(days.begin, days.end)
        ],
    )


@routes.post("/api/v1/admin/dimensions", scope="admin:read", permission=_MAY, writes=False)
def dimensions(call: Call, tx: Tx, ask: Asked) -> list[AdminDimension]:
    """Count what there was most of in some days, and tell what the server is made of."""
    counted = measuring.dimensions(tx, ask.keys, ask.days(tx.now), ask.limit, ask.about())
    return [AdminDimension(key=key, data=[_row(key, each) for each in rows]) for key, rows in counted]


def _row(key: str, row: Row) -> DimensionRow:
    if key.endswith("languages"):
        return DimensionRow(key=row.key, human_key=_language(row.key), value=row.value)
    if key == "sources" and not row.key:
        return DimensionRow(key="web", human_key="Website", value=row.value)
    if key == "software_versions":
        return DimensionRow(key=row.key, human_key=row.name, value=row.value, human_value=row.value)
    size = UNSET if row.unit is None else f"{int(row.value) / 1_048_576:.1f} MB"
    return DimensionRow(key=row.key, human_key=row.name, value=row.value, unit=row.unit or UNSET, human_value=size)


def _language(code: str) -> str:
    return str(Locale("en").languages.get(code.partition("-")[0].lower(), code))


class Span(msgspec.Struct, frozen=True):
    """Who joined when, followed in which steps."""

    start_at: str | None = None
    end_at: str | None = None
    frequency: str = "day"


@routes.post("/api/v1/admin/retention", scope="admin:read", permission=_MAY, writes=False)
def retention(call: Call, tx: Tx, ask: Span) -> list[AdminCohort]:
    """Find out who stays: how many of those who joined on a day or in a month posted in it, and afterwards."""
    if ask.start_at is None or ask.end_at is None:
        return []
    by_month = ask.frequency == "month"
    most = limits.COHORT_DAYS if by_month else limits.MEASURED_DAYS
    days = measuring.days_of(parse_iso(ask.start_at), parse_iso(ask.end_at), most)
    frequency: Literal["day", "month"] = "month" if by_month else "day"
    return [_cohort(each, frequency) for each in measuring.retention(tx, days, frequency)]


def _cohort(cohort: Cohort, frequency: Literal["day", "month"]) -> AdminCohort:
    return AdminCohort(
        period=iso(cohort.day * DAY),
        frequency=frequency,
        data=[
            CohortBucket(
                date=iso(bucket.day * DAY),
                rate=bucket.active / cohort.joined if cohort.joined else 0.0,
                value=str(bucket.active),
            )
            for bucket in cohort.buckets
        ],
    )
