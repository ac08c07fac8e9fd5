"""OAuth as programs speak it: tokens for codes, tokens for apps, revocation, and what the server can do in it."""

import base64
import binascii
from urllib.parse import unquote_plus

import msgspec

from bema.domain import authorising
from bema.domain.authorising import Denied, Issued
from bema.edge.answers import Json
from bema.edge.call import Call
from bema.edge.routes import Routes, Surface
from bema.model.policy import SCOPES
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.oauth import Error, ServerMetadata, Token

routes = Routes(Surface.API)
_NOT_KEPT = ((b"cache-control", b"no-store"),)  # RFC 6749, section 5.1: no cache may keep a token


class TokenRequest(msgspec.Struct, frozen=True):
    """What an app sends for a token."""

    grant_type: str = ""
    code: str = ""
    client_id: str = ""
    client_secret: str = ""
    redirect_uri: str = ""
    scope: str = ""
    code_verifier: str = ""


class Revocation(msgspec.Struct, frozen=True):
    """What an app sends to end a token."""

    token: str = ""
    client_id: str = ""
    client_secret: str = ""


@routes.post("/oauth/token", answer=Token, rate="tokens")
def obtain_token(call: Call, tx: WriteTx, ask: TokenRequest) -> Json:
    """Obtain a token."""
    client_id, client_secret = _client(call, ask.client_id, ask.client_secret)
    result: Issued | Denied
    match ask.grant_type:
        case "authorization_code":
            result = authorising.redeem(
                tx,
                client_id=client_id,
                client_secret=client_secret,
                code=ask.code,
                redirect_uri=ask.redirect_uri,
                verifier=ask.code_verifier,
            )
        case "client_credentials":
            result = authorising.own_token(tx, client_id=client_id, client_secret=client_secret, scope=ask.scope)
        case "":
            result = Denied("invalid_request", "Missing required parameter: grant_type.")
        case _:
            result = Denied("unsupported_grant_type", "The authorization grant type is not supported by this server.")
    if isinstance(result, Denied):
        return _denied(result, 401 if result.reason == "invalid_client" else 400)
    return Json(token(result, tx), headers=_NOT_KEPT)


@routes.post("/oauth/revoke", answer=dict)
def revoke_token(call: Call, tx: WriteTx, ask: Revocation) -> Json:
    """Revoke a token."""
    client_id, client_secret = _client(call, ask.client_id, ask.client_secret)
    denied = authorising.revoke(tx, client_id=client_id, client_secret=client_secret, token=ask.token)
    return Json({}) if denied is None else _denied(denied, 403)


@routes.get("/.well-known/oauth-authorization-server")
def server_metadata(call: Call, tx: Tx) -> ServerMetadata:
    """View what the server can do in OAuth."""
    base = call.site.base
    return ServerMetadata(
        issuer=f"{base}/",
        service_documentation="https://docs.joinmastodon.org/",
        authorization_endpoint=f"{base}/oauth/authorize",
        token_endpoint=f"{base}/oauth/token",
        app_registration_endpoint=f"{base}/api/v1/apps",
        revocation_endpoint=f"{base}/oauth/revoke",
        userinfo_endpoint=f"{base}/oauth/userinfo",
        scopes_supported=sorted(SCOPES),
        response_types_supported=["code"],
        response_modes_supported=["query"],
        grant_types_supported=["authorization_code", "client_credentials"],
        token_endpoint_auth_methods_supported=["client_secret_basic", "client_secret_post"],
        code_challenge_methods_supported=["S256"],
    )


def token(issued: Issued, tx: Tx) -> Token:
    """Render a new token, the only time that it is seen."""
    return Token(access_token=issued.secret, scope=issued.scopes, created_at=tx.now // 1_000)


def _client(call: Call, client_id: str, client_secret: str) -> tuple[str, str]:
    """Return what an app names itself by: HTTP Basic (RFC 6749, section 2.3.1) or, without it, the parameters."""
    kind, _, encoded = call.header(b"authorization").partition(" ")
    if kind.lower() != "basic":
        return client_id, client_secret
    try:
        name, _, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return unquote_plus(name), unquote_plus(secret)


def _denied(denied: Denied, status: int) -> Json:
    return Json(Error(error=denied.reason, error_description=denied.description), status, headers=_NOT_KEPT)
