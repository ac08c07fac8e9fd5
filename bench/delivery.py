"""`python -m bench.delivery`: what it costs to bring a post to many servers, and whether stuck ones delay all others.

Each server is an address of the loopback network of its own, with a shared inbox of its own. Posts are published while all
answer, and then while some are away and some take what they are sent and never answer. Budgets: 1.5 ms of processor time
for each inbox; with one server in ten stuck or away, the others get a post with a p99 of at most 1.5 times that of before.
"""

import argparse
import asyncio
import gc
import itertools
import multiprocessing
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.sharedctypes import SynchronizedArray
from pathlib import Path
from typing import Any

import uvloop
from sqlalchemy import bindparam, update

from bema.app import App
from bema.domain import posting
from bema.domain.posting import Draft
from bema.model.ids import AccountId
from bema.model.policy import Kind, Standing
from bema.settings import Settings
from bema.store import accounts, follows
from bema.store.dialect import insert
from bema.store.migrate import migrate
from bema.store.tables import account, remote_actor
from bema.store.tx import WriteTx

_PATIENCE_SECONDS = 120
_ANSWER = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
_HEALTHY, _STUCK = 0, 1
_ages = itertools.count()


def main() -> None:
    """Measure, and print what came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--servers", type=int, default=1_000, help="servers with an inbox each")
    parser.add_argument("--posts", type=int, default=5, help="posts published each time")
    asked = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory(prefix="bema-bench-") as folder:
        for line in uvloop.run(measure(Path(folder), asked.servers, asked.posts)):
            print(line, flush=True)


async def measure(home: Path, servers: int, posts: int) -> list[str]:
    """Return the lines of the report."""
    stuck = range(0, servers, 20)
    away = range(10, servers, 20)
    others = [number for number in range(servers) if number not in stuck and number not in away]
    with _sinks(servers) as (port, arrivals, moods, closing):
        settings = Settings(
            home=home, domain="localhost:1", scheme="http", secret="bench", federation_private_peers=True
        )
        migrate(settings.database_url)
        app = App(settings)
        gc.set_threshold(100_000, 20, 20)  # both as `bema serve` does
        gc.freeze()
        author = await app.database.write(_people, port, servers)
        app.database.on_events = app.runner.wake
        await app.runner.start()
        await app.sender.start()
        try:
            run = _Run(app, author, arrivals)
            first = await run.post(range(servers))  # nothing is known of anybody, and no connection is open
            lines = [_line("the first post, all answer", first)]
            warm = [await run.post(range(servers)) for _ in range(posts)]
            lines.append(_line(f"{posts} posts, all answer", *warm))
            for number in stuck:
                moods[number] = _STUCK
            for number in away:
                closing.put(number)
            ill = [await run.post(others) for _ in range(posts)]
            lines.append(_line(f"{posts} posts, {len(stuck)} are stuck and {len(away)} away", *ill))
            ratio = _p99(*ill, among=others) / _p99(*warm, among=others)
            lines.append(f"p99 of the {len(others)} others: {ratio:.2f} times that of before (at most 1.5)")
            cpu = statistics.median(each.cpu / servers for each in warm) * 1_000
            lines.append(f"processor time for each inbox: {cpu:.2f} ms (at most 1.5)")
        finally:
            await app.runner.stop()
            await app.sender.stop()
            await app.deliverer.close()
            await app.fetcher.close()
            app.close()
    return lines


class Brought:
    """How long it took a post to come to each server, in seconds, and the processor time of all of it."""

    def __init__(self, delays: dict[int, float], cpu: float) -> None:
        self.delays, self.cpu = delays, cpu


def _p99(*brought: Brought, among: Sequence[int] | None = None) -> float:
    delays = sorted(
        delay for each in brought for number, delay in each.delays.items() if among is None or number in set(among)
    )
    return delays[min(len(delays) - 1, len(delays) * 99 // 100)]


def _line(what: str, *brought: Brought) -> str:
    delays = sorted(delay for each in brought for delay in each.delays.values())
    p50, p99 = delays[len(delays) // 2], _p99(*brought)
    cpu = statistics.median(each.cpu / len(each.delays) for each in brought) * 1_000
    return f"{what}: p50 {p50:.3f} s, p99 {p99:.3f} s, last {delays[-1]:.3f} s; {cpu:.2f} ms of processor time each"


class _Run:
    """Publishes posts and waits until they came."""

    def __init__(self, app: App, author: AccountId, arrivals: "SynchronizedArray[float]") -> None:
        self._app, self._author = app, author
        self._arrivals: Any = arrivals.get_obj()  # without its lock: to look is not to cost what is measured

    async def post(self, to: Sequence[int]) -> Brought:
        """Publish a post, and wait until it came to these servers."""
        began, cpu = time.monotonic(), time.process_time()
        text = "The boats are counted, and there are forty of them on the water this morning."
        await self._app.database.write(posting.publish, self._app.site, self._author, Draft(text=text))
        while any(self._arrivals[number] < began for number in to):
            if time.monotonic() > began + _PATIENCE_SECONDS:
                missing = [number for number in to if self._arrivals[number] < began]
                raise TimeoutError(f"{len(missing)} servers were told nothing: {missing[:10]}")
            await asyncio.sleep(0.05)
        spent = time.process_time() - cpu
        return Brought({number: self._arrivals[number] - began for number in to}, spent)


# --- The other servers ------------------------------------------------------------------------------------------------


def address(number: int) -> str:
    """Return the address of one of the other servers."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


@contextmanager
def _sinks(servers: int) -> Iterator[tuple[int, "SynchronizedArray[float]", "SynchronizedArray[int]", Any]]:
    arrivals, moods = multiprocessing.Array("d", servers), multiprocessing.Array("i", servers)
    closing: Any = multiprocessing.Queue()
    ready: Any = multiprocessing.Queue()
    process = multiprocessing.Process(target=_sink, args=(servers, arrivals, moods, closing, ready), daemon=True)
    process.start()
    try:
        yield ready.get(timeout=_PATIENCE_SECONDS), arrivals, moods, closing
    finally:
        process.terminate()
        process.join()


def _sink(servers: int, arrivals: Any, moods: Any, closing: Any, ready: Any) -> None:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    uvloop.run(_listen(servers, arrivals, moods, closing, ready))


async def _listen(servers: int, arrivals: Any, moods: Any, closing: Any, ready: Any) -> None:
    loop = asyncio.get_running_loop()
    port, listening = 0, []
    for number in range(servers):
        made = await loop.create_server(lambda number=number: _Inbox(number, arrivals, moods), address(number), port)  # type: ignore[misc]  # the number of now
        port = port or made.sockets[0].getsockname()[1]
        listening.append(made)
    ready.put(port)
    while True:
        number = await loop.run_in_executor(None, closing.get)
        listening[number].close()
        for connection in _Inbox.open.pop(number, set()):
            connection.close()


class _Inbox(asyncio.Protocol):
    """Takes requests of one server, and notes when."""

    open: dict[int, set[Any]] = {}  # noqa: RUF012 - of the whole process: connections of each server

    def __init__(self, number: int, arrivals: Any, moods: Any) -> None:
        self._number, self._arrivals, self._moods = number, arrivals, moods
        self._received = b""

    def connection_made(self, transport: Any) -> None:
        """Keep the connection."""
        self._transport = transport
        self.open.setdefault(self._number, set()).add(transport)

    def connection_lost(self, _error: Exception | None) -> None:
        """Forget the connection."""
        self.open.get(self._number, set()).discard(self._transport)

    def data_received(self, received: bytes) -> None:
        """Answer what came whole, if the server is in the mood for it."""
        self._received += received
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found:
            return
        length = next(
            int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
        )
        if len(body) < length:
            return
        self._received = body[length:]
        if self._moods[self._number] == _HEALTHY:
            self._arrivals[self._number] = time.monotonic()
            self._transport.write(_ANSWER)


# --- The people -------------------------------------------------------------------------------------------------------


_set_uri = update(account).where(account.c.id == bindparam("key")).values(uri=bindparam("uri"))


def _people(tx: WriteTx, port: int, servers: int) -> AccountId:
    """Make an author, whom somebody of each server follows."""
    author = _person(tx, "localhost:1", "author", local=True)
    for number in range(servers):
        follows.add(tx, remote_person(tx, f"{address(number)}:{port}", "reader"), author, follows.Terms())
    return author


def remote_person(tx: WriteTx, host: str, username: str) -> AccountId:
    """Make somebody of another server."""
    id_ = _person(tx, host, username, local=False)
    tx.run(
        insert(remote_actor).values(
            account_id=id_,
            type="Person",
            inbox=f"http://{host}/users/{username}/inbox",
            shared_inbox=f"http://{host}/inbox",
            also_known_as="[]",
            memorial=False,
            suspended=False,
            fetched_at=tx.now,
        )
    )
    return id_


def _person(tx: WriteTx, host: str, username: str, *, local: bool) -> AccountId:
    id_ = accounts.add_local(
        tx,
        domain_id=accounts.domain_id(tx, host, local=local),
        username=username,
        kind=Kind.PERSON,
        standing=Standing.ACTIVE,
        created_at=tx.now - next(_ages),  # ids are made of it, and few fit a millisecond
        language="en",
    )
    assert id_ is not None
    if not local:
        tx.run(_set_uri, {"key": id_, "uri": f"http://{host}/users/{username}"})
    return id_


if __name__ == "__main__":
    main()
