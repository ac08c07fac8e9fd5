"""Slots: each process that makes ids holds one of a fixed number alone, so that two never make the same id."""

import fcntl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bema.model.errors import Unavailable
from bema.model.ids import SLOTS

_ADVISORY_CLASS = 0x62656D61  # "bema": keeps our advisory locks apart from others'


@dataclass(frozen=True)
class Slot:
    """A slot that is held until it is released or its process ends."""

    number: int
    release: Callable[[], None]


def take(run_dir: Path) -> Slot:
    """Take a free slot among the processes of one machine (SQLite), by a lock on a file."""
    run_dir.mkdir(parents=True, exist_ok=True)
    for number in range(SLOTS):
        handle = open(run_dir / f"slot-{number:02}.lock", "ab")  # noqa: SIM115 - held for the life of the process
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            continue
        return Slot(number, handle.close)
    raise Unavailable(f"All {SLOTS} process slots of {run_dir} are taken")


def take_advisory(connection: Any) -> Slot:
    """Take a free slot among all processes of a PostgreSQL database, by an advisory lock of `connection`, which the slot owns."""
    for number in range(SLOTS):
        if connection.execute("select pg_try_advisory_lock(%s, %s)", (_ADVISORY_CLASS, number)).fetchone()[0]:
            return Slot(number, connection.close)
    connection.close()
    raise Unavailable(f"All {SLOTS} process slots of the database are taken")


def forsaken(run_dir: Path, own: int) -> list[int]:
    """Return the slots that no process of this machine holds, and our own, which another had before."""
    free = [own]
    for number in range(SLOTS):
        path = run_dir / f"slot-{number:02}.lock"
        if not path.exists():
            continue
        with open(path, "ab") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)  # whoever begins right now finds another one
            except BlockingIOError:
                continue
            free.append(number)
    return free


def forsaken_advisory(connection: Any, own: int) -> list[int]:
    """Return the slots that no process of this PostgreSQL database holds, and our own, which another had before."""
    rows = connection.execute(_HELD, (_ADVISORY_CLASS,)).fetchall()
    held = {row[0] for row in rows} - {own}
    return [number for number in range(SLOTS) if number not in held]


_HELD = (
    "select objid::bigint from pg_locks where locktype = 'advisory' and classid = %s and objsubid = 2"
    " and database = (select oid from pg_database where datname = current_database())"
)
