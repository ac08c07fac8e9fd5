"""Paging: which part of a list a client asks for, by Mastodon's four parameters."""

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from bema.model import limits
from bema.model.ids import parse_id
from bema.store.timelines import Range


class Paging(msgspec.Struct, frozen=True):
    """Which part of a list is asked for."""

    DEFAULT: ClassVar[int] = limits.PAGE_DEFAULT  # items when no limit is named
    MOST: ClassVar[int] = limits.PAGE_MAX  # items at the most

    max_id: Annotated[str | None, Meta(description="Only what is older than this.")] = None
    since_id: Annotated[str | None, Meta(description="Only what is newer than this, the newest first.")] = None
    min_id: Annotated[str | None, Meta(description="Only what is newer than this, what follows next on it.")] = None
    limit: Annotated[int | None, Meta(description="How many; a limit too large is the largest.")] = None

    def range(self) -> Range:
        """Return the part in our terms: what cannot be an id bounds nothing, and a limit too large is the largest."""
        limit = self.DEFAULT if self.limit is None else max(1, min(self.limit, self.MOST))
        return Range(limit, cursor(self.max_id), cursor(self.since_id), cursor(self.min_id))


class PeoplePaging(Paging, frozen=True):
    """Which part of a list of people is asked for."""

    DEFAULT: ClassVar[int] = limits.PEOPLE_PAGE_DEFAULT
    MOST: ClassVar[int] = limits.PEOPLE_PAGE_MAX


def cursor(text: str | None) -> int | None:
    """Read a paging id."""
    return None if text is None else parse_id(text)
