"""Migrations: whoever upgrades step by step has the same database as whoever reads `tables/`."""

import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from bema.store import migrations
from bema.store.migrate import is_current, is_described, migrate, newest, revision
from bema.store.tables import metadata

_COMPARING = {"include_object": is_described, "compare_type": True}
_TAKEN = {  # by servers that run
    "0001_first_light.py": "20abf3f8698adb78e215c816a07ab92ca1d12c45ab709ea0c9f279d2de90c66e",
}
_ON_POSTGRESQL = """
    select 'column', table_name, column_name, data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '')
        from information_schema.columns where table_schema = 'public'
    union all select 'index', tablename, indexname, indexdef from pg_indexes where schemaname = 'public'
    union all select 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_urls(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """Two databases without a table, of one kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/one.sqlite", f"sqlite:///{tmp_path}/other.sqlite"
    server = request.getfixturevalue("postgresql")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for name in ("empty_one", "empty_other"):
            connection.execute(f"drop database if exists {name} with (force)")
            connection.execute(f"create database {name}")
    return server.get_uri("empty_one"), server.get_uri("empty_other")


def on_connection(url: str, work: Callable[[Any], Any]) -> Any:
    """Do something with a plain connection."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = create_engine(parsed)
    try:
        with engine.begin() as connection:
            return work(connection)
    finally:
        engine.dispose()


def schema(connection: Any) -> set[Any]:
    """Describe every table and index; on SQLite by the words that made them, whose order says nothing."""
    if connection.dialect.name == "postgresql":
        rows = connection.execute(text(_ON_POSTGRESQL))
        return {tuple(row) for row in rows if "alembic_version" not in (row[1], row[2])}
    rows = connection.execute(text("select type, name, sql from sqlite_master where sql is not null"))
    return {(kind, name, tuple(sorted(words(sql)))) for kind, name, sql in rows if name != "alembic_version"}


def words(sql: str) -> list[str]:
    """Split a statement into what stands between its commas; what was added to a table later stands on the last line."""
    plain = " ".join(re.sub(r"DEFAULT \((\w+)\)", r"DEFAULT \1", sql).split())
    head, _, rest = plain.partition("(")
    body, _, tail = rest.rpartition(")")
    parts, depth = [""], 0
    for letter in body:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return [head.strip().replace('"', ""), *(part.strip() for part in parts), tail.strip()]


def test_the_steps_lead_to_the_tables(empty_urls: tuple[str, str]) -> None:
    """A column, index, predicate or WITHOUT ROWID that only one of the two knows would break the next release."""
    migrated, made = empty_urls
    migrate(migrated)
    on_connection(made, metadata.create_all)
    found, wanted = on_connection(migrated, schema), on_connection(made, schema)
    assert len(wanted) > len(metadata.tables)
    assert wanted - found == set()
    ours = {row for row in found if any(name in str(row) for name in metadata.tables)}
    assert {row for row in ours - wanted if not is_of_search(row)} == set()


def is_of_search(row: tuple[Any, ...]) -> bool:
    """Tell whether this belongs to full-text search, which each database does in its own way."""
    return "search" in str(row)


def test_alembic_finds_nothing_to_do(empty_urls: tuple[str, str]) -> None:
    """Its own comparison agrees, so that the next step it drafts holds only what is new."""
    url, _ = empty_urls
    migrate(url)
    differences = on_connection(
        url, lambda connection: compare_metadata(MigrationContext.configure(connection, opts=_COMPARING), metadata)
    )
    assert differences == []


def test_an_empty_database_is_not_current_and_a_migrated_one_is(empty_urls: tuple[str, str]) -> None:
    """`bema serve` refuses a database that lacks a step."""
    url, _ = empty_urls
    assert not is_current(url)
    migrate(url)
    assert is_current(url)


def test_migrating_twice_changes_nothing(empty_urls: tuple[str, str]) -> None:
    """Every start may migrate."""
    url, _ = empty_urls
    migrate(url)
    before = on_connection(url, schema), revision(url)
    migrate(url)
    assert (on_connection(url, schema), revision(url)) == before


def test_a_migrated_sqlite_file_has_a_write_ahead_log(tmp_path: Path) -> None:
    """Readers and the writer never wait for each other."""
    url = f"sqlite:///{tmp_path}/bema.sqlite"
    migrate(url)
    assert on_connection(url, lambda connection: connection.execute(text("pragma journal_mode")).scalar()) == "wal"


def test_the_newest_step_is_the_last_of_the_chain() -> None:
    """A server that starts tells it from the files' names alone; a step whose name lies would lock everybody out."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    assert script.get_heads() == [newest()]
    assert all(Path(step.path).name.startswith(f"{step.revision}_") for step in script.walk_revisions())


def test_a_step_that_servers_have_taken_stays_as_it_is() -> None:
    """What it would make otherwise, they would never get: whatever is new is a step of its own (`tools/draft_migration.py`)."""
    steps = Path(migrations.__file__).parent / "versions"
    digests = {path.name: sha256(path.read_bytes()).hexdigest() for path in steps.glob("[0-9]*.py")}
    assert digests == _TAKEN
