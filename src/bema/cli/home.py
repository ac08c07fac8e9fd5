"""A server's home folder, as the commands open it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bema.outside.clock import SystemClock
from bema.settings import Settings, SettingsError, load
from bema.store.database import Database
from bema.store.migrate import is_current


def settings_of(home: Path) -> Settings:
    """Read the settings of the server in `home`."""
    return load(home, os.environ)


@contextmanager
def opened(home: Path) -> Iterator[tuple[Settings, Database]]:
    """Open the database of the server in `home`, also while the server runs."""
    settings = settings_of(home)
    check_schema(settings)
    database = Database(settings.database_url, SystemClock(), run_dir=home / "run")
    try:
        yield settings, database
    finally:
        database.close()


def check_schema(settings: Settings) -> None:
    """Refuse to work with a database of another release."""
    if not is_current(settings.database_url):
        raise SettingsError(f"The database is of another release: run `bema migrate --home {settings.home}` first")
