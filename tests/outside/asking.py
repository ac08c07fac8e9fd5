"""What asks another server in a test, with time that stands still; and what that server makes of a question."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest

from bema.model.federating import SignatureStyle
from bema.model.ids import AccountId
from bema.outside.clock import ManualClock
from bema.outside.fetch import Fetcher
from bema.outside.peers import Misplaced, Peers
from bema.outside.unfetched import Unfetched
from bema.wire.activitypub.signatures import keys
from bema.wire.activitypub.signatures.claims import claim_of
from bema.wire.activitypub.signatures.keys import SigningKey
from bema.wire.activitypub.signatures.requests import Request
from tests.peer import Asked, Peer, answer

T = TypeVar("T")

ACTIVITY = "application/activity+json"
LINKED = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
NOW = 1_767_225_600_000
SERVER, ANN, PROVING = keys.made("rsa"), keys.made("rsa"), keys.made("ed25519")
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


class Books:
    """A keyring and a ledger that fit in one's head."""

    def __init__(self) -> None:
        self.kept_out: set[str] = set()
        self.styles: dict[str, SignatureStyle] = {}

    async def signing_key(self, account: AccountId | None, kind: keys.Kind = "rsa") -> SigningKey:
        """Return the key of the server, or of Ann."""
        if kind == "ed25519":
            return SigningKey("https://square.example/users/ann#ed25519-key", keys.private_key(PROVING[0]))
        who, pair = ("actor", SERVER) if account is None else ("users/ann", ANN)
        return SigningKey(f"https://square.example/{who}#main-key", keys.private_key(pair[0]))

    async def terms(self, host: str) -> tuple[bool, SignatureStyle]:
        """Tell what is known of a host."""
        return host in self.kept_out, self.styles.get(host, SignatureStyle.CAVAGE)

    async def took(self, host: str, style: SignatureStyle) -> None:
        """Remember what a host took."""
        self.styles[host] = style


class Asker:
    """What asks: with time that stands still, and one peer that it may ask."""

    def __init__(self, peer: Peer) -> None:
        self.peer, self.clock, self.books = peer, ManualClock(NOW), Books()
        self.host = peer.base.partition("://")[2]
        self._peers: Peers | None = None

    def run(self, ask: Callable[[Peers], Awaitable[T]]) -> T:
        """Ask something, with the negative memory of before."""

        async def asking() -> T:
            fetcher = Fetcher("https://square.example", private_peers=True)
            fresh = Peers(fetcher, self.books, self.books, self.clock, scheme="http")
            if self._peers is not None:
                fresh._failed = self._peers._failed
            self._peers = fresh
            try:
                return await ask(fresh)
            finally:
                await fetcher.close()

        return asyncio.run(asking())

    def document(self, path: str) -> dict[str, Any]:
        """Ask for a document."""
        return self.run(lambda peers: peers.document(f"{self.peer.base}{path}"))

    def refused(self, path: str, kind: type[Unfetched] = Misplaced) -> Unfetched:
        """Ask for a document that must not be believed."""
        with pytest.raises(kind) as refusal:
            self.document(path)
        return refusal.value


def said(thing: object, type_: str = ACTIVITY, **more: Any) -> bytes:
    """Write a document as it is answered."""
    return answer(json.dumps(thing), type=type_, **more)


def request_of(asked: Asked, host: str) -> Request:
    """Return what came as the other server sees it."""
    body = asked.body or None
    return Request(method=asked.method, scheme="http", host=host, target=asked.path, headers=asked.headers, body=body)


def is_signed_by(asked: Asked, host: str, pair: tuple[str, str], style: SignatureStyle) -> bool:
    """Tell whether a question is signed by a key, in a way."""
    claim = claim_of(request_of(asked, host), NOW)
    return claim.style is style and claim.holds(keys.public_key(pair[1]))
