"""Dumping: the rows of all tables in one consistent state, while the server writes on, in a form that both databases read back.

A table is a list of rows in JSON, without anything that only one kind of database knows: a dump of SQLite can be loaded
into PostgreSQL and the other way round. Places in the event log are kept, since cursors and notifications go by them.
"""

import sqlite3
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from typing import Any, NamedTuple

import msgspec
import psycopg
from sqlalchemy import Boolean, LargeBinary, Table
from sqlalchemy.engine import URL, make_url

from bema.store import migrate
from bema.store.tables import metadata

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(list[Any]).decode
_ROWS_AT_ONCE = 5_000  # that PostgreSQL sends ahead

Row = list[Any]


class Rows(NamedTuple):
    """A table on its way."""

    table: str
    columns: list[str]
    rows: Iterator[Row]


def dump(url: str, take: Callable[[str, list[str], Iterator[bytes]], None]) -> None:
    """Hand every table to `take`: its name, its columns and its rows as lines. What is committed meanwhile is not in it."""
    parsed = make_url(url)
    read = _of_sqlite if parsed.get_backend_name() == "sqlite" else _of_postgresql
    for table, columns, rows in read(parsed):
        numbered = _numbered(rows) if table == "event" else rows
        take(table, columns, (_encode(row) for row in numbered))


def load(url: str, tables: Iterable[tuple[str, list[str], Iterable[bytes]]]) -> None:
    """Fill an empty database, which has the schema of the dump already, all or nothing."""
    parsed = make_url(url)
    fill = _into_sqlite if parsed.get_backend_name() == "sqlite" else _into_postgresql
    fill(parsed, (Rows(name, columns, _typed(name, columns, lines)) for name, columns, lines in tables))


def holds_anything(url: str) -> bool:
    """Tell whether there is a server's data in the database."""
    if migrate.revision(url) is None:
        return False
    parsed = make_url(url)
    question = "select exists (select 1 from domain)"
    if parsed.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(parsed.database))) as connection:
            return bool(connection.execute(question).fetchone()[0])
    with psycopg.connect(_conninfo(parsed)) as postgresql:
        found = postgresql.execute(question).fetchone()
        return bool(found and found[0])


# --- Reading ----------------------------------------------------------------------------------------------------------


def _of_sqlite(url: URL) -> Iterator[Rows]:
    with closing(sqlite3.connect(str(url.database), isolation_level=None)) as connection:
        connection.execute("BEGIN")  # from the first row on, the state stays
        for table in metadata.sorted_tables:
            columns, query = _query(table, "id")
            yield Rows(table.name, columns, map(list, connection.execute(query)))


def _of_postgresql(url: URL) -> Iterator[Rows]:
    with psycopg.connect(_conninfo(url)) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        for table in metadata.sorted_tables:
            columns, query = _query(table, "seq")
            with connection.cursor(name="dump") as rows:
                rows.itersize = _ROWS_AT_ONCE
                rows.execute(query.encode())
                yield Rows(table.name, columns, map(list, rows))


def _query(table: Table, place: str) -> tuple[list[str], str]:
    """Return a table's columns, and how to read it. Of a fact its place in the log is read, the last ones may have none."""
    if table.name == "event":
        return ["place", "body", "at"], f'SELECT {place}, body, "at" FROM event ORDER BY {place} IS NULL, {place}, id'
    columns = [str(column.name) for column in table.columns]
    return columns, f'SELECT {_listed(columns)} FROM "{table.name}"'


def _numbered(rows: Iterator[Row]) -> Iterator[Row]:
    """Give facts that have no place yet those that follow."""
    last = 0
    for place, body, at in rows:
        last = last + 1 if place is None else place
        yield [last, body, at]


def _listed(columns: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


# --- Writing ----------------------------------------------------------------------------------------------------------


def _typed(name: str, columns: list[str], lines: Iterable[bytes]) -> Iterator[Row]:
    """Read rows, and give bytes and truth values their types back; a column that this release does not know stays as it is."""
    known: Any = metadata.tables[name].columns if name in metadata.tables else {}
    types = [known[column].type if column in known else None for column in columns]
    converters = [(at, _converter(type_)) for at, type_ in enumerate(types)]
    needed = [(at, convert) for at, convert in converters if convert is not None]
    for line in lines:
        row = _decode(line)
        for at, convert in needed:
            if row[at] is not None:
                row[at] = convert(row[at])
        yield row


def _converter(type_: Any) -> Callable[[Any], Any] | None:
    if isinstance(type_, LargeBinary):
        return b64decode
    return bool if isinstance(type_, Boolean) else None


def _into_sqlite(url: URL, tables: Iterable[Rows]) -> None:
    with closing(sqlite3.connect(str(url.database), isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("PRAGMA defer_foreign_keys = ON")  # a post may name one that comes later
        for table, columns, rows in tables:
            names, marks = _listed(["id", *columns[1:]] if table == "event" else columns), ", ".join("?" * len(columns))
            connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)
        connection.execute("COMMIT")


def _into_postgresql(url: URL, tables: Iterable[Rows]) -> None:
    with psycopg.connect(_conninfo(url)) as connection, connection.cursor() as cursor:
        for table, columns, rows in tables:
            names = _listed(["seq", "id", *columns[1:]] if table == "event" else columns)
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN'.encode()) as copy:  # in one statement: see above
                for row in rows:
                    copy.write_row([row[0], *row] if table == "event" else row)
        cursor.execute(_CONTINUE)


_CONTINUE = "SELECT setval(pg_get_serial_sequence('event', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM event), false)"


def _conninfo(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)
