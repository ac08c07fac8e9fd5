"""Stored media, on the local disk or in an S3 bucket by the same code: named by their content and by a secret.

A name cannot be guessed from the picture, not even by somebody who has the picture: who holds a file does not learn that
it was posted here to a few. Two owners never share a file, so that deleting one's leaves the other's.
"""

import asyncio
import hashlib
import hmac
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

import msgspec
import obstore
from obstore.exceptions import GenericError
from obstore.store import LocalStore, ObjectStore, from_url

from bema.model import limits
from bema.model.errors import NotFound, Refusal, Unavailable
from bema.outside.files import write_durably
from bema.wire.media_types import MEDIA_TYPES

RAW = "raw"
_KEY = re.compile(r"[a-z]{1,20}/([0-9a-f]{2})/(\1[0-9a-f]{62})\.(" + "|".join(MEDIA_TYPES) + ")", re.ASCII)
_FOR_EVER = "public, max-age=31536000, immutable"  # another content would have another name


class Blob(msgspec.Struct, frozen=True, kw_only=True):
    """A stored file, or the part of it that was asked for, on its way out."""

    content_type: str
    size: int  # bytes of the whole file
    start: int  # the first byte that comes
    end: int  # the first byte that does not come any more
    chunks: AsyncIterator[bytes]


class Blobs:
    """Keep and give back files; `root` is a folder or an address such as s3://bucket/prefix.

    The credentials, region and endpoint of a bucket are taken from the usual AWS_* variables of the environment.
    """

    def __init__(self, root: str | Path, *, public_url: str, secret: bytes) -> None:
        if not secret:
            raise ValueError("without a secret, the names of private files could be guessed")
        self._folder = None if "://" in str(root) else Path(root).absolute()
        self._store: ObjectStore = LocalStore(self._folder, mkdir=True) if self._folder else from_url(str(root))
        self._public_url = public_url.rstrip("/")
        self._secret = secret

    def key(self, kind: str, owner: str, content: bytes | IO[bytes], extension: str) -> str:
        """Name a file: `kind` says what it is for, `owner` whose it is (an account's or an attachment's id)."""
        named = b"\0".join((kind.encode(), owner.encode(), _digest(content)))
        name = hmac.digest(self._secret, named, "sha256").hex()
        return _checked(f"{kind}/{name[:2]}/{name}.{extension}")

    def url(self, key: str) -> str:
        """Tell the address at which others find the file."""
        return f"{self._public_url}/{_checked(key)}"

    async def put(self, key: str, content: bytes | IO[bytes]) -> None:
        """Keep a file, an open one perhaps: all of it or nothing, even if the power fails. Keeping it twice changes nothing."""
        _checked(key)
        if self._folder is not None:
            try:
                await asyncio.to_thread(write_durably, self._folder / key, content)
            except OSError as error:  # the disk is full, as a rule
                raise Unavailable("The server could not store this, please try again") from error
            return
        described = {"Content-Type": _content_type(key), "Cache-Control": _FOR_EVER}
        if not isinstance(content, bytes):
            content.seek(0)
        await obstore.put_async(self._store, key, content, attributes=described)

    async def get(self, key: str, part: tuple[int, int | None] | None = None) -> Blob:
        """Begin to read a file, or `part` of it: from a byte to before another, or (when negative) its last bytes."""
        _checked(key)
        try:
            if part is None:
                found = await obstore.get_async(self._store, key)
            else:
                found = await obstore.get_async(self._store, key, options={"range": _range(part)})
        except FileNotFoundError:
            raise NotFound from None
        except GenericError:
            if part is None or not await self._is_beyond(key, part):
                raise
            raise Refusal("The file has no such part", status=416) from None
        start, end = found.range
        return Blob(
            content_type=_content_type(key),
            size=found.meta["size"],
            start=start,
            end=end,
            chunks=_chunks(found),
        )

    async def delete(self, key: str) -> None:
        """Forget a file; forgetting one that is not there is no trouble."""
        try:
            await obstore.delete_async(self._store, _checked(key))
        except FileNotFoundError:
            return

    async def _is_beyond(self, key: str, part: tuple[int, int | None]) -> bool:
        start, end = part
        size = (await obstore.head_async(self._store, key))["size"]
        return start >= size or (end is not None and end <= start)


def _digest(content: bytes | IO[bytes]) -> bytes:
    if isinstance(content, bytes):
        return hashlib.sha256(content).digest()
    content.seek(0)
    return hashlib.file_digest(content, "sha256").digest()  # type: ignore[arg-type]  # any file that can be read


def _checked(key: str) -> str:
    """Let only names through that `key` could have made: nothing else in the folder or bucket can be reached."""
    if _KEY.fullmatch(key) is None:
        raise NotFound
    return key


def _content_type(key: str) -> str:
    return MEDIA_TYPES[key.rpartition(".")[2]]


def _range(part: tuple[int, int | None]) -> "tuple[int, int] | obstore.OffsetRange | obstore.SuffixRange":
    start, end = part
    if start < 0:
        return {"suffix": -start}
    return {"offset": start} if end is None else (start, end)


async def _chunks(found: "obstore.GetResult") -> AsyncIterator[bytes]:
    async for chunk in found.stream(min_chunk_size=limits.BLOB_CHUNK_BYTES):
        yield bytes(chunk)
