"""Promises: what the log only promises is a digest with a salt; the salts of all fields of an entry come of one secret."""

import hmac
from collections.abc import Mapping
from hashlib import sha256


def salt_of(secret: bytes, field: str) -> bytes:
    """Return the salt of one field: given away, it opens that field alone."""
    return hmac.digest(secret, field.encode(), "sha256")


def commitment(salt: bytes, value: str) -> str:
    """Promise a value."""
    return sha256(salt + value.encode()).hexdigest()


def promise_all(secret: bytes, values: Mapping[str, str]) -> dict[str, str]:
    """Promise each value with the salt that `salt_of` gives: the key of all of them is made ready once (RFC 2104)."""
    padded = secret.ljust(64, b"\0")
    inner, outer = sha256(padded.translate(_INNER)), sha256(padded.translate(_OUTER))
    promised = {}
    for name, value in values.items():
        first, second = inner.copy(), outer.copy()
        first.update(name.encode())
        second.update(first.digest())
        promised[name] = sha256(second.digest() + value.encode()).hexdigest()
    return promised


_INNER, _OUTER = (bytes(each ^ pad for each in range(256)) for pad in (0x36, 0x5C))
