"""Collections: accounts that somebody recommends together, under a name, to everybody."""

from sqlalchemy import BigInteger, Boolean, Column, Index, SmallInteger, Table, Text

from bema.store.tables.schema import id_column, metadata, reference

collection = Table(
    "collection",
    metadata,
    id_column(),
    reference("owner_id", "account.id"),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("language", Text),
    Column("tag", Text),  # what it is about, as it was typed
    Column("sensitive", Boolean, nullable=False),
    Column("discoverable", Boolean, nullable=False),  # others find it on its owner's profile
    Column("updated_at", BigInteger, nullable=False),
    Index(None, "owner_id", "id"),
)

# One that was revoked stays, so that nobody is put in again against their will.
collection_item = Table(
    "collection_item",
    metadata,
    id_column(),
    reference("collection_id", "collection.id"),
    reference("account_id", "account.id"),
    Column("state", SmallInteger, nullable=False),  # model.collecting.State
    Index(None, "collection_id", "account_id", unique=True),
    Index(None, "account_id", "id"),
)
