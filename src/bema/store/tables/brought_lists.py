"""Lists of people, servers and posts that somebody brings from another server, as they are worked off."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text

from bema.store.tables.schema import id_column, metadata, reference

brought_list = Table(
    "brought_list",
    metadata,
    id_column(),
    reference("account_id", "account.id"),
    Column("login_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("replaces", Boolean, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("looks_like", Text),  # another kind than was said
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("ended", Integer, nullable=False),
    Column("ended_to", BigInteger),  # none: all was ended that is not in the list, or nothing is to be
    Column("created_at", BigInteger, nullable=False),
    Column("begun_at", BigInteger),
    Column("finished_at", BigInteger),
    Column("stopped", Boolean, nullable=False),
    Index(None, "account_id", "id"),
)

# Lines that are not worked off yet, some together: they are carried out in one transaction.
brought_part = Table(
    "brought_part",
    metadata,
    id_column(),
    reference("list_id", "brought_list.id"),
    Column("lines", Text, nullable=False),  # JSON
    Index(None, "list_id", "id"),
)

# Lines of which nothing came.
brought_failure = Table(
    "brought_failure",
    metadata,
    id_column(),
    reference("list_id", "brought_list.id"),
    Column("line", Text, nullable=False),  # JSON
    Column("reason", Text, nullable=False),
    Index(None, "list_id", "id"),
)
