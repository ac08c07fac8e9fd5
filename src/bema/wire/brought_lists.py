"""Lists that people bring from other servers: CSV as Mastodon exports it, with its heading or, as it does for some, without."""

import csv
import io
from collections.abc import Iterable, Sequence

from bema.model import limits
from bema.model.belongings import Line
from bema.model.errors import Invalid

# Of each kind, the columns as Mastodon names them; those that a file without a heading has come first.
COLUMNS = {
    "following": ("Account address", "Show boosts", "Notify on new posts", "Languages"),
    "lists": ("List name", "Account address"),
    "muted": ("Account address", "Hide notifications"),
    "blocked": ("Account address",),
    "domains": ("#domain",),
    "bookmarks": ("#uri",),
}
PROBLEM = "Problem"  # the column beside lines of which nothing came, which nobody reads but people
_BARE = {"following": 1, "lists": 2, "muted": 1, "blocked": 1, "domains": 1, "bookmarks": 1}
_FIRST = frozenset(columns[0].lower() for columns in COLUMNS.values())
_NAMES = {
    "following": ("follows", "following"),
    "lists": ("lists",),
    "muted": ("mutes", "muted"),
    "blocked": ("blocks", "blocked_accounts"),
    "domains": ("domain_blocks", "blocked_domains"),
    "bookmarks": ("bookmarks",),
}
_YES, _NO = ("true", "1", "t", "yes", "on"), ("false", "0", "f", "no", "off")


def read(kind: str, content: bytes) -> tuple[list[Line], list[str]]:
    """Read a list of a kind, and return its lines and its heading, which may be empty; refuse what cannot be one."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("Validation failed: The file is no text") from None
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline="")) if any(map(str.strip, row))]
    except csv.Error:
        raise Invalid("Validation failed: The file is no list (CSV)") from None
    heading: list[str] = []
    if rows and rows[0][0].strip().lower() in _FIRST:
        heading = [name.strip().lower() for name in rows.pop(0)]
    if not rows:
        raise Invalid("Validation failed: The file is empty")
    if len(rows) > limits.BROUGHT_LINES:
        raise Invalid(f"Validation failed: The file has more than {limits.BROUGHT_LINES} lines")
    needed = [name.lower() for name in COLUMNS[kind][: _BARE[kind]]]
    if heading and not set(heading).issuperset(needed):
        raise Invalid("Validation failed: The file is a list of something else")
    columns = heading or needed
    return [_line(kind, dict(zip(columns, row, strict=False))) for row in rows], heading


def looks_like(kind: str, heading: Sequence[str], file_name: str) -> str | None:
    """Return what else a list may be than was said, by its columns or the name of its file."""
    found = None
    if "hide notifications" in heading:
        found = "muted"
    elif {"show boosts", "notify on new posts", "languages"}.intersection(heading):
        found = "following"
    else:
        name = file_name.lower()
        found = next((each for each, names in _NAMES.items() if name.startswith(names)), None)
    return found if found != kind else None


def _line(kind: str, row: dict[str, str]) -> Line:
    def cell(name: str) -> str:
        return row.get(name.lower(), "").strip()[: limits.BROUGHT_LINE_CHARACTERS]

    match kind:
        case "domains":
            return Line(cell("#domain").lower())
        case "bookmarks":
            return Line(cell("#uri"))
    languages = [part for each in cell("Languages").split(",") if (part := each.strip())]
    return Line(
        cell("Account address").removeprefix("@"),
        title=cell("List name"),
        boosts=_said(cell("Show boosts")),
        notify=_said(cell("Notify on new posts")),
        languages=languages if "languages" in row else None,
        notifications=_said(cell("Hide notifications")),
    )


def _said(text: str) -> bool | None:
    """Read yes or no; of anything else, nothing."""
    return True if text.lower() in _YES else False if text.lower() in _NO else None


def heading(kind: str) -> str:
    """Write the heading of the lines of which nothing came."""
    return _written([(*COLUMNS[kind], PROBLEM)])


def written(kind: str, lines: Iterable[tuple[Line, str]]) -> str:
    """Write lines as they can be brought again, with what was wrong beside them."""
    return _written((*_cells(kind, line), problem) for line, problem in lines)


def _cells(kind: str, line: Line) -> Sequence[str]:
    match kind:
        case "following":
            return line.name, _word(line.boosts), _word(line.notify), ", ".join(line.languages or ())
        case "lists":
            return line.title, line.name
        case "muted":
            return line.name, _word(line.notifications)
    return (line.name,)


def _word(yes: bool | None) -> str:
    return "" if yes is None else str(yes).lower()


def _written(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
