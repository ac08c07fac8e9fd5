"""Sealed: what is stored so that the database alone does not give it away, with a key made from the server's secret."""

import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PUSHED_TOKEN = b"push token"  # a purpose: the token that a push message names
SIGNING_KEY = b"signing key"  # a purpose: with what an account, or the server, signs for other servers
_NONCE_BYTES = 12


def seal(secret: bytes, purpose: bytes, text: str) -> bytes:
    """Encrypt a text for a purpose."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher(secret, purpose).encrypt(nonce, text.encode(), purpose)


def opened(secret: bytes, purpose: bytes, sealed: bytes) -> str | None:
    """Decrypt what was sealed for a purpose; None when the server's secret is another by now."""
    try:
        return _cipher(secret, purpose).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], purpose).decode()
    except (InvalidTag, ValueError):
        return None


@lru_cache(maxsize=8)
def _cipher(secret: bytes, purpose: bytes) -> AESGCM:
    return AESGCM(hmac.digest(secret, b"bema sealed 1 " + purpose, "sha256"))
