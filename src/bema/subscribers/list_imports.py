"""Lists of servers that are to be kept away are worked off, a few entries in each transaction."""

import asyncio

from bema.domain import importing_lists, tending
from bema.model.site import Site
from bema.store import list_imports
from bema.store.database import Database
from bema.subscribers.runner import Performer


def importing(database: Database, site: Site) -> Performer:
    """Return what works off a list; begun again, it goes on where it was."""

    async def perform(body: str) -> None:
        text = await database.read(list_imports.body, int(body))
        if text is None:
            return
        entries = await asyncio.to_thread(tending.entries, text)
        while await database.write(importing_lists.work_on, site, int(body), entries):
            pass

    return perform
