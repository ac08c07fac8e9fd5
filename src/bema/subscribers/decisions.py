"""Decisions: when the time of one is over, or nobody approved it in time, it ends; the ends wait in the tasks meanwhile."""

from bema.domain import approving
from bema.store.database import Database
from bema.subscribers.lanes import Performer


def ending(database: Database) -> Performer:
    """Return what ends a decision whose time is over."""

    async def perform(body: str) -> None:
        await database.write(approving.come_due, int(body))

    return perform
