"""Domains: a measure against a domain reaches its accounts and the follows with them, a little in each transaction."""

from bema.domain import guarding
from bema.domain.severing import Scope
from bema.model.events import DecisionApproved, DecisionMade, DecisionReversed
from bema.store import domain_measures, tasks
from bema.store.database import Database
from bema.store.log import Entry
from bema.store.tx import WriteTx
from bema.subscribers import severing
from bema.subscribers.runner import Performer, Subscriber

_NAME = "domains"


def _decided(tx: WriteTx, entry: Entry[DecisionMade] | Entry[DecisionApproved] | Entry[DecisionReversed]) -> None:
    if entry.event.account is not None:
        return
    host = guarding.domain_of_decision(tx, entry.event.decision)
    if host is not None:
        tasks.add(tx, _NAME, str(entry.position), host)


def _rebuild(_tx: WriteTx) -> None:
    """Do nothing: what waits to be reached is in the tasks."""


DOMAINS = Subscriber(_NAME, {DecisionMade: _decided, DecisionApproved: _decided, DecisionReversed: _decided}, _rebuild)


def reaching(database: Database) -> Performer:
    """Return what lets all accounts of a domain be under what is in force on it; begun again, it does so again."""

    async def perform(host: str) -> None:
        for domain_id, name in await database.read(domain_measures.domains_under, host):
            after: int | None = -1
            while after is not None:
                after = await database.write(guarding.reach_some, domain_id, name, after)
            await severing.settle(database, Scope(name, domain=domain_id))
        await severing.tell(database, host)

    return perform
