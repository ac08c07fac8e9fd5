"""Posts for later: what somebody wants to say at a time to come, and drafts, which have no time yet."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text, text

from bema.store.tables.schema import id_column, metadata, reference

scheduled_post = Table(
    "scheduled_post",
    metadata,
    id_column(),
    reference("account_id", "account.id"),
    Column("app_id", BigInteger, ForeignKey("app.id", ondelete="SET NULL")),
    Column("due_at", BigInteger),  # None: a draft, which waits for its author
    Column("changed_at", BigInteger, nullable=False),
    Column("draft", Text, nullable=False),  # JSON: posting.Draft
    Column("refusal", Text),  # why it could not be published when it was due
    Index(None, "account_id", "id"),
    Index(None, "account_id", "due_at"),
    Index(
        "ix_scheduled_post_draft",
        "account_id",
        "changed_at",
        "id",
        sqlite_where=text("due_at IS NULL"),
        postgresql_where=text("due_at IS NULL"),
    ),
    Index(None, "app_id"),
)
