"""Passing on: files of other servers that are too large to be kept go through in parts, each fetched when it is wanted.

So films of an hour play here, nobody's browser asks a third party, and neither memory nor disk fills: a reader holds one
part at a time, and who stops reading stops the fetching.
"""

import asyncio
import hashlib
import re
from collections import Counter, OrderedDict
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import msgspec

from bema.domain.receiving.file_kinds import kind_of
from bema.model import limits
from bema.model.errors import Refusal, Unavailable
from bema.outside.clock import Clock
from bema.outside.fetch import Fetcher
from bema.outside.unfetched import UnexpectedType, Unfetched

_CONTENT_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})")


class Large(msgspec.Struct, frozen=True):
    """A file that is not kept here: where it is, what it is by its first bytes, and how long."""

    url: str
    kind: str
    size: int
    version: str  # as its server calls it; parts of two versions are not one file

    @property
    def etag(self) -> str:
        """Name its content, as far as that is known."""
        return hashlib.sha256(f"{self.url}\n{self.size}\n{self.version}".encode()).hexdigest()[:32]


class _Part(msgspec.Struct, frozen=True):
    body: bytes
    size: int  # of the whole
    version: str


class Passing:
    """Hands on large files, so many at once and no more."""

    def __init__(self, fetcher: Fetcher, clock: Clock) -> None:
        self._fetcher, self._clock = fetcher, clock
        self._known: OrderedDict[str, tuple[int, Large | None]] = OrderedDict()  # by address: until when, and what
        self._places = asyncio.Semaphore(limits.REMOTE_PASSED_AT_ONCE)
        self._readers: Counter[str] = Counter()  # by where they are

    async def look(self, url: str) -> Large | None:
        """Find out what a file is; None where its server gives no parts, or it is nothing that is shown here."""
        until, known = self._known.get(url, (0, None))
        now = self._clock.now()
        if until <= now:
            known = await self._beginning(url)
            self._known[url] = (now + limits.REMOTE_FILE_RETRY_SECONDS * 1_000, known)
            self._known.move_to_end(url)
            if len(self._known) > limits.REMOTE_PASSED_KNOWN:
                self._known.popitem(last=False)
        return known

    def span(self, large: Large, part: tuple[int, int | None] | None, network: str = "") -> tuple[int, int]:
        """Tell from which byte to before which a part of a file is (one with a negative start is its end), if there is room.

        `network` is where the reader is, if that is known: who is slow there leaves places for others.
        """
        start, end = (0, None) if part is None else part
        if start < 0:
            start = max(0, large.size + start)
        end = large.size if end is None else min(end, large.size)
        if start >= end:
            raise Refusal("The file has no such part", status=416)
        if self._places.locked() or self._readers[network] >= limits.REMOTE_PASSED_EACH:
            raise Unavailable("Too many large files are being handed on, please try again")
        return start, end

    async def _beginning(self, url: str) -> Large | None:
        try:
            part = await self._part(url, 0, limits.REMOTE_PASSED_PART)
        except Unfetched:
            return None
        kind = kind_of(part.body)
        if kind is None or part.size > limits.REMOTE_PASSED_BYTES:
            return None
        return Large(url, kind, part.size, part.version)

    async def chunks(self, large: Large, start: int, end: int, network: str = "") -> AsyncGenerator[bytes]:
        """Fetch part after part; raise `Unfetched` where one cannot be had, or is of another version."""
        async with self._places, self._reading(network):
            while start < end:
                try:
                    part = await self._part(large.url, start, min(end, start + limits.REMOTE_PASSED_PART))
                    if (part.size, part.version) != (large.size, large.version):
                        raise UnexpectedType("the file is another by now")
                except Unfetched:
                    self._known.pop(large.url, None)
                    raise
                yield part.body
                start += len(part.body)

    @asynccontextmanager
    async def _reading(self, network: str) -> AsyncGenerator[None]:
        """Count a reader of a network, as long as it reads; of unknown ones, none."""
        if not network:
            yield
            return
        self._readers[network] += 1
        try:
            yield
        finally:
            self._readers[network] -= 1
            if not self._readers[network]:
                del self._readers[network]

    async def _part(self, url: str, start: int, end: int) -> _Part:
        answer = await self._fetcher.fetch(
            url,
            headers={"Range": f"bytes={start}-{end - 1}", "Accept-Encoding": "identity"},
            max_bytes=end - start,
        )
        said = _CONTENT_RANGE.fullmatch(answer.headers.get("content-range", ""))
        if answer.status != 206 or said is None:
            raise UnexpectedType("the answer is no part of a file")
        first, last, size = map(int, said.groups())
        if first != start or last != min(end, size) - 1 or len(answer.body) != last + 1 - first:
            raise UnexpectedType("the answer is another part than was asked for")
        return _Part(answer.body, size, answer.headers.get("etag", answer.headers.get("last-modified", "")))
