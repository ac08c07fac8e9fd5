"""Messages: what happened, in the bytes of both kinds of streams; encoded once, whatever the number of those who receive it."""

import msgspec
from websockets.frames import Frame, Opcode

_encode = msgspec.json.Encoder().encode

Label = tuple[str, ...]  # what a stream is called to those who listen: ("user",), ("hashtag", "birds")


class _Told(msgspec.Struct, omit_defaults=True):
    stream: Label
    event: str
    payload: str | None = None


class Message:
    """One event with its payload: a JSON document as text, or a bare id."""

    __slots__ = ("_chunk", "_event", "_frames", "_payload")

    def __init__(self, event: str, payload: str | None = None) -> None:
        self._event, self._payload = event, payload
        self._frames: dict[Label, bytes] = {}
        self._chunk = b""

    def frame(self, label: Label) -> bytes:
        """Return the message as a WebSocket frame for those who know the stream by this label."""
        frame = self._frames.get(label)
        if frame is None:
            frame = self._frames[label] = text_frame(_encode(_Told(label, self._event, self._payload)))
        return frame

    def chunk(self) -> bytes:
        """Return the message as a server-sent event, in one chunk of the body."""
        if not self._chunk:
            payload = "undefined" if self._payload is None else self._payload  # as Mastodon says it, and clients expect
            self._chunk = chunk(f"event: {self._event}\ndata: {payload}\n\n".encode())
        return self._chunk


def text_frame(text: bytes) -> bytes:
    """Return a text as a whole WebSocket frame. What a server sends is not masked, hence the same for everybody."""
    return Frame(Opcode.TEXT, text).serialize(mask=False)


def chunk(part: bytes) -> bytes:
    """Return a part of a body as HTTP/1.1 transfers it when its length is not known before (RFC 9112, 7.1)."""
    return b"%x\r\n%s\r\n" % (len(part), part)
