"""Merkle trees of RFC 6962: roots and proofs worked out of stored tiles, and the checks that anybody can make.

Only the hashes of full subtrees whose height is a multiple of eight are stored (C2SP tlog-tiles); all others follow.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

TILE_HEIGHT = 8
TILE_WIDTH = 256
HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

# Gives the first `width` hashes of tile `number` of a level.
Tiles = Callable[[int, int, int], Sequence[bytes]]


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of what has two parts."""
    return sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the root over hashes of full subtrees that are equally high; their number is a power of two."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[each], row[each + 1]) for each in range(0, len(row), 2)]
    return row[0]


def width_of(level: int, number: int, size: int) -> int:
    """Return how many hashes a tile has in a tree of `size` leaves; 0 when there is no such tile."""
    return max(0, min(TILE_WIDTH, (size >> (TILE_HEIGHT * level)) - number * TILE_WIDTH))


def levels_of(size: int) -> int:
    """Return how many levels of tiles a tree of `size` leaves has."""
    return max(1, -(-size.bit_length() // TILE_HEIGHT)) if size else 0


class Tree:
    """A tree of `size` leaves, read from tiles, each of them at most once."""

    def __init__(self, tiles: Tiles, size: int) -> None:
        self.size = size
        self._tiles = tiles
        self._read: dict[tuple[int, int], Sequence[bytes]] = {}

    def root(self) -> bytes:
        """Return the root."""
        return self._range(0, self.size) if self.size else EMPTY_ROOT

    def inclusion(self, index: int) -> list[bytes]:
        """Prove that the leaf at `index` is in the tree (RFC 6962, section 2.1.1)."""
        if not 0 <= index < self.size:
            raise IndexError(index)
        path: list[bytes] = []
        low, high = 0, self.size
        while high - low > 1:
            middle = low + _split(high - low)
            if index < middle:
                path.append(self._range(middle, high))
                high = middle
            else:
                path.append(self._range(low, middle))
                low = middle
        return path[::-1]

    def consistency(self, old: int) -> list[bytes]:
        """Prove that the tree's first `old` leaves were all of it once (RFC 6962, section 2.1.2)."""
        if not 0 < old <= self.size:
            return []
        path: list[bytes] = []
        low, high, whole = 0, self.size, True
        while high != old:
            middle = low + _split(high - low)
            if old <= middle:
                path.append(self._range(middle, high))
                high = middle
            else:
                path.append(self._range(low, middle))
                low, whole = middle, False
        if not whole:
            path.append(self._range(low, high))
        return path[::-1]

    def _range(self, low: int, high: int) -> bytes:
        """Return the root over leaves that begin where a subtree begins which is at least as large."""
        count = high - low
        size = _split(count) if count & (count - 1) else count
        left = self._subtree(size.bit_length() - 1, low // size)
        return left if size == count else node_hash(left, self._range(low + size, high))

    def _subtree(self, height: int, index: int) -> bytes:
        level, above = divmod(height, TILE_HEIGHT)
        number, first = divmod(index << above, TILE_WIDTH)
        tile = self._read.get((level, number))
        if tile is None:
            tile = self._tiles(level, number, width_of(level, number, self.size))
            self._read[level, number] = tile
        return fold(tile[first : first + (1 << above)])


def _split(count: int) -> int:
    """Return the largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)


# --- Growing ----------------------------------------------------------------------------------------------------------


class Peaks:
    """A tree that grows: the roots of its full subtrees from left to right, which is all that its own root needs."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[tuple[int, bytes]] = []  # (height, root)

    def add(self, leaf: bytes) -> None:
        """Add the hash of the next entry."""
        height = 0
        while self._peaks and self._peaks[-1][0] == height:
            leaf = node_hash(self._peaks.pop()[1], leaf)
            height += 1
        self._peaks.append((height, leaf))
        self.size += 1

    def root(self) -> bytes:
        """Return the root."""
        if not self._peaks:
            return EMPTY_ROOT
        return _joined(self._peaks[:-1], self._peaks[-1][1])

    def root_with(self, last: bytes) -> bytes:
        """Return the root when something smaller comes after all that was added."""
        return _joined(self._peaks, last)


def _joined(peaks: Sequence[tuple[int, bytes]], root: bytes) -> bytes:
    for _, peak in reversed(peaks):
        root = node_hash(peak, root)
    return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root over the hashes of entries."""
    peaks = Peaks()
    for leaf in leaves:
        peaks.add(leaf)
    return peaks.root()


# --- Checking ---------------------------------------------------------------------------------------------------------


def includes(root: bytes, size: int, index: int, leaf: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether a proof shows that a leaf is in the tree with this root."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for part in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(part, found)
            while not at & 1 and at:
                at >>= 1
                last >>= 1
        else:
            found = node_hash(found, part)
        at >>= 1
        last >>= 1
    return last == 0 and found == root


def extends(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether a proof shows that a tree has an older one as its beginning."""
    if not 0 <= old <= new:
        return False
    if old == 0:
        return not proof and old_root == EMPTY_ROOT and (new > 0 or new_root == EMPTY_ROOT)
    if old == new:
        return not proof and old_root == new_root
    parts = list(proof)
    if old & (old - 1) == 0:
        parts.insert(0, old_root)
    if not parts:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at >>= 1
        last >>= 1
    was = is_ = parts[0]
    for part in parts[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            was, is_ = node_hash(part, was), node_hash(part, is_)
            while not at & 1 and at:
                at >>= 1
                last >>= 1
        else:
            is_ = node_hash(is_, part)
        at >>= 1
        last >>= 1
    return last == 0 and was == old_root and is_ == new_root
