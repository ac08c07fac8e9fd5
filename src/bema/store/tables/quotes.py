"""Quotes: the leave that people of this server gave to posts of other servers."""

from sqlalchemy import BigInteger, Column, Index, Table, Text

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
