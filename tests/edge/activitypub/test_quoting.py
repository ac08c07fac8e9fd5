"""Quotes between servers are shown with the leave of who is quoted, and with no other word than theirs."""

from typing import Any

import pytest

from bema.model.policy import QuotePolicy
from bema.store import remote_actors, remote_posts
from tests.conftest import Person, Square
from tests.other_servers import Elsewhere
from tests.wire.activitypub.peers import Document, act, mastodon_note

ANN = "https://mastodon.example/users/ann"
EVE = "https://elsewhere.example/users/eve"
BOB = "https://square.example/users/bob"
STAMP = f"{EVE}/stamps/1"


@pytest.fixture
def others(others: Elsewhere) -> Elsewhere:
    """The servers of others, with those whom these tests know."""
    others.person("ann")
    others.person("eve", "elsewhere.example")
    return others


def says(square: Square, others: Elsewhere, document: Document) -> None:
    """Bring something, and let all follow from it."""
    assert others.say(square.stranger, document).status == 202
    square.settle()


def shown(square: Square, bob: Person, uri: str) -> Any:
    """Return what a post quotes, as Bob sees it."""
    id_ = square.app.database.read_now(remote_posts.id_of, uri)
    return bob.client.get(f"/api/v1/statuses/{id_}").json()["quote"]


def stamp(**more: str) -> Document:
    """Make Eve's leave for Ann to quote her."""
    return {
        "id": STAMP,
        "type": "QuoteAuthorization",
        "attributedTo": EVE,
        "interactingObject": f"{ANN}/statuses/1",
        "interactionTarget": f"{EVE}/statuses/7",
        **more,
    }


def test_who_asks_may_quote_what_is_for_everybody(square: Square, others: Elsewhere, bob: Person) -> None:
    """With a stamp of ours, whichever of post and question comes first."""
    mine = square.make.post(bob.account, quote_policy=QuotePolicy.PUBLIC)
    uri = f"{BOB}/statuses/{mine}"
    note = mastodon_note(quote=uri, tag=[{"type": "Mention", "href": BOB, "name": "@bob"}])
    says(square, others, act("Create", note))
    assert shown(square, bob, f"{ANN}/statuses/1")["state"] == "pending"
    says(square, others, act("QuoteRequest", uri, instrument=f"{ANN}/statuses/1"))
    assert shown(square, bob, f"{ANN}/statuses/1")["state"] == "accepted"


def test_nobody_asks_for_another(square: Square, others: Elsewhere, bob: Person) -> None:
    """origin: a leave is for a post of who asks."""
    uri = f"{BOB}/statuses/{square.make.post(bob.account, quote_policy=QuotePolicy.PUBLIC)}"
    says(square, others, act("Create", mastodon_note(quote=uri, to=[BOB])))
    says(square, others, act("QuoteRequest", uri, instrument=f"{ANN}/statuses/1", actor=EVE))
    assert shown(square, bob, f"{ANN}/statuses/1")["state"] == "pending"


@pytest.mark.parametrize(
    ("wrong", "state"),
    [
        ({}, "accepted"),
        ({"interactingObject": f"{ANN}/statuses/2"}, "pending"),
        ({"interactionTarget": f"{EVE}/statuses/8"}, "pending"),
        ({"attributedTo": "https://elsewhere.example/users/mallory"}, "pending"),
        ({"attributedTo": ANN}, "pending"),
        ({"type": "Note"}, "pending"),
    ],
)
def test_a_quote_of_a_third_is_shown_with_their_stamp(
    square: Square, others: Elsewhere, bob: Person, wrong: dict[str, str], state: str
) -> None:
    """origin: a stamp says who, what and by whom, and is read where it is at home."""
    others.put(mastodon_note("eve", "elsewhere.example", 7))
    others.documents[STAMP] = stamp(**wrong)
    named = [{"type": "Mention", "href": BOB, "name": "@bob"}]
    says(
        square,
        others,
        act("Create", mastodon_note(quote=f"{EVE}/statuses/7", quoteAuthorization=STAMP, tag=named)),
    )
    found = shown(square, bob, f"{ANN}/statuses/1")
    assert found["state"] == state
    assert (found["quoted_status"] is not None) == (state == "accepted")


def test_a_stamp_that_is_gone_ends_the_quote(square: Square, others: Elsewhere, bob: Person) -> None:
    """By the word of who gave it, and of nobody else."""
    others.put(mastodon_note("eve", "elsewhere.example", 7))
    others.documents[STAMP] = stamp()
    named = [{"type": "Mention", "href": BOB, "name": "@bob"}]
    says(
        square,
        others,
        act("Create", mastodon_note(quote=f"{EVE}/statuses/7", quoteAuthorization=STAMP, tag=named)),
    )
    says(square, others, act("Delete", STAMP))
    assert shown(square, bob, f"{ANN}/statuses/1")["state"] == "accepted"
    says(square, others, act("Delete", STAMP, actor=EVE))
    assert shown(square, bob, f"{ANN}/statuses/1")["state"] == "revoked"


def test_a_quote_of_ours_waits_for_its_answer(square: Square, others: Elsewhere, bob: Person) -> None:
    """And is shown with a stamp of their server, not of another."""
    public = {"interactionPolicy": {"canQuote": {"automaticApproval": ["as:Public"]}}}
    others.put(mastodon_note("eve", "elsewhere.example", 7, **public))
    found = bob.client.get(f"/api/v2/search?q={EVE}/statuses/7&resolve=true").json()["statuses"][0]["id"]
    made = bob.client.post("/api/v1/statuses", json={"status": "look", "quoted_status_id": found}).json()
    assert made["quote"]["state"] == "pending"
    square.settle()
    uri = f"{BOB}/statuses/{made['id']}"
    asked = {"type": "QuoteRequest", "actor": BOB, "object": f"{EVE}/statuses/7", "instrument": uri}
    says(square, others, act("Accept", asked, actor=ANN, result=f"{ANN}/stamps/1"))
    says(square, others, act("Accept", asked, actor=EVE, result=f"{ANN}/stamps/1") | {"id": f"{EVE}#other"})
    assert bob.client.get(f"/api/v1/statuses/{made['id']}").json()["quote"]["state"] == "pending"
    says(square, others, act("Accept", asked, actor=EVE, result=STAMP))
    assert bob.client.get(f"/api/v1/statuses/{made['id']}").json()["quote"]["state"] == "accepted"
    assert square.app.database.read_now(remote_actors.by_uri, EVE) is not None
