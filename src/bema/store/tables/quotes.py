"""Quotes: the leave that people of this server gave to posts of other servers, and who waits for their word."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Table, Text, text

from bema.store.tables.schema import id_column, metadata, reference

# A post elsewhere may quote one of ours; it may have come here since, or not.
quote_leave = Table(
    "quote_leave",
    metadata,
    id_column(),
    reference("post_id", "post.id"),  # what is quoted
    reference("asker_id", "account.id"),
    Column("quoting_uri", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index(None, "post_id", "quoting_uri", unique=True),
    Index(None, "asker_id"),
)

# Who asks to quote a post whose author decides that for each; what was refused stays, so that nobody asks twice.
quote_request = Table(
    "quote_request",
    metadata,
    id_column(),
    reference("post_id", "post.id"),  # what is to be quoted
    reference("author_id", "account.id"),  # who is to decide
    reference("asker_id", "account.id"),
    reference("quoting_id", "post.id", nullable=True),  # a post of this server
    Column("quoting_uri", Text),  # or of another
    Column("asked_as", Text),  # what the asking is called there
    Column("refused", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", BigInteger, nullable=False),
    Index(None, "post_id", "quoting_uri", unique=True),
    Index(None, "quoting_id", unique=True),
    Index(None, "author_id", "refused", "id"),
    Index(None, "asker_id"),
)
