"""What people do not want to read: filters by words and of single posts, and whole servers."""

from sqlalchemy import BigInteger, Boolean, Column, Index, SmallInteger, Table, Text

from bema.store.tables.schema import id_column, metadata, only_key, reference

post_filter = Table(
    "post_filter",
    metadata,
    id_column(),
    reference("account_id", "account.id"),
    Column("title", Text, nullable=False),
    Column("contexts", Text, nullable=False),  # JSON: list of model.filters.Context
    Column("action", SmallInteger, nullable=False),  # model.filters.Action
    Column("expires_at", BigInteger),
    Index(None, "account_id", "id"),
)

filter_keyword = Table(
    "filter_keyword",
    metadata,
    id_column(),
    reference("filter_id", "post_filter.id"),
    Column("keyword", Text, nullable=False),
    Column("whole_word", Boolean, nullable=False),
    Index(None, "filter_id", "id"),
)

filtered_post = Table(
    "filtered_post",
    metadata,
    id_column(),
    reference("filter_id", "post_filter.id"),
    reference("post_id", "post.id"),
    Index(None, "filter_id", "post_id", unique=True),
    Index(None, "post_id"),
)

# Of each account that has filters, a digest of all of them: it tells whether what was made of them in memory still holds.
filter_digest = Table(
    "filter_digest",
    metadata,
    only_key("account.id"),
    Column("digest", BigInteger, nullable=False),
)

blocked_domain = Table(
    "blocked_domain",
    metadata,
    id_column(),
    reference("by_id", "account.id"),
    Column("name", Text, nullable=False),
    Index(None, "by_id", "name", unique=True),
    Index(None, "by_id", "id"),
)
