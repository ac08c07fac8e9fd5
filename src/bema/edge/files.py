"""Files on their way out: those that come with the server, and those that people uploaded; two ASGI applications.

They stand beside the routes because nobody signs in for them: the name of an uploaded file cannot be guessed, and is
known only to those who may see the post. What is uploaded can do nothing in a browser but be shown.
"""

import asyncio
import functools
import gzip
import hashlib
import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any, NamedTuple

from bema.domain.receiving.caching import RemoteFiles
from bema.domain.receiving.passing_on import Large
from bema.edge.answers import Header
from bema.edge.rates import network_of
from bema.model import limits
from bema.model.errors import NotFound, Refusal
from bema.outside.blobs import RAW, Blobs
from bema.outside.unfetched import Unfetched
from bema.store import media
from bema.store.database import Database
from bema.wire.media_types import MEDIA_TYPES

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

OWN_FILES = Path(__file__).parent / "web" / "static"

# Sheets in the order in which they count; pages load all of them as one, because a browser shows nothing before it has
# read the last.
STYLES = (
    *("tokens", "base", "shell", "parts", "news", "posts", "linked", "polls", "pictures", "quotes", "filters"),
    *("threads", "people", "conversations", "forms", "completing", "pages", "collections", "trust", "policies"),
    *("standing", "staff"),
)
ALL_STYLES = "css/all.css"

_TYPES = {
    ".css": b"text/css; charset=utf-8",
    ".ico": b"image/x-icon",
    ".jpg": b"image/jpeg",
    ".js": b"text/javascript; charset=utf-8",
    ".json": b"application/json",
    ".png": b"image/png",
    ".svg": b"image/svg+xml",
    ".txt": b"text/plain; charset=utf-8",
    ".webmanifest": b"application/manifest+json",
    ".webp": b"image/webp",
    ".woff2": b"font/woff2",
}
_PACKED = frozenset((".css", ".js", ".json", ".svg", ".txt", ".webmanifest"))  # the others are compressed in themselves
_CODE = frozenset((".css", ".js"))

_FOR_EVER = b"public, max-age=31536000, immutable"  # another content would have another name
_FOR_A_DAY = b"public, max-age=86400"
_FOR_AN_HOUR = b"public, max-age=3600"  # of what is not ours, and may be another at any time
_ASK_FIRST = b"no-cache"  # the parts of one page must be of one release; asking costs an empty answer

_ALWAYS: list[Header] = [
    (b"x-content-type-options", b"nosniff"),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"Accept-Ranges, Content-Length, Content-Range, ETag"),
    (b"cross-origin-resource-policy", b"cross-origin"),
]
_PREFLIGHT: list[Header] = [
    (b"access-control-allow-methods", b"GET, HEAD, OPTIONS"),
    (b"access-control-allow-headers", b"Range, If-None-Match, If-Range"),
    (b"access-control-max-age", b"86400"),
]
# A browser shows a film that is opened by its own address in a page of its making, which plays the address once more.
_HARMLESS: list[Header] = [(b"content-security-policy", b"default-src 'none'; media-src 'self'; sandbox")]


class _File(NamedTuple):
    """A file of the server's own, ready to be sent."""

    content: bytes
    packed: bytes | None  # by gzip
    headers: list[Header]
    etag: bytes


class StaticFiles:
    """The server's own files: read once, and sent under their names and under names that tell their content."""

    def __init__(self, folder: Path = OWN_FILES) -> None:
        self._files: dict[str, _File] = {}
        self._addresses: dict[str, str] = {}
        for name, content, packed in _read(folder):
            self._add(name, content, packed)

    def address(self, name: str) -> str:
        """Tell the address of a file under which a browser may keep it for ever."""
        return self._addresses[name]

    def has(self, name: str) -> bool:
        """Tell whether there is such a file."""
        return name in self._addresses

    def _add(self, name: Path, content: bytes, packed: bytes | None) -> None:
        digest = hashlib.sha256(content).hexdigest()[:16]
        telling = name.with_name(f"{name.stem}.{digest}{name.suffix}").as_posix()
        etag = b'W/"%s"' % digest.encode()  # weak: it is the same packed and unpacked
        plain = _ASK_FIRST if name.suffix in _CODE else _FOR_A_DAY
        for each, cache in ((name.as_posix(), plain), (telling, _FOR_EVER)):
            headers = [(b"content-type", _TYPES[name.suffix]), (b"cache-control", cache), (b"etag", etag)]
            if packed is not None:
                headers.append((b"vary", b"accept-encoding"))
            self._files[each] = _File(content, packed, headers, etag)
        self._addresses[name.as_posix()] = f"/static/{telling}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take part in ASGI."""
        if await _answered(scope, send):
            return
        found = self._files.get(scope["path"].removeprefix("/static/"))
        if found is None:
            await _refuse(send, scope, 404, "There is no such file")
            return
        asked = _headers(scope)
        if _matches(asked.get(b"if-none-match", b""), found.etag):
            await _send(send, scope, 304, found.headers)
        elif found.packed is not None and b"gzip" in asked.get(b"accept-encoding", b""):
            await _send(send, scope, 200, [*found.headers, (b"content-encoding", b"gzip")], found.packed)
        else:
            await _send(send, scope, 200, found.headers, found.content)


@functools.cache
def _read(folder: Path) -> list[tuple[Path, bytes, bytes | None]]:
    """Read the files of a folder and pack them, once in the life of a process: they stay as they were released."""
    found = {
        path.relative_to(folder): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in _TYPES
    }
    found[Path(ALL_STYLES)] = b"".join((folder / f"css/{name}.css").read_bytes() for name in STYLES)
    return [
        (name, content, gzip.compress(content, mtime=0) if name.suffix in _PACKED else None)
        for name, content in found.items()
    ]


_ATTACHMENTS = "attachment/"  # how the names of posts' files begin


_REMOTE = re.compile(r"remote/([0-9a-f]{64})", re.ASCII)
_NOTHING_TO_SEE = bytes.fromhex(  # a picture of one transparent pixel
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000b4944415478da636000020000050001e9fa"
    "dcd80000000049454e44ae426082"
)
_STAND_IN: list[Header] = [(b"content-type", b"image/png"), (b"cache-control", b"public, max-age=300"), *_HARMLESS]


class MediaFiles:
    """What people uploaded, whole or in part; but for what a decision took away, which is kept as long as it may come back."""

    def __init__(self, blobs: Blobs, database: Database, remote: RemoteFiles) -> None:
        self._blobs, self._database, self._remote = blobs, database, remote

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take part in ASGI."""
        if await _answered(scope, send):
            return
        key, cache = scope["path"].removeprefix("/media/"), _FOR_EVER
        asked = _headers(scope)
        if (name := _REMOTE.fullmatch(key)) is not None:
            try:
                found = await self._remote(name[1])
            except Refusal as refusal:
                await _refuse(send, scope, refusal.status, refusal.message)
                return
            if found is None:
                await _send(send, scope, 200, _STAND_IN, _NOTHING_TO_SEE)
                return
            if isinstance(found, Large):
                await self._pass_on(found, scope, receive, send)
                return
            key, cache = found, _FOR_A_DAY
        etag = b'"%s"' % key.rpartition("/")[2].partition(".")[0].encode()
        part = part_of(asked.get(b"range", b"")) if asked.get(b"if-range", etag) == etag else None
        try:
            if key.endswith(f".{RAW}"):
                raise NotFound  # as it was uploaded: with places and names in it
            if key.startswith(_ATTACHMENTS) and await self._database.read(media.is_withheld, key):
                raise NotFound
            blob = await self._blobs.get(key, part)
        except Refusal as refusal:
            await _refuse(send, scope, refusal.status, refusal.message)
            return
        headers: list[Header] = [
            (b"content-type", blob.content_type.encode()),
            (b"cache-control", cache),
            (b"etag", etag),
            (b"accept-ranges", b"bytes"),
            *_HARMLESS,
        ]
        if _matches(asked.get(b"if-none-match", b""), etag):
            await _send(send, scope, 304, headers)
            return
        if part is not None:
            headers.append((b"content-range", b"bytes %d-%d/%d" % (blob.start, blob.end - 1, blob.size)))
        await _stream(send, scope, 200 if part is None else 206, headers, blob.end - blob.start, blob.chunks)

    async def _pass_on(self, large: Large, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what is fetched while it is sent, as long as somebody reads it."""
        asked, etag = _headers(scope), b'"%s"' % large.etag.encode()
        network = network_of((scope.get("client") or ("", 0))[0])
        part = part_of(asked.get(b"range", b"")) if asked.get(b"if-range", etag) == etag else None
        headers: list[Header] = [
            (b"content-type", MEDIA_TYPES[large.kind].encode()),
            (b"cache-control", _FOR_AN_HOUR),
            (b"etag", etag),
            (b"accept-ranges", b"bytes"),
            *_HARMLESS,
        ]
        if _matches(asked.get(b"if-none-match", b""), etag):
            await _send(send, scope, 304, headers)
            return
        try:
            start, end = self._remote.passing.span(large, part, network)
        except Refusal as refusal:
            await _refuse(send, scope, refusal.status, refusal.message)
            return
        if part is not None:
            headers.append((b"content-range", b"bytes %d-%d/%d" % (start, end - 1, large.size)))
        head = [*headers, (b"content-length", b"%d" % (end - start)), *_ALWAYS]
        await send({"type": "http.response.start", "status": 200 if part is None else 206, "headers": head})
        if scope["method"] == "HEAD" or await _handed_on(
            self._remote.passing.chunks(large, start, end, network), receive, send
        ):
            await send({"type": "http.response.body"})


async def _handed_on(chunks: AsyncGenerator[bytes], receive: Receive, send: Send) -> bool:
    """Send chunks until there are none; False when no more come, or their reader is gone, or took none for a while."""
    gone = asyncio.create_task(_hang_up(receive))
    try:
        async with aclosing(chunks):
            async for chunk in chunks:
                async with asyncio.timeout(limits.REMOTE_PASSED_STALL_SECONDS):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
                if gone.done():
                    return False
        return True
    except (TimeoutError, Unfetched):
        return False
    finally:
        gone.cancel()


async def _hang_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


_RANGE = re.compile(rb"bytes=(\d{0,18})-(\d{0,18})")


def part_of(header: bytes) -> tuple[int, int | None] | None:
    """Read a Range header as `Blobs.get` wants it; one that asks for several parts, or for nothing, asks for the whole."""
    match = _RANGE.fullmatch(header.strip())
    if match is None:
        return None
    first, last = match.groups()
    if first:
        end = int(last) + 1 if last else None
        return None if end is not None and end <= int(first) else (int(first), end)
    return (-int(last), None) if last and int(last) else None


def _matches(header: bytes, etag: bytes) -> bool:
    return header == b"*" or etag.removeprefix(b"W/") in [
        each.strip().removeprefix(b"W/") for each in header.split(b",")
    ]


def _headers(scope: Scope) -> dict[bytes, bytes]:
    return dict(scope["headers"])


async def _answered(scope: Scope, send: Send) -> bool:
    """Answer what asks for no file."""
    if scope["method"] == "OPTIONS":
        await _send(send, scope, 200, _PREFLIGHT)
        return True
    if scope["method"] not in ("GET", "HEAD"):
        await _refuse(send, scope, 405, "Files can only be read")
        return True
    return False


async def _refuse(send: Send, scope: Scope, status: int, sentence: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store"), *_HARMLESS]
    await _send(send, scope, status, headers, sentence.encode())


async def _send(send: Send, scope: Scope, status: int, headers: list[Header], body: bytes = b"") -> None:
    length = [] if status == 304 else [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *length, *_ALWAYS]})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


async def _stream(
    send: Send, scope: Scope, status: int, headers: list[Header], length: int, chunks: AsyncIterator[bytes]
) -> None:
    everything = [*headers, (b"content-length", b"%d" % length), *_ALWAYS]
    await send({"type": "http.response.start", "status": status, "headers": everything})
    if scope["method"] != "HEAD":
        async for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body"})
