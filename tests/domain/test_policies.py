"""What the square agreed on: clauses by their ids, versions by their dates, and nobody held to what came later."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import sqlalchemy

from bema.domain import auditing, deciding, editing, legislating, policies
from bema.model.decisions import Act, Grounds
from bema.model.errors import Forbidden, Invalid, NotFound
from bema.model.ids import PostId
from bema.model.permissions import COMMAND_LINE, Staff
from bema.model.policies import ENFORCEMENT, RULES, Clause, Standing, Text, Version
from bema.model.policy import Role
from bema.model.site import Site
from bema.outside.clock import ManualClock
from bema.store import decisions, logins, public_log
from bema.store import policies as rows
from bema.store.database import Database
from bema.store.tx import WriteTx
from bema.wire.tlog import entries
from tests.conftest import START, Read, Write
from tests.domain.test_polling_at_once import at_once
from tests.make import HERE, Make

_DAY = 86_400_000
OTHER = {"other": b'{"document":"rules"}'}


def text(*clauses: tuple[str, str], name: str = RULES, **more: Any) -> Text:
    """Return what a document is to say: ids and texts of clauses; without an id, a new one."""
    said = [Clause(id_, {"en": words}) for id_, words in clauses]
    return Text(document=name, version=0, language="en", title={"en": name.title()}, clauses=said, **more)


@pytest.fixture
def publish(write: Write) -> Callable[..., int]:
    """Publishes a version, and returns its number."""

    def publish_(wanted: Text, since: int | None = None, staff: Staff = COMMAND_LINE) -> int:
        write(legislating.save, staff, wanted)
        return write(legislating.publish_draft, staff, wanted.document, since).number

    return publish_


def holding(read: Read) -> Standing:
    """Return the rules that hold."""
    found = read(policies.in_force, RULES)
    assert found is not None
    return found


def pinned(read: Read, *asked: Any, **more: Any) -> list[str]:
    """Pin clauses, and name what they were pinned to."""
    return [each.name for each in read(policies.pin, *asked, **more)]


# --- P1: nobody is held to what came later ----------------------------------------------------------------------------


def test_a_clause_is_pinned_to_what_held_when_a_post_was_written(
    publish: Callable[..., int], read: Read, make: Make, clock: ManualClock
) -> None:
    """What was said under the first version is judged by the first, whatever the clause says today."""
    ann = make.account("ann")
    publish(text(("", "Be kind")))
    early = make.post(author=ann)
    clock.advance(days=1)
    publish(text(("1", "Be kind, always")))
    late = make.post(author=ann)
    assert pinned(read, ["1"], [early]) == ["1@1"]
    assert pinned(read, ["1"], [late]) == ["1@2"]
    assert pinned(read, ["1"], [early, late]) == ["1@1", "1@2"]
    assert pinned(read, ["1"]) == ["1@2"]
    assert pinned(read, ["1@1"], [early]) == ["1@1"]
    with pytest.raises(Invalid, match="Clause 1 did not hold as in version 2"):
        read(policies.pin, ["1@2"], [early])
    assert read(policies.pin, [], [early]) == []


def test_a_clause_that_is_not_in_force_yet_cannot_be_cited(
    publish: Callable[..., int], read: Read, make: Make, clock: ManualClock
) -> None:
    """Nor by naming a law besides; from its day on it can, for what is written from then on."""
    ann = make.account("ann")
    publish(text(("", "Be kind")))
    publish(text(("1", "Be kind"), ("", "No spam")), START + 7 * _DAY)
    early = make.post(author=ann)
    for law in (None, "§ 1"):
        with pytest.raises(Invalid, match="Clause 2 is not in force"):
            read(policies.pin, ["2"], [early], law)
    clock.advance(days=7)
    late = make.post(author=ann)
    assert pinned(read, ["1", "2"], [late]) == ["1@2", "2@2"]


def test_a_clause_younger_than_a_post_is_refused_unless_a_law_is_named(
    publish: Callable[..., int], read: Read, make: Make, clock: ManualClock
) -> None:
    """One post that is older spoils it for all of them."""
    ann = make.account("ann")
    publish(text(("", "Be kind")))
    early = make.post(author=ann)
    clock.advance(days=1)
    publish(text(("1", "Be kind"), ("", "No spam")))
    late = make.post(author=ann)
    with pytest.raises(Invalid, match="Clause 2 is younger than what it is applied to"):
        read(policies.pin, ["2"], [late, early])
    assert pinned(read, ["2"], [late]) == ["2@2"]
    assert pinned(read, ["2"], [early], "§ 1") == ["2@2"]


def test_a_clause_that_was_retired_or_never_was_cannot_be_cited(
    publish: Callable[..., int], read: Read, make: Make, clock: ManualClock
) -> None:
    """What is not forbidden any more is no ground; and the number of a clause is given away once."""
    post = make.post(author=make.account("ann"))
    publish(text(("", "Be kind"), ("", "No spam")))
    clock.advance(days=1)
    publish(text(("2", "No spam"), ("", "No noise")))
    assert [each.id for each in read(policies.rules)] == ["2", "3"]
    for clause in ("1", "4", "0", "rules.2", "2@x@1"):
        with pytest.raises(Invalid):
            read(policies.pin, [clause], [post])


def test_who_edits_a_post_writes_it_anew(
    publish: Callable[..., int], read: Read, write: Write, make: Make, clock: ManualClock
) -> None:
    """What a post says is as old as its last edit."""
    ann = make.account("ann")
    post = make.post(author=ann)
    clock.advance(days=1)
    publish(text(("", "Be kind")))
    with pytest.raises(Invalid, match="younger"):
        read(policies.pin, ["1"], [post])
    write(editing.edit, Site(HERE), ann, post, editing.Revision(text="Otherwise"))
    assert pinned(read, ["1"], [post]) == ["1@1"]


# --- Versions ---------------------------------------------------------------------------------------------------------


def test_versions_hold_from_their_day_and_never_change(
    publish: Callable[..., int], read: Read, clock: ManualClock
) -> None:
    """What held at a moment can be asked at any time; a day that is past, or before another's, is refused."""
    assert read(policies.in_force, RULES) is None
    publish(text(("", "Be kind")))
    publish(text(("1", "Be kinder")), START + 7 * _DAY)
    first = holding(read)
    assert (first.version.number, first.succeeded_at) == (1, START + 7 * _DAY)
    clock.advance(days=8)
    assert holding(read).text.clauses == [Clause("1", {"en": "Be kinder"})]
    assert read(policies.in_force, RULES, START + _DAY) == first
    with pytest.raises(Invalid, match="past"):
        publish(text(("1", "Backdated")), START + 7 * _DAY + 1)
    publish(text(("1", "Later")), START + 20 * _DAY)
    with pytest.raises(Invalid, match="later version"):
        publish(text(("1", "Between")), START + 15 * _DAY)


def test_a_text_is_known_by_its_digest(publish: Callable[..., int], read: Read) -> None:
    """The bytes under the digest are the text, and the log names the digest."""
    publish(text(("", "Be kind")))
    standing = holding(read)
    content = read(rows.content, standing.version.digest)
    assert content is not None
    assert standing.version.published_place is not None
    assert rows.digest_of(content) == standing.version.digest
    entry = entries.decode(read(public_log.entries, standing.version.published_place, 1)[0])
    assert isinstance(entry, entries.PolicyPublished)
    assert (entry.body.document, entry.body.version, entry.body.digest) == (RULES, 1, standing.version.digest)
    assert (entry.body.consulted, entry.body.single_operator) == (False, False)


def test_a_proposal_is_put_to_everybody_before_it_is_published(
    read: Read, write: Write, make: Make, clock: ManualClock
) -> None:
    """It cannot be published while people are asked; each step stands in the log."""
    ann = make.account("ann")
    staff = Staff(make.login("ann@example.org", ann, role=Role.ADMIN), ann, Role.ADMIN)
    write(legislating.save, staff, text(("", "Be kind")))
    write(legislating.propose, staff, RULES, 14)
    with pytest.raises(Invalid, match="still asked"):
        write(legislating.publish, staff, RULES, 1, None)
    clock.advance(days=14)
    assert write(legislating.publish, staff, RULES, 1, None).consulted
    write(legislating.save, staff, text(("1", "Be kinder")))
    write(legislating.propose, staff, RULES, 14)
    write(legislating.save, staff, text(("1", "Be the kindest")))
    write(legislating.propose, staff, RULES, 14)
    assert [(each.number, each.withdrawn_at is None) for each in read(policies.versions, RULES)] == [
        (3, True),
        (2, False),
        (1, True),
    ]
    write(legislating.withdraw, staff, RULES, 3)
    for number in (1, 2, 3, 4):
        with pytest.raises((Invalid, NotFound)):
            write(legislating.withdraw, staff, RULES, number)
    types = [entries.type_of(entries.decode(each)) for each in read(public_log.entries, 0, 10)]
    assert [each.removeprefix("policy.") for each in types] == [
        "proposed",
        "published",
        "proposed",
        "withdrawn",
        "proposed",
        "withdrawn",
    ]


# --- The enforcement policy -------------------------------------------------------------------------------------------


def test_how_many_people_decide_is_policy(publish: Callable[..., int], read: Read, clock: ManualClock) -> None:
    """Without one, what hides or shuts out needs two; what is published holds from its day."""
    needed = {each: read(policies.approvals_needed, each) for each in ("remove", "suspend", "limit", "freeze", "note")}
    assert needed == {"remove": 2, "suspend": 2, "limit": 2, "freeze": 2, "note": 1}
    said = text(("", "Who decides"), name=ENFORCEMENT, approvals={"limit": 1, "sensitive": 2})
    publish(said, START + _DAY)
    assert read(policies.approvals_needed, "limit") == 2
    clock.advance(days=1)
    asked = [read(policies.approvals_needed, each) for each in ("limit", "sensitive", "remove")]
    assert asked == [1, 2, 2]


def test_a_change_of_the_enforcement_policy_needs_two(read: Read, write: Write, make: Make) -> None:
    """Whoever wants it does not agree to it themselves; who is alone may, and the log says so."""
    staff = []
    for name in ("ann", "bob"):
        account = make.account(name)
        staff.append(Staff(make.login(f"{name}@example.org", account, role=Role.ADMIN), account, Role.ADMIN))
    ann, bob = staff
    write(legislating.save, ann, text(("", "Who decides"), name=ENFORCEMENT, approvals={"limit": 1}))
    asked = write(legislating.publish_draft, ann, ENFORCEMENT, None)
    assert (asked.published_at, read(policies.approvals_needed, "limit")) == (None, 2)
    with pytest.raises(Forbidden):
        write(legislating.approve, ann, ENFORCEMENT, 1)
    moderator = Staff(bob.login, bob.account, Role.MODERATOR)
    with pytest.raises(Forbidden):
        write(legislating.approve, moderator, ENFORCEMENT, 1)
    agreed = write(legislating.approve, bob, ENFORCEMENT, 1)
    assert (agreed.single_operator, read(policies.approvals_needed, "limit")) == (False, 1)
    assert agreed.published_place is not None
    entry = entries.decode(read(public_log.entries, agreed.published_place, 1)[0])
    assert isinstance(entry, entries.PolicyPublished)
    assert len({each.pseudonym for each in entry.body.by}) == 2
    with pytest.raises(NotFound):
        write(legislating.approve, bob, ENFORCEMENT, 1)


def test_who_lost_their_role_agrees_to_nothing_by_what_they_asked(read: Read, write: Write, make: Make) -> None:
    """Two are two who may, at the moment in which it is published."""
    ann, bob = admin(make, "ann"), admin(make, "bob")
    write(legislating.save, ann, text(("", "Who decides"), name=ENFORCEMENT, approvals={"limit": 1}))
    write(legislating.publish_draft, ann, ENFORCEMENT, None)
    assert ann.login is not None
    login = ann.login
    write(lambda tx: logins.change(tx, login, role=int(Role.MEMBER)))
    with pytest.raises(Invalid, match="not of the staff any more"):
        write(legislating.approve, bob, ENFORCEMENT, 1)
    assert read(policies.approvals_needed, "limit") == 2


def test_many_at_once_publish_one(database: Database, write: Write, make: Make, read: Read) -> None:
    """Whoever agrees first publishes it; of versions for one moment, one holds; numbers are given away once."""
    ann, others = admin(make, "ann"), [admin(make, f"bob{number}") for number in range(4)]
    write(legislating.save, ann, text(("", "Who decides"), name=ENFORCEMENT))
    write(legislating.publish_draft, ann, ENFORCEMENT, None)
    done = at_once(database, [partial(_agree, each) for each in others])
    assert [isinstance(each, Version) for each in done].count(True) == 1

    def write_and_publish(number: int, tx: WriteTx) -> Version:
        legislating.save(tx, ann, text(("", f"Rule {number}")))
        return legislating.publish_draft(tx, ann, RULES, START + _DAY)

    done = at_once(database, [partial(write_and_publish, number) for number in range(6)])
    assert [isinstance(each, Version) for each in done].count(True) == 1
    places = read(public_log.size)
    told = [entries.type_of(entries.decode(each)) for each in read(public_log.entries, 0, places)]
    assert told == ["policy.published", "policy.published"]


def _agree(staff: Staff, tx: WriteTx) -> Version:
    return legislating.approve(tx, staff, ENFORCEMENT, 1)


def admin(make: Make, name: str) -> Staff:
    """Make somebody who may manage rules."""
    account = make.account(name)
    return Staff(make.login(f"{name}@example.org", account, role=Role.ADMIN), account, Role.ADMIN)


def test_who_is_alone_may_change_the_enforcement_policy(write: Write, make: Make) -> None:
    """There is nobody to ask: the version bears that for ever."""
    ann = make.account("ann")
    staff = Staff(make.login("ann@example.org", ann, role=Role.OWNER), ann, Role.OWNER)
    write(legislating.save, staff, text(("", "Who decides"), name=ENFORCEMENT))
    assert write(legislating.publish_draft, staff, ENFORCEMENT, None).single_operator


# --- The audit --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        ("update policy_text set content = :other", "has another text"),
        ("update policy_version set effective_from = 0", "is something else in the public log"),
        ("update policy_version set consulted = true", "is something else in the public log"),
        ("update policy_version set published_place = 7", "is something else in the public log"),
        ("update policy_version set published_place = null", "the public log does not say so"),
    ],
)
def test_the_audit_finds_a_policy_that_was_changed_behind_the_log(
    publish: Callable[..., int], read: Read, write: Write, harm: str, found: str
) -> None:
    """Neither its text nor from when it holds can be changed without being found out."""
    publish(text(("", "Be kind")))
    assert list(auditing.audit(read)) == []
    values = OTHER if ":other" in harm else {}
    write(lambda tx: tx.run(sqlalchemy.text(harm), values))
    assert [found in each.what for each in auditing.audit(read)] == [True]


def test_a_decision_cannot_rest_on_a_clause_that_came_later(
    publish: Callable[..., int], read: Read, write: Write, make: Make, clock: ManualClock
) -> None:
    """What decides asks the same function; with a law, or about what was written since, it is made, and pinned."""
    ann, mod = make.account("ann"), make.account("mod")
    staff = Staff(make.login("mod@example.org", mod, role=Role.ADMIN), mod, Role.ADMIN)
    early = make.post(author=ann)
    clock.advance(days=1)
    publish(text(("", "Be kind")))
    late = make.post(author=ann)

    def decide(post: int, law: str = "") -> list[str]:
        grounds = Grounds(reasons="Unkind", clauses=["1"], posts=[PostId(post)], law=law)
        id_ = write(deciding.decide, staff, deciding.about(ann), Act.WARN, grounds, [])
        return read(decisions.by_ids, [id_])[id_].clauses

    with pytest.raises(Invalid, match="younger"):
        decide(early)
    assert decide(early, "§ 1") == ["1@1"]
    assert decide(late) == ["1@1"]
