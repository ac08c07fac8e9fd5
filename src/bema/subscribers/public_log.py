"""The public log is signed as soon as it has a new entry, by the process that reads the event log."""

import asyncio

from bema.domain import recording
from bema.model.errors import HistoryLost
from bema.model.events import EntryRecorded
from bema.outside.log_keeper import Keeper
from bema.store import public_log, tasks
from bema.store.database import Database
from bema.store.log import Entry
from bema.store.tx import WriteTx
from bema.subscribers.runner import Performer, Subscriber

_NAME = "public_log"


def _recorded(tx: WriteTx, entry: Entry[EntryRecorded]) -> None:
    tasks.add(tx, _NAME, str(entry.event.place), str(entry.event.place))


def _sign_again(tx: WriteTx) -> None:
    size = public_log.size(tx)
    if size:
        tasks.add(tx, _NAME, str(size - 1), str(size - 1))


PUBLIC_LOG = Subscriber(_NAME, {EntryRecorded: _recorded}, _sign_again)


def signing(database: Database, keeper: Keeper) -> Performer:
    """Return what signs the log, until the entry that a task is about is signed."""

    async def sign(body: str) -> None:
        newest = await database.read(public_log.newest_signed)
        if keeper.exists and (newest is None or newest.size <= int(body)):
            await asyncio.to_thread(sign_now, database, keeper)

    return sign


def sign_now(database: Database, keeper: Keeper) -> None:
    """Sign the log as it is at this moment, and publish that."""
    with keeper.alone():
        vkey = database.read_now(recording.current_key)
        if vkey is None:
            raise HistoryLost("The public log has not begun: run `bema migrate` first.")
        checkpoint, note = keeper.sign(lambda since: database.read_now(recording.growth, since), vkey)
        database.write_now(recording.signed, checkpoint.size, checkpoint.root, note)


def check(database: Database, keeper: Keeper) -> None:
    """Refuse a database that holds less than what was signed."""
    with keeper.alone():
        keeper.check(lambda since: database.read_now(recording.growth, since))
