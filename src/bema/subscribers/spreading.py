"""Spreading: to very many inboxes, what is said is written down bit by bit, so that whoever writes meanwhile waits for a moment.

A task for each thing that is said. How far it came is committed with what was written down: a process that dies loses nothing
and doubles nothing.
"""

import asyncio
from collections.abc import Callable

from bema.model import limits
from bema.model.federating import Lane
from bema.store import deliveries, spreading
from bema.store.database import Database
from bema.store.spreading import SPREADING
from bema.subscribers.lanes import Performer

__all__ = ["SPREADING", "spreading_all"]


def spreading_all(database: Database, wake: Callable[[], None]) -> Performer:
    """Return what writes down where something goes; `wake` tells who delivers of each bit."""
    turns = asyncio.Lock()  # those who say something at the same time take turns, page by page

    async def spread(body: str) -> None:
        going_on = True
        while going_on:
            async with turns:
                going_on = await _write_a_page(database, int(body), wake)

    return spread


async def _write_a_page(database: Database, outgoing: int, wake: Callable[[], None]) -> bool:
    """Write some of something down, or of what was said of the same thing before; tell whether there was anything."""
    here = await database.read(spreading.first, outgoing)
    if here is None:
        return False
    if here.lane is Lane.DELETION and not here.reached:
        while await database.write_behind(deliveries.withdraw, here.subject, before=here.outgoing):
            pass
    inboxes, more = await database.read(spreading.next_inboxes, here)
    for begin in range(0, len(inboxes), limits.SPREAD_PART):
        moved = await database.write_behind(spreading.write_down, here, inboxes[begin : begin + limits.SPREAD_PART])
        if moved is None:
            return True  # it was taken back, or another process goes on with it
        here = moved
        wake()
    if not more:
        await database.write_behind(spreading.end, here)
    return True
