"""What people show on their profiles of others: hashtags that they use, and people whom they follow."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text

from bema.store.tables.schema import id_column, metadata, reference

# Projection, as far as the last two columns go: they are summed up from `tag_day`.
featured_tag = Table(
    "featured_tag",
    metadata,
    id_column(),
    reference("account_id", "account.id"),
    reference("tag_id", "tag.id"),
    Column("name", Text, nullable=False),  # as it was typed
    Column("posts", Integer, nullable=False),  # public ones of the account that carry it
    Column("last_day", Integer),  # on which there was one; days since 1970-01-01
    Index(None, "account_id", "tag_id", unique=True),
    Index(None, "tag_id"),
)

# Somebody is recommended by virtue of a follow, and no longer than that.
endorsement = Table(
    "endorsement",
    metadata,
    id_column(),
    Column("follow_id", BigInteger, ForeignKey("follow.id", ondelete="CASCADE"), nullable=False, unique=True),
    reference("by_id", "account.id"),
    reference("target_id", "account.id"),
    Index(None, "by_id", "id"),
    Index(None, "target_id"),
)
