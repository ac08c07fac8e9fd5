"""Blocked domains: follows between a person and a server that they blocked end, a few in each transaction."""

from typing import NamedTuple

import msgspec

from bema.domain import blocking_domains, severing
from bema.model.events import DomainBlocked
from bema.model.ids import AccountId
from bema.store import tasks
from bema.store.database import Database
from bema.store.log import Entry
from bema.store.tx import WriteTx
from bema.subscribers.runner import Performer, Subscriber

_NAME = "domain_blocks"


class _Task(NamedTuple):
    by: AccountId
    domain: str


_decode = msgspec.json.Decoder(_Task).decode


def _blocked(tx: WriteTx, entry: Entry[DomainBlocked]) -> None:
    body = msgspec.json.encode(_Task(entry.event.by, entry.event.domain)).decode()
    tasks.add(tx, _NAME, str(entry.position), body)


def _rebuild(_tx: WriteTx) -> None:
    """Do nothing: what waits to be ended is in the tasks."""


DOMAIN_BLOCKS = Subscriber(_NAME, {DomainBlocked: _blocked}, _rebuild)


def parting(database: Database) -> Performer:
    """Return what ends all follows between a person and a server; begun again, it finds fewer."""

    async def perform(body: str) -> None:
        by, domain = _decode(body)
        for kind in blocking_domains.KINDS:
            after: int | None = -1
            while after is not None:
                after = await database.write(blocking_domains.part_some, by, domain, kind, after)
        await database.write(severing.tell_own, by, domain)

    return perform
