"""Places for large requests: only so many are under way at once, for each account and for all."""

from collections import Counter
from collections.abc import Callable

from bema.model import limits
from bema.model.errors import TooMany
from bema.model.ids import AccountId


class Places:
    """Counts the large requests of this process; whoever finds no place is told when to come again."""

    def __init__(self, *, each: int = limits.UPLOADS_AT_ONCE_EACH, together: int = limits.UPLOADS_AT_ONCE) -> None:
        self._each, self._together = each, together
        self._taken: Counter[AccountId | None] = Counter()

    def take(self, who: AccountId | None) -> Callable[[], None]:
        """Take a place, and return what gives it back."""
        if self._taken[who] >= self._each or self._taken.total() >= self._together:
            raise TooMany(
                "Too many files are being uploaded at this moment, please try again",
                retry_after_seconds=limits.UPLOAD_RETRY_SECONDS,
            )
        self._taken[who] += 1

        def leave() -> None:
            self._taken[who] -= 1
            if not self._taken[who]:
                del self._taken[who]

        return leave
