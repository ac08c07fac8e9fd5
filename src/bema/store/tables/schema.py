"""What the tables have in common: one schema, keys, references, and the names of constraints."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives a row its own key only to a column declared exactly INTEGER.
Key = BigInteger().with_variant(Integer, "sqlite")


def id_column() -> Column[int]:
    """Declare the id of a row, which the server gives."""
    return Column("id", Key, primary_key=True, autoincrement=False)


def reference(name: str, target: str, *, nullable: bool = False, key: bool = False) -> Column[int]:
    """Declare a column that names a row of another table, and goes with it."""
    return Column(name, BigInteger, ForeignKey(target, ondelete="CASCADE"), nullable=nullable, primary_key=key)


def only_key(target: str) -> Column[int]:
    """Declare the one key of a table that adds something to the rows of another."""
    return Column(
        target.replace(".", "_"), Key, ForeignKey(target, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
