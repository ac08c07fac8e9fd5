"""The one way in which the server asks others over HTTP: guarded against being sent inside, swamped or held up.

Names are looked up once; every address found must be public, and only those are connected to, so that a name that
changes its address in between (DNS rebinding) changes nothing. Redirects are followed by hand, each checked anew. Bytes
are counted after decompression, time from the first to the last moment. No cookies, no proxies of the environment.
"""

import asyncio
import email.utils
import socket
import ssl
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import msgspec
from yarl import URL

from bema import __version__
from bema.model import limits
from bema.model.ids import Millis
from bema.outside.addresses import Address, is_public, literal, plainly_written
from bema.outside.connecting import Session
from bema.outside.unfetched import AddressRefused, Resolve, TooSlow, Unreachable, media_type

Sign = Callable[[str, str], Mapping[str, str]]  # (method, address) → headers, made anew for each redirect
Redirects = Literal["follow", "same_origin", "none"]

_WEB_PORTS = (80, 443)
_REDIRECTIONS = (301, 302, 303, 307, 308)


class Fetched(msgspec.Struct, frozen=True):
    """An answer, whatever its status."""

    url: str  # of the last redirect
    status: int
    headers: Mapping[str, str]  # names in lower case; what came several times is joined by commas
    body: bytes  # decompressed

    @property
    def ok(self) -> bool:
        """Whether the other server said yes."""
        return 200 <= self.status < 300

    @property
    def type(self) -> str:
        """The media type, without parameters, in lower case."""
        return media_type(self.headers.get("content-type", ""))

    def wait_seconds(self, now: Millis) -> int:
        """Read how long the other server wants us to wait: seconds, or a date; 0 where it says nothing of it."""
        text = self.headers.get("retry-after", "").strip()
        if text.isascii() and text.isdigit():
            return int(text[:9])
        try:
            return max(0, int(email.utils.parsedate_to_datetime(text).timestamp()) - now // 1_000)
        except (ValueError, OverflowError):
            return 0


class _Question(msgspec.Struct, frozen=True):
    method: str
    url: URL
    body: bytes | None
    headers: tuple[tuple[str, str], ...]
    sign: Sign | None
    types: frozenset[str] | None
    max_bytes: int
    cut: bool
    redirects: Redirects
    plain_http: bool
    seconds: float


async def by_system(name: str) -> Sequence[str]:
    """Look a name up as this machine does, in threads of our own: a slow name server holds up nobody else."""
    found = await asyncio.get_running_loop().run_in_executor(
        _resolving, lambda: socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    )
    return [str(address[4][0]) for address in found]


_resolving = ThreadPoolExecutor(limits.FETCH_RESOLVER_THREADS, "resolver")


class Fetcher:
    """Ask other servers on behalf of the one at `base`; `close` lets go of the connections.

    `permits` says which addresses may be connected to; `private_peers` permits all, plain http and any port besides.
    `at_once` bounds the connections at a time: whoever asks while all are taken waits, which counts as their time.
    """

    def __init__(
        self,
        base: str,
        *,
        private_peers: bool = False,
        high_ports: bool = False,
        permits: Callable[[Address], bool] = is_public,
        resolve: Resolve = by_system,
        tls_context: ssl.SSLContext | None = None,
        at_once: int = limits.FETCH_AT_ONCE,
    ) -> None:
        own = URL(base)
        self._own = (own.raw_host, own.port)
        self._private_peers = private_peers
        self._high_ports = high_ports or private_peers
        self._permits: Callable[[Address], bool] = (lambda _: True) if private_peers else permits
        self._resolve = resolve
        self._tls = tls_context
        self._at_once = at_once
        self._session: Session | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._under_way: dict[_Question, asyncio.Task[Fetched]] = {}
        self.user_agent = f"Bema/{__version__} (+{base}/)"

    async def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        sign: Sign | None = None,
        types: Collection[str] | None = None,
        max_bytes: int = limits.FETCH_BYTES,
        cut: bool = False,
        redirects: Redirects = "follow",
        plain_http: bool = False,
        seconds: float = limits.FETCH_SECONDS,
    ) -> Fetched:
        """Ask for `url`, and return the answer whatever its status, or raise `Unfetched`.

        `types`: media types that a good answer may have. `cut`: take the first `max_bytes` of a longer answer instead of
        refusing it. `headers` go to the first origin alone, but for `Accept`; `sign` is called for each redirect.
        Redirects of anything but GET and HEAD are answers like others. The same question asked twice at a time is one.
        """
        question = _Question(
            method=method,
            url=self._checked(url, plain_http=plain_http),
            body=body,
            headers=tuple((headers or {}).items()),
            sign=sign,
            types=None if types is None else frozenset(types),
            max_bytes=max_bytes,
            cut=cut,
            redirects=redirects if method in ("GET", "HEAD") else "none",
            plain_http=plain_http,
            seconds=seconds,
        )
        if method != "GET":
            return await self._in_time(question)
        task = self._under_way.get(question)
        if task is None or task.get_loop() is not asyncio.get_running_loop():
            task = asyncio.create_task(self._in_time(question))
            self._under_way[question] = task
            task.add_done_callback(lambda done: self._landed(question, done))
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Break off what is under way and close the connections."""
        for task in list(self._under_way.values()):
            task.cancel()
        session, self._session = self._session, None
        if session is not None and self._loop is asyncio.get_running_loop():
            await session.close()

    def _landed(self, question: _Question, task: asyncio.Task[Fetched]) -> None:
        if self._under_way.get(question) is task:
            del self._under_way[question]
        if not task.cancelled():
            task.exception()  # whoever asked may have gone: nobody else is told of it

    # --- Asking -------------------------------------------------------------------------------------------------------

    async def _in_time(self, question: _Question) -> Fetched:
        try:
            async with asyncio.timeout(question.seconds):
                return await self._follow(question)
        except TimeoutError:
            raise TooSlow(f"no complete answer in {question.seconds} seconds") from None
        except (OSError, UnicodeError) as error:  # of sockets, certificates and names
            raise Unreachable(f"{type(error).__name__}: {error}"[:500]) from error

    async def _follow(self, question: _Question) -> Fetched:
        url, seen = question.url, {question.url}
        for _hop in range(limits.FETCH_REDIRECTS + 1):
            answer = await self._ask(question, url)
            location = answer.headers.get("location")
            if question.redirects == "none" or answer.status not in _REDIRECTIONS or location is None:
                return answer
            url = self._redirected(question, url, location)
            if url in seen:
                raise AddressRefused("the redirects go round in a circle")
            seen.add(url)
        raise AddressRefused(f"more than {limits.FETCH_REDIRECTS} redirects")

    def _redirected(self, question: _Question, url: URL, location: str) -> URL:
        try:
            target = str(url.join(URL(location)))
        except (ValueError, TypeError, UnicodeError):
            raise AddressRefused("the redirect leads nowhere") from None
        new = self._checked(target, plain_http=question.plain_http)
        if url.scheme == "https" and new.scheme != "https":
            raise AddressRefused("the redirect leads from https to http")
        if question.redirects == "same_origin" and new.origin() != question.url.origin():
            raise AddressRefused("the redirect leads to another server")
        return new

    async def _ask(self, question: _Question, url: URL) -> Fetched:
        headers = {"User-Agent": self.user_agent, "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
        at_home = url.origin() == question.url.origin()
        headers |= {name: value for name, value in question.headers if at_home or name.lower() == "accept"}
        if question.sign is not None:
            headers |= question.sign(question.method, str(url))
        kept, status, body = await self._connections().ask(
            question.method,
            url,
            question.body,
            headers,
            types=question.types,
            max_bytes=question.max_bytes,
            cut=question.cut,
        )
        return Fetched(str(url), status, kept, body)

    def _checked(self, text: str, *, plain_http: bool) -> URL:
        try:
            url = plainly_written(text)
        except ValueError as error:
            raise AddressRefused(str(error)) from None
        host, port = url.raw_host, url.port
        assert host is not None
        assert port is not None
        if (host, port) == self._own:
            raise AddressRefused("the server does not ask itself")
        if self._private_peers:
            return url
        if url.scheme != "https" and not plain_http:
            raise AddressRefused("the address is not https")
        if port not in _WEB_PORTS and not (self._high_ports and port > 1_023):
            raise AddressRefused(f"port {port} is not asked")
        address = literal(host)
        if address is not None and not self._permits(address):
            raise AddressRefused("the address is not public")
        if address is None and "." not in host:
            raise AddressRefused("the host is no public name")
        return url

    def _connections(self) -> Session:
        loop = asyncio.get_running_loop()
        if self._session is None or self._session.closed or self._loop is not loop:
            self._tls = self._tls or ssl.create_default_context()  # when first needed: the certificates take 20 ms
            self._loop = loop
            self._session = Session(self._resolve, self._permits, self._socket, self._tls, self._at_once)
        return self._session

    def _socket(self, address: Address) -> socket.socket:
        """Make a socket for exactly this address; the last look before anything is connected."""
        if not self._permits(address):
            raise OSError("the address is not public")
        made = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
        made.setblocking(False)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made
