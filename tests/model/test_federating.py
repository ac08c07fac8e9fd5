"""Who answers for an id: one spelling of each server, and none for what two programs might read differently."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bema.model.federating import host_of, origin, registrable, same_origin


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("https://a.example/x", "https://a.example"),
        ("HTTPS://A.Example/x", "https://a.example"),
        ("https://a.example./x", "https://a.example"),
        ("https://a.example:443", "https://a.example"),
        ("https://a.example:8443/", "https://a.example:8443"),
        ("http://a.example/", "http://a.example"),
        ("https://bücher.example/", "https://xn--bcher-kva.example"),
        ("https://ｅｘａｍｐｌｅ.com/", "https://example.com"),
        ("https://b.example@a.example/", None),
        ("https://b.example\\@a.example/", None),
        ("https://a.example\t/", None),
        ("https://a.example/\n", None),
        ("https://a.example:x/", None),
        ("https://", None),
        ("//a.example/", None),
        ("javascript:alert(1)", None),
        ("acct:ann@a.example", None),
    ],
)
def test_an_origin_has_one_spelling(uri: str, expected: str | None) -> None:
    """CVE-2023-42451: capitals, a dot at the end, the usual port and other scripts are one; a name in front is none."""
    assert origin(uri) == expected


@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_odd_is_of_the_same_server(one: str, other: str) -> None:
    """Whatever it is: no error, and never two that are both of none."""
    assert not same_origin(one, None)
    assert same_origin(one, other) is (origin(one) is not None and origin(one) == origin(other))
    assert (host_of(f"https://{one}") is None) is (origin(f"https://{one}") is None)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("example", "example"),
        ("a.example", "a.example"),
        ("x.y.a.example", "a.example"),
        ("x.a.example:8443", "a.example"),
        ("social.a.co.uk", "a.co.uk"),
        ("social.a.com.au", "a.com.au"),
        ("social.a.de", "a.de"),
        ("a.co.uk", "a.co.uk"),
        ("co.uk", "co.uk"),
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1:3000", "192.0.2.1"),
        ("[2001:db8::1]", "[2001:db8::1]"),
        ("[2001:db8::1]:3000", "[2001:db8::1]"),
        ("", ""),
    ],
)
def test_who_has_a_name_has_all_below_it(host: str, expected: str) -> None:
    """Below `co.uk` and the like, names belong to many; a number is itself."""
    assert registrable(host) == expected
