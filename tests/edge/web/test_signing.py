"""Coming in with a browser: every way in, on the pages themselves, with and without what a browser would send."""

import base64
import hashlib
import html
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import msgspec
import pyotp
import pytest

from bema.model import limits
from bema.outside.clock import ManualClock
from bema.settings import Settings
from bema.store import letters
from bema.store.tx import Tx
from tests.client import Client, Response
from tests.conftest import Square
from tests.outside.authenticator import Authenticator

PASSWORD = "a long password"
ANN = {"username": "ann", "email": "ann@example.org", "password": PASSWORD, "agreement": "1"}


@pytest.fixture
def open_door(settings: Settings, open_square: Callable[..., Square]) -> Square:
    """A square where one is in as soon as one has joined."""
    return open_square(msgspec.structs.replace(settings, email_confirmation=False))


def fields_of(page: Response, action: str) -> dict[str, str]:
    """Return the hidden fields of a form."""
    form = re.search(rf'<form[^>]*action="{action}".*?</form>', page.text, re.DOTALL)
    assert form, page.text
    inputs = re.findall(r'<input type="hidden" name="([^"]*)"(?: value="([^"]*)")?', form[0])
    return {name: html.unescape(value) for name, value in inputs}


def send(client: Client, path: str, action: str | None = None, /, **values: str) -> Response:
    """Open a page, fill its form in and send it."""
    action = action or urlsplit(path).path
    page = client.get(path)
    assert page.status == 200, (page.status, page.headers)
    return client.post(action, form=fields_of(page, action) | values)


def letter(square: Square) -> str:
    """Return the path of the link in the newest letter."""

    def newest(tx: Tx) -> str:
        found = letters.by_id(tx, letters.all_ids(tx)[-1])
        assert found is not None
        return found.text

    link = re.search(r"https://square\.example(/\S+)", square.app.database.read_now(newest))
    assert link
    return link[1]


def join(square: Square) -> Client:
    """Let ann join, and return her browser."""
    client = square.client()
    answer = send(client, "/auth/sign_up", **ANN)
    assert (answer.status, answer.headers.get("location")) == (303, "/home"), answer.text
    return client


def is_in(client: Client) -> bool:
    """Tell whether a browser is signed in."""
    return client.get("/home").status == 200


def test_one_joins_confirms_and_signs_in(square: Square) -> None:
    """Without the letter nobody is in, and opening its link alone confirms nothing: mail filters open links."""
    client = square.client()
    assert send(client, "/auth/sign_up", **ANN).status == 200
    assert not is_in(client)
    link = letter(square)
    waiting = send(client, "/auth/sign_in", email="ann", password=PASSWORD)
    assert waiting.status == 200
    assert not is_in(client)
    newest = letter(square)
    assert newest != link
    assert client.get(link).status == 404
    client.get(newest)
    assert not is_in(client)
    assert send(client, newest).headers["location"] == "/auth/sign_in"
    assert send(client, "/auth/sign_in?back=/explore", email="ann", password=PASSWORD).headers["location"] == "/explore"
    assert is_in(client)


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(square: Square) -> None:
    """Except for the password, which no page repeats."""
    answer = send(square.client(), "/auth/sign_up", **ANN | {"username": "a b", "email": "ann@x.example"})
    assert answer.status == 422
    assert 'value="a b"' in answer.text
    assert 'value="ann@x.example"' in answer.text
    assert PASSWORD not in answer.text


def test_wrong_and_unknown_look_the_same(open_door: Square) -> None:
    """The page tells nobody who is a member."""
    join(open_door)
    said = set()
    for name in ("ann", "bea"):
        answer = send(open_door.client(), "/auth/sign_in", email=name, password="wrong password")
        assert answer.status == 422
        error = re.search(r'role="alert".*?</', answer.text, re.DOTALL)
        said.add(error[0] if error else None)
    assert len(said) == 1
    assert None not in said


def test_the_cookie_is_kept_from_script_and_other_sites(open_door: Square) -> None:
    """And it is new with every signing in, so that nobody can have prepared it."""
    client = join(open_door)
    first = client.cookies["bema_session"]
    answer = send(client, "/auth/sign_in", email="ann", password=PASSWORD)
    cookies = answer.headers["set-cookie"]
    assert re.search(r"bema_session=[^,]*HttpOnly; SameSite=Lax[^,]*Secure", cookies)
    assert client.cookies["bema_session"] != first
    client.cookies["bema_session"] = first
    assert not is_in(client)


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}])
def test_a_form_from_elsewhere_signs_nobody_in(open_door: Square, headers: dict[str, str]) -> None:
    """Who is signed in as somebody else without knowing it writes into a stranger's account."""
    join(open_door)
    client = open_door.client()
    fields = fields_of(client.get("/auth/sign_in"), "/auth/sign_in") | {"email": "ann", "password": PASSWORD}
    assert client.post("/auth/sign_in", form=fields, headers=headers).status == 403
    assert client.post("/auth/sign_in", form=fields | {"csrf": "x"}).status == 403
    assert open_door.client().post("/auth/sign_in", form=fields).status == 403
    assert client.post("/auth/sign_in", form=fields).status == 303


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "\n//x"])
def test_one_is_led_nowhere_else_after_signing_in(open_door: Square, back: str) -> None:
    """A link to our own sign-in page must not end on a false one."""
    join(open_door)
    path = f"/auth/sign_in?back={quote(back, safe='')}"
    assert send(open_door.client(), path, email="ann", password=PASSWORD).headers["location"] == "/home"


def test_guessing_is_stopped_for_all_processes(settings: Settings, open_square: Callable[..., Square]) -> None:
    """Failures are counted in the database, where a second server over it finds them."""
    strict = msgspec.structs.replace(settings, email_confirmation=False, rate_limit_factor=1)
    first, second = open_square(strict), open_square(strict)
    join(first)
    for _ in range(limits.SIGN_IN_FAILURES):
        assert send(first.client(), "/auth/sign_in", email="ann", password="wrong password").status == 422
    refused = send(second.client(), "/auth/sign_in", email="ann", password=PASSWORD)
    assert refused.status == 429
    assert refused.headers["content-type"].startswith("text/html")


def test_signing_out_ends_the_session(open_door: Square) -> None:
    """Not only the cookie."""
    client = join(open_door)
    secret = client.cookies["bema_session"]
    assert send(client, "/home", "/auth/sign_out").headers["location"] == "/"
    client.cookies["bema_session"] = secret
    assert not is_in(client)


def test_a_lost_password_is_set_anew(open_door: Square) -> None:
    """Whoever was in is out, the link is good once, and asking tells nobody who is a member."""
    client, browser = join(open_door), open_door.client()
    known = send(browser, "/auth/forgot", email="ann@example.org")
    unknown = send(browser, "/auth/forgot", email="nobody@example.org")
    assert (known.status, unknown.status) == (200, 200)
    assert re.sub(r'value="[^"]*"', "", known.text) == re.sub(r'value="[^"]*"', "", unknown.text)
    link = letter(open_door)
    assert send(browser, link, password="short").status == 422
    assert send(browser, link, password="another password").headers["location"] == "/auth/sign_in"
    assert browser.get(link).status == 404
    assert not is_in(client)
    assert send(browser, "/auth/sign_in", email="ann", password=PASSWORD).status == 422
    assert send(browser, "/auth/sign_in", email="ann", password="another password").status == 303


def test_the_second_step_is_asked_for(open_door: Square, clock: ManualClock) -> None:
    """The password alone opens nothing; the code does, once; reloading the page asks again."""
    client = join(open_door)
    send(client, "/settings/security", "/settings/security/totp")
    secret = re.search(r"<code[^>]*>([A-Z2-7]{32})</code>", client.get("/settings/security").text)
    assert secret
    app = pyotp.TOTP(secret[1])
    on = send(client, "/settings/security", "/settings/security/totp", code=app.at(clock.now() // 1_000))
    assert len(re.findall(r"[0-9a-z]{4}(?:-[0-9a-z]{4}){3}", on.text)) == limits.RECOVERY_CODES

    browser = open_door.client()
    step = send(browser, "/auth/sign_in?back=/explore", email="ann", password=PASSWORD)
    assert step.status == 200
    assert not is_in(browser)
    assert browser.get("/auth/second_factor").status == 200
    clock.advance(seconds=60)
    fields = fields_of(step, "/auth/second_factor")
    assert fields["back"] == "/explore"
    assert browser.post("/auth/second_factor", form=fields | {"code": "000000"}).status == 422
    code = app.at(clock.now() // 1_000)
    assert browser.post("/auth/second_factor", form=fields | {"code": code}).headers["location"] == "/explore"
    assert is_in(browser)
    assert open_door.client().get("/auth/second_factor").headers["location"] == "/auth/sign_in"


def test_a_passkey_signs_in_without_a_password(open_door: Square, clock: ManualClock) -> None:
    """Its answer is good once, for a few minutes, and for what was asked."""
    client = join(open_door)
    device = Authenticator("https://square.example", "square.example")
    path = "/settings/security/passkeys"
    options = _options(client.get("/settings/security"), path)
    made = send(client, "/settings/security", path, passkey=device.register(options), name="my phone")
    assert made.status == 303, made.text

    browser = open_door.client()
    page = browser.get("/auth/sign_in")
    fields = fields_of(page, "/auth/sign_in")
    answer = device.sign(_options(page, "/auth/sign_in"))
    assert browser.post("/auth/sign_in", form=fields | {"passkey": answer}).status == 303
    assert is_in(browser)
    other = open_door.client()
    fields = fields_of(other.get("/auth/sign_in"), "/auth/sign_in")
    assert other.post("/auth/sign_in", form=fields | {"passkey": answer}).status == 401
    for_adding = device.sign(_options(client.get("/settings/security"), path))
    assert other.post("/auth/sign_in", form=fields | {"passkey": for_adding}).status == 401
    late = device.sign(_options(other.get("/auth/sign_in"), "/auth/sign_in"))
    clock.advance(seconds=limits.PASSKEY_TIMEOUT_SECONDS)
    assert other.post("/auth/sign_in", form=fields | {"passkey": late}).status == 401
    assert other.post("/auth/sign_in", form=fields | {"passkey": "{}"}).status == 401
    assert not is_in(other)


def test_what_one_signs_in_with_changes_only_after_a_fresh_proof(open_door: Square, clock: ManualClock) -> None:
    """A browser that was left open is asked for the password, or a passkey, before it can take the account over."""
    client = join(open_door)
    device = Authenticator("https://square.example", "square.example")
    passkeys = "/settings/security/passkeys"
    answer = device.register(_options(client.get("/settings/security"), passkeys))
    assert send(client, "/settings/security", passkeys, passkey=answer, name="my phone").status == 303

    clock.advance(seconds=limits.PROOF_SECONDS + 1)
    for path in ("totp", "totp/disable", "recovery", "passkeys", "passkeys/1/delete"):
        form = {"csrf": fields_of(client.get("/settings/security"), passkeys)["csrf"]}
        refused = client.post(f"/settings/security/{path}", form=form)
        assert refused.headers["location"] == "/auth/again?back=%2Fsettings%2Fsecurity", path

    asked = client.get("/auth/again?back=/settings/security")
    fields = fields_of(asked, "/auth/again")
    assert client.post("/auth/again", form=fields | {"password": "not this one"}).status == 422
    right = client.post("/auth/again", form=fields | {"password": PASSWORD})
    assert right.headers["location"] == "/settings/security"
    assert send(client, "/settings/security", "/settings/security/totp").headers["location"] == "/settings/security"
    assert re.search(r"<code[^>]*>[A-Z2-7]{32}</code>", client.get("/settings/security").text)

    clock.advance(seconds=limits.PROOF_SECONDS + 1)
    asked = client.get("/auth/again?back=/settings/security")
    signed = device.sign(_options(asked, "/auth/sign_in"))
    again = client.post("/auth/sign_in", form=fields_of(asked, "/auth/sign_in") | {"passkey": signed})
    assert again.headers["location"] == "/settings/security"
    removed = client.post(passkeys + "/1/delete", form=fields_of(client.get("/settings/security"), passkeys))
    assert removed.status == 404, "the proof counts, and there is no such passkey"


def _options(page: Response, action: str) -> str:
    found = re.search(rf'<form[^>]*action="{action}"[^>]*data-options="([^"]*)"', page.text)
    assert found, page.text
    return html.unescape(found[1])


# --- Letting an app in ------------------------------------------------------------------------------------------------

OOB = "urn:ietf:wg:oauth:2.0:oob"
IVORY = "com.tapbots.Ivory.10217:/request_token"


def registered(square: Square, uri: str) -> dict[str, Any]:
    """Register an app."""
    sent = {"client_name": "Ivory", "redirect_uris": uri, "scopes": "read write:statuses follow push"}
    app: dict[str, Any] = square.client().post("/api/v1/apps", json=sent).json()
    return app


def authorize_path(app: dict[str, Any], **more: str) -> str:
    """Return where an app sends a browser."""
    asked = {"client_id": app["client_id"], "redirect_uri": app["redirect_uri"], "response_type": "code", **more}
    return f"/oauth/authorize?{urlencode(asked)}"


def test_an_app_keeps_hold_of_the_window_it_opened(open_door: Square) -> None:
    """An app in a browser opens a window for this and waits behind it for the code: no page on the way may cut it off."""
    join(open_door)
    app, browser = registered(open_door, IVORY), open_door.client()
    asked = browser.get(authorize_path(app, scope="read"))
    door = browser.get(asked.headers["location"])
    signed_in = send(browser, asked.headers["location"], email="ann", password=PASSWORD)
    consent = browser.get(signed_in.headers["location"])
    for answer in (asked, door, signed_in, consent):
        assert "cross-origin-opener-policy" not in answer.headers
    assert browser.get("/home").headers["cross-origin-opener-policy"] == "same-origin"


@pytest.mark.parametrize("uri", [IVORY, "https://elk.example/cb?server=square.example"])
def test_an_app_is_let_in_after_signing_in(open_door: Square, uri: str) -> None:
    """From the app's link over the sign-in page to consent and back, with PKCE, and `state` as it came."""
    join(open_door)
    app, browser = registered(open_door, uri), open_door.client()
    verifier = "v" * 64
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    state = "a b&c=ü" + "x" * 1_500
    more = {
        "scope": "read write:statuses",
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    asked = browser.get(authorize_path(app, **more))
    assert asked.status == 303
    signed_in = send(browser, asked.headers["location"], email="ann", password=PASSWORD)
    assert signed_in.headers["location"].startswith("/oauth/authorize?")
    page = browser.get(signed_in.headers["location"])
    assert page.status == 200
    assert "form-action" not in page.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    allowed = browser.post("/oauth/authorize", form=fields_of(page, "/oauth/authorize") | {"answer": "allow"})
    assert allowed.headers["location"].startswith(uri + ("&" if "?" in uri else "?") + "code=")
    back = parse_qs(urlsplit(allowed.headers["location"]).query)
    assert back["state"] == [state]
    sent = {
        "grant_type": "authorization_code",
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "redirect_uri": uri,
        "code": back["code"][0],
        "code_verifier": verifier,
    }
    token = open_door.client().post("/oauth/token", json=sent)
    assert token.json()["scope"] == "read write:statuses"
    assert open_door.client(token.json()["access_token"]).get("/api/v1/timelines/home").status == 200


def test_the_code_is_shown_where_the_app_cannot_be_reached(open_door: Square) -> None:
    """`toot` asks for it on the terminal."""
    client = join(open_door)
    app = registered(open_door, OOB)
    shown = send(client, authorize_path(app), "/oauth/authorize", answer="allow")
    code = re.search(r'<code[^>]*id="code"[^>]*>([^<]+)</code>', shown.text)
    assert code
    sent = {key: app[key] for key in ("client_id", "client_secret")}
    sent |= {"grant_type": "authorization_code", "redirect_uri": OOB, "code": code[1]}
    assert open_door.client().post("/oauth/token", form=sent).status == 200


def test_no_means_no(open_door: Square) -> None:
    """The app is told, and gets nothing."""
    client = join(open_door)
    denied = send(client, authorize_path(registered(open_door, IVORY), state="s"), "/oauth/authorize", answer="deny")
    back = parse_qs(urlsplit(denied.headers["location"]).query)
    assert (back["error"], back["state"]) == (["access_denied"], ["s"])
    assert "code" not in back


def test_an_app_may_want_to_be_sure_who_is_there(open_door: Square) -> None:
    """`force_login` asks for the password also of who is signed in, once."""
    client = join(open_door)
    asked = client.get(authorize_path(registered(open_door, IVORY), force_login="true"))
    assert asked.headers["location"].startswith("/auth/sign_in?")
    signed_in = send(client, asked.headers["location"], email="ann", password=PASSWORD)
    assert client.get(signed_in.headers["location"]).status == 200


@pytest.mark.parametrize("wrong", [{"client_id": "x"}, {"redirect_uri": "https://evil.example/"}])
def test_an_unknown_app_or_address_leads_nowhere(open_door: Square, wrong: dict[str, str]) -> None:
    """The reader sees why, and no browser is sent anywhere."""
    client = join(open_door)
    answer = client.get(authorize_path(registered(open_door, IVORY), **wrong))
    assert answer.status == 400
    assert "location" not in answer.headers
    assert answer.headers["content-type"].startswith("text/html")


def test_consent_needs_its_own_form(open_door: Square) -> None:
    """No page elsewhere lets an app in."""
    client = join(open_door)
    page = client.get(authorize_path(registered(open_door, IVORY)))
    fields = fields_of(page, "/oauth/authorize") | {"answer": "allow"}
    assert client.post("/oauth/authorize", form=fields | {"csrf": ""}).status == 403


def test_a_wrong_request_leads_nobody_elsewhere_before_they_signed_in(open_door: Square) -> None:
    """Anybody can register an app: a link to us must not be a hidden link to its address."""
    path = authorize_path(registered(open_door, "https://evil.example/"), scope="nonsense")
    for asked in (path, f"{path}&force_login=true"):
        assert open_door.client().get(asked).headers["location"].startswith("/auth/sign_in?")
    back = urlsplit(join(open_door).get(path).headers["location"])
    assert parse_qs(back.query)["error"] == ["invalid_scope"]
