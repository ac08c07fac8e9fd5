"""Turns statements written in SQLAlchemy Core into what the driver runs, once per statement and database.

SQLAlchemy's own execution costs about 50 µs a statement on top of 8 µs that SQLite needs; a page of a timeline runs
five. Statements are module constants, so their text, the order of their parameters, the conversions and the shape of
their rows are worked out at the first use and kept. See docs/decisions/0002-statements-run-on-the-driver.md.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import BindParameter, Executable
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg as postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler

_DIALECTS: dict[str, Dialect] = {
    "sqlite": sqlite.dialect(paramstyle="named"),
    "postgresql": postgresql.dialect(),  # type: ignore[no-untyped-call]  # SQLAlchemy left it so
}


def _with_constants_as_such(compiler: type[SQLCompiler]) -> type[SQLCompiler]:
    """Write numbers that a statement always has into its text, rather than hand them over with each use.

    SQLite parses and plans a statement anew whenever a value is bound that may decide whether a partial index fits,
    which took three times as long as running it; and PostgreSQL cannot use such an index in a plan that it keeps.
    """

    class Compiler(compiler):  # type: ignore[misc, valid-type]  # a dialect's own
        def visit_bindparam(self, bindparam: BindParameter[Any], *arguments: Any, **more: Any) -> str:
            if bindparam.unique and bindparam.callable is None and isinstance(bindparam.value, int):
                more["literal_binds"] = True
            return str(super().visit_bindparam(bindparam, *arguments, **more))

    return Compiler


for _dialect in _DIALECTS.values():
    _dialect.statement_compiler = _with_constants_as_such(_dialect.statement_compiler)
# What one database has prepared serves the next of its kind in this process, for as long as the statement lives.
_READY: dict[str, WeakKeyDictionary[Executable, "Prepared"]] = {name: WeakKeyDictionary() for name in _DIALECTS}
_MOST_STATEMENTS = 3_000  # per database; more means that statements are built where they are used

Parameters = Mapping[str, Any]


class Prepared:
    """A statement ready for the driver of one database."""

    __slots__ = ("_converters", "_defaults", "_make", "_processors", "sql")

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]  # every Executable we use has it
        assert isinstance(compiled, SQLCompiler)
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
        self._ready = _READY[dialect]
        self._prepared: dict[int, Prepared] = {}
        self.lasting: dict[str, Any] = {}  # what is kept in memory beside them, whatever is committed; see `Tx.lasting`
        self._kept: list[Executable] = []  # alive: what is prepared is found by identity

    def __call__(self, statement: Executable) -> Prepared:
        """Return the statement in its prepared form."""
        prepared = self._prepared.get(id(statement))
        if prepared is None:
            if len(self._prepared) >= _MOST_STATEMENTS:
                raise RuntimeError("statements must be module constants, not built for each use")
            prepared = self._ready.get(statement) or Prepared(statement, self._dialect)
            self._kept.append(statement)
            self._prepared[id(statement)] = self._ready[statement] = prepared
        return prepared
