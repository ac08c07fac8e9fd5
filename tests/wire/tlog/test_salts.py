"""Salts: each field has its own, and they are what `hmac` makes of the secret."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bema.wire.tlog.salts import salts


@given(st.binary(max_size=64), st.sets(st.text(max_size=80), max_size=8))
def test_a_salt_is_the_hmac_of_its_field(secret: bytes, fields: set[str]) -> None:
    """Whatever the secret and the name; entries that are signed were made with it."""
    assert salts(secret, fields) == {field: hmac.digest(secret, field.encode(), "sha256") for field in fields}


def test_a_secret_that_would_have_to_be_hashed_first_is_refused() -> None:
    """None is longer than 32 bytes."""
    with pytest.raises(ValueError, match="block"):
        salts(bytes(65), ["subject"])
