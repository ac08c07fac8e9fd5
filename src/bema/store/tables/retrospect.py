"""Looking back: what was an account's year, and what is being worked out for somebody who waits for it."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text

from bema.store.tables.schema import id_column, metadata, reference

annual_report = Table(
    "annual_report",
    metadata,
    reference("account_id", "account.id", key=True),
    Column("year", Integer, primary_key=True),
    Column("body", Text, nullable=False),  # JSON: model.retrospect.Year
    Column("share_key", Text, nullable=False),  # whoever has it may read the report
    Column("made_at", BigInteger, nullable=False),
    Column("read_at", BigInteger),
)

# A client asks by the id whether what it waits for is there.
refresh = Table(
    "refresh",
    metadata,
    id_column(),
    reference("account_id", "account.id"),
    Column("key", Text, nullable=False),  # what is worked out
    Column("finished", Boolean, nullable=False),
    Column("results", Integer),  # how many there are so far, where that is counted
    Column("begun_at", BigInteger, nullable=False),
    Index(None, "account_id", "key", unique=True),
)
