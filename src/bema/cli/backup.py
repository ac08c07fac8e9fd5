"""Backup and restore: a whole server in one archive, taken while it runs, put back on either kind of database."""

import io
import re
import shutil
import tarfile
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Annotated

import msgspec
from cyclopts import Parameter

from bema import __version__
from bema.cli.home import settings_of
from bema.settings import Settings, SettingsError
from bema.store import dumping
from bema.store import migrate as migrations

_FORMAT = 1
_COPY_BYTES = 1_048_576
_LOG_FILE = re.compile(r"log/[a-z]+(\.key)?")  # keys of the public log, and what was signed with them


class Contents(msgspec.Struct, frozen=True):
    """The first file of an archive: what is in the others."""

    format: int
    release: str  # of the software that made it
    revision: str  # of the database's schema
    domain: str
    at: int  # seconds since 1970


def backup(*, home: Path, to: Path) -> None:
    """Write a server into one archive: settings, database and media, as they are together at this moment.

    The server may run meanwhile. The archive holds secrets: keep it as safe as the server. Media in a bucket stay there.

    Parameters
    ----------
    home
        Folder of the server.
    to
        The archive: a new file that ends in .tar or .tar.gz.
    """
    settings = settings_of(home)
    compression = {".tar": "", ".gz": "gz", ".tgz": "gz"}.get(to.suffix)
    if compression is None:
        raise SettingsError(f"{to} does not end in .tar or .tar.gz")
    if to.exists():
        raise SettingsError(f"{to} is there already")
    revision = migrations.revision(settings.database_url)
    if revision is None:
        raise SettingsError("The database is empty")
    unfinished = to.with_name(f".{to.name}.unfinished")
    unfinished.touch(mode=0o600)
    try:
        mode = "w:gz" if compression else "w"
        with tarfile.open(unfinished, mode, format=tarfile.PAX_FORMAT) as archive:  # type: ignore[call-overload]  # both are modes
            contents = Contents(_FORMAT, __version__, revision, settings.domain, int(time.time()))
            _add(archive, "backup.json", msgspec.json.encode(contents))
            _add(archive, "bema.toml", (home / "bema.toml").read_bytes())
            for file in sorted((home / "log").glob("*")):
                _add(archive, f"log/{file.name}", file.read_bytes())
            _add_tables(archive, settings, to.parent)
            media = _add_media(archive, settings)
        unfinished.rename(to)
    finally:
        unfinished.unlink(missing_ok=True)
    print(f"{settings.base} is in {to} ({to.stat().st_size / 1_048_576:.1f} MiB, {media} files of media).")


def restore(*, home: Path, source: Annotated[Path, Parameter(name="--from")], database: str | None = None) -> None:
    """Put a server from an archive into a new home folder and an empty database.

    Parameters
    ----------
    home
        Folder to make.
    source
        The archive that `bema backup` wrote.
    database
        postgresql://… address of an empty database, or `sqlite` for a file in the home folder; without it, as it was.
    """
    if home.exists() and any(home.iterdir()):
        raise SettingsError(f"{home} is not empty")
    if not (source.is_file() and tarfile.is_tarfile(source)):
        raise SettingsError(f"{source} is no archive")
    unfinished = home.with_name(f".{home.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True, mode=0o700)
    try:
        with tarfile.open(source) as archive:
            contents = _contents(archive, source)
            _write(archive, "bema.toml", unfinished / "bema.toml", mode=0o600)
            for name in archive.getnames():
                if _LOG_FILE.fullmatch(name):
                    _write(archive, name, unfinished / name, mode=0o600)
            if database is not None:
                _set_database(unfinished / "bema.toml", "" if database == "sqlite" else database)
            settings = settings_of(unfinished)
            if dumping.holds_anything(settings.database_url):
                raise SettingsError("The database is not empty: give an empty one with --database")
            migrations.migrate(settings.database_url, contents.revision)
            dumping.load(settings.database_url, _tables(archive))
            migrations.migrate(settings.database_url)
            media = _restore_media(archive, unfinished)
        if home.exists():
            home.rmdir()
        unfinished.rename(home)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    print(f"{settings.base} is back in {home}, with {media} files of media.")


# --- Writing an archive -----------------------------------------------------------------------------------------------


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = len(content), 0o600, int(time.time())
    archive.addfile(entry, io.BytesIO(content))


def _add_tables(archive: tarfile.TarFile, settings: Settings, folder: Path) -> None:
    def take(table: str, columns: list[str], lines: Iterator[bytes]) -> None:
        with tempfile.TemporaryFile(dir=folder) as file:  # an entry says how long it is before it begins
            file.write(msgspec.json.encode(columns) + b"\n")
            for line in lines:
                file.write(line + b"\n")
            entry = tarfile.TarInfo(f"tables/{table}.jsonl")
            entry.size, entry.mode, entry.mtime = file.tell(), 0o600, int(time.time())
            file.seek(0)
            archive.addfile(entry, file)

    dumping.dump(settings.database_url, take)


def _add_media(archive: tarfile.TarFile, settings: Settings) -> int:
    """Add the files that are there; one that is deleted meanwhile belongs to nothing any more."""
    root = Path(settings.media_root)
    added = 0
    if "://" in settings.media_root or not root.is_dir():
        return added
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.name.endswith(".unfinished"):
            try:
                archive.add(path, f"media/{path.relative_to(root).as_posix()}", recursive=False)
                added += 1
            except FileNotFoundError:
                continue
    return added


# --- Reading an archive -----------------------------------------------------------------------------------------------


def _contents(archive: tarfile.TarFile, source: Path) -> Contents:
    try:
        contents = msgspec.json.decode(_read(archive, "backup.json"), type=Contents)
    except (KeyError, msgspec.DecodeError) as error:
        raise SettingsError(f"{source} is no backup of Bema") from error
    if contents.format != _FORMAT:
        raise SettingsError(f"{source} was made by a newer release ({contents.release})")
    return contents


def _read(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(name)
    if file is None:
        raise KeyError(name)
    with file:
        return file.read()


def _write(archive: tarfile.TarFile, name: str, path: Path, *, mode: int = 0o644) -> None:
    file = archive.extractfile(name)
    if file is None:
        raise SettingsError(f"{name} of the archive is not a file")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=mode)
    with file, path.open("wb") as out:
        shutil.copyfileobj(file, out, _COPY_BYTES)


def _set_database(file: Path, address: str) -> None:
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("database =")]
    at = next((number for number, line in enumerate(lines) if line.startswith("[")), len(lines))
    if address:
        lines.insert(at, f"database = {msgspec.json.encode(address).decode()}")  # JSON's strings are TOML's too
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _tables(archive: tarfile.TarFile) -> Iterator[tuple[str, list[str], Iterable[bytes]]]:
    for entry in archive:
        path = PurePosixPath(entry.name)
        if path.parent == PurePosixPath("tables") and path.suffix == ".jsonl":
            file = archive.extractfile(entry)
            if file is not None:
                with file:
                    yield path.stem, msgspec.json.decode(file.readline(), type=list[str]), file


def _restore_media(archive: tarfile.TarFile, home: Path) -> int:
    """Write the files of media; no name may lead elsewhere."""
    settings = settings_of(home)
    root = Path(settings.media_root)
    restored = 0
    for entry in archive:
        path = PurePosixPath(entry.name)
        if entry.isfile() and path.parts[0] == "media" and ".." not in path.parts and "://" not in settings.media_root:
            _write(archive, entry.name, root / PurePosixPath(*path.parts[1:]))
            restored += 1
    return restored
