"""The doctor: looks at a server, running or not, and says what is not well and what to do about it."""

import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import Literal

import msgspec
from rich.console import Console
from rich.table import Table

from bema.cli.home import settings_of
from bema.domain import appealing
from bema.model.errors import Refusal
from bema.outside.clock import SystemClock
from bema.settings import Settings, SettingsError
from bema.store import migrate, operating, peers
from bema.store.database import Database
from bema.store.operating import Standing

_DISK_FREE_MIB = 1_024  # below it, uploads and the database's growth may fill the disk within a day
_LAG_FACTS = 1_000  # a reader that is further behind does not keep up, or does not run
_OUTBOX_FILES = 1_000  # unsent mails in files: somebody forgot to name a mail server
_WAITING_DELIVERIES = 100_000  # for other servers: more than a few dead ones hold, so this one does not keep up
_CLOCK_AHEAD_SECONDS = 60  # the newest fact cannot be from the future unless a clock is wrong


class Finding(msgspec.Struct, frozen=True):
    """What one look came to."""

    what: str
    state: Literal["well", "remark", "problem"]
    sentence: str


def doctor(*, home: Path, json: bool = False) -> None:
    """Examine a server and say what is not well; exit code 1 when something is a problem.

    Parameters
    ----------
    home
        Folder of the server.
    json
        Print the findings as JSON.
    """
    findings = list(_examine(home))
    if json:
        print(msgspec.json.encode(findings).decode())
    else:
        table = Table(box=None, pad_edge=False)
        for heading in ("", "what", "finding"):
            table.add_column(heading)
        for finding in findings:
            table.add_row(_SIGNS[finding.state], finding.what, finding.sentence)
        Console().print(table)
    if any(finding.state == "problem" for finding in findings):
        sys.exit(1)


_SIGNS = {"well": "[green]✓[/]", "remark": "[yellow]·[/]", "problem": "[red]✗[/]"}


def _examine(home: Path) -> Iterator[Finding]:
    try:
        settings = settings_of(home)
    except SettingsError as error:
        yield Finding("settings", "problem", str(error))
        return
    yield from _of_settings(settings)
    yield from _of_files(settings)
    yield from _of_database(settings)


def _of_settings(settings: Settings) -> Iterator[Finding]:
    yield Finding("settings", "well", f"{settings.home / 'bema.toml'} for {settings.base}")
    if len(settings.secret) < 32:
        yield Finding(
            "secret", "problem", "`secret` is shorter than 32 characters: what the server signs can be forged"
        )
    if settings.federation_private_peers:
        yield Finding("private peers", "remark", "federation_private_peers is on: never in production")
    if not settings.smtp_host:
        letters = sum(1 for _ in (settings.home / "outbox").glob("*"))
        state: Literal["remark", "problem"] = "problem" if letters > _OUTBOX_FILES else "remark"
        yield Finding("mail", state, f"no mail server is named (smtp_host): {letters} letters lie in outbox/")
    else:
        yield Finding("mail", "well", f"sent through {settings.smtp_host}")


def _of_files(settings: Settings) -> Iterator[Finding]:
    free = shutil.disk_usage(settings.home).free // 1_048_576
    yield _judge("disk", free >= _DISK_FREE_MIB, f"{free:,} MiB free", "; make room before it is full")
    if "://" in settings.media_root:
        yield Finding("media", "well", f"in {settings.media_root}")
        return
    root = Path(settings.media_root)
    nearest = next(folder for folder in (root, *root.parents) if folder.exists())
    try:
        with TemporaryFile(dir=nearest):
            yield Finding("media", "well", f"{root} can be written")
    except OSError as error:
        yield Finding("media", "problem", f"{root} cannot be written: {error.strerror}")


def _of_database(settings: Settings) -> Iterator[Finding]:
    try:
        current = migrate.is_current(settings.database_url)
    except Exception as error:  # noqa: BLE001 - whatever the driver says, it is the finding
        yield Finding("database", "problem", f"cannot be reached: {error}")
        return
    told = f"`bema migrate --home {settings.home}`"
    yield _judge("schema", current, "is this release's" if current else "is another release's", f": run {told}")
    if not current:
        return
    clock = SystemClock()
    try:
        database = Database(settings.database_url, clock, run_dir=settings.home / "run")
    except Refusal as error:
        yield Finding("database", "problem", str(error))
        return
    try:
        faults = database.read_now(operating.faults)
        yield _judge("database", not faults, "; ".join(faults) or "is whole", ": restore a backup")
        yield from _of_log(database.read_now(operating.standing), clock.now())
        yield from _of_peers(database.read_now(peers.queue))
        yield _of_appeals(*database.read_now(appealing.waiting))
    finally:
        database.close()


def _of_log(standing: Standing, now: int) -> Iterator[Finding]:
    ahead = ((standing.newest_fact_at or now) - now) / 1_000
    here = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(now / 1_000))
    yield _judge("clock", ahead < _CLOCK_AHEAD_SECONDS, here, f": the newest fact is {ahead:.0f} s in its future")
    for name, lag in sorted(standing.lags.items()):
        yield _judge(
            f"reader {name}", lag < _LAG_FACTS, f"{lag} facts behind", ": is a process with role all or worker up?"
        )
    yield from _counted("parked facts", standing.parked, "could not be digested; see the table parked_event")
    yield from _counted("given-up tasks", standing.tasks_given_up, "failed for good; see the table task")


def _of_peers(queue: peers.Queue) -> Iterator[Finding]:
    sentence = (
        f"{queue.waiting:,} things wait, {queue.given_up:,} were given up; "
        f"{queue.failing:,} servers fail, {queue.dead:,} of them for more than a week"
    )
    well = queue.waiting < _WAITING_DELIVERIES
    yield _judge("other servers", well, sentence, ": see `bema peers list --waiting`")


def _of_appeals(waiting: int, overdue: int) -> Finding:
    sentence = f"{waiting:,} wait for an answer, {overdue:,} of them longer than promised"
    return _judge("objections", not overdue, sentence, ": see /staff/appeals")


def _counted(what: str, numbers: dict[str, int], sentence: str) -> Iterator[Finding]:
    if not numbers:
        yield Finding(what, "well", "none")
    for name, number in sorted(numbers.items()):
        yield Finding(what, "problem", f"{number} of {name} {sentence}")


def _judge(what: str, well: bool, sentence: str, otherwise: str) -> Finding:
    return Finding(what, "well" if well else "problem", sentence if well else f"{sentence}{otherwise}")
