"""Migrating: brings a database, empty or of an older release, to the schema that this release works with.

All steps are taken in one transaction, by one process at a time; there is no way back but the backup.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event, inspect, text
from sqlalchemy.engine import make_url

_STEPS = Path(__file__).parent / "migrations"
_LOCK = 0x62656D6103  # "bema" 3: one process migrates a PostgreSQL database, the others wait for it


def migrate(url: str, to: str = "head") -> None:
    """Take the steps that the database has not taken yet, to the newest one or to that of a release."""
    from alembic import command  # here alone: a server that starts needs none of it
    from alembic.config import Config

    with _transaction(url) as connection:
        config = Config()
        config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def is_current(url: str) -> bool:
    """Tell whether the database has the schema of this release."""
    return revision(url) == newest()


def newest() -> str:
    """Return the last step that there is: each is a file that begins with its number."""
    return max(path.name.partition("_")[0] for path in (_STEPS / "versions").glob("[0-9]*.py"))


def revision(url: str) -> str | None:
    """Return the last step that the database has taken; None when it is empty."""
    with _transaction(url) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        taken: str | None = connection.execute(text("select version_num from alembic_version")).scalar()
        return taken


def is_described(_object: object, name: str | None, kind: str, reflected: bool, _compared: object) -> bool:
    """Tell Alembic what `tables/` describes: all but what full-text search has beside them, on each database in its own way."""
    return not (reflected and kind in ("table", "index") and "search" in (name or ""))


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
