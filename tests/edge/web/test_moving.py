"""Moving on pages: aliases, the way out with a password, and what a profile says afterwards."""

import re
from collections.abc import Callable

import pytest

from bema.edge.authentication import SESSION_COOKIE
from bema.settings import Settings
from bema.store import removals
from tests.client import Client
from tests.conftest import Person, Square
from tests.other_servers import Elsewhere

OLD = "https://square.example/users/ann"


@pytest.fixture
def elsewhere() -> Elsewhere:
    """The other servers."""
    return Elsewhere()


@pytest.fixture
def place(settings: Settings, open_square: Callable[..., Square], elsewhere: Elsewhere) -> Square:
    """A server that can ask the others."""
    return open_square(settings, fetcher=elsewhere)


@pytest.fixture
def ann(place: Square) -> Person:
    """Somebody who signs in with a password."""
    account = place.make.account("ann")
    hashed = place.server.run(place.app.passwords.hash("correct horse battery"))
    login = place.make.login("ann@example.org", account, password_hash=hashed)
    client = place.client()
    client.cookies[SESSION_COOKIE] = place.make.session(login, account)
    return Person(account, login, client)


def csrf(client: Client) -> str:
    """Read what a form has to send along."""
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/settings/move").text)
    assert found is not None
    return found[1]


def test_an_alias_stands_in_the_actor(place: Square, ann: Person, elsewhere: Elsewhere) -> None:
    """So that the other server lets its account move here; who is not found there is no alias."""
    uri = elsewhere.person("ann")
    page = ann.client.post(
        "/settings/move/aliases", form={"csrf": csrf(ann.client), "handle": "nobody@nowhere.example"}
    )
    assert page.status == 422
    answer = ann.client.post(
        "/settings/move/aliases", form={"csrf": csrf(ann.client), "handle": "@ann@mastodon.example"}
    )
    assert answer.status == 303
    assert "ann@mastodon.example" in ann.client.get("/settings/move").text
    document = place.stranger.get("/users/ann", headers={"accept": "application/activity+json"}).json()
    assert document["alsoKnownAs"] == [uri]
    ann.client.post("/settings/move/aliases/delete", form={"csrf": csrf(ann.client), "uri": uri})
    document = place.stranger.get("/users/ann", headers={"accept": "application/activity+json"}).json()
    assert "alsoKnownAs" not in document


def test_whoever_moves_needs_their_password_and_the_word_of_the_other_account(
    place: Square, ann: Person, elsewhere: Elsewhere
) -> None:
    """Nobody is sent away by a browser left open; the profile and the API then say where they are."""
    uri = elsewhere.person("ann")
    form = {"csrf": csrf(ann.client), "handle": "ann@mastodon.example", "password": "correct horse battery"}
    assert ann.client.post("/settings/move", form={**form, "password": "wrong"}).status == 422
    assert ann.client.post("/settings/move", form=form).status == 422
    elsewhere.documents[uri]["alsoKnownAs"] = [OLD]
    place.app.clock.advance(minutes=10)  # type: ignore[attr-defined]  # the clock of a test
    assert ann.client.post("/settings/move", form=form).status == 303
    gone = place.app.database.read_now(removals.of, ann.account)
    assert gone is not None
    assert gone.uri == uri
    assert "@ann@mastodon.example" in place.stranger.get("/@ann").text
    assert place.stranger.get(f"/api/v1/accounts/{ann.account}").json()["moved"]["acct"] == "ann@mastodon.example"
    document = place.stranger.get("/users/ann", headers={"accept": "application/activity+json"}).json()
    assert document["movedTo"] == uri
    ann.client.post("/settings/move/stay", form={"csrf": csrf(ann.client)})
    assert place.app.database.read_now(removals.of, ann.account) is None
