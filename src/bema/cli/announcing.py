"""What the operators say to everybody: announcements, and the terms of service."""

from datetime import date, datetime
from pathlib import Path

from bema.app import site_of
from bema.cli.home import opened
from bema.domain import agreeing
from bema.domain import announcing as domain
from bema.model.errors import NotFound
from bema.model.ids import parse_id
from bema.model.permissions import COMMAND_LINE
from bema.store import announcements
from bema.wire.mastodon.times import iso

_DAY = 86_400_000  # milliseconds
_EPOCH = date(1970, 1, 1)


def create_announcement(
    text: str,
    /,
    *,
    home: Path,
    starts: datetime | None = None,
    ends: datetime | None = None,
    all_day: bool = False,
) -> None:
    """Say something to everybody, and print the announcement's id alone.

    Parameters
    ----------
    text
        What is said; links, mentions, hashtags and emojis work as in posts.
    home
        Folder of the server.
    starts
        When what is announced begins (UTC).
    ends
        When it ends (UTC); it is not shown any more then.
    all_day
        Show days rather than moments.
    """
    with opened(home) as (_, database):
        id_ = database.write_now(
            domain.publish,
            COMMAND_LINE,
            text,
            starts_at=_moment(starts),
            ends_at=_moment(ends),
            all_day=all_day,
        )
    print(id_)


def list_announcements(*, home: Path) -> None:
    """List what is said at the moment: id, moment of publication, text.

    Parameters
    ----------
    home
        Folder of the server.
    """
    with opened(home) as (_, database):
        for row in database.read_now(announcements.shown):
            print(row.id, iso(row.published_at), " ".join(row.text.split()), sep="\t")


def delete_announcement(id_: str, /, *, home: Path) -> None:
    """Take back what was said.

    Parameters
    ----------
    id_
        Id of the announcement, as `bema announcement list` prints it.
    home
        Folder of the server.
    """
    number = parse_id(id_)
    if number is None:
        raise NotFound(f"There is no announcement {id_}")
    with opened(home) as (_, database):
        database.write_now(domain.remove, COMMAND_LINE, number)
    print("It is taken back.")


def publish_terms(file: Path, /, *, home: Path, effective: datetime) -> None:
    """Publish a version of the terms of service; those before stay readable.

    Parameters
    ----------
    file
        The terms, as plain text (UTF-8).
    home
        Folder of the server.
    effective
        Day from which they hold, as 2026-01-31.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NotFound(f"{file} cannot be read: {error}") from None
    with opened(home) as (settings, database):
        day = (effective.date() - _EPOCH).days
        database.write_now(agreeing.publish_terms, COMMAND_LINE, text, day, settings.languages[0])
        print(f"{site_of(settings).base}/terms-of-service/{effective.date().isoformat()}")


def _moment(given: datetime | None) -> int | None:
    """Return a moment in milliseconds; one without a zone is in UTC."""
    if given is None:
        return None
    whole = given.replace(tzinfo=None) - (given.utcoffset() or given - given)
    return int((whole - datetime(1970, 1, 1)).total_seconds() * 1_000)  # noqa: DTZ001 -- both are in UTC
