"""Finding people by the Mastodon API: the directory, suggestions, and the servers that this one knows."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from bema.model.ids import AccountId
from bema.outside.clock import ManualClock
from bema.settings import Settings
from bema.store import accounts, directory
from bema.store.tables import directory_entry
from tests.client import Client
from tests.conftest import Person, Square


def listed(client: Client, query: str = "") -> list[str]:
    """Return the names in the directory."""
    return [each["acct"] for each in client.get(f"/api/v1/directory{query}").json()]


def suggested(person: Person, query: str = "") -> dict[str, list[str]]:
    """Return who is suggested, and why."""
    found: list[Any] = person.client.get(f"/api/v2/suggestions{query}").json()
    return {each["account"]["acct"]: each["sources"] for each in found}


@pytest.fixture
def ann(square: Square) -> Person:
    """Who looks for people."""
    return square.person("ann")


# --- The directory ----------------------------------------------------------------------------------------------------


def test_the_directory_lists_who_spoke_last_or_who_came_last(square: Square, clock: ManualClock) -> None:
    """Of this server or of all, in parts."""
    first = square.make.account("first")
    square.make.account("far", host="courier.example")
    square.make.account("second")
    square.settle()
    assert listed(square.stranger, "?order=new") == ["second", "far@courier.example", "first"]
    clock.advance(hours=1)
    post = square.make.post(first)
    square.settle()
    assert listed(square.stranger) == ["first", "second", "far@courier.example"]
    assert listed(square.stranger, "?local=true") == ["first", "second"]
    assert listed(square.stranger, "?offset=1&limit=1") == ["second"]
    assert listed(square.stranger, "?offset=100000") == []
    square.make.delete(post)
    square.settle()
    assert listed(square.stranger, "?order=nonsense")[-1] == "first"


def test_only_who_wishes_to_be_found_is_listed(square: Square, ann: Person) -> None:
    """And is not blocked; one's wish holds from now on."""
    bob, eve = square.person("bob"), square.person("eve")
    bob.client.patch("/api/v1/profile", json={"discoverable": False})
    square.settle()
    assert set(listed(square.stranger)) == {"ann", "eve"}
    ann.client.post(f"/api/v1/accounts/{eve.account}/block")
    assert set(listed(ann.client)) == {"ann"}
    assert set(listed(eve.client)) == {"eve"}
    bob.client.patch("/api/v1/profile", json={"discoverable": True})
    square.settle()
    assert "bob" in listed(square.stranger)


def test_the_directory_can_be_rebuilt(square: Square, ann: Person) -> None:
    """With the same rows."""
    bob = square.make.account("bob")
    square.make.post(bob)
    square.make.follow(ann.account, bob)
    square.settle()
    every = select(directory_entry).order_by(directory_entry.c.account_id)
    before = square.app.database.read_now(lambda tx: tx.all(every))
    assert [(row.active_at > 0, row.followers) for row in before] == [(False, 0), (True, 1)]
    square.app.database.write_now(directory.rebuild)
    assert square.app.database.read_now(lambda tx: tx.all(every)) == before


# --- Suggestions ------------------------------------------------------------------------------------------------------


def test_each_suggestion_says_why(square: Square, ann: Person) -> None:
    """By how many friends follow them, by common subjects, by how many follow them at all."""
    make = square.make
    friends = [make.account(f"friend{number}") for number in range(2)]
    both, one, alike, secret = (make.account(name) for name in ("both", "one", "alike", "secret"))
    square.app.database.write_now(lambda tx: accounts.change(tx, secret, discoverable=False))
    for friend in friends:
        make.follow(ann.account, friend)
        make.follow(friend, both)
        make.follow(friend, secret)
    make.follow(friends[0], one)
    make.post(friends[1], tags=["tea"])
    make.post(alike, tags=["tea"])
    square.settle()
    square.app.database.write_now(directory.rebuild)
    assert list(suggested(ann).items()) == [
        ("both", ["friends_of_friends", "most_followed"]),
        ("one", ["friends_of_friends", "most_followed"]),
        ("alike", ["similar_to_recently_followed"]),
    ]
    assert list(suggested(ann, "?limit=1")) == ["both"]
    assert [each["acct"] for each in ann.client.get("/api/v1/suggestions").json()] == ["both", "one", "alike"]
    first = ann.client.get("/api/v2/suggestions").json()[0]
    assert first["source"] == "past_interactions"


def test_who_hides_their_follows_gives_no_hint_of_them(square: Square, ann: Person) -> None:
    """What a friend does not show is not told by way of suggestions."""
    friend, other = square.make.account("friend"), square.make.account("other")
    square.make.follow(ann.account, friend)
    square.make.follow(friend, other)
    square.app.database.write_now(lambda tx: accounts.change(tx, friend, hide_collections=True))
    square.settle()
    assert suggested(ann) == {"other": ["most_followed"]}


def test_nobody_is_suggested_who_is_known_or_unwanted(square: Square, ann: Person) -> None:
    """Followed, asked, blocked, muted, refused or limited people; a refusal is remembered."""
    make = square.make
    names = ("followed", "asked", "blocked", "blocking", "muted", "refused", "limited", "fine")
    people: dict[str, AccountId] = {name: make.account(name) for name in names}
    for each in people.values():
        make.follow(make.account(f"fan{each}"), each)
    make.follow(ann.account, people["followed"])
    make.follow_request(ann.account, people["asked"])
    make.block(ann.account, people["blocked"])
    make.block(people["blocking"], ann.account)
    make.mute(ann.account, people["muted"])
    staff = square.staff("olga")
    limiting = {"type": "silence"}
    answer = staff.client.post(f"/api/v1/admin/accounts/{people['limited']}/action", json=limiting)
    assert answer.status == 200, answer.text
    square.settle()
    assert set(suggested(ann)) == {"refused", "fine"}
    for id_ in (people["refused"], people["refused"], 1, "nonsense"):
        assert ann.client.delete(f"/api/v1/suggestions/{id_}").json() == {}
    assert set(suggested(ann)) == {"fine"}


def test_operators_can_recommend_people(settings: Settings, open_square: Callable[..., Square]) -> None:
    """They come first, with the reason that they were named."""
    square = open_square(msgspec.structs.replace(settings, recommended_accounts=["Guide", "nobody"]))
    ann = square.person("ann")
    square.make.account("guide")
    square.settle()
    assert suggested(ann) == {"guide": ["featured"]}
    assert ann.client.get("/api/v2/suggestions").json()[0]["source"] == "staff"


def test_suggestions_take_a_constant_number_of_statements(square: Square, ann: Person, statements: list[str]) -> None:
    """However many there are."""
    friend = square.make.account("friend")
    square.make.follow(ann.account, friend)
    for number in range(5):
        square.make.follow(friend, square.make.account(f"other{number}"))
    square.settle()
    statements.clear()
    assert len(suggested(ann)) == 5
    assert len(statements) <= 6, statements


# --- Servers ----------------------------------------------------------------------------------------------------------


def test_servers_are_found_by_how_they_begin(square: Square) -> None:
    """In any case and script, without those that are kept away."""
    for number, host in enumerate(("courier.example", "coast.example", "xn--bcher-kva.example", "cold.example")):
        square.make.account(f"far{number}", host=host)
    staff = square.staff("olga")
    staff.client.post("/api/v1/admin/domain_blocks", json={"domain": "cold.example", "severity": "suspend"})
    for typed, found in (
        ("co", ["coast.example", "courier.example"]),
        (" COU", ["courier.example"]),
        ("b%C3%BCcher", ["xn--bcher-kva.example"]),
        ("", []),
        ("%25", []),
        ("x" * 1_000, []),
        ("%C3%BC" * 300, []),
    ):
        assert square.stranger.get(f"/api/v1/peers/search?q={typed}".replace(" ", "%20")).json() == found, typed
