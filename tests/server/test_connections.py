"""Who connects and asks for nothing, or never ends asking, costs little and not for long."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import unquote_to_bytes

import uvicorn
from uvicorn.server import ServerState

from bema.edge.connections import Connection, answer_at_once
from bema.model import limits

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Hasty(Connection):
    """A connection that waits a moment only."""

    head_seconds = 0.05


async def _greeting(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    size = 0
    more = True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(str(size)))]})
    await send({"type": "http.response.body", "body": str(size).encode()})


@asynccontextmanager
async def _connected(
    kind: type[Connection] = Connection, app: Callable[..., Awaitable[None]] = _greeting
) -> AsyncIterator[Streams]:
    config = uvicorn.Config(app, http=kind, log_level="critical", proxy_headers=False)
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(lambda: kind(config, state, {}), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
    try:
        yield reader, writer
    finally:
        writer.close()
        server.close()


async def _answer(streams: Streams, request: bytes) -> bytes:
    reader, writer = streams
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return head.split(b"\r\n")[0] + b" " + await reader.readexactly(int(length.partition(b":")[2]))


def test_requests_are_answered_one_after_another() -> None:
    """The bounds are none for who behaves: bodies may be larger than heads, and connections are kept."""

    async def ask() -> list[bytes]:
        async with _connected() as streams:
            large = b"x" * (4 * limits.HEAD_BYTES)
            post = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(large) + large
            get = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
            return [await _answer(streams, each) for each in (get, post, get, post)]

    nothing, much = b"HTTP/1.1 200 OK 0", b"HTTP/1.1 200 OK %d" % (4 * limits.HEAD_BYTES)
    assert asyncio.run(ask()) == [nothing, much, nothing, much]


def test_an_answer_comes_in_one_piece() -> None:
    """Its head waits for what follows it at once; nothing else waits, and what is asked to go on is told so at once."""

    async def ask(request: bytes) -> bytes:
        async with _connected() as (reader, writer):
            writer.write(request)
            return await reader.read(65_536)

    assert asyncio.run(ask(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")).endswith(b"\r\n\r\n0")
    asked = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n"
    assert asyncio.run(ask(asked)) == b"HTTP/1.1 100 Continue\r\n\r\n"


async def _echo(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Answer at once, with a header that the caller chose and a body of one letter, or a very long one."""
    body = b"x" * (50_000_000 if scope["path"] == "/long" else 1)
    said = unquote_to_bytes(scope["query_string"])
    headers = [(b"content-length", b"%d" % len(body)), (b"said", said)]
    assert answer_at_once(send, 200, headers, body, head=scope["method"] == "HEAD")


def _exchange(request: bytes) -> bytes:
    async def ask() -> bytes:
        async with _connected(app=_echo) as (reader, writer):
            writer.write(request)
            return await reader.read()

    return asyncio.run(ask())


def test_an_answer_at_once_is_as_http_wants_it() -> None:
    """Requests that come together are answered in order; HEAD has no body; who cannot keep a connection is told so."""
    get, head = b"GET /?a HTTP/1.1\r\nHost: a\r\n\r\n", b"HEAD /?b HTTP/1.1\r\nHost: a\r\n\r\n"
    start = b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\nsaid: "
    last = b"GET /?c HTTP/1.0\r\n\r\n"
    together = [b"a\r\n\r\nx", b"b\r\n\r\n", b"a\r\n\r\nx", b"c\r\nconnection: close\r\n\r\nx"]
    assert _exchange(get + head + get + last) == b"".join(start + each for each in together)
    assert len(_exchange(b"GET /long?a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")) > 50_000_000


def test_a_header_cannot_end_itself() -> None:
    """Whatever a handler puts there: no second header, and no second answer, can be smuggled in."""
    for smuggled in (b"a%0d%0aset-cookie:%20b", b"a%0ab", b"a%0db", b"a%00b"):
        answer = _exchange(b"GET /?" + smuggled + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 500 ")
        assert b"said" not in answer


def test_a_head_without_end_is_refused() -> None:
    """Headers are kept in memory until the last of them came; so much of one client's does not fit."""

    async def ask() -> bytes:
        async with _connected() as (reader, writer):
            writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n")
            for _ in range(limits.HEAD_BYTES // 1_000 + 64):
                writer.write(b"x: " + b"y" * 995 + b"\r\n")
            return await reader.read(12)

    assert asyncio.run(ask()) == b"HTTP/1.1 400"


def test_who_connects_and_says_nothing_is_let_go() -> None:
    """Open connections are few; nobody holds one for nothing."""

    async def wait() -> bytes:
        async with _connected(Hasty) as (reader, _):
            return await asyncio.wait_for(reader.read(), 10)

    assert asyncio.run(wait()) == b""


def test_a_head_that_does_not_end_is_let_go() -> None:
    """Neither the first request of a connection nor a later one may stay half-asked."""

    async def ask(*first: bytes) -> bytes:
        async with _connected(Hasty) as streams:
            for each in first:
                await _answer(streams, each)
            streams[1].write(b"GET / HTTP/1.1\r\nHo")
            return await asyncio.wait_for(streams[0].read(), 10)

    assert asyncio.run(ask()) == b""
    assert asyncio.run(ask(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")) == b""


def test_a_connection_is_kept_while_something_is_asked() -> None:
    """A timer that was set at the first answer rings when there were later ones, and is set anew."""
    made: list[Connection] = []

    class Noted(Connection):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as Connection has it
            super().connection_made(transport)
            made.append(self)

    async def ask() -> bytes:
        async with _connected(Noted) as streams:
            request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
            await _answer(streams, request)
            made[0].timeout_keep_alive_handler()
            answer = await _answer(streams, request)
            assert made[0].timeout_keep_alive_task is not None
            return answer

    assert asyncio.run(ask()) == b"HTTP/1.1 200 OK 0"


def test_a_connection_on_which_nothing_is_asked_any_more_ends() -> None:
    """It is kept for as long as the server says, counted from the last answer; and nothing rings for one that ended."""
    made: list[Connection] = []

    class Forgotten(Connection):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as Connection has it
            super().connection_made(transport)
            self.timeout_keep_alive = 0
            made.append(self)

    async def ask() -> bytes:
        async with _connected(Forgotten) as streams:
            await _answer(streams, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            return await asyncio.wait_for(streams[0].read(), 60)

    assert asyncio.run(ask()) == b""
    assert made[0].timeout_keep_alive_task is None
