"""Cards of linked pages: one for each address, whoever links to it."""

from sqlalchemy import BigInteger, Boolean, Column, Index, SmallInteger, Table, Text

from bema.store.tables.schema import id_column, metadata, reference

# Who publishes pages, by host; the staff may say once for all of them whether they trend.
publisher = Table(
    "publisher",
    metadata,
    id_column(),
    Column("host", Text, nullable=False, unique=True),
    Column("trendable", Boolean),  # none: nobody judged it yet
    Column("reviewed_at", BigInteger),
)

card = Table(
    "card",
    metadata,
    id_column(),
    Column("url", Text, nullable=False, unique=True),  # written plainly: outside/addresses.py
    reference("publisher_id", "publisher.id"),
    Column("facts", Text),  # JSON: model/cards.Facts; none: not fetched yet, or there is nothing to show
    Column("fetched_at", BigInteger),
    Column("attempts", SmallInteger, nullable=False),  # to reach the page, since it was last fetched
    Column("trendable", Boolean),  # none: nobody judged it yet, and what holds for its publisher holds for it
    Column("reviewed_at", BigInteger),
    Index(None, "publisher_id"),
)
