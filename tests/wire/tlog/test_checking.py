"""Checking a log from its files: a whole one passes, and whatever is changed in one file, that file is named."""

import random
from collections.abc import Iterator

import pytest

from bema.wire.tlog import entries
from bema.wire.tlog.checking import CHECKPOINT, Checked, check
from bema.wire.tlog.checkpoints import Checkpoint
from bema.wire.tlog.entries import (
    About,
    AnyEntry,
    By,
    DecisionMade,
    Does,
    KeyRotated,
    LogOpened,
    Made,
    Opening,
    Rotation,
)
from bema.wire.tlog.notes import Signer, to_base64
from bema.wire.tlog.tiles import Tile, bundle, files_of
from bema.wire.tlog.tree import TILE_WIDTH, fold, leaf_hash, root_of

AT = "2026-01-01T00:00:00.000Z"
LOG = Signer("example.org/log", bytes(range(32)))
NEXT = Signer("example.org/log", bytes(range(1, 33)))
WITNESS = Signer("example.net/witness", bytes(range(2, 34)), witness=True)

Files = dict[str, bytes]


def told(count: int) -> list[AnyEntry]:
    """Entries as a server makes them: how it began, then decisions."""
    opened = LogOpened(at=AT, type_seq=0, body=Opening("example.org/log", str(LOG.verifier)))
    return [opened, *(decided(number) for number in range(count - 1))]


def decided(number: int) -> DecisionMade:
    """A decision, one like the other."""
    body = Made("limit", About("account", "0" * 16), [By("owner", None)], ["1"], [Does("limit", "account", 1)], None)
    values = {"subject": f"account:{number}", "reasons": "", "posts": "[]", "report": ""}
    return DecisionMade(at=AT, type_seq=number, body=body, commitments=entries.committed(b"s" * 32, values))


def written(log: list[AnyEntry], *signers: Signer) -> Files:
    """Write a log into files, signed as it should be."""
    return published([entries.encode(entry) for entry in log], *signers or (LOG,))


def published(contents: list[bytes], *signers: Signer) -> Files:
    """Write any contents into files."""
    rows = [[leaf_hash(each) for each in contents]]
    while len(rows[-1]) >= TILE_WIDTH:
        whole = len(rows[-1]) // TILE_WIDTH
        rows.append([fold(rows[-1][at * TILE_WIDTH : (at + 1) * TILE_WIDTH]) for at in range(whole)])
    checkpoint = Checkpoint("example.org/log", len(contents), root_of(rows[0]))
    note = checkpoint.text + "\n" + "".join(signer.line(checkpoint.text, time=1) for signer in signers)
    files = {CHECKPOINT: note.encode()}
    for tile in files_of(len(contents)):
        part = slice(tile.number * TILE_WIDTH, tile.number * TILE_WIDTH + tile.width)
        files[tile.path] = bundle(contents[part]) if tile.level is None else b"".join(rows[tile.level][part])
    return files


def checked(files: Files, *, more: list[str] | None = None) -> Checked:
    """Check files with the log's key."""
    return check(files.get, LOG.verifier, more or [])


def faulty(files: Files, *, more: list[str] | None = None) -> set[str]:
    """Name the files that are at fault."""
    return {fault.file for fault in checked(files, more=more).faults}


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 600])
def test_a_log_as_it_was_signed_passes(size: int) -> None:
    """Below, at and above the ends of tiles."""
    found = checked(written(told(size)))
    assert (found.faults, found.signed_by) == ([], LOG.verifier)


def flips(files: Files, names: list[str]) -> Iterator[tuple[str, int, Files]]:
    """Flip one byte after the other: each other bit of it in turn."""
    for name in names:
        for at in range(len(files[name])):
            content = bytearray(files[name])
            content[at] ^= 1 << at % 8
            yield name, at, {**files, name: bytes(content)}


def test_every_flipped_byte_of_a_small_log_is_named() -> None:
    """All bytes of all files, one after the other."""
    files = written(told(3))
    assert len(files) == 3
    for name, at, broken in flips(files, list(files)):
        assert faulty(broken) == {name}, (name, at)


@pytest.mark.slow
def test_flipped_bytes_of_a_log_of_600_entries_are_named() -> None:
    """Five hundred by chance, in full tiles, partial ones, those above, older ones and bundles."""
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    files = written(told(600))
    old = [Tile(level, 1, 44).path for level in (None, 0)]
    files |= {name: content for name, content in written(told(300)).items() if name in old}
    assert len(files) == 1 + 3 + 3 + 1 + 2
    assert faulty(files, more=old) == set()
    names = sorted(files)
    for _ in range(500):
        name = chance.choice(names)
        content = bytearray(files[name])
        at = chance.randrange(len(content))
        content[at] ^= 1 << chance.randrange(8)
        assert faulty({**files, name: bytes(content)}, more=old) == {name}, (name, at)


def test_a_damaged_line_of_a_witness_is_a_witness_less() -> None:
    """The log's own signature still holds; nothing is at fault but that the witness is missing."""
    files = written(told(3), LOG, WITNESS)
    note = checked(files).note
    assert note is not None
    assert note.signed_by(WITNESS.verifier) == 1
    own = files[CHECKPOINT].rindex("—".encode()) + len("— ")
    files[CHECKPOINT] = files[CHECKPOINT][: own + 2] + b"X" + files[CHECKPOINT][own + 3 :]
    found = checked(files)
    assert found.faults == []
    assert found.note is not None
    assert found.note.signed_by(WITNESS.verifier) is None


def test_missing_cut_and_invented_files_are_named() -> None:
    """What is not there, what ends too early, and what should not be there."""
    files = written(told(300))
    for name in files:
        assert name in faulty({each: content for each, content in files.items() if each != name})
        assert faulty({**files, name: files[name][:-1]}) == {name}
        assert faulty({**files, name: files[name] + b"\x00"}) == {name}
    for name in ("tile/0/009", "tile/0/001.p/200", "tile/x", "tile/2/000.p/1"):
        assert faulty({**files, name: b"\x00" * 32}, more=[name]) == {name}


def test_another_order_is_another_log() -> None:
    """Swapped, dropped, inserted or changed entries under the old signature are found; so is the file."""
    log = [entries.encode(entry) for entry in told(300)]
    files = published(log, LOG)
    swapped = [*log[:5], log[6], log[5], *log[7:]]
    for changed in (swapped, [*log[:5], *log[4:299]], [*log[:299], log[1]]):
        lying = published(changed, LOG)
        mixed = {**lying, CHECKPOINT: files[CHECKPOINT]}
        assert CHECKPOINT in faulty(mixed)
        bundles = {name: lying[name] if "entries" in name else content for name, content in files.items()}
        assert faulty(bundles) == {name for name in files if "entries" in name and files[name] != lying[name]}


def test_a_log_that_was_signed_with_a_gap_is_found() -> None:
    """Even the right key cannot make a missing or free-worded entry look right."""
    log = [entries.encode(entry) for entry in told(5)]
    assert faulty(published([*log[:3], *log[4:]], LOG)) == {"tile/entries/000.p/4"}
    assert faulty(published([*log, b'{"type":"decision.made","body":"Ann is a thief"}'], LOG)) == {
        "tile/entries/000.p/6"
    }


def test_another_key_may_sign_once_the_old_one_said_so() -> None:
    """The change stands in the log, signed by the old key; without that signature the new key is a stranger."""
    text = entries.rotation_text("example.org/log", str(LOG.verifier), str(NEXT.verifier))
    for signer, faults in ((LOG, set()), (NEXT, {CHECKPOINT})):
        body = Rotation(str(LOG.verifier), str(NEXT.verifier), to_base64(signer.raw(text)))
        log = [*told(3), KeyRotated(at=AT, type_seq=0, body=body)]
        assert faulty(written(log, NEXT)) == faults
    assert faulty(written(told(3), NEXT)) == {CHECKPOINT}


def test_a_checkpoint_that_claims_what_is_not_there_costs_nothing() -> None:
    """Whoever asks a hostile server reads no more than it has."""
    text = Checkpoint("example.org/log", (1 << 63) - 1, bytes(32)).text
    asked: list[str] = []

    def read(name: str) -> bytes | None:
        asked.append(name)
        return f"{text}\n{LOG.line(text)}".encode() if name == CHECKPOINT else None

    assert check(read, LOG.verifier).faults
    assert len(asked) < 10


def test_a_log_under_another_root_is_at_fault_whatever_else_is_there() -> None:
    """Then nothing says what older files should be: they are let be, and the checkpoint is named."""
    files = written(told(300))
    old = [Tile(level, 0, width).path for level, width in ((None, 44), (0, 44), (1, 1))]
    files |= {name: content for name, content in written(told(44)).items() if name in old[:2]}
    other = written(told(301))
    mixed = {**files, **{name: other[name] for name in other if name.endswith(".p/45")}}
    text = Checkpoint("example.org/log", 300, bytes(32)).text
    mixed[CHECKPOINT] = f"{text}\n{LOG.line(text)}".encode()
    assert faulty(mixed, more=old) == {CHECKPOINT}
