"""Measuring: figures for the staff, of a span of whole days that is bounded, each beside the same span before it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple

import msgspec

from bema.model import limits
from bema.model.ids import Millis
from bema.store import figures, measured_server
from bema.store.figures import Days, Figure
from bema.store.tx import Tx

DAY = 86_400_000  # milliseconds
_EPOCH = date(1970, 1, 1)


class Subjects(msgspec.Struct, frozen=True):
    """What figures are about that are about something: by their keys, the id of a tag, or the name of a domain."""

    tags: dict[str, int]
    domains: dict[str, str]


class Measured(NamedTuple):
    """A figure, day by day, with what it was in the same span before."""

    key: str
    days: Days
    figure: Figure
    before: int


class Row(NamedTuple):
    """A row of a table; `unit` is set where the value is no mere number."""

    key: str
    name: str
    value: str
    unit: str | None = None


_OF_TAGS = frozenset(("tag_accounts", "tag_uses", "tag_servers"))
_MEASURES = frozenset(figures.FIGURES) | _OF_TAGS


def days_of(start: Millis, end: Millis, most: int = limits.MEASURED_DAYS) -> Days:
    """Return the whole days from one moment to another, the last ones where they are too many."""
    last = end // DAY + 1
    return Days(min(max(start // DAY, last - most), last), last)


def measures(tx: Tx, keys: Sequence[str], days: Days, about: Subjects) -> list[Measured]:
    """Count figures; those that do not exist, or lack what they are about, are left out."""
    counted = []
    for key in dict.fromkeys(keys[: limits.FIGURES_AT_ONCE]):
        if key not in _MEASURES or _lacks(key, about):
            continue
        tag, domain = about.tags.get(key), about.domains.get(key)
        now = figures.figure(tx, key, days, tag=tag, domain=domain)
        before = figures.figure(tx, key, days.before, tag=tag, domain=domain)
        counted.append(Measured(key, days, now, before.total))
    return counted


def dimensions(tx: Tx, keys: Sequence[str], days: Days, limit: int, about: Subjects) -> list[tuple[str, list[Row]]]:
    """Count tables; those that do not exist, or lack what they are about, are left out."""
    counted: list[tuple[str, list[Row]]] = []
    for key in dict.fromkeys(keys[: limits.FIGURES_AT_ONCE]):
        if key == "space_usage":
            name, size = measured_server.size(tx)
            counted.append((key, [Row(name.lower(), name, str(size), "bytes")]))
        elif key == "software_versions":
            versions = measured_server.versions(tx)
            counted.append((key, [Row(name.lower(), name, version) for name, version in versions]))
        elif key in figures.TABLES and not _lacks(key, about):
            tag, domain = about.tags.get(key), about.domains.get(key)
            rows = figures.table(tx, key, days, max(1, min(limit, limits.DIMENSION_ROWS)), tag=tag, domain=domain)
            counted.append((key, [Row(name, name, str(count)) for name, count in rows]))
    return counted


def _lacks(key: str, about: Subjects) -> bool:
    return (key.startswith("tag_") and key not in about.tags) or (
        key.startswith("instance_") and key not in about.domains
    )


class Bucket(NamedTuple):
    """How many of a cohort were active in a span of time that begins so many days after 1970-01-01."""

    day: int
    active: int


class Cohort(NamedTuple):
    """Those who joined in a span of time, and when of them how many were active."""

    day: int
    joined: int
    buckets: list[Bucket]


def retention(tx: Tx, days: Days, frequency: Literal["day", "month"]) -> list[Cohort]:
    """Find out who stays: of those who joined in each span, how many posted in it and in each one after it."""
    starts = list(dict.fromkeys(_start_of(day, frequency) for day in range(days.begin, days.end)))
    span = Days(starts[0], days.end) if starts else days
    joined: dict[int, set[int]] = {start: set() for start in starts}
    cohort_of: dict[int, int] = {}
    for login, day in figures.joined(tx, span):
        cohort_of[login] = _start_of(day, frequency)
        joined[cohort_of[login]].add(login)
    active: dict[tuple[int, int], set[int]] = {}
    for login, day in figures.spoke(tx, span):
        active.setdefault((cohort_of[login], _start_of(day, frequency)), set()).add(login)
    return [
        Cohort(
            start,
            len(joined[start]),
            [Bucket(later, len(active.get((start, later), ()))) for later in starts if later >= start],
        )
        for start in starts
    ]


def _start_of(day: int, frequency: Literal["day", "month"]) -> int:
    return day if frequency == "day" else day - (_EPOCH + timedelta(days=day)).day + 1
