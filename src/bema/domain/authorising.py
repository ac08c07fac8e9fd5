"""Authorising: how an app comes to act for somebody, as OAuth 2 has it (RFC 6749, RFC 7636, RFC 7009, RFC 9700).

What an app asks for wrongly is answered with a `Denied` rather than raised, since some of it is also recorded: a code
that comes a second time was stolen, and its token ends.
"""

import base64
import hashlib
import hmac
import re
import secrets
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from bema.model import limits
from bema.model.errors import BadRequest, Invalid, NotFound
from bema.model.ids import AccountId, AppId, LoginId, TokenId
from bema.model.policy import SCOPES, scope_allows
from bema.store import authorization_codes, grants
from bema.store.tx import Tx, WriteTx

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"  # the code is shown on a page, to be copied into the app
_DEFAULT_SCOPE = "read"
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # a SHA-256 in base64url
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_SCHEMES_THAT_RUN = frozenset(("javascript", "data", "vbscript", "blob", "file", "about"))


class App(msgspec.Struct, frozen=True):
    """A registered client."""

    id: AppId
    client_id: str
    name: str
    website: str | None
    redirect_uris: list[str]
    scopes: str


class Denied(msgspec.Struct, frozen=True):
    """Why an app does not get what it asked for: one of OAuth's words, and a sentence."""

    reason: str
    description: str


class Issued(msgspec.Struct, frozen=True):
    """A token that was made; its secret is known here and now only."""

    secret: str
    scopes: str


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What an app asks somebody for."""

    client_id: str = ""
    redirect_uri: str = ""
    response_type: str = ""
    scope: str = ""
    state: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """A request that is in order, and awaits consent."""

    app: App
    redirect_uri: str
    scopes: str
    code_challenge: str | None


# --- Registering ------------------------------------------------------------------------------------------------------


def register(tx: WriteTx, *, name: str, redirect_uris: list[str], scopes: str, website: str | None) -> tuple[App, str]:
    """Register an app and return it with its secret, of which only the hash is kept."""
    name = name.strip()
    if not name:
        raise Invalid("Validation failed: Application name can't be blank")
    if len(name) > limits.APP_NAME_CHARACTERS:
        most = limits.APP_NAME_CHARACTERS
        raise Invalid(f"Validation failed: Application name is too long (maximum is {most} characters)")
    uris = _checked_uris(redirect_uris)
    wanted = _checked_scopes(scopes) or _DEFAULT_SCOPE
    website = (website or "").strip() or None
    if website is not None and not _is_web_address(website):
        raise Invalid("Validation failed: Application website must be a valid URL")
    client_id, secret = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    id_ = grants.add_app(
        tx, client_id=client_id, secret=secret, name=name, website=website, redirect_uris=uris, scopes=wanted
    )
    return App(id_, client_id, name, website, uris, wanted), secret


def app(tx: Tx, id_: AppId) -> App:
    """Load an app."""
    row = grants.app_by_id(tx, id_)
    if row is None:
        raise NotFound
    return _app(row)


def _checked_uris(given: list[str]) -> list[str]:
    """Read redirect URIs, which come as a list, as lines, or as both; the same one twice is once."""
    uris = list(dict.fromkeys(uri for lines in given for uri in lines.split()))
    if not uris:
        raise Invalid("Validation failed: Redirect URI can't be blank")
    if len(uris) > limits.APP_REDIRECTS:
        raise Invalid(f"Validation failed: Redirect URI has too many lines (maximum is {limits.APP_REDIRECTS})")
    for uri in uris:
        if len(uri) > limits.URL_CHARACTERS:
            raise Invalid(
                f"Validation failed: Redirect URI is too long (maximum is {limits.URL_CHARACTERS} characters)"
            )
        scheme = uri.partition(":")[0].lower()
        if not _URI.fullmatch(uri) or (scheme in ("http", "https") and not _is_web_address(uri)):
            raise Invalid("Validation failed: Redirect URI must be an absolute URI.")
        if "#" in uri:
            raise Invalid("Validation failed: Redirect URI cannot contain a fragment.")
        if scheme in _SCHEMES_THAT_RUN:
            raise Invalid("Validation failed: Redirect URI is forbidden by the server.")
    return uris


def _checked_scopes(scopes: str) -> str:
    names = list(dict.fromkeys(scopes.split()))
    if len(scopes) > limits.SCOPES_CHARACTERS or not set(names) <= SCOPES:
        raise Invalid("Validation failed: Scopes doesn't match configured on the server.")
    return " ".join(names)


def _is_web_address(text: str) -> bool:
    if len(text) > limits.URL_CHARACTERS or not _URI.fullmatch(text) or "\\" in text:
        return False
    try:
        parts = urlsplit(text)
        # https://good.example@evil.example leads to the latter, and looks like the former to who is asked for consent.
        named_plainly = bool(parts.hostname) and "@" not in parts.netloc
        return parts.scheme in ("http", "https") and named_plainly and parts.port != 0
    except ValueError:
        return False


def _app(row: Any) -> App:
    uris: list[str] = msgspec.json.decode(row.redirect_uris, type=list[str])
    return App(row.id, row.client_id, row.name, row.website, uris, row.scopes)


# --- Consent ----------------------------------------------------------------------------------------------------------


def examine(tx: Tx, request: Request) -> Wish | Denied:
    """Check what an app asks for. Without a known app and its exact address nothing may be sent anywhere: it is raised."""
    row = grants.app_by_client_id(tx, request.client_id)
    if row is None:
        raise BadRequest("This app is not known here. Remove this server from the app and add it again")
    asking = _app(row)
    if request.redirect_uri not in asking.redirect_uris:
        raise BadRequest("The app wants to return to an address that it has not registered")
    if request.response_type != "code":
        return Denied("unsupported_response_type", "The authorization server does not support this response type.")
    scopes = _granted_scopes(asking, request.scope)
    if scopes is None:
        return _INVALID_SCOPE
    challenge = request.code_challenge or None
    if challenge is None and request.code_challenge_method:
        return Denied("invalid_request", "The code_challenge is missing.")
    if challenge is not None and request.code_challenge_method != "S256":
        return Denied("invalid_request", "The code_challenge_method must be S256.")
    if challenge is not None and not _CHALLENGE.fullmatch(challenge):
        return Denied("invalid_request", "The code_challenge is not a SHA-256 in base64url.")
    return Wish(app=asking, redirect_uri=request.redirect_uri, scopes=scopes, code_challenge=challenge)


def allow(tx: WriteTx, login_id: LoginId, account_id: AccountId, wish: Wish) -> str:
    """Let an app act for an account, and return the code that it exchanges for a token."""
    code = secrets.token_urlsafe(32)
    authorization_codes.add(
        tx,
        code=code,
        app_id=wish.app.id,
        login_id=login_id,
        account_id=account_id,
        scopes=wish.scopes,
        redirect_uri=wish.redirect_uri,
        code_challenge=wish.code_challenge,
    )
    return code


REFUSED = Denied("access_denied", "The resource owner or authorization server denied the request.")


def way_back(request: Request, answer: str | Denied) -> str:
    """Write the address that leads back to the app, with a code or the reason for none; `state` returns untouched."""
    values = {"code": answer} if isinstance(answer, str) else _in_words(answer)
    if request.state:
        values["state"] = request.state
    return request.redirect_uri + ("&" if "?" in request.redirect_uri else "?") + urlencode(values)


def _in_words(denied: Denied) -> dict[str, str]:
    return {"error": denied.reason, "error_description": denied.description}


def _granted_scopes(asking: App, wanted: str) -> str | None:
    """Return the scopes that an app gets, or None when it wants more than it registered for."""
    registered = frozenset(asking.scopes.split())
    names = list(dict.fromkeys(wanted.split()))
    if not names:
        return _DEFAULT_SCOPE if _DEFAULT_SCOPE in registered else asking.scopes
    if any(name not in SCOPES or not scope_allows(registered, name) for name in names):
        return None
    return " ".join(names)


# --- Tokens -----------------------------------------------------------------------------------------------------------


def redeem(
    tx: WriteTx, *, client_id: str, client_secret: str, code: str, redirect_uri: str, verifier: str
) -> Issued | Denied:
    """Exchange a code for a token, once. A second use shows that somebody else has the code: its token is revoked."""
    asking = _authenticated(tx, client_id, client_secret)
    if asking is None:
        return _INVALID_CLIENT
    row = authorization_codes.find(tx, code)
    if row is None or row.app_id != asking.id:
        return _INVALID_GRANT
    if row.token_id is None:
        if row.expires_at <= tx.now or row.redirect_uri != redirect_uri or not _proves(verifier, row.code_challenge):
            return _INVALID_GRANT
        secret = secrets.token_urlsafe(32)
        token_id = grants.add_token(
            tx,
            secret=secret,
            app_id=asking.id,
            login_id=row.login_id,
            account_id=row.account_id,
            scopes=row.scopes,
        )
        if authorization_codes.use(tx, code, token_id):
            return Issued(secret, row.scopes)
        grants.revoke(tx, token_id)
        row = authorization_codes.find(tx, code)
    if row is not None and row.token_id is not None:
        grants.revoke(tx, TokenId(row.token_id))
    return _INVALID_GRANT


def own_token(tx: WriteTx, *, client_id: str, client_secret: str, scope: str) -> Issued | Denied:
    """Give an app a token by which it speaks for itself."""
    asking = _authenticated(tx, client_id, client_secret)
    if asking is None:
        return _INVALID_CLIENT
    scopes = _granted_scopes(asking, scope)
    if scopes is None:
        return _INVALID_SCOPE
    secret = secrets.token_urlsafe(32)
    grants.add_token(tx, secret=secret, app_id=asking.id, login_id=None, account_id=None, scopes=scopes)
    return Issued(secret, scopes)


def token_for(tx: WriteTx, app_id: AppId, login_id: LoginId, account_id: AccountId, scopes: str) -> Issued:
    """Give the app by which somebody signed up a token that acts for them."""
    secret = secrets.token_urlsafe(32)
    grants.add_token(tx, secret=secret, app_id=app_id, login_id=login_id, account_id=account_id, scopes=scopes)
    return Issued(secret, scopes)


def revoke(tx: WriteTx, *, client_id: str, client_secret: str, token: str) -> Denied | None:
    """End a token of the app at once. One that ended before, or never was, is no error (RFC 7009, section 2.2)."""
    asking = _authenticated(tx, client_id, client_secret)
    row = grants.token_by_secret(tx, token) if token else None
    if asking is None or not token or (row is not None and row.app_id != asking.id):
        return Denied("unauthorized_client", "You are not authorized to revoke this token")
    if row is not None:
        grants.revoke(tx, row.id)
    return None


def _authenticated(tx: Tx, client_id: str, client_secret: str) -> App | None:
    row = grants.app_by_client_id(tx, client_id)
    if row is None or not hmac.compare_digest(grants.digest(client_secret), row.secret_hash):
        return None
    return _app(row)


def _proves(verifier: str, challenge: str | None) -> bool:
    """Tell whether who has the code is who asked for it (RFC 7636); a proof that was not asked for is no proof (RFC 9700)."""
    if challenge is None:
        return not verifier
    if not _VERIFIER.fullmatch(verifier):
        return False
    computed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    return hmac.compare_digest(computed, challenge)


_INVALID_CLIENT = Denied(
    "invalid_client",
    "Client authentication failed due to unknown client, no client authentication included, or unsupported "
    "authentication method.",
)
_INVALID_GRANT = Denied(
    "invalid_grant",
    "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the "
    "authorization request, or was issued to another client.",
)
_INVALID_SCOPE = Denied("invalid_scope", "The requested scope is invalid, unknown, or malformed.")
