"""Endings: when a decision is taken back or over, whoever it was about gets a letter; so does who proposed one in vain."""

from bema.domain import informing
from bema.model.events import DecisionRefused, DecisionReversed
from bema.model.site import Site
from bema.store import tasks
from bema.store.database import Database
from bema.store.log import Entry
from bema.store.tx import WriteTx
from bema.subscribers.runner import Performer, Subscriber

_NAME = "endings"


def _reversed(tx: WriteTx, entry: Entry[DecisionReversed]) -> None:
    if entry.event.account is not None:
        tasks.add(tx, _NAME, str(entry.event.decision), str(entry.event.decision))


def _refused(tx: WriteTx, entry: Entry[DecisionRefused]) -> None:
    tasks.add(tx, _NAME, str(entry.event.decision), str(entry.event.decision))


def _rebuild(_tx: WriteTx) -> None:
    """Do nothing: what is to be told is in the tasks."""


ENDINGS = Subscriber(_NAME, {DecisionReversed: _reversed, DecisionRefused: _refused}, _rebuild)


def of_roles(database: Database, site: Site) -> Performer:
    """Return what ends a proposal of a role that nobody answered."""

    async def perform(body: str) -> None:
        await database.write(informing.role_unanswered, site, int(body))

    return perform


def telling(database: Database, site: Site) -> Performer:
    """Return what tells somebody that a decision about them is over."""

    async def perform(body: str) -> None:
        await database.write(informing.ended, site, int(body))

    return perform
