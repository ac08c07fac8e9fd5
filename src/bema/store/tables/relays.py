"""Relays: servers that pass public posts on between squares that do not know each other."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text, text

from bema.store.tables.schema import id_column, metadata, reference

relay = Table(
    "relay",
    metadata,
    id_column(),
    Column("address", Text, nullable=False, unique=True),  # as the operator gave it: an inbox or an actor
    Column("form", Text, nullable=False),  # model/relaying.Form
    Column("state", Text, nullable=False),  # model/relaying.State
    reference("domain_id", "domain.id"),
    Column("inbox", Text),  # none: its actor was not read yet
    Column("actor_id", BigInteger, ForeignKey("account.id", ondelete="SET NULL")),  # none: it has not answered yet
    Column("error", Text),
    Column("added_at", BigInteger, nullable=False),
    Column("answered_at", BigInteger),
    Column("brought", BigInteger, nullable=False, server_default=text("0")),  # posts that came through it
    Column("brought_at", BigInteger),  # the minute of the last of them
    Column("brought_then", Integer, nullable=False, server_default=text("0")),  # and how many there were in it
    Index(None, "domain_id"),
    Index(None, "actor_id"),
    Index(None, "state", "form"),
)
