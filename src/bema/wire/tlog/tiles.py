"""Tiles and bundles (C2SP tlog-tiles): the files as which a log is served, their names, and what is in them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from bema.wire.tlog.tree import HASH_BYTES, TILE_HEIGHT, TILE_WIDTH, levels_of, width_of

ENTRY_BYTES = 65_535  # of one entry: its length travels in two bytes
_LEVELS = 63
_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<number>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


class Malformed(ValueError):  # noqa: N818 -- it is raised, and read, as a sentence
    """What came is not in the form it should have."""


class Tile(NamedTuple):
    """One file: hashes of a level, or the entries themselves where the level is None."""

    level: int | None
    number: int
    width: int

    @property
    def path(self) -> str:
        """Where it is, below the address of the log."""
        kind = "entries" if self.level is None else str(self.level)
        groups = _groups(self.number)
        name = "/".join([*(f"x{group:03}" for group in groups[:-1]), f"{groups[-1]:03}"])
        return f"tile/{kind}/{name}" + (f".p/{self.width}" if self.width < TILE_WIDTH else "")

    @property
    def first(self) -> int:
        """The first leaf that it is about."""
        return self.number << TILE_HEIGHT * ((self.level or 0) + 1)


def tile_at(path: str) -> Tile | None:
    """Read the name of a file; None for what is not exactly the name of one."""
    match = _PATH.fullmatch(path)
    if match is None or not path.isascii():
        return None
    level = None if match["level"] == "entries" else int(match["level"])
    number = int(match["number"].replace("/", "").replace("x", ""))
    width = int(match["width"] or TILE_WIDTH)
    tile = Tile(level, number, width)
    if (level or 0) > _LEVELS or (match["width"] and width >= TILE_WIDTH) or number >= 1 << 63 or tile.path != path:
        return None
    return tile


def _groups(number: int) -> list[int]:
    groups = [number % 1_000]
    while number := number // 1_000:
        groups.insert(0, number % 1_000)
    return groups


def files_of(size: int) -> Iterator[Tile]:
    """Name all files of a tree, but for the checkpoint."""
    for level in [None, *range(levels_of(size))]:
        number = 0
        while width := width_of(level or 0, number, size):
            yield Tile(level, number, width)
            number += 1


def split_hashes(content: bytes) -> list[bytes]:
    """Return the hashes in a tile."""
    if not content or len(content) % HASH_BYTES or len(content) > TILE_WIDTH * HASH_BYTES:
        raise Malformed(f"a tile of {len(content)} bytes")
    return [content[at : at + HASH_BYTES] for at in range(0, len(content), HASH_BYTES)]


def bundle(entries: Iterable[bytes]) -> bytes:
    """Write entries into one file."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unbundle(content: bytes) -> list[bytes]:
    """Return the entries in a file."""
    entries, at = [], 0
    while at < len(content):
        length = int.from_bytes(content[at : at + 2], "big")
        entry = content[at + 2 : at + 2 + length]
        if at + 2 > len(content) or len(entry) < length:
            raise Malformed("a bundle ends in the middle of an entry")
        entries.append(entry)
        at += 2 + length
    return entries


def hashes_of(tile: Sequence[bytes]) -> bytes:
    """Write hashes into one file."""
    return b"".join(tile)
