"""Messages: what happened, in the bytes of both kinds of streams; encoded once, whatever the number of those who receive it."""

import msgspec
from websockets.frames import Frame, Opcode

_encode = msgspec.json.Encoder().encode

Label = tuple[str, ...]  # what a stream is called to those who listen: ("user",), ("hashtag", "birds")


class _Told(msgspec.Struct, omit_defaults=True):
    stream: Label
    event: str
    payload: str | None = None


class _News(msgspec.Struct):
    stream: Label
    id: str


class Message:
    """One event with its payload: a JSON document as text, or a bare id. `about` is the id of what it tells of."""

    __slots__ = ("_about", "_chunk", "_event", "_frames", "_news", "_payload")

    def __init__(self, event: str, payload: str | None = None, *, about: int = 0) -> None:
        self._event, self._payload, self._about = event, payload, about
        self._frames: dict[Label, bytes] = {}
        self._news: dict[Label, bytes] = {}
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
            self._chunk = event(self._event, payload)
        return self._chunk

    def news(self, label: Label) -> bytes:
        """Return no more than that something happened on a stream and to what, as a server-sent event."""
        news = self._news.get(label)
        if news is None:
            told = _encode(_News(label, str(self._about))).decode()
            news = self._news[label] = event(self._event, told)
        return news


def event(name: str, text: str) -> bytes:
    """Return a server-sent event in one chunk of the body."""
    return chunk(f"event: {name}\ndata: {text}\n\n".encode())


def text_frame(text: bytes) -> bytes:
    """Return a text as a whole WebSocket frame. What a server sends is not masked, hence the same for everybody."""
    return Frame(Opcode.TEXT, text).serialize(mask=False)


def chunk(part: bytes) -> bytes:
    """Return a part of a body as HTTP/1.1 transfers it when its length is not known before (RFC 9112, 7.1)."""
    return b"%x\r\n%s\r\n" % (len(part), part)
