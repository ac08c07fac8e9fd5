"""E-mail subscriptions: who gets an author's posts as letters, and what is about to be sent to them."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table, Text

from bema.store.tables.schema import id_column, metadata, reference

email_subscription = Table(
    "email_subscription",
    metadata,
    id_column(),
    reference("account_id", "account.id"),
    Column("address", Text, nullable=False),  # in small letters
    Column("locale", Text, nullable=False),
    Column("secret_hash", LargeBinary, nullable=False, unique=True),  # of what the letter that asks to confirm carries
    Column("asked_at", BigInteger, nullable=False),  # when that letter was last written
    Column("confirmed_at", BigInteger),
    Index(None, "account_id", "address", unique=True),
    Index(None, "address"),
)
_confirmed, _waiting = email_subscription.c.confirmed_at.is_not(None), email_subscription.c.confirmed_at.is_(None)
Index(
    "ix_email_subscription_confirmed",
    email_subscription.c.account_id,
    email_subscription.c.id,
    sqlite_where=_confirmed,
    postgresql_where=_confirmed,
)
Index(
    "ix_email_subscription_waiting_by_account",
    email_subscription.c.account_id,
    sqlite_where=_waiting,
    postgresql_where=_waiting,
)
Index("ix_email_subscription_waiting", email_subscription.c.asked_at, sqlite_where=_waiting, postgresql_where=_waiting)

# Posts of some minutes that go into one letter to each subscriber.
email_issue = Table(
    "email_issue",
    metadata,
    id_column(),
    reference("account_id", "account.id"),
    Column("posts", Text, nullable=False),  # JSON: list of ids
    Column("reached", BigInteger),  # the subscription last written to; none: it still takes up posts
    Index(None, "account_id"),
)
_open = email_issue.c.reached.is_(None)
Index("uq_email_issue_open", email_issue.c.account_id, unique=True, sqlite_where=_open, postgresql_where=_open)
