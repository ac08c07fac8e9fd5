"""Archives: ZIP files that are written piece by piece to the disk, whatever their size, without being in anybody's way."""

import asyncio
import tempfile
import zipfile
from collections.abc import AsyncIterator
from types import TracebackType
from typing import IO, Any, Self, cast


class Archive:
    """A ZIP file that grows: `async with Archive() as archive: await archive.add(…)`; gone with its block."""

    def __init__(self) -> None:
        self.file = cast("IO[bytes]", tempfile.TemporaryFile())  # noqa: SIM115 -- closed by __aexit__
        self._zip = zipfile.ZipFile(self.file, "w", allowZip64=True)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        cast("Any", self._zip).fp = None  # what was broken off needs no end
        await asyncio.to_thread(self.file.close)

    async def add(self, name: str, chunks: AsyncIterator[bytes | str], *, packed: bool = True) -> int:
        """Add a file, and return its size; what is compressed in itself is not `packed`."""
        about = zipfile.ZipInfo(name)
        about.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        about.external_attr = 0o600 << 16
        written = await asyncio.to_thread(self._zip.open, about, "w", force_zip64=True)
        size = 0
        try:
            async for chunk in chunks:
                content = chunk.encode() if isinstance(chunk, str) else chunk
                size += len(content)
                await asyncio.to_thread(cast("Any", written).write, content)
        finally:
            await asyncio.to_thread(written.close)
        return size

    async def finish(self) -> int:
        """Write the end, and return the size of it all."""
        await asyncio.to_thread(self._zip.close)
        self.file.seek(0, 2)
        return self.file.tell()
