"""Recovery codes: ten ways back in for who has lost the second proof, each good once."""

import hashlib
import secrets

from bema.model import limits

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base32: no letter looks like a digit
_READ_AS = str.maketrans("oil", "011")
_GROUPS, _GROUP = 4, 4  # 16 characters of 5 bits: 80 bits, beyond guessing even for who has the digests


def new_codes() -> list[str]:
    """Make codes to be shown once and printed, such as 7k2q-m9xw-0f4t-hn3d."""
    return [_new_code() for _ in range(limits.RECOVERY_CODES)]


def digest(code: str) -> bytes | None:
    """Tell what is kept and looked up instead of a code; None for what cannot be one, however it was typed.

    A plain SHA-256 does, as the codes are random: slow hashes are for what people choose.
    """
    if len(code) > 100:
        return None
    plain = "".join(character for character in code.casefold() if character not in "-‐‑–— \t\r\n\u00a0").translate(
        _READ_AS
    )
    if len(plain) != _GROUPS * _GROUP or not set(plain) <= set(_ALPHABET):
        return None
    return hashlib.sha256(b"recovery code\0" + plain.encode()).digest()


def _new_code() -> str:
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
