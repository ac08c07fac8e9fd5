"""Moments as ActivityStreams writes them: xsd:dateTime, in UTC, to the millisecond."""

from datetime import UTC, datetime, timedelta

from bema.model.ids import Millis

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST, _LATEST = -62_135_596_800_000, 253_402_300_799_999  # the years that four digits can say


def moment(at: Millis) -> str:
    """Write a moment as `2026-01-02T03:04:05.678Z`; one out of reach becomes the nearest that can be written."""
    nearest = min(max(at, _EARLIEST), _LATEST)
    return f"{(_EPOCH + timedelta(milliseconds=nearest)).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def duration(seconds: float) -> str:
    """Write a length of time as xsd:duration."""
    return f"PT{seconds:.3f}S"
