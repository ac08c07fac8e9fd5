"""Moments on the wire of the Mastodon API."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bema.model.errors import Refusal
from bema.wire.mastodon.times import date, iso, midnight, parse_iso

EARLIEST = -62_135_596_800_000
LATEST = 253_402_300_799_999


@given(st.integers(EARLIEST, LATEST))
def test_what_was_written_reads_back(moment: int) -> None:
    """Every moment of four-digit years survives, to the millisecond."""
    assert parse_iso(iso(moment)) == moment


@given(st.integers(EARLIEST, LATEST))
def test_a_moment_is_written_as_the_standard_library_would(moment: int) -> None:
    """Three decimals and `Z`, always."""
    assert (
        iso(moment)
        == datetime.fromtimestamp(moment // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
        + f".{moment % 1000:03d}Z"
    )


@given(st.integers())
def test_no_number_is_too_large_to_write(moment: int) -> None:
    """A post from elsewhere may claim any date."""
    assert len(iso(moment)) == 24
    assert len(date(moment)) == 10
    assert midnight(moment).endswith("T00:00:00.000Z")


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z"),
        ("2026-01-02T03:04:05.678999Z", "2026-01-02T03:04:05.678Z"),
        ("2026-01-02t03:04:05z", "2026-01-02T03:04:05.000Z"),
        ("2026-01-02 03:04:05+05:00", "2026-01-01T22:04:05.000Z"),
        ("2026-01-02T03:04:05-0530", "2026-01-02T08:34:05.000Z"),
        ("2026-01-02T03:04", "2026-01-02T03:04:00.000Z"),
        ("2026-01-02", "2026-01-02T00:00:00.000Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"),
        (" 2024-02-29T00:00:00Z ", "2024-02-29T00:00:00.000Z"),
    ],
)
def test_what_clients_send_is_understood(text: str, canonical: str) -> None:
    """The usual spellings of RFC 3339, and the leap second."""
    assert iso(parse_iso(text)) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-13-01",
        "2025-02-29",
        "2026-01-02T24:00:00Z",
        "2026-01-02T03:60:00Z",
        "0000-01-01",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "2026-01-02T03:04:05+24:00",
        "٢٠٢٦-٠١-٠٢",
        "2026-01-02T03:04:05Z" * 9,
    ],
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    """A wrong date is the caller's mistake, not ours."""
    with pytest.raises(Refusal) as refusal:
        parse_iso(text)
    assert refusal.value.status == 422


@given(st.text() | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}"))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Hostile input is read or refused."""
    try:
        assert EARLIEST <= parse_iso(text) <= LATEST
    except Refusal:
        pass
