"""Entries as bytes: what is worked out quickly is what the plain way gives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bema.wire.tlog import entries, promises

FIELDS = ("subject", "reasons", "posts", "report", "facts", "law")


@given(secret=st.binary(min_size=entries.SALT_BYTES, max_size=entries.SALT_BYTES), said=st.lists(st.text(), min_size=6))
def test_what_is_promised_together_opens_field_by_field(secret: bytes, said: list[str]) -> None:
    """The salt of a field that is given away later opens the promise that was made with all others."""
    values = dict(zip(FIELDS, said, strict=False))
    promised = entries.committed(secret, values)
    for name, value in values.items():
        assert getattr(promised, name) == promises.commitment(promises.salt_of(secret, name), value)


@given(number=st.integers(0, 10**15), place=st.integers(0, 10**9), due=st.just("2026-01-01T00:00:00.000Z"))
def test_the_number_of_an_entry_is_found_without_reading_it(number: int, place: int, due: str) -> None:
    """It stands at the end of every entry, as the names of fields are in order."""
    body = entries.Appealed(place, entries.About("account", "0123456789abcdef"), due)
    content = entries.encode(entries.AppealOpened(at=due, type_seq=number, body=body))
    assert entries.number_of(content) == entries.decode(content).type_seq == number
    assert entries.written(entries.decode(content)) == content


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'{"type_seq":-1}', b'{"type_seq":01}', b'{"type_seq":1} ', b"1}" * 99]
)
def test_what_does_not_end_like_an_entry_has_no_number(content: bytes) -> None:
    """It is read as a whole, then, and refused for what it is."""
    assert entries.number_of(content) is None
