"""Security settings on pages: password, second step, passkeys, sessions and apps."""

import base64
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from bema.domain import securing, signing_in
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web import sayings
from bema.edge.web.browsers import browser_of
from bema.edge.web.consent import powers
from bema.edge.web.pages import Page, Redirect, page, tongue_of
from bema.edge.web.signing import party_of, visitor_of
from bema.model import limits
from bema.model.errors import Refusal
from bema.model.ids import LoginId, Millis
from bema.outside import passkeys as devices
from bema.outside import totp
from bema.store import accounts, grants, sessions
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.WEB)

_HERE = "/settings/security"
_NEW_PASSKEY = "new passkey"  # what a challenge is made for

# --- What one signs in with -------------------------------------------------------------------------------------------


class Setup(NamedTuple):
    """What an app needs to make codes."""

    secret: str
    picture: str


@routes.get(_HERE, needs=Needs.SESSION)
def security(call: Call, tx: Tx) -> Page:
    """See what one signs in with."""
    return _security_page(tx, call)


def _security_page(tx: Tx, call: Call, *, status: int = 200, **more: Any) -> Page:
    login = _login(call)
    found = securing.overview(tx, login)
    setup = None
    if found.totp_secret is not None:
        uri = totp.provisioning_uri(found.totp_secret, name=found.email, issuer=call.parts.settings.title)
        drawn = base64.b64encode(totp.qr_svg(uri).encode()).decode()
        setup = Setup(found.totp_secret, f"data:image/svg+xml;base64,{drawn}")
    account = accounts.own(tx, call.actor).account
    question = devices.ask_to_register(
        party_of(call.site),
        challenge=devices.new_challenge(_key(call), _NEW_PASSKEY, call.parts.clock.now()),
        user_handle=str(login).encode(),
        user_name=found.email,
        display_name=account.display_name or account.username,
        known=[key.credential_id for key in found.passkeys],
    )
    context: dict[str, Any] = {
        "part": "security",
        "email": found.email,
        "totp": found.totp,
        "totp_setup": setup,
        "recovery_left": found.recovery_left,
        "recovery_codes": [],
        "passkeys": found.passkeys,
        "passkey_options": question.options,
        "errors": {},
        "error": None,
    }
    return page(call, tx, "settings/security.html", status=status, **{**context, **more})


def _wrong(tx: Tx, call: Call, refusal: Refusal) -> Page:
    return _security_page(tx, call, status=refusal.status, error=sayings.of_refusal(refusal, tongue_of(call)))


def _with_errors(tx: Tx, call: Call, errors: dict[str, str], status: int) -> Page:
    return _security_page(tx, call, status=status, errors=errors)


class Passwords(msgspec.Struct, frozen=True):
    """The password so far, and the new one."""

    current_password: str = ""
    password: str = ""


@routes.post(f"{_HERE}/password", needs=Needs.SESSION, rate="sign_in")
async def change_password(call: Call, ask: Passwords) -> Page | Redirect:
    """Change one's password."""
    passwords, factor = call.parts.passwords, call.parts.settings.rate_limit_factor
    speech = tongue_of(call)
    candidate = await call.write(signing_in.begin_again, _login(call), visitor_of(call), factor=factor)
    if not await passwords.verify(candidate.password_hash, ask.current_password):
        errors = {"current_password": speech.gettext("This is not your password.")}
        return await call.read(_with_errors, call, errors, 422)
    try:
        hashed = await passwords.hash(ask.password)
    except Refusal as refusal:
        errors = sayings.field_errors(refusal, speech)
        return await call.read(_with_errors, call, errors, refusal.status)
    await call.write(_set_password, call, candidate, hashed)
    return Redirect(_HERE, flash="password")


def _set_password(tx: WriteTx, call: Call, candidate: signing_in.Candidate, hashed: str) -> None:
    assert call.session is not None
    signing_in.proven(tx, candidate)
    securing.change_password(tx, call.site, call.session.login, hashed, keep_session=call.session.id)


def _proof_missing(call: Call) -> Redirect | None:
    """Ask who it is before what one signs in with is changed, unless they proved it a moment ago: browsers are left open."""
    assert call.session is not None
    if call.session.proven_at >= call.parts.clock.now() - limits.PROOF_SECONDS * 1_000:
        return None
    return Redirect(f"/auth/again?back={quote(_HERE, safe='')}")


class Code(msgspec.Struct, frozen=True):
    """A code from an app; none asks for the secret that makes them."""

    code: str = ""


@routes.post(f"{_HERE}/totp", needs=Needs.SESSION, rate="sign_in")
def set_up_codes(call: Call, tx: WriteTx, ask: Code) -> Page | Redirect:
    """Set up codes from an app as the second step."""
    if (first := _proof_missing(call)) is not None:
        return first
    if not ask.code:
        securing.begin_totp(tx, _login(call))
        return Redirect(_HERE)
    codes = securing.enable_totp(tx, call.site, _login(call), ask.code)
    if codes is None:
        errors = {"code": tongue_of(call).gettext("This code is not right, or it was used. Wait for the next one.")}
        return _security_page(tx, call, status=422, errors=errors)
    return _security_page(tx, call, recovery_codes=codes)


@routes.post(f"{_HERE}/totp/disable", needs=Needs.SESSION)
def turn_codes_off(call: Call, tx: WriteTx) -> Redirect:
    """Turn the second step off."""
    if (first := _proof_missing(call)) is not None:
        return first
    securing.disable_totp(tx, call.site, _login(call))
    return Redirect(_HERE, flash="totp_off")


@routes.post(f"{_HERE}/recovery", needs=Needs.SESSION)
def renew_recovery_codes(call: Call, tx: WriteTx) -> Page | Redirect:
    """Make new recovery codes, which are shown only now."""
    if (first := _proof_missing(call)) is not None:
        return first
    return _security_page(tx, call, recovery_codes=securing.renew_recovery_codes(tx, call.site, _login(call)))


class NewPasskey(msgspec.Struct, frozen=True):
    """The browser's answer, and what its owner calls the device."""

    passkey: str = ""
    name: str = ""


@routes.post(f"{_HERE}/passkeys", needs=Needs.SESSION)
async def add_passkey(call: Call, ask: NewPasskey) -> Page | Redirect:
    """Let a device speak for oneself."""
    if (first := _proof_missing(call)) is not None:
        return first
    try:
        challenge = devices.challenge_in(ask.passkey, _key(call), _NEW_PASSKEY, call.parts.clock.now())
        passkey = devices.register(party_of(call.site), challenge, ask.passkey)
        await call.write(securing.add_passkey, call.site, _login(call), passkey, ask.name)
    except Refusal as refusal:
        return await call.read(_wrong, call, refusal)
    return Redirect(_HERE, flash="passkey_added")


@routes.post(f"{_HERE}/passkeys/{{id}}/delete", needs=Needs.SESSION)
def remove_passkey(call: Call, tx: WriteTx) -> Redirect:
    """Take a passkey away."""
    if (first := _proof_missing(call)) is not None:
        return first
    securing.remove_passkey(tx, call.site, _login(call), call.path_id())
    return Redirect(_HERE, flash="passkey_removed")


# --- Sessions and apps ------------------------------------------------------------------------------------------------


class SignedIn(NamedTuple):
    """A session, as its owner may recognise it."""

    id: int
    browser: str
    phone: bool
    address: str
    created_at: Millis
    last_used_at: Millis
    current: bool


@routes.get("/settings/sessions", needs=Needs.SESSION)
def view_sessions(call: Call, tx: Tx) -> Page:
    """See where one is signed in."""
    assert call.session is not None
    shown = []
    for row in sessions.of_login(tx, call.session.login):
        browser = browser_of(row.user_agent, tongue_of(call))
        current = row.id == call.session.id
        shown.append(
            SignedIn(row.id, browser.name, browser.phone, row.address, row.created_at, row.last_used_at, current)
        )
    return page(call, tx, "settings/sessions.html", part="sessions", sessions=shown)


@routes.post("/settings/sessions/{id}/revoke", needs=Needs.SESSION)
def end_session(call: Call, tx: WriteTx) -> Redirect:
    """End one of one's sessions."""
    securing.end_session(tx, _login(call), call.path_id())
    return Redirect("/settings/sessions", flash="session_ended")


class LetIn(NamedTuple):
    """An app that may act for somebody."""

    id: int
    name: str
    website: str | None
    scopes: list[str]
    created_at: Millis
    last_used_at: Millis | None


@routes.get("/settings/apps", needs=Needs.SESSION)
def apps(call: Call, tx: Tx) -> Page:
    """See which apps may act."""
    speech = tongue_of(call)
    shown = [
        LetIn(
            row.id,
            row.name,
            row.website,
            [power.words for power in powers(row.scopes, speech)],
            row.created_at,
            row.last_used_at,
        )
        for row in grants.apps_of_login(tx, _login(call))
    ]
    return page(call, tx, "settings/apps.html", part="apps", apps=shown)


@routes.post("/settings/apps/{id}/revoke", needs=Needs.SESSION)
def remove_app(call: Call, tx: WriteTx) -> Redirect:
    """Let an app act no more."""
    securing.remove_app(tx, _login(call), call.path_id())
    return Redirect("/settings/apps", flash="app_removed")


def _login(call: Call) -> LoginId:
    assert call.session is not None
    return call.session.login


def _key(call: Call) -> bytes:
    return call.parts.settings.secret.encode()
