"""Having a recording prepared by a process of its own, which is ended when it takes too long."""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import IO, NamedTuple

import msgspec

from bema.model import limits
from bema.outside.recordings.formats import HEAD_BYTES, sniff
from bema.outside.recordings.report import Errand, Refused, Report, decode

_KEPT_OF_ENVIRONMENT = ("PATH", "PYTHONPATH", "LANG")  # no secret of the server's is of use there
_TOLD = 2_000  # bytes of what the process complains of


class Unpreparable(Exception):  # noqa: N818 -- it is about the file: nothing went wrong here
    """A file that no recording can be made of, and why, for the operator."""


class Prepared(NamedTuple):
    """A recording that is ready, in files that vanish when they are closed."""

    report: Report
    result: IO[bytes]
    preview: IO[bytes]


@asynccontextmanager
async def prepared(source: IO[bytes], *, seconds: float = limits.PREPARING_SECONDS) -> AsyncIterator[Prepared]:
    """Prepare the recording in an open file; what comes of it is there as long as the context lasts."""
    source.seek(0)
    format_ = sniff(source.read(HEAD_BYTES))
    if format_ is None:
        raise Unpreparable("it is no recording")
    with tempfile.TemporaryFile() as result, tempfile.TemporaryFile() as preview:
        errand = Errand(source=source.fileno(), result=result.fileno(), preview=preview.fileno(), format=format_)
        report = await _performed(errand, seconds)
        if isinstance(report, Refused):
            raise Unpreparable(report.why)
        yield Prepared(report, result, preview)


async def _performed(errand: Errand, seconds: float) -> Report | Refused:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bema.outside.recordings.cage", msgspec.json.encode(errand).decode()),
        stdin=asyncio.subprocess.PIPE,  # it ends when this does
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        pass_fds=(errand.source, errand.result, errand.preview),
        env={name: os.environ[name] for name in _KEPT_OF_ENVIRONMENT if name in os.environ},
    )
    assert process.stdout is not None and process.stderr is not None  # noqa: PT018 -- they were asked for together
    complaints = asyncio.create_task(_last_words(process.stderr))
    try:
        async with asyncio.timeout(seconds):
            answer = await process.stdout.read()
            status = await process.wait()
    except TimeoutError:
        raise Unpreparable(f"it takes more than {seconds:.0f} seconds") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        words = await complaints
    try:
        return decode(answer)
    except msgspec.MsgspecError:
        raise Unpreparable(f"its process ended with {status}: {words}") from None


async def _last_words(stream: asyncio.StreamReader) -> str:
    """Read all that comes, and keep the end of it."""
    kept = b""
    while part := await stream.read(65_536):
        kept = (kept + part)[-_TOLD:]
    return kept.decode(errors="replace")
