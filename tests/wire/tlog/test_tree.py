"""Trees, tiles and their proofs: against published values, against a tree by definition, and against each other."""

import random
from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bema.wire.tlog import tree
from bema.wire.tlog.tiles import Malformed, Tile, bundle, files_of, split_hashes, tile_at, unbundle
from bema.wire.tlog.tree import TILE_WIDTH, Tree, extends, includes, leaf_hash, node_hash, root_of

# The inputs and roots by which Certificate Transparency tests its own implementations of RFC 6962.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# (leaf, size) → proof, of the same source
INCLUSIONS = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCIES = {
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}

LEAVES = [leaf_hash(str(number).encode()) for number in range(70_000)]
sizes = st.one_of(st.integers(1, 600), st.sampled_from([255, 256, 257, 65_535, 65_536, 65_537, 70_000]))


def by_definition(leaves: Sequence[bytes]) -> bytes:
    """The words of RFC 6962, section 2.1, as they stand."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return node_hash(by_definition(leaves[:middle]), by_definition(leaves[middle:]))


def stored(leaves: Sequence[bytes]) -> Tree:
    """A tree whose tiles are made of its leaves, and never wider than they may be."""
    levels = [list(leaves)]
    while len(levels[-1]) >= TILE_WIDTH:
        row = levels[-1]
        whole = len(row) - len(row) % TILE_WIDTH
        levels.append([by_definition(row[at : at + TILE_WIDTH]) for at in range(0, whole, TILE_WIDTH)])

    def read(level: int, number: int, width: int) -> list[bytes]:
        hashes = levels[level][number * TILE_WIDTH : number * TILE_WIDTH + width]
        assert len(hashes) == width > 0
        return hashes

    return Tree(read, len(leaves))


def test_the_roots_are_those_of_certificate_transparency() -> None:
    """Eight published trees."""
    leaves = [leaf_hash(bytes.fromhex(each)) for each in INPUTS]
    for size, root in enumerate(ROOTS, 1):
        assert root_of(leaves[:size]).hex() == stored(leaves[:size]).root().hex() == root


def test_the_proofs_are_those_of_certificate_transparency() -> None:
    """Published paths, hash by hash."""
    leaves = [leaf_hash(bytes.fromhex(each)) for each in INPUTS]
    for (leaf, size), path in INCLUSIONS.items():
        assert [each.hex() for each in stored(leaves[:size]).inclusion(leaf)] == path
    for (old, new), path in CONSISTENCIES.items():
        assert [each.hex() for each in stored(leaves[:new]).consistency(old)] == path


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    """RFC 6962: the hash of an empty list is the hash of an empty string."""
    assert root_of([]) == stored([]).root() == sha256(b"").digest()


@given(sizes, st.randoms(use_true_random=False))
def test_every_leaf_can_be_proven_and_no_other(size: int, chance: random.Random) -> None:
    """A proof holds for its leaf, place, size and root, and for nothing else."""
    index = chance.randrange(size)
    kept = stored(LEAVES[:size])
    root, proof = kept.root(), kept.inclusion(index)
    assert root == by_definition(LEAVES[:size])
    assert includes(root, size, index, LEAVES[index], proof)
    assert not includes(root, size, index, LEAVES[index + 1], proof)
    assert not includes(root, size, index + size, LEAVES[index], proof)
    assert not includes(LEAVES[0] if size > 1 else LEAVES[1], size, index, LEAVES[index], proof)
    assert not includes(root, size, index, LEAVES[index], [*proof, LEAVES[3]])
    if proof:
        broken = [bytes([proof[0][0] ^ 1]) + proof[0][1:], *proof[1:]]
        assert not includes(root, size, index, LEAVES[index], broken)
        assert not includes(root, size, index, LEAVES[index], proof[:-1])


@given(sizes, st.randoms(use_true_random=False))
def test_growth_can_be_proven_and_a_changed_past_cannot(size: int, chance: random.Random) -> None:
    """A proof holds between the two trees it is of; with one older entry changed, it does not."""
    old = chance.randrange(size + 1)
    was, is_ = root_of(LEAVES[:old]), stored(LEAVES[:size])
    proof = is_.consistency(old)
    assert extends(old, was, size, is_.root(), proof)
    if 0 < old < size:
        changed = list(LEAVES[:old])
        changed[chance.randrange(old)] = leaf_hash(b"another")
        assert not extends(old, root_of(changed), size, is_.root(), proof)
        assert not extends(old, was, size, root_of([*changed, *LEAVES[old:size]]), proof)
        assert not extends(old, was, size, is_.root(), [*proof, LEAVES[0]])
        assert not extends(size, is_.root(), old, was, proof)


def test_no_proof_is_longer_than_the_tree_is_high() -> None:
    """What a witness must take at the most."""
    kept = stored(LEAVES)
    assert max(len(kept.inclusion(index)) for index in range(0, 70_000, 997)) <= 17
    assert max(len(kept.consistency(old)) for old in range(1, 70_000, 997)) <= 18


# --- Files ------------------------------------------------------------------------------------------------------------


@given(st.one_of(st.none(), st.integers(0, 63)), st.integers(0, (1 << 63) - 1), st.integers(1, 256))
def test_the_name_of_a_tile_is_read_as_it_was_written(level: int | None, number: int, width: int) -> None:
    """Whatever the level, number and width."""
    tile = Tile(level, number, width)
    assert tile_at(tile.path) == tile


def test_names_are_those_of_the_specification() -> None:
    """The examples of C2SP tlog-tiles."""
    assert Tile(0, 1_234_067, 256).path == "tile/0/x001/x234/067"
    assert Tile(None, 273, 112).path == "tile/entries/273.p/112"
    wanted = {"tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1", "tile/entries/273.p/112"}
    files = [tile.path for tile in files_of(70_000)]
    assert wanted <= set(files)
    assert len(files) == len(set(files)) == 274 + 274 + 2 + 1
    assert [tile.path for tile in files_of(256)] == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]


@pytest.mark.parametrize(
    "name",
    [
        "tile/0/1",
        "tile/00/001",
        "tile/64/001",
        "tile/0/x000/001",
        "tile/0/001.p/0",
        "tile/0/001.p/256",
        "tile/0/001.p/01",
        "tile/0/001/",
        "tile/0/x001",
        "tile/0/٠٠١",
        "tile/entries/001\n",
        "tile/-1/001",
        "checkpoint",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
    ],
)
def test_what_is_nearly_a_name_is_none(name: str) -> None:
    """One file has one name."""
    assert tile_at(name) is None


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_a_bundle_is_read_as_it_was_written(entries: list[bytes]) -> None:
    """Entries of any bytes."""
    assert unbundle(bundle(entries)) == entries


@given(st.binary(max_size=400))
def test_hostile_bundles_and_tiles_are_refused_or_mean_one_thing(content: bytes) -> None:
    """Whatever is read comes out the same when it is written."""
    for read, write in ((unbundle, bundle), (split_hashes, b"".join)):
        try:
            parts = read(content)
        except Malformed:
            continue
        assert write(parts) == content


def test_growing_gives_the_same_root_at_every_size() -> None:
    """A tree that grows leaf by leaf, against the definition."""
    peaks = tree.Peaks()
    for size in range(1, 130):
        peaks.add(LEAVES[size - 1])
        assert peaks.root() == by_definition(LEAVES[:size])
