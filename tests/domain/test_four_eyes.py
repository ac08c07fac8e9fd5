"""Four eyes: whatever the staff does in whatever order, nothing is in force by fewer people than policy asks for."""

import asyncio
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st
from sqlalchemy import select, update

from bema.domain import approving, auditing, deciding, weighing
from bema.model import limits
from bema.model.decisions import STANDING, Act, Course, Effect, Grounds, State, Subject, SubjectKind, Voice
from bema.model.errors import Refusal
from bema.model.permissions import COMMAND_LINE, Staff
from bema.model.policy import Role, Standing
from bema.outside.clock import ManualClock
from bema.store import accounts, approvals, decisions, public_log
from bema.store.database import Database
from bema.store.tables import decision, effect, login, post
from bema.store.tx import Tx, WriteTx
from bema.subscribers import SUBSCRIBERS
from bema.subscribers.decisions import ending
from bema.subscribers.runner import Runner
from bema.wire.tlog import entries
from tests.conftest import Read, Write
from tests.make import Make

HOUR = 3_600
_ids = select(decision.c.id).order_by(decision.c.id)
_in_force = select(effect).where(effect.c.in_force.is_(True))
_roles = select(login.c.id, login.c.role)
_TWO = {Effect.SUSPEND, Effect.LIMIT, Effect.FREEZE, Effect.REMOVE}
_ACTS = {
    Act.SUSPEND: Effect.SUSPEND,
    Act.LIMIT: Effect.LIMIT,
    Act.FREEZE: Effect.FREEZE,
    Act.SENSITIVE: Effect.SENSITIVE,
    Act.WARN: None,
}


class World:
    """A square with a staff, and what can happen there; each step is a number of its own, so that failures shrink."""

    def __init__(self, database: Database, clock: ManualClock, run: str) -> None:
        make = Make(database)
        self.database, self.clock = database, clock
        database.write_now(lambda tx: tx.run(update(login).values(role=0)))  # those of the world before
        people = [make.account(f"{run}{name}") for name in ("ann", "ben", "mod", "peer", "admin", "boss")]
        roles = (Role.MEMBER, Role.MEMBER, Role.MODERATOR, Role.MODERATOR, Role.ADMIN, Role.OWNER)
        self.accounts = people
        self.logins = [
            make.login(f"{run}{number}@example.org", account, role=role)
            for number, (account, role) in enumerate(zip(people, roles, strict=True))
        ]
        self.posts = [make.post(author=account) for account in people]
        self.made: list[int] = []

    def staff(self, number: int) -> Staff:
        """Return somebody as they are at this moment; the last is who has the command line."""
        if number == len(self.logins):
            return COMMAND_LINE
        role = self.database.read_now(
            lambda tx: tx.value(select(login.c.role).where(login.c.id == self.logins[number]))
        )
        return Staff(self.logins[number], self.accounts[number], Role(role))

    def decide(self, by: int, about: int, act: int, *, at_once: bool, lasts: int | None) -> None:
        """Propose something about somebody, or put it in force at once."""
        which = list(_ACTS)[act % len(_ACTS)]
        effect, subject = _ACTS[which], deciding.about(self.accounts[about])

        def operation(tx: WriteTx, staff: Staff) -> int:
            deciding.subordinate(tx, staff, self.accounts[about])
            staff.needs(weighing.permission_for(SubjectKind.ACCOUNT))
            what = [] if effect is None else [(effect, subject)]
            course = Course.AT_ONCE if at_once else Course.PROPOSED
            return deciding.decide(tx, staff, subject, which, Grounds(), what, course=course, lasts=lasts)

        self._made(by, about, self.database.write_now(operation, self.staff(by)))

    def _made(self, by: int, about: int, id_: int) -> None:
        """Look whether who decided alone was alone."""
        self.made.append(id_)
        roles = dict(self.database.read_now(lambda tx: tx.all(_roles)))
        others = [
            each
            for number, each in enumerate(self.logins)
            if number not in (by, about) and roles[each] > max(roles[self.logins[about]], 0)
        ]
        made = self.database.read_now(decisions.by_ids, [id_])[id_]
        assert made.single_operator == (made.needs > 1 and not others), f"{made}, {others}"

    def remove(self, by: int, about: int) -> None:
        """Propose to remove a post."""
        target = Subject(SubjectKind.POST, self.posts[about])

        def operation(tx: WriteTx, staff: Staff) -> int:
            deciding.subordinate(tx, staff, self.accounts[about])
            staff.needs(weighing.permission_for(SubjectKind.ACCOUNT))
            subject, what = deciding.about(self.accounts[about]), [(Effect.REMOVE, target)]
            return deciding.decide(tx, staff, subject, Act.REMOVE_POSTS, Grounds(), what, course=Course.PROPOSED)

        self._made(by, about, self.database.write_now(operation, self.staff(by)))

    def answer(self, by: int, which: int, how: int) -> None:
        """Say yes or no to a decision, or take it back."""
        operations: list[Callable[..., Any]] = [
            approving.approve,
            approving.approve,
            approving.refuse,
            approving.withdraw,
            deciding.take_back,
        ]
        if self.made:
            id_ = self.made[which % len(self.made)]
            self.database.write_now(operations[how % len(operations)], self.staff(by), id_)

    def appoint(self, whom: int, role: int) -> None:
        """Give somebody another role, perhaps none."""
        to = int(list(Role)[role % len(Role)])
        self.database.write_now(lambda tx: tx.run(update(login).where(login.c.id == self.logins[whom]).values(role=to)))

    def release(self, by: int, about: int, effect: int) -> None:
        """Do what a client of the administration does to let somebody go."""
        what = (Effect.SUSPEND, Effect.LIMIT, Effect.FREEZE)[effect % 3]
        self.database.write_now(deciding.release, self.staff(by), self.accounts[about], what)

    def wait(self, hours: int) -> None:
        """Let time pass; what falls due is done."""
        self.clock.advance(hours=hours)
        asyncio.run(Runner(self.database, SUBSCRIBERS, {deciding.DECISIONS: ending(self.database)}).settle())

    def check(self, tx: Tx) -> None:
        """Look at every decision, every account and every post."""
        found = decisions.by_ids(tx, tx.values(_ids))
        said = approvals.of(tx, list(found))
        effects = decisions.effects_of(tx, list(found))
        for id_, each in found.items():
            counted = [one for one in said[id_] if one.counted and one.voice is not Voice.REFUSED]
            assert len({one.login for one in counted}) == len(counted)
            needs = max((2 if effect in _TWO else 1 for of, effect, _ in effects if of == id_), default=1)
            if each.state is State.IN_FORCE and not each.automated:
                assert len(counted) >= needs or each.single_operator, f"{each} by {counted}"
            if each.state is State.PROVISIONAL:
                assert tx.now < each.starts_at + limits.PROVISIONAL_SECONDS * 1_000, f"{each} should have lapsed"
        restricted = {(row.effect, row.target_kind, row.target_id) for row in tx.all(_in_force)}
        assert {row.decision_id for row in tx.all(_in_force)} <= {
            i for i, each in found.items() if each.state in STANDING
        }
        for account_id, post_id in zip(self.accounts, self.posts, strict=True):
            row = accounts.by_id(tx, account_id)
            assert row is not None
            assert (row.standing is Standing.SUSPENDED) == (("suspend", "account", account_id) in restricted)
            assert row.limited == (("limit", "account", account_id) in restricted)
            removed = tx.value(select(post.c.removed).where(post.c.id == post_id))
            assert removed == (("remove", "post", post_id) in restricted)


person, somebody = st.integers(0, 5), st.integers(0, 6)
steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("decide"),
            somebody,
            person,
            st.integers(0, 4),
            st.booleans(),
            st.sampled_from([None, 7 * HOUR * 1_000]),
        ),
        st.tuples(st.just("remove"), somebody, person),
        st.tuples(st.just("answer"), somebody, st.integers(0, 9), st.integers(0, 4)),
        st.tuples(st.just("answer"), somebody, st.integers(0, 9), st.just(0)),
        st.tuples(st.just("appoint"), person, st.integers(0, 3)),
        st.tuples(st.just("release"), somebody, person, st.integers(0, 2)),
        st.tuples(st.just("wait"), st.sampled_from([1, 5, 23, 24, 25])),
    ),
    min_size=3,
    max_size=25,
)


def _take(world: World, step: tuple[Any, ...]) -> None:
    name, *rest = step
    with suppress(Refusal):
        if name == "decide":
            by, about, act, at_once, lasts = rest
            world.decide(by, about, act, at_once=at_once, lasts=lasts)
        else:
            getattr(world, name)(*rest)


@pytest.mark.slow
def test_no_order_of_acts_puts_anything_in_force_by_too_few(database: Database, clock: ManualClock) -> None:
    """Proposing, approving, emergencies, roles that come and go, time: random sequences, looked at after each step."""
    runs = iter(range(1 << 20))

    @hypothesis.given(steps)
    @hypothesis.settings(max_examples=12, suppress_health_check=list(hypothesis.HealthCheck))
    def property_(taken: list[tuple[Any, ...]]) -> None:
        world = World(database, clock, f"w{next(runs)}")
        for step in taken:
            _take(world, step)
            database.read_now(world.check)
        assert [each.what for each in auditing.audit(database.read_now)] == []

    property_()


def test_two_who_speak_at_once_are_heard_one_after_the_other(
    database: Database, make: Make, write: Write, read: Read, clock: ManualClock
) -> None:
    """Approvals, refusals, withdrawals and the lapse of the same decision: one of them settles it, and once."""
    ann, chance = make.account("ann"), random.Random(5)
    names = ("mod", "peer", "third")
    people = [make.account(name) for name in names]
    logins = [make.login(f"{each}@example.org", id_, role=Role.ADMIN) for each, id_ in zip(names, people, strict=True)]
    mod, peer, third = (Staff(login_id, account, Role.ADMIN) for login_id, account in zip(logins, people, strict=True))
    about = deciding.about(ann)
    for number in range(8):
        course = list(Course)[number % 2]
        grounds, what = Grounds(), [(Effect.SUSPEND, about)]
        id_ = write(deciding.decide, mod, about, Act.SUSPEND, grounds, what, course=course)
        operations: list[Callable[[WriteTx], Any]] = [
            partial(_answer, approving.approve, peer, id_),
            partial(_answer, approving.approve, peer, id_),
            partial(_answer, approving.approve, third, id_),
            partial(_answer, approving.refuse, third, id_),
            partial(_answer, approving.withdraw, mod, id_),
        ]
        chance.shuffle(operations)
        with ThreadPoolExecutor(len(operations)) as threads:
            list(threads.map(lambda op: _quietly(database, op), operations))
        made = read(decisions.by_ids, [id_])[id_]
        assert made.state not in (State.PROPOSED, State.PROVISIONAL)
        if made.state in STANDING:
            write(deciding.take_back, third, id_)
    assert [each.what for each in auditing.audit(database.read_now)] == []
    told = [entries.decode(each) for each in read(lambda tx: public_log.entries(tx, 0, 1_000))]
    ended = [each.body.reverses for each in told if isinstance(each, entries.DecisionReversed)]
    assert len(ended) == len(set(ended)), "what was ended is ended once"


def _answer(operation: Callable[[WriteTx, Staff, int], Any], by: Staff, id_: int, tx: WriteTx) -> None:
    operation(tx, by, id_)


def _quietly(database: Database, operation: Callable[[WriteTx], Any]) -> None:
    with suppress(Refusal):
        database.write_now(operation)
