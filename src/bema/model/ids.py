"""Typed, time-sortable 64-bit ids: `milliseconds << 16 | slot << 10 | counter`, so that any number of processes can make them.

Inside the server an id is an int with a type; on the wire it is a string of digits. Ids sort by the time of what they
name, hence pages by id are pages by time, and a post from elsewhere gets an id from its own date.
"""

import threading
from collections.abc import Callable
from typing import NewType

Millis = int  # milliseconds since 1970-01-01T00:00Z: the only form of time inside the server

DomainId = NewType("DomainId", int)
LoginId = NewType("LoginId", int)
AccountId = NewType("AccountId", int)
PostId = NewType("PostId", int)
MediaId = NewType("MediaId", int)
ScheduledId = NewType("ScheduledId", int)
CardId = NewType("CardId", int)
AppId = NewType("AppId", int)
TokenId = NewType("TokenId", int)
NotificationId = NewType("NotificationId", int)
ConversationId = NewType("ConversationId", int)
ListId = NewType("ListId", int)
FilterId = NewType("FilterId", int)
KeywordId = NewType("KeywordId", int)
FilteredPostId = NewType("FilteredPostId", int)

SLOTS = 64  # processes that make ids at the same time, over one database
_COUNTERS = 1024  # of one process and millisecond: the lower half for what happens now, the upper for what happened
_COUNTERS_NOW = _COUNTERS // 2  # ids that one process can make in one millisecond before it borrows from the next
_TIME_SHIFT = 16
_SLOT_SHIFT = 10
MAX_ID = 2**63 - 1


class IdSource:
    """Makes ids for one process, which holds one of the `SLOTS` alone."""

    def __init__(self, now: Callable[[], Millis], slot: int) -> None:
        if not 0 <= slot < SLOTS:
            raise ValueError(f"slot {slot} is not in 0..{SLOTS - 1}")
        self._now = now
        self._slot = slot << _SLOT_SHIFT
        self._last = 0
        self._counter = 0
        self._counter_at = 0
        self._lock = threading.Lock()

    def next(self) -> int:
        """Make an id that is greater than all this source made before, even when the clock steps back."""
        with self._lock:
            now = self._now()
            if now > self._last:
                self._last, self._counter = now, 0
            else:
                self._counter += 1
                if self._counter == _COUNTERS_NOW:
                    self._last, self._counter = self._last + 1, 0
            return self._last << _TIME_SHIFT | self._slot | self._counter

    def at(self, moment: Millis) -> int:
        """Make an id for something that happened at `moment` (a post from elsewhere, a demo post of last month)."""
        with self._lock:
            self._counter_at = (self._counter_at + 1) % (_COUNTERS - _COUNTERS_NOW)
            return moment << _TIME_SHIFT | self._slot | _COUNTERS_NOW + self._counter_at


def moment_of(id_: int) -> Millis:
    """Read the time an id was made for."""
    return id_ >> _TIME_SHIFT


def lowest_id_at(moment: Millis) -> int:
    """Return the smallest id of that millisecond: a bound for queries by time."""
    return moment << _TIME_SHIFT


def parse_id(text: str) -> int | None:
    """Read an id from the wire; anything that cannot be an id is None, so that it looks like an unknown one."""
    if not text.isascii() or not text.isdigit() or len(text) > 19:
        return None
    value = int(text)
    return value if value <= MAX_ID else None
