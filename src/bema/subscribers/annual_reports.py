"""Annual reports: a year that somebody asked for is looked back on apart from the request, which may take a while."""

from bema.domain import retrospecting
from bema.store.database import Database
from bema.subscribers.lanes import Performer


def looking_back(database: Database) -> Performer:
    """Return what works out a year and keeps it."""

    async def perform(body: str) -> None:
        found = await database.read(retrospecting.look_back, body)
        await database.write(retrospecting.keep, body, found)

    return perform
