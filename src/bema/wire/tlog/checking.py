"""Checking a whole log from its files: which of them is not what it was when the log was signed."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import NamedTuple

from bema.wire.tlog import entries
from bema.wire.tlog.checkpoints import Checkpoint, checkpoint_in
from bema.wire.tlog.notes import Note, Unsigned, Verifier, from_base64, parse
from bema.wire.tlog.tiles import Malformed, Tile, split_hashes, tile_at, unbundle
from bema.wire.tlog.tree import TILE_WIDTH, Peaks, fold, leaf_hash, levels_of, root_of, width_of

CHECKPOINT = "checkpoint"
_OF_KEYS = (b'"type":"log.opened"', b'"type":"log.key_rotated"')

Read = Callable[[str], bytes | None]  # a file by its name below the address of the log; None: it is not there


class Fault(NamedTuple):
    """A file that is not what it should be."""

    file: str
    what: str


class Checked(NamedTuple):
    """What came of it."""

    checkpoint: Checkpoint | None
    note: Note | None
    signed_by: Verifier | None
    faults: list[Fault]


def check(read: Read, trusted: Verifier | None, more: Iterable[str] = ()) -> Checked:
    """Check all files of a log, and `more` that may be older parts of it; without a key, by the one the log names."""
    try:
        note = parse(read(CHECKPOINT) or b"")
        checkpoint = checkpoint_in(note)
    except Malformed as error:
        return Checked(None, None, None, [Fault(CHECKPOINT, str(error))])
    files = _Files(read, checkpoint.size)
    files.read_all()
    keys = _keys(files, checkpoint.origin, trusted)
    if not keys:
        first = Tile(None, 0, width_of(0, 0, checkpoint.size) or TILE_WIDTH).path
        return Checked(checkpoint, note, None, [Fault(first, "names no key by which the log could be checked")])
    try:
        signed_by = note.require(keys)
    except Unsigned as error:
        # What it says cannot be believed: nothing else can be measured by it.
        return Checked(checkpoint, note, None, [Fault(CHECKPOINT, str(error))])
    faults = files.compare(checkpoint.root)
    faults += [fault for name in more if (fault := files.compare_part(name)) is not None]
    return Checked(checkpoint, note, signed_by, list(dict.fromkeys(faults)))


def _keys(files: "_Files", origin: str, trusted: Verifier | None) -> list[Verifier]:
    """Return the keys that may have signed: the trusted one, and those that took over from it in the log itself."""
    keys = [] if trusted is None else [trusted]
    for content in files.of_keys():
        with suppress(Malformed):  # then the file has another fault besides, which is found below
            entry = entries.decode(content)
            if isinstance(entry, entries.LogOpened) and trusted is None and not keys:
                keys.append(Verifier.read(entry.body.vkey))
            elif isinstance(entry, entries.KeyRotated):
                old, new = Verifier.read(entry.body.old), Verifier.read(entry.body.new)
                text = entries.rotation_text(origin, str(old), str(new))
                if old in keys and old.time_of(text, from_base64(entry.body.signature)) is not None:
                    keys.append(new)
    return keys[::-1]


class _Part(NamedTuple):
    """What is kept of 256 entries, or of those at the end: the roots over them by the bundle and by the tile."""

    by_entries: bytes | None  # None: the file is missing or damaged
    by_tile: bytes | None
    are_same: bool


class _Files:
    """The files of a log with so many entries, as they were found; of each only what the others are compared with."""

    def __init__(self, read: Read, size: int) -> None:
        self._read = read
        self._size = size
        self._count = -(-size // TILE_WIDTH)
        self._parts: list[_Part] = []
        self._faults: list[Fault] = []
        self._misread: list[Fault] = []  # what the entries say: their file may not be theirs
        self._of_keys: list[bytes] = []
        self._seen: dict[str, int] = {}  # of each type, which number is due
        self._is_by_entries: bool | None = (
            None  # the root that was signed is that of the entries; None: of nothing here
        )
        self._true: list[
            Sequence[Sequence[bytes]]
        ] = []  # the tiles of each level but the lowest, once known to be right

    def read_all(self) -> None:
        """Read the entries and the tiles just above them."""
        for number in range(self._count):
            width = width_of(0, number, self._size)
            bundle = self._parts_of(Tile(None, number, width), unbundle)
            tile = self._parts_of(Tile(0, number, width), split_hashes)
            if bundle is None and tile is None:
                break  # the checkpoint may say of any number of files that they are there
            hashes = None if bundle is None else [leaf_hash(entry) for entry in bundle]
            are_same = hashes is None or tile is None or hashes == tile
            self._parts.append(_Part(_over(hashes), _over(tile), are_same))
            self._read_entries(number, bundle or ())

    def _parts_of(self, tile: Tile, split: Callable[[bytes], list[bytes]]) -> list[bytes] | None:
        content = self._read(tile.path)
        if content is None:
            self._faults.append(Fault(tile.path, "is missing"))
            return None
        try:
            parts = split(content)
        except Malformed as error:
            self._faults.append(Fault(tile.path, str(error)))
            return None
        if len(parts) != tile.width:
            self._faults.append(Fault(tile.path, f"has {len(parts)} parts instead of {tile.width}"))
            return None
        return parts

    def _read_entries(self, number: int, bundle: Sequence[bytes]) -> None:
        """Note which entries are not in the form they must have, or not in their order, and which speak of keys."""
        for place, content in enumerate(bundle, number * TILE_WIDTH):
            if any(mark in content for mark in _OF_KEYS):
                self._of_keys.append(content)
            try:
                entry = entries.decode(content)
            except Malformed as error:
                self._misread.append(Fault(self._name(None, number), f"entry {place}: {error}"))
                continue
            type_ = entries.type_of(entry)
            if entry.type_seq != self._seen.get(type_, 0):
                said = f"entry {place} is number {entry.type_seq} of {type_}, where {self._seen.get(type_, 0)} is due"
                self._misread.append(Fault(self._name(None, number), said))
            self._seen[type_] = entry.type_seq + 1

    def of_keys(self) -> Iterable[bytes]:
        """Return the entries that speak of keys."""
        return self._of_keys

    def compare(self, root: bytes) -> list[Fault]:
        """Say which files do not belong to the tree of this root."""
        faults = list(self._faults)
        by_entries = self._root([each.by_entries for each in self._parts])
        by_tiles = self._root([each.by_tile for each in self._parts])
        apart = [number for number, each in enumerate(self._parts) if not each.are_same]
        if by_entries == root:
            self._is_by_entries = True
            faults += [Fault(self._name(0, n), "is not of these entries") for n in apart]
            return faults + self._compare_above([each.by_entries for each in self._parts]) + self._misread
        if by_tiles == root:
            self._is_by_entries = False
            faults += [Fault(self._name(None, n), "has other entries than were signed") for n in apart]
            return faults + self._compare_above([each.by_tile for each in self._parts])
        faults.append(Fault(CHECKPOINT, "the entries that are here have another root"))
        for n in apart:
            faults += [Fault(self._name(kind, n), "these two do not fit each other") for kind in (None, 0)]
        return faults

    def _root(self, parts: Sequence[bytes | None]) -> bytes | None:
        """Return the root over parts of which the last may not be whole; None where one is missing."""
        peaks = Peaks()
        for number, part in enumerate(parts):
            if part is None:
                return None
            if width_of(0, number, self._size) < TILE_WIDTH:
                return peaks.root_with(part) if peaks.size else part
            peaks.add(part)
        return peaks.root() if len(parts) == self._count else None

    def _name(self, level: int | None, number: int) -> str:
        return Tile(level, number, width_of(level or 0, number, self._size)).path

    def _compare_above(self, parts: Sequence[bytes | None]) -> list[Fault]:
        faults = []
        row = [each for each in parts if each is not None][: self._size // TILE_WIDTH]
        for level in range(1, levels_of(self._size)):
            tiles = [row[at : at + TILE_WIDTH] for at in range(0, len(row), TILE_WIDTH)]
            for number, hashes in enumerate(tiles):
                name = self._name(level, number)
                content = self._read(name)
                if content != b"".join(hashes):
                    faults.append(Fault(name, "is missing" if content is None else "is not of the tiles below"))
            self._true.append(tiles)
            row = [fold(tile) for tile in tiles if len(tile) == TILE_WIDTH]
        return faults

    def compare_part(self, name: str) -> Fault | None:
        """Say whether a file, perhaps of when the log was shorter, is not a part of it."""
        tile = tile_at(name)
        if tile is None:
            return Fault(name, "is no file of a log")
        width = width_of(tile.level or 0, tile.number, self._size)
        if tile.width > width:
            return Fault(name, "is not of a log of this size")
        if tile.width == width:
            return None  # it is of the log as it is now, and was looked at before
        part = self._read(name) or b""
        try:
            hashes = [leaf_hash(each) for each in unbundle(part)] if tile.level is None else split_hashes(part)
        except Malformed as error:
            return Fault(name, str(error))
        if self._is_by_entries is not None and hashes != self._hashes_of(tile):
            return Fault(name, "is not the beginning of what stands there now")
        return None

    def _hashes_of(self, tile: Tile) -> list[bytes]:
        """Return what is right at the beginning of a tile."""
        if tile.level:
            return list(self._true[tile.level - 1][tile.number][: tile.width])
        content = self._read(self._name(None if self._is_by_entries else 0, tile.number)) or b""
        hashes = [leaf_hash(each) for each in unbundle(content)] if self._is_by_entries else split_hashes(content)
        return hashes[: tile.width]


def _over(hashes: Sequence[bytes] | None) -> bytes | None:
    """Return the root over the hashes of a tile."""
    if hashes is None:
        return None
    return fold(hashes) if len(hashes) == TILE_WIDTH else root_of(hashes)
