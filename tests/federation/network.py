"""An internet of the test's own: network namespaces on one bridge, with public addresses and names that nobody else sees.

It needs root and iproute2, and fails clearly without. Nothing of the machine's own network is touched.
"""

import asyncio
import ctypes
import os
import subprocess
import threading
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any, Self, TypeVar

T = TypeVar("T")

_NAMES = Path("/etc/netns")  # what a namespace has instead of the machine's own /etc
_PLACES = Path("/run/netns")
_CLONE_NEWNET = 0x40000000
_SECONDS = 60


class Network:
    """A bridge and the places on it; `close` removes everything."""

    def __init__(self, hosts: Mapping[str, str]) -> None:
        self.hosts = hosts  # name → address
        self._prefix = f"bema-test-{os.getpid()}"
        self._made: list[str] = []
        self._places: list[Place] = []
        _clear_away()
        try:
            self._hub = self._namespace("hub")
            _ip("-n", self._hub, "link", "add", "bridge", "type", "bridge")
            _ip("-n", self._hub, "link", "set", "bridge", "up")
        except BaseException:
            self.close()
            raise

    def place(self, host: str) -> "Place":
        """Make the place that a host is at, where all names of this network are known, and no others."""
        address = self.hosts[host]
        number = address.rpartition(".")[2]
        name = self._namespace(number)
        known = "".join(f"{each} {other}\n" for other, each in self.hosts.items())
        (_NAMES / name).mkdir(parents=True)
        (_NAMES / name / "hosts").write_text(f"127.0.0.1 localhost\n{known}")
        (_NAMES / name / "resolv.conf").write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
        cable = f"to{number}"
        _ip("-n", self._hub, "link", "add", cable, "type", "veth", "peer", "name", "world", "netns", name)
        _ip("-n", self._hub, "link", "set", cable, "master", "bridge", "up")
        _ip("-n", name, "address", "add", f"{address}/24", "dev", "world")
        _ip("-n", name, "link", "set", "world", "up")
        place = Place(name, address)
        self._places.append(place)
        return place

    def close(self) -> None:
        """Remove everything, whatever state it is in."""
        for place in self._places:
            place.close()
        for name in reversed(self._made):
            _remove(name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_reason: object) -> None:
        self.close()

    def _namespace(self, label: str) -> str:
        name = f"{self._prefix}-{label}"
        _ip("netns", "add", name)
        self._made.append(name)
        _ip("-n", name, "link", "set", "lo", "up")
        return name


class Place:
    """A namespace with an event loop whose connections begin and end there."""

    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self.address = address
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T], seconds: float = _SECONDS) -> T:
        """Do something there, and return what came of it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)

    def command(self, *words: str) -> list[str]:
        """Return how a command is started there."""
        return ["ip", "netns", "exec", self.name, *words]

    def close(self) -> None:
        """End what is still going on there."""
        if self._thread.is_alive():
            self.run(_cancel_all())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)
        if not self._loop.is_closed() and not self._thread.is_alive():
            self._loop.close()

    def _run(self) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        handle = os.open(_PLACES / self.name, os.O_RDONLY)
        try:
            if libc.setns(handle, _CLONE_NEWNET):  # of this thread alone, and those that it starts
                raise OSError(ctypes.get_errno(), f"cannot enter {self.name}")
        finally:
            os.close(handle)
        self._loop.run_forever()


async def _cancel_all() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for each in others:
        each.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _ip(*words: str) -> None:
    try:
        done = subprocess.run(["ip", *words], capture_output=True, text=True, timeout=_SECONDS, check=False)
    except FileNotFoundError:
        raise AssertionError("These tests need the command `ip`: install iproute2") from None
    assert done.returncode == 0, (
        f"`ip {' '.join(words)}`: {done.stderr.strip()}. These tests make network namespaces, which takes root."
    )


def _clear_away() -> None:
    """Remove what runs left behind that were killed."""
    for path in _PLACES.glob("bema-test-*"):
        if not Path(f"/proc/{path.name.split('-')[2]}").exists():
            _remove(path.name)


def _remove(name: str) -> None:
    if (_PLACES / name).exists():
        _ip("netns", "delete", name)
    if (_NAMES / name).exists():
        for file in (_NAMES / name).iterdir():
            file.unlink()
        (_NAMES / name).rmdir()
