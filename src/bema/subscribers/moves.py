"""Moves: the followers of somebody who moved follow, a few in each transaction so that others write meanwhile."""

from bema.domain.receiving import moving
from bema.model.ids import AccountId
from bema.store.database import Database
from bema.subscribers.lanes import Performer


def following(database: Database) -> Performer:
    """Return what lets all who have to do with the old account have to do with the new one."""

    async def perform(body: str) -> None:
        old, new = (AccountId(int(part)) for part in body.split(":"))
        while await database.write(moving.move_some, old, new):
            pass

    return perform
