"""What stands in front of a server in production: it ends TLS and passes on, and says for whom (as nginx would)."""

import ssl
from contextlib import suppress
from pathlib import Path

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

_OF_ONE_CONNECTION = {"connection", "keep-alive", "transfer-encoding", "te", "upgrade", "proxy-connection"}
_TESTER = "9.9.9.250"  # where requests over the socket of the test come from


class Front:
    """Passes on to a port of loopback what comes by TLS from the network, and from the test by a socket in a file."""

    def __init__(self, host: str, address: str, tls: ssl.SSLContext, file: Path, port: int) -> None:
        self._host, self._address, self._tls, self._file = host, address, tls, file
        self._behind = f"http://127.0.0.1:{port}"
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Begin to listen."""
        self._session = aiohttp.ClientSession(
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),
            connector=aiohttp.TCPConnector(limit=0),
        )
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._pass_on)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, auto_decompress=False)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._address, 443, ssl_context=self._tls).start()
        await web.UnixSite(self._runner, str(self._file)).start()

    async def stop(self) -> None:
        """Close all connections."""
        if self._runner is not None:
            await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()

    async def _pass_on(self, asked: web.Request) -> web.StreamResponse:
        assert self._session is not None
        headers = CIMultiDict(
            (name, value)
            for name, value in asked.headers.items()
            if name.lower() not in _OF_ONE_CONNECTION and not name.lower().startswith("x-forwarded-")
        )
        headers.update(
            {
                "X-Forwarded-For": asked.remote or _TESTER,
                "X-Forwarded-Proto": "https",
                "X-Forwarded-Host": self._host,
            }
        )
        try:
            async with self._session.request(
                asked.method,
                URL(self._behind + asked.raw_path, encoded=True),
                headers=headers,
                data=asked.content if asked.body_exists else None,
                allow_redirects=False,
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            ) as answer:
                passed = web.StreamResponse(status=answer.status, reason=answer.reason)
                for name, value in answer.headers.items():
                    if name.lower() not in _OF_ONE_CONNECTION:
                        passed.headers.add(name, value)
                with suppress(ConnectionResetError):  # whoever asked has gone
                    await passed.prepare(asked)
                    async for chunk in answer.content.iter_any():
                        await passed.write(chunk)
                    await passed.write_eof()
                return passed
        except aiohttp.ClientConnectorError:
            return web.Response(status=502, text="The server is not there")
