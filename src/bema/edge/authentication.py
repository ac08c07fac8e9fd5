"""Who asks: bearer tokens for the API, cookies for pages, and whether a route is open to them."""

from bema.edge import forgery
from bema.edge.call import Call
from bema.edge.routes import Needs, Surface
from bema.model import limits
from bema.model.errors import Confined, Forbidden, Unauthenticated
from bema.model.permissions import may
from bema.model.policy import scope_allows
from bema.store import grants, sessions
from bema.store.tx import Tx

SESSION_COOKIE = "bema_session"


def authenticate(tx: Tx, call: Call) -> None:
    """Find the grant of the bearer token, if one came; a token that is not valid is refused wherever it comes.

    That of somebody whom a decision shut out is good for few routes.
    """
    secret = bearer(call)
    if secret is None:
        return
    grant = grants.by_secret(tx, secret) if len(secret) <= limits.HEADER_TOKEN_CHARACTERS else None
    if grant is None:
        grant = grants.shut_out(tx, secret)
        if grant is None:
            raise Unauthenticated
        if not call.route.confined:
            raise Forbidden("Your login is currently disabled")
    call.grant = grant


def authenticate_session(tx: Tx, call: Call) -> None:
    """Find the session of the cookie, if one came; one that is not valid is like none.

    Whoever a decision shut out has a session that is good for few routes.
    """
    secret = call.cookie(SESSION_COOKIE)
    if secret and len(secret) <= limits.HEADER_TOKEN_CHARACTERS:
        oldest = tx.now - limits.SESSION_SECONDS * 1_000
        session = sessions.by_secret(tx, secret, oldest)
        if session is not None and session.confined and not call.route.confined:
            if call.route.needs is Needs.SESSION:
                raise Confined
            session = None  # what everybody may see, they see as everybody does
        call.session = session


def check(call: Call) -> None:
    """Refuse whoever may not call this route, and forms from elsewhere."""
    check_caller(call)
    if call.route.surface is Surface.WEB and call.route.method == "POST":
        forgery.check(call)


def check_caller(call: Call) -> None:
    """Refuse whoever may not call this route."""
    route, grant = call.route, call.grant
    if route.surface is Surface.WEB:
        if route.needs is Needs.SESSION and call.session is None:
            raise Unauthenticated("Please sign in first")
        if route.permission is not None and not may(
            call.session.role if call.session is not None else None, route.permission
        ):
            raise Forbidden
        return
    if grant is None:
        if route.needs is not Needs.NOBODY:
            raise Unauthenticated
        return
    if route.scope is not None and not any(scope_allows(grant.scopes, each) for each in route.scope.split()):
        raise Forbidden("This action is outside the authorized scopes")
    if route.needs is Needs.USER and grant.account is None:
        raise Unauthenticated("This method requires an authenticated user")
    if grant.account is not None and not grant.confirmed and not route.unconfirmed:
        raise Forbidden("Your login is missing a confirmed e-mail address or awaits approval")
    if route.permission is not None and not may(grant.role, route.permission):
        raise Forbidden


def bearer(call: Call) -> str | None:
    """Return the token of the Authorization header, or of the parameter `access_token` that some clients use."""
    header = call.header(b"authorization")
    if header:
        kind, _, secret = header.partition(" ")
        return secret.strip() if kind.lower() == "bearer" else None
    parameter = call.parameters.get("access_token")
    return parameter if isinstance(parameter, str) and parameter else None
