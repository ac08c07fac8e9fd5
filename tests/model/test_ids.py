"""Ids: sorted by time, made by many, and never made twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bema.model.ids import MAX_ID, SLOTS, IdSource, lowest_id_at, moment_of, parse_id
from bema.outside.clock import ManualClock

NOW = 1_767_225_600_000


def test_ids_grow_even_when_the_clock_steps_back() -> None:
    """A machine's clock is corrected now and then."""
    clock = ManualClock(NOW)
    source = IdSource(clock.now, 3)
    made = [source.next() for _ in range(2_000)]
    clock.advance(seconds=-10)
    made += [source.next() for _ in range(10)]
    clock.advance(seconds=20)
    made.append(source.next())
    assert made == sorted(set(made))
    assert moment_of(made[-1]) == NOW + 10_000


@given(st.lists(st.sampled_from(["now", "then", "tick"]), max_size=400))
def test_what_happens_and_what_happened_have_different_ids(acts: list[str]) -> None:
    """Though both are of the same millisecond."""
    clock = ManualClock(NOW)
    source = IdSource(clock.now, 0)
    made = []
    for act in acts:
        match act:
            case "now":
                made.append(source.next())
            case "then":
                made.append(source.at(NOW))
            case "tick":
                clock.advance(milliseconds=1)
    assert len(set(made)) == len(made)


def test_an_id_tells_its_moment() -> None:
    """Pages by id are pages by time."""
    source = IdSource(ManualClock(NOW).now, SLOTS - 1)
    past = NOW - 1_000
    assert moment_of(source.at(past)) == past
    assert lowest_id_at(past) <= source.at(past) < lowest_id_at(past + 1) <= source.next()


@pytest.mark.parametrize("slot", [-1, SLOTS])
def test_there_are_so_many_slots_and_no_more(slot: int) -> None:
    """A slot outside would reach into the time."""
    with pytest.raises(ValueError, match="slot"):
        IdSource(ManualClock(NOW).now, slot)


@given(st.integers(min_value=0, max_value=MAX_ID))
def test_an_id_is_read_as_it_was_written(id_: int) -> None:
    """On the wire it is digits."""
    assert parse_id(str(id_)) == id_


@given(st.text())
def test_what_is_no_id_is_none(text: str) -> None:
    """It then looks like an unknown one, never like an error."""
    read = parse_id(text)
    assert read is None or (text.isascii() and text.isdigit() and int(text) == read <= MAX_ID)
