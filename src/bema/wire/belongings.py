"""What one takes along as CSV, with the columns that Mastodon writes: other servers read it, and so do spreadsheets."""

import csv
import io
from collections.abc import Iterable, Sequence

from bema.model.belongings import Person, Thing
from bema.model.site import Site

HEADINGS: dict[str, Sequence[str]] = {
    "following": ("Account address", "Show boosts", "Notify on new posts", "Languages"),
    "followers": ("Account address",),
    "muted": ("Account address", "Hide notifications"),
}  # the other files have none


def heading(kind: str) -> str:
    """Write the first line of a file, where it has one."""
    return _written([HEADINGS[kind]]) if kind in HEADINGS else ""


def people(site: Site, kind: str, rows: Iterable[Person]) -> str:
    """Write lines of a file of people."""
    return _written(_columns(kind, _address(site, each), each) for each in rows)


def things(rows: Iterable[Thing]) -> str:
    """Write lines of a file of posts or servers."""
    return _written([each.name] for each in rows)


def _columns(kind: str, address: str, person: Person) -> list[str]:
    match kind:
        case "following":
            return [address, _said(person.boosts), _said(person.notify), ", ".join(person.languages)]
        case "muted":
            return [address, _said(person.notifications)]
        case "lists":
            return [person.title, address]
    return [address]


def _address(site: Site, person: Person) -> str:
    return f"{person.username}@{person.domain or site.account_domain}"


def _said(yes: bool) -> str:
    return "true" if yes else "false"


def _written(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
