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


class _Files:
    """The files of a log with so many entries, as they were found."""

    def __init__(self, read: Read, size: int) -> None:
        self._read = read
        self._size = size
        self._count = -(-size // TILE_WIDTH)
        self._bundles: list[list[bytes] | None] = []  # the entries of each bundle
        self._hashed: list[list[bytes] | None] = []  # their hashes
        self._tiles: list[list[bytes] | None] = []  # the tiles of level 0
        self._unread: list[Fault] = []
        self._true: list[Sequence[Sequence[bytes]]] = []  # the tiles of each level, once they are known to be right

    def read_all(self) -> None:
        """Read the entries and the tiles just above them."""
        for number in range(self._count):
            width = width_of(0, number, self._size)
            bundle = self._parts(Tile(None, number, width), unbundle)
            tile = self._parts(Tile(0, number, width), split_hashes)
            self._bundles.append(bundle)
            self._hashed.append(None if bundle is None else [leaf_hash(entry) for entry in bundle])
            self._tiles.append(tile)
            if bundle is None and tile is None:
                break  # the checkpoint may say of any number of files that they are there

    def _parts(self, tile: Tile, split: Callable[[bytes], list[bytes]]) -> list[bytes] | None:
        content = self._read(tile.path)
        if content is None:
            self._unread.append(Fault(tile.path, "is missing"))
            return None
        try:
            parts = split(content)
        except Malformed as error:
            self._unread.append(Fault(tile.path, str(error)))
            return None
        if len(parts) != tile.width:
            self._unread.append(Fault(tile.path, f"has {len(parts)} parts instead of {tile.width}"))
            return None
        return parts

    def of_keys(self) -> Iterable[bytes]:
        """Return the entries that speak of keys."""
        marks = (b'"type":"log.opened"', b'"type":"log.key_rotated"')
        for bundle in self._bundles:
            yield from [entry for entry in bundle or () if any(mark in entry for mark in marks)]

    def compare(self, root: bytes) -> list[Fault]:
        """Say which files do not belong to the tree of this root."""
        faults = list(self._unread)
        by_entries, by_tiles = _root(self._hashed, self._count), _root(self._tiles, self._count)
        pairs = list(enumerate(zip(self._hashed, self._tiles, strict=True)))
        apart = [n for n, (ours, theirs) in pairs if ours is not None and theirs is not None and ours != theirs]
        if by_entries == root:
            truth = self._hashed
            faults += [Fault(self._name(0, n), "is not of these entries") for n in apart]
        elif by_tiles == root:
            truth = self._tiles
            faults += [Fault(self._name(None, n), "has other entries than were signed") for n in apart]
        else:
            faults.append(Fault(CHECKPOINT, "the entries that are here have another root"))
            for n in apart:
                faults += [Fault(self._name(kind, n), "these two do not fit each other") for kind in (None, 0)]
            return faults
        faults += self._compare_above([each for each in truth if each is not None])
        return faults + (self._read_entries() if truth is self._hashed else [])

    def _name(self, level: int | None, number: int) -> str:
        return Tile(level, number, width_of(level or 0, number, self._size)).path

    def _compare_above(self, below: Sequence[Sequence[bytes]]) -> list[Fault]:
        faults = []
        self._true.append(below)
        for level in range(1, levels_of(self._size)):
            row = [fold(tile) for tile in below if len(tile) == TILE_WIDTH]
            below = [row[at : at + TILE_WIDTH] for at in range(0, len(row), TILE_WIDTH)]
            for number, hashes in enumerate(below):
                name = self._name(level, number)
                content = self._read(name)
                if content != b"".join(hashes):
                    faults.append(Fault(name, "is missing" if content is None else "is not of the tiles below"))
            self._true.append(below)
        return faults

    def _read_entries(self) -> list[Fault]:
        """Say which entries are not in the form they must have, or not in their order."""
        faults = []
        seen: dict[str, int] = {}
        for number, bundle in enumerate(self._bundles):
            for at, content in enumerate(bundle or ()):
                place = number * TILE_WIDTH + at
                try:
                    entry = entries.decode(content)
                except Malformed as error:
                    faults.append(Fault(self._name(None, number), f"entry {place}: {error}"))
                    continue
                type_ = entries.type_of(entry)
                if entry.type_seq != seen.get(type_, 0):
                    said = f"entry {place} is number {entry.type_seq} of {type_}, where {seen.get(type_, 0)} is due"
                    faults.append(Fault(self._name(None, number), said))
                seen[type_] = entry.type_seq + 1
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
        if self._true and hashes != list(self._true[tile.level or 0][tile.number][: tile.width]):
            return Fault(name, "is not the beginning of what stands there now")
        return None


def _root(tiles: Sequence[Sequence[bytes] | None], count: int) -> bytes | None:
    """Return the root over tiles of level 0; None where one is missing."""
    if len(tiles) < count or any(tile is None for tile in tiles):
        return None
    peaks = Peaks()
    last: Sequence[bytes] = ()
    for tile in tiles:
        assert tile is not None
        if len(tile) == TILE_WIDTH:
            peaks.add(fold(tile))
        else:
            last = tile
    if not last:
        return peaks.root()
    return peaks.root_with(root_of(last)) if peaks.size else root_of(last)
