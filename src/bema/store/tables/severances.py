"""Severances: which follows ended because a whole server, or somebody of one, was shut out; kept so that they can come back."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text, text

from bema.store.tables.schema import id_column, metadata, reference

# What one person here lost at one time.
severance = Table(
    "severance",
    metadata,
    id_column(),
    reference("account_id", "account.id"),
    Column("cause", Text, nullable=False),  # model/severing.Cause
    Column("name", Text, nullable=False),  # the domain, or name@domain
    Column("decision_id", BigInteger, ForeignKey("decision.id", ondelete="SET NULL")),
    Column("followers", Integer, nullable=False),
    Column("following", Integer, nullable=False),
    Column("told", Boolean, nullable=False),  # the person was told of it: nothing is added any more
    Index(None, "account_id", "id"),
    Index(None, "decision_id"),
)
Index(
    "uq_severance_untold",
    severance.c.cause,
    severance.c.name,
    severance.c.account_id,
    unique=True,
    sqlite_where=text("told IS 0"),
    postgresql_where=text("told IS false"),
)

severed_follow = Table(
    "severed_follow",
    metadata,
    id_column(),
    reference("severance_id", "severance.id"),
    Column("other_id", BigInteger, ForeignKey("account.id", ondelete="SET NULL")),
    Column("handle", Text, nullable=False),  # of the other: name@domain, also when they are known no more
    Column("is_follower", Boolean, nullable=False),  # the other followed, or was followed
    Column("boosts", Boolean, nullable=False),
    Column("notify", Boolean, nullable=False),
    Column("languages", Text),
    Column("uri", Text),  # what the follow was called among servers
    Column("lists", Text),  # JSON: the lists of the follower that the other was in; none: there were none
    Column("restored_at", BigInteger),
    Index(None, "severance_id", "is_follower", "id"),
    Index(None, "other_id", "id"),
)
