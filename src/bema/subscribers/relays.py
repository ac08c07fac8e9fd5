"""Relays that are known by their actor: it is read before it is followed."""

from bema.domain.receiving import relays as receiving
from bema.domain.receiving.brought import Person
from bema.domain.receiving.gathering import Gatherer
from bema.model.errors import Refusal
from bema.outside.unfetched import Unfetched
from bema.store import relays
from bema.subscribers.runner import Performer


def asking(gatherer: Gatherer) -> Performer:
    """Return what reads who a relay is, and follows it."""

    async def perform(body: str) -> None:
        relay = await gatherer.database.read(relays.one, int(body))
        if relay is None or relay.inbox is not None:
            return
        try:
            person = Person(*await gatherer.finder.person(relay.address))
            await gatherer.database.write(receiving.found, gatherer.site, relay.id, person)
        except Unfetched as trouble:
            if not trouble.lasting:
                raise
            await gatherer.database.write(relays.failed, relay.id, str(trouble))
        except Refusal as refusal:
            await gatherer.database.write(relays.failed, relay.id, refusal.message)

    return perform
