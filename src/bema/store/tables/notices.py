"""What an account is told of, what it wants to be told of, and which devices ring when it is."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, LargeBinary, SmallInteger, Table, Text, text

from bema.store.tables.schema import id_column, metadata, only_key, reference

# Projection: what an account is told of. The id is the position of the event that caused it: one event tells an
# account at most one thing, and a rebuilt table has the same ids.
notification = Table(
    "notification",
    metadata,
    reference("account_id", "account.id", key=True),
    Column("id", BigInteger, primary_key=True),
    Column("type", Text, nullable=False),  # a key of model/notifications.KINDS
    reference("from_id", "account.id"),
    reference("post_id", "post.id", nullable=True),
    Column("about_id", BigInteger),  # what else it is about, of the kind that the type says: a report, a decision
    Column("group_key", Text),  # none: it stands by itself
    Column("filtered", Boolean, nullable=False),  # kept aside, as its reader's policy wants it
    Column("created_at", BigInteger, nullable=False),
    Index(None, "account_id", "type", "id"),
    Index(None, "from_id", "account_id", "id"),
    Index(None, "post_id", "from_id"),
    Index(None, "id", "account_id"),
    sqlite_with_rowid=False,
)
_single, _grouped = notification.c.group_key.is_(None), notification.c.group_key.is_not(None)
Index(
    "ix_notification_single",
    notification.c.account_id,
    notification.c.id,
    sqlite_where=_single,
    postgresql_where=_single,
)
Index(
    "ix_notification_grouped",
    notification.c.account_id,
    notification.c.group_key,
    notification.c.id,
    sqlite_where=_grouped,
    postgresql_where=_grouped,
)
Index(
    "ix_notification_filtered",
    notification.c.account_id,
    notification.c.from_id,
    notification.c.id,
    sqlite_where=text("filtered IS 1"),
    postgresql_where=text("filtered IS true"),
)

# Projection: notifications that say the same of the same thing, at the place of the newest of them.
notification_group = Table(
    "notification_group",
    metadata,
    reference("account_id", "account.id", key=True),
    Column("group_key", Text, primary_key=True),
    Column("type", Text, nullable=False),
    reference("post_id", "post.id", nullable=True),
    Column("newest_id", BigInteger, nullable=False),
    Index(None, "account_id", "newest_id"),
    Index(None, "post_id"),
    sqlite_with_rowid=False,
)

# What is done with notifications from whom: model/notifications.Treatment. No row: as at the beginning.
notification_policy = Table(
    "notification_policy",
    metadata,
    only_key("account.id"),
    Column("not_following", SmallInteger, nullable=False),
    Column("not_followers", SmallInteger, nullable=False),
    Column("new_accounts", SmallInteger, nullable=False),
    Column("private_mentions", SmallInteger, nullable=False),
    Column("limited_accounts", SmallInteger, nullable=False),
    Column("automated", SmallInteger, nullable=False),
)

# Whose notifications are accepted whatever the policy says.
notification_permission = Table(
    "notification_permission",
    metadata,
    reference("account_id", "account.id", key=True),
    reference("from_id", "account.id", key=True),
    Index(None, "from_id"),
)

push_subscription = Table(
    "push_subscription",
    metadata,
    id_column(),
    Column("token_id", BigInteger, ForeignKey("token.id", ondelete="CASCADE"), nullable=False, unique=True),
    reference("account_id", "account.id"),
    Column("endpoint", Text, nullable=False),
    Column("public_key", LargeBinary, nullable=False),  # of the device, an uncompressed point of P-256
    Column("auth", LargeBinary, nullable=False),
    Column("standard", Boolean, nullable=False),  # RFC 8291, or the draft before it
    Column("sealed_token", LargeBinary, nullable=False),  # the device tells by it which of its accounts it is about
    Column("alerts", Text, nullable=False),  # JSON: list of types
    Column("policy", SmallInteger, nullable=False),  # model/notifications.Audience
    Column("created_at", BigInteger, nullable=False),
    Index(None, "account_id"),
)
