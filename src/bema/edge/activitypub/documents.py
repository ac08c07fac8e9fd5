"""Documents for other servers, and what every one of them is answered with: its type, and who else may keep it."""

from collections.abc import Mapping
from typing import Any

from bema.edge.answers import Answer, Header
from bema.edge.call import Call
from bema.wire.activitypub.context import CONTENT_TYPE, encode
from bema.wire.activitypub.negotiating import wants_document

_SECONDS = 180  # that a document may be kept which is the same for everybody: as on Mastodon


def document(call: Call, thing: Mapping[str, Any] | bytes, *, for_all: bool = True, status: int = 200) -> Answer:
    """Answer with a thing, perhaps written already.

    What not everybody is shown is kept by nobody between us and who asked.
    """
    kept = f"max-age={_SECONDS}, public" if for_all and not is_signed(call) else "private, no-store"
    headers = (*_vary(call), (b"cache-control", kept.encode()))
    body = thing if isinstance(thing, bytes) else encode(thing)
    return Answer(body, status, content_type=CONTENT_TYPE, headers=headers)


def is_signed(call: Call) -> bool:
    """Tell whether somebody put their name to a question; whether they may is not known yet."""
    return b"signature" in call.headers


def wants_page(call: Call) -> bool:
    """Tell whether it is a browser that asks at the address of a document."""
    return not wants_document(call.header(b"accept"))


def to_page(call: Call, address: str) -> Answer:
    """Send a browser to the page about a thing."""
    headers = ((b"location", address.encode()), *_vary(call))
    return Answer(status=302, content_type=b"text/plain; charset=utf-8", headers=headers)


def _vary(call: Call) -> tuple[Header, ...]:
    varies = b"Accept, Signature" if call.parts.settings.authorized_fetch else b"Accept"
    return ((b"vary", varies),)
