"""What many people turn to at the moment, and the days on which pages were linked to."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, SmallInteger, Table, text

from bema.store.tables.schema import metadata, only_key, reference

# Projection: who turned to something in the last days. Each account counts once for each thing.
trend_voice = Table(
    "trend_voice",
    metadata,
    Column("kind", SmallInteger, primary_key=True),  # model/policy.Trending
    Column("subject_id", BigInteger, primary_key=True),  # of a tag, card or post
    reference("account_id", "account.id", key=True),
    Column("at", BigInteger, nullable=False),
    Index(None, "at"),
    Index(None, "account_id"),
    sqlite_with_rowid=False,
)

# Projection: how much weight these voices have together. The score only ever grows, so that its order stays right while
# time passes: it is the logarithm of a sum in which what comes later weighs more (docs/trends.md).
trend = Table(
    "trend",
    metadata,
    Column("kind", SmallInteger, primary_key=True),
    Column("subject_id", BigInteger, primary_key=True, autoincrement=False),
    Column("score", BigInteger, nullable=False),  # millionths
    Column("people", Integer, nullable=False),
)
ENOUGH_PEOPLE = trend.c.people >= text("3")  # limits.TREND_PEOPLE, in the words of the index
Index("ix_trend_score", trend.c.kind, trend.c.score, sqlite_where=ENOUGH_PEOPLE, postgresql_where=ENOUGH_PEOPLE)

# Projection: who linked to a page on a day, in public posts.
card_day = Table(
    "card_day",
    metadata,
    reference("card_id", "card.id", key=True),
    Column("day", Integer, primary_key=True),  # days since 1970-01-01
    reference("account_id", "account.id", key=True),
    Column("uses", Integer, nullable=False),
    Index(None, "account_id", "day"),
    sqlite_with_rowid=False,
)

# What the staff decided about a post's trending.
post_review = Table(
    "post_review",
    metadata,
    only_key("post.id"),
    Column("trendable", Boolean, nullable=False),
    Column("reviewed_at", BigInteger, nullable=False),
)
