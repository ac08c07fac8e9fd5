"""The bell between the processes of one machine: whoever wrote rings, and the reader of the log looks at once.

It carries nothing and may be lost: the reader looks by itself from time to time as well.
"""

import asyncio
import os
import secrets
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_NAME = "bell.sock"
_PATH_BYTES = 100  # what a socket's address may be long, on every system


class Bell:
    """Rings in one process, is heard in another; both know the folder `run_dir`."""

    def __init__(self, run_dir: Path) -> None:
        self._path = run_dir / _NAME
        self._socket = _socket()

    def ring(self) -> None:
        """Wake whoever listens, from any thread, without waiting; when nobody does, nothing happens."""
        with suppress(OSError):
            self._socket.sendto(b"\0", _address(self._path))

    def listen(self, heard: Callable[[], None]) -> None:
        """Call `heard` on the running event loop each time somebody rings. The last to listen is the one who hears."""
        self._path.unlink(missing_ok=True)
        with suppress(OSError):  # a folder that cannot hold sockets: the reader looks by itself
            self._socket.bind(_address(self._path))
            asyncio.get_running_loop().add_reader(self._socket, _take, self._socket, heard)

    def close(self) -> None:
        """Stop listening."""
        with suppress(RuntimeError, ValueError):  # no event loop any more, or never listened
            asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()


class Chime:
    """Rings in one process, and is heard in all of the machine that listen: those to whom streams are open."""

    def __init__(self, run_dir: Path) -> None:
        self._folder = run_dir / "chime"
        self._folder.mkdir(exist_ok=True)
        self._own = self._folder / f"{os.getpid()}-{secrets.token_hex(4)}"
        self._socket = _socket()

    def ring(self) -> None:
        """Wake all who listen, without waiting; who is gone without a word is forgotten."""
        for path in self._folder.iterdir():
            try:
                self._socket.sendto(b"\0", _address(path))
            except ConnectionRefusedError:
                path.unlink(missing_ok=True)
            except OSError:  # gone just now, or woken so often that it has not looked yet
                pass

    def listen(self, heard: Callable[[], None]) -> None:
        """Call `heard` on the running event loop each time somebody rings."""
        with suppress(OSError):  # see Bell.listen
            self._socket.bind(_address(self._own))
            asyncio.get_running_loop().add_reader(self._socket, _take, self._socket, heard)

    def close(self) -> None:
        """Stop listening."""
        with suppress(RuntimeError, ValueError):  # see Bell.close
            asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()
        self._own.unlink(missing_ok=True)


def _socket() -> socket.socket:
    made = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    made.setblocking(False)
    return made


def _take(heard_at: socket.socket, heard: Callable[[], None]) -> None:
    with suppress(BlockingIOError):
        while heard_at.recv(16):
            pass
    heard()


def _address(path: Path) -> str:
    """Return the path as a socket's address, relative to the working folder where it would be too long."""
    text = str(path)
    return text if len(text.encode()) <= _PATH_BYTES else os.path.relpath(path)
