"""`python -m bench`: makes the standard world on a real server, puts load on it, and writes what it cost beside the budgets."""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

from bench.load import Request, put_load
from bench.processes import Server, postgresql
from bench.world import REPLIES_IN_THREAD, TAG, World, make_world, pages_of_home

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Row:
    """A kind of request, what it may cost, and how to make many of it."""

    name: str
    budget: float  # milliseconds of processor time per answered request, deferred work included
    share: float  # of the number of requests of a run: what writes is dearer and leaves its traces
    make: Callable[["Bench", int], Sequence[Request]]


@dataclass(frozen=True)
class Measured:
    """What a row came to."""

    name: str
    budget: float
    cpu_milliseconds: float
    requests: int
    rate: float  # requests per second
    p50: float
    p99: float


class Bench:
    """A server with the standard world."""

    def __init__(self, server: Server, world: World) -> None:
        self.server, self.world = server, world
        self.pages = pages_of_home(server.port, world.tokens[0], 20)[4:]
        self._favourites = self._new_favourites()

    @property
    def here(self) -> str:
        """The server's domain."""
        return f"localhost:{self.server.port}"

    def get(self, count: int, *paths: str) -> list[Request]:
        """Ask for these paths in turn, as the first account."""
        return [Request("GET", paths[number % len(paths)], self.world.tokens[0]) for number in range(count)]

    def in_turn(self, count: int, path: str) -> list[Request]:
        """Ask for a path as one account after another."""
        tokens = self.world.tokens
        return [Request("GET", path, tokens[number % len(tokens)]) for number in range(count)]

    def publish(self, count: int, author: int) -> list[Request]:
        """Publish posts."""
        text = f"The boats are counted, and there are {{}} of them on the water this morning. #{TAG}"
        return [
            Request("POST", "/api/v1/statuses", self.world.tokens[author], {"status": text.format(number)})
            for number in range(count)
        ]

    def favourites(self, count: int) -> list[Request]:
        """Favourite what was not favourited before."""
        return [next(self._favourites) for _ in range(count)]

    def _new_favourites(self) -> Iterator[Request]:
        chance = Random(7)
        pairs = [(post, token) for post in self.world.posts for token in self.world.tokens]
        chance.shuffle(pairs)
        for post, token in pairs:
            yield Request("POST", f"/api/v1/statuses/{post}/favourite", token, {})

    def measure(self, row: Row, count: int, *, least: int = 64) -> Measured:
        """Put the load of a row on the server, after a little of it to warm up, and wait for all that follows from it."""
        number = max(int(count * row.share), least)
        put_load(self.server.port, row.make(self, max(number // 10, min(least, 50))))
        self.server.drain()
        requests = row.make(self, number)
        before = self.server.cpu_seconds()
        outcome = put_load(self.server.port, requests)
        self.server.drain()
        used = self.server.cpu_seconds() - before
        return Measured(
            row.name,
            row.budget,
            round(used / len(requests) * 1_000, 3),
            len(requests),
            round(outcome.rate, 1),
            round(outcome.percentile(50), 2),
            round(outcome.percentile(99), 2),
        )


ROWS = (
    Row("home timeline, 20 posts, one account", 0.5, 1, lambda b, n: b.get(n, "/api/v1/timelines/home")),
    Row("home timeline, 50 accounts in turn", 0.5, 1, lambda b, n: b.in_turn(n, "/api/v1/timelines/home")),
    Row("home timeline, deep pages", 0.6, 1, lambda b, n: b.get(n, *b.pages)),
    Row("public timeline", 0.6, 1, lambda b, n: b.get(n, "/api/v1/timelines/public")),
    Row("tag timeline", 0.7, 1, lambda b, n: b.get(n, f"/api/v1/timelines/tag/{TAG}")),
    Row("one post", 0.15, 1, lambda b, n: b.get(n, f"/api/v1/statuses/{b.world.single}")),
    Row(
        f"context, {REPLIES_IN_THREAD} replies",
        1.2,
        0.5,
        lambda b, n: b.get(n, f"/api/v1/statuses/{b.world.thread}/context"),
    ),
    Row(
        "an account's posts, 50 accounts in turn",
        0.6,
        1,
        lambda b, n: b.get(n, *[f"/api/v1/accounts/{id_}/statuses" for id_ in b.world.accounts]),
    ),
    Row("notifications, 20", 1.0, 0.5, lambda b, n: b.get(n, "/api/v1/notifications?limit=20")),
    Row(
        "search, all types",
        1.2,
        0.5,
        lambda b, n: b.get(n, *[f"/api/v2/search?q={quote(word)}" for word in ("lemons", "bench1", "بندرگاہ")]),
    ),
    Row("profile page, HTML", 5, 0.2, lambda b, n: [Request("GET", f"/@{b.world.names[0]}")] * n),
    Row(
        "WebFinger",
        0.1,
        1,
        lambda b, n: [Request("GET", f"/.well-known/webfinger?resource=acct:{b.world.names[0]}@{b.here}")] * n,
    ),
    Row("publish a post, 1 local follower, all effects done", 3, 0.15, lambda b, n: b.publish(n, 1)),
    Row("publish a post, 49 local followers, all effects done", 4, 0.15, lambda b, n: b.publish(n, 0)),
    Row("favourite", 1.0, 0.3, lambda b, n: b.favourites(n)),
)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a fifth of the requests: about a minute")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--name", default="", help="ending of the result's file name")
    parser.add_argument("--only", default="", help="rows whose name contains this")
    parser.add_argument("--requests", type=int, default=3_000, help="requests of a row that only reads")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bema-bench-") as folder:
        result = run(
            Path(folder),
            options.database,
            options.requests // 5 if options.quick else options.requests,
            [row for row in ROWS if options.only in row.name],
        )
    text = report(result)
    print(text)
    if not options.only:
        save(result, text, "-".join(part for part in (options.database, "quick" * options.quick, options.name) if part))
    dearer = [row["name"] for row in result["rows"] if row["cpu_milliseconds"] > row["budget"]]
    sys.exit(f"Above their budgets: {'; '.join(dearer)}" if dearer else 0)


def run(folder: Path, kind: str, count: int, rows: Sequence[Row]) -> dict[str, Any]:
    """Measure everything on a server in `folder`, over a database of that kind."""
    if kind == "sqlite":
        server = Server(folder / "home")
        try:
            return {**measure(server, [], count, rows), "machine": f"{machine()}, SQLite"}
        finally:
            server.stop()
    database = postgresql(folder / "postgresql")
    server = Server(folder / "home", also=[database.get_pid()])
    try:
        result = measure(server, ["--database", database.get_uri("postgres")], count, rows)
    finally:
        server.stop()
        database.cleanup()
    return {**result, "machine": f"{machine()}, PostgreSQL"}


def machine() -> str:
    """Return on what kind of machine this runs."""
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def measure(server: Server, words: Sequence[str], count: int, rows: Sequence[Row]) -> dict[str, Any]:
    """Make the world and put the loads on it, one after another."""
    here = f"localhost:{server.port}"
    server.command("init", "--home", str(server.home), "--domain", here, "--scheme", "http", *words)
    server.start()
    print("making the standard world", file=sys.stderr)
    world = make_world(server.port)
    server.drain()
    server.stop()
    size = sum(file.stat().st_size for file in server.home.glob("bema.db*")) / 1_048_576
    start_seconds = server.start()
    at_rest = server.memory_mib("VmRSS")
    bench = Bench(server, world)
    measured = []
    yardsticks = [yardstick()]
    for row in rows:
        measured.append(bench.measure(row, count))
        yardsticks.append(yardstick())
        print(f"{measured[-1].cpu_milliseconds:8.3f} ms  {row.name}", file=sys.stderr)
    under_load = server.memory_mib("VmHWM")
    server.stop()
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "rows": [asdict(each) for each in measured],
        "yardstick_milliseconds": [round(min(yardsticks), 1), round(max(yardsticks), 1)],
        "memory_at_rest_mib": round(at_rest, 1),
        "memory_under_load_mib": round(under_load, 1),
        "start_seconds": round(start_seconds, 2),
        "database_mib": round(size, 1) or None,
    }


def yardstick() -> float:
    """Return the milliseconds that a fixed piece of work takes: where others use the machine too, everything is dearer."""
    began = time.process_time()
    total = 0
    for number in range(1_000_000):
        total += number
    return (time.process_time() - began) * 1_000


def report(result: dict[str, Any]) -> str:
    """Return the result as Markdown."""
    fastest, slowest = result["yardstick_milliseconds"]
    lines = [
        f"# Bench of {result['at']}",
        "",
        f"{result['machine']}. Standard world, 16 connections. Processor time of the server and its database, deferred work",
        f"included. A million steps of a plain loop took {fastest} to {slowest} ms meanwhile: the yardstick of the machine.",
        "",
        "| request | CPU ms | budget | | requests/s | p50 ms | p99 ms |",
        "|---|---:|---:|---|---:|---:|---:|",
    ]
    lines += [_line(Measured(**row)) for row in result["rows"]]
    lines += ["", "| whole process | measured | budget | |", "|---|---:|---:|---|"]
    for name, key, budget in WHOLE:
        if result[key] is not None:
            lines.append(f"| {name} | {result[key]} | {budget} | {_verdict(result[key], budget)} |")
    return "\n".join(lines) + "\n"


def _line(row: Measured) -> str:
    verdict = _verdict(row.cpu_milliseconds, row.budget)
    return f"| {row.name} | {row.cpu_milliseconds} | {row.budget} | {verdict} | {row.rate} | {row.p50} | {row.p99} |"


def _verdict(value: float, budget: float) -> str:
    return "" if value <= budget else "above"


WHOLE = (
    ("memory at rest, MiB", "memory_at_rest_mib", 130),
    ("memory under load, MiB", "memory_under_load_mib", 200),
    ("start to first answer, seeded, s", "start_seconds", 1.5),
    ("database after the standard world, MiB", "database_mib", 8),
)


def save(result: dict[str, Any], text: str, name: str) -> None:
    """Keep the result beside the earlier ones."""
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{result['at'][:10]}-{name}"
    file.with_suffix(".json").write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    file.with_suffix(".md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
