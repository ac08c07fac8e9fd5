"""The record of measures against other servers as CSV (RFC 4180): a line for each measure and each retraction."""

import csv
import io
from collections.abc import Iterable, Sequence

COLUMNS = (
    "id",
    "type",
    "at",
    "domain",
    "sha256",
    "severity",
    "reject_media",
    "reject_reports",
    "reasons",
    "ends_at",
    "provisional",
    "retracts",
    "how",
    "entry",
)
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # what a program for tables would take as a formula


def written(rows: Iterable[Sequence[str]]) -> str:
    """Write lines, each with a value for every column."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_harmless(each) for each in row] for row in rows)
    return text.getvalue()


def _harmless(value: str) -> str:
    return f"'{value}" if value.startswith(_DANGEROUS) else value
