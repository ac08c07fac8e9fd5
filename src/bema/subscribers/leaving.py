"""Leaving: what a deleted account held is cleared away, a little in each transaction so that others write meanwhile."""

from bema.domain import leaving
from bema.model.events import AccountDeleted
from bema.model.ids import AccountId
from bema.store import tasks
from bema.store.database import Database
from bema.store.log import Entry
from bema.store.tx import WriteTx
from bema.subscribers.runner import Performer, Subscriber

_NAME = "leaving"


def _deleted(tx: WriteTx, entry: Entry[AccountDeleted]) -> None:
    account = str(entry.event.account)
    tasks.add(tx, _NAME, account, account)


def _rebuild(_tx: WriteTx) -> None:
    """Do nothing: what waits to be cleared away is in the tasks."""


LEAVING = Subscriber(_NAME, {AccountDeleted: _deleted}, _rebuild)


def clearing(database: Database) -> Performer:
    """Return what clears away all that a deleted account held; begun again, it goes on where it was."""

    async def perform(body: str) -> None:
        while await database.write(leaving.clear_some, AccountId(int(body))):
            pass

    return perform
