"""Load: many requests over a few connections that are kept alive, and how long each took; by plain sockets, being cheap."""

import asyncio
import json
import socket
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

CONNECTIONS = 16


@dataclass(frozen=True)
class Request:
    """What is asked."""

    method: str
    path: str
    token: str | None = None
    form: dict[str, str] | None = None

    def encode(self) -> bytes:
        """Return it as it goes over the connection."""
        body = urlencode(self.form).encode() if self.form is not None else b""
        lines = [f"{self.method} {self.path} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json"]
        if self.token:
            lines.append(f"Authorization: Bearer {self.token}")
        if self.form is not None:
            lines.append("Content-Type: application/x-www-form-urlencoded")
        if self.method != "GET":
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass(frozen=True)
class Response:
    """What was answered."""

    status: int
    body: bytes

    def json(self) -> Any:
        """Return the body's value."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Outcome:
    """What a load came to."""

    milliseconds: list[float]  # of each request, in the order of their ends
    seconds: float  # from the first to the last

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.milliseconds) / self.seconds

    def percentile(self, percent: float) -> float:
        """Return the milliseconds within which so many of the requests were answered."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


class Connection:
    """One connection for one request after another."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._file = self._socket.makefile("rb")

    def ask(self, request: Request) -> Response:
        """Send a request and wait for its answer."""
        self._socket.sendall(request.encode())
        status = int(self._file.readline().split()[1])
        length = 0
        while (line := self._file.readline()) not in (b"\r\n", b""):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        return Response(status, self._file.read(length))

    def close(self) -> None:
        """Hang up."""
        self._file.close()
        self._socket.close()


class Encoded(Protocol):
    """What can be asked."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    def encode(self) -> bytes: ...


def put_load(port: int, requests: Sequence[Encoded]) -> Outcome:
    """Send all requests over the connections; each of them must succeed."""
    return asyncio.run(_put_load(port, requests))


async def _put_load(port: int, requests: Iterable[Encoded]) -> Outcome:
    encoded = [(request, request.encode()) for request in requests]
    left = iter(encoded)
    taken: list[float] = []
    streams = [await asyncio.open_connection("127.0.0.1", port) for _ in range(CONNECTIONS)]
    began = time.perf_counter()
    await asyncio.gather(*[_work_off(reader, writer, left, taken) for reader, writer in streams])
    seconds = time.perf_counter() - began
    for _, writer in streams:
        writer.close()
        await writer.wait_closed()
    return Outcome(taken, seconds)


async def _work_off(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    left: Iterator[tuple[Encoded, bytes]],
    taken: list[float],
) -> None:
    for request, encoded in left:
        began = time.perf_counter()
        writer.write(encoded)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        body = await reader.readexactly(length)
        taken.append((time.perf_counter() - began) * 1_000)
        if not head.startswith((b"http/1.1 200", b"http/1.1 202")):
            raise RuntimeError(f"{request.method} {request.path}: {head.splitlines()[0]!r} {body[:300]!r}")
