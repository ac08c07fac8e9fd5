"""Migrating: brings a database, empty or of an older release, to the schema that this release works with.

All steps are taken in one transaction, by one process at a time; there is no way back but the backup.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine import make_url

_STEPS = Path(__file__).parent / "migrations"
_LOCK = 0x62656D6103  # "bema" 3: one process migrates a PostgreSQL database, the others wait for it


def migrate(url: str, to: str = "head") -> None:
    """Take the steps that the database has not taken yet, to the newest one or to that of a release."""
    with _transaction(url) as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def is_current(url: str) -> bool:
    """Tell whether the database has the schema of this release."""
    return revision(url) == ScriptDirectory.from_config(_config()).get_current_head()


def revision(url: str) -> str | None:
    """Return the last step that the database has taken; None when it is empty."""
    with _transaction(url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


@contextmanager
def _transaction(url: str) -> Iterator[Connection]:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(parsed.set(drivername="postgresql+psycopg"))
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"select pg_advisory_xact_lock({_LOCK})"))
            yield connection
    finally:
        engine.dispose()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not commit before each change of the schema
    connection.execute("PRAGMA busy_timeout = 60000")
    connection.execute("PRAGMA journal_mode = WAL")  # stays with the file
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = OFF")  # a table that is copied must not take along what refers to it


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
