"""Keeping the public log of a server: copies, receipts, keys, and what was lost with a database."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from bema.cli.home import opened
from bema.domain import recording
from bema.model.errors import NotFound
from bema.outside.files import write_durably
from bema.outside.log_keeper import keeper_at
from bema.settings import SettingsError
from bema.store import public_log
from bema.store.tx import Tx
from bema.subscribers.public_log import sign_now
from bema.wire.tlog.checking import CHECKPOINT, check
from bema.wire.tlog.checkpoints import Proof, checkpoint_in
from bema.wire.tlog.notes import parse
from bema.wire.tlog.tiles import Tile, bundle, files_of, hashes_of, unbundle
from bema.wire.tlog.tree import TILE_WIDTH, width_of


def key(*, home: Path) -> None:
    """Print the keys by which others check the log, and those by which this server witnesses theirs.

    Parameters
    ----------
    home
        Folder of the server.
    """
    with opened(home) as (settings, _):
        keeper = keeper_at(settings.home, settings.domain)
        print(f"log {keeper.verifier} {settings.base}/log")
        print(f"witness {keeper.witness().verifier} {settings.base}/witness")


def export(*, home: Path, to: Path) -> None:
    """Write the log, as far as it is signed, into a folder; one that holds a part of it gets the rest.

    Parameters
    ----------
    home
        Folder of the server.
    to
        Folder for the files, which may be served as they are.
    """
    with opened(home) as (_, database):
        newest = database.read_now(public_log.newest_signed)
        if newest is None:
            raise NotFound("The log is not signed yet: start the server")
        for tile in files_of(newest.size):
            file = to / tile.path
            if not file.exists():
                write_durably(file, database.read_now(_content, tile))
        write_durably(to / CHECKPOINT, newest.note.encode())
    print(f"{newest.size} entries are in {to}.")


def _content(tx: Tx, tile: Tile) -> bytes:
    if tile.level is None:
        return bundle(public_log.entries(tx, tile.number * TILE_WIDTH, tile.width))
    return hashes_of(public_log.tile(tx, tile.level, tile.number, tile.width))


def prove(
    decision: int, /, *, home: Path, to: Path, opened_: Annotated[bool, Parameter(name="--open")] = False
) -> None:
    """Write a receipt of a decision, which anybody can check offline.

    Parameters
    ----------
    decision
        Id of the decision.
    home
        Folder of the server.
    to
        File to write: ….tlog-proof.
    opened_
        Say in it, too, whom it is about and why, with what proves that: for those alone whom it concerns.
    """
    with opened(home) as (_, database):
        standing = database.read_now(public_log.of_decisions, [decision])
        if not standing:
            raise NotFound(f"There is no decision {decision} in the log")
        values = database.read_now(recording.values_of, decision) if opened_ else None
        receipt = database.read_now(recording.receipt, standing[decision][0], opened=values)
        if receipt is None:
            raise NotFound("The entry is not signed yet: start the server")
    write_durably(to, Proof(*receipt).write().encode())
    print(f"The receipt is in {to}.")


def rotate(*, home: Path) -> None:
    """Let another key sign the log from now on; the log itself says so, signed by the old one.

    Parameters
    ----------
    home
        Folder of the server.
    """
    with opened(home) as (settings, database):
        keeper = keeper_at(settings.home, settings.domain)
        with keeper.alone():
            vkey = database.read_now(recording.current_key)
            if vkey is None:
                raise NotFound("The log has not begun: run `bema migrate` first")
            database.write_now(recording.rotate, *keeper.prepare_rotation(vkey))
        sign_now(database, keeper)
        print(f"The log is signed by {keeper.verifier}.")


def forget(decision: int, /, *, home: Path) -> None:
    """Delete what could open the promises of an entry and tell whom it is about; the log stays as it is.

    Parameters
    ----------
    decision
        Id of the decision.
    home
        Folder of the server.
    """
    with opened(home) as (_, database):
        if not database.write_now(recording.forget, decision):
            raise NotFound(f"There is nothing to forget of a decision {decision}")
    print("What the entry promises can be opened by nobody any more.")


def readmit(*, home: Path, source: Annotated[Path, Parameter(name="--from")]) -> None:
    """Put entries back that an older database lacks, from a copy of the log; the log says that this was done.

    Parameters
    ----------
    home
        Folder of the server, which must not run.
    source
        Folder with a copy of the log, with all that was signed.
    """
    with opened(home) as (settings, database):
        keeper = keeper_at(settings.home, settings.domain)
        last = keeper.last()
        if last is None:
            raise SettingsError("Nothing was signed here before")
        held = database.read_now(public_log.size)
        if held >= last.size:
            raise SettingsError(f"The database holds {held} entries, and {last.size} were signed: none is missing")
        checked = check(lambda name: _file(source, name), None)
        for fault in checked.faults:
            raise SettingsError(f"{source / fault.file}: {fault.what}")
        checkpoint = checkpoint_in(parse(_file(source, CHECKPOINT) or b""))
        if checkpoint != last:
            raise SettingsError(f"{source} holds {checkpoint.size} entries, and what was signed last are {last.size}")
        contents = _entries_of(source, last.size)
        if database.read_now(public_log.entries, 0, held) != contents[:held]:
            raise SettingsError("The database holds other entries than were signed")
        database.write_now(recording.readmit, contents[held:])
        sign_now(database, keeper)
    print(f"{last.size - held} entries are back. What they decided is not in force: `bema effects audit` names it.")


def _file(folder: Path, name: str) -> bytes | None:
    file = folder / name
    return file.read_bytes() if file.is_file() else None


def _entries_of(folder: Path, size: int) -> list[bytes]:
    found: list[bytes] = []
    for number in range(-(-size // TILE_WIDTH)):
        found += unbundle(_file(folder, Tile(None, number, width_of(0, number, size)).path) or b"")
    return found
