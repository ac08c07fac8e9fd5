"""Policies from the command line: reading them, writing them as files, proposing, publishing and withdrawing them."""

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec
import tomli_w

from bema.app import site_of
from bema.cli.home import opened
from bema.domain import legislating
from bema.domain import policies as domain
from bema.model import limits
from bema.model.errors import Invalid, NotFound
from bema.model.ids import Millis
from bema.model.permissions import COMMAND_LINE
from bema.model.policies import Standing, Text, Version, in_language
from bema.store import policies as versions
from bema.store.database import Database
from bema.store.tx import WriteTx
from bema.wire.comparing import compare
from bema.wire.mastodon.times import iso

_DAY = 86_400_000  # milliseconds
_EPOCH = date(1970, 1, 1)
_FIRST_YEAR = 2000  # nobody was bound by the rules of a square before


def list_policies(*, home: Path) -> None:
    """List documents: name, version in force, since when, title.

    Parameters
    ----------
    home
        Folder of the server.
    """
    with opened(home) as (_, database):
        for each in database.read_now(domain.documents):
            standing = each.standing
            if standing is None:
                print(each.name, "-", "-", "", sep="\t")
                continue
            since, title = standing.version.effective_from, in_language(standing.text.title, standing.text.language)
            print(each.name, standing.version.number, iso(since or 0), title, sep="\t")


def show_policy(name: str, /, *, home: Path, number: int | None = None, form: Literal["toml", "json"] = "toml") -> None:
    """Print a version of a document as a file that `bema policy publish` reads.

    Parameters
    ----------
    name
        Name of the document: rules, terms, privacy, enforcement, about, or another.
    home
        Folder of the server.
    number
        Number of the version; without it, the one in force.
    form
        toml, to be edited; or json, the very bytes that the digest in the public log is of.
    """
    with opened(home) as (_, database):
        standing = _standing(database, name, number)
        if form == "json":
            print(database.read_now(domain.published_text, standing.version.digest).decode(), end="")
        else:
            print(as_file(standing.text), end="")


def diff_policy(
    name: str, /, *, home: Path, file: Path | None = None, old: int | None = None, new: int | None = None
) -> None:
    """Print what changed between two versions, or between the version in force and a file: [-removed-] and {+added+}.

    Parameters
    ----------
    name
        Name of the document.
    home
        Folder of the server.
    file
        A file that could be published; without it, two versions are compared.
    old
        Number of the version to compare with; without it, the one in force.
    new
        Number of the newer version, where no file is given; without it, the newest.
    """
    with opened(home) as (_, database):
        before = _standing(database, name, old).text
        if file is not None:
            after = _read(file)
        else:
            newest = database.read_now(domain.versions, name)[0].number
            after = _standing(database, name, new or newest).text
    for line in differences(before, after):
        print(line)


def propose_policy(file: Path, /, *, home: Path, days: int | None = None) -> None:
    """Ask everybody about a version that a file holds; print its address.

    Parameters
    ----------
    file
        The version, as `bema policy show` prints one (TOML). Clauses without an id are new.
    home
        Folder of the server.
    days
        For how many days people are asked; without it, as in the settings.
    """
    text = _read(file)
    with opened(home) as (settings, database):
        asked = settings.consultation_days if days is None else days
        database.write_now(legislating.save, COMMAND_LINE, text)
        version = database.write_now(legislating.propose, COMMAND_LINE, text.document, asked)
        print(f"{site_of(settings).base}/trust/policies/{version.document}/{version.number}")


def publish_policy(what: str, /, *, home: Path, number: int | None = None, effective: datetime | None = None) -> None:
    """Publish a version that a file holds, without asking everybody; or one that was proposed. Print its address.

    Parameters
    ----------
    what
        A file, as `bema policy show` prints one (TOML); or, with --number, the name of a document.
    home
        Folder of the server.
    number
        Number of the proposed version.
    effective
        Day from which it holds, as 2026-01-31 (UTC); without it, from now on.
    """
    since = None if effective is None else (effective.date() - _EPOCH).days * _DAY
    with opened(home) as (settings, database):
        if number is None:
            text = _read(Path(what))
            database.write_now(legislating.save, COMMAND_LINE, text)
            version = database.write_now(legislating.publish_draft, COMMAND_LINE, text.document, since)
        else:
            version = database.write_now(legislating.publish, COMMAND_LINE, what, number, since)
        print(f"{site_of(settings).base}/trust/policies/{version.document}/{version.number}")
        if version.published_at is None:
            print("It waits for one of the staff to agree, at /staff/policies.")


def adopt_policy(file: Path, /, *, home: Path, since: datetime) -> None:
    """Take over a document that people were bound by before it stood here, as they were from a day that is past.

    Only as the first version of a document: the public log says that it was taken over, when, and from which day on it
    counts. What was written before that day can be judged by law alone, as always.

    Parameters
    ----------
    file
        The document, as `bema policy show` prints one (TOML).
    home
        Folder of the server.
    since
        Day since which it was in force, as 2019-05-31 (UTC).
    """
    day = (since.date() - _EPOCH).days * _DAY
    text = _read(file)
    with opened(home) as (settings, database):
        if since.year < _FIRST_YEAR or day > database.clock.now():
            raise Invalid(f"--since is a day that is past, from {_FIRST_YEAR} on")
        version = database.write_now(_adopt, text, day)
        print(f"{site_of(settings).base}/trust/policies/{version.document}/{version.number}")


def _adopt(tx: WriteTx, text: Text, since: Millis) -> Version:
    if versions.versions(tx, text.document):
        raise Invalid("Validation failed: There are versions of it already; publish another, which holds from now on")
    legislating.save(tx, COMMAND_LINE, text)
    return legislating.publish_draft(tx, COMMAND_LINE, text.document, since, adopted=True)


def withdraw_policy(name: str, number: int, /, *, home: Path) -> None:
    """Withdraw a version that is not in force yet.

    Parameters
    ----------
    name
        Name of the document.
    number
        Number of the version.
    home
        Folder of the server.
    """
    with opened(home) as (_, database):
        database.write_now(legislating.withdraw, COMMAND_LINE, name, number)
    print("It is withdrawn.")


def as_file(text: Text) -> str:
    """Write a text as a file that can be edited and published."""
    said: dict[str, Any] = msgspec.to_builtins(text)
    del said["version"]
    return tomli_w.dumps({key: value for key, value in said.items() if value}, multiline_strings=True)


def _read(file: Path) -> Text:
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise NotFound(f"{file} cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"{file}: {error}") from None
    clauses = [{"id": "", **each} for each in said.get("clauses", []) if isinstance(each, dict)]
    try:
        return msgspec.convert({**said, "version": 0, "clauses": clauses}, Text)
    except msgspec.ValidationError as error:
        raise Invalid(f"{file}: {error}") from None


def _standing(database: Database, name: str, number: int | None) -> Standing:
    found = database.read_now(domain.in_force, name) if number is None else None
    if number is not None:
        found = database.read_now(domain.standing, name, number)
    if found is None:
        raise NotFound(f"Nothing of {name} is in force")
    return found


def differences(old: Text, new: Text) -> list[str]:
    """Say what changed, clause by clause, in the language in which the new text binds."""
    found = []
    ids = [each.id for each in new.clauses if each.id]
    ids += [each.id for each in old.clauses if each.id not in ids]
    pairs = [("preamble", old.preamble, new.preamble)]
    for id_ in ids:
        was, is_ = old.clause(id_), new.clause(id_)
        pairs.append((id_, {} if was is None else was.text, {} if is_ is None else is_.text))
    pairs += [("new", {}, each.text) for each in new.clauses if not each.id]
    marks = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}
    for name, before, after in pairs:
        pieces = compare(before.get(new.language, ""), after.get(new.language, ""))
        if any(each.what != "same" for each in pieces):
            found.append(f"{name}: " + "".join(marks[each.what].format(each.text) for each in pieces))
    return found + _decided(old, new)


def _decided(old: Text, new: Text) -> list[str]:
    """Say of what another number of people decides, and whether a proposal waits for longer or shorter."""
    was, is_ = domain.approvals_of(old), domain.approvals_of(new)
    found = [f"approvals.{each}: [-{was[each]}-]{{+{is_[each]}+}}" for each in is_ if was[each] != is_[each]]
    days = [limits.ANSWER_DAYS if each.answer_days is None else each.answer_days for each in (old, new)]
    return found + ([f"answer_days: [-{days[0]}-]{{+{days[1]}+}}"] if days[0] != days[1] else [])
