"""Conversations: what an account and the same people wrote directly to each other in one thread."""

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, Table, Text

from bema.store.tables.schema import metadata, reference

# Projection. The id follows from the thread and the people, so that a rebuilt table has the same ids.
conversation = Table(
    "conversation",
    metadata,
    reference("account_id", "account.id", key=True),
    Column("id", BigInteger, primary_key=True),
    Column("thread_id", BigInteger, nullable=False),
    Column("people", Text, nullable=False),  # JSON: ids of the others, in order
    Column("last_post_id", BigInteger, nullable=False),
    Column("read_id", BigInteger, nullable=False),  # the newest post that was read; unread is what has a newer last one
    Index(None, "account_id", "last_post_id"),
    Index(None, "last_post_id"),
)

# Projection: a post is in one conversation of each account that takes part.
conversation_post = Table(
    "conversation_post",
    metadata,
    reference("post_id", "post.id", key=True),
    Column("account_id", BigInteger, primary_key=True),
    Column("conversation_id", BigInteger, nullable=False),
    ForeignKeyConstraint(
        ["account_id", "conversation_id"], ["conversation.account_id", "conversation.id"], ondelete="CASCADE"
    ),
    Index(None, "account_id", "conversation_id", "post_id"),
)
