"""Web push messages: encrypted for one device, as RFC 8291 has it and as the draft before it did (aesgcm).

Both agree on a key by ECDH over P-256, mix in the device's secret, and seal the message with AES-128-GCM; they differ in
what they mix, and in where the sender's key and the salt travel: within the message, or in headers beside it.
"""

import base64
import binascii
import hashlib
import hmac
import os
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_RECORD = 4_096  # bytes of a record, of which a push message has one
_OVERHEAD = 16 + 4 + 1 + 65 + 1 + 16  # salt, record size, length and bytes of the key, the end mark, the tag
MESSAGE_BYTES = _RECORD - _OVERHEAD  # the longest message that every push service takes (RFC 8291, section 4)
_POINT_BYTES = 65  # an uncompressed point of P-256


class Encrypted(NamedTuple):
    """A message on its way; `salt` and `sender` are for headers where they are not in the body."""

    body: bytes
    salt: bytes
    sender: bytes


def encode(raw: bytes) -> str:
    """Write bytes in URL-safe base64 without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(text: str) -> bytes | None:
    """Read base64 in either alphabet, with or without padding; None where it is none."""
    plain = text.strip().rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def is_public_key(raw: bytes) -> bool:
    """Tell whether bytes are a point on the curve."""
    if len(raw) != _POINT_BYTES:
        return False
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    except ValueError:
        return False
    return True


def encrypt(
    message: bytes,
    receiver: bytes,
    auth: bytes,
    *,
    salt: bytes | None = None,
    private_key: ec.EllipticCurvePrivateKey | None = None,
) -> Encrypted:
    """Encrypt a message as RFC 8291 has it. Salt and key are given by tests alone."""
    salt, private_key, sender, shared = _agreed(receiver, salt, private_key)
    ikm = _expand(_mac(auth, shared), b"WebPush: info\0" + receiver + sender, 32)
    prk = _mac(salt, ikm)
    key = _expand(prk, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _expand(prk, b"Content-Encoding: nonce\0", 12)
    head = salt + _RECORD.to_bytes(4, "big") + bytes([len(sender)]) + sender
    return Encrypted(head + AESGCM(key).encrypt(nonce, message + b"\x02", None), salt, sender)


def encrypt_as_draft(
    message: bytes,
    receiver: bytes,
    auth: bytes,
    *,
    salt: bytes | None = None,
    private_key: ec.EllipticCurvePrivateKey | None = None,
) -> Encrypted:
    """Encrypt a message as draft-ietf-webpush-encryption-04 had it (aesgcm). Salt and key are given by tests alone."""
    salt, private_key, sender, shared = _agreed(receiver, salt, private_key)
    ikm = _expand(_mac(auth, shared), b"Content-Encoding: auth\0", 32)
    prk = _mac(salt, ikm)
    context = b"\0P-256\0" + b"".join(len(each).to_bytes(2, "big") + each for each in (receiver, sender))
    key = _expand(prk, b"Content-Encoding: aesgcm" + context, 16)
    nonce = _expand(prk, b"Content-Encoding: nonce" + context, 12)
    unpadded = b"\0\0" + message
    return Encrypted(AESGCM(key).encrypt(nonce, unpadded, None), salt, sender)


def _agreed(
    receiver: bytes, salt: bytes | None, private_key: ec.EllipticCurvePrivateKey | None
) -> tuple[bytes, ec.EllipticCurvePrivateKey, bytes, bytes]:
    private_key = private_key or ec.generate_private_key(ec.SECP256R1())
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), receiver)
    sender = private_key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return salt or os.urandom(16), private_key, sender, private_key.exchange(ec.ECDH(), theirs)


def _mac(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, hashlib.sha256)


def _expand(key: bytes, purpose: bytes, length: int) -> bytes:
    """The first block of HKDF, which is all that is needed here."""
    return _mac(key, purpose + b"\x01")[:length]
