"""Paging: which part of a list a client asks for, by Mastodon's four parameters."""

import msgspec

from bema.model import limits
from bema.model.ids import parse_id
from bema.store.timelines import Range


class Paging(msgspec.Struct, frozen=True):
    """Which part of a list is asked for."""

    max_id: str | None = None
    since_id: str | None = None
    min_id: str | None = None
    limit: int | None = None

    def range(self, *, default: int = limits.PAGE_DEFAULT, most: int = limits.PAGE_MAX) -> Range:
        """Return the part in our terms: what cannot be an id bounds nothing, and a limit too large is the largest."""
        limit = default if self.limit is None else max(1, min(self.limit, most))
        return Range(limit, cursor(self.max_id), cursor(self.since_id), cursor(self.min_id))


def cursor(text: str | None) -> int | None:
    """Read a paging id."""
    return None if text is None else parse_id(text)
