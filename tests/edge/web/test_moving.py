"""Moving on pages: aliases, the way out with a password, and what a profile says afterwards."""

import json
import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from bema.edge.authentication import SESSION_COOKIE
from bema.settings import Settings
from bema.store import follows, removals
from bema.store.tables import outgoing
from bema.store.tx import Tx
from tests.client import Client
from tests.conftest import Person, Square
from tests.elsewhere import somebody
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


def test_two_accounts_of_one_server_move_in_the_same_way(place: Square, ann: Person) -> None:
    """With the word of both, followers of here and elsewhere, and once a month; nobody moves into another's account."""
    new = place.make.account("ann_again")
    ben, far = place.person("ben"), somebody(place.app.database, "far", "far.example")
    place.make.follow(ben.account, ann.account)
    place.make.follow(far, ann.account)
    browser = place.client()
    browser.cookies[SESSION_COOKIE] = place.make.session(place.make.login("again@example.org", new), new)
    form = {"csrf": csrf(ann.client), "handle": "@Ann_Again@square.example", "password": "correct horse battery"}
    assert ann.client.post("/settings/move", form=form).status == 422
    for handle in ("ann_again@square.example", "nobody@square.example"):
        answer = browser.post("/settings/move/aliases", form={"csrf": csrf(browser), "handle": handle})
        assert answer.status == 422
    answer = browser.post("/settings/move/aliases", form={"csrf": csrf(browser), "handle": "ann@SQUARE.example"})
    assert answer.status == 303
    document = place.stranger.get("/users/ann_again", headers={"accept": "application/activity+json"}).json()
    assert document["alsoKnownAs"] == [OLD]
    place.app.clock.advance(minutes=10)  # type: ignore[attr-defined]  # the clock of a test
    assert ann.client.post("/settings/move", form=form | {"handle": "ann@square.example"}).status == 422
    assert ann.client.post("/settings/move", form=form).status == 303
    place.settle()
    document = place.stranger.get("/users/ann", headers={"accept": "application/activity+json"}).json()
    assert document["movedTo"] == "https://square.example/users/ann_again"
    assert place.stranger.get(f"/api/v1/accounts/{ann.account}").json()["moved"]["acct"] == "ann_again"
    assert "@ann_again" in place.stranger.get("/@ann").text
    assert place.app.database.read_now(follows.exists, ben.account, new)
    assert not place.app.database.read_now(follows.exists, ben.account, ann.account)
    said = [json.loads(body) for body in place.app.database.read_now(_told)]
    moves = [each for each in said if each["type"] == "Move"]
    assert [(each["object"], each["target"]) for each in moves] == [(OLD, "https://square.example/users/ann_again")]
    assert "@ann_again" in ann.client.get("/settings/move").text
    ann.client.post("/settings/move/stay", form={"csrf": csrf(ann.client)})
    assert "movedTo" not in place.stranger.get("/users/ann", headers={"accept": "application/activity+json"}).json()


def _told(tx: Tx) -> list[str]:
    return [str(body) for body in tx.values(select(outgoing.c.body))]
