"""Pages of lists: which part is asked for, and the addresses of the parts beside it."""

from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from bema.edge.call import Call
from bema.model import limits
from bema.model.ids import parse_id
from bema.model.views import Page, Post
from bema.store.timelines import Range
from bema.wire.forms import form_pairs


class Part(msgspec.Struct, frozen=True):
    """Which part of a list a page shows: what is older than `max_id`, or what came after `min_id`."""

    max_id: str | None = None
    min_id: str | None = None

    def range(self, size: int = limits.PAGE_DEFAULT) -> Range:
        """Return the part in the store's terms."""
        return Range(
            size,
            max_id=None if self.max_id is None else parse_id(self.max_id),
            min_id=None if self.min_id is None else parse_id(self.min_id),
        )


def beside(call: Call, part: Part, shown: Page[Any], size: int = limits.PAGE_DEFAULT) -> tuple[str | None, str | None]:
    """Return the addresses of the newer and the older part of a list, where there may be one."""
    turned = part.max_id is not None or part.min_id is not None
    full = len(shown.items) >= size
    if shown.first is None or shown.last is None:
        return (_address(call) if turned else None), None
    older = _address(call, max_id=shown.last) if full or part.min_id is not None else None
    newer = _address(call, min_id=shown.first) if turned and (full or part.max_id is not None) else None
    return newer, older


def by_id(posts: list[Post]) -> Page[Post]:
    """Make a page of posts that is turned by their own ids."""
    return Page(posts, posts[0].id, posts[-1].id) if posts else Page([])


def _address(call: Call, **cursor: int) -> str:
    kept = [(name, value) for name, value in form_pairs(call.query_string) if name not in ("max_id", "min_id")]
    query = urlencode([*kept, *((name, str(value)) for name, value in cursor.items())])
    return quote(call.path, safe="/@") + (f"?{query}" if query else "")
