"""Who relates to what. Each relation has an id of its own: lists page by it."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Table, Text, text

from bema.store.tables.schema import id_column, metadata, reference

favourite = Table(
    "favourite",
    metadata,
    id_column(),
    reference("post_id", "post.id"),
    reference("account_id", "account.id"),
    Index(None, "account_id", "post_id", unique=True),
    Index(None, "account_id", "id"),
    Index(None, "post_id", "id"),
)

# With what people of other servers react to posts of this one. A plain favourite from elsewhere has no name.
post_reaction = Table(
    "post_reaction",
    metadata,
    id_column(),
    reference("post_id", "post.id"),
    reference("account_id", "account.id"),
    Column("name", Text, nullable=False),  # an emoji, or shortcode@host of a custom one
    Column("picture", Text),  # of a custom emoji: its address here
    Column("uri", Text),  # what it is called on its own server
    Index(None, "post_id", "account_id", "name", unique=True),
    Index(None, "account_id", "uri"),
)

bookmark = Table(
    "bookmark",
    metadata,
    id_column(),
    reference("post_id", "post.id"),
    reference("account_id", "account.id"),
    Index(None, "account_id", "post_id", unique=True),
    Index(None, "account_id", "id"),
    Index(None, "post_id"),
)

pin = Table(
    "pin",
    metadata,
    id_column(),
    reference("post_id", "post.id"),
    reference("account_id", "account.id"),
    Index(None, "account_id", "post_id", unique=True),
    Index(None, "post_id"),
)

thread_mute = Table(
    "thread_mute",
    metadata,
    reference("account_id", "account.id", key=True),
    Column("thread_id", BigInteger, primary_key=True),
)

follow = Table(
    "follow",
    metadata,
    id_column(),
    reference("follower_id", "account.id"),
    reference("followed_id", "account.id"),
    Column("boosts", Boolean, nullable=False),  # show what they boost
    Column("notify", Boolean, nullable=False),  # tell me when they post
    Column("languages", Text),  # JSON list, or none for all
    Column("at_home", Boolean, nullable=False, server_default=text("true")),  # false: in an exclusive list, not at home
    Column("uri", Text),  # what the asking is called on another server
    Index(None, "follower_id", "followed_id", unique=True),
    Index(None, "follower_id", "id"),
    Index(None, "followed_id", "id"),
)

Index(
    "ix_follow_notify",
    follow.c.followed_id,
    follow.c.follower_id,
    sqlite_where=text("notify = 1"),
    postgresql_where=text("notify"),
)

follow_request = Table(
    "follow_request",
    metadata,
    id_column(),
    reference("follower_id", "account.id"),
    reference("followed_id", "account.id"),
    Column("boosts", Boolean, nullable=False),
    Column("notify", Boolean, nullable=False),
    Column("languages", Text),
    Column("uri", Text),  # what the asking is called on another server
    Index(None, "follower_id", "followed_id", unique=True),
    Index(None, "followed_id", "id"),
)

block = Table(
    "block",
    metadata,
    id_column(),
    reference("by_id", "account.id"),
    reference("target_id", "account.id"),
    Index(None, "by_id", "target_id", unique=True),
    Index(None, "by_id", "id"),
    Index(None, "target_id", "by_id"),
)

mute = Table(
    "mute",
    metadata,
    id_column(),
    reference("by_id", "account.id"),
    reference("target_id", "account.id"),
    Column("notifications", Boolean, nullable=False),  # also hide what they would be notified of
    Column("expires_at", BigInteger),
    Index(None, "by_id", "target_id", unique=True),
    Index(None, "by_id", "id"),
    Index(None, "target_id"),
)

private_note = Table(
    "private_note",
    metadata,
    reference("by_id", "account.id", key=True),
    reference("target_id", "account.id", key=True),
    Column("note", Text, nullable=False),
    Index(None, "target_id"),
)
