"""Servers of others, without a socket: what they have is there to be fetched, and what they say is signed with their keys."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bema.model.federating import SignatureStyle
from bema.outside.fetch import Fetched, Fetcher
from bema.outside.unfetched import Oversized, Unreachable
from bema.wire.activitypub.signatures import keys
from bema.wire.activitypub.signatures.claims import sign
from bema.wire.activitypub.signatures.keys import SigningKey
from bema.wire.activitypub.signatures.requests import Request
from tests.client import Client, Response
from tests.conftest import START
from tests.make import HERE
from tests.wire.activitypub.peers import Document, mastodon_actor

_PAIR = keys.made("ed25519")  # quicker to make than RSA; each test of signing has its own
ACTIVITY = "application/activity+json"


class Elsewhere(Fetcher):
    """All other servers: documents by their addresses. What is not there is 404; what is `away` does not answer."""

    def __init__(self) -> None:
        super().__init__(f"https://{HERE}")
        self.documents: dict[str, Document] = {}
        self.files: dict[str, tuple[str, bytes]] = {}
        self.whole: set[str] = set()  # files that come as a whole or not at all
        self.away: set[str] = set()
        self.asked: list[str] = []
        self.keys: dict[str, SigningKey] = {}
        self.says = 202  # to what they are brought
        self.told: list[tuple[str, Document]] = []  # what was brought to their inboxes

    def person(self, name: str = "ann", host: str = "mastodon.example", **more: Any) -> str:
        """Let somebody be there, with a key; return their id."""
        document = mastodon_actor(name, host, **more)
        uri = str(document["id"])
        document["publicKey"] = {"id": f"{uri}#main-key", "owner": uri, "publicKeyPem": _PAIR[1]}
        self.keys[uri] = SigningKey(f"{uri}#main-key", keys.private_key(_PAIR[0]))
        self.documents[uri] = document
        return uri

    def put(self, document: Document) -> str:
        """Let a document be there; return its id."""
        self.documents[str(document["id"])] = document
        return str(document["id"])

    async def fetch(self, url: str, **more: Any) -> Fetched:
        """Answer as their servers would."""
        self.asked.append(url)
        parts = urlsplit(url)
        if parts.hostname in self.away:
            raise Unreachable("nobody answers")
        if more.get("method") == "POST":
            self.told.append((url, json.loads(more["body"])))
            return Fetched(url, self.says, {}, b"")
        if parts.path == "/.well-known/webfinger":
            return self._finger(url, parse_qs(parts.query)["resource"][0])
        if url in self.files:
            return self._file(url, *self.files[url], **more)
        document = self.documents.get(url.partition("#")[0])
        if document is None:
            return Fetched(url, 404, {}, b"")
        return Fetched(url, 200, {"content-type": ACTIVITY}, json.dumps(document).encode())

    def _file(
        self, url: str, kind: str, content: bytes, *, max_bytes: int = 1 << 20, headers: Any = None, **_: Any
    ) -> Fetched:
        """Send a file, or (unless it is `whole`) the part of it that is wanted."""
        told, wanted = {"content-type": kind}, (headers or {}).get("Range")
        if wanted is None or url in self.whole:
            if len(content) > max_bytes:
                raise Oversized(f"the answer is longer than {max_bytes} bytes")
            return Fetched(url, 200, told, content)
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        part = content[int(first) : int(last) + 1]
        said = f"bytes {first}-{int(first) + len(part) - 1}/{len(content)}"
        version = f'"{hashlib.sha256(content).hexdigest()}"'
        return Fetched(url, 206, {**told, "content-range": said, "etag": version}, part)

    def _finger(self, url: str, resource: str) -> Fetched:
        name, _, host = resource.removeprefix("acct:").partition("@")
        uri = f"https://{host}/users/{name}"
        if uri not in self.documents:
            return Fetched(url, 404, {}, b"")
        links = [{"rel": "self", "type": ACTIVITY, "href": uri}]
        body = json.dumps({"subject": resource, "links": links}).encode()
        return Fetched(url, 200, {"content-type": "application/jrd+json"}, body)

    def say(
        self,
        client: Client,
        document: Document,
        *,
        by: str | None = None,
        inbox: str = "/inbox",
        changes: Mapping[str, str] | None = None,
        at: int = START,
    ) -> Response:
        """Bring something to the inbox of the server under test, signed by who says it or by somebody else."""
        body = json.dumps(document).encode()
        key = self.keys[by or str(document["actor"])]
        asked = Request(method="POST", scheme="https", host=HERE, target=inbox, body=body)
        headers = {"content-type": ACTIVITY, "host": HERE, **sign(SignatureStyle.MESSAGE, asked, key, at)}
        return client.post(inbox, body=body, headers={**headers, **(changes or {})})
