"""People of one server find and follow people of another, over real HTTPS, and both servers know the same of it."""

import re

import pytest

from tests.federation.town import Entity, Person, Town, eventually

pytestmark = pytest.mark.slow


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
    for number in (1, 2, 3):
        ann.sees(bob.say(f"Number {number}")["uri"])
    shown = eventually(lambda: _counted(ann, bobs, posts=3))
    assert (shown["followers_count"], shown["following_count"]) == (1, 0), "what is known here counts as well"

    ann.post(f"/api/v1/accounts/{bobs}/unfollow")
    eventually(lambda: not bob.relationship(anns)["followed_by"])
    eventually(lambda: bob.get(f"/api/v1/accounts/{bob.id}")["followers_count"] == 0)


def _counted(by: Person, id_: str, *, posts: int) -> Entity | None:
    found: Entity = by.get(f"/api/v1/accounts/{id_}")
    return found if found["statuses_count"] == posts else None


def test_a_locked_account_is_asked_first(alder: Town, birch: Town) -> None:
    """Until the one who is asked says yes, nothing of theirs is shown; a no ends the wait, a yes lets posts through."""
    ann, cat, bob = alder.person("ann"), alder.person("cat"), birch.person("bob", locked=True)
    bobs = ann.follow(bob)
    cat.follow(bob)
    for each in (ann, cat):
        asked = bob.hears("follow_request", each)
        assert each.relationship(bobs)["requested"]
        assert not each.relationship(bobs)["following"], "a locked account is followed by leave alone"
        answer = "authorize" if each is ann else "reject"
        bob.post(f"/api/v1/follow_requests/{asked['account']['id']}/{answer}")
    eventually(lambda: ann.relationship(bobs)["following"])
    eventually(lambda: not cat.relationship(bobs)["requested"])
    assert not cat.relationship(bobs)["following"]
    said = bob.say("For those who may", visibility="private")
    ann.sees(said["uri"])
    assert cat.seen(said["uri"]) is None


def test_a_follower_is_removed(alder: Town, birch: Town) -> None:
    """The other server hears that they follow no more, and what comes after is not theirs to read."""
    ann, bob = alder.person("ann"), birch.person("bob")
    bobs = ann.befriend(bob)
    anns = bob.hears("follow", ann)["account"]["id"]
    bob.post(f"/api/v1/accounts/{anns}/remove_from_followers")
    eventually(lambda: not ann.relationship(bobs)["following"])
    eventually(lambda: ann.get(f"/api/v1/accounts/{ann.id}")["following_count"] == 0)


def test_a_block_ends_what_was_between_them(alder: Town, birch: Town) -> None:
    """Both sides know; who is blocked cannot follow again until it ends."""
    ann, bob = alder.person("ann"), birch.person("bob")
    bobs = ann.befriend(bob)
    anns = bob.befriend(ann)
    bob.post(f"/api/v1/accounts/{anns}/block")
    eventually(lambda: ann.relationship(bobs)["blocked_by"])
    now = ann.relationship(bobs)
    assert not now["following"]
    assert not now["followed_by"]
    ann.client.post(f"/api/v1/accounts/{bobs}/follow")
    bob.post(f"/api/v1/accounts/{anns}/unblock")
    eventually(lambda: not ann.relationship(bobs)["blocked_by"])
    ann.befriend(bob)


def test_a_mute_is_nobody_elses_business(alder: Town, birch: Town) -> None:
    """Who is muted goes on as before, on both servers; who mutes them sees nothing of it."""
    ann, cat, bob = alder.person("ann"), alder.person("cat"), birch.person("bob")
    bobs = ann.befriend(bob)
    cat.befriend(bob)
    ann.post(f"/api/v1/accounts/{bobs}/mute")
    said = bob.say(f"@{ann.handle} are you there?")
    cat.sees(said["uri"])
    assert ann.seen(said["uri"]) is None
    assert ann.notices("mention") == []
    assert ann.relationship(bobs)["following"]


def test_whoever_reads_a_page_elsewhere_is_shown_the_way_home(alder: Town, birch: Town) -> None:
    """Their own server says where they follow others, and leads them to whom they were reading."""
    ann, bob = alder.person("ann"), birch.person("bob")
    place = f"/@{bob.username}"
    read = birch.stranger.get(place, headers={"Accept": "text/html"})
    assert f'action="{place}/follow_elsewhere"' in read.text
    cookies = "; ".join(f"{name}={value}" for name, value in read.cookies.items())
    csrf = re.search(r'name="csrf" value="([^"]+)"', read.text)
    form = {"handle": f"@{ann.handle}", "csrf": csrf[1] if csrf else ""}
    shown = birch.stranger.post(f"{place}/follow_elsewhere", data=form, headers={"Cookie": cookies})
    assert shown.status_code == 200, shown.text
    way = re.search(rf'href="https://{alder.host}(/authorize_interaction[^"]+)"', shown.text)
    assert way is not None
    led = alder.page(way[1].replace("&amp;", "&"), ann)
    assert (led.status_code, led.headers["location"]) in ((302, f"/@{bob.handle}"), (303, f"/@{bob.handle}"))
    profile = alder.page(f"/@{bob.handle}", ann)
    assert profile.status_code == 200
    assert f"https://{birch.host}/@{bob.username}" in profile.text, "where they are at home"
    assert f"/accounts/{ann.find(bob)['id']}/follow" in profile.text
