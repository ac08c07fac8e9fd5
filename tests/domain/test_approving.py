"""Approving: nothing that needs two is in force by one alone, unless it says so, and then not for longer than a day."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import update

from bema.domain import appointing, approving, auditing, configuring, deciding, guarding, legislating, recording
from bema.model import limits
from bema.model.decisions import Act, Course, Decision, Effect, Grounds, Severity, State, Voice
from bema.model.errors import Conflict, Forbidden, Invalid, NotFound
from bema.model.ids import AccountId, LoginId, PostId
from bema.model.permissions import COMMAND_LINE, Staff
from bema.model.policies import ENFORCEMENT, Text
from bema.model.policy import Role, Standing
from bema.model.site import Site
from bema.outside.clock import ManualClock
from bema.store import accounts, decisions, measures, public_log
from bema.store.database import Database
from bema.store.tables import approval, effect, login
from bema.store.timelines import Range
from bema.subscribers import SUBSCRIBERS
from bema.subscribers.decisions import ending
from bema.subscribers.domains import DOMAINS, reaching
from bema.subscribers.runner import Runner
from bema.wire.tlog import entries
from tests.conftest import Read, Write
from tests.make import Make

DAY = limits.PROVISIONAL_SECONDS


@pytest.fixture
def ann(make: Make) -> AccountId:
    """Somebody who is decided about."""
    account = make.account("ann")
    make.login("ann@example.org", account)
    return account


@pytest.fixture
def staff(make: Make) -> Callable[..., Staff]:
    """Makes somebody of the staff."""

    def one(name: str, role: Role = Role.MODERATOR) -> Staff:
        account = make.account(name)
        return Staff(make.login(f"{name}@example.org", account, role=role), account, role)

    return one


@pytest.fixture
def mod(staff: Callable[..., Staff]) -> Staff:
    """One moderator."""
    return staff("mod")


@pytest.fixture
def peer(staff: Callable[..., Staff]) -> Staff:
    """Another moderator."""
    return staff("peer")


def suspend(
    write: Write, by: Staff, whom: AccountId, course: Course = Course.PROPOSED, lasts: int | None = None
) -> int:
    """Decide to suspend somebody."""
    about = deciding.about(whom)
    grounds = Grounds(reasons="Threats", facts="Three posts")
    return write(
        deciding.decide, by, about, Act.SUSPEND, grounds, [(Effect.SUSPEND, about)], course=course, lasts=lasts
    )


def is_suspended(read: Read, whom: AccountId) -> bool:
    """Tell whether somebody is."""
    found = read(accounts.by_id, whom)
    assert found is not None
    return found.standing is Standing.SUSPENDED


def state(read: Read, id_: int) -> Decision:
    """Load a decision."""
    return read(decisions.by_ids, [id_])[id_]


def told(read: Read) -> list[entries.AnyEntry]:
    """Read the whole public log."""
    return [entries.decode(each) for each in read(lambda tx: public_log.entries(tx, 0, 1_000))]


def findings(database: Database) -> list[str]:
    """Name what the audit finds."""
    return [each.what for each in auditing.audit(database.read_now)]


def pass_time(database: Database, clock: ManualClock, seconds: int) -> None:
    """Let time pass, and what falls due be done."""
    clock.advance(seconds=seconds)
    performers = {deciding.DECISIONS: ending(database), DOMAINS.name: reaching(database)}
    asyncio.run(Runner(database, SUBSCRIBERS, performers).settle())


def test_what_needs_two_waits_for_the_second(
    database: Database, write: Write, read: Read, ann: AccountId, mod: Staff, peer: Staff
) -> None:
    """Nothing happens, and nothing is public, until somebody else approves; then both stand in one entry."""
    id_ = suspend(write, mod, ann)
    assert not is_suspended(read, ann)
    assert state(read, id_).state is State.PROPOSED
    assert told(read) == []
    write(approving.approve, peer, id_)
    assert is_suspended(read, ann)
    (entry,) = told(read)
    assert isinstance(entry, entries.DecisionMade)
    assert [each.part for each in entry.body.by] == ["proposer", "approver"]
    assert len({each.pseudonym for each in entry.body.by}) == 2
    assert (entry.body.needs, entry.body.provisional, entry.body.single_operator) == (2, False, False)
    assert findings(database) == []


def test_what_needs_one_is_in_force_at_once(write: Write, read: Read, ann: AccountId, mod: Staff, peer: Staff) -> None:
    """To cover pictures, for one."""
    about = deciding.about(ann)
    id_ = write(deciding.decide, mod, about, Act.SENSITIVE, Grounds(), [(Effect.SENSITIVE, about)])
    assert state(read, id_).state is State.IN_FORCE


def test_nobody_approves_their_own_nor_twice_nor_about_themselves_or_an_equal(
    write: Write, read: Read, ann: AccountId, mod: Staff, peer: Staff, staff: Callable[..., Staff]
) -> None:
    """And a member not at all."""
    admin, boss = staff("admin", Role.ADMIN), staff("boss", Role.OWNER)
    id_ = suspend(write, mod, ann)
    with pytest.raises(Forbidden):
        write(approving.approve, mod, id_)
    with pytest.raises(Forbidden):
        write(approving.approve, Staff(LoginId(1), ann, Role.MEMBER), id_)
    assert peer.account is not None
    about_peer = suspend(write, admin, peer.account)
    for each in (peer, mod):
        with pytest.raises(Forbidden):
            write(approving.approve, each, about_peer)
    assert not is_suspended(read, peer.account)
    write(approving.approve, boss, about_peer)
    assert is_suspended(read, peer.account)
    with pytest.raises(Conflict):
        write(approving.approve, boss, about_peer)
    with pytest.raises(NotFound):
        write(approving.approve, boss, 1)


def test_who_was_dismissed_does_not_count(
    database: Database, write: Write, read: Read, ann: AccountId, mod: Staff, peer: Staff, staff: Callable[..., Staff]
) -> None:
    """A proposal of somebody whose role is gone needs two others."""
    third = staff("third")
    id_ = suspend(write, mod, ann)
    write(lambda tx: tx.run(update(login).where(login.c.id == mod.login).values(role=0)))
    write(approving.approve, peer, id_)
    assert not is_suspended(read, ann)
    write(approving.approve, third, id_)
    assert is_suspended(read, ann)
    assert findings(database) == []


def test_what_was_refused_or_withdrawn_never_happens(
    write: Write, read: Read, ann: AccountId, mod: Staff, peer: Staff
) -> None:
    """Nor can it be approved afterwards; the person never hears of it."""
    refused, withdrawn = suspend(write, mod, ann), suspend(write, mod, ann)
    write(approving.refuse, peer, refused)
    with pytest.raises(Forbidden):
        write(approving.withdraw, peer, withdrawn)
    write(approving.withdraw, mod, withdrawn)
    assert [state(read, each).state for each in (refused, withdrawn)] == [State.REFUSED, State.WITHDRAWN]
    for each in (refused, withdrawn):
        with pytest.raises(Conflict):
            write(approving.approve, peer, each)
    assert not is_suspended(read, ann)
    assert told(read) == []
    assert read(deciding.of_account, ann, Range(limit=10)) == []


def test_an_emergency_is_in_force_at_once_and_lapses_after_a_day(
    database: Database, write: Write, read: Read, clock: ManualClock, ann: AccountId, mod: Staff, peer: Staff
) -> None:
    """By a decision of nobody's, which stands in the log; what was before comes back."""
    id_ = suspend(write, mod, ann, Course.AT_ONCE)
    assert is_suspended(read, ann)
    assert state(read, id_).state is State.PROVISIONAL
    pass_time(database, clock, DAY - 1)
    assert is_suspended(read, ann)
    pass_time(database, clock, 1)
    assert not is_suspended(read, ann)
    assert state(read, id_).state is State.LAPSED
    made, lapsed = told(read)
    assert isinstance(made, entries.DecisionMade)
    assert made.body.provisional is True
    assert isinstance(lapsed, entries.DecisionLapsed)
    assert lapsed.body.reverses == 0
    with pytest.raises(Conflict):
        write(approving.approve, peer, id_)
    assert findings(database) == []


def test_an_emergency_that_is_approved_stays(
    database: Database, write: Write, read: Read, clock: ManualClock, ann: AccountId, mod: Staff, peer: Staff
) -> None:
    """The approval has an entry of its own."""
    id_ = suspend(write, mod, ann, Course.AT_ONCE)
    clock.advance(seconds=1)
    write(approving.approve, peer, id_)
    pass_time(database, clock, 2 * DAY)
    assert is_suspended(read, ann)
    made, approved = told(read)
    assert isinstance(made, entries.DecisionMade)
    assert isinstance(approved, entries.DecisionApproved)
    assert approved.body.approves == 0
    assert {each.part for each in approved.body.by} == {"approver"}
    assert approved.body.by[0].pseudonym not in {each.pseudonym for each in made.body.by}
    assert findings(database) == []


def test_an_emergency_that_is_refused_ends(write: Write, read: Read, ann: AccountId, mod: Staff, peer: Staff) -> None:
    """At once, and not only after a day."""
    id_ = suspend(write, mod, ann, Course.AT_ONCE)
    write(approving.refuse, peer, id_)
    assert not is_suspended(read, ann)
    assert state(read, id_).state is State.REVERSED


def test_one_who_is_alone_decides_alone_and_the_log_says_so(
    database: Database, write: Write, read: Read, ann: AccountId, mod: Staff, staff: Callable[..., Staff]
) -> None:
    """As soon as somebody else could approve, they have to."""
    id_ = suspend(write, mod, ann)
    assert state(read, id_).state is State.IN_FORCE
    (entry,) = told(read)
    assert isinstance(entry, entries.DecisionMade)
    assert entry.body.single_operator is True
    write(deciding.take_back, mod, id_)
    staff("peer")
    assert state(read, suspend(write, mod, ann)).state is State.PROPOSED
    assert findings(database) == []


def test_who_has_the_machine_needs_a_second_too(write: Write, read: Read, ann: AccountId, mod: Staff) -> None:
    """The command line is one more person, and cannot approve what it proposed."""
    id_ = suspend(write, COMMAND_LINE, ann)
    assert state(read, id_).state is State.PROPOSED
    with pytest.raises(Forbidden):
        write(approving.approve, COMMAND_LINE, id_)
    write(approving.approve, mod, id_)
    assert is_suspended(read, ann)


def test_what_was_decided_for_a_time_is_over_with_it(
    database: Database, write: Write, read: Read, clock: ManualClock, ann: AccountId, mod: Staff, peer: Staff
) -> None:
    """The time runs from when it took effect, and its end stands in the log."""
    id_ = suspend(write, mod, ann, lasts=7 * 86_400_000)
    clock.advance(days=1)
    write(approving.approve, peer, id_)
    pass_time(database, clock, 7 * 86_400 - 1)
    assert is_suspended(read, ann)
    pass_time(database, clock, 1)
    assert not is_suspended(read, ann)
    assert state(read, id_).state is State.EXPIRED
    made, expired = told(read)
    assert isinstance(made, entries.DecisionMade)
    assert isinstance(expired, entries.DecisionExpired)
    assert made.body.ends_at == expired.at
    assert findings(database) == []


def test_a_warning_can_be_taken_back(write: Write, read: Read, ann: AccountId, mod: Staff) -> None:
    """Though nothing has to be undone."""
    id_ = write(deciding.decide, mod, deciding.about(ann), Act.WARN, Grounds(), [])
    write(deciding.take_back, mod, id_)
    assert state(read, id_).state is State.REVERSED
    with pytest.raises(NotFound):
        write(deciding.take_back, mod, id_)


@pytest.mark.parametrize("number", range(4))
def test_the_audit_finds_what_is_in_force_by_too_few(
    database: Database,
    write: Write,
    read: Read,
    clock: ManualClock,
    ann: AccountId,
    mod: Staff,
    peer: Staff,
    number: int,
) -> None:
    """However the rows were changed by hand."""
    id_ = suspend(write, mod, ann, Course.AT_ONCE)
    if number:
        write(approving.approve, peer, id_)
    changes: list[Callable[[], object]] = [
        lambda: clock.advance(seconds=DAY + limits.LATENESS_SECONDS + 1),  # nothing let it lapse
        lambda: write(lambda tx: tx.run(approval.delete().where(approval.c.voice == Voice.APPROVED.value))),
        lambda: write(lambda tx: tx.run(update(approval).values(counted=False))),
        lambda: write(lambda tx: tx.run(update(approval).values(role=3))),
    ]
    assert findings(database) == []
    changes[number]()
    assert any(each.startswith(f"decision {id_} ") for each in findings(database))


def test_an_effect_of_what_never_began_is_found_and_put_right(
    database: Database, write: Write, read: Read, ann: AccountId, mod: Staff, peer: Staff
) -> None:
    """Whoever sets it in force by hand."""
    id_ = suspend(write, mod, ann)
    write(lambda tx: tx.run(update(effect).values(in_force=True)))
    assert f"decision {id_} does something although it is not in force" in findings(database)
    for each in list(auditing.audit(database.read_now)):
        write(auditing.put_right, each)
    assert findings(database) == []
    assert not is_suspended(read, ann)


def test_a_decision_rests_on_clauses_as_they_held(
    write: Write, read: Read, make: Make, clock: ManualClock, ann: AccountId, mod: Staff
) -> None:
    """One that holds not yet, or is younger than the post, is refused unless a law is named; the log names versions."""
    old = make.post(author=ann)
    clock.advance(days=1)
    write(legislating.adopt, legislating.Before("en", [("Be kind", "")], "", ""))
    clock.advance(days=1)
    new = make.post(author=ann)

    def warn(posts: list[PostId], clause: str, law: str = "") -> int:
        grounds = Grounds(clauses=[clause], posts=posts, law=law)
        return write(deciding.decide, mod, deciding.about(ann), Act.WARN, grounds, [])

    for posts, clause in (([old], "1"), ([new], "2"), ([new], "1@2")):
        with pytest.raises(Invalid):
            warn(posts, clause)
    assert state(read, warn([new], "1")).clauses == ["1@1"]
    assert state(read, warn([old], "1", "A law")).clauses == ["1@1"]
    (entry,) = [each for each in told(read)[-1:] if isinstance(each, entries.DecisionMade)]
    assert (entry.body.clauses, entry.body.law) == (["1@1"], True)


def test_policy_says_what_needs_two(write: Write, read: Read, ann: AccountId, mod: Staff, peer: Staff) -> None:
    """As it is when the decision takes effect."""
    said = {"en": "Enforcement"}
    text = Text(document=ENFORCEMENT, version=0, language="en", title=said, preamble=said, approvals={"sensitive": 2})
    about = deciding.about(ann)
    waiting = suspend(write, mod, ann)
    write(legislating.save, COMMAND_LINE, text)
    write(legislating.publish_draft, COMMAND_LINE, ENFORCEMENT, None, adopted=True)
    what = [(Effect.SENSITIVE, about)]
    id_ = write(deciding.decide, mod, about, Act.SENSITIVE, Grounds(), what, course=Course.PROPOSED)
    assert state(read, id_).state is State.PROPOSED
    write(approving.approve, peer, waiting)
    assert is_suspended(read, ann)


def test_a_role_stands_in_the_log_before_it_holds(
    database: Database, make: Make, write: Write, read: Read, ann: AccountId, mod: Staff, staff: Callable[..., Staff]
) -> None:
    """Given, changed or taken away; one that was given by hand is found."""
    boss = staff("boss", Role.OWNER)
    write(recording.open_log, "square.example/log", "square.example/log+01020304+" + "A" * 44)
    write(appointing.record_all)
    assert findings(database) == []
    write(appointing.appoint, boss, ann, Role.MODERATOR)
    for by, whom, role in ((boss, boss.account, Role.ADMIN), (boss, ann, Role.OWNER), (mod, ann, Role.MEMBER)):
        assert whom is not None
        with pytest.raises(Forbidden):
            write(appointing.appoint, by, whom, role)
    write(appointing.appoint, boss, ann, Role.MEMBER)
    changed = [each.body for each in told(read) if isinstance(each, entries.RoleChanged)]
    assert [(each.before, each.after) for each in changed[-2:]] == [("member", "moderator"), ("moderator", "member")]
    assert changed[-1].pseudonym != changed[-1].by.pseudonym
    assert findings(database) == []
    write(lambda tx: tx.run(update(login).where(login.c.email == "ann@example.org").values(role=2)))
    assert len(findings(database)) == 1


def test_a_measure_against_a_domain_lapses_with_its_decision(
    database: Database,
    make: Make,
    write: Write,
    read: Read,
    clock: ManualClock,
    mod: Staff,
    staff: Callable[..., Staff],
) -> None:
    """It is in force at once, waits for a second person, and is gone with all that it reached where nobody agreed."""
    boss, admin = staff("boss", Role.OWNER), staff("admin", Role.ADMIN)
    far, here = make.account("far", host="far.example"), Site("square.example", "https", "Square")
    terms = guarding.DomainTerms(severity=Severity.SUSPEND)
    for agreed in (False, True):
        id_ = write(guarding.block_domain, here, boss, "far.example", terms)
        pass_time(database, clock, 1)
        assert is_suspended(read, far)
        row = read(guarding.one, measures.DOMAIN_BLOCKS, id_)
        decision = state(read, row.decision_id)
        assert decision.state is State.PROVISIONAL
        with pytest.raises(Forbidden):
            write(approving.approve, mod, decision.id)  # servers are not a moderator's business
        if agreed:
            write(approving.approve, admin, decision.id)
        pass_time(database, clock, DAY)
        pass_time(database, clock, 1)
        assert is_suspended(read, far) is agreed
        assert (read(measures.DOMAIN_BLOCKS.one, id_) is not None) is agreed
    assert findings(database) == []


def test_settings_that_matter_stand_in_the_log_when_they_differ(write: Write, read: Read) -> None:
    """All of them at first, then what was changed, and nothing where nothing was."""
    values: dict[str, object] = dict.fromkeys(configuring.MATTERING, False)
    assert write(configuring.record, values) is None, "there is no log yet"
    write(recording.open_log, "square.example/log", "square.example/log+01020304+" + "A" * 44)
    assert write(configuring.record, values) == 1
    assert write(configuring.record, values) is None
    assert write(configuring.record, {**values, "registration": "open"}) == 2
    assert write(configuring.record, {**values, "registration": "open"}) is None
    assert write(configuring.record, values) == 3
    changed = [
        [one.name for one in each.body.changed] for each in told(read) if isinstance(each, entries.SettingsChanged)
    ]
    assert changed == [list(configuring.MATTERING), ["registration"], ["registration"]]
