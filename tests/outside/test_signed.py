"""What is signed comes back as what it was, and nothing else is taken for it."""

from hypothesis import given
from hypothesis import strategies as st

from bema.model.ids import MAX_ID
from bema.outside.signed import checked, signed

_IDS = st.integers(min_value=0, max_value=MAX_ID)


@given(_IDS, st.binary())
def test_an_id_comes_back(id_: int, secret: bytes) -> None:
    """For the same secret and purpose alone."""
    token = signed(secret, b"unsubscribe", id_)
    assert checked(secret, b"unsubscribe", token) == id_
    assert checked(secret + b"1", b"unsubscribe", token) is None
    assert checked(secret, b"something else", token) is None


@given(st.text())
def test_what_was_made_up_is_nothing(token: str) -> None:
    """Whatever it is."""
    assert checked(b"secret", b"unsubscribe", token) is None


@given(_IDS, _IDS)
def test_no_signature_fits_another_id(one: int, other: int) -> None:
    """Nor does a part of it."""
    token = signed(b"secret", b"unsubscribe", one)
    signature = token.partition("-")[2]
    if one != other:
        assert checked(b"secret", b"unsubscribe", f"{other}-{signature}") is None
    assert checked(b"secret", b"unsubscribe", token[:-1]) is None
