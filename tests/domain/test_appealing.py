"""Appealing: whoever is decided about is heard by somebody who took no part, in time, once, and in public."""

import asyncio
from collections.abc import Callable

import pytest

from bema.domain import appealing, approving, deciding
from bema.domain.appealing import Review
from bema.model import limits
from bema.model.appealing import Appeal, AppealState
from bema.model.decisions import Act, Course, Effect, Grounds, State, Subject, SubjectKind
from bema.model.errors import Conflict, Forbidden, Invalid, NotFound
from bema.model.ids import AccountId
from bema.model.permissions import COMMAND_LINE, Staff
from bema.model.policy import Role, Standing
from bema.model.site import Site
from bema.outside.clock import ManualClock
from bema.store import accounts, appeals, decisions, letters, posts, public_log
from bema.store.database import Database
from bema.store.tx import Tx
from bema.wire.tlog import entries
from tests.conftest import Read, Write
from tests.make import Make

SITE = Site("square.example", "https", "The Square")
DAY = 86_400
WHY = "It was satire: marigold"


@pytest.fixture
def ann(make: Make) -> AccountId:
    """Somebody who is decided about."""
    account = make.account("ann")
    make.login("ann@example.org", account)
    return account


@pytest.fixture
def staff(make: Make) -> Callable[..., Staff]:
    """Makes somebody of the staff."""

    def one(name: str, role: Role = Role.ADMIN) -> Staff:
        account = make.account(name)
        return Staff(make.login(f"{name}@example.org", account, role=role), account, role)

    return one


def suspended(write: Write, by: Staff, whom: AccountId, and_by: Staff | None = None) -> int:
    """Decide to suspend somebody, by two where a second is named."""
    about = deciding.about(whom)
    course = Course.AT_ONCE if and_by is None else Course.PROPOSED
    id_ = write(
        deciding.decide, by, about, Act.SUSPEND, Grounds(reasons="Threats"), [(Effect.SUSPEND, about)], course=course
    )
    if and_by is not None:
        write(approving.approve, and_by, id_)
    return id_


def logged(read: Read, type_: str) -> entries.AnyEntry:
    """Return the newest entry of a type."""
    found = read(public_log.last_of_type, type_)
    assert found is not None, type_
    return entries.decode(found[1])


def newest_letter(read: Read) -> str:
    """Return the text of the newest letter."""

    def newest(tx: Tx) -> str:
        found = letters.by_id(tx, letters.all_ids(tx)[-1])
        assert found is not None
        return found.text

    return read(newest)


def the_appeal(read: Read, appeal_id: int) -> Appeal:
    """Load an appeal."""
    found = read(appeals.by_id, appeal_id)
    assert found is not None
    return found


def test_an_appeal_is_heard_and_the_decision_taken_back(
    write: Write, read: Read, ann: AccountId, staff: Callable[..., Staff]
) -> None:
    """Asked, answered, decided with reasons; the suspension is over, the person told, and the log says how it went."""
    mod, reviewer = staff("mod", Role.MODERATOR), staff("reviewer")
    id_ = suspended(write, mod, ann)
    appeal_id = write(appealing.object_to, ann, id_, WHY)
    opened = logged(read, "appeal.opened")
    assert isinstance(opened, entries.AppealOpened)
    assert opened.body.decision == read(public_log.of_decisions, [id_])[id_][0]
    write(appealing.take, reviewer, appeal_id)
    write(appealing.ask, SITE, reviewer, appeal_id, "Who was it about?")
    assert "Who was it about?" in newest_letter(read)
    write(appealing.answer, ann, appeal_id, "About nobody")
    turns = read(appealing.review, reviewer, appeal_id).turns
    assert [(each.by_reviewer, each.text) for each in turns] == [(True, "Who was it about?"), (False, "About nobody")]
    write(appealing.decide, SITE, reviewer, appeal_id, AppealState.REVERSED, "It was satire")
    account = read(accounts.by_id, ann)
    assert account is not None
    assert account.standing is Standing.ACTIVE
    assert read(decisions.by_ids, [id_])[id_].state is State.REVERSED
    assert "It was satire" in newest_letter(read)
    decided = logged(read, "appeal.decided")
    assert isinstance(decided, entries.AppealDecided)
    assert (decided.body.outcome, decided.body.turns) == ("reversed", 2)
    assert (decided.body.took_part, decided.body.late) == (False, False)
    everything = b"".join(read(public_log.entries, 0, 1_000))
    for private in (WHY, "Who was it about?", "About nobody", "It was satire"):
        assert private.encode() not in everything


def test_nobody_who_took_part_reviews_while_somebody_else_could(
    write: Write, read: Read, ann: AccountId, staff: Callable[..., Staff]
) -> None:
    """Neither who proposed nor who approved, by no way in; and no moderator, and not the person."""
    proposer, approver = staff("proposer"), staff("approver")
    id_ = suspended(write, proposer, ann, and_by=approver)
    appeal_id = write(appealing.object_to, ann, id_, WHY)
    other, mod = staff("other"), staff("mod", Role.MODERATOR)
    ways: list[Callable[[Staff], None]] = [
        lambda by: write(appealing.take, by, appeal_id),
        lambda by: write(appealing.ask, SITE, by, appeal_id, "?"),
        lambda by: write(appealing.decide, SITE, by, appeal_id, AppealState.UPHELD, "Because"),
    ]
    for each in (proposer, approver):
        for way in ways:
            with pytest.raises(Forbidden):
                way(each)
        assert not read(appealing.review, each, appeal_id).may
    with pytest.raises(Forbidden):
        write(appealing.take, mod, appeal_id)
    with pytest.raises(Forbidden):
        write(appealing.take, COMMAND_LINE, appeal_id)
    write(appealing.take, other, appeal_id)
    write(appealing.decide, SITE, other, appeal_id, AppealState.UPHELD, "It was a threat")
    assert the_appeal(read, appeal_id).state is AppealState.UPHELD
    assert read(decisions.by_ids, [id_])[id_].state is State.IN_FORCE


def test_where_nobody_else_could_the_same_person_reviews_and_it_says_so(
    write: Write, read: Read, ann: AccountId, staff: Callable[..., Staff]
) -> None:
    """An honest flag in the appeal and in the log, instead of nobody to turn to."""
    owner = staff("owner", Role.OWNER)
    id_ = suspended(write, owner, ann)
    appeal_id = write(appealing.object_to, ann, id_, WHY)
    assert read(appealing.review, owner, appeal_id).took_part
    write(appealing.take, owner, appeal_id)
    write(appealing.decide, SITE, owner, appeal_id, AppealState.REVERSED, "I was wrong")
    assert the_appeal(read, appeal_id).took_part
    decided = logged(read, "appeal.decided")
    assert isinstance(decided, entries.AppealDecided)
    assert decided.body.took_part


def test_of_two_reviewers_at_once_one_answers(
    database: Database, write: Write, read: Read, ann: AccountId, staff: Callable[..., Staff]
) -> None:
    """The other is told; there is one outcome, one entry, and one reversal."""
    id_ = suspended(write, staff("mod", Role.MODERATOR), ann)
    appeal_id = write(appealing.object_to, ann, id_, WHY)
    reviewers = [staff("one"), staff("two")]

    async def both(op: Callable[..., None], *more: object) -> list[BaseException | None]:
        tasks = [database.write(op, each, *more) for each in reviewers]
        return list(await asyncio.gather(*tasks, return_exceptions=True))

    taken = asyncio.run(both(appealing.take, appeal_id))
    assert sorted(type(each).__name__ for each in taken) == ["Conflict", "NoneType"]

    def decide(tx: object, staff_: Staff, outcome: AppealState) -> None:
        appealing.decide(tx, SITE, staff_, appeal_id, outcome, "Looked at")  # type: ignore[arg-type]  # the test's own

    done = asyncio.run(both(decide, AppealState.REVERSED))
    assert sorted(type(each).__name__ for each in done) == ["Conflict", "NoneType"]
    again = asyncio.run(both(decide, AppealState.UPHELD))
    assert [type(each).__name__ for each in again] == ["Conflict", "Conflict"]
    assert read(public_log.by_type, ["appeal.decided", "decision.reversed"], 1_000) == {
        "appeal.decided": 1,
        "decision.reversed": 1,
    }


def test_some_of_a_decision_is_taken_back(
    write: Write, read: Read, make: Make, ann: AccountId, staff: Callable[..., Staff]
) -> None:
    """The post that was right comes back, the other stays away, and nothing of other decisions is touched."""
    mod, reviewer = staff("mod", Role.MODERATOR), staff("reviewer")
    good, bad = make.post(ann), make.post(ann)

    targets = [(Effect.REMOVE, Subject(SubjectKind.POST, each)) for each in (good, bad)]
    first = write(deciding.decide, mod, deciding.about(ann), Act.REMOVE_POSTS, Grounds(posts=[good, bad]), targets)
    write(deciding.decide, mod, deciding.about(ann), Act.REMOVE_POSTS, Grounds(posts=[bad]), targets[1:])
    appeal_id = write(appealing.object_to, ann, first, WHY)
    write(appealing.take, reviewer, appeal_id)
    with pytest.raises(Invalid):
        write(appealing.decide, SITE, reviewer, appeal_id, AppealState.PARTLY, "The first was right")
    write(appealing.decide, SITE, reviewer, appeal_id, AppealState.PARTLY, "The first was right", targets[:1])
    assert write(posts.held, good) is not None
    assert write(posts.held, bad) is None
    assert read(decisions.by_ids, [first])[first].state in (State.IN_FORCE, State.PROVISIONAL)


def test_who_may_object_to_what_and_until_when(
    write: Write, read: Read, make: Make, clock: ManualClock, ann: AccountId, staff: Callable[..., Staff]
) -> None:
    """Within six months, once, with words, about oneself, and about what took effect."""
    mod, peer = staff("mod"), staff("peer")
    id_ = suspended(write, mod, ann, and_by=peer)
    with pytest.raises(NotFound):
        write(appealing.object_to, make.account("eve"), id_, WHY)
    for words in ("", " \n ", "x" * (limits.APPEAL_CHARACTERS + 1)):
        with pytest.raises(Invalid):
            write(appealing.object_to, ann, id_, words)
    about = deciding.about(ann)
    proposed = write(
        deciding.decide, mod, about, Act.FREEZE, Grounds(), [(Effect.FREEZE, about)], course=Course.PROPOSED
    )
    with pytest.raises(NotFound):
        write(appealing.object_to, ann, proposed, WHY)
    first = write(appealing.object_to, ann, id_, WHY)
    with pytest.raises(Invalid):
        write(appealing.object_to, ann, id_, WHY)
    write(appealing.withdraw, ann, first)
    clock.advance(seconds=limits.APPEAL_WINDOW_SECONDS)
    second = write(appealing.object_to, ann, id_, WHY)
    write(appealing.withdraw, ann, second)
    clock.advance(seconds=1)
    with pytest.raises(Invalid):
        write(appealing.object_to, ann, id_, WHY)


def test_an_answered_appeal_is_final_and_another_s_is_unknown(
    write: Write, read: Read, make: Make, ann: AccountId, staff: Callable[..., Staff]
) -> None:
    """Nothing more can be said in it, by anybody."""
    reviewer, eve = staff("reviewer"), make.account("eve")
    id_ = suspended(write, staff("mod", Role.MODERATOR), ann)
    appeal_id = write(appealing.object_to, ann, id_, WHY)
    with pytest.raises(NotFound):
        write(appealing.withdraw, eve, appeal_id)
    with pytest.raises(NotFound):
        write(appealing.answer, eve, appeal_id, "x")
    with pytest.raises(Conflict):
        write(appealing.answer, ann, appeal_id, "Nobody asked")
    with pytest.raises(Conflict):
        write(appealing.decide, SITE, reviewer, appeal_id, AppealState.UPHELD, "Not taken")
    write(appealing.take, reviewer, appeal_id)
    write(appealing.decide, SITE, reviewer, appeal_id, AppealState.UPHELD, "It was a threat")
    with pytest.raises(Conflict):
        write(appealing.withdraw, ann, appeal_id)
    with pytest.raises(Conflict):
        write(appealing.ask, SITE, reviewer, appeal_id, "One more?")
    with pytest.raises(Conflict):
        write(appealing.take, reviewer, appeal_id)
    with pytest.raises(Invalid):
        write(appealing.object_to, ann, id_, WHY)


def test_the_clock_stands_still_while_the_person_is_to_answer(
    write: Write, read: Read, clock: ManualClock, ann: AccountId, staff: Callable[..., Staff]
) -> None:
    """What should have been answered is counted; the log says that an answer came late."""
    reviewer = staff("reviewer")
    id_ = suspended(write, staff("mod", Role.MODERATOR), ann)
    appeal_id = write(appealing.object_to, ann, id_, WHY)
    due = the_appeal(read, appeal_id).due_at
    write(appealing.take, reviewer, appeal_id)
    clock.advance(days=10)
    write(appealing.ask, SITE, reviewer, appeal_id, "Really?")
    clock.advance(days=10)
    assert read(appealing.waiting) == (1, 0)
    write(appealing.answer, ann, appeal_id, "Really")
    assert the_appeal(read, appeal_id).due_at == due + 10 * DAY * 1_000
    clock.advance(days=5)
    assert read(appealing.waiting) == (1, 1)
    review: Review = read(appealing.review, reviewer, appeal_id)
    assert review.appeal.is_overdue(clock.now())
    write(appealing.decide, SITE, reviewer, appeal_id, AppealState.UPHELD, "It was a threat")
    decided = logged(read, "appeal.decided")
    assert isinstance(decided, entries.AppealDecided)
    assert decided.body.late
    assert read(appealing.waiting) == (0, 0)


def test_a_dialogue_ends(write: Write, read: Read, ann: AccountId, staff: Callable[..., Staff]) -> None:
    """After so many turns the reviewer has to answer."""
    reviewer = staff("reviewer")
    id_ = suspended(write, staff("mod", Role.MODERATOR), ann)
    appeal_id = write(appealing.object_to, ann, id_, WHY)
    write(appealing.take, reviewer, appeal_id)
    for _ in range(limits.APPEAL_TURNS // 2):
        write(appealing.ask, SITE, reviewer, appeal_id, "And?")
        write(appealing.answer, ann, appeal_id, "And")
    with pytest.raises(Invalid):
        write(appealing.ask, SITE, reviewer, appeal_id, "And?")
