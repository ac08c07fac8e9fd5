"""Severing: follows with somebody of another server who was suspended end, or come back, a few in each transaction."""

from bema.domain import severing
from bema.domain.severing import Scope
from bema.model.events import DecisionApproved, DecisionMade, DecisionReversed
from bema.model.ids import AccountId
from bema.store import tasks
from bema.store.database import Database
from bema.store.log import Entry
from bema.store.severances import Place
from bema.store.tx import WriteTx
from bema.subscribers.runner import Performer, Subscriber

_NAME = "severing"


def _decided(tx: WriteTx, entry: Entry[DecisionMade] | Entry[DecisionApproved]) -> None:
    _ask(tx, entry.position, entry.event.account, entry.event.decision)


def _reversed(tx: WriteTx, entry: Entry[DecisionReversed]) -> None:
    _ask(tx, entry.position, entry.event.account, entry.event.reversed)


def _ask(tx: WriteTx, position: int, account: AccountId | None, decision: int) -> None:
    if account is None or not severing.suspends(tx, decision) or severing.scope_of(tx, account) is None:
        return
    tasks.add(tx, _NAME, str(position), str(account))


def _rebuild(_tx: WriteTx) -> None:
    """Do nothing: what is to be looked at is in the tasks."""


SEVERING = Subscriber(
    _NAME, {DecisionMade: _decided, DecisionApproved: _decided, DecisionReversed: _reversed}, _rebuild
)


def severed(database: Database) -> Performer:
    """Return what lets the follows with one account be as the decisions in force want it."""

    async def perform(body: str) -> None:
        scope = await database.read(severing.scope_of, AccountId(int(body)))
        if scope is not None:
            await settle(database, scope)
            await tell(database, scope.host, scope.account)

    return perform


async def settle(database: Database, scope: Scope) -> None:
    """End the follows with who is shut out, or bring them back. Begun again, it finds fewer."""
    for is_follower in (False, True):
        place: Place | None = Place()
        while place is not None:
            place = await database.write(severing.sever_some, scope, place, is_follower=is_follower)
    place = Place()
    while place is not None:
        place = await database.write(severing.restore_some, scope, place)


async def tell(database: Database, host: str, account: AccountId | None = None) -> None:
    """Tell those who lost follows with a server, or with one account of it, once all of them ended."""
    for cause, name in await database.read(severing.names, host, account):
        while await database.write(severing.tell_some, cause, name):
            pass
