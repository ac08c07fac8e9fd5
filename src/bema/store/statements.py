"""Turns statements written in SQLAlchemy Core into what the driver runs, once per statement and database.

SQLAlchemy's own execution costs about 50 µs a statement on top of 8 µs that SQLite needs; a page of a timeline runs
five. Statements are module constants, so their text, the order of their parameters, the conversions and the shape of
their rows are worked out at the first use and kept. See docs/decisions/0002-statements-run-on-the-driver.md.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg as postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler

_DIALECTS: dict[str, Dialect] = {
    "sqlite": sqlite.dialect(paramstyle="named"),
    "postgresql": postgresql.dialect(),  # type: ignore[no-untyped-call]  # SQLAlchemy left it so
}
_MOST_STATEMENTS = 3_000  # per database; more means that statements are built where they are used

Parameters = Mapping[str, Any]


class Prepared:
    """A statement ready for the driver of one database."""

    __slots__ = ("_converters", "_defaults", "_make", "_processors", "sql", "statement")

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]  # every Executable we use has it
        assert isinstance(compiled, SQLCompiler)
        self.statement = statement  # kept alive: the cache goes by identity
        self.sql = compiled.string
        self._defaults: dict[str, Any] = {
            name: bind.value for bind, name in compiled.bind_names.items() if not bind.required
        }
        self._processors: dict[str, Any] = dict(compiled._bind_processors)
        columns = compiled._result_columns or []
        self._converters = [
            (index, convert)
            for index, column in enumerate(columns)
            if (convert := column.type._cached_result_processor(dialect, None)) is not None
        ]
        names: Any = [column.keyname for column in columns]
        row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # noqa: PYI024 - names from the statement
        self._make: Callable[[Sequence[Any]], Any] | None = row._make if columns else None

    def bind(self, parameters: Parameters | None) -> Parameters:
        """Return the parameters as the driver wants them."""
        values = {**self._defaults, **parameters} if parameters else self._defaults
        if self._processors:
            values = dict(values)
            for name, process in self._processors.items():
                if name in values:
                    values[name] = process(values[name])
        return values

    def rows(self, raw: Iterable[Sequence[Any]]) -> list[Any]:
        """Give the driver's rows names, and values their types."""
        make = self._make
        if make is None:  # a textual statement: its rows are plain tuples
            return list(raw)
        if not self._converters:
            return list(map(make, raw))
        made = []
        for row in raw:
            values = list(row)
            for index, convert in self._converters:
                values[index] = convert(values[index])
            made.append(make(values))
        return made


class Statements:
    """The statements of one database that were used so far."""

    def __init__(self, dialect: str) -> None:
        self._dialect = _DIALECTS[dialect]
        self._prepared: dict[int, Prepared] = {}

    def __call__(self, statement: Executable) -> Prepared:
        """Return the statement in its prepared form."""
        prepared = self._prepared.get(id(statement))
        if prepared is None:
            if len(self._prepared) >= _MOST_STATEMENTS:
                raise RuntimeError("statements must be module constants, not built for each use")
            prepared = self._prepared[id(statement)] = Prepared(statement, self._dialect)
        return prepared
