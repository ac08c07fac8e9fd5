"""The clock: the only place where time comes from, so that tests and simulations can set it."""

import threading
import time
from typing import Protocol

from bema.model.ids import Millis


class Clock(Protocol):
    """Whatever tells the time."""

    def now(self) -> Millis:
        """Tell the milliseconds since 1970-01-01T00:00Z."""


class SystemClock:
    """The time of the machine."""

    def now(self) -> Millis:
        """Tell the milliseconds since 1970-01-01T00:00Z."""
        return time.time_ns() // 1_000_000


class ManualClock:
    """A time that stands still until it is told to pass; safe to read from any thread."""

    def __init__(self, now: Millis) -> None:
        self._now = now
        self._lock = threading.Lock()

    def now(self) -> Millis:
        """Tell the milliseconds since 1970-01-01T00:00Z."""
        return self._now

    def advance(
        self, *, milliseconds: int = 0, seconds: int = 0, minutes: int = 0, hours: int = 0, days: int = 0
    ) -> Millis:
        """Let time pass, and tell the new time. A negative number steps back, as machines' clocks do at times."""
        step = milliseconds + 1_000 * (seconds + 60 * (minutes + 60 * (hours + 24 * days)))
        with self._lock:
            self._now += step
            return self._now
