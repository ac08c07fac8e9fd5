"""Where SQLite and PostgreSQL say the same thing in different words; every statement is written once, on top of this."""

from functools import cache
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, ColumnElement, MetaData, Select, Table, Text, bindparam, column, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import FromClause
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine

__all__ = ["OneOf", "another", "begins_with", "insert", "listed_ids", "listed_texts", "one_of_ids", "one_of_texts"]

_encode = msgspec.json.Encoder()


def another(of: Table, *columns: str) -> FromClause:
    """Name a table a second time in a statement, with the columns that are needed.

    An alias of the table itself has all of them, which SQLAlchemy makes anew for each alias: some 7,000 in all, and a
    fifth of the time that the server took to start.
    """
    return _with_few(of, columns).alias()


@cache
def _with_few(of: Table, columns: tuple[str, ...]) -> Table:
    return Table(of.name, MetaData(), *[Column(name, of.c[name].type) for name in columns])


class _List(TypeDecorator[list[Any]]):
    """A list in one parameter: a JSON document on SQLite, an array on PostgreSQL."""

    impl = Text
    cache_ok = True

    def __init__(self, item: type[TypeEngine[Any]]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(self.item()))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value if value is None else list(value)
        return _encode.encode(list(value)).decode()


class OneOf(FunctionElement[bool]):
    """`column` has one of the values in a list parameter; the statement's text does not depend on how many there are."""

    name = "one_of"
    inherit_cache = True
    type: Any = NullType()  # as Boolean, SQLite would be asked for "… = 1" and not use the index


@compiles(OneOf, "sqlite")
def _one_of_sqlite(element: OneOf, compiler: SQLCompiler, **kw: Any) -> str:
    column, parameter = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({parameter}))"


@compiles(OneOf, "postgresql")
def _one_of_postgresql(element: OneOf, compiler: SQLCompiler, **kw: Any) -> str:
    column, parameter = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{column} = ANY({parameter})"


class _Listed(FunctionElement[int]):
    """The values of a list parameter, as a table of one column."""

    name = "listed"
    inherit_cache = True
    type = BigInteger()


@compiles(_Listed, "sqlite")
def _listed_sqlite(element: _Listed, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_each({compiler.process(next(iter(element.clauses)), **kw)})"


@compiles(_Listed, "postgresql")
def _listed_postgresql(element: _Listed, compiler: SQLCompiler, **kw: Any) -> str:
    return f"(SELECT unnest({compiler.process(next(iter(element.clauses)), **kw)}) AS value)"


def listed_ids(parameter: str = "ids") -> Select[tuple[int]]:
    """Select the ids in one list parameter, as a column `id`: to be joined with, or made a common table."""
    listed = _Listed(bindparam(parameter, type_=_List(BigInteger))).table_valued("value")
    return select(listed.c.value.label("id"))


def listed_texts(parameter: str) -> Select[tuple[str]]:
    """Select the texts in one list parameter, as a column `text`."""
    listed = _Listed(bindparam(parameter, type_=_List(Text)))
    return select(listed.table_valued(column("value", Text)).c.value.label("text"))


def one_of_ids(column: ColumnElement[Any], parameter: str = "ids") -> ColumnElement[bool]:
    """Match a column against the ids in one list parameter."""
    return OneOf(column, bindparam(parameter, type_=_List(BigInteger)))


def one_of_texts(column: ColumnElement[Any], parameter: str) -> ColumnElement[bool]:
    """Match a column against the texts in one list parameter."""
    return OneOf(column, bindparam(parameter, type_=_List(Text)))


class _BeginsWith(FunctionElement[bool]):
    """A text column begins with a parameter; an index finds it, whatever the collation."""

    name = "begins_with"
    inherit_cache = True
    type: Any = NullType()


@compiles(_BeginsWith, "sqlite")
def _begins_with_sqlite(element: _BeginsWith, compiler: SQLCompiler, **kw: Any) -> str:
    column, parameter = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({column} >= {parameter} AND {column} < {parameter} || char(1114111))"


@compiles(_BeginsWith, "postgresql")
def _begins_with_postgresql(element: _BeginsWith, compiler: SQLCompiler, **kw: Any) -> str:
    column, parameter = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({column} ~>=~ {parameter} AND {column} ~<~ ({parameter} || chr(1114111)))"


def begins_with(column: ColumnElement[Any], parameter: str) -> ColumnElement[bool]:
    """Match the beginning of a text column; on PostgreSQL an index with text_pattern_ops serves it."""
    return _BeginsWith(column, bindparam(parameter, type_=Text))
