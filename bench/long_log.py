"""A public log of any length, quickly: decisions that were really made, entered again and again as if each were another.

All rows that belong to them are there and fit each other, so that every check passes: decisions, effects and approvals,
entries, hashes, salts and what they are found by. Only the event log has nothing of the copies, as it would have expired.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from bema.wire.tlog.tree import TILE_WIDTH, fold, leaf_hash

_NUMBERED = re.compile(rb'"type_seq":[0-9]+}\Z')


def lengthen(database: Path, first: int, wanted: int) -> None:
    """Copy the entries from `first` on, all of them decisions, until the log has so many entries."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA cache_size = -262144")
        stretch = _Stretch(connection, first)
        copies = 1
        while (left := wanted - stretch.end(copies - 1)) > 0:
            connection.execute("BEGIN")
            stretch.copy(copies, left)
            connection.execute("COMMIT")
            copies += 1
        connection.execute("BEGIN")
        _hash_above(connection)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("ANALYZE")


class _Stretch:
    """The end of a log, with all that belongs to it."""

    def __init__(self, connection: sqlite3.Connection, first: int) -> None:
        self._connection = connection
        self._entries = _Rows(connection, "public_entry", f"place >= {first} ORDER BY place")
        self._count = len(self._entries.rows)
        ids = self._entries.column("decision_id")
        assert len(set(ids)) == self._count, "an entry is no decision"
        of_these = f"decision_id IN (SELECT decision_id FROM public_entry WHERE place >= {first})"
        self._decisions = _Rows(connection, "decision", of_these.replace("decision_id IN", "id IN"))
        self._parts = [_Rows(connection, table, of_these) for table in ("effect", "approval")]
        self._salts = _Rows(connection, "public_salt", f"place >= {first}")
        self._facets = _Rows(connection, "public_facet", f"place >= {first}")
        self._places = dict(zip(ids, self._entries.column("place"), strict=True))
        self._first, self._span = first, max(ids) - min(ids) + 1
        numbers: dict[str, list[int]] = {}
        for facet, number in zip(self._facets.column("facet"), self._facets.column("number"), strict=True):
            numbers.setdefault(facet, []).append(number)
        self._found = {facet: max(each) - min(each) + 1 for facet, each in numbers.items()}

    def end(self, copies: int) -> int:
        """Return how many entries the log has with so many copies."""
        return self._first + self._count * (1 + copies)

    def copy(self, nth: int, most: int) -> None:
        """Enter it once more, but for what would be too many."""
        # Ids go backwards: whoever decides later goes on from the newest.
        further, earlier, below = nth * self._count, -nth * self._span, self._first + most
        self._copy_entries(further, earlier, below)
        kept = {id_ for id_, place in self._places.items() if place < below}
        self._decisions.copy(lambda row: row["id"] in kept, lambda row: {"id": row["id"] + earlier})
        for rows in self._parts:
            rows.copy(lambda row: row["decision_id"] in kept, lambda row: {"decision_id": row["decision_id"] + earlier})
        self._salts.copy(lambda row: row["place"] < below, lambda row: {"place": row["place"] + further})
        self._facets.copy(
            lambda row: row["place"] < below,
            lambda row: {
                "place": row["place"] + further,
                "number": row["number"] + nth * self._found[row["facet"]],
            },
        )

    def _copy_entries(self, further: int, earlier: int, below: int) -> None:
        hashes = []

        def moved(row: dict[str, Any]) -> dict[str, Any]:
            seq = row["type_seq"] + further
            content = _NUMBERED.sub(b'"type_seq":%d}' % seq, row["content"])
            hashes.append((0, row["place"] + further, leaf_hash(content)))
            return {
                "place": row["place"] + further,
                "type_seq": seq,
                "content": content,
                "decision_id": row["decision_id"] + earlier,
            }

        self._entries.copy(lambda row: row["place"] < below, moved)
        _add_hashes(self._connection, hashes)


class _Rows:
    """Rows of a table, to be added again with other values."""

    def __init__(self, connection: sqlite3.Connection, table: str, where: str) -> None:
        self._connection = connection
        found = connection.execute(f"SELECT * FROM {table} WHERE {where}")
        self._names = [each[0] for each in found.description]
        self.rows = [dict(zip(self._names, row, strict=True)) for row in found]
        self._add = f"INSERT INTO {table} ({', '.join(self._names)}) VALUES ({', '.join('?' * len(self._names))})"

    def column(self, name: str) -> list[Any]:
        """Return the values of a column."""
        return [row[name] for row in self.rows]

    def copy(self, wanted: Any, changed: Any) -> None:
        """Add those that are wanted, with what is changed of them."""
        rows = ({**row, **changed(row)} for row in self.rows if wanted(row))
        self._connection.executemany(self._add, ([row[name] for name in self._names] for row in rows))


def _add_hashes(connection: sqlite3.Connection, rows: Sequence[tuple[int, int, bytes]]) -> None:
    connection.executemany("INSERT INTO public_hash (level, place, hash) VALUES (?, ?, ?)", rows)


def _hash_above(connection: sqlite3.Connection) -> None:
    """Work out the hashes of all full tiles anew."""
    connection.execute("DELETE FROM public_hash WHERE level > 0")
    level = 0
    while rows := list(_full_tiles(connection, level)):
        _add_hashes(connection, [(level + 1, number, fold(tile)) for number, tile in enumerate(rows)])
        level += 1


def _full_tiles(connection: sqlite3.Connection, level: int) -> Iterator[list[bytes]]:
    found = connection.execute("SELECT hash FROM public_hash WHERE level = ? ORDER BY place", (level,))
    while len(tile := found.fetchmany(TILE_WIDTH)) == TILE_WIDTH:
        yield [each[0] for each in tile]
