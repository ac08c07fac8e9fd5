"""Signed: ids that go out in links and come back, so that only who got the link can name them; nothing is stored for it."""

import hmac

UNSUBSCRIBING = b"unsubscribe"  # a purpose: the link by which somebody gets no more letters
_DIGITS = 40  # of the signature, in hexadecimal: 160 bits


def signed(secret: bytes, purpose: bytes, id_: int) -> str:
    """Return an id with the signature that it has for a purpose."""
    return f"{id_}-{_signature(secret, purpose, str(id_))}"


def checked(secret: bytes, purpose: bytes, token: str) -> int | None:
    """Return the id that was signed for a purpose; None where it was not, or the server's secret is another by now."""
    id_, _, signature = token.partition("-")
    if not (id_.isascii() and id_.isdigit() and len(id_) <= 19 and signature.isascii()):
        return None
    return int(id_) if hmac.compare_digest(signature, _signature(secret, purpose, id_)) else None


def _signature(secret: bytes, purpose: bytes, id_: str) -> str:
    key = hmac.digest(secret, b"bema signed 1 " + purpose, "sha256")
    return hmac.digest(key, id_.encode(), "sha256").hex()[:_DIGITS]
