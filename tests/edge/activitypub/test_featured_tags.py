"""Hashtags on profiles are told to other servers and taken from them: one by one, and all when somebody is first followed."""

from typing import Any

import pytest

from bema.store import remote_actors
from tests.conftest import Person, Square
from tests.other_servers import Elsewhere
from tests.wire.activitypub.peers import Document, act

ANN = "https://mastodon.example/users/ann"
BOB = "https://square.example/users/bob"
AMONG = f"{ANN}/collections/tags"


@pytest.fixture
def others(others: Elsewhere) -> Elsewhere:
    """The servers of others, with those whom these tests know."""
    others.person("ann")
    return others


def hashtag(name: str) -> Document:
    """Make a tag as profiles have it."""
    return {"type": "Hashtag", "name": f"#{name}", "href": f"https://mastodon.example/@ann/tagged/{name}"}


def shown(square: Square, bob: Person) -> list[str]:
    """Return the tags that Ann's profile has here."""
    known = square.app.database.read_now(remote_actors.by_uri, ANN)
    assert known is not None
    found: list[dict[str, Any]] = bob.client.get(f"/api/v1/accounts/{known.id}/featured_tags").json()
    return [each["name"] for each in found]


def test_tags_come_and_go(square: Square, others: Elsewhere, bob: Person) -> None:
    """Into their own collection alone, and of whom somebody here follows."""

    def says(document: Document) -> None:
        assert others.say(square.stranger, document).status == 202
        square.settle()

    others.put(
        {"id": AMONG, "type": "Collection", "items": [hashtag("birds"), {"type": "Note"}, "x", hashtag("no tag")]}
    )
    says(act("Follow", BOB))
    says(act("Add", hashtag("early"), target=AMONG))
    assert shown(square, bob) == []
    known = square.app.database.read_now(remote_actors.by_uri, ANN)
    assert known is not None
    assert bob.client.post(f"/api/v1/accounts/{known.id}/follow").status == 200
    square.settle()
    assert shown(square, bob) == ["birds"]
    says(act("Accept", {"type": "Follow", "actor": BOB, "object": ANN}))
    says(act("Add", hashtag("herons"), target=AMONG) | {"id": f"{ANN}#1"})
    says(act("Add", hashtag("others"), target=f"{ANN}/collections/featured") | {"id": f"{ANN}#2"})
    assert shown(square, bob) == ["birds", "herons"]
    says(act("Remove", hashtag("Birds"), target=AMONG) | {"id": f"{ANN}#3"})
    assert shown(square, bob) == ["herons"]


def test_what_one_shows_is_told(square: Square, others: Elsewhere, bob: Person) -> None:
    """To followers elsewhere; showing it twice is told once."""
    assert others.say(square.stranger, act("Follow", BOB)).status == 202
    square.settle()
    for _ in range(2):
        bob.client.post("/api/v1/featured_tags", json={"name": "Herons"})
    bob.client.post("/api/v1/tags/herons/unfeature")
    square.settle()
    while square.server.run(square.app.sender.settle()):
        pass
    told = [document for _, document in others.told if document["type"] in ("Add", "Remove")]
    assert [each["type"] for each in told] == ["Add", "Remove"]
    for each in told:
        assert each["target"] == f"{BOB}/collections/tags"
        assert each["object"] == {
            "type": "Hashtag",
            "name": "#Herons",
            "href": "https://square.example/@bob/tagged/Herons",
        }
    assert len({each["id"] for each in told}) == 2
