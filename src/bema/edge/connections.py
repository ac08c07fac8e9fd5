"""Connections: HTTP as uvicorn speaks it, within bounds that it does not set for who connects and does not ask.

Without them anybody could fill the memory with one endless header, or take all connections by opening them and sending
a byte a minute. A body has bounds of its own, see bodies.py.
"""

from asyncio import AbstractEventLoop, TimerHandle, Transport
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from bema.model import limits


class Wire:
    """Where a connection writes: the head of an answer waits for what comes right after it, and both go in one call.

    Each call into the kernel wakes whoever reads at the other end; two of them were a tenth of a small answer's cost.
    """

    __slots__ = ("_head", "_loop", "_transport")

    def __init__(self, transport: Transport, loop: AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._head: bytes | None = None

    def write(self, data: bytes) -> None:
        """Write, or wait until this turn of the loop ends, when it is the head of an answer."""
        head, self._head = self._head, None
        if head is not None:
            self._transport.writelines((head, data))
        elif data.startswith(b"HTTP/1.1 "):
            self._head = data
            self._loop.call_soon(self._flush)
        else:
            self._transport.write(data)

    def write_at_once(self, data: bytes) -> None:
        """Write a whole answer."""
        self._transport.write(data)

    def _flush(self) -> None:
        head, self._head = self._head, None
        if head is not None:
            self._transport.write(head)

    def close(self) -> None:
        """Write what waits, and then close."""
        self._flush()
        self._transport.close()

    def abort(self) -> None:
        """Close at once, whatever was not written."""
        self._head = None
        self._transport.abort()

    def is_closing(self) -> bool:
        """Tell whether it is closed, or about to be."""
        return self._transport.is_closing()

    def get_write_buffer_size(self) -> int:
        """Return how many bytes wait for a reader who is slow."""
        return self._transport.get_write_buffer_size()


_STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}


def answer_at_once(send: Any, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes, *, head: bool) -> bool:
    """Write a whole answer to the connection behind `send`; False when that takes turns, or is no connection of ours.

    `headers` have names in lower case and tell the length of the body. uvicorn takes an answer in two messages and looks
    at each header twice, which was a fifth of a small answer's cost.
    """
    cycle = getattr(send, "__self__", None)
    if not isinstance(cycle, RequestResponseCycle) or cycle.disconnected or cycle.flow.write_paused:
        return False
    wire: Any = cycle.transport
    if not isinstance(wire, Wire):
        return False
    parts = [_STATUS_LINES[status]]
    for name, value in cycle.default_headers:
        parts += name, b": ", value, b"\r\n"
    for name, value in headers:
        parts += name, b": ", value, b"\r\n"
    lines = len(parts) // 4
    if not cycle.keep_alive:
        parts.append(b"connection: close\r\n")
        lines += 1
    parts.append(b"\r\n")
    written = b"".join(parts)
    if not written.count(b"\r") == written.count(b"\n") == lines + 2 or b"\0" in written:
        raise RuntimeError("a header holds the end of a line")
    cycle.waiting_for_100_continue = False
    cycle.response_started = cycle.response_complete = True
    wire.write_at_once(written if head else written + body)
    cycle.message_event.set()
    if not cycle.keep_alive:
        wire.close()
    cycle.on_response()
    return True


class Connection(HttpToolsProtocol):
    """One connection: the head of each request must come soon, and must be short."""

    head_seconds: float = limits.HEAD_SECONDS

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._head_bytes = 0  # so far, of a request whose head is not complete
        self._idle_since: float | None = None  # by the loop's clock; None while there is something to do
        self._deadline: TimerHandle | None = None
        self._upgraded = False
        self._socket: Transport

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Await the first request."""
        super().connection_made(transport)
        self._socket = transport
        self.transport = cast(Transport, Wire(transport, self.loop))
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Await nothing any more."""
        self._came()
        self._ring_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless the head of a request grows past all measure."""
        self._head_bytes += len(data)
        super().data_received(data)
        if self._upgraded or self.transport.is_closing():
            return
        answered = self.cycle is None or self.cycle.response_complete  # type: ignore[redundant-expr]  # None at first
        if self._head_bytes > limits.HEAD_BYTES:
            if answered:
                self.send_400_response("The head of the request is too long.")
            else:
                self.transport.close()
        elif answered and self._deadline is None:  # the rest of a head is missing
            self._await_head()

    def on_message_begin(self) -> None:
        """Let the application write to the connection itself, when it gives an answer that goes on."""
        super().on_message_begin()
        self.scope["transport"] = self.transport  # type: ignore[typeddict-unknown-key]  # ours

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over, and forget it."""
        self.transport = self._socket
        super().handle_websocket_upgrade()
        self._upgraded = True
        self._came()
        self._ring_no_more()
        self.parser = None  # type: ignore[assignment]  # it holds this object, which would be kept as long as it

    def on_headers_complete(self) -> None:
        """Take note that the head is there; what comes now is the body."""
        self._came()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Count no byte of a body as one of a head."""
        self._head_bytes = 0
        super().on_body(body)

    def on_response_complete(self) -> None:
        """Go on with the next request, or wait for one.

        The timer that ends a connection without requests is not stopped and started anew with each of them, but looks at
        what came meanwhile when it rings.
        """
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
            return
        self._idle_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._ring_in(self.timeout_keep_alive)

    def timeout_keep_alive_handler(self) -> None:
        """End the connection, if nothing was asked for as long as that."""
        self.timeout_keep_alive_task = None
        if self._idle_since is None:  # the end of what is being done sets the timer anew
            return
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._ring_in(left)
        else:
            super().timeout_keep_alive_handler()

    def _ring_in(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def _ring_no_more(self) -> None:
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
            self.timeout_keep_alive_task = None

    def _unset_keepalive_if_required(self) -> None:
        """Take note that there is something to do."""
        self._idle_since = None

    def _await_head(self) -> None:
        self._deadline = self.loop.call_later(self.head_seconds, self._give_up)

    def _came(self) -> None:
        self._head_bytes = 0
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self.transport.close()
