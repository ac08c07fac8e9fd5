"""Watching: what somebody did to accounts past the public log holds for a minute at most; what was decided holds."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import update

from bema.domain import auditing, deciding
from bema.model.decisions import Act, Effect, Grounds, State
from bema.model.ids import AccountId
from bema.model.permissions import COMMAND_LINE
from bema.model.policy import Standing
from bema.store import accounts, decisions, discrepancies, effects
from bema.store.database import Database
from bema.store.tables import account
from bema.store.tx import WriteTx
from bema.subscribers.watching import Watching
from tests.conftest import Read, Write
from tests.make import Make

SUSPENDED = {"standing": int(Standing.SUSPENDED)}


def forge(**values: object) -> Callable[[WriteTx, AccountId], object]:
    """Change the row of an account."""
    return lambda tx, id_: tx.run(update(account).where(account.c.id == id_).values(**values))


def forge_decision(tx: WriteTx, id_: AccountId) -> None:
    """Make a decision of which no entry tells, and let it do what it does."""
    about = deciding.about(id_)
    what = [(Effect.SUSPEND, about)]
    decisions.add(tx, about, Act.SUSPEND, COMMAND_LINE, Grounds(reasons="Threats"), what, state=State.IN_FORCE)
    effects.apply_to_account(tx, id_)


def restricted(read: Read, id_: AccountId) -> tuple[Standing, bool, bool]:
    """Return how an account stands."""
    found = read(accounts.by_id, id_)
    assert found is not None
    return found.standing, found.limited, found.sensitized


@pytest.mark.parametrize(
    "change", [forge(**SUSPENDED), forge(limited=True), forge(sensitized=True)], ids=["suspended", "limited", "covered"]
)
def test_an_account_that_was_taken_away_past_the_log_is_back(
    database: Database, make: Make, write: Write, read: Read, change: Callable[[WriteTx, AccountId], object]
) -> None:
    """Whatever of it was changed; what was decided about others, and what their server closed, stays."""
    ann, bob = make.account("ann"), make.account("bob")
    about = deciding.about(bob)
    for each in (Effect.SUSPEND, Effect.LIMIT, Effect.SENSITIVE):
        write(deciding.decide, COMMAND_LINE, about, Act.SUSPEND, Grounds(reasons="Threats"), [(each, about)])
    write(change, ann)
    assert read(discrepancies.taken_away, 10) == [ann]
    asyncio.run(Watching(database).look())
    assert restricted(read, ann) == (Standing.ACTIVE, False, False)
    assert restricted(read, bob) == (Standing.SUSPENDED, True, True)
    assert list(auditing.audit(database.read_now)) == []


def test_a_decision_that_no_entry_tells_of_does_nothing(
    database: Database, make: Make, write: Write, read: Read
) -> None:
    """Also where somebody knew which rows belong together; the audit names it."""
    ann = make.account("ann")
    write(forge_decision, ann)
    assert restricted(read, ann)[0] is Standing.SUSPENDED
    asyncio.run(Watching(database).look())
    assert restricted(read, ann)[0] is Standing.ACTIVE
    assert read(discrepancies.taken_away, 10) == []
    assert any("not in the public log" in each.what for each in auditing.audit(database.read_now))
