"""Finding people, what profiles show of others, announcements and terms: pages that are complete without script."""

from urllib.parse import quote

import pytest

from bema.domain import agreeing, announcing
from bema.edge.authentication import SESSION_COOKIE
from bema.model.permissions import COMMAND_LINE
from bema.model.policy import Role
from tests.client import Client
from tests.conftest import START, Person, Square
from tests.edge.web.test_pages import csrf


def browser(square: Square, person: Person) -> Client:
    """Sign a browser in."""
    client = square.client()
    client.cookies[SESSION_COOKIE] = square.make.session(person.login, person.account)
    return client


def press(client: Client, page: str, path: str, **form: str) -> None:
    """Send a form of a page."""
    answer = client.post(path, form={"csrf": csrf(client.get(page)), **form})
    assert answer.status == 303, answer.text


@pytest.fixture
def ann(square: Square) -> Person:
    """Who looks around."""
    return square.person("ann")


def test_the_directory_suggests_with_reasons(square: Square, ann: Person) -> None:
    """Who is refused is not suggested again, and stays in the directory."""
    friend, other = square.make.account("friend"), square.make.account("other")
    square.make.follow(ann.account, friend)
    square.make.follow(friend, other)
    square.settle()
    client = browser(square, ann)
    assert "people you follow follow them" in client.get("/directory").text
    press(client, "/directory", f"/accounts/{other}/refuse", back="/directory")
    page = client.get("/directory").text
    assert "people you follow follow them" not in page
    assert "/@other" in page
    assert "/@other" in square.stranger.get("/directory?order=new").text
    assert square.stranger.get("/directory?offset=999999999999").status == 200


def test_a_profile_shows_tags_and_people(square: Square, ann: Person) -> None:
    """Unless its owner does not want that."""
    bob = square.person("bob")
    square.make.follow(ann.account, bob.account)
    square.make.post(ann.account, "A cup of it", tags=["tea"])
    square.make.post(ann.account, "Something else")
    square.settle()
    client = browser(square, ann)
    press(client, "/@bob", f"/accounts/{bob.account}/endorse", back="/@bob")
    ann.client.post("/api/v1/featured_tags", json={"name": "Tea"})
    page = square.stranger.get("/@ann").text
    assert "/@ann/tagged/Tea" in page
    assert "/@bob" in page
    tagged = square.stranger.get("/@ann/tagged/Tea").text
    assert "A cup of it" in tagged
    assert "Something else" not in tagged
    press(client, "/@bob", f"/accounts/{bob.account}/unendorse", back="/@bob")
    assert "/@bob" not in square.stranger.get("/@ann").text
    ann.client.patch("/api/v1/profile", json={"show_featured": False, "show_media": False})
    assert "/@ann/tagged/Tea" not in square.stranger.get("/@ann").text
    assert square.stranger.get("/@ann/media").status == 404


def test_home_shows_announcements_until_they_are_put_away(square: Square, ann: Person) -> None:
    """One can join in with an emoji that others gave."""
    id_ = square.app.database.write_now(announcing.publish, COMMAND_LINE, "We move on Sunday")
    square.person("bob").client.put(f"/api/v1/announcements/{id_}/reactions/{quote('🌱')}")
    client = browser(square, ann)
    assert "We move on Sunday" in client.get("/home").text
    for form in ({"name": "🌱"}, {"name": "🌱", "taken_back": "1"}, {"name": "🌱"}):
        press(client, "/home", f"/announcements/{id_}/react", **form)
    assert ann.client.get("/api/v1/announcements").json()[0]["reactions"][0]["count"] == 2
    press(client, "/home", f"/announcements/{id_}/dismiss")
    assert "We move on Sunday" not in client.get("/home").text


def test_the_staff_announces_on_a_page(square: Square, ann: Person) -> None:
    """Nobody else finds it."""
    olga = square.person("olga")
    login = square.make.login("root@example.org", olga.account, role=Role.OWNER)
    client = square.client()
    client.cookies[SESSION_COOKIE] = square.make.session(login, olga.account)
    assert browser(square, ann).get("/staff/announcements").status == 404
    assert "/staff/announcements" in client.get("/home").text
    press(client, "/staff/announcements", "/staff/announcements", text="We move", days="2")
    assert "We move" in client.get("/staff/announcements").text
    (said,) = ann.client.get("/api/v1/announcements").json()
    assert said["ends_at"] == "2026-01-03T00:00:00.000Z"
    press(client, "/staff/announcements", f"/staff/announcements/{said['id']}/delete")
    assert ann.client.get("/api/v1/announcements").json() == []


def test_terms_have_a_page(square: Square) -> None:
    """Each version its own; the page about the square leads there."""
    assert square.stranger.get("/terms-of-service").status == 404
    assert "/terms-of-service" not in square.stranger.get("/about").text
    square.app.database.write_now(agreeing.publish_terms, COMMAND_LINE, "Be kind", START // 86_400_000)
    for path in ("/terms-of-service", "/terms-of-service/2026-01-01"):
        assert "Be kind" in square.stranger.get(path).text
    assert "/terms-of-service" in square.stranger.get("/about").text
