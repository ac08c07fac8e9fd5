"""Backup and restore: nothing is lost, half a state is never taken, and either database reads what the other wrote."""

import itertools
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
import tomli_w

from bema.cli.backup import backup, restore
from bema.cli.home import settings_of
from bema.model.policy import Visibility
from bema.outside.clock import ManualClock
from bema.settings import Settings, SettingsError
from bema.store import dumping
from tests.conftest import Square
from tests.make import HERE

_numbers = itertools.count(1)


@pytest.fixture
def home(settings: Settings) -> Path:
    """The home folder of the server under test, with its settings in their file."""
    values = {"domain": HERE, "scheme": "https", "database": settings.database, "secret": "test"}
    (settings.home / "bema.toml").write_text(tomli_w.dumps(values))
    return settings.home


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest) -> str:
    """Where to restore to: an empty database of each kind."""
    if request.param == "sqlite":
        return "sqlite"
    server: Any = request.getfixturevalue("postgresql")
    name = f"restored_{next(_numbers)}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
    return str(server.get_uri(name))


def inhabit(square: Square) -> None:
    """Let something of each kind happen: files with bytes, truth values, replies to later and earlier posts, a boost."""
    ann, ben = square.person("ann"), square.person("ben", locked=True)
    first = square.make.post(ann.account, "Guten Morgen, صبح بخیر \\ \n\t.", tags=["morning"])
    square.make.post(ben.account, "And to you", in_reply_to=first, visibility=Visibility.FOLLOWERS)
    square.make.boost(ben.account, first)
    square.make.favourite(ben.account, first)
    square.make.follow(ben.account, ann.account, languages=["de", "ur"])
    square.settle()
    square.make.favourite(ann.account, first)  # a fact that nobody has read yet


def rows(url: str) -> dict[str, list[list[Any]]]:
    """Return all rows of a database, as a dump has them."""
    found: dict[str, list[list[Any]]] = {}

    def take(table: str, columns: list[str], lines: Iterator[bytes]) -> None:
        held = [dict(zip(columns, msgspec.json.decode(line), strict=True)) for line in lines]
        found[table] = sorted(
            [[name, int(value) if isinstance(value, bool) else value] for name, value in row.items()] for row in held
        )

    dumping.dump(url, take)
    return found


def test_a_server_comes_back_as_it_was(square: Square, home: Path, tmp_path: Path, empty_database: str) -> None:
    """Every row of every table, on whatever database; and who had a token signs in with it."""
    inhabit(square)
    (home / "media" / "avatar").mkdir(parents=True)
    (home / "media" / "avatar" / "picture.jpg").write_bytes(b"a picture")
    archive, back = tmp_path / "kept.tar.gz", tmp_path / "back"
    backup(home=home, to=archive)
    restore(home=back, source=archive, database=empty_database)
    restored = settings_of(back)
    assert rows(restored.database_url) == rows(square.app.settings.database_url)
    assert (back / "media" / "avatar" / "picture.jpg").read_bytes() == b"a picture"
    assert archive.stat().st_mode & 0o077 == 0, "it holds secrets"


def test_life_goes_on_after_a_restore(
    square: Square,
    home: Path,
    tmp_path: Path,
    empty_database: str,
    open_square: Callable[..., Square],
    clock: ManualClock,
) -> None:
    """Readers continue where they were, new facts get places behind the old ones, and new ids are new."""
    inhabit(square)
    reader = square.person("cid")
    backup(home=home, to=tmp_path / "kept.tar")
    restore(home=tmp_path / "back", source=tmp_path / "kept.tar", database=empty_database)
    clock.advance(seconds=1)
    again = open_square(settings_of(tmp_path / "back"))
    client = again.client(reader.client.token)
    again.settle()
    before = client.get("/api/v1/timelines/public").json()
    assert before[-1]["favourites_count"] == 2, "the fact that nobody had read was read after the restore"
    posted = client.post("/api/v1/statuses", json={"status": "Still here"})
    assert posted.status == 200
    again.settle()
    after = client.get("/api/v1/timelines/public").json()
    assert [each["id"] for each in after] == [posted.json()["id"], *[each["id"] for each in before]]


def test_what_happens_during_a_backup_is_in_the_next_one(square: Square) -> None:
    """A dump is one state: a post that comes while the first table is read is in none of the later ones."""
    inhabit(square)
    ann = square.make.account("anna")
    before = rows(square.app.settings.database_url)
    during: dict[str, int] = {}

    def take(table: str, columns: list[str], lines: Iterator[bytes]) -> None:
        held = list(lines)
        if not during:
            square.make.post(ann, "While you look away")
        during[table] = len(held)

    dumping.dump(square.app.settings.database_url, take)
    assert during == {table: len(held) for table, held in before.items()}


def test_a_restore_overwrites_nothing(square: Square, home: Path, tmp_path: Path) -> None:
    """Neither a folder with something in it, nor a database that somebody lives in."""
    inhabit(square)
    backup(home=home, to=tmp_path / "kept.tar")
    with pytest.raises(SettingsError, match="is not empty"):
        restore(home=home, source=tmp_path / "kept.tar")
    with pytest.raises(SettingsError, match="database is not empty"):
        restore(home=tmp_path / "back", source=tmp_path / "kept.tar")
    assert not (tmp_path / "back").exists()
    with pytest.raises(SettingsError, match="is there already"):
        backup(home=home, to=tmp_path / "kept.tar")


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    """A sentence, not a traceback, and nothing left behind."""
    (tmp_path / "text").write_text("no archive")
    with tarfile.open(tmp_path / "other.tar", "w") as archive:
        archive.add(tmp_path / "text", "text")
    for name, reason in (("text", "is no archive"), ("other.tar", "is no backup"), ("missing", "is no archive")):
        with pytest.raises(SettingsError, match=reason):
            restore(home=tmp_path / "back", source=tmp_path / name)
    assert {path.name for path in tmp_path.iterdir()} == {"text", "other.tar"}
