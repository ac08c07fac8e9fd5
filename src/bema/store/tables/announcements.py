"""What the operators say to everybody: announcements with the reactions to them."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text

from bema.store.tables.schema import id_column, metadata, reference

announcement = Table(
    "announcement",
    metadata,
    id_column(),
    Column("text", Text, nullable=False),
    Column("starts_at", BigInteger),  # of what is announced
    Column("ends_at", BigInteger),  # of what is announced: afterwards it is not shown any more
    Column("all_day", Boolean, nullable=False),  # these two are days rather than moments
    Column("published_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index(None, "ends_at"),
)
_endless = announcement.c.ends_at.is_(None)
Index("ix_announcement_endless", announcement.c.id, sqlite_where=_endless, postgresql_where=_endless)

announcement_reaction = Table(
    "announcement_reaction",
    metadata,
    reference("announcement_id", "announcement.id", key=True),
    Column("name", Text, primary_key=True),  # an emoji, or the shortcode of a custom one
    reference("account_id", "account.id", key=True),
    Index(None, "account_id"),
    sqlite_with_rowid=False,
)

# How many reacted with what: kept up with each reaction, so that nobody counts thousands.
announcement_tally = Table(
    "announcement_tally",
    metadata,
    reference("announcement_id", "announcement.id", key=True),
    Column("name", Text, primary_key=True),
    Column("people", Integer, nullable=False),
    Column("since", BigInteger, nullable=False),
)

announcement_dismissal = Table(
    "announcement_dismissal",
    metadata,
    reference("account_id", "account.id", key=True),
    reference("announcement_id", "announcement.id", key=True),
    Index(None, "announcement_id"),
    sqlite_with_rowid=False,
)
