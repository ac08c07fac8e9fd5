"""Featured tags and endorsements by the Mastodon API: what people show on their profiles of others."""

import pytest
from sqlalchemy import select

from bema.model import limits
from bema.outside.clock import ManualClock
from bema.store import featured_tags
from bema.store.tables import featured_tag
from tests.conftest import Person, Square


@pytest.fixture
def ann(square: Square) -> Person:
    """Who shows something."""
    return square.person("ann")


@pytest.fixture
def bob(square: Square) -> Person:
    """Whom it is about."""
    return square.person("bob")


def feature(person: Person, name: str) -> str:
    """Show a tag, and return the id of that."""
    answer = person.client.post("/api/v1/featured_tags", json={"name": name})
    assert answer.status == 200, answer.text
    return str(answer.json()["id"])


# --- Tags -------------------------------------------------------------------------------------------------------------


def test_a_featured_tag_tells_how_much_it_was_used(square: Square, ann: Person, clock: ManualClock) -> None:
    """In public posts of its account, counted on while it is shown, also when they are deleted."""
    square.make.post(ann.account, tags=["Tea"])
    clock.advance(days=1)
    last = square.make.post(ann.account, tags=["tea"])
    square.make.post(square.make.account("eve"), tags=["tea"])
    square.settle()
    id_ = feature(ann, "#Tea")
    expected = {"id": id_, "name": "Tea", "url": "https://square.example/@ann/tagged/Tea"}
    shown = [{**expected, "statuses_count": "2", "last_status_at": "2026-01-02"}]
    assert ann.client.get("/api/v1/featured_tags").json() == shown
    assert square.stranger.get(f"/api/v1/accounts/{ann.account}/featured_tags").json() == shown
    clock.advance(days=1)
    square.make.post(ann.account, tags=["tea"])
    square.make.delete(last)
    square.settle()
    (again,) = ann.client.get("/api/v1/featured_tags").json()
    assert (again["statuses_count"], again["last_status_at"]) == ("2", "2026-01-03")


def test_what_featured_tags_tell_can_be_rebuilt(square: Square, ann: Person) -> None:
    """From the days of the tags, with the same result."""
    feature(ann, "tea")
    feature(ann, "milk")
    square.make.post(ann.account, tags=["tea"])
    square.settle()
    every = select(featured_tag).order_by(featured_tag.c.id)
    before = square.app.database.read_now(lambda tx: tx.all(every))
    assert [row.posts for row in before] == [1, 0]
    square.app.database.write_now(featured_tags.rebuild)
    assert square.app.database.read_now(lambda tx: tx.all(every)) == before


def test_featuring_is_asked_for_in_two_ways(square: Square, ann: Person) -> None:
    """By the tag and by what shows it; twice is once, and what could be no tag is refused."""
    feature(ann, "tea")
    feature(ann, "TEA")
    assert ann.client.post("/api/v1/tags/milk/feature").json()["featuring"] is True
    assert ann.client.get("/api/v1/tags/milk").json()["featuring"] is True
    assert square.person("eve").client.get("/api/v1/tags/milk").json()["featuring"] is False
    assert {each["name"] for each in ann.client.get("/api/v1/featured_tags").json()} == {"tea", "milk"}
    assert ann.client.post("/api/v1/tags/milk/unfeature").json()["featuring"] is False
    assert ann.client.post("/api/v1/tags/milk/unfeature").status == 200
    assert [each["name"] for each in ann.client.get("/api/v1/featured_tags").json()] == ["tea"]
    for name in ("", "123", "a b"):
        assert ann.client.post("/api/v1/featured_tags", json={"name": name}).status == 422, name


def test_a_profile_shows_ten_tags(ann: Person) -> None:
    """What is shown already can be asked for once more."""
    for number in range(limits.FEATURED_TAGS):
        feature(ann, f"tag{number}")
    assert ann.client.post("/api/v1/featured_tags", json={"name": "more"}).status == 422
    feature(ann, "tag0")


def test_only_ones_own_featured_tag_is_removed(ann: Person, bob: Person) -> None:
    """Another's looks missing."""
    id_ = feature(ann, "tea")
    assert bob.client.delete(f"/api/v1/featured_tags/{id_}").status == 404
    assert ann.client.delete(f"/api/v1/featured_tags/{id_}").json() == {}
    assert ann.client.delete(f"/api/v1/featured_tags/{id_}").status == 404


def test_tags_that_were_used_lately_are_suggested(square: Square, ann: Person) -> None:
    """The most used first, without those that are shown."""
    for tags in (["tea", "milk"], ["tea"], ["sugar"]):
        square.make.post(ann.account, tags=tags)
    square.settle()
    feature(ann, "sugar")
    suggested = ann.client.get("/api/v1/featured_tags/suggestions").json()
    assert [each["name"] for each in suggested] == ["tea", "milk"]


# --- People -----------------------------------------------------------------------------------------------------------


def test_one_recommends_whom_one_follows_and_as_long(square: Square, ann: Person, bob: Person) -> None:
    """The relationship tells of it; it ends with the follow, whoever ends that."""
    url = f"/api/v1/accounts/{bob.account}"
    assert ann.client.post(f"{url}/endorse").status == 422
    ann.client.post(f"{url}/follow")
    assert ann.client.post(f"{url}/endorse").json()["endorsed"] is True
    assert ann.client.post(f"{url}/pin").json()["endorsed"] is True
    for asked in ("/api/v1/endorsements", f"/api/v1/accounts/{ann.account}/endorsements"):
        assert [each["username"] for each in ann.client.get(asked).json()] == ["bob"]
    assert len(square.stranger.get(f"/api/v1/accounts/{ann.account}/endorsements").json()) == 1
    assert ann.client.post(f"{url}/unpin").json()["endorsed"] is False
    assert ann.client.post(f"{url}/unendorse").json()["endorsed"] is False
    ann.client.post(f"{url}/endorse")
    bob.client.post(f"/api/v1/accounts/{ann.account}/block")
    assert ann.client.get("/api/v1/endorsements").json() == []


def test_who_is_blocked_is_shown_nothing(square: Square, ann: Person, bob: Person) -> None:
    """And nobody is shown somebody whom they block."""
    eve = square.person("eve")
    feature(ann, "tea")
    ann.client.post(f"/api/v1/accounts/{bob.account}/follow")
    ann.client.post(f"/api/v1/accounts/{bob.account}/endorse")
    eve.client.post(f"/api/v1/accounts/{bob.account}/block")
    assert eve.client.get(f"/api/v1/accounts/{ann.account}/endorsements").json() == []
    assert len(eve.client.get(f"/api/v1/accounts/{ann.account}/featured_tags").json()) == 1
    ann.client.post(f"/api/v1/accounts/{eve.account}/block")
    assert eve.client.get(f"/api/v1/accounts/{ann.account}/featured_tags").json() == []


def test_there_are_no_proofs_of_identity(ann: Person, bob: Person) -> None:
    """Of somebody who is there; who is not there is missing."""
    assert ann.client.get(f"/api/v1/accounts/{bob.account}/identity_proofs").json() == []
    assert ann.client.get("/api/v1/accounts/1/identity_proofs").status == 404
