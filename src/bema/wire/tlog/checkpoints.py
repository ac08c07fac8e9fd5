"""Checkpoints (C2SP tlog-checkpoint), offline proofs (tlog-proof), and what a log asks of its witnesses (tlog-witness)."""

from collections.abc import Sequence
from typing import NamedTuple

from bema.wire.tlog.notes import Note, from_base64, parse, to_base64
from bema.wire.tlog.tiles import Malformed
from bema.wire.tlog.tree import HASH_BYTES, includes, leaf_hash

PROOF_HASHES = 63  # in a proof: a tree has fewer than 2^63 leaves
_PROOF_HEAD = "c2sp.org/tlog-proof@v1"


class Checkpoint(NamedTuple):
    """The state of a log: which, how many entries, and the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text of the note."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"


def number(text: str) -> int:
    """Read a number as it should be written."""
    if not (text.isascii() and text.isdigit()) or (text[0] == "0" and text != "0") or len(text) > 19:
        raise Malformed("not a number as it should be written")
    value = int(text)
    if value >= 1 << 63:
        raise Malformed("a number that is too large")
    return value


def hash_of(text: str) -> bytes:
    """Read one hash."""
    value = from_base64(text)
    if len(value) != HASH_BYTES:
        raise Malformed("not a hash")
    return value


def checkpoint_in(note: Note) -> Checkpoint:
    """Read the checkpoint in a note; lines that extend it are let be."""
    lines = note.text[:-1].split("\n")
    if len(lines) < 3 or not all(lines):
        raise Malformed("not a checkpoint")
    return Checkpoint(lines[0], number(lines[1]), hash_of(lines[2]))


class Proof(NamedTuple):
    """That an entry is in a log: what is handed to somebody as a receipt."""

    place: int
    path: Sequence[bytes]
    note: str  # the checkpoint, with its signatures
    extra: bytes = b""

    def write(self) -> str:
        """Write the file."""
        extra = f"extra {to_base64(self.extra)}\n" if self.extra else ""
        path = "".join(f"{to_base64(each)}\n" for each in self.path)
        return f"{_PROOF_HEAD}\n{extra}index {self.place}\n{path}\n{self.note}"

    def holds(self, entry: bytes) -> bool:
        """Tell whether the entry is in the tree of the checkpoint, whoever signed that."""
        checkpoint = checkpoint_in(parse(self.note))
        return includes(checkpoint.root, checkpoint.size, self.place, leaf_hash(entry), self.path)


def read_proof(content: str) -> Proof:
    """Read the file."""
    head, separator, note = content.partition("\n\n")
    lines = head.split("\n")
    if not separator or lines.pop(0) != _PROOF_HEAD or not lines:
        raise Malformed("not a proof")
    extra = b""
    if lines[0].startswith("extra "):
        extra = from_base64(lines.pop(0).removeprefix("extra "))
        if not extra:
            raise Malformed("a line that says nothing")
    if not lines or not lines[0].startswith("index ") or len(lines) > 1 + PROOF_HASHES:
        raise Malformed("not a proof")
    index = number(lines.pop(0).removeprefix("index "))
    proof = Proof(index, [hash_of(line) for line in lines], note, extra)
    checkpoint_in(parse(note))
    return proof


class Submission(NamedTuple):
    """What a log shows a witness: how it grew since the witness last signed."""

    old: int
    proof: Sequence[bytes]
    note: str

    def write(self) -> str:
        """Write the request."""
        proof = "".join(f"{to_base64(each)}\n" for each in self.proof)
        return f"old {self.old}\n{proof}\n{self.note}"


def read_submission(content: bytes) -> Submission:
    """Read the request."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise Malformed("not UTF-8") from None
    head, separator, note = text.partition("\n\n")
    lines = head.split("\n")
    if not separator or not lines[0].startswith("old ") or len(lines) > 1 + PROOF_HASHES:
        raise Malformed("not what a witness is asked")
    return Submission(number(lines[0].removeprefix("old ")), [hash_of(line) for line in lines[1:]], note)
