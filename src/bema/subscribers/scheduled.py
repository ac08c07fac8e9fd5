"""Posts for later: each is published when it is due, once; they wait in the tasks since they were scheduled."""

from bema.domain import scheduling
from bema.model.ids import ScheduledId
from bema.model.site import Site
from bema.store.database import Database
from bema.subscribers.lanes import Performer


def publishing(database: Database, site: Site) -> Performer:
    """Return what publishes a post that is due."""

    async def perform(body: str) -> None:
        await database.write(scheduling.publish_due, site, ScheduledId(int(body)))

    return perform
