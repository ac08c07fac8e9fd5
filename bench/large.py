"""`python -m bench.large`: what a request costs in a large world, as a ratio to a world of a hundredth of its size.

Both worlds are built directly in SQL and served at the same time; each row is measured in turn on one and the other.

What is kept in memory must not make the small world cheaper only because less is asked for there: where a row asks for
one account after another, these are as many in both worlds. Under load, answers that nobody's commit has outdated may
come from memory, as they do in life. Every other list is asked for without that (`large_lists.py`), so that a statement
which grows shows.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from bema.model import limits
from bench import large_lists
from bench.__main__ import RESULTS, ROWS, Bench, Measured, Row, machine, yardstick
from bench.large_people import LargeWorld
from bench.large_plan import Size
from bench.large_world import build
from bench.load import Connection, Request
from bench.processes import Server, postgresql
from bench.world import TAG

GROWTH = 1.3  # times that a request may cost of what it costs in the small world
SMALLER = 100  # times that the small world is smaller
MICROSECONDS_A_FOLLOWER = 3  # of processor time, to let a follower find a post
SECONDS_TO_HOMES = 10  # until the post of somebody with very many followers is in their homes
_ROUNDS = 5  # of each row on each world; the cheaper counts, for whatever else the machine does makes it dearer
_QUESTIONS = 8  # for each list in each round
_PATIENCE_SECONDS = 600  # until the readers of the log have read what was written through operations
# As the handbooks of PostgreSQL recommend for a server of this size: a part of the memory that the database is in.
_OF_POSTGRESQL = {"shared_buffers": "2GB"}


class LargeBench(Bench):
    """A server with a world of some scale."""

    def __init__(self, server: Server, world: LargeWorld) -> None:
        super().__init__(server, world)
        self.large = world
        large_lists.furnish(server.port, world)
        server.drain()
        self.lists = large_lists.paths(server.port, world)

    def asked_by(self, token: str | None, count: int, *paths: str) -> list[Request]:
        """Ask for these paths in turn, as somebody."""
        return [Request("GET", paths[number % len(paths)], token) for number in range(count)]

    def said_by(self, token: str, count: int) -> list[Request]:
        """Publish posts, as somebody."""
        text = "The boats are counted again: {} of them."
        return [Request("POST", "/api/v1/statuses", token, {"status": text.format(number)}) for number in range(count)]


@dataclass(frozen=True)
class Growing(Row):
    """A row whose answer may be as large as the world is, so that a ratio says nothing: `per` is how large."""

    per: Callable[[LargeWorld], int] = field(default=lambda _: 1)
    unit: str = ""


def _of(large: Callable[[LargeBench, int], Sequence[Request]]) -> Callable[[Bench, int], Sequence[Request]]:
    def make(bench: Bench, count: int) -> Sequence[Request]:
        assert isinstance(bench, LargeBench)
        return large(bench, count)

    return make


LARGE_ROWS: tuple[Row, ...] = (
    Row(
        "home timeline of who follows 5,000",
        0.6,
        1,
        _of(lambda b, n: b.asked_by(b.large.reader.token, n, "/api/v1/timelines/home")),
    ),
    Row(
        "public timeline, not signed in, deep",
        0.6,
        1,
        _of(lambda b, n: b.asked_by(None, n, *[f"/api/v1/timelines/public?max_id={id_}" for id_ in b.world.posts])),
    ),
    Row(
        "tag timeline, deep",
        0.7,
        1,
        _of(lambda b, n: b.get(n, *[f"/api/v1/timelines/tag/{TAG}?max_id={id_}" for id_ in b.world.posts])),
    ),
    Row(
        "posts of accounts from all over, in turn",
        0.6,
        1,
        _of(lambda b, n: b.get(n, *[f"/api/v1/accounts/{id_}/statuses" for id_ in b.large.anybody])),
    ),
    Row(
        "search, two words of many posts",
        1.2,
        0.5,
        _of(lambda b, n: b.get(n, f"/api/v2/search?q={quote('lemons harbour')}")),
    ),
    Row(
        "followers of the author whom all follow",
        1.0,
        0.5,
        _of(lambda b, n: b.get(n, f"/api/v1/accounts/{b.large.star.id}/followers")),
    ),
    Row(
        "profile page of the author whom all follow",
        5,
        0.2,
        _of(lambda b, n: b.asked_by(None, n, f"/@{b.large.star.name}")),
    ),
    Growing(
        "the long thread, not signed in",
        0.03,
        0.1,
        _of(lambda b, n: b.asked_by(None, n, f"/api/v1/statuses/{b.large.long_thread}/context")),
        lambda world: min(world.size.thread, limits.THREAD_DESCENDANTS),
        "reply shown",
    ),
    Growing(
        "the long thread, signed in",
        0.03,
        0.02,
        _of(lambda b, n: b.get(n, f"/api/v1/statuses/{b.large.long_thread}/context")),
        lambda world: world.size.thread,
        "reply",
    ),
    Growing(
        "publish, as many followers as are written to",
        MICROSECONDS_A_FOLLOWER / 1_000,
        0.02,
        _of(lambda b, n: b.said_by(b.large.busy.token, n)),
        lambda world: world.size.busy_followers,
        "follower",
    ),
    Row("publish, all accounts follow", 4, 0.1, _of(lambda b, n: b.said_by(b.large.star.token, n))),
)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m bench.large", description=__doc__)
    parser.add_argument("--scale", type=float, default=0.1, help="1: 100,000 accounts, 5 million posts and follows")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--home", type=Path, default=None, help="where to build the worlds")
    parser.add_argument("--keep", action="store_true", help="leave them there, and measure those that are there again")
    parser.add_argument("--name", default="", help="ending of the result's file name")
    parser.add_argument("--only", default="", help="rows whose name contains this")
    parser.add_argument("--requests", type=int, default=1_000, help="requests of a row that only reads")
    options = parser.parse_args()
    rows = [row for row in (*ROWS, *LARGE_ROWS) if options.only in row.name]
    with ExitStack() as folders:
        home = options.home or Path(tempfile.gettempdir())
        if not options.keep:
            home = Path(folders.enter_context(tempfile.TemporaryDirectory(prefix="bema-large-", dir=home)))
        result = run(home, options.database, options.scale, options.requests, rows, options.only)
    text = report(result)
    print(text)
    if not options.only:
        save(result, text, "-".join(part for part in (options.database, options.name) if part))
    missed = [row["name"] for row in (*result["rows"], *result["lists"]) if row["verdict"]]
    sys.exit(f"Grown too much: {'; '.join(missed)}" if missed else 0)


def run(folder: Path, kind: str, scale: float, count: int, rows: Sequence[Row], only: str = "") -> dict[str, Any]:
    """Build both worlds over databases of that kind, and measure."""
    databases: list[Any] = []
    servers: list[Server] = []
    benches: list[LargeBench] = []
    sizes = {"small": Size.at(scale / SMALLER)}
    sizes["large"] = Size.at(scale, read_of=sizes["small"].read_of)
    try:
        for name in ("small", "large"):
            words: list[str] = []
            if kind == "postgresql":
                databases.append(postgresql(folder / f"{name}-postgresql", **_OF_POSTGRESQL))
                words = ["--database", databases[-1].get_uri("postgres")]
            built = _built(folder / f"{name}.json", folder / name, words, sizes[name])
            server = Server(folder / name, also=[each.get_pid() for each in databases[-1:]], port=built.port)
            servers.append(server)
            print(f"  first answer after {server.start():.2f} s", file=sys.stderr)
            server.drain(patience=_PATIENCE_SECONDS)
            benches.append(LargeBench(server, built.world))
        return {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": f"{machine()}, {'SQLite' if kind == 'sqlite' else 'PostgreSQL'}",
            "scale": scale,
            "worlds": [asdict(bench.large.size) for bench in benches],
            "disk_mib": [_disk_mib(folder, name) for name in ("small", "large")],
            **_measure(benches, count, rows),
            "lists": _measure_lists(benches, only),
            "seconds_to_home": _seconds_to_home(benches[-1]),
            "memory_under_load_mib": [round(server.memory_mib("VmHWM"), 1) for server in servers],
            "memory_of_its_own_mib": [round(server.memory_mib("RssAnon"), 1) for server in servers],
        }
    except Exception:
        for server in servers:
            print(server.complaints(), file=sys.stderr)
        raise
    finally:
        for server in servers:
            server.stop()
        for database in databases:
            database.cleanup()


class Built(msgspec.Struct):
    """A world that was built, and where its server listens: links hold it."""

    port: int
    world: LargeWorld


def _built(kept: Path, home: Path, words: Sequence[str], size: Size) -> Built:
    """Build a world, unless it is kept from another time."""
    if kept.exists():
        return msgspec.json.decode(kept.read_bytes(), type=Built)
    server = Server(home)
    here = f"localhost:{server.port}"
    server.command("init", "--home", str(home), "--domain", here, "--scheme", "http", *words)
    print(f"building a world of {size.accounts:,} accounts", file=sys.stderr)
    began = time.monotonic()
    built = Built(server.port, build(home, size, lambda line: print(f"  {line}", file=sys.stderr)))
    print(f"  built in {time.monotonic() - began:.0f} s", file=sys.stderr)
    kept.write_bytes(msgspec.json.encode(built))
    return built


def _disk_mib(folder: Path, name: str) -> int:
    files = [file for each in folder.glob(f"{name}*") for file in (each, *each.rglob("*")) if file.is_file()]
    return round(sum(file.stat().st_size for file in files if "pg_wal" not in file.parts) / 1_048_576)


def _measure(benches: Sequence[LargeBench], count: int, rows: Sequence[Row]) -> dict[str, Any]:
    measured = []
    yardsticks = [yardstick()]
    for row in rows:
        rounds = [[bench.measure(row, count, least=20) for bench in benches] for _ in range(_ROUNDS)]
        small, large = (min(each, key=lambda one: one.cpu_milliseconds) for each in zip(*rounds, strict=True))
        measured.append(_judged(row, small, large, benches[-1].large))
        yardsticks.append(yardstick())
        print(f"{small.cpu_milliseconds:8.3f} {large.cpu_milliseconds:8.3f} ms  {row.name}", file=sys.stderr)
    return {"rows": measured, "yardstick_milliseconds": [round(min(yardsticks), 1), round(max(yardsticks), 1)]}


def _measure_lists(benches: Sequence[LargeBench], only: str) -> list[dict[str, Any]]:
    measured = []
    for name in large_lists.LISTS:
        if only not in name:
            continue
        rounds = [
            [
                large_lists.milliseconds(bench.server, bench.lists[name], bench.world.tokens[0], _QUESTIONS)
                for bench in benches
            ]
            for _ in range(_ROUNDS)
        ]
        small, large = (min(each) for each in zip(*rounds, strict=True))
        ratio = round(large / small, 2)
        measured.append({"name": name, "small_milliseconds": small, "large_milliseconds": large, "ratio": ratio})
        measured[-1]["verdict"] = "above" * (ratio > GROWTH)
        print(f"{small:8.3f} {large:8.3f} ms  {name}", file=sys.stderr)
    return measured


def _judged(row: Row, small: Measured, large: Measured, world: LargeWorld) -> dict[str, Any]:
    """Say what came of a row, and where it misses what it must keep."""
    judged = {
        "name": row.name,
        "budget": row.budget,
        "small_milliseconds": small.cpu_milliseconds,
        "large_milliseconds": large.cpu_milliseconds,
        "p50": large.p50,
        "p99": large.p99,
    }
    if isinstance(row, Growing):
        each = large.cpu_milliseconds / row.per(world)
        grown = each > row.budget
        return {**judged, "microseconds_each": round(each * 1_000, 2), "unit": row.unit, "verdict": "above" * grown}
    ratio = large.cpu_milliseconds / small.cpu_milliseconds
    return {**judged, "ratio": round(ratio, 2), "verdict": "above" * (ratio > GROWTH)}


def _seconds_to_home(bench: LargeBench) -> dict[str, float]:
    """Publish as the two authors with the most followers; return the seconds until one of these has it at home."""
    found = {}
    for name, author in (("written to homes", bench.large.busy), ("merged when read", bench.large.star)):
        with closing(Connection(bench.server.port)) as connection:
            began = time.monotonic()
            [request] = bench.said_by(author.token, 1)
            published = connection.ask(request).json()["id"]
            while time.monotonic() - began < SECONDS_TO_HOMES:
                newest = connection.ask(Request("GET", "/api/v1/timelines/home?limit=5", bench.world.tokens[-1])).json()
                if any(post["id"] == published for post in newest):
                    break
                time.sleep(0.005)
            found[name] = round(time.monotonic() - began, 3)
    return found


# --- What is told -----------------------------------------------------------------------------------------------------


def report(result: dict[str, Any]) -> str:
    """Return the result as Markdown."""
    fastest, slowest = result["yardstick_milliseconds"]
    small, large = result["worlds"]
    disk = " and ".join(f"{each:,} MiB" for each in result["disk_mib"])
    lines = [
        f"# Growth, {result['at']}",
        "",
        f"{result['machine']}. **Scale {result['scale']:g}**: {_told(large)}; beside it, in the same run, a world of a",
        f"hundredth: {_told(small)}. They take {disk} of disk, in this order. 16 connections; processor time of the",
        f"server and its database, deferred work included, the better of {_ROUNDS} rounds. A million steps of a plain loop",
        f"took {fastest} to {slowest} ms meanwhile: the yardstick of the machine. A row may cost {GROWTH} times as much.",
        "",
        "| request | small, CPU ms | large, CPU ms | ratio | | budget | p50 ms | p99 ms |",
        "|---|---:|---:|---:|---|---:|---:|---:|",
    ]
    for row in result["rows"]:
        ratio, budget = row.get("ratio"), f"{row['budget']:g}"
        if ratio is None:
            ratio = f"{row['microseconds_each']} µs a {row['unit']}"
            budget = f"{row['budget'] * 1_000:g} µs a {row['unit']}"
        lines.append(
            f"| {row['name']} | {row['small_milliseconds']} | {row['large_milliseconds']} | {ratio} | {row['verdict']} "
            f"| {budget} | {row['p50']} | {row['p99']} |"
        )
    lines += ["", "Every other list, when nothing is known of it yet:", ""]
    lines += ["| list | small, CPU ms | large, CPU ms | ratio | |", "|---|---:|---:|---:|---|"]
    for row in result["lists"]:
        lines.append(
            f"| `{row['name']}` | {row['small_milliseconds']} | {row['large_milliseconds']} | {row['ratio']} "
            f"| {row['verdict']} |"
        )
    homes = "; ".join(f"{name}: {seconds} s" for name, seconds in result["seconds_to_home"].items())
    memory, own = (
        " and ".join(f"{each} MiB" for each in result[f"memory_{kind}_mib"]) for kind in ("under_load", "of_its_own")
    )
    lines += ["", f"From publishing until a follower has it at home: {homes} (budget: {SECONDS_TO_HOMES} s)."]
    lines += [
        f"Memory of the two servers at its highest: {memory}, in which SQLite's file is mapped; their own: {own}."
    ]
    return "\n".join(lines) + "\n"


def _told(size: dict[str, int]) -> str:
    return (
        f"{size['accounts']:,} accounts, {size['posts']:,} posts, {size['follows']:,} follows, an author whom all follow, "
        f"one with {size['busy_followers']:,} followers, a reader of {size['reader_follows']:,}, a thread of "
        f"{size['thread']:,} replies"
    )


def save(result: dict[str, Any], text: str, name: str) -> None:
    """Keep the result beside the earlier ones."""
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"large-{result['at'][:10]}-{name}"
    file.with_suffix(".json").write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    file.with_suffix(".md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
