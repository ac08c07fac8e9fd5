"""Signed notes (C2SP signed-note): a text and signatures under it, each by a key that has a name.

Base64 is read strictly: what does not come out the same when it is written again is refused, as lenient decoders let
some flipped bits pass.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bema.wire.tlog.tiles import Malformed

NOTE_BYTES = 65_536  # sixteen post-quantum signatures and a text
SIGNATURES = 64  # of one note; all readers take sixteen
_ED25519, _COSIGNATURE = 0x01, 0x04
_KEY_BYTES, _SIGNATURE_BYTES = 32, 64
_NAME = re.compile(r"[^\s+]+")
_ID = re.compile(r"[0-9a-f]{8}")
_SKEY = "PRIVATE+KEY+"


class Unsigned(Exception):  # noqa: N818 -- it is raised, and read, as a sentence
    """A note lacks a good signature of a key that is trusted."""


def from_base64(text: str) -> bytes:
    """Decode base64 that is written as it should be, and nothing else."""
    try:
        value = b64decode(text, validate=True)
    except ValueError:
        raise Malformed("not base64") from None
    if b64encode(value).decode() != text:
        raise Malformed("base64 that is not written as it should be")
    return value


def to_base64(value: bytes) -> str:
    """Encode bytes."""
    return b64encode(value).decode()


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name) or any(ord(letter) < 0x20 for letter in name):
        raise Malformed("a key's name is empty, or has spaces or a plus sign")
    return name


def _id(name: str, kind: int, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


class Verifier(NamedTuple):
    """A public key with its name: of a log, or of a witness, whose signatures carry a time."""

    name: str
    kind: int
    public: bytes

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a key as it is passed around: name, id and key, joined by plus signs."""
        name, _, rest = text.partition("+")
        id_, _, encoded = rest.partition("+")
        key = from_base64(encoded)
        if len(key) != 1 + _KEY_BYTES or key[0] not in (_ED25519, _COSIGNATURE) or not _ID.fullmatch(id_):
            raise Malformed("not a key of a kind that is known here")
        verifier = cls(_checked_name(name), key[0], key[1:])
        if verifier.id.hex() != id_:
            raise Malformed("a key that does not fit its id")
        return verifier

    @property
    def id(self) -> bytes:
        """Four bytes by which signatures name the key."""
        return _id(self.name, self.kind, self.public)

    @property
    def is_witness(self) -> bool:
        """Whether its signatures carry a time."""
        return self.kind == _COSIGNATURE

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{to_base64(bytes([self.kind]) + self.public)}"

    def time_of(self, text: str, signature: bytes) -> int | None:
        """Return when a signature was given (0 where it says nothing of it); None when it is not one of this text."""
        time, message = 0, text.encode()
        if self.is_witness:
            time, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            message = _cosigned(time, text)
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return None
        return time if time < 1 << 63 else None


class Signer:
    """A private key with its name."""

    def __init__(self, name: str, seed: bytes, *, witness: bool = False) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self._seed = seed
        self._kind = _COSIGNATURE if witness else _ED25519
        self.verifier = Verifier(_checked_name(name), self._kind, self._key.public_key().public_bytes_raw())

    @classmethod
    def read(cls, text: str) -> "Signer":
        """Read a private key as it is kept in a file."""
        name, _, rest = text.removeprefix(_SKEY).partition("+")
        id_, _, encoded = rest.partition("+")
        key = from_base64(encoded)
        if not text.startswith(_SKEY) or len(key) != 1 + _KEY_BYTES or key[0] not in (_ED25519, _COSIGNATURE):
            raise Malformed("not a private key of a kind that is known here")
        signer = cls(name, key[1:], witness=key[0] == _COSIGNATURE)
        if signer.verifier.id.hex() != id_:
            raise Malformed("a key that does not fit its id")
        return signer

    def write(self) -> str:
        """Write the private key for a file."""
        verifier = self.verifier
        return f"{_SKEY}{verifier.name}+{verifier.id.hex()}+{to_base64(bytes([self._kind]) + self._seed)}"

    def line(self, text: str, *, time: int = 0) -> str:
        """Sign a text, and return the line that goes under it; `time`, in seconds, is part of what a witness signs."""
        if self.verifier.is_witness:
            signature = time.to_bytes(8, "big") + self._key.sign(_cosigned(time, text))
        else:
            signature = self._key.sign(text.encode())
        return f"— {self.verifier.name} {to_base64(self.verifier.id + signature)}\n"

    def raw(self, text: str) -> bytes:
        """Sign a text that is no note."""
        return self._key.sign(text.encode())


def _cosigned(time: int, text: str) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


class Signature(NamedTuple):
    """A line under a note, not yet checked."""

    name: str
    key_id: bytes
    value: bytes
    line: str


class Note(NamedTuple):
    """A text and the signatures under it, not yet checked."""

    text: str
    signatures: Sequence[Signature]

    def signed_by(self, verifier: Verifier) -> int | None:
        """Return when a key signed (0 where it does not say); None where it did not. A wrong signature of it is refused."""
        found = None
        for signature in self.signatures:
            if (signature.name, signature.key_id) == (verifier.name, verifier.id):
                time = verifier.time_of(self.text, signature.value)
                if time is None:
                    raise Unsigned(f"the signature of {verifier.name} is wrong")
                found = time if found is None else max(found, time)
        return found

    def require(self, verifiers: Iterable[Verifier]) -> Verifier:
        """Return the key, one of these, that signed."""
        for verifier in verifiers:
            if self.signed_by(verifier) is not None:
                return verifier
        raise Unsigned("no key that is trusted here has signed")


def parse(content: str | bytes) -> Note:
    """Read a note."""
    if len(content) > NOTE_BYTES:
        raise Malformed("the note is too long")
    try:
        whole = content if isinstance(content, str) else content.decode()
    except UnicodeDecodeError:
        raise Malformed("the note is not UTF-8") from None
    if any(ord(letter) < 0x20 and letter != "\n" for letter in whole):
        raise Malformed("the note has control characters")
    text, separator, lines = whole.rpartition("\n\n")
    if not separator or not lines.endswith("\n"):
        raise Malformed("the note has no signatures")
    return Note(text + "\n", signature_lines(lines))


def signature_lines(lines: str) -> list[Signature]:
    """Read lines of signatures."""
    if not lines.endswith("\n"):
        raise Malformed("the last line does not end")
    signatures = [_signature(line) for line in lines[:-1].split("\n")]
    if len(signatures) > SIGNATURES:
        raise Malformed("the note has too many signatures")
    return signatures


def _signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    value = from_base64(encoded)
    if dash != "—" or len(value) < 5:
        raise Malformed("a line of the note is no signature")
    return Signature(_checked_name(name), value[:4], value[4:], f"{line}\n")
