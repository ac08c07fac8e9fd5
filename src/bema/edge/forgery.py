"""Whether a form was sent from one of our own pages, and not by a page elsewhere in the name of whoever reads it.

Who is signed in has a secret with the session; who is not gets one in a cookie when a form needs it. A form carries the
secret masked, differently each time, so that it cannot be guessed from the length of compressed pages.
"""

import base64
import binascii
import hmac
import secrets

from bema.edge.call import Call
from bema.model.errors import Forbidden

FORM_COOKIE = "bema_form"
_BYTES = 32
# Of one who is not signed in: what changes nothing but their cookie, what anybody may ask for from anywhere (profiles for
# strangers are the same for all of them, and kept), and what only the holder of a signed link can ask for.
_WITHOUT_TOKEN = frozenset(
    (
        "/settings/language",
        "/@{acct}/follow_elsewhere",
        "/posts/{id}/from_elsewhere",
        "/@{acct}/subscribe",
        "/unsubscribe",
    )
)


def token(call: Call) -> str:
    """Return what the forms of a page carry; empty for a visitor who was not given a secret."""
    secret = _secret(call)
    return "" if secret is None else _masked(secret)


def token_for_visitor(call: Call) -> str:
    """Return what the forms of a page carry, also for a visitor, who gets a secret with the answer."""
    if _secret(call) is not None:
        return token(call)
    secret = secrets.token_bytes(_BYTES)
    call.set_cookie(FORM_COOKIE, _text(secret), seconds=None)
    return _masked(secret)


def check(call: Call) -> None:
    """Refuse a form that came from elsewhere."""
    if call.header(b"sec-fetch-site") in ("cross-site", "same-site") or not _own_origin(call):
        raise Forbidden("This form came from another site and was not accepted")
    stranger = call.session is None or call.session.confined  # who is shut out sees most pages as strangers do
    if stranger and call.route.path in _WITHOUT_TOKEN:
        return
    sent = call.parameters.get("csrf") or call.header(b"x-csrf")
    secret = _secret(call)
    if secret is None or not isinstance(sent, str) or not hmac.compare_digest(_unmasked(sent), secret):
        raise Forbidden("This form is too old. Go back, reload the page and send it again")


def _secret(call: Call) -> bytes | None:
    if call.session is not None:
        return hmac.digest(call.session.csrf_secret.encode(), b"form", "sha256")
    cookie = call.cookie(FORM_COOKIE)
    secret = _bytes(cookie) if cookie else b""
    return secret if len(secret) == _BYTES else None


def _own_origin(call: Call) -> bool:
    origin = call.header(b"origin")
    return not origin or origin.partition("://")[2] in (call.header(b"host"), call.site.domain)


def _masked(secret: bytes) -> str:
    mask = secrets.token_bytes(_BYTES)
    return _text(mask + _xor(mask, secret))


def _unmasked(text: str) -> bytes:
    both = _bytes(text) if len(text) <= 4 * _BYTES else b""
    return _xor(both[:_BYTES], both[_BYTES:]) if len(both) == 2 * _BYTES else b""


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""
