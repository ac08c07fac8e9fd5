"""`python -m bench.streaming`: what live streams cost: memory of idle connections, delay of what is told, price of posting.

The same posts are published with nobody connected, with clients connected for whom they are not, and with clients who all
follow the author. Budgets: 10,000 idle connections in 400 MB; 200 ms from the answer to a client; posting at most twice as
dear with 1,000 clients as with none, and 0.1 ms more for each that receives it.
"""

import argparse
import resource
import secrets
import selectors
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bema.model.ids import AccountId
from bema.model.policy import Kind, Role, Standing
from bema.outside.clock import SystemClock
from bema.store import accounts, follows, grants, logins
from bema.store.database import Database
from bema.store.tx import WriteTx
from bench.load import Connection, Request
from bench.processes import Server

_PATIENCE_SECONDS = 60
_TEXT = "The boats are counted, and there are {} of them on the water this morning."


@dataclass(frozen=True)
class Person:
    """Somebody with a token."""

    account: AccountId
    token: str


def main() -> None:
    """Measure, and print what came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--idle", type=int, default=10_000, help="idle connections whose memory is measured")
    parser.add_argument("--clients", type=int, default=1_000, help="clients connected while posts are published")
    parser.add_argument("--posts", type=int, default=100, help="posts published each time")
    asked = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory(prefix="bema-bench-") as folder:
        server = Server(Path(folder) / "home")
        server.command("init", "--home", str(server.home), "--domain", f"localhost:{server.port}", "--scheme", "http")
        people = _people(server, asked.clients)
        server.start()
        try:
            for line in measure(server, people, idle=asked.idle, posts=asked.posts):
                print(line, flush=True)
        finally:
            server.stop()
        print(server.complaints(), file=sys.stderr)


def measure(server: Server, people: list[Person], *, idle: int, posts: int) -> Iterator[str]:
    """Yield the lines of the report."""
    author, *readers = people
    publish(server, author, posts)  # warm
    alone = publish(server, author, posts)
    yield f"posting, nobody connected:              {alone:7.3f} ms of processor time"
    with connected(server, readers) as ears:
        others = publish(server, author, posts)
        verdict = "" if others <= 2 * alone else " ABOVE twice that"
        yield f"posting, {len(ears)} connected, none receives: {others:7.3f} ms{verdict}"
    _follow(server, author, readers)
    alone = publish(server, author, posts)
    yield f"posting, all follow, nobody connected:  {alone:7.3f} ms"
    with connected(server, readers) as ears:
        told = publish(server, author, posts, ears)
        each = (told - 2 * alone) / len(ears)
        verdict = "" if each <= 0.1 else " ABOVE 0.1"
        yield f"posting, {len(ears)} connected, all receive:   {told:7.3f} ms: twice that, and {each:.3f} ms each{verdict}"
        delays = delay(server, author, ears, min(posts, 50))
        yield f"from the answer to a client:            {delays[len(delays) // 2]:7.1f} ms, 99 %: {delays[-1]:.1f} ms"
    for kind in ("WebSocket", "server-sent events"):
        before = server.memory_mib("RssAnon")
        with connected(server, readers, idle, events=kind != "WebSocket") as ears:
            time.sleep(1)
            added, whole = server.memory_mib("RssAnon") - before, server.memory_mib("VmRSS")
            kib = added * 1_024 / len(ears)
            yield f"idle, {len(ears)} of {kind}: {kib:.1f} kB each, {whole * 1.048576:.0f} MB in all"
        time.sleep(2)


# --- Clients ----------------------------------------------------------------------------------------------------------


@contextmanager
def connected(
    server: Server, people: list[Person], count: int | None = None, *, events: bool = False
) -> Iterator[list[socket.socket]]:
    """Open streams of the home timeline, one person after another."""
    ears = [_open(server, people[number % len(people)], events) for number in range(count or len(people))]
    try:
        yield ears
    finally:
        for ear in ears:
            ear.close()


def _open(server: Server, person: Person, events: bool) -> socket.socket:
    ear = socket.create_connection(("127.0.0.1", server.port), timeout=_PATIENCE_SECONDS)
    path = "/api/v1/streaming/user" if events else "/api/v1/streaming?stream=user"
    head = [f"GET {path} HTTP/1.1", f"Host: localhost:{server.port}", f"Authorization: Bearer {person.token}"]
    head += ["User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101", "Accept: */*"]
    if not events:
        key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
        head += ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", key]
    ear.sendall("\r\n".join([*head, "", ""]).encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += ear.recv(4_096)
    if answer.split(b" ")[1] not in (b"101", b"200"):
        raise RuntimeError(answer.decode())
    return ear


def publish(server: Server, author: Person, count: int, ears: list[socket.socket] | None = None) -> float:
    """Publish posts, and return the processor time of the server for each, all that follows included."""
    began = server.cpu_seconds()
    with closing(Connection(server.port)) as connection:
        for number in range(count):
            _post(connection, author, number)
    if ears:
        _read_all(ears, count)
    server.drain()
    return (server.cpu_seconds() - began) * 1_000 / count


def _post(connection: Connection, author: Person, number: int) -> Any:
    answer = connection.ask(Request("POST", "/api/v1/statuses", author.token, {"status": _TEXT.format(number)}))
    if answer.status != 200:
        raise RuntimeError(answer.body.decode())
    return answer.json()


def _read_all(ears: list[socket.socket], count: int) -> None:
    """Wait until each client has received so many posts."""
    left = {ear.fileno(): count for ear in ears}
    with selectors.DefaultSelector() as selector:
        for ear in ears:
            selector.register(ear, selectors.EVENT_READ)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while any(each > 0 for each in left.values()):
            if time.monotonic() > deadline:
                raise RuntimeError("not all clients have heard of all posts")
            for key, _ in selector.select(1):
                left[key.fd] -= key.fileobj.recv(1 << 20).count(b'"event":"update"')  # type: ignore[union-attr]  # a socket


def delay(server: Server, author: Person, ears: list[socket.socket], count: int) -> list[float]:
    """Return the milliseconds between the answer of a post and the moment when the last client has it, in order."""
    found = []
    with closing(Connection(server.port)) as connection:
        for number in range(count):
            _post(connection, author, number)
            began = time.perf_counter()
            _read_all(ears, 1)
            found.append((time.perf_counter() - began) * 1_000)
    return sorted(found)


# --- People -----------------------------------------------------------------------------------------------------------


def _people(server: Server, count: int) -> list[Person]:
    """Make an author and so many readers, who follow nobody."""
    return list(_in(server, _make_people, server.port, count + 1))


def _follow(server: Server, author: Person, readers: list[Person]) -> None:
    """Let all follow the author."""
    _in(server, _make_followers, author, readers)


def _in(server: Server, op: Any, *arguments: Any) -> Any:
    database = Database(f"sqlite:///{server.home / 'bema.db'}", SystemClock(), run_dir=server.home / "run")
    try:
        return database.write_now(op, *arguments)
    finally:
        database.close()


def _make_people(tx: WriteTx, port: int, count: int) -> list[Person]:
    here = accounts.domain_id(tx, f"localhost:{port}", local=True)
    app = grants.add_app(
        tx, client_id=secrets.token_hex(8), secret="", name="bench", website=None, redirect_uris=[], scopes="read write"
    )
    return [_make_person(tx, here, app, number) for number in range(count)]


def _make_person(tx: WriteTx, here: Any, app: Any, number: int) -> Person:
    account = accounts.add_local(
        tx,
        domain_id=here,
        username=f"bench{number}",
        kind=Kind.PERSON,
        standing=Standing.ACTIVE,
        created_at=tx.now - 1_000 * number,  # ids of one millisecond are few
        language="en",
    )
    login = logins.add(
        tx,
        email=f"bench{number}@bench.example",
        password_hash=None,
        role=Role.MEMBER,
        locale="en",
        reason="",
        confirmed_at=tx.now,
        approved_at=tx.now,
        signed_up_from=None,
        invited_by=None,
    )
    assert account is not None
    assert login is not None
    logins.join(tx, login, account, "owner")
    token = secrets.token_urlsafe(32)
    id_ = grants.add_token(tx, secret=token, app_id=app, login_id=login, account_id=account, scopes="read write")
    grants.touch(tx, id_)
    return Person(account, token)


def _make_followers(tx: WriteTx, author: Person, readers: list[Person]) -> None:
    for reader in readers:
        follows.add(tx, reader.account, author.account, follows.Terms())


if __name__ == "__main__":
    main()
