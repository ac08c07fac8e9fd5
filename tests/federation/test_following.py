"""People of one server find and follow people of another, over real HTTPS, and both servers know the same of it."""

import pytest

from tests.federation.town import Town, eventually

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("federation")]


def test_somebody_is_found_by_their_address(alder: Town, birch: Town) -> None:
    """A search for an address asks the server that it names, whose profile is shown as its own."""
    ann, bob = alder.person("ann"), birch.person("bob", display_name="Bob Baker")
    found = ann.find(bob)
    assert (found["acct"], found["display_name"], found["uri"]) == (bob.handle, "Bob Baker", bob.uri)
    assert found["url"] == f"https://{birch.host}/@{bob.username}"
    assert found["id"] == ann.find(bob)["id"], "once found, it is the same person"


def test_a_follow_is_known_on_both_sides(alder: Town, birch: Town) -> None:
    """Who asks is told at once that it was accepted; who is followed hears of it; both count it; it ends on both sides."""
    ann, bob = alder.person("ann"), birch.person("bob")
    bobs = ann.befriend(bob)
    noticed = bob.hears("follow", ann)
    anns = noticed["account"]["id"]
    assert bob.relationship(anns)["followed_by"]
    assert not ann.relationship(bobs)["requested"]
    eventually(lambda: bob.get(f"/api/v1/accounts/{bob.id}")["followers_count"] == 1)
    assert ann.get(f"/api/v1/accounts/{ann.id}")["following_count"] == 1

    ann.post(f"/api/v1/accounts/{bobs}/unfollow")
    eventually(lambda: not bob.relationship(anns)["followed_by"])
    eventually(lambda: bob.get(f"/api/v1/accounts/{bob.id}")["followers_count"] == 0)
