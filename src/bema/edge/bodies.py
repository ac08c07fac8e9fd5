"""Request bodies: read within a limit, and merged with the query string into one set of parameters."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from bema.edge.call import Call, Upload
from bema.model import limits
from bema.model.errors import BadRequest, Refusal, TooLarge
from bema.wire.forms import form_body, json_body, merge, nest

Receive = Callable[[], Awaitable[dict[str, Any]]]


async def read(call: Call, receive: Receive, *, seconds: float = limits.BODY_SECONDS) -> dict[str, object]:
    """Return the parameters of a request, from its body (JSON, form or multipart, whatever the method) and its query.

    A body that does not come within `seconds`, or the time that its length allows, is refused: who sends a byte a minute
    must not hold a connection for ever.
    """
    parameters = query(call)
    length = call.headers.get(b"content-length")
    if (length is None and call.method in ("GET", "HEAD")) or (length == b"0" and not call.route.raw):
        return parameters
    most = call.route.body_bytes
    if length is not None and (not length.isdigit() or int(length) > most):
        raise TooLarge(f"The request is larger than {most} bytes")
    allowed = seconds if length is None else max(seconds, int(length) / limits.BODY_BYTES_A_SECOND)
    try:
        async with asyncio.timeout(allowed):
            return merge(parameters, await _body(call, _chunks(receive, most)))
    except TimeoutError:
        raise Refusal("The request took too long", status=408) from None


def is_large(call: Call) -> bool:
    """Tell whether a body is large, or does not say how large it is."""
    length = call.headers.get(b"content-length", b"")
    return call.method not in ("GET", "HEAD") and (not length.isdigit() or int(length) > limits.BODY_BYTES)


async def _body(call: Call, chunks: AsyncGenerator[bytes, None]) -> dict[str, object]:
    content_type = call.header(b"content-type").partition(";")[0].strip().lower()
    if content_type == "multipart/form-data" and not call.route.raw:
        return await _multipart(call, chunks)
    body = b"".join([chunk async for chunk in chunks])
    if call.route.raw:
        return {"body": body}
    if content_type in ("application/json", "text/json") or content_type.endswith("+json"):
        return json_body(body)
    if content_type == "" and body.lstrip()[:1] in (b"{", b"["):
        return json_body(body)
    return form_body(body)


def query(call: Call) -> dict[str, object]:
    """Return the parameters of the query string."""
    return form_body(call.query_string)


async def _chunks(receive: Receive, most: int) -> AsyncGenerator[bytes, None]:
    received = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadRequest("The request ended too early")
        chunk: bytes = message.get("body", b"")
        received += len(chunk)
        if received > most:
            raise TooLarge(f"The request is larger than {most} bytes")
        yield chunk
        if not message.get("more_body"):
            return


async def _multipart(call: Call, chunks: AsyncGenerator[bytes, None]) -> dict[str, object]:
    parser = MultiPartParser(
        Headers(raw=list(call.headers.items())),
        chunks,
        max_files=limits.UPLOAD_FILES,
        max_fields=limits.PARAMETERS,
        max_part_size=limits.BODY_BYTES,
    )
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, ValueError, UnicodeDecodeError):
        raise BadRequest("The form could not be read") from None
    pairs: list[tuple[str, object]] = []
    for name, value in form.multi_items():
        if not isinstance(value, UploadFile):
            pairs.append((name, value))
            continue
        call.afterwards.append(value.file.close)
        if value.filename or value.size:
            pairs.append((name, Upload(value.filename or "", value.content_type or "", value.file, value.size or 0)))
    return nest(pairs)
