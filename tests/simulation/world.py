"""A small fediverse in one process: several servers with one clock, and a network that loses, delays and doubles.

Everything that happens by chance comes from one seed. What the servers say to each other goes through their public doors,
with real signatures; only the sockets are missing.
"""

import asyncio
import random
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from bema.app import App
from bema.domain.receiving import working
from bema.domain.receiving.brought import Person
from bema.model.ids import AccountId
from bema.model.policy import Kind, Standing
from bema.outside import sealed
from bema.outside.clock import ManualClock
from bema.outside.fetch import Fetched, Fetcher
from bema.outside.finding import Finder
from bema.outside.passwords import Passwords
from bema.outside.unfetched import TooSlow, Unreachable
from bema.settings import Settings
from bema.store import accounts, signing_keys
from bema.store.tx import Tx, WriteTx
from bema.wire.activitypub.signatures import keys

T = TypeVar("T")

_SECRET = "simulation"
_KINDS: tuple[keys.Kind, ...] = ("rsa", "ed25519")
_PAIRS = {kind: keys.made(kind) for kind in _KINDS}
_SETTLING = 40  # rounds in which a quiet world must come to rest


class Network(Fetcher):
    """All servers, by their names. While it is `rough`, a question in three goes wrong in some way."""

    def __init__(self, host: str, servers: "dict[str, Server]", chance: random.Random) -> None:
        super().__init__(f"https://{host}")
        self._servers, self._chance = servers, chance
        self.rough = False
        self.late: list[tuple[str, dict[str, Any]]] = []  # what comes after its sender stopped waiting

    async def fetch(self, url: str, **more: Any) -> Fetched:
        """Bring a question to the server that it is for, more or less."""
        mood = self._chance.random() if self.rough else 1.0
        if mood < 0.12:
            raise Unreachable("it was lost on the way")
        more["headers"] = dict(more.get("headers") or {})
        if (sign := more.get("sign")) is not None:
            more["headers"] |= sign(more.get("method", "GET"), url)
        if mood < 0.20 and more.get("method") == "POST":
            self.late.append((url, more))
            raise TooSlow("it is on its way for long")
        answer = await self._carry(url, more)
        if mood < 0.28:
            raise Unreachable("the answer was lost on the way")
        if mood < 0.36 and more.get("method") == "POST":
            await self._carry(url, more)
        return answer

    async def bring_late(self) -> None:
        """Bring what is on its way for long, in any order."""
        late, self.late = self.late, []
        self._chance.shuffle(late)
        for url, more in late:
            await self._carry(url, more)

    async def _carry(self, url: str, more: dict[str, Any]) -> Fetched:
        parts = urlsplit(url)
        server = self._servers.get(parts.netloc)
        if server is None:
            raise Unreachable(f"{parts.netloc} is not known here")
        body: bytes = more.get("body") or b""
        headers = {"host": parts.netloc, **{name.lower(): value for name, value in more["headers"].items()}}
        if body:
            headers["content-length"] = str(len(body))
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": more.get("method", "GET"),
            "scheme": "https",
            "path": unquote(parts.path),
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("192.0.2.7", 40_000),
            "server": (parts.netloc, 443),
        }
        asked: list[dict[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]
        came: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return asked.pop() if asked else {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            came.append(message)

        await server.app.server(scope, receive, send)
        received = {name.decode().lower(): value.decode() for name, value in came[0]["headers"]}
        return Fetched(url, came[0]["status"], received, b"".join(part.get("body", b"") for part in came[1:]))


class Server:
    """One server with the people who speak there."""

    def __init__(self, host: str, home: Path, database: str, clock: ManualClock, network: Network) -> None:
        self.host, self.short = host, host.partition(".")[0]
        settings = Settings(
            home=home, domain=host, database=database, secret=_SECRET, rate_limit_factor=1_000_000, languages=["en"]
        )
        passwords = Passwords(memory_kib=64, passes=1)
        self.network = network
        self.app = App(settings, clock=clock, passwords=passwords, fetcher=network)
        self.people: list[AccountId] = []
        self.app.database.write_now(accounts.domain_id, host, local=True)
        self.app.database.write_now(_give_keys, None)

    def person(self, username: str) -> AccountId:
        """Let somebody join."""
        id_ = self.app.database.write_now(_join, self.host, username)
        self.people.append(id_)
        return id_

    def write(self, op: Any, *arguments: Any, **more: Any) -> Any:
        """Do something in a transaction."""
        return self.app.database.write_now(op, *arguments, **more)

    def read(self, op: Any, *arguments: Any) -> Any:
        """Look something up."""
        return self.app.database.read_now(op, *arguments)

    async def settle(self) -> bool:
        """Let all follow that follows at once; tell whether anything was said to others."""
        await self.app.runner.settle()
        said = await self.app.sender.settle()
        await self.app.runner.settle()
        return said

    async def meet(self, name: str, host: str) -> AccountId:
        """Get to know somebody of another server."""
        actor, known_as = await Finder(self.app.peers).addressed(name, host)
        found: AccountId = await self.app.database.write(working.introduce, self.app.site, Person(actor, known_as))
        return found


class World:
    """Some servers, and the time that they have in common."""

    def __init__(self, seed: int, hosts: list[str], home: Path, fresh: Any, clock: ManualClock) -> None:
        self.chance = random.Random(seed)
        self.clock = clock
        self.servers: dict[str, Server] = {}
        self._loop = asyncio.Runner()
        for host in hosts:
            folder = home / host
            folder.mkdir()
            network = Network(host, self.servers, self.chance)
            self.servers[host] = Server(host, folder, fresh(), clock, network)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something on the loop that all servers share."""
        return self._loop.run(work)

    def rough(self, *, rough: bool) -> None:
        """Let the network be bad, or good again."""
        for server in self.servers.values():
            server.network.rough = rough

    def pass_time(self) -> None:
        """Let some time pass, and what follows follow, on each server more or less."""
        self.clock.advance(seconds=self.chance.randint(1, 300))
        order = list(self.servers.values())
        self.chance.shuffle(order)
        for server in order:
            if self.chance.random() < 0.7:
                self.run(server.settle())
            if self.chance.random() < 0.3:
                self.run(server.network.bring_late())

    def come_to_rest(self) -> None:
        """Let the network be good, and so much time pass that all that can arrive has arrived."""
        self.rough(rough=False)
        for server in self.servers.values():
            self.run(server.network.bring_late())
        for _ in range(_SETTLING):
            self.clock.advance(hours=1)
            for server in self.servers.values():
                self.run(server.settle())

    def close(self) -> None:
        """End all servers."""
        for server in self.servers.values():
            self.run(server.app.fetcher.close())
            server.app.close()
        self._loop.close()


def _join(tx: WriteTx, host: str, username: str) -> AccountId:
    id_ = accounts.add_local(
        tx,
        domain_id=accounts.domain_id(tx, host, local=True),
        username=username,
        kind=Kind.PERSON,
        standing=Standing.ACTIVE,
        created_at=tx.now,
        language="en",
    )
    assert id_ is not None
    _give_keys(tx, id_)
    return id_


def _give_keys(tx: WriteTx, account: AccountId | None) -> None:
    """Let all have the same keys: to make some for each takes longer than all the rest."""
    for kind, (private, public) in _PAIRS.items():
        closed = sealed.seal(_SECRET.encode(), sealed.SIGNING_KEY, private)
        signing_keys.add(tx, account, kind, closed, public)


def username_of(tx: Tx, id_: AccountId) -> str:
    """Return the name of somebody."""
    found = accounts.by_id(tx, id_)
    assert found is not None
    return found.username
