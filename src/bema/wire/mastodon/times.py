"""Moments as the Mastodon API writes them: three decimals and `Z`, since Apple's date parser fails on anything else."""

import re
from calendar import timegm
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from bema.model.errors import Invalid
from bema.model.ids import Millis

_DAY = 86_400_000  # milliseconds
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TWO = tuple(f"{number:02d}" for number in range(60))
_THREE = tuple(f"{number:03d}" for number in range(1000))
_EARLIEST = -62_135_596_800_000  # 0001-01-01T00:00:00.000Z
_LATEST = 253_402_300_799_999  # 9999-12-31T23:59:59.999Z

_MOMENT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?"
    r" ?([Zz]|[+\-\u2212][0-9]{2}(?::?[0-9]{2})?)?)?"
)


def iso(moment: Millis) -> str:
    """Write a moment as `2026-01-02T03:04:05.678Z`; a year beyond four digits becomes the nearest of them."""
    day, rest = divmod(moment, _DAY)
    seconds, millis = divmod(rest, 1000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{_day(day)}T{_TWO[hour]}:{_TWO[minute]}:{_TWO[second]}.{_THREE[millis]}Z"


def date(moment: Millis) -> str:
    """Write the day of a moment (UTC) as `2026-01-02`."""
    return _day(moment // _DAY)


def midnight(moment: Millis) -> str:
    """Write the start of a moment's day, which is all that Mastodon tells about when an account was made."""
    return f"{date(moment)}T00:00:00.000Z"


def parse_iso(text: str) -> Millis:
    """Read an RFC 3339 moment, leniently: a missing time is midnight, a missing offset UTC; or raise `Invalid`."""
    match = _MOMENT.fullmatch(text.strip()) if len(text) <= 64 else None
    if match is None:
        raise Invalid("Validation failed: the date is not in ISO 8601 form")
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    if hour > 23 or minute > 59 or second > 60:
        raise Invalid("Validation failed: the date is out of range")
    try:
        datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        raise Invalid("Validation failed: the date is out of range") from None
    millis = int((match[7] or "")[:3].ljust(3, "0"))
    moment = timegm((year, month, day, hour, minute, second)) * 1000 + millis - _offset(match[8] or "Z")
    if not _EARLIEST <= moment <= _LATEST:
        raise Invalid("Validation failed: the date is out of range")
    return moment


def parse_day(text: str) -> int | None:
    """Read a day, `2026-01-02`, as days since 1970-01-01; what is none is None."""
    try:
        return parse_iso(text) // _DAY if len(text) == 10 else None
    except Invalid:
        return None


def _offset(zone: str) -> Millis:
    if zone in "Zz":
        return 0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > 23 or minutes > 59:
        raise Invalid("Validation failed: the date is out of range")
    return (hours * 60 + minutes) * (60_000 if zone[0] == "+" else -60_000)


@lru_cache(maxsize=4096)
def _day(day: int) -> str:
    return (_EPOCH + timedelta(days=min(max(day, _EARLIEST // _DAY), _LATEST // _DAY))).date().isoformat()
