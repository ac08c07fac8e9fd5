"""`python -m bench.public_log`: what decisions with their entries cost, and what a public log of a million entries does.

Decisions are made by many at once, as web processes make them. Then the log is made as long as is wished, and everything
that reads it is measured: signing, starting, proofs, pages, files, a copy of all, its check, and the audit. Times are
processor time beside a yardstick of the machine, so that runs can be compared; memory is the most that a process took.

Budgets: 2,000 entries a second; a proof in 5 ms; a million entries checked in 60 s, and audited likewise.
"""

import argparse
import asyncio
import gc
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from subprocess import DEVNULL, Popen
from typing import Any

from bema.cli.home import opened
from bema.domain import consulting, deciding, recording
from bema.model.decisions import Act, Effect, Grounds
from bema.model.ids import AccountId
from bema.model.permissions import COMMAND_LINE
from bema.model.policy import Kind, Standing
from bema.outside.log_keeper import keeper_at
from bema.store import accounts, public_log
from bema.store.database import Database
from bema.store.public_log import Signed
from bema.store.timelines import Range
from bema.store.tx import WriteTx
from bema.subscribers.public_log import sign_now
from bema.wire.tlog.entries import About, Appealed, AppealOpened
from bench.__main__ import yardstick
from bench.load import Connection, Request
from bench.long_log import lengthen
from bench.processes import Server, bema, environment

_WRITERS = 64  # who decide at once
_PEOPLE = 3_000  # whom it is about
_REAL = 12_000  # decisions that are made; the others of a long log are copies of these
_PARTS = 8
_STICK = 35  # milliseconds that the yardstick takes where nothing else runs
_ASKED = 200  # times that each thing is asked, in turn of many places
_WAYS = {  # how decisions are narrowed down
    "all": consulting.Wanted(),
    "of an act": consulting.Wanted(Act.LIMIT.value),
    "of an act about accounts": consulting.Wanted(Act.WARN.value, "account"),
    "reversed": consulting.Wanted(reversed=True),
}


def main() -> None:
    """Measure, and print what came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument(
        "--entries", type=int, default=1_000_000, help="of the long log; 0: only decisions are measured"
    )
    parser.add_argument("--folder", type=Path, help="where there is room for it: some 3 GB for a million entries")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bema-bench-", dir=asked.folder) as folder:
        server = Server(Path(folder) / "home")
        server.command("init", "--home", str(server.home), "--domain", f"localhost:{server.port}", "--scheme", "http")
        print(f"A million steps of a plain loop: {yardstick():.1f} ms", flush=True)
        try:
            for line in measure(server, asked.entries):
                print(line, flush=True)
        finally:
            print(server.complaints(), file=sys.stderr)
        print(f"A million steps of a plain loop: {yardstick():.1f} ms")


def measure(server: Server, entries: int) -> Iterator[str]:
    """Yield a line for each figure."""
    with opened(server.home) as (_, database):
        people = [database.write_now(_person, number) for number in range(_PEOPLE)]
        yield enter(database, _REAL // 2)
        first = database.read_now(public_log.size)
        yield decide(database, people, _REAL)
    if not entries:
        return
    yield timed("making the long log", lambda: lengthen(server.home / "bema.db", first, entries))
    yield f"database: {_mib(server.home / 'bema.db'):.0f} MiB"
    with opened(server.home) as (settings, database):
        keeper = keeper_at(settings.home, settings.domain)
        yield timed("signing it, from nothing", lambda: sign_now(database, keeper))
        yield decide(database, people, _REAL // 4)
        yield timed("signing what came since", lambda: sign_now(database, keeper))
        yield from _read(database)
    yield from _serve(server)
    copy = server.home.parent / "copy"
    home = ("--home", str(server.home))
    yield run("bema log export", ["log", "export", *home, "--to", str(copy)])
    yield run("bema log export, again", ["log", "export", *home, "--to", str(copy)])
    yield run("bema log verify", ["log", "verify", str(copy)])
    yield run("bema effects audit", ["effects", "audit", *home])


def _person(tx: WriteTx, number: int) -> AccountId:
    made = accounts.add_local(
        tx,
        domain_id=accounts.home_domain(tx),
        username=f"person{number}",
        kind=Kind.PERSON,
        standing=Standing.ACTIVE,
        created_at=tx.now,
        language="en",
    )
    assert made is not None
    return made


# --- Deciding ---------------------------------------------------------------------------------------------------------


def decide(database: Database, people: Sequence[AccountId], count: int) -> str:
    """Make decisions of three kinds."""
    return many(
        "decisions with entries", database, count, lambda tx, number: _one(tx, people[number % len(people)], number)
    )


def enter(database: Database, count: int) -> str:
    """Enter what is no decision."""
    return many(
        "entries alone",
        database,
        count,
        lambda tx, number: recording.enter(tx, "appeal.opened", partial(_appeal, number)),
    )


def _appeal(number: int, type_seq: int) -> AppealOpened:
    at = recording.moment(1_767_225_600_000 + number)
    return AppealOpened(at=at, type_seq=type_seq, body=Appealed(number, About("account", f"{number:016x}"), at))


def many(name: str, database: Database, count: int, do: Callable[[WriteTx, int], object]) -> str:
    """Do something often, many at once, in parts: the machine may be another from one to the next."""
    before = database.read_now(public_log.size)
    parts = []
    for _ in range(_PARTS):
        stick, began, used = yardstick(), time.perf_counter(), time.process_time()
        asyncio.run(_many(database, count // _PARTS, do))
        wall, used = time.perf_counter() - began, time.process_time() - used
        parts.append((wall * _PARTS / count, used * _PARTS / count, (stick + yardstick()) / 2))
    walls, each, sticks = zip(*parts, strict=True)
    likened = median(one / stick for one, stick in zip(each, sticks, strict=True)) * _STICK
    return (
        f"{name}, on top of {before:,}: {1 / median(walls):,.0f} a second, {1 / min(walls):,.0f} at best;"
        f" {1_000 * min(each):.3f} to {1_000 * max(each):.3f} ms of processor time each, yardstick {min(sticks):.0f} to"
        f" {max(sticks):.0f} ms: at {_STICK} ms, {1 / likened:,.0f} a second of one core"
    )


async def _many(database: Database, count: int, do: Callable[[WriteTx, int], object]) -> None:
    left = iter(range(count))

    async def writer() -> None:
        for number in left:
            await database.write(do, number)

    await asyncio.gather(*(writer() for _ in range(_WRITERS)))


def _one(tx: WriteTx, person: AccountId, number: int) -> int:
    about = deciding.about(person)
    act, effect = [(Act.WARN, None), (Act.LIMIT, Effect.LIMIT), (Act.SENSITIVE, Effect.SENSITIVE)][number % 3]
    grounds = Grounds(reasons="It says the same thing under every post of others, and does not stop when asked to.")
    return deciding.decide(tx, COMMAND_LINE, about, act, grounds, [] if effect is None else [(effect, about)])


# --- Reading ----------------------------------------------------------------------------------------------------------


def _read(database: Database) -> Iterator[str]:
    signed = database.read_now(public_log.newest_signed)
    assert signed is not None
    chance = Random(1)
    places = [chance.randrange(signed.size) for _ in range(_ASKED)]
    yield of_each("proof of an entry", places, lambda place: database.read_now(recording.receipt, place))
    yield of_each("how it grew since any size", places, lambda place: database.read_now(recording.growth, place + 1))
    for name, wanted in _WAYS.items():
        yield of_each(f"a page of decisions, {name}", places, partial(_page, database, signed, wanted))
    yield of_each("the figures of all", places, lambda _: database.read_now(consulting.figures, signed))


def _page(database: Database, signed: Signed, wanted: consulting.Wanted, place: int) -> None:
    database.read_now(consulting.decisions, signed, wanted, Range(20, max_id=place))


def of_each(name: str, places: Sequence[int], ask: Callable[[int], Any]) -> str:
    """Ask for each place, and tell what it took."""
    taken = []
    for place in places:
        began = time.process_time()
        ask(place)
        taken.append(1_000 * (time.process_time() - began))
    ordered = sorted(taken)
    return f"{name}: {median(taken):.2f} ms of processor time, {ordered[-2]:.2f} at most but one"


def _serve(server: Server) -> Iterator[str]:
    yield f"start to first answer: {server.start():.2f} s; {server.memory_mib('VmRSS'):.0f} MiB at rest"
    try:
        server.drain(patience=1_200)  # the facts of all decisions wait to be read
        with closing(Connection(server.port)) as connection:
            size = int(connection.ask(Request("GET", "/log/checkpoint")).body.split(b"\n")[1])
            number = size // 512
            tile = f"x{number // 1_000:03}/{number % 1_000:03}" if number > 999 else f"{number:03}"
            paths = [
                "/trust",
                "/trust/log",
                f"/trust/decisions/{size // 2}",
                "/log/checkpoint",
                "/.well-known/trust.json",
            ]
            paths += ["/trust/decisions", "/trust/decisions?act=limit", f"/trust/decisions?before={size // 2}"]
            paths += [
                f"/log/tile/0/{tile}",
                f"/log/tile/entries/{tile}",
                f"/trust/decisions/{size // 3}/entry.tlog-proof",
            ]
            for path in paths:
                yield _asked(server, connection, path)
        yield f"memory after that: {server.memory_mib('VmRSS'):.0f} MiB, at most {server.memory_mib('VmHWM'):.0f}"
    finally:
        server.stop()


def _asked(server: Server, connection: Connection, path: str) -> str:
    answer = connection.ask(Request("GET", path))
    assert answer.status == 200, (path, answer.status)
    before = server.cpu_seconds()
    for _ in range(_ASKED):
        connection.ask(Request("GET", path))
    each = 1_000 * (server.cpu_seconds() - before) / _ASKED
    return f"GET {path}: {each:.2f} ms of processor time, {len(answer.body):,} bytes"


# --- How it is measured -----------------------------------------------------------------------------------------------


def timed(name: str, do: Callable[[], object]) -> str:
    """Do something here, and tell what it took."""
    gc.collect()
    used = time.process_time()
    do()
    return f"{name}: {time.process_time() - used:.2f} s of processor time"


def run(name: str, words: Sequence[str]) -> str:
    """Run a command, which must succeed, and tell what it took."""
    began = time.perf_counter()
    with Popen([bema(), *words], stdout=DEVNULL, stderr=sys.stderr, env=environment()) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, (name, process.returncode)
    used, wall = usage.ru_utime + usage.ru_stime, time.perf_counter() - began
    return f"{name}: {used:.1f} s of processor time ({wall:.1f} s), {usage.ru_maxrss / 1_024:.0f} MiB at most"


def _mib(file: Path) -> float:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file.stat().st_size / (1 << 20)


if __name__ == "__main__":
    main()
