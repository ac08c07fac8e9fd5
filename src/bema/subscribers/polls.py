"""Polls: when the time of one is over, it is said, once; the ends wait in the tasks since the poll began."""

from bema.domain import polling
from bema.model.ids import PostId
from bema.store.database import Database
from bema.subscribers.lanes import Performer


def ending(database: Database) -> Performer:
    """Return what ends a poll whose time is over."""

    async def perform(body: str) -> None:
        await database.write(polling.end, PostId(int(body)))

    return perform
