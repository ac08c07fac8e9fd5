"""A server's home folder, as the commands open it."""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tomli_w

from bema.outside.clock import SystemClock
from bema.settings import Settings, SettingsError, load
from bema.store.database import Database
from bema.store.migrate import is_current


def settings_of(home: Path) -> Settings:
    """Read the settings of the server in `home`."""
    return load(home, os.environ)


def write_settings(home: Path, values: Mapping[str, Any]) -> None:
    """Write the settings of the server in `home`, all or nothing."""
    file = home / "bema.toml"
    temporary = file.with_suffix(".new")
    temporary.touch(mode=0o600)  # it holds the secret
    temporary.write_text("# Every setting is explained in docs/reference/settings.md.\n" + tomli_w.dumps(values))
    temporary.rename(file)


def new_secret() -> str:
    """Make the key of everything a new server signs for itself."""
    return secrets.token_urlsafe(32)


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
