"""WebSockets: a connection that was upgraded, of which little is kept in memory while nothing is said.

Handshake, frames and closing are those of the library `websockets`; uvicorn hands over the connection. There is no task
and no queue for each connection: what comes is handed to whoever listens, what goes out is written where it arises.
Measured for an idle connection: 20 kB as an ASGI application behind uvicorn's own class, 7 kB so.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Protocol, cast
from urllib.parse import unquote

from uvicorn.config import Config
from uvicorn.server import ServerState
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request, Response
from websockets.protocol import State
from websockets.server import ServerProtocol

from bema.edge.streaming.messages import Label, Message, text_frame
from bema.model import limits

_PING = Frame(Opcode.PING, b"").serialize(mask=False)
_quiet = logging.getLogger("bema.websockets")
_quiet.setLevel(logging.CRITICAL)  # what strangers send is no news


class Conversation(Protocol):
    """What is done with what a client says."""

    def heard(self, text: str) -> None:
        """Take a message."""
        ...

    def left(self) -> None:
        """Take note that the client is gone."""
        ...


class Socket(asyncio.Protocol):
    """One WebSocket, from the request to upgrade on; made by uvicorn. It asks the application, which accepts or refuses."""

    def __init__(self, config: Config, server_state: ServerState, app_state: dict[str, Any], _loop: Any = None) -> None:
        self._application = config.loaded_app
        self._connections, self._tasks = server_state.connections, server_state.tasks
        self._protocol = ServerProtocol(max_size=limits.STREAM_MESSAGE_BYTES, logger=_quiet)
        self._transport: asyncio.Transport
        self._response: Response | None = None
        self._conversation: Conversation | None = None
        self._part = bytearray()  # of a message that comes in several frames
        self._is_text = False
        self._alive = True
        self._pings_next = False
        self._is_let_go = False

    # --- What the application does ------------------------------------------------------------------------------------

    def accept(self, conversation: Conversation, *, protocol: str | None, headers: list[tuple[bytes, bytes]]) -> bool:
        """Open the WebSocket; False when the client went away meanwhile. `protocol` is the offered one that is taken."""
        response, self._response = self._response, None
        if response is None or self._transport.is_closing():
            return False
        if protocol is not None:
            response.headers["Sec-WebSocket-Protocol"] = protocol
        for name, value in headers:
            response.headers[name.decode()] = value.decode()
        self._conversation = conversation
        self._protocol.send_response(response)
        self._flush()
        return True

    def refuse(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        """Answer as to any other request, and close."""
        self._response = None
        if self._transport.is_closing():
            return
        response = self._protocol.reject(status, "")
        del response.headers["Content-Type"], response.headers["Content-Length"]
        for name, value in headers:
            response.headers[name.decode()] = value.decode()
        response.headers["Content-Length"] = str(len(body))
        response.body = body
        self._protocol.send_response(response)
        self._flush()
        self._let_go()

    def say(self, text: bytes) -> None:
        """Send a text that is for this client alone."""
        if self._protocol.state is State.OPEN and not self._transport.is_closing():
            self._transport.write(text_frame(text))

    def send(self, message: Message, label: Label) -> bool:
        """Send a message; False when the client does not read what it was sent before."""
        if self._transport.get_write_buffer_size() > limits.STREAM_WAITING_BYTES:
            return False
        if self._protocol.state is State.OPEN and not self._transport.is_closing():
            self._transport.write(message.frame(label))
        return True

    def beat(self) -> bool:
        """At every second beat ask whether the client is still there; False when it did not answer the last time."""
        self._pings_next = not self._pings_next
        if not self._pings_next:
            return True
        if not self._alive:
            return False
        self._alive = False
        if self._protocol.state is State.OPEN and not self._transport.is_closing():
            self._transport.write(_PING)
        return True

    def close(self, code: int, reason: str) -> None:
        """Say that this is the end, and why; who does not answer soon is cut off."""
        if self._protocol.state is State.CONNECTING:
            self._transport.close()
        if self._transport.is_closing() or self._protocol.state is not State.OPEN:  # it ends already
            return
        self._protocol.send_close(code, reason)
        self._flush()
        self._let_go()

    # --- What uvicorn and the event loop do ---------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take over a connection."""
        self._transport = cast(asyncio.Transport, transport)
        self._connections.add(self)  # type: ignore[arg-type]  # uvicorn asks of its connections what this one can

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever listens."""
        self._connections.discard(self)
        conversation, self._conversation = self._conversation, None
        if conversation is not None:
            conversation.left()

    def eof_received(self) -> None:
        """Close: who says nothing any more does not hear either."""
        self._protocol.receive_eof()

    def pause_writing(self) -> None:
        """Do nothing: what waits is looked at before more is written."""

    def resume_writing(self) -> None:
        """Do nothing."""

    def shutdown(self) -> None:
        """Close, as the server stops."""
        self.close(CloseCode.GOING_AWAY, "The server stops")

    def data_received(self, data: bytes) -> None:
        """Read what came."""
        self._alive = True
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Request):
                self._asked(event)
            elif isinstance(event, Frame):
                self._said(event)
        self._flush()
        if self._transport.get_write_buffer_size() > 2 * limits.STREAM_WAITING_BYTES:  # it asks, and reads no answer
            self._transport.abort()
        elif self._protocol.parser_exc is not None or self._protocol.close_expected():
            self._let_go()

    # --- Reading ------------------------------------------------------------------------------------------------------

    def _asked(self, request: Request) -> None:
        response = self._protocol.accept(request)
        if response.status_code != 101:  # a request that cannot be meant as one for a WebSocket
            self._protocol.send_response(response)
            self._let_go()
            return
        self._response = response
        path, _, query = request.path.partition("?")
        peer = self._transport.get_extra_info("peername")
        scope = {
            "type": "websocket",
            "method": "GET",
            "scheme": "ws",
            "path": unquote(path),
            "query_string": query.encode("latin-1"),
            "headers": [
                (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in request.headers.raw_items()
            ],
            "client": tuple(peer[:2]) if isinstance(peer, tuple) else None,
            "socket": self,
        }
        task = asyncio.get_running_loop().create_task(_ask(self._application, scope))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _said(self, frame: Frame) -> None:
        if self._protocol.state is not State.OPEN:  # what is said after the end
            return
        if frame.opcode is Opcode.TEXT or frame.opcode is Opcode.BINARY:
            self._is_text, self._part = frame.opcode is Opcode.TEXT, bytearray()
        elif frame.opcode is not Opcode.CONT:  # pings are answered and closing is done by the protocol
            return
        self._part += frame.data
        if not frame.fin or self._conversation is None:
            return
        whole, self._part = bytes(self._part), bytearray()
        if not self._is_text:
            self._protocol.fail(CloseCode.UNSUPPORTED_DATA, "Binary messages are not understood here")
            return
        try:
            text = whole.decode()
        except UnicodeDecodeError:
            self._protocol.fail(CloseCode.INVALID_DATA, "This is no UTF-8")
            return
        self._conversation.heard(text)

    # --- Writing ------------------------------------------------------------------------------------------------------

    def _flush(self) -> None:
        """Write what the protocol has to say by itself: answers to pings, the handshake, the end."""
        for part in self._protocol.data_to_send():
            if self._transport.is_closing():
                return
            if part:
                self._transport.write(part)
            else:
                self._end_writing()

    def _end_writing(self) -> None:
        """Say nothing more, but read on: closing while something unread waits takes back what was said last."""
        if self._transport.can_write_eof():
            self._transport.write_eof()
        else:
            self._transport.close()

    def _let_go(self) -> None:
        """Close soon, whether the client closes too or not."""
        if not self._is_let_go:
            self._is_let_go = True
            asyncio.get_running_loop().call_later(limits.STREAM_CLOSE_SECONDS, self._transport.abort)


async def _ask(application: Callable[..., Any], scope: dict[str, Any]) -> None:
    await application(scope, _nothing, _nothing)


async def _nothing(*_: object) -> dict[str, Any]:
    """Stand in for what ASGI would be asked and told: the application speaks with the socket itself."""
    return {}
