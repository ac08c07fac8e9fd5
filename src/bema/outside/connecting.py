"""Connections to other servers, for `fetch.py` alone: HTTP/1.1 of our own, as thousands of servers are told of each post.

What a general client does for each question cost as much as signing it. Heads are read by llhttp, as by the server's side.
"""

import asyncio
import ssl
import zlib
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from socket import socket
from typing import Any

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser
from yarl import URL

from bema.model import limits
from bema.outside.addresses import Address, literal
from bema.outside.unfetched import (
    AddressRefused,
    Oversized,
    Resolve,
    UnexpectedType,
    Unfetched,
    Unreachable,
    media_type,
)

Origin = tuple[str, str, int]  # scheme, host, port
_Answered = tuple[dict[str, str], int, bytes]


class Session:
    """The connections that are kept, and those that are taken: so many at once, of each host a few.

    `make_socket` takes an address and a port, and makes a socket for exactly this place, or refuses.
    """

    def __init__(
        self,
        resolve: Resolve,
        permits: Callable[[Address], bool],
        make_socket: Callable[[Address], socket],
        tls: ssl.SSLContext,
        at_once: int,
    ) -> None:
        self._resolve, self._permits, self._make_socket, self._tls = resolve, permits, make_socket, tls
        self._loop = asyncio.get_running_loop()
        self._places = asyncio.Semaphore(at_once)
        self._hosts: dict[Origin, _Host] = {}
        self._idle: OrderedDict[_Connection, float] = OrderedDict()  # since when, the longest first
        self._open: set[_Connection] = set()
        self._sweeping: asyncio.TimerHandle | None = None
        self.closed = False

    async def close(self) -> None:
        """Close the connections."""
        self.closed = True
        if self._sweeping is not None:
            self._sweeping.cancel()
        for connection in list(self._open):
            connection.abort()
        await asyncio.sleep(0)  # in which the transports let go of their sockets

    async def ask(
        self,
        method: str,
        url: URL,
        body: bytes | None,
        headers: Mapping[str, str],
        *,
        types: frozenset[str] | None,
        max_bytes: int,
        cut: bool,
    ) -> _Answered:
        """Ask once, and return headers, status and body; what goes wrong on the way is `Unreachable`."""
        question = _written(method, url, body, headers)
        wanted = _Wanted(types, max_bytes, cut)
        origin: Origin = (url.scheme, url.raw_host or "", url.port or 0)
        host = self._hosts.get(origin)
        if host is None:
            host = self._hosts[origin] = _Host()
        host.users += 1
        try:
            async with host.places, self._places:
                if host.idle:
                    connection = host.idle.pop()
                    del self._idle[connection]
                    try:
                        return await self._told(host, connection, question, wanted)
                    except _HungUp:
                        if method != "GET":  # anything else may have been done before the line went dead
                            raise
                connection = await self._connect(host, origin)
                return await self._told(host, connection, question, wanted)
        finally:
            host.users -= 1
            self._forget_unused(host, origin)

    async def _told(self, host: "_Host", connection: "_Connection", question: bytes, wanted: "_Wanted") -> _Answered:
        try:
            answered = await connection.ask(question, wanted)
        except BaseException:
            connection.abort()
            raise
        if connection.is_reusable and not self.closed:
            host.idle.append(connection)
            self._idle[connection] = self._loop.time()
            if len(self._idle) > limits.FETCH_KEPT:
                next(iter(self._idle)).abort()
            if self._sweeping is None:
                self._sweeping = self._loop.call_later(limits.FETCH_KEEP_SECONDS, self._sweep)
        else:
            connection.abort()
        return answered

    def _sweep(self) -> None:
        """Close what nobody used for a while."""
        self._sweeping = None
        latest = self._loop.time() - limits.FETCH_KEEP_SECONDS
        while self._idle and next(iter(self._idle.values())) <= latest:
            next(iter(self._idle)).abort()
        if self._idle:
            self._sweeping = self._loop.call_later(limits.FETCH_KEEP_SECONDS / 4, self._sweep)

    def _forget_unused(self, host: "_Host", origin: Origin) -> None:
        if host.users == 0 and not host.idle and self._hosts.get(origin) is host:
            del self._hosts[origin]

    # --- Connecting ---------------------------------------------------------------------------------------------------

    async def _connect(self, host: "_Host", origin: Origin) -> "_Connection":
        scheme, name, port = origin

        def lost(connection: _Connection) -> None:
            self._open.discard(connection)
            if self._idle.pop(connection, None) is not None:
                host.idle.remove(connection)
                self._forget_unused(host, origin)

        connected = await self._reached(await self._addresses(name), port)
        tls: dict[str, Any] = {"ssl": self._tls, "server_hostname": name} if scheme == "https" else {}
        try:
            _, connection = await self._loop.create_connection(lambda: _Connection(lost), sock=connected, **tls)
        except BaseException:
            connected.close()
            raise
        self._open.add(connection)
        return connection

    async def _addresses(self, name: str) -> list[Address]:
        """Look a name up; it leads somewhere only if all of its addresses are permitted."""
        written = literal(name)
        if written is not None:
            return [written]
        found = [literal(text) for text in await self._resolve(name)]
        if not found:
            raise OSError("the name has no address")
        addresses = []
        for address in found:
            if address is None or not self._permits(address):
                raise AddressRefused("the name leads to an address that is not public")
            addresses.append(address)
        return _in_turn(addresses)

    async def _reached(self, addresses: Sequence[Address], port: int) -> socket:
        """Connect to the first address that answers; the next is tried when one fails, or says nothing for a moment."""
        if len(addresses) == 1:
            return await self._reach(addresses[0], port)
        waiting, trying = list(addresses), set[asyncio.Task[socket]]()
        trouble: BaseException | None = None
        try:
            while waiting or trying:
                if waiting:
                    trying.add(asyncio.create_task(self._reach(waiting.pop(0), port)))
                patience = limits.FETCH_NEXT_ADDRESS_SECONDS if waiting else None
                done, trying = await asyncio.wait(trying, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
                reached = [task for task in done if task.exception() is None]
                if reached:
                    trying.update(reached[1:])  # who came at the same moment
                    return reached[0].result()
                trouble = next((task.exception() for task in done), trouble)
        finally:
            for task in trying:
                task.cancel()
                task.add_done_callback(_close_if_reached)
        raise trouble or OSError("the name has no address")

    async def _reach(self, address: Address, port: int) -> socket:
        made = self._make_socket(address)
        try:
            await self._loop.sock_connect(made, (str(address), port))
        except BaseException:
            made.close()
            raise
        return made


class _Host:
    """What is open to one server."""

    __slots__ = ("idle", "places", "users")

    def __init__(self) -> None:
        self.idle: list[_Connection] = []
        self.places = asyncio.Semaphore(limits.FETCH_AT_ONCE_PER_HOST)
        self.users = 0  # who hold a place or wait for one


class _Wanted:
    """What may be answered, and how much of it is read."""

    __slots__ = ("cut", "max_bytes", "types")

    def __init__(self, types: frozenset[str] | None, max_bytes: int, cut: bool) -> None:
        self.types, self.max_bytes, self.cut = types, max_bytes, cut


class _HungUp(Unreachable):
    """The other side closed a connection that was kept before it said anything: perhaps it had not heard the question."""


class _Connection(asyncio.Protocol):
    """One connection, and the answer that comes over it: one question at a time."""

    def __init__(self, lost: Callable[["_Connection"], None]) -> None:
        self._lost = lost
        self._transport: Any = None
        self._waiting: asyncio.Future[_Answered] | None = None
        self._wanted = _Wanted(None, 0, False)
        self._gone = False
        self._asked = 0
        self._begin()

    def _begin(self) -> None:
        # Few servers write as strictly as the parser reads; what they may do here changes no length.
        self._parser = HttpResponseParser(self)
        self._parser.set_dangerous_leniencies(lenient_headers=True, lenient_optional_cr_before_lf=True)
        self._headers: dict[str, str] = {}
        self._fields = self._head_bytes = self._arrived = self._max_bytes = 0
        self._body = bytearray()
        self._expand: Callable[[bytes, int], bytes] = _as_it_is
        self._in_head, self._heard, self._ended_well = True, False, False

    # --- Asking -------------------------------------------------------------------------------------------------------

    async def ask(self, question: bytes, wanted: _Wanted) -> _Answered:
        """Send a question, and return headers, status and body of the answer."""
        if self._gone:
            raise _HungUp("the connection was closed")
        if self._asked:
            self._begin()
        self._asked += 1
        self._wanted = wanted
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(question)
        try:
            return await self._waiting
        finally:
            self._waiting = None

    @property
    def is_reusable(self) -> bool:
        """Whether another question can be asked over it."""
        return self._ended_well and not self._gone

    def abort(self) -> None:
        """Close at once."""
        self._gone = True
        if self._transport is not None:
            self._transport.abort()
        self._lost(self)

    def _fail(self, error: Unfetched) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error)
        self.abort()

    def _finish(self, *, reusable: bool) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._ended_well = reusable
            self._waiting.set_result((self._headers, self._parser.get_status_code(), bytes(self._body)))

    @property
    def _is_awaited(self) -> bool:
        return self._waiting is not None and not self._waiting.done()

    # --- What comes ---------------------------------------------------------------------------------------------------

    def connection_made(self, transport: Any) -> None:
        """Keep where questions are written."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Read on in the answer; whoever talks unasked is not listened to again."""
        if not self._is_awaited:
            self.abort()
            return
        self._heard = True
        if self._in_head:
            self._head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self._fail(Unreachable(f"{type(error).__name__}: {error}"[:500]))
            return
        if self._in_head and self._head_bytes > limits.FETCH_HEAD_BYTES:
            self._fail(Unreachable("the head of the answer is too long"))

    def connection_lost(self, exc: Exception | None) -> None:
        """End an answer that goes on until the connection is closed, and break off any other."""
        self._gone = True
        self._lost(self)
        if not self._is_awaited:
            return
        lengthless = not self._in_head and not {"content-length", "transfer-encoding"} & self._headers.keys()
        if exc is None and lengthless:
            self._finish(reusable=False)
        elif self._asked > 1 and not self._heard:
            self._fail(_HungUp("the connection was closed"))
        else:
            self._fail(Unreachable(f"the connection was closed: {exc}" if exc else "the connection was closed"))

    # --- The parser calls these ---------------------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """Answer no question that was not asked."""
        if not self._is_awaited:
            self._ended_well = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; what comes several times is joined by commas."""
        if not self._is_awaited:
            return
        self._fields += 1
        if self._fields > limits.FETCH_HEADERS or len(name) + len(value) > limits.FETCH_HEADER_BYTES:
            self._fail(Unreachable("the answer has too many headers, or too long ones"))
            return
        key, text = name.decode("latin-1").lower(), value.decode("utf-8", "surrogateescape")
        before = self._headers.get(key)
        self._headers[key] = text if before is None else f"{before}, {text}"

    def on_headers_complete(self) -> None:
        """Judge what comes before it does."""
        if not self._is_awaited:
            return
        status = self._parser.get_status_code()
        if status < 200:
            if status == 101:
                self._fail(Unreachable("the other server wants to speak another protocol"))
            self._headers, self._fields, self._head_bytes = {}, 0, 0
            return
        self._in_head = False
        ok = status < 300
        wanted = self._wanted
        kind = self._headers.get("content-type", "")
        if ok and wanted.types is not None and media_type(kind) not in wanted.types:
            self._fail(UnexpectedType(f"the answer is {kind[:100]!r}" if kind else "the answer is of no type"))
            return
        self._max_bytes = wanted.max_bytes if ok else min(wanted.max_bytes, limits.FETCH_ERROR_BYTES)
        self._wanted = _Wanted(wanted.types, wanted.max_bytes, wanted.cut or not ok)
        try:
            self._expand = _expander(self._headers.get("content-encoding", ""))
        except UnexpectedType as error:
            self._fail(error)

    def on_body(self, chunk: bytes) -> None:
        """Take a part of the body, decompressed step by step, so that a bomb costs no more than what was asked for."""
        if not self._is_awaited:
            return
        self._arrived += len(chunk)
        try:
            self._body += self._expand(chunk, self._max_bytes + 1 - len(self._body))
        except UnexpectedType as error:
            self._fail(error)
            return
        if len(self._body) > self._max_bytes or self._arrived > self._max_bytes + limits.FETCH_HEADER_BYTES:
            if self._wanted.cut:
                del self._body[self._max_bytes :]
                self._finish(reusable=False)
            else:
                self._fail(Oversized(f"the answer is longer than {self._max_bytes} bytes"))

    def on_message_complete(self) -> None:
        """Give the answer to who waits for it."""
        if not self._in_head:
            self._finish(reusable=self._parser.should_keep_alive())


def _written(method: str, url: URL, body: bytes | None, headers: Mapping[str, str]) -> bytes:
    """Write a question as it goes over the wire."""
    lines = [f"{method} {url.raw_path_qs} HTTP/1.1", f"Host: {url.host_port_subcomponent}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body is not None or method != "GET":
        lines.append(f"Content-Length: {len(body or b'')}")
    head = "\r\n".join(lines)
    if head.count("\n") != len(lines) - 1 or head.count("\r") != len(lines) - 1 or "\0" in head:
        raise AddressRefused("a header would end before its end")
    return f"{head}\r\n\r\n".encode() + (body or b"")


def _in_turn(addresses: Sequence[Address]) -> list[Address]:
    """Order addresses so that both kinds of them have their turn: often one of the two leads nowhere."""
    first = [each for each in addresses if each.version == addresses[0].version]
    other = [each for each in addresses if each.version != addresses[0].version]
    return (
        [each for pair in zip(first, other, strict=False) for each in pair] + first[len(other) :] + other[len(first) :]
    )


def _close_if_reached(task: "asyncio.Task[socket]") -> None:
    with suppress(BaseException):
        task.result().close()


def _as_it_is(chunk: bytes, most: int) -> bytes:
    return chunk[:most]


def _expander(named: str) -> Callable[[bytes, int], bytes]:
    encoding = named.strip().lower()
    if encoding in ("", "identity"):
        return _as_it_is
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise UnexpectedType(f"the answer is encoded as {encoding[:40]!r}")
    inflate = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # finds out which of both headers it is

    def expand(chunk: bytes, most: int) -> bytes:
        try:
            return inflate.decompress(chunk, most)
        except zlib.error as error:
            raise UnexpectedType("the answer is not compressed as it says") from error

    return expand
