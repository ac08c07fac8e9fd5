"""What a decision takes out of sight is measured before and after, and destroyed when nobody can object to it any more."""

from bema.domain import restoring
from bema.domain.restoring import Measuring
from bema.model import limits
from bema.model.events import DecisionMade, DecisionReversed
from bema.model.ids import AccountId
from bema.model.restoring import PARTS, Measure
from bema.store import restorations
from bema.store.database import Database
from bema.store.log import Entry
from bema.store.tx import WriteTx
from bema.subscribers.runner import Performer, Subscriber


def _made(tx: WriteTx, entry: Entry[DecisionMade]) -> None:
    restoring.took_effect(tx, entry.event.decision)


def _reversed(tx: WriteTx, entry: Entry[DecisionReversed]) -> None:
    restoring.is_over(tx, entry.event.reversed, entry.event.decision)


def _rebuild(_tx: WriteTx) -> None:
    """Do nothing: what is to be measured and destroyed is in the tasks."""


RESTORING = Subscriber("restoring", {DecisionMade: _made, DecisionReversed: _reversed}, _rebuild)


def measuring(database: Database) -> Performer:
    """Return what measures an account, a little in each transaction so that others read meanwhile."""

    async def perform(body: str) -> None:
        when, decision, *by = body.split(" ")
        account = await database.read(restoring.suspended, int(decision))
        if account is None:
            return
        # What was taken back at once may be compared first: then it measures what there was by itself, before what there is.
        if when == "before" or not await database.read(restorations.is_begun, int(decision)):
            await database.write(restorations.begin, int(decision), account, await _measured(database, account))
        if when == "after":
            await database.write(restoring.finish, int(decision), await _measured(database, account), int(by[0]))

    return perform


async def _measured(database: Database, account: AccountId) -> Measure:
    found: Measure = {}
    for part in PARTS:
        measuring_, after = Measuring(), -1
        while rows := await database.read(restorations.page, part, account, after, limits.MEASURED_AT_ONCE):
            measuring_.take(rows)
            after = rows[-1][0]
        found[part] = measuring_.part
    return found


def purging(database: Database) -> Performer:
    """Return what destroys what nobody can object to the loss of any more."""

    async def perform(body: str) -> None:
        await database.write(restoring.purge, int(body))

    return perform
