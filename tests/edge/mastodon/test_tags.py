"""Hashtags by the Mastodon API: what they are about, and following them."""

from urllib.parse import quote

import pytest

from bema.model import limits
from bema.outside.clock import ManualClock
from tests.conftest import Person, Square


@pytest.fixture
def ann(square: Square) -> Person:
    """Who reads."""
    return square.person("ann")


@pytest.fixture
def bob(square: Square) -> Person:
    """Who writes."""
    return square.person("bob")


def home(person: Person) -> list[str]:
    """Return the ids of somebody's home."""
    return [each["id"] for each in person.client.get("/api/v1/timelines/home").json()]


def write(person: Person, text: str) -> str:
    """Publish a post and return its id."""
    return str(person.client.post("/api/v1/statuses", json={"status": text}).json()["id"])


def test_a_tag_that_nobody_used_is_there(square: Square, ann: Person) -> None:
    """Clients show its page all the same; signed in one learns whether one follows it."""
    tag = square.stranger.get("/api/v1/tags/Morgengrauen").json()
    assert (tag["name"], tag["url"]) == ("Morgengrauen", "https://square.example/tags/Morgengrauen")
    assert len(tag["history"]) == 7
    assert tag["history"][0] == {"day": "1767225600", "accounts": "0", "uses": "0"}
    assert "following" not in tag
    assert ann.client.get("/api/v1/tags/Morgengrauen").json()["following"] is False


def test_what_could_not_be_a_tag_is_missing(ann: Person) -> None:
    """Numbers alone, spaces, punctuation, and words without end."""
    for name in ("123", "a b", "x!", "a#b", "%23", "x" * (limits.TAG_CHARACTERS + 1)):
        for method, verb in (("GET", ""), ("POST", "/follow"), ("POST", "/unfollow")):
            answer = ann.client.request(method, f"/api/v1/tags/{quote(name)}{verb}")
            assert answer.status == 404, (name, verb)


def test_the_history_counts_people_and_uses_by_day(
    square: Square, clock: ManualClock, ann: Person, bob: Person
) -> None:
    """Of the last seven days, in strings, today first."""
    write(ann, "#Tea")
    write(ann, "more #tea")
    write(bob, "#TEA too")
    clock.advance(days=2)
    write(bob, "#tea again")
    square.settle()
    tag = ann.client.get("/api/v1/tags/tea").json()
    assert tag["name"] == "Tea"
    assert [(each["accounts"], each["uses"]) for each in tag["history"][:3]] == [("1", "1"), ("0", "0"), ("2", "3")]
    clock.advance(days=5)
    assert {each["uses"] for each in ann.client.get("/api/v1/tags/tea").json()["history"]} == {"0", "1"}


def test_a_followed_tag_is_found_at_home(square: Square, ann: Person, bob: Person) -> None:
    """What was posted before and what comes; it is gone again when one follows the tag no more."""
    before = write(bob, "the first #چائے of the day")
    square.settle()
    name = quote("چائے")
    assert ann.client.post(f"/api/v1/tags/{name}/follow").json()["following"] is True
    assert ann.client.post(f"/api/v1/tags/{name}/follow").json()["following"] is True
    assert home(ann) == [before]
    after = write(bob, "the second #چائے with #milk")
    square.settle()
    assert home(ann) == [after, before]
    ann.client.post("/api/v1/tags/milk/follow")
    assert ann.client.post(f"/api/v1/tags/{name}/unfollow").json()["following"] is False
    assert ann.client.post(f"/api/v1/tags/{name}/unfollow").json()["following"] is False
    assert home(ann) == [after]
    ann.client.post(f"/api/v1/accounts/{bob.account}/follow")
    ann.client.post("/api/v1/tags/milk/unfollow")
    assert home(ann) == [after, before]


def test_followed_tags_are_walked_by_the_follows_id(square: Square, ann: Person, statements: list[str]) -> None:
    """The newest follow first, however old the tag is, in a constant number of statements."""
    for name in ("one", "two", "three", "four", "five"):
        ann.client.post(f"/api/v1/tags/{name}/follow")
    walked: list[str] = []
    url: str | None = "/api/v1/followed_tags?limit=2"
    while url is not None:
        page = ann.client.get(url)
        walked += [each["name"] for each in page.json()]
        assert all(each["following"] for each in page.json())
        url = page.link("next")
    assert walked == ["five", "four", "three", "two", "one"]
    statements.clear()
    assert len(ann.client.get("/api/v1/followed_tags").json()) == 5
    assert len(statements) <= 5, statements
