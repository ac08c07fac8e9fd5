"""Answers: what goes back as bytes, and the only place where a refusal becomes a status and a sentence."""

from asyncio import Transport
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import msgspec

from bema.edge.call import Call
from bema.model.errors import Refusal, TooMany
from bema.wire.activitypub.signatures.messages import ACCEPTED_BODY, ACCEPTED_QUESTION
from bema.wire.activitypub.signatures.requests import Unsigned
from bema.wire.forms import form_pairs

_encode = msgspec.json.Encoder().encode

Header = tuple[bytes, bytes]


class Answer(msgspec.Struct, frozen=True):
    """A finished answer."""

    body: bytes = b""
    status: int = 200
    content_type: bytes = b"application/json; charset=utf-8"
    headers: Sequence[Header] = ()


class Endless(Answer, frozen=True, kw_only=True):
    """An answer that goes on: after its head and first `body`, whatever is written to the connection by others."""

    attach: Callable[[Transport], None]  # from now on it may be written to
    leave: Callable[[], None]  # it is gone


class Json(msgspec.Struct, frozen=True):
    """A value to be sent as JSON, with more than the usual status or headers."""

    value: Any
    status: int = 200
    headers: Sequence[Header] = ()


class Presenter(Protocol):
    """Writes results and refusals in the form of one protocol."""

    def answer(self, call: Call, result: Any) -> Answer:
        """Write what a handler returned."""
        ...

    def refuse(self, call: Call | None, refusal: Refusal) -> Answer:
        """Write an expected no; `call` is None where the request did not come that far."""
        ...

    def fail(self, call: Call | None, request_id: str) -> Answer:
        """Write that something broke; the log has the rest under the request's id."""
        ...


class ApiPresenter:
    """Mastodon's forms: JSON, and `{"error": "…"}` for every no."""

    def answer(self, call: Call, result: Any) -> Answer:
        """Encode entities; None is the empty success `{}`."""
        match result:
            case Answer():
                return result
            case Json(value, status, headers):
                return Answer(_encode(value), status, headers=headers)
            case None:
                return Answer(b"{}")
        return Answer(_encode(result))

    def refuse(self, call: Call | None, refusal: Refusal) -> Answer:
        """Write `{"error": …}`, with `details` per field where there are some."""
        body: dict[str, Any] = {"error": refusal.message}
        if refusal.details is not None:
            body["details"] = refusal.details
        return Answer(_encode(body), refusal.status, headers=[*retry_after(refusal), *accept_signature(call, refusal)])

    def fail(self, call: Call | None, request_id: str) -> Answer:
        """Own up to a fault of the server."""
        sentence = f"Something went wrong on our side. It was noted as {request_id}."
        return Answer(_encode({"error": sentence}), 500)


def retry_after(refusal: Refusal) -> Sequence[Header]:
    """Say when to come back, where the refusal knows."""
    if isinstance(refusal, TooMany):
        return ((b"retry-after", str(refusal.retry_after_seconds).encode()),)
    return ()


def accept_signature(call: Call | None, refusal: Refusal) -> Sequence[Header]:
    """Say which signature would do (RFC 9421, section 5), where one was missing or did not hold."""
    if call is None or not isinstance(refusal, Unsigned):
        return ()
    return ((b"accept-signature", (ACCEPTED_QUESTION if call.method in ("GET", "HEAD") else ACCEPTED_BODY).encode()),)


_PAGING = frozenset(("max_id", "since_id", "min_id", "offset", "access_token"))


def paged(call: Call, items: Any, first: int | None, last: int | None) -> Json:
    """Answer with part of a list, and the links to its neighbours: older by `max_id`, newer by `min_id`.

    `first` and `last` are the cursors of the newest and oldest item (the relation's own id where lists page by it); an
    empty page has no links. The links keep what else the request asked for.
    """
    if first is None or last is None:
        return Json(items)
    kept = [(name, value) for name, value in form_pairs(call.query_string) if name not in _PAGING]
    start = f"{call.site.base}{quote(call.path, safe='/@')}?{urlencode(kept)}{'&' if kept else ''}"
    older, newer = f'<{start}max_id={last}>; rel="next"', f'<{start}min_id={first}>; rel="prev"'
    return Json(items, headers=((b"link", f"{older}, {newer}".encode()),))


def header_lines(lines: Iterable[tuple[str, str]]) -> list[Header]:
    """Encode headers."""
    return [(name.encode(), value.encode()) for name, value in lines]
