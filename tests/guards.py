"""Guards: the lines that answer published vulnerabilities, and the tests without which nobody would miss them."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

TOP = Path(__file__).resolve().parent.parent
PAGE = TOP / "docs" / "federation-security.md"
_TABLE = Path(__file__).with_name("guards.toml")


class Guard(NamedTuple):
    """Some lines without which at least one of these tests fails."""

    row: str
    says: str
    file: str  # below src/bema
    code: str
    without: str
    tests: list[str]

    @property
    def path(self) -> Path:
        """Where it is in a checkout."""
        return Path("src", "bema", self.file)


def rows() -> list[dict[str, Any]]:
    """Read the table."""
    found: list[dict[str, Any]] = tomllib.loads(_TABLE.read_text("utf-8"))["row"]
    return found


def guards() -> Iterator[Guard]:
    """Tell all guards, in the order of the table."""
    for row in rows():
        for guard in row.get("guard", []):
            yield Guard(row["name"], **guard)


def page() -> str:
    """Write the table as a page for people."""
    lines = [
        "# What other servers fell over, and what answers it here",
        "",
        "Published vulnerabilities of servers of the fediverse, and some attacks that need no number. Each has a guard that a",
        "test holds in place: `tools/remove_guards.py` removes the guard in a copy and demands that the test fails. This page is",
        "written from `tests/guards.toml` by `tools/remove_guards.py --page`; files are below `src/bema`, tests below `tests`.",
        "",
    ]
    for row in rows():
        lines += [f"## {row['name']}", "", row["wrong"], ""]
        if "absent" in row:
            lines += [f"- {row['absent']} ({_named(row['tests'])})"]
        for guard in row.get("guard", []):
            lines += [f"- {guard['says']}: `{guard['file']}` ({_named(guard['tests'])})"]
        lines += [""]
    return "\n".join(lines[:-1]) + "\n"


def _named(tests: list[str]) -> str:
    return ", ".join(f"`{test.removeprefix('tests/')}`" for test in tests)
