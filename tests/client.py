"""Asks the server as a client would, without a socket: a request goes in by the public door, and the answer comes out."""

import asyncio
import json as jsons
import secrets
from collections.abc import Coroutine, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import unquote, urlencode, urlsplit

if TYPE_CHECKING:
    from bema.app import App

T = TypeVar("T")


class File(NamedTuple):
    """A file of a form."""

    name: str
    content: bytes
    content_type: str = "application/octet-stream"


class Response(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Read the body as JSON."""
        return jsons.loads(self.body)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    def link(self, rel: str) -> str | None:
        """Return the target of a `Link`, as path and query."""
        for part in self.headers.get("link", "").split(", <"):
            target, _, more = part.lstrip("<").partition(">")
            if f'rel="{rel}"' in more:
                return "/" + target.split("/", 3)[3]
        return None


class TestServer:
    """A server in this process, on a loop of its own; its log is read when the test says `settle`."""

    __test__ = False  # nothing for pytest to collect

    def __init__(self, app: "App") -> None:
        self.app = app
        self._runner = asyncio.Runner()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something on the loop that the server runs on."""
        return self._runner.run(work)

    def settle(self) -> None:
        """Let everything follow from what was done so far."""
        self.run(self.app.server.settle())
        self.run(self.app.runner.settle())

    def close(self) -> None:
        """End the server and its loop."""
        self.run(self.app.fetcher.close())
        if self.app.translator is not None:
            self.run(self.app.translator.close())
        self._runner.close()
        self.app.close()


class Client:
    """Somebody's client, perhaps with a token; it keeps cookies."""

    def __init__(self, server: TestServer, token: str | None = None, *, address: str = "192.0.2.1") -> None:
        self._server = server
        self.token = token
        self.address = address
        self.cookies: dict[str, str] = {}

    def get(self, path: str, **more: Any) -> Response:
        """Read."""
        return self.request("GET", path, **more)

    def post(self, path: str, **more: Any) -> Response:
        """Act."""
        return self.request("POST", path, **more)

    def put(self, path: str, **more: Any) -> Response:
        """Replace."""
        return self.request("PUT", path, **more)

    def patch(self, path: str, **more: Any) -> Response:
        """Change."""
        return self.request("PATCH", path, **more)

    def delete(self, path: str, **more: Any) -> Response:
        """Remove."""
        return self.request("DELETE", path, **more)

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        form: Mapping[str, Any] | None = None,
        files: Mapping[str, File] | None = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Send a request with a JSON body, a form (a multipart one where there are files), or the bytes given."""
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        if json is not None:
            body, sent["content-type"] = jsons.dumps(json).encode(), "application/json"
        elif files is not None:
            boundary = secrets.token_hex(8)
            body, sent["content-type"] = (
                _multipart(form or {}, files, boundary),
                f"multipart/form-data; boundary={boundary}",
            )
        elif form is not None:
            body, sent["content-type"] = urlencode(form, doseq=True).encode(), "application/x-www-form-urlencoded"
        if self.token is not None:
            sent.setdefault("authorization", f"Bearer {self.token}")
        if self.cookies:
            sent.setdefault("cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if body:
            sent["content-length"] = str(len(body))
        return self._server.run(self._ask(method, path, sent, body))

    async def _ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        address = urlsplit(path)
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "https",
            "path": unquote(address.path),
            "raw_path": address.path.encode(),
            "query_string": address.query.encode(),
            "root_path": "",
            "headers": [
                (name.encode(), value.encode()) for name, value in {"host": "square.example", **headers}.items()
            ],
            "client": (self.address, 40_000),
            "server": ("square.example", 443),
        }
        came: list[dict[str, Any]] = []
        asked = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> dict[str, Any]:
            return asked.pop() if asked else {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            came.append(message)

        await self._server.app.server(scope, receive, send)
        received: dict[str, str] = {}
        for name, value in came[0]["headers"]:
            key = name.decode().lower()
            if key == "set-cookie":
                cookie, _, rest = value.decode().partition("=")
                self.cookies[cookie] = rest.partition(";")[0]
            received[key] = f"{received[key]}, {value.decode()}" if key in received else value.decode()
        return Response(came[0]["status"], received, b"".join(part.get("body", b"") for part in came[1:]))


def _multipart(form: Mapping[str, Any], files: Mapping[str, File], boundary: str) -> bytes:
    parts = []
    for name, value in form.items():
        parts.append(f'--{boundary}\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    for name, file in files.items():
        head = f'--{boundary}\r\ncontent-disposition: form-data; name="{name}"; filename="{file.name}"\r\n'
        parts.append(f"{head}content-type: {file.content_type}\r\n\r\n".encode() + file.content + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode()
