"""Connections to other servers by aiohttp, for `fetch.py` alone: loaded when something is asked for the first time."""

import socket
import ssl
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bema.model import limits
from bema.outside.addresses import Address, literal
from bema.outside.unfetched import AddressRefused, Oversized, Resolve, UnexpectedType, Unreachable, media_type


class Session:
    """The connections that are kept."""

    def __init__(
        self,
        resolve: Resolve,
        permits: Callable[[Address], bool],
        make_socket: Callable[[Any], socket.socket],
        tls: ssl.SSLContext,
        at_once: int,
    ) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=_Guard(resolve, permits),
                use_dns_cache=False,
                socket_factory=make_socket,
                ssl=tls,
                limit=at_once,
                limit_per_host=limits.FETCH_AT_ONCE_PER_HOST,
                keepalive_timeout=limits.FETCH_KEEP_SECONDS,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None),
            auto_decompress=False,
            trust_env=False,
            max_field_size=limits.FETCH_HEADER_BYTES,
            max_headers=limits.FETCH_HEADERS,
            skip_auto_headers=("Content-Type",),
        )

    @property
    def closed(self) -> bool:
        """Whether its connections are closed."""
        return self._session.closed

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def ask(
        self,
        method: str,
        url: URL,
        body: bytes | None,
        headers: Mapping[str, str],
        *,
        types: frozenset[str] | None,
        max_bytes: int,
        cut: bool,
    ) -> tuple[dict[str, str], int, bytes]:
        """Ask once, and return headers, status and body; what goes wrong on the way is `Unreachable`."""
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, allow_redirects=False
            ) as response:
                kept = {name.lower(): ", ".join(response.headers.getall(name)) for name in response.headers}
                ok = 200 <= response.status < 300
                if ok and types is not None and media_type(kept.get("content-type", "")) not in types:
                    response.close()
                    raise UnexpectedType(f"the answer is {kept.get('content-type', 'of no type')[:100]!r}")
                most = max_bytes if ok else min(max_bytes, limits.FETCH_ERROR_BYTES)
                return kept, response.status, await _read(response, most, cut=cut or not ok)
        except aiohttp.ClientError as error:
            raise Unreachable(f"{type(error).__name__}: {error}"[:500]) from error


class _Guard(AbstractResolver):
    """Look names up, and let through only those all of whose addresses are permitted."""

    def __init__(self, resolve: Resolve, permits: Callable[[Address], bool]) -> None:
        self._resolve = resolve
        self._permits = permits

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return what `host` may be reached at."""
        found = [literal(text) for text in await self._resolve(host)]
        if not found:
            raise OSError("the name has no address")
        results: list[ResolveResult] = []
        for address in found:
            if address is None or not self._permits(address):
                raise AddressRefused("the name leads to an address that is not public")
            kind = socket.AF_INET if address.version == 4 else socket.AF_INET6
            if family in (socket.AF_UNSPEC, kind):
                results.append(
                    ResolveResult(
                        hostname=host, host=str(address), port=port, family=kind, proto=0, flags=socket.AI_NUMERICHOST
                    )
                )
        return results

    async def close(self) -> None:
        """Do nothing: there is nothing to let go of."""


async def _read(response: aiohttp.ClientResponse, max_bytes: int, *, cut: bool) -> bytes:
    """Read a body, decompressed step by step, so that a bomb costs no more than what was asked for."""
    expand = _expander(response)
    body, arrived = bytearray(), 0
    async for chunk in response.content.iter_any():
        arrived += len(chunk)
        body += expand(chunk, max_bytes + 1 - len(body))
        if len(body) > max_bytes or arrived > max_bytes + limits.FETCH_HEADER_BYTES:
            response.close()
            if not cut:
                raise Oversized(f"the answer is longer than {max_bytes} bytes")
            break
    return bytes(body[:max_bytes])


def _expander(response: aiohttp.ClientResponse) -> Callable[[bytes, int], bytes]:
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return lambda chunk, most: chunk[:most]
    if encoding not in ("gzip", "x-gzip", "deflate"):
        response.close()
        raise UnexpectedType(f"the answer is encoded as {encoding[:40]!r}")
    inflate = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # finds out which of both headers it is

    def expand(chunk: bytes, most: int) -> bytes:
        try:
            return inflate.decompress(chunk, most)
        except zlib.error as error:
            raise UnexpectedType("the answer is not compressed as it says") from error

    return expand
