"""What OAuth and errors look like to a Mastodon client: applications, tokens, who signed in, what went wrong."""

from msgspec import UNSET, UnsetType

from bema.wire.mastodon.accounts import Entity


class Application(Entity, frozen=True, kw_only=True):
    """A registered client; `redirect_uri` is all of `redirect_uris`, one a line, for older clients."""

    id: str
    name: str
    website: str | None
    scopes: list[str]
    redirect_uris: list[str]
    redirect_uri: str
    vapid_key: str


class CredentialApplication(Application, frozen=True, kw_only=True):
    """A client as it sees itself when it registers; `client_secret_expires_at` 0 is never."""

    client_id: str
    client_secret: str
    client_secret_expires_at: int = 0


class Token(Entity, frozen=True, kw_only=True):
    """An access token; `created_at` is in whole seconds since 1970."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105 -- the kind of token, not a secret
    scope: str
    created_at: int


class UserInfo(Entity, frozen=True, kw_only=True):
    """Who signed in, as OpenID Connect claims."""

    iss: str
    sub: str
    name: str
    preferred_username: str
    profile: str
    picture: str


class ServerMetadata(Entity, frozen=True, kw_only=True):
    """What the server can do in OAuth (RFC 8414), which clients read before they ask."""

    issuer: str
    service_documentation: str
    authorization_endpoint: str
    token_endpoint: str
    app_registration_endpoint: str
    revocation_endpoint: str
    userinfo_endpoint: str
    scopes_supported: list[str]
    response_types_supported: list[str]
    response_modes_supported: list[str]
    grant_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    code_challenge_methods_supported: list[str]


class FieldError(Entity, frozen=True, kw_only=True):
    """What is wrong with one value: a code for programs and a sentence for people."""

    error: str
    description: str


class Error(Entity, frozen=True, kw_only=True):
    """Why a request was refused; `details` says it field by field where a form was filled in."""

    error: str
    error_description: str | UnsetType = UNSET
    details: dict[str, list[FieldError]] | UnsetType = UNSET
