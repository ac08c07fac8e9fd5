"""Keys: what is signed and verified with, as PEM between servers and in the database, and as objects while in use."""

from functools import lru_cache
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from bema.model import limits

Kind = Literal["rsa", "ed25519"]
PrivateKey = RSAPrivateKey | Ed25519PrivateKey
PublicKey = RSAPublicKey | Ed25519PublicKey

_PADDING, _DIGEST = PKCS1v15(), SHA256()  # of RSA
_ED25519 = b"\xed\x01"  # what a Multikey of that kind begins with
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_MULTIKEY_CHARACTERS = 128  # of a Multikey: an Ed25519 key has 48


class Malformed(ValueError):  # noqa: N818 - it is raised, and read, as what a key is
    """What should be a key is none, or one that is not used here."""


class SigningKey(msgspec.Struct, frozen=True, eq=False):
    """A private key, ready to sign, and the id under which others find its public half."""

    id: str
    private: PrivateKey

    @property
    def kind(self) -> Kind:
        """Its kind."""
        return "ed25519" if isinstance(self.private, Ed25519PrivateKey) else "rsa"

    def sign(self, said: bytes) -> bytes:
        """Sign some bytes: RSASSA-PKCS1-v1_5 with SHA-256, or Ed25519."""
        if isinstance(self.private, Ed25519PrivateKey):
            return self.private.sign(said)
        return self.private.sign(said, _PADDING, _DIGEST)


def made(kind: Kind) -> tuple[str, str]:
    """Make a key; return it as PEM, private (PKCS #8) and public (SPKI). One of RSA takes some 100 ms."""
    private: PrivateKey = Ed25519PrivateKey.generate() if kind == "ed25519" else generate_private_key(65_537, 2_048)
    secret = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return secret.decode(), pem_of(private.public_key())


def private_key(pem: str) -> PrivateKey:
    """Read a private key that this server made: its numbers are not proven again, which takes RSA 50 ms."""
    key = load_pem_private_key(pem.encode(), None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, RSAPrivateKey | Ed25519PrivateKey):
        raise Malformed("the private key is of a kind that is not used here")
    return key


@lru_cache(maxsize=limits.PUBLIC_KEYS_KEPT)
def public_key(pem: str) -> PublicKey:
    """Read a public key, as another server gives it; raise `Malformed` for what is none, too small or too large."""
    if len(pem) > limits.PUBLIC_KEY_CHARACTERS:
        raise Malformed("the key is too long")
    try:
        key = load_pem_public_key(pem.strip().encode())
    except (ValueError, TypeError, UnsupportedAlgorithm, UnicodeEncodeError) as error:
        raise Malformed("the key cannot be read") from error
    if isinstance(key, RSAPublicKey):
        if not limits.RSA_BITS_MIN <= key.key_size <= limits.RSA_BITS_MAX:
            raise Malformed(f"an RSA key of {key.key_size} bits is not accepted")
    elif not isinstance(key, Ed25519PublicKey):
        raise Malformed("the key is of a kind that is not used here")
    return key


def kind_of(key: PublicKey) -> Kind:
    """Name the kind of a key."""
    return "ed25519" if isinstance(key, Ed25519PublicKey) else "rsa"


def pem_of(key: PublicKey) -> str:
    """Write a public key as `BEGIN PUBLIC KEY` (SPKI), the form that all servers read."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def verifies(key: PublicKey, signature: bytes, said: bytes) -> bool:
    """Tell whether the owner of a key signed these bytes."""
    try:
        if isinstance(key, Ed25519PublicKey):
            key.verify(signature, said)
        else:
            key.verify(signature, said, _PADDING, _DIGEST)
    except InvalidSignature:
        return False
    return True


# --- Multikeys (FEP-521a) ---------------------------------------------------------------------------------------------


def multikey_of(pem: str) -> str:
    """Write an Ed25519 key as a Multikey."""
    key = public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        raise Malformed("only Ed25519 keys are written as Multikeys")
    return base58(_ED25519 + key.public_bytes_raw())


def from_multikey(text: str) -> str:
    """Read a Multikey into PEM; raise `Malformed` for what is none, or of another kind than Ed25519."""
    raw = from_base58(text)
    if len(raw) != 34 or raw[:2] != _ED25519:
        raise Malformed("the Multikey is of a kind that is not used here")
    return pem_of(Ed25519PublicKey.from_public_bytes(raw[2:]))


def base58(raw: bytes) -> str:
    """Write bytes in multibase's base 58 (Bitcoin's alphabet, after a `z`)."""
    number, digits = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _ALPHABET[digit] + digits
    return "z" + "1" * (len(raw) - len(raw.lstrip(b"\0"))) + digits


def from_base58(text: str) -> bytes:
    """Read multibase's base 58; raise `Malformed` for anything else, and for what is longer than any key or signature."""
    if not text.startswith("z") or len(text) > _MULTIKEY_CHARACTERS:
        raise Malformed("this is not in base 58")
    digits, number = text[1:], 0
    for digit in digits:
        value = _ALPHABET.find(digit)
        if value < 0:
            raise Malformed("this is not in base 58")
        number = number * 58 + value
    zeros = len(digits) - len(digits.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
