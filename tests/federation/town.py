"""A square of an internet of the test's own: served by `bema serve` behind TLS, with people who speak Mastodon's API."""

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import httpx

from bema.cli.administering import init
from bema.model.ids import AccountId, LoginId
from bema.model.policy import Role
from bema.outside.clock import SystemClock
from bema.store import remote_posts
from bema.store.database import Database
from bema.store.tx import WriteTx
from tests.federation.certificates import Authority
from tests.federation.front import Front
from tests.federation.network import Place
from tests.make import Make
from tests.patience import PATIENCE

P = ParamSpec("P")
T = TypeVar("T")
Entity = dict[str, Any]

_PORT = 8000
_AGAIN_SECONDS = 0.05
_numbers = itertools.count(1)


class Town:
    """One server of the internet: its process, what stands in front of it, its database, and its people."""

    def __init__(
        self, place: Place, host: str, authority: Authority, home: Path, *, database: str = "", **settings: str
    ) -> None:
        self.host = host
        self.place = place
        self.home = home
        init(home=home, domain=host, database=database)
        self._environment = {
            **os.environ,
            "BEMA_TRUSTED_PROXIES": "127.0.0.1",
            "BEMA_RATE_LIMIT_FACTOR": "1000",
            "SSL_CERT_FILE": str(authority.file),
            **{f"BEMA_{name.upper()}": value for name, value in settings.items()},
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._file = home / "front.sock"
        self._front = Front(host, place.address, authority.context(host), self._file, _PORT)
        place.run(self._front.start())
        self._database = Database(database or f"sqlite:///{home / 'bema.db'}", SystemClock(), run_dir=home / "run")
        self._make = Make(self._database)
        self._people: list[Person] = []
        self.stranger = self.client()

    def carry_out(self, operation: Callable[Concatenate[WriteTx, P], T], *words: P.args, **more: P.kwargs) -> T:
        """Do something that no client can do: what a page or a command would."""
        return self._database.write_now(operation, *words, **more)

    def has(self, uri: str) -> bool:
        """Tell whether a post of another server is stored here, whoever may see it."""
        return self._database.read_now(remote_posts.id_of, uri) is not None

    @property
    def inbox(self) -> str:
        """Where all of it is told something."""
        return f"https://{self.host}/inbox"

    def memory(self) -> int:
        """Return how much memory its process holds, in bytes."""
        assert self._process is not None
        lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))

    def client(self, token: str | None = None) -> httpx.Client:
        """Return a client of this server that comes from the internet."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        transport = httpx.HTTPTransport(uds=str(self._file))
        return httpx.Client(transport=transport, base_url=f"http://{self.host}", headers=headers, timeout=PATIENCE)

    def person(self, name: str = "", *, role: Role = Role.MEMBER, **more: Any) -> "Person":
        """Make somebody new, with a name that nobody else has."""
        username = f"{name or 'somebody'}{next(_numbers)}"
        account = self._make.account(username, **more)
        login = self._make.login(f"{username}@example.org", account, role=role)
        scopes = "read write follow push" + (" admin:read admin:write" if role >= Role.MODERATOR else "")
        person = Person(self, username, account, login, self.client(self._make.token(login, account, scopes)))
        self._people.append(person)
        return person

    def page(self, path: str, by: "Person") -> httpx.Response:
        """Read a page as somebody who is signed in with a browser."""
        session = self._make.session(by.login, by.account)
        return self.stranger.get(path, headers={"Cookie": f"bema_session={session}", "Accept": "text/html"})

    def start(self, *options: str, **settings: str) -> None:
        """Serve, and return when the first request is answered."""
        self.begin(*options, **settings)
        self.answers()

    def begin(self, *options: str, **settings: str) -> None:
        """Start the server."""
        environment = self._environment | {f"BEMA_{name.upper()}": value for name, value in settings.items()}
        serve = [sys.executable, "-m", "bema.cli", "serve", "--home", str(self.home)]
        with open(self.home / "server.log", "ab") as log:
            self._process = subprocess.Popen(
                self.place.command(*serve, "--listen", f"127.0.0.1:{_PORT}", *options),
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,  # so that a kill reaches all processes of this server and no other
            )

    def answers(self) -> None:
        """Wait until the first request is answered."""
        deadline = time.monotonic() + PATIENCE
        while self.stranger.get("/health").status_code == 502:
            if self._process is None or self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"the server does not answer: {self.log()}")
            time.sleep(_AGAIN_SECONDS)

    def kill(self) -> None:
        """End all its processes at once, as a power failure would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to stop, and wait until it has, in order."""
        status = self._end(signal.SIGTERM)
        assert status in (None, 0), f"the server ended with {status}: {self.log()}"

    def close(self) -> None:
        """Let go of everything."""
        self.kill()
        for each in self._people:
            each.client.close()
        self.stranger.close()
        self._database.close()
        self.place.run(self._front.stop())

    def log(self) -> str:
        """Return what it has written so far."""
        return (self.home / "server.log").read_text(errors="replace")

    def document(self, path: str, **headers: str) -> httpx.Response:
        """Ask as a server does that does not sign."""
        return self.stranger.get(path, headers={"Accept": "application/activity+json", **headers})

    def _end(self, number: signal.Signals) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        if process.poll() is None:
            os.killpg(process.pid, number) if number == signal.SIGKILL else process.send_signal(number)
        return process.wait(PATIENCE)


@dataclass(frozen=True)
class Person:
    """Somebody of a town, who sees and does what Mastodon's API lets them."""

    town: Town
    username: str
    account: AccountId
    login: LoginId
    client: httpx.Client

    @property
    def handle(self) -> str:
        """What they are called from elsewhere."""
        return f"{self.username}@{self.town.host}"

    @property
    def id(self) -> str:
        """What they are called by clients of their own server."""
        return str(self.account)

    @property
    def uri(self) -> str:
        """The id of their document."""
        return f"https://{self.town.host}/users/{self.username}"

    # --- Asking and doing ---------------------------------------------------------------------------------------------

    def get(self, path: str, **parameters: Any) -> Any:
        """Read something that is there."""
        answer = self.client.get(path, params=parameters)
        assert answer.status_code == 200, f"GET {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def post(self, path: str, **body: Any) -> Any:
        """Do something that is allowed."""
        return self._send("POST", path, body)

    def put(self, path: str, **body: Any) -> Any:
        """Change something."""
        return self._send("PUT", path, body)

    def patch(self, path: str, **body: Any) -> Any:
        """Change a part of something."""
        return self._send("PATCH", path, body)

    def delete(self, path: str, **body: Any) -> Any:
        """Delete something."""
        return self._send("DELETE", path, body)

    def _send(self, method: str, path: str, body: Entity) -> Any:
        answer = self.client.request(method, path, json=body)
        assert answer.status_code in (200, 202), f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    # --- What people do -----------------------------------------------------------------------------------------------

    def find(self, other: "Person") -> Entity:
        """Find somebody of another server by their address."""
        found: list[Entity] = self.get("/api/v2/search", q=f"@{other.handle}", resolve=True, type="accounts")[
            "accounts"
        ]
        assert len(found) == 1, f"{self.username} does not find {other.handle}: {found}"
        return found[0]

    def open(self, uri: str) -> Entity:
        """Find a post of another server by its address."""
        found: list[Entity] = self.get("/api/v2/search", q=uri, resolve=True, type="statuses")["statuses"]
        assert len(found) == 1, f"{self.username} does not find {uri}"
        return found[0]

    def say(self, text: str, **more: Any) -> Entity:
        """Publish a post."""
        said: Entity = self.post("/api/v1/statuses", status=text, **more)
        return said

    def follow(self, other: "Person", **more: Any) -> str:
        """Ask to follow somebody; return the id that they have here."""
        id_ = str(self.find(other)["id"])
        self.post(f"/api/v1/accounts/{id_}/follow", **more)
        return id_

    def befriend(self, other: "Person") -> str:
        """Follow somebody, and wait until both sides know it; return the id that they have here."""
        id_ = self.follow(other)
        eventually(lambda: self.relationship(id_)["following"])
        return id_

    def relationship(self, id_: str) -> Entity:
        """Read how one stands to somebody."""
        found: list[Entity] = self.get("/api/v1/accounts/relationships", **{"id[]": id_})
        return found[0]

    def home(self) -> list[Entity]:
        """Read the home timeline."""
        found: list[Entity] = self.get("/api/v1/timelines/home", limit=40)
        return found

    def seen(self, uri: str) -> Entity | None:
        """Return what the home timeline has of a post."""
        return next((each for each in self.home() if each["uri"] == uri), None)

    def sees(self, uri: str) -> Entity:
        """Wait until a post is in the home timeline."""
        return eventually(lambda: self.seen(uri), f"{self.handle} never sees {uri}")

    def notices(self, *types: str) -> list[Entity]:
        """Read the notifications of some types."""
        found: list[Entity] = self.get("/api/v1/notifications", **({"types[]": list(types)} if types else {}))
        return found

    def hears(self, type_: str, by: "Person") -> Entity:
        """Wait for a notification of what somebody of another server did."""
        return eventually(
            lambda: next((each for each in self.notices(type_) if each["account"]["acct"] == by.handle), None),
            f"{self.handle} never hears of the {type_} by {by.handle}",
        )


def eventually(look: Callable[[], T | None], what: str = "it never comes", seconds: float = PATIENCE) -> T:
    """Look again and again until there is something, and return it."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"{what}; in the end: {found!r}"
        time.sleep(_AGAIN_SECONDS)
    return found
