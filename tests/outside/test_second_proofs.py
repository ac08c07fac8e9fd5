"""Codes of apps and recovery codes: right ones are good once, however they are typed."""

import re
from xml.etree import ElementTree as ET

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bema.model import limits
from bema.outside import recovery, totp

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # of the examples in RFC 6238, appendix B
NOW = 1_111_111_109_000  # its second moment, whose code there is 07081804


def code_at(milliseconds: int) -> str:
    return pyotp.TOTP(SECRET).at(milliseconds // 1_000)


def test_the_example_of_the_standard_is_accepted() -> None:
    """RFC 6238, appendix B, its last six digits."""
    assert totp.matching_step(SECRET, "081804", NOW, last_step=None) == NOW // 30_000


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_phones_clock_may_be_half_a_minute_off(steps: int) -> None:
    """Each way."""
    code = code_at(NOW + steps * 30_000)
    assert totp.matching_step(SECRET, code, NOW, last_step=None) == NOW // 30_000 + steps


@pytest.mark.parametrize("steps", [-3, -2, 2, 3])
def test_a_code_from_further_away_is_refused(steps: int) -> None:
    """It was overheard, or the clock is wrong."""
    assert totp.matching_step(SECRET, code_at(NOW + steps * 30_000), NOW, last_step=None) is None


def test_a_code_is_good_once() -> None:
    """The step that was used, and all before it, are over."""
    step = totp.matching_step(SECRET, code_at(NOW), NOW, last_step=None)
    assert step is not None
    assert totp.matching_step(SECRET, code_at(NOW), NOW, last_step=step) is None
    assert totp.matching_step(SECRET, code_at(NOW - 30_000), NOW, last_step=step) is None
    assert totp.matching_step(SECRET, code_at(NOW + 30_000), NOW, last_step=step) == step + 1


@pytest.mark.parametrize(
    "typed", ["081 804", " 081804\n", "۰۸۱۸۰۴", "٠٨١ ٨٠٤", "०८१८०४", "\uff10\uff18\uff11\uff18\uff10\uff14"]
)
def test_a_code_may_be_typed_on_any_keyboard(typed: str) -> None:
    """With the app's space, and with Urdu, Arabic, Hindi or full-width digits."""
    assert totp.matching_step(SECRET, typed, NOW, last_step=None) is not None


@given(st.text(max_size=40) | st.text(alphabet="0123456789²½", max_size=8))
def test_anything_else_is_only_wrong(typed: str) -> None:
    """Hostile text never crashes."""
    assert totp.matching_step(SECRET, typed, NOW, last_step=NOW // 30_000 + 9) is None


def test_a_new_secret_is_read_by_apps() -> None:
    """Its picture holds the address, whose parts are those of the key URI format."""
    secret = totp.new_secret()
    assert re.fullmatch(r"[A-Z2-7]{32}", secret)
    assert secret != totp.new_secret()
    uri = totp.provisioning_uri(secret, name="daphne@square.example", issuer="The Square")
    parsed = pyotp.parse_uri(uri)
    assert (parsed.secret, parsed.name, parsed.issuer) == (secret, "daphne@square.example", "The Square")
    svg = totp.qr_svg(uri)
    root = ET.fromstring(svg)
    assert root.tag.endswith("svg")
    assert "viewBox" in root.attrib
    assert "style" not in svg
    assert "script" not in svg


def test_recovery_codes_are_many_different_and_found_by_digest() -> None:
    """None of them can be read from what is kept."""
    codes = recovery.new_codes()
    digests = {recovery.digest(code) for code in codes}
    assert len(codes) == len(digests) == limits.RECOVERY_CODES
    assert None not in digests
    assert all(re.fullmatch(r"([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}", code) for code in codes)


@pytest.mark.parametrize(
    "typed", ["7K2Q-M9XW-0F4T-1N3D", "7k2qm9xw0f4t1n3d", " 7k2q m9xw of4t ln3d\n", "7k2q–m9xw–0f4t–In3d"]
)
def test_a_recovery_code_may_be_typed_as_it_is_read(typed: str) -> None:
    """In capitals, without dashes, with o for 0 and l for 1."""
    assert recovery.digest(typed) == recovery.digest("7k2q-m9xw-0f4t-1n3d")


@given(st.text())
def test_what_is_no_recovery_code_has_no_digest(typed: str) -> None:
    """So nothing is looked up for it."""
    found = recovery.digest(typed)
    assert found is None or len(found) == 32
    assert recovery.digest(typed + "!") is None
