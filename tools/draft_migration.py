"""Drafts the next step of the schema: what `store/tables/` has and a migrated database has not.

Run it with the project's own Python after a change of the tables:

    .venv/bin/python -m tools.draft_migration "lists have colours"

Read what it wrote: it sees neither that something was renamed nor what becomes of the rows that are there.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from bema.store import migrations
from bema.store.migrate import migrate, newest

_STEPS = Path(migrations.__file__).parent


def draft(title: str) -> Path:
    """Write the step, and return where; its name begins with the next number."""
    number = f"{int(newest()) + 1:04}"
    config = Config()
    config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/migrated.sqlite"
        migrate(url)
        with create_engine(url).connect() as connection:
            config.attributes["connection"] = connection
            command.revision(config, re.sub(r"\W+", " ", title).strip(), autogenerate=True, rev_id=number)
    (written,) = (_STEPS / "versions").glob(f"{number}_*.py")
    lines = [line for line in written.read_text("utf-8").splitlines() if not line.strip().startswith("# ###")]
    written.write_text("\n".join(lines) + "\n", "utf-8")
    ruff = Path(sys.executable).with_name("ruff")
    subprocess.run([ruff, "format", "--quiet", written], check=True)
    subprocess.run([ruff, "check", "--quiet", "--fix", written], check=True)
    return written


if __name__ == "__main__":
    print(draft(" ".join(sys.argv[1:]) or sys.exit("Say in a few words what is new.")))
