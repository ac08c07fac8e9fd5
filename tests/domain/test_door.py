"""The door: what stands there is what the decisions in force say, the newest of them first; the audit finds all else."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import delete, select, update

from bema.domain import approving, auditing, deciding, guarding
from bema.domain.guarding import DomainTerms, Wish
from bema.model import limits
from bema.model.decisions import Course, DoorSeverity, Grounds, Severity, State, SubjectKind
from bema.model.errors import Forbidden, Invalid
from bema.model.permissions import Staff
from bema.model.policy import Role, Standing
from bema.model.site import Site
from bema.outside.clock import ManualClock
from bema.store import accounts, decisions, measures
from bema.store.database import Database
from bema.store.tables import domain_block, network_block
from bema.store.timelines import Range
from bema.store.tx import WriteTx
from bema.subscribers import SUBSCRIBERS
from bema.subscribers.decisions import ending
from bema.subscribers.domains import DOMAINS, reaching
from bema.subscribers.runner import Runner
from tests.conftest import Read, Write
from tests.domain.test_unanswered import enforce
from tests.make import Make

HERE = Site("square.example", "https", "Square")
DAY = limits.PROVISIONAL_SECONDS
LIMITED, SUSPENDED = DomainTerms(severity=Severity.LIMIT), DomainTerms(severity=Severity.SUSPEND, obfuscate=True)


@pytest.fixture
def boss(make: Make) -> Staff:
    """The owner."""
    account = make.account("boss")
    return Staff(make.login("boss@example.org", account, role=Role.OWNER), account, Role.OWNER)


@pytest.fixture
def admin(make: Make) -> Staff:
    """An administrator."""
    account = make.account("admin")
    return Staff(make.login("admin@example.org", account, role=Role.ADMIN), account, Role.ADMIN)


def wait(database: Database, clock: ManualClock, seconds: int) -> None:
    """Let time pass; what falls due is done, and measures reach their accounts."""
    clock.advance(seconds=seconds)
    performers = {deciding.DECISIONS: ending(database), DOMAINS.name: reaching(database)}
    asyncio.run(Runner(database, [*SUBSCRIBERS, DOMAINS], performers).settle())


def severity(read: Read, name: str = "far.example") -> Severity | None:
    """Return what stands at the door about a domain."""
    row = read(lambda tx: measures.DOMAIN_BLOCKS.named(tx, name))
    return None if row is None else Severity(row.severity)


def findings(database: Database) -> list[str]:
    """Return what the audit says."""
    return [each.what for each in auditing.audit(database.read_now)]


def test_a_stricter_measure_that_lapses_brings_the_former_back(
    database: Database, make: Make, write: Write, read: Read, clock: ManualClock, boss: Staff, admin: Staff
) -> None:
    """Limited by two, suspended by one: without a second person it is limited again a day later, not let go."""
    far = make.account("far", host="far.example")
    id_ = write(guarding.block_domain, HERE, boss, "far.example", LIMITED)
    first = read(guarding.one, measures.DOMAIN_BLOCKS, id_).decision_id
    write(approving.approve, admin, first)
    write(guarding.change_domain_block, boss, id_, SUSPENDED)
    wait(database, clock, 1)
    found = read(accounts.by_id, far)
    assert found is not None
    assert found.standing is Standing.SUSPENDED
    wait(database, clock, DAY)
    wait(database, clock, 1)
    row = read(guarding.one, measures.DOMAIN_BLOCKS, id_)
    assert (row.severity, row.obfuscate, row.decision_id) == (Severity.LIMIT, False, first)
    found = read(accounts.by_id, far)
    assert found is not None
    assert (found.standing, found.limited) == (Standing.ACTIVE, True)
    assert findings(database) == []


@pytest.mark.parametrize("how", ["refused", "withdrawn", "taken back"])
def test_a_measure_that_is_taken_back_brings_the_former_back(
    database: Database, write: Write, read: Read, boss: Staff, admin: Staff, how: str
) -> None:
    """Whichever way it ends; ending the measure itself ends all that it stood in the place of."""
    id_ = write(guarding.block_domain, HERE, boss, "far.example", LIMITED)
    write(guarding.change_domain_block, boss, id_, SUSPENDED)
    second = read(guarding.one, measures.DOMAIN_BLOCKS, id_).decision_id
    if how == "refused":
        write(approving.refuse, admin, second)
    elif how == "withdrawn":
        write(approving.withdraw, boss, second)
    else:
        write(approving.approve, admin, second)
        write(deciding.take_back, admin, second)
    assert severity(read) is Severity.LIMIT
    write(guarding.end, boss, measures.DOMAIN_BLOCKS, id_)
    assert severity(read) is None
    assert findings(database) == []


def test_an_older_measure_that_ends_changes_nothing(
    database: Database, write: Write, read: Read, clock: ManualClock, boss: Staff, admin: Staff
) -> None:
    """What lapses beneath a newer measure is only not there any more when that ends, too."""
    id_ = write(guarding.block_domain, HERE, boss, "far.example", LIMITED)
    write(guarding.change_domain_block, boss, id_, SUSPENDED)
    second = read(guarding.one, measures.DOMAIN_BLOCKS, id_).decision_id
    write(approving.approve, admin, second)
    wait(database, clock, DAY)
    wait(database, clock, 1)
    assert severity(read) is Severity.SUSPEND
    write(deciding.take_back, admin, second)
    assert severity(read) is None
    assert findings(database) == []


def test_what_was_only_named_is_a_decision_too(database: Database, write: Write, read: Read, boss: Staff) -> None:
    """A measure without an effect stands, and ends, like every other."""
    id_ = write(guarding.block_domain, HERE, boss, "far.example", DomainTerms(severity=Severity.NOOP))
    assert severity(read) is Severity.NOOP
    write(guarding.end, boss, measures.DOMAIN_BLOCKS, id_)
    assert severity(read) is None
    assert findings(database) == []


WISHES = [
    Wish(kind=SubjectKind.DOMAIN, name="Far.example.", domain=SUSPENDED),
    Wish(kind=SubjectKind.EMAIL_DOMAIN, name="mail.example"),
    Wish(kind=SubjectKind.NETWORK, name="192.0.2.7/24", door=DoorSeverity.NO_ACCESS, comment="A flood", lasts=60_000),
    Wish(kind=SubjectKind.EMAIL, name="An.N+x@mail.example"),
]
NAMED = {
    SubjectKind.DOMAIN: (measures.DOMAIN_BLOCKS, "far.example"),
    SubjectKind.EMAIL_DOMAIN: (measures.EMAIL_DOMAIN_BLOCKS, "mail.example"),
    SubjectKind.NETWORK: (measures.NETWORK_BLOCKS, "192.0.2.0/24"),
    SubjectKind.EMAIL: (measures.EMAIL_BLOCKS, guarding.canonical_digest("ann@mail.example")),
}


@pytest.mark.parametrize("wish", WISHES, ids=[each.kind.value for each in WISHES])
def test_measures_of_every_kind_are_proposed(
    database: Database, write: Write, read: Read, clock: ManualClock, boss: Staff, admin: Staff, wish: Wish
) -> None:
    """What policy asks two for stands at the door with the second yes, all else at once; grounds go along."""
    kind, name = NAMED[wish.kind]
    grounds = Grounds(reasons="A flood", facts="A thousand letters", law="Some law")
    id_ = write(guarding.propose, HERE, boss, wish, grounds, Course.PROPOSED)
    made = read(decisions.by_ids, [id_])[id_]
    assert (made.reasons, made.facts, made.law) == ("A flood", "A thousand letters", "Some law")
    if wish.kind is SubjectKind.DOMAIN:
        assert made.state is State.PROPOSED
        assert read(lambda tx: kind.named(tx, name)) is None
        write(approving.approve, admin, id_)
    row = read(lambda tx: kind.named(tx, name))
    assert row is not None
    assert row.decision_id == id_
    assert read(decisions.by_ids, [id_])[id_].state is State.IN_FORCE
    assert findings(database) == []
    if wish.lasts is not None:
        wait(database, clock, 61)
        assert read(lambda tx: kind.named(tx, name)) is None
        assert findings(database) == []


def test_who_may_not_propose_does_not_and_nonsense_is_refused(make: Make, write: Write, boss: Staff) -> None:
    """Moderators do not keep servers away; our own server is kept away by nobody."""
    account = make.account("mod")
    mod = Staff(make.login("mod@example.org", account, role=Role.MODERATOR), account, Role.MODERATOR)
    for wish in WISHES:
        with pytest.raises(Forbidden):
            write(guarding.propose, HERE, mod, wish, Grounds(), Course.PROPOSED)
    for kind, name in (
        (SubjectKind.DOMAIN, "square.example"),
        (SubjectKind.DOMAIN, "no domain"),
        (SubjectKind.NETWORK, "300.1.1.1"),
        (SubjectKind.EMAIL, "nobody"),
        (SubjectKind.EMAIL_DOMAIN, ""),
    ):
        with pytest.raises(Invalid):
            write(guarding.propose, HERE, boss, Wish(kind=kind, name=name), Grounds(), Course.AT_ONCE)


@pytest.mark.parametrize("number", range(5))
def test_what_stands_at_the_door_undecided_is_found_and_put_right(
    database: Database, write: Write, read: Read, boss: Staff, number: int
) -> None:
    """Stricter, milder, gone, or about something that nobody decided on: by hand, in the database."""
    id_ = write(guarding.block_domain, HERE, boss, "far.example", LIMITED)
    write(guarding.block_network, boss, "192.0.2.0/24", DoorSeverity.NO_SIGN_UP, "", None)
    decision_id = read(guarding.one, measures.DOMAIN_BLOCKS, id_).decision_id
    invented = {"id": 7, "network": "198.51.100.0/24", "severity": 2, "comment": "", "created_at": 1}
    changes: list[Callable[[WriteTx], object]] = [
        lambda tx: tx.run(update(domain_block).values(severity=2)),
        lambda tx: tx.run(update(domain_block).values(severity=0)),
        lambda tx: tx.run(delete(domain_block)),
        lambda tx: tx.run(update(network_block).values(network="198.51.100.0/24")),
        lambda tx: tx.run(network_block.insert().values(**invented, decision_id=decision_id)),
    ]
    write(changes[number])
    found = list(auditing.audit(database.read_now))
    assert found
    assert all("stands at the door" in each.what for each in found)
    assert all(write(auditing.put_right, each) for each in found)
    assert findings(database) == []
    assert severity(read) is Severity.LIMIT
    assert read(lambda tx: tx.values(select(network_block.c.network))) == ["192.0.2.0/24"]


# --- A network that becomes another -----------------------------------------------------------------------------------


def networks(read: Read) -> list[str]:
    """Return which networks are kept away."""
    return sorted(row.network for row in read(guarding.page, measures.NETWORK_BLOCKS, Range(10)))


def renamed(write: Write, staff: Staff, id_: int, network: str) -> int:
    """Let a measure be about another network, and return the decision that says so."""
    write(guarding.change_network_block, staff, id_, network, None, None, None)
    return int(write(guarding.one, measures.NETWORK_BLOCKS, id_).decision_id)


@pytest.fixture
def blocked(write: Write, boss: Staff) -> int:
    """A network that is kept away."""
    return write(guarding.block_network, boss, "192.0.2.0/24", DoorSeverity.NO_ACCESS, "A flood", None)


@pytest.fixture
def by_two(write: Write) -> None:
    """A policy by which nobody keeps a network away alone; published while nobody else is on the staff."""
    enforce(write, approvals={"no_access": 2})


OLD, NEW, THIRD = "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"


def test_who_decides_alone_changes_a_network_at_once(
    database: Database, write: Write, read: Read, boss: Staff, blocked: int
) -> None:
    """One person is enough unless the policy says otherwise: the measure is about the other network, by the same id."""
    renamed(write, boss, blocked, NEW)
    assert networks(read) == [NEW]
    assert read(guarding.one, measures.NETWORK_BLOCKS, blocked).network == NEW
    assert findings(database) == []


def test_a_network_is_kept_away_until_two_agreed_to_another(
    by_two: None, database: Database, write: Write, read: Read, boss: Staff, admin: Staff, blocked: int
) -> None:
    """What one alone changed is provisional: both are kept away, and the old one ends with the second person's yes."""
    made = renamed(write, boss, blocked, NEW)
    assert networks(read) == [OLD, NEW]
    assert findings(database) == []
    write(approving.approve, admin, made)
    assert networks(read) == [NEW]
    assert read(guarding.one, measures.NETWORK_BLOCKS, blocked).network == NEW
    assert findings(database) == []


@pytest.mark.parametrize("ends", ["refused", "lapsed"])
def test_what_the_second_person_did_not_want_leaves_the_old_network_kept_away(
    ends: str,
    by_two: None,
    database: Database,
    write: Write,
    read: Read,
    clock: ManualClock,
    boss: Staff,
    admin: Staff,
    blocked: int,
) -> None:
    """Nobody comes in because a change was refused, or forgotten."""
    write(approving.approve, admin, read(guarding.one, measures.NETWORK_BLOCKS, blocked).decision_id)
    made = renamed(write, boss, blocked, NEW)
    if ends == "refused":
        write(approving.refuse, admin, made)
    wait(database, clock, DAY + 1)
    assert networks(read) == [OLD]
    assert findings(database) == []


def test_a_network_that_is_changed_twice_leaves_nothing_behind(
    by_two: None, database: Database, write: Write, read: Read, boss: Staff, admin: Staff, blocked: int
) -> None:
    """With the last change, all that it is in the place of ends, agreed to or not."""
    first = renamed(write, boss, blocked, NEW)
    second = renamed(write, boss, blocked, THIRD)
    assert networks(read) == [OLD, NEW, THIRD]
    write(approving.approve, admin, second)
    assert networks(read) == [THIRD]
    assert read(decisions.by_ids, [first])[first].state is State.REVERSED
    assert findings(database) == []
