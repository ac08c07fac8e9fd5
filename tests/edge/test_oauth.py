"""OAuth as clients use it: each test is a way in which a server once broke one of them, or let in somebody it should not."""

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from bema.domain import authorising
from bema.domain.authorising import Denied, Request, Wish
from bema.model.errors import Refusal
from bema.store.tx import WriteTx
from tests.conftest import Person, Square

OOB = "urn:ietf:wg:oauth:2.0:oob"
VERIFIER = "a-verifier-of-forty-three-characters-or-more"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
NAME = "Ice Cubes"


@pytest.fixture
def ann(square: Square) -> Person:
    """Somebody with an account."""
    return square.person("ann")


def register(square: Square, **more: Any) -> dict[str, Any]:
    """Register an app, and return what it got."""
    sent = {"client_name": NAME, "redirect_uris": OOB, "scopes": "read write", **more}
    answer = square.client().post("/api/v1/apps", json=sent)
    assert answer.status == 200, answer.text
    registered: dict[str, Any] = answer.json()
    return registered


def let_in(square: Square, person: Person, app: dict[str, Any], **more: Any) -> str:
    """Consent to what an app asks for, and return the code."""
    request = Request(client_id=app["client_id"], redirect_uri=app["redirect_uris"][0], response_type="code", **more)

    def consent(tx: WriteTx) -> str:
        wish = authorising.examine(tx, request)
        assert isinstance(wish, Wish), wish
        return authorising.allow(tx, person.login, person.account, wish)

    return square.app.database.write_now(consent)


def redeem(square: Square, app: dict[str, Any], code: str, /, **more: Any) -> Any:
    """Ask for a token with a code."""
    sent = {
        "grant_type": "authorization_code",
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "redirect_uri": app["redirect_uris"][0],
        "code": code,
        **more,
    }
    return square.client().post("/oauth/token", form=sent)


def examined(square: Square, app: dict[str, Any], **more: Any) -> Wish | Denied:
    """Look at what an app asks for."""
    asked = {"client_id": app["client_id"], "redirect_uri": app["redirect_uris"][0], "response_type": "code", **more}
    return square.app.database.read_now(authorising.examine, Request(**asked))


# --- Registering ------------------------------------------------------------------------------------------------------


def test_an_app_registers_by_json_form_multipart_and_query(square: Square) -> None:
    """Ice Cubes sends nothing but a query string, and others whatever their HTTP library prefers."""
    values = {"client_name": NAME, "redirect_uris": "icecubesapp:", "scopes": "read"}
    asked: list[Callable[[], Any]] = [
        lambda: square.client().post("/api/v1/apps", json=values | {"redirect_uris": "icecubesapp:/x"}),
        lambda: square.client().post("/api/v1/apps", form=values | {"redirect_uris": "icecubesapp:/x"}),
        lambda: square.client().post("/api/v1/apps", form=values | {"redirect_uris": "icecubesapp:/x"}, files={}),
        lambda: square.client().post(
            "/api/v1/apps?client_name=Ice+Cubes&redirect_uris=icecubesapp:/x&scopes=read&website=https://x.example"
        ),
    ]
    for ask in asked:
        answer = ask()
        assert answer.status == 200, answer.text
        app = answer.json()
        assert (app["name"], app["redirect_uri"], app["scopes"]) == (NAME, "icecubesapp:/x", ["read"])
        assert isinstance(app["id"], str)
        assert app["client_secret_expires_at"] == 0
        assert app["client_id"] != app["client_secret"]


@pytest.mark.parametrize(
    "given",
    [
        ["https://elk.example/callback?server=x", "com.tapbots.Ivory.10217:/request_token"],
        "https://elk.example/callback?server=x\ncom.tapbots.Ivory.10217:/request_token",
        ["https://elk.example/callback?server=x\ncom.tapbots.Ivory.10217:/request_token"],
    ],
)
def test_redirect_uris_come_as_a_list_or_as_lines(square: Square, given: Any) -> None:
    """Custom schemes need no host, and a query string belongs to the address."""
    app = register(square, redirect_uris=given)
    wanted = ["https://elk.example/callback?server=x", "com.tapbots.Ivory.10217:/request_token"]
    assert app["redirect_uris"] == wanted
    assert app["redirect_uri"] == "\n".join(wanted)


@pytest.mark.parametrize(
    "wrong",
    [
        {"redirect_uris": ""},
        {"redirect_uris": []},
        {"redirect_uris": "/callback"},
        {"redirect_uris": "https://"},
        {"redirect_uris": "https://x.example/\x01"},
        {"redirect_uris": "https://x.example/#part"},
        {"redirect_uris": "javascript:alert(1)"},
        {"redirect_uris": "https://bank.example@evil.example/"},
        {"redirect_uris": "https://evil.example\\@bank.example/"},
        {"redirect_uris": "JavaScript:alert(1)"},
        {"redirect_uris": "data:text/html,x"},
        {"redirect_uris": [f"x:{number}" for number in range(11)]},
        {"redirect_uris": "x:" + "x" * 2_000},
        {"client_name": ""},
        {"client_name": "x" * 201},
        {"scopes": "read everything"},
        {"website": "javascript:alert(1)"},
        {"website": "http://[x/"},
    ],
)
def test_an_app_that_cannot_be_is_refused(square: Square, wrong: dict[str, Any]) -> None:
    """The answer is 422 with a sentence, never an app that fails when somebody signs in."""
    sent = {"client_name": NAME, "redirect_uris": OOB, "scopes": "read", **wrong}
    answer = square.client().post("/api/v1/apps", json=sent)
    assert answer.status == 422
    assert answer.json()["error"].startswith("Validation failed")


def test_an_app_without_scopes_may_read(square: Square) -> None:
    """Old clients name none, and get what Mastodon gives."""
    assert register(square, scopes="")["scopes"] == ["read"]


def test_an_app_may_register_scopes_of_moderators(square: Square) -> None:
    """Clients that ask for them at once must still be able to sign in."""
    app = register(square, scopes="read admin:read admin:write:reports")
    wish = examined(square, app, scope="admin:read:accounts admin:write:reports")
    assert isinstance(wish, Wish)
    assert examined(square, app, scope="admin:write:accounts") == authorising._INVALID_SCOPE


# --- Tokens of apps ---------------------------------------------------------------------------------------------------


def test_an_app_gets_a_token_of_its_own(square: Square) -> None:
    """Ivory asks for one first, and masto.js without a redirect URI; `created_at` is a number, or Toot! breaks."""
    app = register(square)
    sent = {key: app[key] for key in ("client_id", "client_secret")} | {"grant_type": "client_credentials"}
    answer = square.client().post("/oauth/token", json=sent)
    assert answer.status == 200
    token = answer.json()
    assert (token["token_type"], token["scope"], token["created_at"]) == ("Bearer", "read", 1_767_225_600)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "no-store"
    verified = square.client(token["access_token"]).get("/api/v1/apps/verify_credentials")
    assert verified.json()["name"] == NAME
    assert "client_secret" not in verified.json()
    assert square.client(token["access_token"]).get("/api/v1/timelines/home").status == 401


def test_an_app_names_itself_by_http_basic(square: Square) -> None:
    """It is what RFC 6749 recommends, and the form need not repeat it."""
    app = register(square)
    basic = base64.b64encode(f"{app['client_id']}:{app['client_secret']}".encode()).decode()
    client = square.client()
    form = {"grant_type": "client_credentials", "redirect_uri": OOB, "scope": "write:statuses"}
    answer = client.post("/oauth/token", form=form, headers={"authorization": f"Basic {basic}"})
    assert (answer.status, answer.json()["scope"]) == (200, "write:statuses")
    for header in ("Basic !!!", "Basic ", "Basic " + base64.b64encode(b"\xff").decode()):
        refused = client.post("/oauth/token", form=form, headers={"authorization": header})
        assert (refused.status, refused.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("wrong", "status", "error"),
    [
        ({"client_secret": "x"}, 401, "invalid_client"),
        ({"client_id": "x"}, 401, "invalid_client"),
        ({"scope": "follow"}, 400, "invalid_scope"),
        ({"scope": "read nonsense"}, 400, "invalid_scope"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
    ],
)
def test_a_wrong_request_for_a_token_is_told_apart(
    square: Square, wrong: dict[str, str], status: int, error: str
) -> None:
    """Clients act on OAuth's words: they register anew on `invalid_client`."""
    app = register(square)
    sent = {"grant_type": "client_credentials", "client_id": app["client_id"], "client_secret": app["client_secret"]}
    answer = square.client().post("/oauth/token", form=sent | wrong)
    assert (answer.status, answer.json()["error"]) == (status, error)
    assert answer.json()["error_description"]
    assert answer.headers["access-control-allow-origin"] == "*"


# --- Codes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("uri", [OOB, "com.tapbots.Ivory.10217:/request_token", "https://x.example/a?b=c"])
def test_a_code_gives_a_token_that_acts(square: Square, ann: Person, uri: str) -> None:
    """The whole way: consent, code, token, first post."""
    app = register(square, redirect_uris=uri)
    answer = redeem(square, app, let_in(square, ann, app, scope="read write:statuses"))
    assert answer.status == 200, answer.text
    assert answer.json()["scope"] == "read write:statuses"
    client = square.client(answer.json()["access_token"])
    posted = client.post("/api/v1/statuses", json={"status": "Good morning"})
    assert posted.json()["application"] == {"name": NAME, "website": None}
    assert client.get("/api/v1/apps/verify_credentials").json()["id"] == app["id"]
    assert client.post(f"/api/v1/statuses/{posted.json()['id']}/favourite").status == 403


def test_a_second_use_of_a_code_ends_its_token(square: Square, ann: Person) -> None:
    """Somebody else has the code, and may have been first."""
    app = register(square)
    code = let_in(square, ann, app)
    token = redeem(square, app, code).json()["access_token"]
    assert square.client(token).get("/api/v1/timelines/home").status == 200
    again = redeem(square, app, code)
    assert (again.status, again.json()["error"]) == (400, "invalid_grant")
    assert square.client(token).get("/api/v1/timelines/home").status == 401


@pytest.mark.parametrize(
    "wrong", [{"redirect_uri": "https://x.example/"}, {"redirect_uri": ""}, {"code": "x"}, {"code_verifier": VERIFIER}]
)
def test_a_code_is_good_for_what_it_was_given_for(square: Square, ann: Person, wrong: dict[str, str]) -> None:
    """Not for another address, and not with a proof that was not asked for."""
    app = register(square)
    answer = redeem(square, app, let_in(square, ann, app), **wrong)
    assert (answer.status, answer.json()["error"]) == (400, "invalid_grant")


def test_a_code_is_of_no_use_to_another_app(square: Square, ann: Person) -> None:
    """Nor does trying it take it from the one it belongs to."""
    app, other = register(square), register(square)
    code = let_in(square, ann, app)
    assert redeem(square, other, code).json()["error"] == "invalid_grant"
    assert redeem(square, app, code).status == 200


def test_a_code_lasts_ten_minutes(square: Square, ann: Person, clock: Any) -> None:
    """An old one in a browser's history opens nothing."""
    app = register(square)
    code = let_in(square, ann, app)
    clock.advance(minutes=10)
    assert redeem(square, app, code).json()["error"] == "invalid_grant"


def test_pkce_proves_who_asked(square: Square, ann: Person) -> None:
    """A missing or wrong verifier fails; the right one passes."""
    app = register(square)
    code = let_in(square, ann, app, code_challenge=CHALLENGE, code_challenge_method="S256")
    for wrong in ("", "x" * 43, CHALLENGE, VERIFIER + "x"):
        assert redeem(square, app, code, code_verifier=wrong).json()["error"] == "invalid_grant"
    assert redeem(square, app, code, code_verifier=VERIFIER).status == 200


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"code_challenge": CHALLENGE, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": CHALLENGE}, "invalid_request"),
        ({"code_challenge_method": "S256"}, "invalid_request"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "push"}, "invalid_scope"),
        ({"scope": "read nonsense"}, "invalid_scope"),
    ],
)
def test_a_wrong_request_goes_back_to_the_app_with_the_reason(
    square: Square, asked: dict[str, str], reason: str
) -> None:
    """The app can say what is wrong, since it was found at its own address."""
    denied = examined(square, register(square), **asked)
    assert isinstance(denied, Denied)
    assert denied.reason == reason


@pytest.mark.parametrize(
    "asked",
    [
        {"client_id": "x"},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": "https://x.example/cb"},
        {"redirect_uri": "https://x.example/cb?a=b&c=d"},
        {"redirect_uri": ""},
    ],
)
def test_nothing_is_sent_to_an_address_that_is_not_registered(square: Square, asked: dict[str, str]) -> None:
    """The query string counts: an address that is nearly right is somebody else's."""
    app = register(square, redirect_uris="https://x.example/cb?a=b")
    with pytest.raises(Refusal):
        examined(square, app, **asked)


def test_scopes_are_narrowed_and_default_to_read(square: Square) -> None:
    """`read` contains `read:statuses`; who asks for nothing reads."""
    app = register(square, scopes="read write:statuses")
    wish = examined(square, app)
    assert isinstance(wish, Wish)
    assert wish.scopes == "read"
    narrowed = examined(square, app, scope="read:statuses  write:statuses read:statuses")
    assert isinstance(narrowed, Wish)
    assert narrowed.scopes == "read:statuses write:statuses"
    only = examined(square, register(square, scopes="push"))
    assert isinstance(only, Wish)
    assert only.scopes == "push"


def test_state_returns_untouched() -> None:
    """Clients compare it letter by letter; the address keeps its own query."""
    request = Request(redirect_uri="com.tapbots.Ivory.10217:/request_token", state="a b&c=ü%")
    assert authorising.way_back(request, "x") == (
        "com.tapbots.Ivory.10217:/request_token?code=x&state=a+b%26c%3D%C3%BC%25"
    )
    request = Request(redirect_uri="https://x.example/cb?a=b", state="")
    assert authorising.way_back(request, "x") == "https://x.example/cb?a=b&code=x"
    assert "error=access_denied" in authorising.way_back(request, authorising.REFUSED)


# --- Revoking, userinfo, metadata -------------------------------------------------------------------------------------


def test_a_revoked_token_is_worth_nothing_at_once(square: Square, ann: Person) -> None:
    """Revoking twice is no error, and an empty success is `{}`."""
    app = register(square)
    token = redeem(square, app, let_in(square, ann, app)).json()["access_token"]
    sent = {"client_id": app["client_id"], "client_secret": app["client_secret"], "token": token}
    for _ in range(2):
        answer = square.client().post("/oauth/revoke", form=sent)
        assert (answer.status, answer.json()) == (200, {})
        assert square.client(token).get("/api/v1/timelines/home").status == 401


def test_only_its_own_app_revokes_a_token(square: Square, ann: Person) -> None:
    """Whoever finds a token in a log cannot end it, nor learn whether it is valid."""
    app, other = register(square), register(square)
    token = redeem(square, app, let_in(square, ann, app)).json()["access_token"]
    for wrong in (other, {"client_id": "", "client_secret": ""}, app | {"client_secret": "x"}):
        sent = {"client_id": wrong["client_id"], "client_secret": wrong["client_secret"], "token": token}
        answer = square.client().post("/oauth/revoke", form=sent)
        assert (answer.status, answer.json()["error"]) == (403, "unauthorized_client")
    assert square.client(token).get("/api/v1/timelines/home").status == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_userinfo_says_who_signed_in(square: Square, method: str) -> None:
    """It needs the scope `profile`, and gives nothing that a profile does not."""
    person = square.person("bea", scopes="profile")
    answer = person.client.request(method, "/oauth/userinfo")
    assert answer.status == 200
    info = answer.json()
    assert (info["preferred_username"], info["iss"]) == ("bea", "https://square.example/")
    assert info["profile"] == "https://square.example/@bea"
    assert info["picture"].startswith("https://")
    assert square.person("eve", scopes="read").client.request(method, "/oauth/userinfo").status == 403
    assert square.client().request(method, "/oauth/userinfo").status == 401


def test_the_server_says_what_it_can_do(square: Square) -> None:
    """Phanpy reads here whether there is PKCE, and which scopes."""
    answer = square.client().get("/.well-known/oauth-authorization-server")
    assert answer.headers["access-control-allow-origin"] == "*"
    metadata = answer.json()
    assert metadata["code_challenge_methods_supported"] == ["S256"]
    assert metadata["token_endpoint"] == "https://square.example/oauth/token"
    assert {"read", "write:statuses", "profile", "push", "follow"} <= set(metadata["scopes_supported"])


def test_bearer_is_read_in_any_case(square: Square, ann: Person) -> None:
    """HTTP says that the word's case does not matter, and some clients take it at its word."""
    for word in ("bearer", "BEARER", "Bearer"):
        headers = {"authorization": f"{word} {ann.client.token}"}
        assert square.client().get("/api/v1/timelines/home", headers=headers).status == 200
