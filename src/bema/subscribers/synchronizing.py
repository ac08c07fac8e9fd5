"""Synchronizing: the followers of somebody elsewhere are asked for where both servers differ about them (FEP-8fcf)."""

import msgspec

from bema.domain import synchronizing
from bema.domain.synchronizing import Difference
from bema.model.site import Site
from bema.outside.finding import Finder
from bema.outside.peers import Peers
from bema.outside.unfetched import Unfetched
from bema.store.database import Database
from bema.subscribers.lanes import Performer

_decode = msgspec.json.Decoder(Difference).decode


def putting_right(database: Database, peers: Peers, site: Site) -> Performer:
    """Return what asks for a list of followers and puts right what differs; the next post tells of it again."""
    finder = Finder(peers)

    async def perform(body: str) -> None:
        difference = _decode(body)
        try:
            found = await finder.members(difference.url)
        except Unfetched as error:
            if error.lasting:
                return
            raise
        await database.write(synchronizing.settle, site, difference, found.ids)

    return perform
