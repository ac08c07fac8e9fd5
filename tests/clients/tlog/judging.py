"""What aics-tlog, aics-witness and pymerkle say of our trees, logs and messages: run in Pyodide by judge.mjs, not by pytest."""

import json
import random
import sys
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

import aics_tlog.tree as theirs
import pymerkle
from aics_tlog.checkpoint import checkpoint_from_note, verify_checkpoint
from aics_tlog.note import parse_vkey
from aics_tlog.tiles import MemoryTileReader, TileMissingError, TileVerificationError
from aics_tlog.verified import audit_tiles

from bema.wire.tlog import tree as ours

_MOST = 5_000  # leaves of a tree
_OF_A_POOL = 100  # trees that share their leaves


def judge(asked: str) -> str:
    """Judge all that was asked about."""
    what = json.loads(asked)
    judges: dict[str, Any] = {"trees": _trees, "log": _log, "messages": _messages}
    return json.dumps({name: judges[name](**said) for name, said in what.items()})


# --- Trees ------------------------------------------------------------------------------------------------------------


def _trees(seed: int, count: int) -> dict[str, int]:
    """Compare roots, proofs and what both make of proofs that were tampered with, over random trees."""
    chance = random.Random(seed)
    done = {"trees": 0, "proofs": 0, "refused": 0}
    for first in range(0, count, _OF_A_POOL):
        entries = [chance.randbytes(chance.randrange(80)) for _ in range(_MOST)]
        known, third = theirs.MerkleTree(entries, level_cache_sizes=2), pymerkle.InmemoryTree(algorithm="sha256")
        for entry in entries:
            third.append_entry(entry)
        leaves = [ours.leaf_hash(entry) for entry in entries]
        for _ in range(min(_OF_A_POOL, count - first)):
            size = chance.randrange(_MOST + 1)
            own = ours.Tree(_tiles_of(leaves), size)
            root = own.root()
            assert root == known.root(size) == ours.root_of(leaves[:size]), size
            assert size == 0 or root == third.get_state(size), size
            done["trees"] += 1
            if size:
                _inclusion(chance, own, known, leaves, root, done)
                _consistency(chance, own, known, root, done)
    return done


def _tiles_of(leaves: list[bytes]) -> ours.Tiles:
    full = [ours.fold(leaves[at : at + 256]) for at in range(0, len(leaves) - len(leaves) % 256, 256)]
    return lambda level, number, width: (leaves, full)[level][number * 256 : number * 256 + width]


def _inclusion(chance: random.Random, own: Any, known: Any, leaves: list[bytes], root: bytes, done: Any) -> None:
    index = chance.randrange(own.size)
    proof = own.inclusion(index)
    assert proof == known.inclusion_proof(index, own.size), (index, own.size)
    asked = {"leaf": leaves[index], "index": index, "size": own.size, "root": root}
    for changed, path in [(asked, proof), *_tampered(chance, asked, proof)]:
        leaf, at, size, top = changed["leaf"], changed["index"], changed["size"], changed["root"]
        holds = ours.includes(top, size, at, leaf, path)
        assert holds == theirs.verify_inclusion(leaf, at, size, path, top), (changed, path)
        assert holds or (changed, path) != (asked, proof)
        done["proofs" if holds else "refused"] += 1


def _consistency(chance: random.Random, own: Any, known: Any, root: bytes, done: Any) -> None:
    old = chance.randrange(own.size + 1)
    proof = own.consistency(old) if old < own.size else []
    assert proof == known.consistency_proof(old, own.size), (old, own.size)
    asked = {"index": old, "leaf": known.root(old), "size": own.size, "root": root}
    for changed, path in [(asked, proof), *_tampered(chance, asked, proof)]:
        before, was, size, top = changed["index"], changed["leaf"], changed["size"], changed["root"]
        holds = ours.extends(before, was, size, top, path)
        assert holds == theirs.verify_consistency(before, size, was, top, path), (changed, path)
        assert holds or (changed, path) != (asked, proof)
        done["proofs" if holds else "refused"] += 1


def _tampered(chance: random.Random, asked: dict[str, Any], proof: list[bytes]) -> list[tuple[dict[str, Any], Any]]:
    """Change one thing in each: a hash of the path or of what is proven, a place, a size, or how long the path is."""

    def flip(value: bytes) -> bytes:
        return bytes([value[0] ^ 1 << chance.randrange(8)]) + value[1:]

    changed = [
        ({**asked, "leaf": flip(asked["leaf"])}, proof),
        ({**asked, "root": flip(asked["root"])}, proof),
        ({**asked, "index": max(0, asked["index"] + chance.choice((-1, 1)))}, proof),
        ({**asked, "size": asked["size"] + chance.choice((-1, 1))}, proof),
        (asked, [*proof, asked["leaf"]]),
    ]
    if proof:
        at = chance.randrange(len(proof))
        changed.append((asked, [*proof[:at], flip(proof[at]), *proof[at + 1 :]]))
        changed.append((asked, [*proof[:at], *proof[at + 1 :]]))
    return changed


# --- A log ------------------------------------------------------------------------------------------------------------


def _log(
    files: dict[str, str], vkey: str, witness: str, flips: list[tuple[str, int, int]], receipts: dict[str, str]
) -> dict[str, Any]:
    """Check a log with all its files, receipts from it, and copies of it with one bit changed."""
    contents = {name: bytes.fromhex(content) for name, content in files.items()}
    said = _audited(contents, vkey, witness)
    for entry, receipt in receipts.items():
        assert _proves(receipt, entry.encode(), vkey, witness), entry
    passed = []
    for name, at, bit in flips:
        broken = bytearray(contents[name])
        broken[at] ^= 1 << bit
        if _audited({**contents, name: bytes(broken)}, vkey, witness) is not None:
            passed.append((name, at, bit))
    return {"audited": said, "receipts": len(receipts), "passed": passed}


def _audited(contents: dict[str, bytes], vkey: str, witness: str) -> dict[str, int] | None:
    try:
        checkpoint, note = checkpoint_from_note(contents["checkpoint"])
        signed = verify_checkpoint(note, parse_vkey(vkey), [parse_vkey(witness)], 1, expected_origin=checkpoint.origin)
        if not signed.ok:
            return None
        told = audit_tiles(MemoryTileReader(contents), checkpoint.size, checkpoint.root)
    except (ValueError, TileMissingError, TileVerificationError):
        return None
    return {"size": told.size, "tiles": told.tiles, "bundles": told.bundles}


def _proves(receipt: str, entry: bytes, vkey: str, witness: str) -> bool:
    head, _, note = receipt.partition("\n\n")
    checkpoint, read = checkpoint_from_note(note)
    lines = [line for line in head.split("\n")[1:] if not line.startswith("extra ")]
    path = [_protocol().b64_decode_strict(line) for line in lines[1:]]
    index = int(lines[0].removeprefix("index "))
    signed = verify_checkpoint(read, parse_vkey(vkey), [parse_vkey(witness)], 1, expected_origin=checkpoint.origin)
    return bool(signed.ok and theirs.verify_leaf_inclusion(entry, index, checkpoint.size, path, checkpoint.root))


# --- Messages between logs and witnesses ------------------------------------------------------------------------------


def _protocol() -> Any:
    """Load what aics-witness says of messages, without its server, which wants sockets and SQLite."""
    found = sys.modules.get("aics_witness_protocol")
    if found is None:
        spec = spec_from_file_location("aics_witness_protocol", "/judges/aics_witness/protocol.py")
        assert spec is not None
        assert spec.loader is not None
        found = sys.modules["aics_witness_protocol"] = module_from_spec(spec)
        spec.loader.exec_module(found)
    return found


def _messages(submissions: list[dict[str, Any]], answers: list[str], refused: list[str]) -> dict[str, Any]:
    """Read what our log asks witnesses, and what our witness answers, and write it again; name what only we would refuse."""
    protocol = _protocol()
    for said in submissions:
        content = said["content"].encode()
        read = protocol.parse_add_checkpoint_request(content)
        assert (read.old_size, [each.hex() for each in read.proof]) == (said["old"], said["proof"]), said
        assert protocol.format_add_checkpoint_request(read.old_size, read.proof, read.checkpoint) == content
    lines = [each for answer in answers for each in protocol.parse_signature_lines(answer)]
    taken = []
    for content in refused:
        try:
            protocol.parse_add_checkpoint_request(content.encode("latin-1"))
        except protocol.ProtocolError:
            continue
        taken.append(content)
    return {"lines": len(lines), "taken": taken}
