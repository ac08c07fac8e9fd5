"""The public log: its entries, the hashes over them, the salts of what it only promises, and what was signed of it."""

from sqlalchemy import BigInteger, Column, LargeBinary, SmallInteger, Table, Text, UniqueConstraint

from bema.store.tables.schema import Key, metadata

public_entry = Table(
    "public_entry",
    metadata,
    Column("place", Key, primary_key=True, autoincrement=False),  # from 0, without a gap
    Column("type", Text, nullable=False),
    Column("type_seq", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("decision_id", BigInteger),  # what it tells of; none: something else, or of a lost database
    UniqueConstraint("type", "type_seq"),
    UniqueConstraint("decision_id", "type"),
)

# Level 0: the hash of each entry; above: of each full tile below (C2SP tlog-tiles).
public_hash = Table(
    "public_hash",
    metadata,
    Column("level", SmallInteger, primary_key=True),
    Column("place", BigInteger, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
)

# Under which words an entry is found: what was decided, about what, in which month. `number` counts those before it, too.
public_facet = Table(
    "public_facet",
    metadata,
    Column("facet", Text, primary_key=True),
    Column("place", BigInteger, primary_key=True),
    Column("number", BigInteger, nullable=False),
)

# Without its row, what an entry promised can be opened by nobody.
public_salt = Table(
    "public_salt",
    metadata,
    Column("place", Key, primary_key=True, autoincrement=False),
    Column("secret", LargeBinary, nullable=False),
)

# Under which name the public log speaks of somebody. Without its row, nobody can tell of whom.
pseudonym = Table(
    "pseudonym",
    metadata,
    Column("kind", Text, primary_key=True),  # account, login
    Column("of_id", BigInteger, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
)

public_checkpoint = Table(
    "public_checkpoint",
    metadata,
    Column("size", Key, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),  # with the signatures of witnesses, as they come
    Column("signed_at", BigInteger, nullable=False),
)

# What this server, as a witness, last signed of each log of others.
witnessed = Table(
    "witnessed",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)
