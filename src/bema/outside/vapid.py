"""The key that signs web push (RFC 8292): made from the server's secret, so that it is the same after a restore."""

import base64
import hmac
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256's group


@lru_cache(maxsize=8)
def signing_key(secret: bytes) -> ec.EllipticCurvePrivateKey:
    """Return the private key."""
    digest = hmac.digest(secret, b"bema web push 1", "sha512")  # twice as long as the order: no value is favoured
    return ec.derive_private_key(int.from_bytes(digest, "big") % (_ORDER - 1) + 1, ec.SECP256R1())


@lru_cache(maxsize=8)
def public_key(secret: bytes) -> str:
    """Return the public key as browsers take it: the uncompressed point in URL-safe base64 without padding."""
    point = signing_key(secret).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")
