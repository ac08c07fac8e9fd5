"""Resolving: the addresses of names, remembered for a while: a slow name server holds up nobody who was reached before."""

import asyncio
import socket
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from bema.model import limits


class Resolver:
    """Looks names up in threads of its own. What it remembers is checked again by whoever connects to it."""

    def __init__(self) -> None:
        self._threads: ThreadPoolExecutor | None = None
        self._known: OrderedDict[str, tuple[float, list[str]]] = OrderedDict()

    async def __call__(self, name: str) -> Sequence[str]:
        """Return the addresses of a name; raise OSError when there are none."""
        now = asyncio.get_running_loop().time()
        until, addresses = self._known.get(name, (0.0, []))
        if until > now:
            return addresses
        addresses = await asyncio.get_running_loop().run_in_executor(self._pool(), _looked_up, name)
        self._known[name] = (now + limits.DELIVERY_NAMES_SECONDS, addresses)
        self._known.move_to_end(name)
        if len(self._known) > limits.DELIVERY_NAMES:
            self._known.popitem(last=False)
        return addresses

    def _pool(self) -> ThreadPoolExecutor:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(limits.DELIVERY_RESOLVER_THREADS, "delivery-resolver")
        return self._threads


def _looked_up(name: str) -> list[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)]
