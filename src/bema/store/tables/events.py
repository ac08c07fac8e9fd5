"""The event log and its readers."""

from sqlalchemy import BigInteger, Column, Index, Integer, SmallInteger, Table, Text, text

from bema.store.tables.schema import Key, id_column, metadata

# `seq` is the order of commits. On SQLite the single writer makes it equal to `id`, and the column stays empty; on
# PostgreSQL one sequencer numbers the committed rows (see log.py).
event = Table(
    "event",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("seq", BigInteger, unique=True),
    Column("body", Text, nullable=False),  # JSON: events.AnyEvent
    Column("at", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
_unnumbered = event.c.seq.is_(None)
Index("ix_event_unnumbered", event.c.id, postgresql_where=_unnumbered, sqlite_where=text("0"))

cursor = Table(
    "cursor",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
)

parked_event = Table(
    "parked_event",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("body", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("parked_at", BigInteger, nullable=False),
)

# One attempt after another to change the world outside, once per key.
task = Table(
    "task",
    metadata,
    id_column(),
    Column("subscriber", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", BigInteger),  # none: given up, for the operator to see
    Column("error", Text),
    Column("held_by", SmallInteger),  # the slot of the process that performs it (store/slots.py)
    Index(None, "subscriber", "key", unique=True),
    Index(None, "due_at"),
)
_held_task = task.c.held_by.is_not(None)
Index("ix_task_held", task.c.held_by, sqlite_where=_held_task, postgresql_where=_held_task)
