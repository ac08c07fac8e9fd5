"""Relationships by the Mastodon API: following, blocking, muting, noting, and the lists of them."""

from typing import Any

import pytest

from bema.model import limits
from bema.outside.clock import ManualClock
from tests.conftest import Person, Square

NOTHING = {
    "following": False,
    "showing_reblogs": False,
    "notifying": False,
    "languages": None,
    "followed_by": False,
    "blocking": False,
    "blocked_by": False,
    "muting": False,
    "muting_notifications": False,
    "muting_expires_at": None,
    "requested": False,
    "requested_by": False,
    "domain_blocking": False,
    "endorsed": False,
    "note": "",
}


def act(person: Person, verb: str, other: Person, **sent: Any) -> dict[str, Any]:
    """Do something to another, and return what is not as between strangers."""
    answer = person.client.post(f"/api/v1/accounts/{other.account}/{verb}", json=sent)
    assert answer.status == 200, answer.text
    relationship = answer.json()
    assert relationship == between(person, other)
    return {name: value for name, value in relationship.items() if name != "id" and value != NOTHING[name]}


def between(person: Person, other: Person) -> dict[str, Any]:
    """View how one stands to another."""
    found = person.client.get(f"/api/v1/accounts/relationships?id[]={other.account}").json()
    assert len(found) == 1
    return dict(found[0])


def listed(person: Person, path: str) -> list[str]:
    """Return the names in a list of people."""
    return [each["acct"] for each in person.client.get(f"/api/v1/{path}").json()]


@pytest.fixture
def ann(square: Square) -> Person:
    """Somebody."""
    return square.person("ann")


@pytest.fixture
def bob(square: Square) -> Person:
    """Somebody else."""
    return square.person("bob")


def test_strangers_have_all_flags(ann: Person, bob: Person) -> None:
    """Nullable is not optional: strict clients drop what lacks a key."""
    assert between(ann, bob) == {"id": str(bob.account), **NOTHING}


def test_relationships_come_in_the_order_asked_for(square: Square, ann: Person, bob: Person) -> None:
    """Each once; what is no account is left out; one id may come as a scalar."""
    eve = square.person("eve")
    url = f"/api/v1/accounts/relationships?id[]={eve.account}&id[]=7&id[]=x&id[]={bob.account}&id[]={eve.account}"
    assert [each["id"] for each in ann.client.get(url).json()] == [str(eve.account), str(bob.account)]
    assert len(ann.client.get(f"/api/v1/accounts/relationships?id={eve.account}").json()) == 1
    assert ann.client.get("/api/v1/accounts/relationships").json() == []


# --- Following --------------------------------------------------------------------------------------------------------


def test_following_again_changes_only_what_is_said(ann: Person, bob: Person) -> None:
    """A client that turns on notifications must not turn boosts back on."""
    assert act(ann, "follow", bob) == {"following": True, "showing_reblogs": True}
    assert act(ann, "follow", bob, reblogs=False, languages=["en", "ur"]) == {
        "following": True,
        "languages": ["en", "ur"],
    }
    assert act(ann, "follow", bob, notify=True) == {"following": True, "notifying": True, "languages": ["en", "ur"]}
    assert act(ann, "follow", bob, languages=[]) == {"following": True, "notifying": True}
    assert act(bob, "follow", ann) == {"following": True, "showing_reblogs": True, "followed_by": True}
    assert act(ann, "unfollow", bob) == {"followed_by": True}
    assert act(ann, "unfollow", bob) == {"followed_by": True}


def test_a_follower_can_be_sent_away(ann: Person, bob: Person) -> None:
    """And may come back."""
    act(ann, "follow", bob)
    assert act(bob, "remove_from_followers", ann) == {}
    assert between(ann, bob)["following"] is False
    assert act(ann, "follow", bob)["following"] is True


def test_a_locked_account_is_asked(square: Square, ann: Person, bob: Person) -> None:
    """The request is seen from both sides, keeps its terms, and is answered once."""
    shy = square.person("shy", locked=True)
    assert act(ann, "follow", shy, reblogs=False) == {"requested": True}
    assert act(bob, "follow", shy) == {"requested": True, "showing_reblogs": True}
    assert listed(shy, "follow_requests") == ["bob", "ann"]
    assert between(shy, ann)["requested_by"] is True
    answered = shy.client.post(f"/api/v1/follow_requests/{ann.account}/authorize").json()
    assert (answered["followed_by"], answered["requested_by"]) == (True, False)
    assert between(ann, shy)["showing_reblogs"] is False
    assert shy.client.post(f"/api/v1/follow_requests/{bob.account}/reject").json()["requested_by"] is False
    assert between(bob, shy) == {"id": str(shy.account), **NOTHING}
    assert listed(shy, "follow_requests") == []
    for verb in ("authorize", "reject"):
        assert shy.client.post(f"/api/v1/follow_requests/{bob.account}/{verb}").status == 404
    act(bob, "follow", shy)
    assert act(bob, "unfollow", shy) == {}
    assert listed(shy, "follow_requests") == []


def test_nobody_follows_themselves_or_over_a_block(ann: Person, bob: Person) -> None:
    """Whoever set the block."""
    assert ann.client.post(f"/api/v1/accounts/{ann.account}/follow").status == 403
    act(bob, "block", ann)
    for one, other in ((ann, bob), (bob, ann)):
        assert one.client.post(f"/api/v1/accounts/{other.account}/follow").status == 403


# --- Keeping a distance -----------------------------------------------------------------------------------------------


def test_a_block_ends_follows_and_requests_both_ways(square: Square, ann: Person, bob: Person) -> None:
    """And what was in the home before is gone from it."""
    act(ann, "follow", bob)
    act(bob, "follow", ann)
    square.make.post(bob.account)
    square.settle()
    assert len(ann.client.get("/api/v1/timelines/home").json()) == 1
    assert act(ann, "block", bob) == {"blocking": True}
    assert act(ann, "block", bob) == {"blocking": True}
    assert between(bob, ann)["blocked_by"] is True
    assert between(bob, ann)["following"] is False
    assert ann.client.get("/api/v1/timelines/home").json() == []
    assert listed(ann, "blocks") == ["bob"]
    assert act(ann, "unblock", bob) == {}
    assert listed(ann, "blocks") == []
    shy = square.person("shy", locked=True)
    act(ann, "follow", shy)
    act(shy, "block", ann)
    assert listed(shy, "follow_requests") == []


def test_a_mute_ends_by_itself(square: Square, clock: ManualClock, ann: Person, bob: Person) -> None:
    """When its time has passed, without anybody doing anything."""
    muted = act(ann, "mute", bob, duration=3600)
    assert muted == {
        "muting": True,
        "muting_notifications": True,
        "muting_expires_at": "2026-01-01T01:00:00.000Z",
    }
    assert ann.client.get("/api/v1/mutes").json()[0]["mute_expires_at"] == "2026-01-01T01:00:00.000Z"
    clock.advance(hours=1)
    assert between(ann, bob) == {"id": str(bob.account), **NOTHING}
    assert listed(ann, "mutes") == []
    assert act(ann, "mute", bob, notifications=False) == {"muting": True}
    assert ann.client.get("/api/v1/mutes").json()[0]["mute_expires_at"] is None
    assert act(ann, "mute", bob, duration="0") == {"muting": True, "muting_notifications": True}
    assert act(ann, "unmute", bob) == {}


def test_a_mute_without_end_is_as_long_as_it_can_be(ann: Person, bob: Person) -> None:
    """Numbers of any size are no error and do not overflow."""
    assert act(ann, "mute", bob, duration=2**62)["muting_expires_at"].startswith("2035-")
    assert "muting_expires_at" not in act(ann, "mute", bob, duration=-5)


def test_one_does_not_keep_away_from_oneself(ann: Person) -> None:
    """Such a wish changes nothing."""
    assert act(ann, "block", ann) == {}
    assert act(ann, "mute", ann) == {}


def test_a_note_is_for_its_writer_alone(ann: Person, bob: Person) -> None:
    """It is replaced, and forgotten when it is empty."""
    assert act(ann, "note", bob, comment="met at the harbour") == {"note": "met at the harbour"}
    assert act(ann, "note", bob, comment="from the library") == {"note": "from the library"}
    assert between(bob, ann)["note"] == ""
    assert act(ann, "note", bob) == {}
    too_long = {"comment": "x" * (limits.PRIVATE_NOTE_CHARACTERS + 1)}
    refused = ann.client.post(f"/api/v1/accounts/{bob.account}/note", json=too_long)
    assert refused.status == 422
    assert refused.json() == {"error": "Validation failed: Comment is too long (maximum is 2000 characters)"}


@pytest.mark.parametrize("path", ["blocks", "mutes", "follow_requests"])
def test_lists_are_walked_by_the_relations_id(square: Square, path: str) -> None:
    """Not by the account's: who was blocked last comes first, however old the account is."""
    me = square.person("me", locked=True)
    people = [square.person(f"p{number}") for number in range(5)]
    for one in (*people[2:], *people[:2]):
        if path == "follow_requests":
            act(one, "follow", me)
        else:
            act(me, path.removesuffix("s"), one)
    walked: list[str] = []
    url: str | None = f"/api/v1/{path}?limit=2"
    while url is not None:
        page = me.client.get(url)
        walked += [each["acct"] for each in page.json()]
        url = page.link("next")
    assert walked == ["p1", "p0", "p4", "p3", "p2"]
    newest = me.client.get(f"/api/v1/{path}?limit=2").link("prev")
    assert newest is not None
    assert me.client.get(newest).json() == []


def test_what_cannot_be_an_id_is_not_found(ann: Person) -> None:
    """Of any shape, and never an error of the server."""
    for id_ in ("x", "-1", "0", "9" * 30, "%00", "1.5"):
        for verb in ("follow", "block", "mute", "note"):
            assert ann.client.post(f"/api/v1/accounts/{id_}/{verb}").status == 404, id_


@pytest.mark.parametrize("languages", [["en"] * 41, ["x" * 60_000], ["en", "not a language"]])
def test_languages_of_a_follow_are_few_and_languages(square: Square, languages: list[str]) -> None:
    """They are kept with each of thousands of follows."""
    ann, ben = square.person("ann"), square.person("ben")
    answer = ann.client.post(f"/api/v1/accounts/{ben.account}/follow", json={"languages": languages})
    assert answer.status == 422
    assert ann.client.get(f"/api/v1/accounts/relationships?id[]={ben.account}").json()[0]["following"] is False
