#!/usr/bin/env python3
"""Writes the tables of `store/tables/` into the first migration, which may change until the first release, never after it.

Run it with the project's own Python (`.venv/bin/python tools/rewrite_first_migration.py`) after a change of the tables.
What stands below the second mark of the migration is kept by hand.
"""

import subprocess
import sys
from pathlib import Path

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from bema.store.tables import metadata

TOP = Path(__file__).parent.parent
MIGRATION = TOP / "src/bema/store/migrations/versions/0001_first_light.py"
BEGIN = "    # --- From tables.py, by tools/rewrite_first_migration.py\n"
END = "    # --- Kept by hand\n"


def written(source: str, commands: str) -> str:
    """Put the commands between the two marks of the migration's source."""
    head, _, rest = source.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}    {commands}\n{END}{tail}"


def commands() -> str:
    """Render what makes all tables from nothing."""
    with create_engine("sqlite://").connect() as connection:
        context = MigrationContext.configure(connection, opts={"target_metadata": metadata})
        upgrade = produce_migrations(context, metadata).upgrade_ops
        assert upgrade is not None
        lines = render_python_code(upgrade, migration_context=context).strip().splitlines()
        return "\n".join(line for line in lines if not line.strip().startswith("#")).strip()


if __name__ == "__main__":
    MIGRATION.write_text(written(MIGRATION.read_text("utf-8"), commands()), "utf-8")
    ruff = Path(sys.executable).with_name("ruff")
    subprocess.run([ruff, "format", "--quiet", MIGRATION], check=True)
    subprocess.run([ruff, "check", "--quiet", MIGRATION], check=True)
