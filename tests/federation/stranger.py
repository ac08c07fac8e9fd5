"""A server that is none of ours: it says what the test wants, signed by code of its own, and remembers what it was told.

It signs as draft-cavage-http-signatures-12 says, like most servers do; each part of that may be left out or wrong.
"""

import base64
import email.utils
import hashlib
import io
import json
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, NamedTuple, TypeVar

import aiohttp
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from tests.federation.certificates import Authority
from tests.federation.network import Place
from tests.federation.town import Person

T = TypeVar("T")
Document = dict[str, Any]
Page = Document | Callable[[web.Request], Awaitable[web.StreamResponse]]

AS = "https://www.w3.org/ns/activitystreams"
PUBLIC = f"{AS}#Public"
ACTIVITY = "application/activity+json"
_KEY = rsa.generate_private_key(65_537, 2_048)  # one for all of its people: what matters is who names it as theirs
_PEM = (
    _KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
)


class Told(NamedTuple):
    """Something that was asked of it, or brought to it."""

    method: str
    url: str
    body: str


class Reply(NamedTuple):
    """What it was answered."""

    status: int
    text: str


class Stranger:
    """Serves `pages` (address → document, or what answers) under all its names."""

    def __init__(self, place: Place, authority: Authority, hosts: Mapping[str, str], *names: str) -> None:
        self.host = names[0]
        self.other_host = names[1]
        self.pages: dict[str, Page] = {}
        self.told: list[Told] = []
        self._fingers: dict[str, str] = {}
        self._hosts = hosts
        self._place = place
        self._tls = authority.context(*names)
        self._trust = ssl.create_default_context(cafile=str(authority.file))
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None
        place.run(self._start())

    def close(self) -> None:
        """Close all connections."""
        self._place.run(self._stop())

    # --- What it has --------------------------------------------------------------------------------------------------

    def put(self, document: Document) -> str:
        """Let a document be there; return its id."""
        self.pages[str(document["id"])] = document
        return str(document["id"])

    def person(self, name: str, host: str | None = None, **more: Any) -> str:
        """Let somebody be there, who can be found; return their id."""
        host = host or self.host
        uri = f"https://{host}/users/{name}"
        self._fingers[f"{name}@{host}"] = uri
        return self.put(
            {
                "@context": [AS, "https://w3id.org/security/v1"],
                "id": uri,
                "type": "Person",
                "preferredUsername": name,
                "name": name.title(),
                "inbox": f"{uri}/inbox",
                "outbox": f"{uri}/outbox",
                "followers": f"{uri}/followers",
                "publicKey": {"id": f"{uri}#main-key", "owner": uri, "publicKeyPem": _PEM},
                **more,
            }
        )

    def note(self, author: str, number: int | str, text: str, **more: Any) -> Document:
        """Write a post, which is not there to be read by that alone."""
        return {
            "@context": AS,
            "id": f"{author}/notes/{number}",
            "type": "Note",
            "attributedTo": author,
            "content": f"<p>{text}</p>",
            "published": "2026-01-01T00:00:00Z",
            "to": [PUBLIC],
            "cc": [f"{author}/followers"],
            **more,
        }

    # --- What it does -------------------------------------------------------------------------------------------------

    def say(self, inbox: str, type_: str, actor: str, thing: Any, **more: Any) -> Reply:
        """Say that somebody did something, as servers do."""
        document = {"@context": AS, "id": f"{actor}#{time.monotonic_ns()}", "type": type_, "actor": actor}
        return self.bring(inbox, {**document, "object": thing, **more})

    def bring(
        self,
        inbox: str,
        document: Document | bytes,
        *,
        key: str | None = None,
        sent: bytes | None = None,
        signed_for: str | None = None,
        seconds_ago: float = 0,
        covered: str = "(request-target) host date digest",
        changes: Mapping[str, str] | None = None,
        times: int = 1,
    ) -> Reply:
        """Bring something to an inbox. `key`: whose it is signed with; `sent`, `signed_for`: another body or host is signed."""
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        key = key or (str(document["actor"]) + "#main-key" if isinstance(document, dict) else "nowhere")
        host = inbox.split("/")[2]
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        headers = {
            "Host": signed_for or host,
            "Date": email.utils.formatdate(time.time() - seconds_ago, usegmt=True),
            "Digest": f"SHA-256={digest}",
            "Content-Type": ACTIVITY,
        }
        headers = self._signed("post", inbox, headers, covered, key) | {"Host": host} | dict(changes or {})
        reply = Reply(0, "")
        for _ in range(times):
            reply = self._place.run(self._send("POST", inbox, headers, body if sent is None else sent))
        return reply

    def ask(self, url: str, *, key: str | None = None, accept: str = ACTIVITY) -> Reply:
        """Ask for something, perhaps signed."""
        headers = {"Host": url.split("/")[2], "Date": email.utils.formatdate(usegmt=True), "Accept": accept}
        if key is not None:
            headers = self._signed("get", url, headers, "(request-target) host date", key)
        return self._place.run(self._send("GET", url, headers, None))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something where its pages are made."""
        return self._place.run(work)

    def heard(self, text: str) -> list[Told]:
        """Return what it was told in which a text occurs."""
        return [each for each in self.told if text in each.body]

    def _signed(self, method: str, url: str, headers: dict[str, str], covered: str, key: str) -> dict[str, str]:
        target = "/" + url.split("/", 3)[3]
        values = {name.lower(): value for name, value in headers.items()} | {"(request-target)": f"{method} {target}"}
        signing = "\n".join(f"{name}: {values[name]}" for name in covered.split())
        signature = base64.b64encode(_KEY.sign(signing.encode(), PKCS1v15(), SHA256())).decode()
        said = f'keyId="{key}",algorithm="rsa-sha256",headers="{covered}",signature="{signature}"'
        return headers | {"Signature": said}

    # --- How ----------------------------------------------------------------------------------------------------------

    async def _start(self) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=_Known(self._hosts), ssl=self._trust, limit=0),
            timeout=aiohttp.ClientTimeout(total=60),
        )
        app = web.Application(client_max_size=1 << 24)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._place.address, 443, ssl_context=self._tls).start()

    async def _stop(self) -> None:
        if self._session is not None:
            await self._session.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        assert self._session is not None
        data = None if body is None else io.BytesIO(body)
        async with self._session.request(method, url, headers=headers, data=data, allow_redirects=False) as answer:
            return Reply(answer.status, await answer.text())

    async def _answer(self, asked: web.Request) -> web.StreamResponse:
        url = f"https://{asked.host}{asked.path}"
        self.told.append(Told(asked.method, url, await asked.text()))
        if asked.path == "/.well-known/webfinger":
            return self._finger(asked.query.get("resource", ""))
        page = self.pages.get(url)
        if callable(page):
            return await page(asked)
        if asked.method == "POST":
            return web.Response(status=202)
        if page is None:
            return web.Response(status=404)
        return web.Response(text=json.dumps(page), content_type=ACTIVITY)

    def _finger(self, resource: str) -> web.Response:
        uri = self._fingers.get(resource.removeprefix("acct:"))
        if uri is None:
            return web.Response(status=404)
        links = [{"rel": "self", "type": ACTIVITY, "href": uri}]
        return web.json_response({"subject": resource, "links": links}, content_type="application/jrd+json")


def told(thorn: Stranger, by: str, to: Person, text: str, number: int | str = 1, **more: Any) -> Document:
    """Write what somebody says to somebody, as an activity."""
    mention = {"type": "Mention", "href": to.uri, "name": f"@{to.handle}"}
    note = thorn.note(by, number, text, **{"tag": [mention], "cc": [to.uri], **more})
    return {"@context": AS, "id": f"{note['id']}#create", "type": "Create", "actor": by, "object": note}


class _Known(AbstractResolver):
    """Knows the names of this network."""

    def __init__(self, hosts: Mapping[str, str]) -> None:
        self._hosts = hosts

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return where a host is."""
        address = self._hosts[host]
        return [ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
