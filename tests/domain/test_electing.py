"""Electing: nobody gets a role, or loses one, by fewer people than policy asks for, and the public log says so first."""

import asyncio
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from bema.domain import appointing, auditing, electing, recording
from bema.model import limits
from bema.model.decisions import State
from bema.model.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from bema.model.ids import AccountId
from bema.model.permissions import COMMAND_LINE, Staff
from bema.model.policy import Role
from bema.model.site import Site
from bema.outside.clock import ManualClock
from bema.store import letters, logins, public_log
from bema.store.database import Database
from bema.store.tables import login, role_proposal, role_voice
from bema.store.tx import Tx, WriteTx
from bema.subscribers import SUBSCRIBERS
from bema.subscribers.endings import of_roles
from bema.subscribers.runner import Runner
from bema.wire.tlog import entries
from tests.conftest import Read, Write
from tests.domain.test_unanswered import enforce
from tests.make import Make

HERE = Site("square.example", "https", "Square")
MEMBER, MODERATOR, ADMIN, OWNER = Role.MEMBER, Role.MODERATOR, Role.ADMIN, Role.OWNER


@pytest.fixture
def person(make: Make) -> Callable[[str, Role], Staff]:
    """Makes somebody, of the staff or not."""

    def one(name: str, role: Role) -> Staff:
        account = make.account(name)
        return Staff(make.login(f"{name}@example.org", account, role=role), account, role)

    return one


@pytest.fixture
def boss(person: Callable[[str, Role], Staff]) -> Staff:
    """The owner."""
    return person("boss", OWNER)


@pytest.fixture
def admin(person: Callable[[str, Role], Staff]) -> Staff:
    """An administrator."""
    return person("admin", ADMIN)


@pytest.fixture
def ann(person: Callable[[str, Role], Staff]) -> Staff:
    """A member."""
    return person("ann", MEMBER)


def role_of(read: Read, whom: Staff) -> Role:
    """Return the role that somebody has."""
    assert whom.login is not None
    row = read(logins.by_id, whom.login)
    assert row is not None
    return Role(row.role)


def propose(write: Write, by: Staff, whom: Staff, role: Role) -> Any:
    """Propose a role."""
    assert whom.account is not None
    return write(electing.propose, by, whom.account, role, "They help")


def told(read: Read, kind: type[Any]) -> list[Any]:
    """Return the entries of a kind."""
    found = [entries.decode(each) for each in read(lambda tx: public_log.entries(tx, 0, 1_000))]
    return [each for each in found if isinstance(each, kind)]


def findings(database: Database) -> list[str]:
    """Return what the audit says."""
    return [each.what for each in auditing.audit(database.read_now)]


def wait(database: Database, clock: ManualClock, days: int) -> None:
    """Let time pass; what falls due is done."""
    clock.advance(seconds=days * 86_400 + 1)
    asyncio.run(Runner(database, SUBSCRIBERS, {electing.ROLES: of_roles(database, HERE)}).settle())


def test_a_role_is_given_by_two(
    database: Database, write: Write, read: Read, boss: Staff, admin: Staff, ann: Staff
) -> None:
    """Proposed by one, agreed to by another; the log tells of both, and of no reasons."""
    write(recording.open_log, "square.example/log", "square.example/log+01020304+" + "A" * 44)
    write(appointing.record_all)
    made = propose(write, boss, ann, MODERATOR)
    assert (made.state, role_of(read, ann)) == (State.PROPOSED, MEMBER)
    for speaker in (boss, ann):
        with pytest.raises(Forbidden):
            write(electing.approve, speaker, made.id)
    done = write(electing.approve, admin, made.id)
    assert (done.state, role_of(read, ann)) == (State.IN_FORCE, MODERATOR)
    entry = told(read, entries.RoleChanged)[-1]
    body = entry.body
    assert (body.before, body.after, body.needs, body.single_operator) == ("member", "moderator", 2, False)
    assert (body.by.role, [each.role for each in body.agreed]) == ("owner", ["admin"])
    assert body.by.pseudonym != body.agreed[0].pseudonym
    with pytest.raises(Conflict):
        write(electing.approve, admin, made.id)
    assert findings(database) == []


def test_a_role_is_taken_by_two(
    write: Write, read: Read, boss: Staff, admin: Staff, person: Callable[[str, Role], Staff]
) -> None:
    """Nobody rids themselves of those who would have to agree: taking a role needs two as well."""
    mod = person("mod", MODERATOR)
    made = propose(write, boss, mod, MEMBER)
    assert role_of(read, mod) is MODERATOR
    write(electing.refuse, admin, made.id)
    with pytest.raises(Conflict):
        write(electing.approve, admin, made.id)
    assert role_of(read, mod) is MODERATOR
    write(electing.approve, admin, propose(write, boss, mod, MEMBER).id)
    assert role_of(read, mod) is MEMBER


def test_who_is_alone_says_so(write: Write, read: Read, boss: Staff, ann: Staff) -> None:
    """With nobody else who could agree, one is enough, and the log says so; the one who is appointed is nobody else."""
    made = propose(write, boss, ann, ADMIN)
    assert (made.state, made.single_operator, role_of(read, ann)) == (State.IN_FORCE, True, ADMIN)
    assert told(read, entries.RoleChanged)[-1].body.single_operator is True
    assert propose(write, boss, ann, MEMBER).single_operator is True


def test_what_may_not_be_proposed(
    write: Write, boss: Staff, admin: Staff, ann: Staff, person: Callable[[str, Role], Staff]
) -> None:
    """Nothing about oneself, an equal or a superior, no role as high as one's own, and one thing at a time."""
    mod, other = person("mod", MODERATOR), person("other", ADMIN)
    for by, whom, role in (
        (mod, ann, MODERATOR),
        (ann, mod, MEMBER),
        (admin, admin, MODERATOR),
        (admin, other, MODERATOR),
        (admin, boss, MEMBER),
        (admin, ann, ADMIN),
        (boss, ann, OWNER),
        (COMMAND_LINE, ann, MODERATOR),
    ):
        with pytest.raises(Forbidden):
            propose(write, by, whom, role)
    with pytest.raises(Invalid):
        propose(write, boss, mod, MODERATOR)
    with pytest.raises(NotFound):
        write(electing.propose, boss, AccountId(1), MODERATOR, "")
    propose(write, boss, ann, MODERATOR)
    with pytest.raises(Invalid):
        propose(write, admin, ann, MODERATOR)


def test_policy_says_how_many(write: Write, read: Read, person: Callable[[str, Role], Staff]) -> None:
    """One to give a role, where that was published, and three to take one."""
    enforce(write, approvals={"appoint": 1, "dismiss": 3})
    boss, admin, third, ann = (
        person("boss", OWNER),
        person("admin", ADMIN),
        person("third", ADMIN),
        person("ann", MEMBER),
    )
    assert propose(write, admin, ann, MODERATOR).state is State.IN_FORCE
    made = propose(write, boss, ann, MEMBER)
    write(electing.approve, admin, made.id)
    assert role_of(read, ann) is MODERATOR
    write(electing.approve, third, made.id)
    assert role_of(read, ann) is MEMBER
    assert len(told(read, entries.RoleChanged)[-1].body.agreed) == 2


def test_who_lost_their_role_does_not_count(
    write: Write, read: Read, boss: Staff, admin: Staff, ann: Staff, person: Callable[[str, Role], Staff]
) -> None:
    """Neither as who proposed it, nor as one who agreed; nor does a proposal hold about somebody who changed since."""
    third, bea = person("third", ADMIN), person("bea", MEMBER)
    made = propose(write, admin, ann, MODERATOR)
    write(lambda tx: tx.run(update(login).where(login.c.id == admin.login).values(role=0)))
    with pytest.raises(Conflict):
        write(electing.approve, third, made.id)
    assert role_of(read, ann) is MEMBER
    other = propose(write, boss, bea, MODERATOR)
    assert bea.account is not None
    write(appointing.appoint, COMMAND_LINE, bea.account, ADMIN)
    with pytest.raises(Conflict):
        write(electing.approve, third, other.id)
    assert role_of(read, bea) is ADMIN


def test_what_nobody_answers_lapses(
    database: Database, write: Write, read: Read, clock: ManualClock, boss: Staff, admin: Staff, ann: Staff
) -> None:
    """With an entry that does not say about whom, and a letter to who proposed it."""
    made = propose(write, boss, ann, MODERATOR)
    wait(database, clock, limits.ANSWER_DAYS)
    wait(database, clock, 1)
    with pytest.raises(Conflict):
        write(electing.approve, admin, made.id)
    [entry] = told(read, entries.DecisionUnanswered)
    assert (entry.body.act, entry.body.kind, entry.body.needs) == ("appoint", "account", 2)
    written = [read(letters.by_id, each) for each in read(letters.all_ids)]
    assert [each.recipient for each in written if each and "/staff/roles" in each.text] == ["boss@example.org"]
    assert findings(database) == []
    assert propose(write, boss, ann, MODERATOR).state is State.PROPOSED, "it can be proposed again"


def test_two_who_agree_at_once_change_a_role_once(
    database: Database, write: Write, read: Read, boss: Staff, admin: Staff, ann: Staff, person: Any
) -> None:
    """Approvals, a refusal and a withdrawal at the same moment: one settles it, and the log has one entry or none."""
    third, chance = person("third", ADMIN), random.Random(3)
    for _ in range(6):
        before = role_of(read, ann)
        made = propose(write, boss, ann, MEMBER if before is MODERATOR else MODERATOR)
        acts = [
            (electing.approve, admin),
            (electing.approve, third),
            (electing.refuse, third),
            (electing.withdraw, boss),
        ]
        chance.shuffle(acts)
        entered = len(told(read, entries.RoleChanged))
        with ThreadPoolExecutor(len(acts)) as threads:
            for act, by in acts:
                threads.submit(_quietly, database, act, by, made.id)
        changed = role_of(read, ann) is not before
        assert len(told(read, entries.RoleChanged)) == entered + changed
    assert findings(database) == []


def _quietly(database: Database, act: Callable[..., Any], by: Staff, id_: int) -> None:
    with suppress(Refusal):
        database.write_now(act, by, id_)


def test_a_role_by_too_few_is_found(database: Database, write: Write, boss: Staff, admin: Staff, ann: Staff) -> None:
    """An approval that was taken out of the database, or a role that was given there."""
    write(recording.open_log, "square.example/log", "square.example/log+01020304+" + "A" * 44)
    write(appointing.record_all)
    made = propose(write, boss, ann, MODERATOR)
    write(electing.approve, admin, made.id)
    assert findings(database) == []

    def forge(tx: WriteTx) -> None:
        tx.run(delete(role_voice).where(role_voice.c.login_id == admin.login))
        tx.run(update(login).where(login.c.id == ann.login).values(role=int(ADMIN)))

    write(forge)
    found = findings(database)
    assert any("by fewer people than it needed" in each for each in found)
    assert any("the public log does not tell of" in each for each in found)

    def rows(tx: Tx) -> int:
        return len(tx.all(select(role_proposal.c.id)))

    assert database.read_now(rows) == 1
