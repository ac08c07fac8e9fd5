"""Lists that people keep of those whom they read, and what was posted for each."""

from sqlalchemy import BigInteger, Boolean, Column, Index, SmallInteger, Table, Text

from bema.store.tables.schema import id_column, metadata, reference

people_list = Table(
    "people_list",
    metadata,
    id_column(),
    reference("owner_id", "account.id"),
    Column("title", Text, nullable=False),
    Column("replies", SmallInteger, nullable=False),  # model.lists.Replies
    Column("exclusive", Boolean, nullable=False),  # its members are not read at home
    Index(None, "owner_id", "id"),
)

# A member is in a list by virtue of a follow, or of a request for one, and goes with it; only the owner needs neither.
list_member = Table(
    "list_member",
    metadata,
    id_column(),
    reference("list_id", "people_list.id"),
    reference("account_id", "account.id"),
    reference("follow_id", "follow.id", nullable=True),
    reference("request_id", "follow_request.id", nullable=True),
    Index(None, "list_id", "account_id", unique=True),
    Index(None, "list_id", "id"),
    Index(None, "account_id", "list_id"),
    Index(None, "follow_id"),
    Index(None, "request_id"),
)

# Projection: the newest of what the members of a list posted for its owner.
list_entry = Table(
    "list_entry",
    metadata,
    reference("list_id", "people_list.id", key=True),
    Column("post_id", BigInteger, primary_key=True),
    sqlite_with_rowid=False,
)
