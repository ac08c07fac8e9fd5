"""Pages of lists: which part is asked for, and the addresses of the parts beside it."""

from collections.abc import Sequence
from urllib.parse import quote, urlencode

import msgspec

from bema.edge.call import Call
from bema.model import limits
from bema.model.ids import parse_id
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


def beside(
    call: Call, part: Part, ids: Sequence[int], size: int = limits.PAGE_DEFAULT
) -> tuple[str | None, str | None]:
    """Return the addresses of the newer and the older part, where there may be one; `ids` are the cursors shown."""
    turned = part.max_id is not None or part.min_id is not None
    if not ids:
        return (_address(call) if turned else None), None
    older = _address(call, max_id=ids[-1]) if len(ids) >= size or part.min_id is not None else None
    newer = _address(call, min_id=ids[0]) if turned and not (part.min_id is not None and len(ids) < size) else None
    return newer, older


def _address(call: Call, **cursor: int) -> str:
    kept = [(name, value) for name, value in form_pairs(call.query_string) if name not in ("max_id", "min_id")]
    query = urlencode([*kept, *((name, str(value)) for name, value in cursor.items())])
    return quote(call.path, safe="/@") + (f"?{query}" if query else "")
