"""The public log of a real server: killed in the middle of decisions, it has each of them once, and none besides."""

import asyncio
import json
import random
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from bema.domain import auditing
from bema.model.ids import AccountId
from bema.outside.clock import SystemClock
from bema.outside.log_keeper import keeper_at
from bema.store import accounts, decisions
from bema.store.database import Database
from bema.store.timelines import Range
from bema.wire.tlog import entries
from bema.wire.tlog.checking import CHECKPOINT, check
from bema.wire.tlog.checkpoints import checkpoint_in
from bema.wire.tlog.notes import parse
from bema.wire.tlog.tiles import unbundle
from tests.patience import PATIENCE
from tests.serving import ServedSquare

CLIENTS = 16
DECISIONS = 1_000
KILLS = 3
BEFORE = 4  # entries: the log was opened, two got their roles, and the settings
TYPES = ("none", "sensitive", "silence")  # a warning, what needs one, and what needs two and is provisional


@pytest.fixture
def served(database_url: str, tmp_path: Path) -> Iterator[ServedSquare]:
    """A served square over each kind of database."""
    square = ServedSquare(tmp_path, database=database_url)
    square.create_account("ann")
    square.create_account("boss", role="owner")
    square.create_account("mod", role="moderator")
    yield square
    square.kill()


@pytest.mark.slow
@pytest.mark.timeout(600)  # starts five servers, one after another
def test_a_kill_loses_no_decision_and_no_entry(served: ServedSquare, database_url: str) -> None:
    """16 moderators decide, and the key is changed, while both are killed: what was answered is in the log once, and signed."""
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    token = served.create_token("boss", "read write admin:read admin:write")
    ann = _id_of(database_url, served)
    first = keeper_at(served.home, served.domain).verifier
    answered = asyncio.run(_hammer(served, token, ann, random.Random(seed)))
    served.command("log", "rotate", "--home", str(served.home))
    newest = _signed(served)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and newest < len(answered) + BEFORE + 1:
        time.sleep(0.1)
        newest = _signed(served)
    checked = check(lambda name: _read(served, name), first)
    assert checked.faults == []
    assert checked.checkpoint is not None
    assert checked.signed_by == keeper_at(served.home, served.domain).verifier != first, "keys vouch for each other"
    size = checked.checkpoint.size
    contents = _entries(served, size)
    served.stop()
    database = Database(database_url, SystemClock(), run_dir=served.home / "run")
    try:
        made = _decisions(database, ann)
        assert list(auditing.audit(database.read_now)) == [], "no decision without entry, no entry without decision"
    finally:
        database.close()
    assert not answered - set(made), "an answered decision is gone"
    told = [json.loads(each) for each in contents[BEFORE:]]
    turns = [each["type_seq"] for each in told if each["type"] == "log.key_rotated"]
    assert turns in ([0], [0, 1]), "the first change of keys was killed, before its entry or after"
    assert size == len(made) + BEFORE + len(turns), "each decision has its one entry, beside those from before"
    assert [each["type_seq"] for each in told if each["type"] == "decision.made"] == list(range(len(made)))
    assert all(entries.decode(each) for each in contents)


@pytest.mark.slow
def test_the_log_of_a_running_server_is_checked_over_http(
    served: ServedSquare, database_url: str, tmp_path: Path
) -> None:
    """Two processes answer, a third signs: soon after a decision anybody can verify and watch it."""
    token = served.create_token("boss", "read write admin:read admin:write")
    ann = _id_of(database_url, served)
    served.start("--processes", "2")
    key = str(keeper_at(served.home, served.domain).verifier)
    for size in (BEFORE + 1, BEFORE + 2):
        request = urllib.request.Request(
            f"{served.url}/api/v1/admin/accounts/{ann}/action",
            data=b"type=none&text=Please",
            headers={"Authorization": f"Bearer {token}"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            assert answer.status == 200
        deadline = time.monotonic() + PATIENCE
        while _signed(served) < size and time.monotonic() < deadline:
            time.sleep(0.1)
        printed = served.command("log", "verify", f"{served.url}/log", "--vkey", key)
        assert f"{size} entries are as they were signed" in printed
        state = str(tmp_path / "seen")
        printed = served.command("log", "watch", f"{served.url}/log", "--vkey", key, "--state", state)
        assert ("seen for the first time" if size == BEFORE + 1 else f"1 new entries, {size} in all") in printed
    served.stop()


async def _hammer(served: ServedSquare, token: str, ann: int, chance: random.Random) -> set[str]:
    """Let the moderators decide until all is answered; return the reasons of what was answered."""
    todo = [f"reason {number}" for number in range(DECISIONS)]
    answered: set[str] = set()
    served.start()

    async def warn() -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
            while todo:
                text = todo.pop()
                try:
                    async with session.post(
                        f"{served.url}/api/v1/admin/accounts/{ann}/action",
                        json={"type": TYPES[len(todo) % len(TYPES)], "text": text},
                        headers={"Authorization": f"Bearer {token}"},
                    ) as answer:
                        await answer.read()
                        (answered.add if answer.status == 200 else todo.append)(text)
                except (aiohttp.ClientError, TimeoutError, OSError):
                    todo.append(text)
                    await asyncio.sleep(0.05)

    moderators = [asyncio.create_task(warn()) for _ in range(CLIENTS)]
    words = [sys.executable, "-m", "bema.cli", "log", "rotate", "--home", str(served.home)]
    rotating = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.DEVNULL)
    for moment in sorted(chance.randrange(DECISIONS) for _ in range(KILLS)):
        while len(answered) < moment and not all(each.done() for each in moderators):
            await asyncio.sleep(0.005)
        served.kill()
        with suppress(ProcessLookupError):  # where it was done by then
            rotating.kill()
        await rotating.wait()
        await asyncio.to_thread(served.start)
    await asyncio.gather(*moderators)
    assert len(answered) == DECISIONS
    return answered


def _read(served: ServedSquare, name: str) -> bytes | None:
    try:
        with urllib.request.urlopen(f"{served.url}/log/{name}", timeout=PATIENCE) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError:
        return None


def _signed(served: ServedSquare) -> int:
    """Say how many entries are signed."""
    note = _read(served, CHECKPOINT)
    return 0 if note is None else checkpoint_in(parse(note)).size


def _entries(served: ServedSquare, size: int) -> list[bytes]:
    found: list[bytes] = []
    while len(found) < size:
        width = min(256, size - len(found))
        name = f"tile/entries/{len(found) // 256:03}" + (f".p/{width}" if width < 256 else "")
        found += unbundle(_read(served, name) or b"")
    return found


def _id_of(database_url: str, served: ServedSquare) -> AccountId:
    database = Database(database_url, SystemClock(), run_dir=served.home / "run")
    try:
        found = database.read_now(lambda tx: accounts.by_handle(tx, "ann", None))
    finally:
        database.close()
    assert found is not None
    return found.id


def _decisions(database: Database, ann: AccountId) -> list[str]:
    found = database.read_now(decisions.of_account, ann, Range(limit=10 * DECISIONS))
    return [each.reasons for each in found]
