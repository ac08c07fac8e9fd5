"""Taking in very much at once: a database that is thrown away afterwards takes less care, and makes its indexes last."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import URL, Connection, bindparam, create_engine, text

# What the server itself is told while it is filled; foreign keys hold by construction.
_POSTGRESQL = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "session_replication_role": "replica",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "1h",
    "work_mem": "256MB",
    "maintenance_work_mem": "512MB",
    "max_parallel_maintenance_workers": "0",
    "max_parallel_workers_per_gather": "0",
}
_SQLITE = ("synchronous = OFF", "cache_size = -524288", "temp_store = MEMORY")
_INDEXES = {
    "sqlite": "select name, sql from sqlite_master where type = 'index' and sql is not null and tbl_name in :tables",
    "postgresql": "select indexname, indexdef from pg_indexes where schemaname = 'public' and tablename in :tables",
}


class Bulk:
    """A database while it is filled."""

    def __init__(self, url: URL) -> None:
        self.postgresql = url.get_backend_name() == "postgresql"
        self._engine = create_engine(url.set(drivername="postgresql+psycopg") if self.postgresql else url)
        self._set_aside: list[str] = []
        if self.postgresql:
            self._tell("alter system set {} = '{}'", _POSTGRESQL.items())

    def connect(self) -> Connection:
        """Connect, not to be durable."""
        connection = self._engine.connect()
        if not self.postgresql:
            for pragma in _SQLITE:
                connection.execute(text(f"pragma {pragma}"))
        return connection

    def set_indexes_aside(self, connection: Connection, tables: Sequence[str]) -> None:
        """Drop the indexes of tables, but those that keep rows from being there twice."""
        found = text(_INDEXES[connection.dialect.name]).bindparams(bindparam("tables", expanding=True))
        for name, definition in connection.execute(found, {"tables": list(tables)}).all():
            if "UNIQUE" not in definition:
                connection.execute(text(f'drop index "{name}"'))
                self._set_aside.append(definition)
        connection.commit()

    def index(self, connection: Connection) -> int:
        """Make the indexes of what is there now, and say how many: a fraction of the work of adding to each all the time."""
        for definition in self._set_aside:
            connection.exec_driver_sql(definition)  # as it is: a colon in it names no parameter
            connection.commit()
        count = len(self._set_aside)
        self._set_aside.clear()
        return count

    def tidy(self) -> None:
        """Do what PostgreSQL does by itself some minutes after so much came in."""
        if self.postgresql:
            self._tell("{}", [("vacuum analyze", "")])

    def close(self) -> None:
        """Let the database be as careful as it was."""
        if self.postgresql:
            self._tell("alter system reset {}", _POSTGRESQL.items())
            self._tell("{}", [("checkpoint", "")])
        self._engine.dispose()

    def _tell(self, statement: str, parts: Any) -> None:
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for name, value in parts:
                connection.execute(text(statement.format(name, value)))
            connection.execute(text("select pg_reload_conf()"))
