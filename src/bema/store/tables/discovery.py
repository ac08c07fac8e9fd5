"""How people are found whom nobody told one of: the directory of those who wish to be found, and refused suggestions."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table

from bema.store.tables.schema import metadata, only_key, reference

# Projection: who takes part and wishes to be found, in the orders in which they are looked through.
directory_entry = Table(
    "directory_entry",
    metadata,
    only_key("account.id"),
    Column("local", Boolean, nullable=False),
    Column("active_at", BigInteger, nullable=False),  # when it last posted; 0: never
    Column("followers", Integer, nullable=False),
    Index(None, "active_at", "account_id"),
    Index(None, "local", "active_at", "account_id"),
    Index(None, "local", "account_id"),
    Index(None, "followers", "account_id"),
)

refused_suggestion = Table(
    "refused_suggestion",
    metadata,
    reference("by_id", "account.id", key=True),
    reference("target_id", "account.id", key=True),
    Index(None, "target_id"),
    sqlite_with_rowid=False,
)
