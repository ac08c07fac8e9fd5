"""Writing a file so that others see all of it or nothing, and that it is still there after the power failed."""

import io
import os
import secrets
import shutil
from pathlib import Path
from typing import IO, cast

_CHUNK_BYTES = 1_048_576  # of a large file that are in memory at once


def write_durably(path: Path, content: bytes | IO[bytes], *, mode: int = 0o666) -> None:
    """Write `content`, all of an open file perhaps, to `path`, making the folders above; a file there is replaced in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{secrets.token_hex(8)}.unfinished")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            if isinstance(content, io.IOBase):
                content.seek(0)
                shutil.copyfileobj(content, file, _CHUNK_BYTES)
            else:
                file.write(cast("bytes", content))
            file.flush()
            os.fsync(file.fileno())
        move_durably(unfinished, path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def move_durably(old: Path, new: Path) -> None:
    """Let a file take the name and place of another in the same folder."""
    old.replace(new)
    folder = os.open(new.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)  # the name is part of the folder, not of the file
    finally:
        os.close(folder)
