"""What follows from what people do: homes, notifications, what search looks in, letters."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text, text

from bema.store.tables.schema import id_column, metadata, only_key, reference

# Projection: the newest of what an account follows.
home = Table(
    "home",
    metadata,
    reference("account_id", "account.id", key=True),
    Column("post_id", BigInteger, primary_key=True),
    sqlite_with_rowid=False,
)

# Projection: authors with so many followers that homes take up their posts when they are read, not when they are written.
widely_followed = Table(
    "widely_followed",
    metadata,
    only_key("account.id"),
)

# Projection: by which tokens (see model/searching.py) a post and an account are found. Full-text search, which each
# database does in its own way, is laid over these two tables in the first migration.
search_post = Table(
    "search_post",
    metadata,
    only_key("post.id"),
    Column("tokens", Text, nullable=False),  # with spaces between them; "=p": anybody may find it, "=7": account 7 may
)

search_account = Table(
    "search_account",
    metadata,
    only_key("account.id"),
    Column("tokens", Text, nullable=False),
    Column("indexable", Boolean, nullable=False),  # whether its public posts were put among what anybody may find
)

marker = Table(
    "marker",
    metadata,
    reference("account_id", "account.id", key=True),
    Column("timeline", Text, primary_key=True),
    Column("last_read_id", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

letter = Table(
    "letter",
    metadata,
    id_column(),
    Column("recipient", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("headers", Text, nullable=False, server_default=text("'{}'")),  # JSON: more than every letter has
    reference("subscription_id", "email_subscription.id", nullable=True),  # it goes to nobody who wants no more of them
    Column("created_at", BigInteger, nullable=False),
    Index(None, "subscription_id"),
)
