"""A connection to another server, and the answer that comes over it: read by llhttp, within the bounds of who asks."""

import asyncio
import zlib
from collections.abc import Callable
from typing import Any

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from bema.model import limits
from bema.outside.unfetched import Oversized, UnexpectedType, Unfetched, Unreachable, media_type

Answered = tuple[dict[str, str], int, bytes]  # headers, status, body


class Wanted:
    """What may be answered, and how much of it is read."""

    __slots__ = ("cut", "max_bytes", "types")

    def __init__(self, types: frozenset[str] | None, max_bytes: int, cut: bool) -> None:
        self.types, self.max_bytes, self.cut = types, max_bytes, cut


class HungUp(Unreachable):
    """The other side closed a connection that was kept before it said anything: perhaps it had not heard the question."""


class Connection(asyncio.Protocol):
    """One connection, and the answer that comes over it: one question at a time."""

    def __init__(self, lost: Callable[["Connection"], None]) -> None:
        self._lost = lost
        self._transport: Any = None
        self._waiting: asyncio.Future[Answered] | None = None
        self._wanted = Wanted(None, 0, False)
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

    async def ask(self, question: bytes, wanted: Wanted) -> Answered:
        """Send a question, and return headers, status and body of the answer."""
        if self._gone:
            raise HungUp("the connection was closed")
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
            self._fail(HungUp("the connection was closed"))
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
            self._headers, self._fields = {}, 0  # its bytes count: hints without end are no answer
            return
        self._in_head = False
        ok = status < 300
        wanted = self._wanted
        kind = self._headers.get("content-type", "")
        if ok and wanted.types is not None and media_type(kind) not in wanted.types:
            self._fail(UnexpectedType(f"the answer is {kind[:100]!r}" if kind else "the answer is of no type"))
            return
        self._max_bytes = wanted.max_bytes if ok else min(wanted.max_bytes, limits.FETCH_ERROR_BYTES)
        self._wanted = Wanted(wanted.types, wanted.max_bytes, wanted.cut or not ok)
        try:
            self._expand = _expander(self._headers.get("content-encoding", ""))
        except UnexpectedType as error:
            if ok:
                self._fail(error)
            self._expand = _not_at_all  # a no is a no, however its reason is written

    def on_body(self, chunk: bytes) -> None:
        """Take a part of the body, decompressed step by step, so that a bomb costs no more than what was asked for."""
        if not self._is_awaited:
            return
        self._arrived += len(chunk)
        try:
            self._body += self._expand(chunk, self._max_bytes + 1 - len(self._body))
        except UnexpectedType as error:
            if self._parser.get_status_code() < 300:
                self._fail(error)
                return
            self._expand = _not_at_all
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


def _as_it_is(chunk: bytes, most: int) -> bytes:
    return chunk[:most]


def _not_at_all(_chunk: bytes, _most: int) -> bytes:
    return b""


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
