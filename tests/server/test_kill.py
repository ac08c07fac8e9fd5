"""Killed in the middle of everything: what was answered is there afterwards, once, with all that follows from it."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import select

from bema.model.events import PostPublished
from bema.outside.clock import SystemClock
from bema.store import accounts, log
from bema.store.database import Database
from bema.store.tables import post
from bema.subscribers import SUBSCRIBERS
from bema.subscribers.runner import Runner
from tests.serving import ServedSquare

CLIENTS = 16
WRITES = 1_000
KILLS = 3

_texts = select(post.c.id, post.c.text, post.c.author_id).order_by(post.c.id)


@pytest.fixture
def served(database_url: str, tmp_path: Path) -> Iterator[ServedSquare]:
    """A served square over each kind of database."""
    square = ServedSquare(tmp_path, database=database_url)
    square.create_account("ann")
    yield square
    square.kill()


@pytest.mark.slow
@pytest.mark.timeout(600)  # starts ten servers, one after another
@pytest.mark.parametrize("processes", [1, 2])
def test_a_kill_loses_nothing_that_was_answered(served: ServedSquare, database_url: str, processes: int) -> None:
    """16 clients write while the server is killed and started again; nothing answered is lost, nothing is half done."""
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    token = served.create_token("ann")
    answered = asyncio.run(_hammer(served, token, random.Random(seed), ["--processes", str(processes)]))
    served.stop()
    database = Database(database_url, SystemClock(), run_dir=served.home / "run")
    try:
        asyncio.run(Runner(database, SUBSCRIBERS, {}).settle())  # what the readers had not come to when it was stopped
        rows = database.read_now(lambda tx: tx.all(_texts))
        published = _published(database)
        author = database.read_now(lambda tx: accounts.by_handle(tx, "ann", None))
    finally:
        database.close()
    times = Counter(row.text for row in rows)
    assert not set(answered) - set(times), "an answered post is gone"
    assert max(times.values()) == 1, "a post is there twice, though each had its idempotency key"
    assert published == Counter(row.id for row in rows), "each post has its one event, and each event its post"
    assert author is not None
    assert author.posts == len(rows), "the counters follow from the log, each event once"


async def _hammer(served: ServedSquare, token: str, chance: random.Random, options: list[str]) -> list[str]:
    """Let the clients write until all is answered, retrying as clients do; return what was answered."""
    todo = [f"write {number}" for number in range(WRITES)]
    answered: list[str] = []
    served.start(*options)

    async def write() -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
            while todo:
                text = todo.pop()
                try:
                    async with session.post(
                        f"{served.url}/api/v1/statuses",
                        data={"status": text},
                        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": text},
                    ) as answer:
                        if answer.status == 200:
                            await answer.json()
                            answered.append(text)
                        else:
                            todo.append(text)
                except (aiohttp.ClientError, TimeoutError, OSError):
                    todo.append(text)
                    await asyncio.sleep(0.05)

    clients = [asyncio.create_task(write()) for _ in range(CLIENTS)]
    moments = sorted(chance.randrange(WRITES) for _ in range(KILLS))
    for moment in moments:
        while len(answered) < moment and not all(client.done() for client in clients):
            await asyncio.sleep(0.005)
        served.kill()
        await asyncio.to_thread(served.start, *options)
    await asyncio.gather(*clients)
    assert len(answered) == WRITES
    return answered


def _published(database: Database) -> Counter[int]:
    counted: Counter[int] = Counter()
    position = 0
    while entries := database.read_now(log.after, position, 1_000):
        counted.update(entry.event.post for entry in entries if isinstance(entry.event, PostPublished))
        position = entries[-1].position
    return counted
