"""Connections to other servers, for `fetch.py` alone: HTTP/1.1 of our own, as thousands of servers are told of each post.

What a general client does for each question cost as much as signing it. Heads are read by llhttp, as by the server's side.
"""

import asyncio
import ssl
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from socket import socket
from typing import Any

from yarl import URL

from bema.model import limits
from bema.outside.addresses import Address, literal
from bema.outside.hearing import Answered, Connection, HungUp, Wanted
from bema.outside.unfetched import AddressRefused, Resolve

Origin = tuple[str, str, int]  # scheme, host, port


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
        self._idle: OrderedDict[Connection, float] = OrderedDict()  # since when, the longest first
        self._open: set[Connection] = set()
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
    ) -> Answered:
        """Ask once, and return headers, status and body; what goes wrong on the way is `Unreachable`."""
        question = _written(method, url, body, headers)
        wanted = Wanted(types, max_bytes, cut)
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
                    except HungUp:
                        if method != "GET":  # anything else may have been done before the line went dead
                            raise
                connection = await self._connect(host, origin)
                return await self._told(host, connection, question, wanted)
        finally:
            host.users -= 1
            self._forget_unused(host, origin)

    async def _told(self, host: "_Host", connection: "Connection", question: bytes, wanted: "Wanted") -> Answered:
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

    async def _connect(self, host: "_Host", origin: Origin) -> "Connection":
        scheme, name, port = origin

        def lost(connection: Connection) -> None:
            self._open.discard(connection)
            if self._idle.pop(connection, None) is not None:
                host.idle.remove(connection)
                self._forget_unused(host, origin)

        connected = await self._reached(await self._addresses(name), port)
        tls: dict[str, Any] = {"ssl": self._tls, "server_hostname": name} if scheme == "https" else {}
        try:
            _, connection = await self._loop.create_connection(lambda: Connection(lost), sock=connected, **tls)
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
        self.idle: list[Connection] = []
        self.places = asyncio.Semaphore(limits.FETCH_AT_ONCE_PER_HOST)
        self.users = 0  # who hold a place or wait for one


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
