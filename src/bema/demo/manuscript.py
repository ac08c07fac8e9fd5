"""The written part of the demo square, read from `content/` and checked: who lives there, and what they say to each other."""

import tomllib
from importlib.resources import files
from typing import Literal, TypeVar

import msgspec

from bema.demo.acts import Person
from bema.model.policy import Kind

_CONTENT = files("bema.demo") / "content"
_Shape = TypeVar("_Shape")


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One post as it is written down; in a thread with who says it, and to which line it answers."""

    text: str
    by: str = ""
    to: int | None = None
    lang: str = ""
    warning: str = ""
    visibility: Literal["public", "unlisted", "followers", "direct", ""] = ""
    pin: bool = False
    days_ago: int | None = None
    at: str = ""
    pictures: tuple[tuple[str, str], ...] = ()


class PersonFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person or institution, and what it posts by itself during the month, oldest first."""

    name: str
    kind: Literal["person", "institution", "automated"]
    language: str
    reads: tuple[str, ...]
    circles: tuple[str, ...]
    bio: str
    fields: tuple[tuple[str, str], ...]
    posts: tuple[Line, ...]
    locked: bool = False
    discoverable: bool = True


class Thread(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A conversation: when it begins, how long it goes on, and its lines in order."""

    posts: tuple[Line, ...]
    days_ago: int = 0
    at: str = ""
    hours_ago: float | None = None  # instead of a day and a time of day, for what goes on right now
    hours: float | None = (
        None  # from the first line to the last; without it, the gaps are those of people at their desks
    )
    # Which line is answered where none is named; "nobody": many write about the same, each by themselves.
    answers: Literal["previous", "first", "nobody"] = "previous"


class PageFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a page of this invented city says about itself, to be shown beneath posts that link to it."""

    url: str
    title: str
    description: str
    language: str
    provider: str


class PagesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All such pages."""

    pages: tuple[PageFile, ...]


class Manuscript(msgspec.Struct, frozen=True):
    """Everything that was written for the demo square."""

    people: dict[str, Person]
    monologues: dict[str, tuple[Line, ...]]
    threads: dict[str, Thread]
    pages: tuple[PageFile, ...]


def read_manuscript() -> Manuscript:
    """Read and check all files of `content/`; a mistake in one of them is a ValueError that names it."""
    written = {name: _read("people", name, PersonFile) for name in _names("people")}
    threads = {name: _read("threads", name, Thread) for name in _names("threads")}
    for name, thread in threads.items():
        for number, line in enumerate(thread.posts):
            if line.by not in written:
                raise ValueError(f"threads/{name}: line {number} is by {line.by!r}, who does not live here")
            if line.to is not None and not 0 <= line.to < number:
                raise ValueError(f"threads/{name}: line {number} answers line {line.to}, which does not come before it")
    return Manuscript(
        people={name: _person(name, file) for name, file in written.items()},
        monologues={name: file.posts for name, file in written.items()},
        threads=threads,
        pages=_read(".", "pages", PagesFile).pages,
    )


def _names(folder: str) -> list[str]:
    return sorted(
        file.name.removesuffix(".toml") for file in (_CONTENT / folder).iterdir() if file.name.endswith(".toml")
    )


def _read(folder: str, name: str, shape: type[_Shape]) -> _Shape:
    text = (_CONTENT / folder / f"{name}.toml").read_text(encoding="utf-8")
    try:
        return msgspec.convert(tomllib.loads(text), shape)
    except (msgspec.ValidationError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{folder}/{name}: {error}") from error


def _person(username: str, file: PersonFile) -> Person:
    return Person(
        username=username,
        display_name=file.name,
        kind=Kind[file.kind.upper()],
        language=file.language,
        reads=file.reads,
        circles=file.circles,
        bio=file.bio,
        fields=file.fields,
        locked=file.locked,
        discoverable=file.discoverable,
    )
