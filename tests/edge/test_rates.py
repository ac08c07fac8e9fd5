"""Who is counted as one, however many addresses they have."""

import pytest

from bema.edge.rates import network_of


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
    ],
)
def test_a_network_is_one_place(one: str, other: str, same: bool) -> None:
    """CVE-2024-34535: whoever has one address of IPv6 has 2^64 of them."""
    assert (network_of(one) == network_of(other)) is same
