"""Server-sent events: the body of an answer that does not end, written straight to the connection."""

import asyncio

from bema.edge.streaming.messages import Label, Message, chunk
from bema.model import limits

FIRST = b":thump\n"  # a comment; said at once, so that proxies and clients see that the stream is open
_BEAT = chunk(FIRST)
_END = b"0\r\n\r\n"


class EventSource:
    """The way to one client. The head of the answer and `FIRST` have been sent, in chunks."""

    __slots__ = ("_brief", "_transport")

    def __init__(self, transport: asyncio.Transport, *, brief: bool) -> None:
        self._transport = transport
        self._brief = brief  # it is told that something is new, not what

    def send(self, message: Message, label: Label) -> bool:
        """Send a message; False when the client does not read what it was sent before."""
        transport = self._transport
        if transport.get_write_buffer_size() > limits.STREAM_WAITING_BYTES:
            return False
        if not transport.is_closing():
            transport.write(message.news(label) if self._brief else message.chunk())
        return True

    def beat(self) -> bool:
        """Keep the connection open through proxies; False when the client reads nothing."""
        if self._transport.get_write_buffer_size() > limits.STREAM_WAITING_BYTES:
            return False
        if not self._transport.is_closing():
            self._transport.write(_BEAT)
        return True

    def close(self, _code: int, reason: str) -> None:
        """End the stream and say why, in a comment."""
        transport = self._transport
        if transport.is_closing():
            return
        transport.write(chunk(f":{reason}\n".encode()) + _END)
        transport.close()
        asyncio.get_running_loop().call_later(limits.STREAM_CLOSE_SECONDS, transport.abort)
