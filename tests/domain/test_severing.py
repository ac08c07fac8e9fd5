"""Follows with who is shut out: they end when the suspension is agreed, are told once, kept whole, and come back."""

import json
from typing import Any

import pytest
from sqlalchemy import bindparam, select

from bema.domain import approving, blocking_domains, deciding, guarding, severing
from bema.domain.guarding import DomainTerms
from bema.domain.severing import Scope
from bema.edge.authentication import SESSION_COOKIE
from bema.model import limits
from bema.model.decisions import Act, Grounds, Severity, Subject, SubjectKind
from bema.model.ids import AccountId
from bema.model.permissions import COMMAND_LINE, Staff
from bema.model.policy import Role
from bema.outside.clock import ManualClock
from bema.store import accounts, decisions, follows, measures
from bema.store.follows import Terms
from bema.store.severances import Place
from bema.store.tables import delivery, outgoing
from bema.store.timelines import Range
from tests.client import Client
from tests.conftest import Person, Read, Square, Write
from tests.elsewhere import somebody

FAR = "far.example"
SUSPENDED = DomainTerms(severity=Severity.SUSPEND)


@pytest.fixture
def ann(square: Square) -> Person:
    """Somebody here, who follows people of another server and is followed from there."""
    return square.person("ann")


@pytest.fixture
def far(square: Square, ann: Person) -> list[AccountId]:
    """Three people of another server: one whom ann follows, one who follows her, one who does both."""
    people = [somebody(square.app.database, name, FAR) for name in ("bea", "cid", "dot")]
    square.app.database.write_now(follows.add, ann.account, people[0], Terms(False, True, ["en", "ur"]), "https://a/1")
    square.make.follow(people[1], ann.account)
    square.make.follow(ann.account, people[2])
    square.make.follow(people[2], ann.account)
    square.settle()
    return people


def shut_out(square: Square, name: str = FAR, staff: Staff = COMMAND_LINE, terms: DomainTerms = SUSPENDED) -> int:
    """Suspend a server, and wait for what follows."""
    id_ = square.app.database.write_now(guarding.block_domain, square.app.site, staff, name, terms)
    square.settle()
    return id_


def let_in(square: Square, id_: int) -> None:
    """Take that back."""
    square.app.database.write_now(guarding.end, COMMAND_LINE, measures.DOMAIN_BLOCKS, id_)
    square.settle()


def browser(square: Square, person: Person) -> Client:
    """Return somebody's browser, signed in."""
    client = square.client()
    client.cookies[SESSION_COOKIE] = square.make.session(person.login, person.account)
    return client


def stands(person: Person, others: list[AccountId], read: Read) -> list[tuple[bool, bool, bool]]:
    """Return whether somebody follows others, is followed, and asked."""
    own = person.account
    return [
        (read(follows.exists, own, each), read(follows.exists, each, own), read(follows.request_exists, own, each))
        for each in others
    ]


def told(person: Person) -> list[dict[str, Any]]:
    """Return what somebody was told of lost follows."""
    found: list[dict[str, Any]] = person.client.get("/api/v1/notifications?types[]=severed_relationships").json()
    return found


def test_a_suspended_server_takes_all_follows_with_it_and_each_is_told_once(
    square: Square, ann: Person, far: list[AccountId], read: Read
) -> None:
    """With counts, in both forms of notifications; the numbers of the profile follow."""
    bob = square.person("bob")
    shut_out(square)
    assert stands(ann, far, read) == [(False, False, False)] * 3
    [one] = told(ann)
    assert (one["type"], one["account"]["id"]) == ("severed_relationships", str(ann.account))
    event = one["event"]
    assert event.pop("id")
    assert event.pop("created_at")
    assert event == {
        "type": "domain_block",
        "purged": False,
        "target_name": FAR,
        "followers_count": 2,
        "following_count": 2,
    }
    [group] = ann.client.get("/api/v2/notifications?types[]=severed_relationships").json()["notification_groups"]
    assert group["event"]["target_name"] == FAR
    own = ann.client.get("/api/v1/accounts/verify_credentials").json()
    assert (own["followers_count"], own["following_count"]) == (0, 0)
    assert told(bob) == []
    square.settle()
    assert len(told(ann)) == 1


def test_subdomains_are_one_with_their_server(square: Square, ann: Person, far: list[AccountId]) -> None:
    """Whoever loses follows with several of them is told of it in one."""
    sub = somebody(square.app.database, "eli", f"deep.{FAR}")
    square.make.follow(ann.account, sub)
    shut_out(square)
    [one] = told(ann)
    assert (one["event"]["following_count"], one["event"]["target_name"]) == (3, FAR)


def test_a_suspension_that_waits_for_a_second_person_lets_follows_rest(
    square: Square, ann: Person, far: list[AccountId], read: Read, write: Write
) -> None:
    """They end when the second agrees; where it lapses or is refused, nothing was lost."""
    first, second = square.staff("first"), square.staff("second")
    by = Staff(login=first.login, account=first.account, role=Role.OWNER)
    shut_out(square, staff=by)
    assert stands(ann, far, read) == [(True, False, False), (False, True, False), (True, True, False)]
    assert told(ann) == []
    [waiting] = read(decisions.in_force, Subject(SubjectKind.DOMAIN, name=FAR))
    write(approving.approve, Staff(login=second.login, account=second.account, role=Role.OWNER), waiting[0])
    square.settle()
    assert stands(ann, far, read) == [(False, False, False)] * 3
    assert len(told(ann)) == 1


def test_one_that_lapses_ended_nothing(
    square: Square, ann: Person, far: list[AccountId], read: Read, clock: ManualClock
) -> None:
    """What was provisional for too long is over, and all is as it was."""
    first, _ = square.staff("first"), square.staff("second")
    shut_out(square, staff=Staff(login=first.login, account=first.account, role=Role.OWNER))
    clock.advance(seconds=limits.PROVISIONAL_SECONDS + 1)
    square.settle()
    assert stands(ann, far, read) == [(True, False, False), (False, True, False), (True, True, False)]
    assert told(ann) == []


def test_what_is_taken_back_brings_follows_back(square: Square, ann: Person, far: list[AccountId], read: Read) -> None:
    """Who followed does again, on the spot; whom one followed is asked again, on the same terms. Nobody is told twice."""
    let_in(square, shut_out(square))
    assert stands(ann, far, read) == [(False, False, True), (False, True, False), (False, True, True)]
    assert read(follows.terms, ann.account, far[0]) == Terms(False, True, ["en", "ur"])
    assert [each["type"] for each in ann.client.get("/api/v1/notifications?exclude_types[]=follow").json()] == [
        "severed_relationships"
    ]
    assert ann.client.get("/api/v1/notifications?types[]=follow").json() == []
    own = ann.client.get("/api/v1/accounts/verify_credentials").json()
    assert own["followers_count"] == 2
    assert sum('"type":"Follow"' in body or '"type": "Follow"' in body for body in _said(square)) == 2


def _said(square: Square) -> list[str]:
    return square.app.database.read_now(lambda tx: tx.values(select(outgoing.c.body)))


def test_who_wants_nothing_of_the_other_by_then_stays_apart(
    square: Square, ann: Person, far: list[AccountId], read: Read
) -> None:
    """A block that came between is not undone; and other terms for the same server bring nothing back."""
    id_ = shut_out(square)
    square.app.database.write_now(
        guarding.change_domain_block, COMMAND_LINE, id_, DomainTerms(severity=Severity.SUSPEND, public_comment="spam")
    )
    square.settle()
    assert stands(ann, far, read) == [(False, False, False)] * 3
    square.app.database.write_now(blocking_domains.block, ann.account, FAR)
    square.settle()
    let_in(square, id_)
    assert stands(ann, far, read) == [(False, False, False)] * 3


def test_ones_own_block_of_a_server_is_told_too(square: Square, ann: Person, far: list[AccountId], read: Read) -> None:
    """As the person's own doing; taking the block back brings nobody back."""
    ann.client.post("/api/v1/domain_blocks", form={"domain": FAR})
    square.settle()
    [one] = told(ann)
    assert (one["event"]["type"], one["event"]["followers_count"], one["event"]["following_count"]) == (
        "user_domain_block",
        2,
        2,
    )
    ann.client.delete("/api/v1/domain_blocks", json={"domain": FAR})
    square.settle()
    assert stands(ann, far, read) == [(False, False, False)] * 3


def test_one_suspended_person_of_another_server_is_lost_alone(
    square: Square, ann: Person, far: list[AccountId], read: Read, write: Write
) -> None:
    """Follows with others there stay. Their server is told that theirs are over, so only whom one followed comes back."""
    decided = write(deciding.on_account, square.app.site, COMMAND_LINE, far[2], Act.SUSPEND, Grounds(), by_letter=False)
    square.settle()
    assert stands(ann, far[:2], read) == [(True, False, False), (False, True, False)]
    [one] = told(ann)
    assert (one["event"]["type"], one["event"]["target_name"]) == ("account_suspension", f"dot@{FAR}")
    [rejected] = [each for each in map(json.loads, _said(square)) if each["type"] == "Reject"]
    assert rejected["object"]["actor"] == f"https://{FAR}/users/dot"
    [inbox] = square.app.database.read_now(lambda tx: tx.values(_inboxes, {"kind": "%Reject%"}))
    assert inbox == f"https://{FAR}/users/dot/inbox", "at their own, where others' is shared"
    write(deciding.take_back, COMMAND_LINE, decided)
    square.settle()
    assert stands(ann, far[2:], read) == [(False, False, True)]


_inboxes = (
    select(delivery.c.inbox)
    .select_from(delivery.join(outgoing, outgoing.c.id == delivery.c.outgoing_id))
    .where(outgoing.c.body.like(bindparam("kind")))
)


def test_what_comes_back_has_its_places_in_lists(square: Square, ann: Person, far: list[AccountId]) -> None:
    """But not in a list that is gone by then; who is not let in by the other server is in none, as with any request."""
    kept, gone = (ann.client.post("/api/v1/lists", form={"title": title}).json()["id"] for title in ("Kept", "Gone"))
    for list_ in (kept, gone):
        assert ann.client.post(f"/api/v1/lists/{list_}/accounts", form={"account_ids[]": str(far[0])}).status == 200
    id_ = shut_out(square)
    assert ann.client.get(f"/api/v1/lists/{kept}/accounts").json() == []
    ann.client.delete(f"/api/v1/lists/{gone}")
    let_in(square, id_)
    assert [each["acct"] for each in ann.client.get(f"/api/v1/lists/{kept}/accounts").json()] == [f"bea@{FAR}"]
    assert ann.client.get(f"/api/v1/lists/{gone}").status == 404


def test_the_page_lists_what_was_lost_for_its_owner_alone(square: Square, ann: Person, far: list[AccountId]) -> None:
    """With lists to take along; for anybody else they are not there."""
    bob = square.person("bob")
    shut_out(square)
    own = browser(square, ann)
    text = own.get("/settings/severed").text
    assert all(words in text for words in (FAR, "2 people you followed", "2 followers"))
    id_ = told(ann)[0]["event"]["id"]
    following = own.get(f"/settings/severed/{id_}/following.csv")
    assert following.headers["content-type"] == "text/csv; charset=utf-8"
    assert following.text.splitlines() == [
        "Account address,Show boosts,Notify on new posts,Languages",
        f'bea@{FAR},false,true,"en, ur"',
        f"dot@{FAR},true,false,",
    ]
    assert own.get(f"/settings/severed/{id_}/followers.csv").text.splitlines() == [
        "Account address",
        f"cid@{FAR}",
        f"dot@{FAR}",
    ]
    other = browser(square, bob)
    for path in (f"/settings/severed/{id_}/following.csv", f"/settings/severed/{id_}/followers.csv"):
        assert other.get(path).status == 404
    assert FAR not in other.get("/settings/severed").text


def test_a_great_many_follows_end_a_few_at_a_time(
    square: Square, ann: Person, far: list[AccountId], read: Read, write: Write
) -> None:
    """One person there may have many followers here: each transaction goes on where the last one stopped, both ways."""
    readers = [square.make.account(f"reader{number}") for number in range(7)]
    for each in readers:
        square.make.follow(each, far[0])
        square.make.follow(far[1], each)
    square.settle()
    write(guarding.block_domain, square.app.site, COMMAND_LINE, FAR, SUSPENDED)
    domain = write(accounts.domain_id, FAR, local=False)
    scope, steps = Scope(FAR, domain=domain), 0
    for is_follower in (True, False):
        place: Place | None = Place()
        while place is not None:
            place = write(severing.sever_some, scope, place, is_follower=is_follower, most=3)
            steps += 1
    assert steps > 5
    assert not any(read(follows.exists, each, far[0]) or read(follows.exists, far[1], each) for each in readers)
    square.settle()
    lost = [severance for each in readers for severance in read(severing.page, each, Range(5)).items]
    assert [(each.followers, each.following) for each in lost] == [(1, 1)] * 7
