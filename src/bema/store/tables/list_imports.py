"""Lists of servers that are to be kept away, as they are worked off."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, SmallInteger, Table, Text

from bema.store.tables.schema import id_column, metadata

list_import = Table(
    "list_import",
    metadata,
    id_column(),
    Column("by_login", BigInteger, nullable=False),
    Column("by_account", BigInteger),
    Column("by_role", SmallInteger, nullable=False),
    Column("body", Text, nullable=False),  # the list; empty when it is worked off
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False),  # of its entries, in order
    Column("added", Integer, nullable=False),
    Column("known", Integer, nullable=False),  # kept away as far, or further, before
    Column("refused", Integer, nullable=False),  # no domains, or our own
    Column("examples", Text, nullable=False),  # JSON: some of those that were refused
    Column("stopped", Boolean, nullable=False),  # before its end
    Column("created_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger),
    Index(None, "finished_at"),
)
