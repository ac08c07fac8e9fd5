"""Lists of domains that are kept away, as servers exchange them: CSV with the columns that Mastodon writes."""

import csv
import io
from collections.abc import Iterable

import msgspec

from bema.model.decisions import Severity

_COLUMNS = ("#domain", "#severity", "#reject_media", "#reject_reports", "#public_comment", "#obfuscate")
_SEVERITIES = {"silence": Severity.LIMIT, "limit": Severity.LIMIT, "suspend": Severity.SUSPEND, "noop": Severity.NOOP}
_NAMES = {Severity.LIMIT: "silence", Severity.SUSPEND: "suspend", Severity.NOOP: "noop"}
_YES = ("true", "1", "t", "yes")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """How one domain is kept away."""

    domain: str
    severity: Severity = Severity.SUSPEND
    reject_media: bool = False
    reject_reports: bool = False
    public_comment: str = ""
    obfuscate: bool = False


def written(entries: Iterable[Entry]) -> str:
    """Write a list."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for entry in entries:
        switches = (str(each).lower() for each in (entry.reject_media, entry.reject_reports))
        comment = entry.public_comment.replace("\r", " ").replace("\n", " ")
        row = (entry.domain, _NAMES[entry.severity], *switches, comment, str(entry.obfuscate).lower())
        writer.writerow(row)
    return text.getvalue()


def read(text: str) -> list[Entry]:
    """Read a list: with a heading in any order of columns, or one domain a line, which is then suspended.

    What is no severity that is known counts as the mildest: a list never does more than it says.
    """
    try:
        rows = [row for row in csv.reader(io.StringIO(text.lstrip("\ufeff"), newline="")) if any(map(str.strip, row))]
    except csv.Error:
        return []
    if not rows:
        return []
    heading = [name.strip().lstrip("#").lower() for name in rows[0]]
    if "domain" not in heading:
        return [Entry(domain=row[0].strip()) for row in rows if row[0].strip() and not row[0].strip().startswith("#")]
    return [
        entry for row in rows[1:] if (entry := _entry(dict(zip(heading, map(str.strip, row), strict=False)))).domain
    ]


def _entry(row: dict[str, str]) -> Entry:
    severity = row.get("severity", "").lower()
    return Entry(
        domain=row.get("domain", ""),
        severity=_SEVERITIES.get(severity, Severity.NOOP) if severity else Severity.SUSPEND,
        reject_media=row.get("reject_media", "").lower() in _YES,
        reject_reports=row.get("reject_reports", "").lower() in _YES,
        public_comment=row.get("public_comment", ""),
        obfuscate=row.get("obfuscate", "").lower() in _YES,
    )
