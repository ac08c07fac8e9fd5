"""The salts of what an entry only promises: its one secret gives each field a salt of its own (HMAC-SHA-256, RFC 2104).

Written out, as the key is the same for all fields of an entry: six calls of `hmac.digest` took a third of what the audit
takes to compare a decision.
"""

from collections.abc import Iterable
from hashlib import sha256

_BLOCK_BYTES = 64  # of SHA-256
_INNER = bytes(each ^ 0x36 for each in range(256))
_OUTER = bytes(each ^ 0x5C for each in range(256))


def salts(secret: bytes, fields: Iterable[str]) -> dict[str, bytes]:
    """Return the salt of each field: given away, it opens that field alone."""
    key = secret.ljust(_BLOCK_BYTES, b"\x00")
    if len(key) > _BLOCK_BYTES:
        raise ValueError("a secret is not longer than a block")
    inner, outer = sha256(key.translate(_INNER)), sha256(key.translate(_OUTER))
    found = {}
    for field in fields:
        within, without = inner.copy(), outer.copy()
        within.update(field.encode())
        without.update(within.digest())
        found[field] = without.digest()
    return found
