"""The server itself in figures: how large its database is, and of which releases it is made."""

import platform

from sqlalchemy import func, literal_column, select, text

from bema import __version__
from bema.store.tx import Tx

_SIZES = {
    "sqlite": select(literal_column("page_count * page_size")).select_from(
        text("pragma_page_count(), pragma_page_size()")
    ),
    "postgresql": select(func.pg_database_size(func.current_database())),
}
_VERSIONS = {
    "sqlite": select(func.sqlite_version()),
    "postgresql": select(func.current_setting(literal_column("'server_version'"))),
}
_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def size(tx: Tx) -> tuple[str, int]:
    """Return what keeps the data, and how many bytes it takes."""
    return _NAMES[tx.dialect], int(tx.value(_SIZES[tx.dialect]))


def versions(tx: Tx) -> list[tuple[str, str]]:
    """Return names and releases of what the server runs on."""
    database = str(tx.value(_VERSIONS[tx.dialect])).split(" ")[0]
    return [("Bema", __version__), ("Python", platform.python_version()), (_NAMES[tx.dialect], database)]
