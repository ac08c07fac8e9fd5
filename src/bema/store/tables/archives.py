"""What people take along: at most one archive for each account, being made or there for some days."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from bema.store.tables.schema import id_column, metadata, reference

archive = Table(
    "archive",
    metadata,
    id_column(),
    reference("account_id", "account.id"),
    Column("login_id", BigInteger, nullable=False),  # who asked for it, and gets a letter
    Column("asked_at", BigInteger, nullable=False),
    Column("ready_at", BigInteger),  # none: it is being made
    Column("expires_at", BigInteger),
    Column("key", Text),  # of the stored file
    Column("size", BigInteger),  # in bytes
    Column("posts", Integer),
    Column("files", Integer),
    Index(None, "account_id", unique=True),
)
