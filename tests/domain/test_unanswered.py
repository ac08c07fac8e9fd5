"""Proposals wait for others as long as policy says, and for as many as it asks for; then they lapse, and the log says so."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sqlalchemy import delete, update

from bema.domain import approving, auditing, deciding, legislating, policies, weighing
from bema.model import limits
from bema.model.decisions import Act, Course, Effect, Grounds, State
from bema.model.errors import Conflict, Invalid, Refusal
from bema.model.ids import AccountId
from bema.model.permissions import COMMAND_LINE, Staff
from bema.model.policies import ENFORCEMENT, Clause, Text
from bema.model.policy import Role, Standing
from bema.model.site import Site
from bema.outside.clock import ManualClock
from bema.store import accounts, decisions, letters, public_log
from bema.store.database import Database
from bema.store.tables import decision, login, public_entry
from bema.store.tx import WriteTx
from bema.subscribers import SUBSCRIBERS
from bema.subscribers.decisions import ending
from bema.subscribers.endings import ENDINGS, telling
from bema.subscribers.runner import Runner
from bema.wire.tlog import entries
from tests.conftest import Read, Write
from tests.make import Make

DAY = 86_400
HERE = Site("square.example", "https", "Square")


@pytest.fixture
def ann(make: Make) -> AccountId:
    """Somebody who is decided about."""
    return make.account("ann")


@pytest.fixture
def crew(make: Make) -> list[Staff]:
    """Four moderators."""
    people = [(f"mod{number}", make.account(f"mod{number}")) for number in range(4)]
    role = Role.MODERATOR
    return [Staff(make.login(f"{name}@example.org", id_, role=role), id_, role) for name, id_ in people]


def propose(write: Write, by: Staff, whom: AccountId) -> int:
    """Propose to suspend somebody."""
    about = deciding.about(whom)
    what = [(Effect.SUSPEND, about)]
    return write(deciding.decide, by, about, Act.SUSPEND, Grounds(reasons="Threats"), what, course=Course.PROPOSED)


def wait(database: Database, clock: ManualClock, days: float) -> None:
    """Let time pass; what falls due is done."""
    clock.advance(seconds=int(days * DAY) + 1)
    performers = {deciding.DECISIONS: ending(database), ENDINGS.name: telling(database, HERE)}
    asyncio.run(Runner(database, [*SUBSCRIBERS, ENDINGS], performers).settle())


def enforce(write: Write, **more: object) -> None:
    """Publish an enforcement policy, alone."""
    clauses = [Clause("", {"en": "Who decides"})]
    said = Text(document=ENFORCEMENT, version=0, language="en", title={"en": "Enforcement"}, clauses=clauses, **more)  # type: ignore[arg-type]  # what the test names

    def publish(tx: WriteTx) -> None:
        legislating.save(tx, COMMAND_LINE, said)
        asked = legislating.publish_draft(tx, COMMAND_LINE, ENFORCEMENT, None)
        if asked.published_at is None:
            raise Conflict

    write(publish)


def is_suspended(read: Read, whom: AccountId) -> bool:
    """Tell whether somebody is."""
    found = read(accounts.by_id, whom)
    return found is not None and found.standing is Standing.SUSPENDED


def findings(database: Database) -> list[str]:
    """Return what the audit says."""
    return [each.what for each in auditing.audit(database.read_now)]


def test_a_proposal_that_nobody_answers_lapses(
    database: Database, write: Write, read: Read, clock: ManualClock, ann: AccountId, crew: list[Staff]
) -> None:
    """After its days it cannot be approved any more; the log tells that there was one, and not about whom."""
    id_ = propose(write, crew[0], ann)
    wait(database, clock, limits.ANSWER_DAYS - 0.1)
    assert read(decisions.by_ids, [id_])[id_].state is State.PROPOSED
    assert weighing.is_overdue(read(decisions.by_ids, [id_])[id_], clock.now())
    wait(database, clock, 0.1)
    made = read(decisions.by_ids, [id_])[id_]
    assert made.state is State.UNANSWERED
    with pytest.raises(Conflict):
        write(approving.approve, crew[1], id_)
    assert not is_suspended(read, ann)
    [content] = read(lambda tx: public_log.entries(tx, 0, 10))
    entry = entries.decode(content)
    assert isinstance(entry, entries.DecisionUnanswered)
    told = entry.body
    assert (told.act, told.kind, told.needs, len(told.by)) == ("suspend", "account", 2, 1)
    assert [(each.effect, each.on, each.count) for each in told.effects] == [("suspend", "account", 1)]
    assert b"Threats" not in content
    assert str(ann).encode() not in content
    assert findings(database) == []


def test_who_proposed_it_gets_a_letter(
    database: Database, write: Write, read: Read, clock: ManualClock, ann: AccountId, crew: list[Staff]
) -> None:
    """Once, with the way to what they proposed; nobody else hears of it."""
    id_ = propose(write, crew[0], ann)
    wait(database, clock, limits.ANSWER_DAYS)
    wait(database, clock, 1)
    written = [read(letters.by_id, each) for each in read(letters.all_ids)]
    found = [each for each in written if each is not None and "Nobody answered" in each.subject]
    assert [each.recipient for each in found] == ["mod0@example.org"]
    assert f"https://square.example/staff/decisions/{id_}" in found[0].text


@pytest.mark.parametrize("number", range(3))
def test_a_lapse_without_its_entry_is_found(
    database: Database, write: Write, clock: ManualClock, ann: AccountId, crew: list[Staff], number: int
) -> None:
    """Nor may the entry say something else, or be about nothing."""
    id_ = propose(write, crew[0], ann)
    wait(database, clock, limits.ANSWER_DAYS)
    changes: list[Callable[[WriteTx], object]] = [
        lambda tx: tx.run(delete(public_entry)),
        lambda tx: tx.run(update(decision).values(needs=1)),
        lambda tx: tx.run(update(public_entry).values(decision_id=None)),
    ]
    write(changes[number])
    assert any(str(id_) in each or "not here" in each for each in findings(database))


def test_policy_says_for_how_long_a_proposal_waits(
    database: Database, write: Write, read: Read, clock: ManualClock, ann: AccountId, crew: list[Staff]
) -> None:
    """By the version that held when it was proposed; nonsense cannot be published."""
    id_ = propose(write, crew[0], ann)
    enforce(write, answer_days=1)
    assert read(policies.answer_days) == 1
    other = propose(write, crew[1], ann)
    wait(database, clock, 1)
    states = {each: made.state for each, made in read(decisions.by_ids, [id_, other]).items()}
    assert states == {id_: State.PROPOSED, other: State.UNANSWERED}
    for days in (0, limits.ANSWER_DAYS_MAX + 1):
        with pytest.raises(Invalid):
            enforce(write, answer_days=days)


def test_what_needs_three_needs_three(
    database: Database, write: Write, read: Read, clock: ManualClock, ann: AccountId, crew: list[Staff]
) -> None:
    """Two of them are not enough, nor is one who lost their role; at once, it lapses with two."""
    enforce(write, approvals={"suspend": 3})
    id_ = propose(write, crew[0], ann)
    assert read(weighing.able, read(decisions.by_ids, [id_])[id_]) >= 3
    write(approving.approve, crew[1], id_)
    with pytest.raises(Conflict):
        write(approving.approve, crew[1], id_)
    assert not is_suspended(read, ann)
    write(approving.approve, crew[2], id_)
    assert is_suspended(read, ann)
    made = read(decisions.by_ids, [id_])[id_]
    assert (made.state, made.needs) == (State.IN_FORCE, 3)
    write(deciding.take_back, crew[3], id_)
    about = deciding.about(ann)
    what = [(Effect.SUSPEND, about)]
    at_once = write(deciding.decide, crew[0], about, Act.SUSPEND, Grounds(), what, course=Course.AT_ONCE)
    write(approving.approve, crew[1], at_once)
    assert read(decisions.by_ids, [at_once])[at_once].state is State.PROVISIONAL
    wait(database, clock, 1)
    assert not is_suspended(read, ann)
    assert findings(database) == []


def test_fewer_people_than_policy_asks_for_put_nothing_in_force(
    database: Database, make: Make, write: Write, read: Read, clock: ManualClock, ann: AccountId
) -> None:
    """Two people where three are asked for: it waits, says how many there are, and lapses."""
    names = ("one", "two")
    people = [make.account(name) for name in names]
    role = Role.MODERATOR
    one, two = (
        Staff(make.login(f"{name}@example.org", id_, role=role), id_, role)
        for name, id_ in zip(names, people, strict=True)
    )
    enforce(write, approvals={"suspend": 3})
    id_ = propose(write, one, ann)
    write(approving.approve, two, id_)
    assert read(weighing.able, read(decisions.by_ids, [id_])[id_]) == 2
    assert not is_suspended(read, ann)
    wait(database, clock, limits.ANSWER_DAYS)
    assert read(decisions.by_ids, [id_])[id_].state is State.UNANSWERED
    assert findings(database) == []


def test_three_approvals_at_once_are_counted_once_each(
    database: Database, write: Write, read: Read, ann: AccountId, crew: list[Staff]
) -> None:
    """Whoever speaks twice at the same moment is one; who is taken off the staff meanwhile is none."""
    enforce(write, approvals={"suspend": 4})
    id_ = propose(write, crew[0], ann)
    with ThreadPoolExecutor(4) as threads:
        for each in [crew[1], crew[1], crew[2], crew[2]]:
            threads.submit(_quietly, database, each, id_)
    assert not is_suspended(read, ann)
    write(lambda tx: tx.run(update(login).where(login.c.id == crew[1].login).values(role=0)))
    write(approving.approve, crew[3], id_)
    assert not is_suspended(read, ann)
    assert len(read(approving.said, id_)) == 4


def _quietly(database: Database, by: Staff, id_: int) -> None:
    with suppress(Refusal):
        database.write_now(approving.approve, by, id_)
