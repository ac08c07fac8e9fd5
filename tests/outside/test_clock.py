"""The clock tells milliseconds, and a manual one tells what it is told."""

import time

from bema.outside.clock import Clock, ManualClock, SystemClock


def test_the_system_clock_tells_milliseconds_since_1970() -> None:
    """Not seconds, not microseconds."""
    clock: Clock = SystemClock()
    before = time.time()
    assert before - 1 <= clock.now() / 1_000 <= time.time() + 1


def test_a_manual_clock_stands_still_until_it_is_told() -> None:
    """Tests and simulations decide when time passes."""
    clock = ManualClock(1_000)
    reading: Clock = clock
    assert (reading.now(), reading.now()) == (1_000, 1_000)
    assert clock.advance(days=1, hours=1, minutes=1, seconds=1, milliseconds=1) == 1_000 + 90_061_001
    assert clock.advance(seconds=-1) == reading.now() == 1_000 + 90_060_001
