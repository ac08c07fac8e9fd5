"""Joining from a client: an app brings somebody in, whose token works once their address is confirmed."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from bema.domain import joining
from bema.settings import Settings
from bema.store import letters
from bema.store.tx import Tx
from tests.client import Client
from tests.conftest import Square

ANN = {
    "username": "ann",
    "email": "ann@example.org",
    "password": "a long password",
    "agreement": "true",
    "locale": "en",
}


def app_client(square: Square, scopes: str = "read write") -> Client:
    """Return a client that holds the token of an app."""
    sent = {"client_name": "Tusky", "redirect_uris": "oauth2redirect://tusky/x", "scopes": scopes}
    app = square.client().post("/api/v1/apps", form=sent).json()
    sent = {"grant_type": "client_credentials", "scope": scopes} | {
        key: app[key] for key in ("client_id", "client_secret")
    }
    return square.client(square.client().post("/oauth/token", form=sent).json()["access_token"])


def test_a_client_brings_somebody_in(square: Square) -> None:
    """The token is refused until the letter's link was followed, and then works at once."""
    answer = app_client(square).post("/api/v1/accounts", form=ANN)
    assert answer.status == 200, answer.text
    assert answer.json()["scope"] == "read write"
    client = square.client(answer.json()["access_token"])
    assert client.get("/api/v1/timelines/home").status == 403
    assert client.get("/api/v1/emails/check_confirmation").json() is False
    again = client.post("/api/v1/emails/confirmations", json={"email": "anna@example.org"})
    assert (again.status, again.json()) == (200, {})

    def newest(tx: Tx) -> Any:
        return letters.by_id(tx, letters.all_ids(tx)[-1])

    letter = square.app.database.read_now(newest)
    assert letter.recipient == "anna@example.org"
    square.app.database.write_now(joining.confirm, letter.text.partition("token=")[2].split()[0])
    assert client.get("/api/v1/timelines/home").status == 200
    assert client.get("/api/v1/emails/check_confirmation").json() is True
    assert client.post("/api/v1/emails/confirmations").status == 403


def test_what_is_wrong_is_said_field_by_field(square: Square) -> None:
    """Clients show each sentence beside its field."""
    answer = app_client(square).post("/api/v1/accounts", json={"username": "a b", "email": "x"})
    assert answer.status == 422
    details = answer.json()["details"]
    assert {field: errors[0]["error"] for field, errors in details.items()} == {
        "username": "ERR_INVALID",
        "email": "ERR_INVALID",
        "password": "ERR_BLANK",
        "agreement": "ERR_ACCEPTED",
    }
    assert answer.json()["error"].startswith("Validation failed: Username must contain only")


def test_a_short_password_and_a_taken_name_are_refused(square: Square) -> None:
    """With the codes that clients translate."""
    client = app_client(square)
    short = client.post("/api/v1/accounts", form=ANN | {"password": "short"})
    assert (short.status, short.json()["details"]["password"][0]["error"]) == (422, "ERR_TOO_SHORT")
    square.make.account("ann")
    taken = client.post("/api/v1/accounts", form=ANN)
    assert (taken.status, taken.json()["details"]["username"][0]["error"]) == (422, "ERR_TAKEN")


def test_only_apps_bring_people_in(square: Square) -> None:
    """Neither strangers nor those who are here already, nor apps without the scope."""
    assert square.client().post("/api/v1/accounts", form=ANN).status == 401
    assert square.person("bea").client.post("/api/v1/accounts", form=ANN).status == 403
    assert app_client(square, "read").post("/api/v1/accounts", form=ANN).status == 403


@pytest.mark.parametrize(("registration", "status"), [("closed", 403), ("invite", 422), ("approval", 422)])
def test_the_door_is_kept(
    settings: Settings, open_square: Callable[..., Square], registration: str, status: int
) -> None:
    """Who has no invitation, or gives no reason where one is asked for, is told so."""
    square = open_square(msgspec.structs.replace(settings, registration=registration, email_confirmation=False))
    assert app_client(square).post("/api/v1/accounts", form=ANN).status == status
    if registration == "invite":
        bea = square.make.login("bea@example.org", square.make.account("bea"))
        code = square.app.database.write_now(joining.invite, bea)
        came = app_client(square).post("/api/v1/accounts", form=ANN | {"invite_code": code})
        assert came.status == 200
        assert square.client(came.json()["access_token"]).get("/api/v1/timelines/home").status == 200
