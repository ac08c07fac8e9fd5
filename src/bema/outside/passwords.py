"""Passwords: argon2id on a few threads, so that signing in blocks nobody and tells nobody who has an account."""

import base64
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from bema.model import limits
from bema.model.errors import Invalid
from bema.outside.pool import Pool

MEMORY_KIB = 19_456  # with PASSES = 2 the first choice of OWASP's password storage page for argon2id
PASSES = 2


class Passwords:
    """Hash and check passwords; built once, closed when the server stops."""

    def __init__(
        self,
        *,
        memory_kib: int = MEMORY_KIB,
        passes: int = PASSES,
        threads: int = limits.PASSWORD_THREADS,
        waiting: int = limits.PASSWORD_QUEUE,
    ) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._nobody = _hash_of_nobody(memory_kib, passes)
        self._pool = Pool(
            "passwords",
            threads=threads,
            waiting=waiting,
            refusal="Too many people are signing in at this moment, please try again",
            retry_after_seconds=limits.PASSWORD_RETRY_SECONDS,
        )

    async def hash(self, password: str) -> str:
        """Hash a new password for keeping; refuse one that is too short, too long or not text."""
        return await self._pool.run(self._hasher.hash, chosen(password))

    def hash_here(self, password: str) -> str:
        """Hash on the calling thread: for the command line, which has no event loop."""
        return self._hasher.hash(chosen(password))

    async def verify(self, stored: str | None, password: str) -> bool:
        """Tell whether `password` is the one that was hashed.

        `stored` is None for somebody unknown or without a password: that takes as long as a wrong password, so that
        the time of the answer does not tell who has an account.
        """
        try:
            prepared = opaque(password)
        except Invalid:
            return False  # no stored password looks like this, and it is told apart without looking at `stored`
        return await self._pool.run(self._matches, stored, prepared)

    def needs_rehash(self, stored: str) -> bool:
        """Tell whether a hash was made with other costs than today's, and should be made anew at the next sign-in."""
        return self._hasher.check_needs_rehash(stored)

    def close(self) -> None:
        """Stop the threads."""
        self._pool.close()

    def _matches(self, stored: str | None, prepared: str) -> bool:
        try:
            self._hasher.verify(self._nobody if stored is None else stored, prepared)
        except VerifyMismatchError:
            return False
        return stored is not None


def chosen(password: str) -> str:
    """Prepare a password that somebody chooses; refuse it with the reason when it is not acceptable."""
    prepared = opaque(password)
    if len(prepared) < limits.PASSWORD_CHARACTERS_MIN:
        raise _refused("ERR_TOO_SHORT", f"is too short (minimum is {limits.PASSWORD_CHARACTERS_MIN} characters)")
    return prepared


def opaque(password: str) -> str:
    """Prepare a password as RFC 8265's OpaqueString does, so that every keyboard's way of writing it is the same.

    Spaces of any script become U+0020 and the text is composed (NFC); control characters and lone surrogates are
    refused. Unassigned code points are let through, unlike there: new emoji appear sooner than new Unicode tables.
    """
    # The first bound is against composing megabytes; composing at most triples the length of a text and may shorten it.
    if len(password) > 4 * limits.PASSWORD_CHARACTERS_MAX:
        raise _too_long()
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in password):
        raise _refused("ERR_INVALID", "contains characters that cannot be typed")
    spaced = "".join(" " if unicodedata.category(character) == "Zs" else character for character in password)
    prepared = unicodedata.normalize("NFC", spaced)
    if len(prepared) > limits.PASSWORD_CHARACTERS_MAX:
        raise _too_long()
    return prepared


def _too_long() -> Invalid:
    return _refused("ERR_TOO_LONG", f"is too long (maximum is {limits.PASSWORD_CHARACTERS_MAX} characters)")


def _refused(error: str, description: str) -> Invalid:
    return Invalid(
        f"Validation failed: Password {description}",
        details={"password": [{"error": error, "description": description}]},
    )


def _hash_of_nobody(memory_kib: int, passes: int) -> str:
    """Write down a hash that no password has (its digest is all zeros) and that costs as much to check as any."""
    salt = base64.b64encode(bytes(16)).rstrip(b"=").decode()
    digest = base64.b64encode(bytes(32)).rstrip(b"=").decode()
    return f"$argon2id$v=19$m={memory_kib},t={passes},p=1${salt}${digest}"
