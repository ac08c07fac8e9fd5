"""A square that is served on a port, in a thread of the test process, with clients that listen to it."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import httpx
import msgspec
import pytest
import uvicorn
from websockets.sync.client import ClientConnection, connect

from bema.app import App
from bema.cli.serving import Serving
from bema.edge.authentication import SESSION_COOKIE
from bema.edge.connections import Connection
from bema.edge.streaming.sockets import Socket
from bema.model.ids import AccountId, LoginId
from bema.model.policy import Role, Visibility
from bema.outside.passwords import Passwords
from bema.settings import Settings
from tests.make import Make
from tests.patience import PATIENCE


@dataclass(frozen=True)
class Person:
    """Somebody with a token."""

    account: AccountId
    login: LoginId
    token: str


class Ear:
    """A WebSocket of a client."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    def say(self, **message: Any) -> None:
        """Send a message."""
        self.connection.send(json.dumps(message))

    def hear(self) -> dict[str, Any]:
        """Wait for the next message; its payload is read where it is a document."""
        message: dict[str, Any] = json.loads(self.connection.recv(PATIENCE))
        return message

    def events(self, count: int) -> list[tuple[list[str], str]]:
        """Wait for some messages, and return on which stream each came and what it is."""
        return sorted((message["stream"], message["event"]) for message in (self.hear() for _ in range(count)))


class Reader:
    """A stream of server-sent events, line by line."""

    def __init__(self, answer: HTTPResponse) -> None:
        self.answer = answer

    def line(self) -> str:
        """Wait for the next line."""
        return self.answer.readline().decode().rstrip("\n")

    def comment(self) -> str:
        """Wait for the next comment that is no heartbeat."""
        line = self.line()
        while line == ":thump":
            line = self.line()
        return line

    def event(self) -> tuple[str, str]:
        """Wait for the next event, and return its name and payload."""
        line = self.line()
        while not line.startswith("event: "):
            line = self.line()
        return line.removeprefix("event: "), self.line().removeprefix("data: ")


class LiveSquare:
    """The server, its people and their clients; all connections are closed when the test ends."""

    def __init__(self, app: App, port: int, stop: Callable[[], None], open_: ExitStack) -> None:
        self.app, self.port, self.stop, self._open = app, port, stop, open_
        self.make = Make(app.database)
        self.socket_url = f"ws://127.0.0.1:{port}/api/v1/streaming"
        self._http = open_.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE))

    def person(self, name: str, scopes: str = "read write follow push") -> Person:
        """Make somebody."""
        account = self.make.account(name)
        login = self.make.login(f"{name}@example.org", account)
        return Person(account, login, self.make.token(login, account, scopes))

    def staff(self, name: str) -> Person:
        """Make somebody who keeps the square."""
        account = self.make.account(name)
        login = self.make.login(f"{name}@example.org", account, role=Role.OWNER)
        return Person(account, login, self.make.token(login, account, "read write admin:read admin:write"))

    def ask(self, method: str, path: str, person: Person | None = None, **parameters: Any) -> httpx.Response:
        """Ask the API."""
        headers = {} if person is None else {"authorization": f"Bearer {person.token}"}
        return self._http.request(method, path, headers=headers, json=parameters or None)

    def do(self, method: str, path: str, person: Person, **parameters: Any) -> Any:
        """Ask the API for what must succeed."""
        answer = self.ask(method, path, person, **parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def publish(self, author: Person, text: str, visibility: Visibility = Visibility.PUBLIC, **more: Any) -> str:
        """Publish a post, and return its id."""
        word = {Visibility.FOLLOWERS: "private"}.get(visibility, visibility.name.lower())
        return str(self.do("POST", "/api/v1/statuses", author, status=text, visibility=word, **more)["id"])

    def ear(self, person: Person, *streams: str, **more: Any) -> Ear:
        """Open a WebSocket that listens to the first stream from the beginning, and to the others then."""
        first = f"&stream={streams[0]}" if streams else ""
        connection = connect(f"{self.socket_url}?access_token={person.token}{first}", **more)
        ear = Ear(self._open.enter_context(connection))
        for stream in streams[1:]:
            ear.say(type="subscribe", stream=stream)
        self.settled(ear)
        return ear

    def settled(self, ear: Ear) -> None:
        """Wait until the server has taken all that was said: messages are taken one after another."""
        ear.say(type="subscribe", stream="there is no such stream")
        assert ear.hear()["status"] in (400, 401)

    def reader(self, person: Person, path: str) -> Reader:
        """Open a stream of server-sent events."""
        return self._reader(f"/api/v1/streaming/{path}", {"Authorization": f"Bearer {person.token}"})

    def browser(self, person: Person) -> Reader:
        """Open the stream of a page in a browser that somebody is signed in with."""
        secret = self.make.session(person.login, person.account)
        return self._reader("/events", {"Cookie": f"{SESSION_COOKIE}={secret}"})

    def _reader(self, path: str, headers: dict[str, str]) -> Reader:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        self._open.callback(connection.close)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        reader = Reader(answer)
        assert reader.line() == ":thump"
        return reader


@pytest.fixture
def open_live(settings: Settings) -> Iterator[Callable[..., LiveSquare]]:
    """Serves squares with settings of their own."""
    with ExitStack() as stack:

        def open_(*, factor: float = 100) -> LiveSquare:
            own = msgspec.structs.replace(settings, rate_limit_factor=factor)
            app = App(own, passwords=Passwords(memory_kib=64, passes=1))
            stack.callback(app.close)
            listener = socket.create_server(("127.0.0.1", 0))
            config = uvicorn.Config(
                app.server, http=Connection, ws=Socket, lifespan="on", log_level="critical", proxy_headers=False
            )
            server = Serving(config, app)
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
            thread.start()

            def stop() -> None:
                server.should_exit = True
                thread.join(PATIENCE)
                assert not thread.is_alive()

            stack.callback(stop)
            return LiveSquare(app, listener.getsockname()[1], stop, stack)

        yield open_


@pytest.fixture
def live(open_live: Callable[..., LiveSquare]) -> LiveSquare:
    """A served square, on both kinds of database."""
    return open_live()
