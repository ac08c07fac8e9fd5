"""`python -m bench.inbox`: what it costs to take in what other servers say, and how long they wait for the answer.

Authors of other servers, whose keys are known and whom people here follow, bring posts, each signed. Then posts are
brought at a steady rate while others name keys of a server that takes questions and never answers. Budgets: 3 ms of
processor time a post with all that follows from it; 20 ms (99 %) to the answer at 200 a second; 0.15 ms for an actor.
"""

import argparse
import asyncio
import json
import os
import socket
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bema.model.ids import AccountId
from bema.model.policy import Kind, Standing
from bema.outside.clock import SystemClock
from bema.store import accounts, follows
from bema.store.database import Database
from bema.store.dialect import insert
from bema.store.tables import remote_key
from bema.store.tx import WriteTx
from bema.wire.activitypub.signatures import cavage, keys
from bema.wire.activitypub.signatures.keys import SigningKey
from bema.wire.activitypub.signatures.requests import Request as Signed
from bench.delivery import remote_person
from bench.load import put_load
from bench.processes import Server

_AUTHORS, _READERS = 20, 20  # all of these follow all of those
_AUTHORS_HOST = "127.1.0.1:1"
_TEXT = "<p>The boats are counted, and there are {} of them on the water this morning.</p>"
_PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


def main() -> None:
    """Measure, and print what came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--posts", type=int, default=2_000, help="posts brought for the processor time")
    parser.add_argument("--seconds", type=int, default=15, help="for which posts are brought at a steady rate")
    parser.add_argument("--rate", type=int, default=200, help="posts a second then")
    asked = parser.parse_args()
    os.environ["BEMA_FEDERATION_PRIVATE_PEERS"] = "true"
    with tempfile.TemporaryDirectory(prefix="bema-bench-") as folder:
        server = Server(Path(folder) / "home")
        server.command("init", "--home", str(server.home), "--domain", f"localhost:{server.port}", "--scheme", "http")
        world = World(server)
        server.start()
        try:
            for line in measure(world, posts=asked.posts, seconds=asked.seconds, rate=asked.rate):
                print(line, flush=True)
        finally:
            server.stop()
        print(server.complaints(), file=sys.stderr)


@dataclass(frozen=True)
class Bytes:
    """A request that was made beforehand."""

    method: str
    path: str
    raw: bytes

    def encode(self) -> bytes:
        """Return it."""
        return self.raw


class World:
    """The server, people of it, and authors elsewhere whom they follow."""

    def __init__(self, server: Server) -> None:
        self.server = server
        private, self._public = keys.made("rsa")
        self._private = keys.private_key(private)
        database = Database(f"sqlite:///{server.home / 'bema.db'}", SystemClock(), run_dir=server.home / "run")
        try:
            database.write_now(self._people)
        finally:
            database.close()
        self._number = 0

    def _people(self, tx: WriteTx) -> None:
        here = accounts.domain_id(tx, f"localhost:{self.server.port}", local=True)
        readers = []
        for number in range(_READERS):
            made = accounts.add_local(
                tx,
                domain_id=here,
                username=f"reader{number}",
                kind=Kind.PERSON,
                standing=Standing.ACTIVE,
                created_at=tx.now,
                language="en",
            )
            assert made is not None
            readers.append(made)
        for number in range(_AUTHORS):
            author = remote_person(tx, _AUTHORS_HOST, f"author{number}")
            values = {
                "uri": f"{actor(number)}#main-key",
                "account_id": author,
                "kind": "rsa",
                "public_key": self._public,
            }
            tx.run(insert(remote_key).values(**values, fetched_at=tx.now))
            _follow(tx, readers, author)

    def creates(self, count: int, *, author: str | None = None) -> list[Bytes]:
        """Return so many new posts, signed, by the authors in turn or by somebody whose key is not known."""
        made = []
        for _ in range(count):
            self._number += 1
            made.append(self._create(self._number, author or actor(self._number % _AUTHORS)))
        return made

    def _create(self, number: int, by: str) -> Bytes:
        note = {
            "id": f"{by}/statuses/{number}",
            "type": "Note",
            "attributedTo": by,
            "to": [_PUBLIC],
            "cc": [f"{by}/followers"],
            "content": _TEXT.format(number),
            "contentMap": {"en": _TEXT.format(number)},
            "published": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        }
        create = {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"{by}/statuses/{number}/activity",
            "type": "Create",
            "actor": by,
            "to": note["to"],
            "cc": note["cc"],
            "object": note,
        }
        return self._signed("POST", "/inbox", f"{by}#main-key", json.dumps(create).encode())

    def actors(self, count: int) -> list[Bytes]:
        """Return so many signed questions for an actor."""
        return [
            self._signed("GET", "/users/reader0", f"{actor(number % _AUTHORS)}#main-key", None)
            for number in range(count)
        ]

    def _signed(self, method: str, path: str, key_id: str, body: bytes | None) -> Bytes:
        host = f"localhost:{self.server.port}"
        request = Signed(method=method, scheme="http", host=host, target=path, body=body)
        key = SigningKey(key_id, self._private)
        headers = {"Host": host, **cavage.sign(request, key, int(time.time() * 1_000))}
        if body is None:
            headers["Accept"] = "application/activity+json"
        else:
            headers |= {"Content-Type": "application/activity+json", "Content-Length": str(len(body))}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return Bytes(method, path, f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + (body or b""))


def actor(number: int) -> str:
    """Return the id of one of the authors."""
    return f"http://{_AUTHORS_HOST}/users/author{number}"


def _follow(tx: WriteTx, readers: Sequence[AccountId], author: AccountId) -> None:
    for reader in readers:
        follows.add(tx, reader, author, follows.Terms())


# --- Measuring --------------------------------------------------------------------------------------------------------


def measure(world: World, *, posts: int, seconds: int, rate: int) -> list[str]:
    """Return the lines of the report."""
    _bring(world, world.creates(200))  # warm
    brought = [_bring(world, world.creates(posts)) for _ in range(3)]
    cpu = min(brought)
    lines = [f"a post taken in, {_READERS} followers, all effects done: {cpu:.2f} ms of processor time (at most 3)"]
    put_load(world.server.port, world.actors(200))
    asked = []
    for _ in range(3):
        before = world.server.cpu_seconds()
        put_load(world.server.port, world.actors(posts))
        asked.append((world.server.cpu_seconds() - before) / posts * 1_000)
    lines.append(f"an actor, asked for with a signature: {min(asked):.3f} ms (at most 0.15)")
    alone = _steadily(world, seconds, rate)
    lines.append(f"the answer at {rate} a second: {_told(alone)} (at most 20 at 99 %)")
    with closing(socket.create_server(("127.1.0.2", 0), backlog=500)) as silent:
        dead = f"http://127.1.0.2:{silent.getsockname()[1]}/users/nobody"
        put_load(world.server.port, world.creates(100, author=dead))
        beside = _steadily(world, seconds, rate)
    lines.append(f"the same while 100 wait for the key of a server that does not answer: {_told(beside)}")
    return lines


def _told(milliseconds: list[float]) -> str:
    ordered = sorted(milliseconds)
    return f"50 % in {ordered[len(ordered) // 2]:.1f} ms, 99 % in {ordered[len(ordered) * 99 // 100]:.1f} ms"


def _bring(world: World, made: list[Bytes]) -> float:
    """Bring posts, wait until all is done, and return the milliseconds of processor time for each."""
    before = world.server.cpu_seconds()
    put_load(world.server.port, made)
    _drain(world)
    return (world.server.cpu_seconds() - before) / len(made) * 1_000


def _drain(world: World) -> None:
    with closing(sqlite3.connect(f"file:{world.server.home / 'bema.db'}?mode=ro", uri=True)) as connection:
        while connection.execute("select exists (select 1 from incoming where sender_id is not null)").fetchone()[0]:
            time.sleep(0.02)
    world.server.drain()


def _steadily(world: World, seconds: int, rate: int) -> list[float]:
    """Bring posts at a rate, whatever the answers take, and return the milliseconds to each answer."""
    made = world.creates(seconds * rate)
    taken = asyncio.run(_at_rate(world.server.port, made, rate))
    _drain(world)
    return taken


async def _at_rate(port: int, made: list[Bytes], rate: int) -> list[float]:
    free = [await asyncio.open_connection("127.0.0.1", port) for _ in range(64)]
    began, taken = time.perf_counter(), []

    async def ask(each: Bytes, due: float, way: Any) -> None:
        reader, writer = way
        writer.write(each.raw)
        head = await reader.readuntil(b"\r\n\r\n")
        taken.append((time.perf_counter() - due) * 1_000)
        if not head.startswith(b"HTTP/1.1 202"):
            raise RuntimeError(head.decode())
        free.append(way)

    asking = []
    for number, each in enumerate(made):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        while not free:
            await asyncio.sleep(0.001)
        asking.append(asyncio.create_task(ask(each, due, free.pop())))
    await asyncio.gather(*asking)
    for _, writer in free:
        writer.close()
    return taken


if __name__ == "__main__":
    main()
