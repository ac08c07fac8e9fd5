"""Lists by the Mastodon API: keeping them, who is in them, and what they show."""

from collections.abc import Sequence
from typing import Any

import pytest

from bema.model import limits
from bema.model.ids import AccountId, PostId
from bema.model.policy import Visibility
from bema.store import follows, list_entries, lists
from tests.client import Response
from tests.conftest import Person, Square


@pytest.fixture
def ann(square: Square) -> Person:
    """Somebody who keeps lists."""
    return square.person("ann")


def make(person: Person, title: str = "Poets", **terms: Any) -> str:
    """Make a list and return its id."""
    answer = person.client.post("/api/v1/lists", json={"title": title, **terms})
    assert answer.status == 200, answer.text
    return str(answer.json()["id"])


def put_in(person: Person, list_: str, *members: AccountId) -> Response:
    """Put people into a list."""
    return person.client.post(f"/api/v1/lists/{list_}/accounts", json={"account_ids": [str(each) for each in members]})


def members(person: Person, list_: str) -> list[str]:
    """Return the names of who is in a list."""
    return [each["acct"] for each in person.client.get(f"/api/v1/lists/{list_}/accounts").json()]


def shown(person: Person, timeline: str) -> list[str]:
    """Return the ids of the posts in a timeline."""
    answer = person.client.get(f"/api/v1/timelines/{timeline}")
    assert answer.status == 200, answer.text
    return [each["id"] for each in answer.json()]


def texts(ids: Sequence[PostId]) -> list[str]:
    """Return ids as they come, newest first."""
    return [str(id_) for id_ in sorted(ids, reverse=True)]


# --- Keeping them -----------------------------------------------------------------------------------------------------


def test_a_list_is_made_read_changed_and_deleted(ann: Person) -> None:
    """With all keys each time; what is not named stays."""
    made = ann.client.post("/api/v1/lists", form={"title": " Poets "}).json()
    assert made == {"id": made["id"], "title": "Poets", "replies_policy": "list", "exclusive": False}
    path = f"/api/v1/lists/{made['id']}"
    assert ann.client.get(path).json() == made
    changed = ann.client.put(path, json={"replies_policy": "none", "exclusive": True}).json()
    assert changed == {**made, "replies_policy": "none", "exclusive": True}
    assert ann.client.patch(path, form={"title": "شعراء"}).json() == {**changed, "title": "شعراء"}
    assert [each["title"] for each in ann.client.get("/api/v1/lists").json()] == ["شعراء"]
    assert ann.client.delete(path).json() == {}
    assert ann.client.get("/api/v1/lists").json() == []
    assert ann.client.delete(path).status == 404


@pytest.mark.parametrize(
    ("terms", "error"),
    [
        ({}, "Validation failed: Title can't be blank"),
        ({"title": " "}, "Validation failed: Title can't be blank"),
        ({"title": "x" * 257}, "Validation failed: Title is too long (maximum is 256 characters)"),
        ({"title": "x", "replies_policy": "some"}, "'some' is not a valid replies_policy"),
    ],
)
def test_what_cannot_be_a_list_is_refused(ann: Person, terms: dict[str, str], error: str) -> None:
    """With Mastodon's sentences, which clients show."""
    answer = ann.client.post("/api/v1/lists", json=terms)
    assert (answer.status, answer.json()) == (422, {"error": error})


def test_there_is_a_last_list(ann: Person) -> None:
    """Each list costs something for every post of who is in it."""
    for number in range(limits.LISTS):
        make(ann, f"List {number}")
    assert ann.client.post("/api/v1/lists", json={"title": "One more"}).status == 422


# --- Members ----------------------------------------------------------------------------------------------------------


def test_members_are_those_whom_one_follows_or_asked_to(square: Square, ann: Person) -> None:
    """Others, and those who do not exist, look missing; then nobody is added."""
    bob, shy, eve = (square.make.account(name) for name in ("bob", "shy", "eve"))
    square.make.follow(ann.account, bob)
    square.make.follow_request(ann.account, shy)
    poets = make(ann)
    assert put_in(ann, poets, bob, eve).status == 404
    assert put_in(ann, poets, bob, AccountId(7)).status == 404
    assert members(ann, poets) == []
    assert put_in(ann, poets, bob, shy, ann.account).json() == {}
    assert members(ann, poets) == ["ann", "shy", "bob"]
    again = put_in(ann, poets, bob)
    assert (again.status, again.json()["error"]) == (422, "Validation failed: Account has already been taken")
    assert [each["id"] for each in ann.client.get(f"/api/v1/accounts/{bob}/lists").json()] == [poets]
    assert ann.client.get(f"/api/v1/accounts/{eve}/lists").json() == []
    assert ann.client.get("/api/v1/accounts/7/lists").status == 404


def test_members_are_removed_by_body_form_or_query(square: Square, ann: Person) -> None:
    """As masto.js, Mastodon.py and older clients do; who is not there is no error."""
    people = [square.make.account(f"p{number}") for number in range(4)]
    for each in people:
        square.make.follow(ann.account, each)
    poets = make(ann)
    put_in(ann, poets, *people)
    path = f"/api/v1/lists/{poets}/accounts"
    assert ann.client.delete(path, json={"account_ids": [str(people[0])]}).json() == {}
    assert ann.client.delete(path, form={"account_ids[]": str(people[1])}).json() == {}
    assert ann.client.delete(f"{path}?account_ids[]={people[2]}").json() == {}
    assert ann.client.delete(path, json={"account_ids": [str(people[0]), "7", "x"]}).json() == {}
    assert ann.client.delete(path).json() == {}
    assert members(ann, poets) == ["p3"]


def test_all_members_come_at_once_with_a_limit_of_zero(square: Square, ann: Person) -> None:
    """Without links; a limit too large is the largest, as Elk's thousand."""
    poets = make(ann)
    people = [square.make.account(f"p{number}") for number in range(limits.PEOPLE_PAGE_MAX + 1)]
    for each in people:
        square.make.follow(ann.account, each)
    assert put_in(ann, poets, *people).status == 200
    everybody = ann.client.get(f"/api/v1/lists/{poets}/accounts?limit=0")
    assert len(everybody.json()) == len(people)
    assert "link" not in everybody.headers
    assert len(ann.client.get(f"/api/v1/lists/{poets}/accounts?limit=1000").json()) == limits.PEOPLE_PAGE_MAX


def test_who_is_followed_no_more_leaves_all_lists(square: Square, ann: Person) -> None:
    """By unfollowing, by a block of either side, and by a request that is refused or taken back."""
    names = ("unfollowed", "blocked", "blocking", "refusing", "forgotten")
    people = {name: square.person(name, locked=name in ("refusing", "forgotten")) for name in names}
    for each in people.values():
        assert ann.client.post(f"/api/v1/accounts/{each.account}/follow").status == 200
    poets = make(ann)
    put_in(ann, poets, *(each.account for each in people.values()))
    for each in people.values():
        square.make.post(each.account)
    square.settle()
    assert len(shown(ann, f"list/{poets}")) == 3
    ann.client.post(f"/api/v1/accounts/{people['unfollowed'].account}/unfollow")
    ann.client.post(f"/api/v1/accounts/{people['blocked'].account}/block")
    people["blocking"].client.post(f"/api/v1/accounts/{ann.account}/block")
    people["refusing"].client.post(f"/api/v1/follow_requests/{ann.account}/reject")
    ann.client.post(f"/api/v1/accounts/{people['forgotten'].account}/unfollow")
    assert members(ann, poets) == []
    assert shown(ann, f"list/{poets}") == []


# --- What they show ---------------------------------------------------------------------------------------------------


def test_a_list_shows_what_its_members_post(square: Square, ann: Person) -> None:
    """Before and after they came into it, boosts too, and nothing of others or of those who left it."""
    bob, cat, eve = (square.make.account(name) for name in ("bob", "cat", "eve"))
    for each in (bob, cat, eve):
        square.make.follow(ann.account, each)
    before = square.make.post(bob)
    poets = make(ann)
    put_in(ann, poets, bob, cat)
    assert shown(ann, f"list/{poets}") == [str(before)]
    square.make.post(eve)
    quiet = square.make.post(cat, visibility=Visibility.FOLLOWERS)
    boost = square.make.boost(bob, square.make.post(square.make.account("far")))
    again = square.make.boost(cat, before)
    square.settle()
    assert shown(ann, f"list/{poets}") == texts([before, quiet, boost])
    assert str(again) not in shown(ann, f"list/{poets}")
    ann.client.delete(f"/api/v1/lists/{poets}/accounts?account_ids[]={bob}")
    assert shown(ann, f"list/{poets}") == [str(quiet)]
    square.make.delete(quiet)
    square.settle()
    assert shown(ann, f"list/{poets}") == []


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("list", {"member", "owner", "self"}),
        ("followed", {"member", "followed", "owner", "self"}),
        ("none", {"owner", "self"}),
    ],
)
def test_the_policy_says_which_answers_are_shown(square: Square, ann: Person, policy: str, expected: set[str]) -> None:
    """Answers to oneself and to the owner always, to strangers never; a change holds for what is there."""
    bob, cat, dan, eve = (square.make.account(name) for name in ("bob", "cat", "dan", "eve"))
    for each in (bob, cat, dan):
        square.make.follow(ann.account, each)
    poets = make(ann)
    put_in(ann, poets, bob, cat)
    answered = {"member": cat, "followed": dan, "owner": ann.account, "self": bob, "stranger": eve}
    posts = {name: square.make.post(author) for name, author in answered.items()}
    answers = {str(square.make.post(bob, in_reply_to=post)): name for name, post in posts.items()}
    square.settle()
    assert ann.client.put(f"/api/v1/lists/{poets}", json={"replies_policy": policy}).status == 200
    found = shown(ann, f"list/{poets}")
    assert {answers[id_] for id_ in found if id_ in answers} == expected
    asked = square.app.database.read_now(
        lambda tx: {name for id_, name in answers.items() if list_entries.showing(tx, [int(poets)], int(id_))}  # type: ignore[list-item, arg-type]  # ids are typed after the edge
    )
    assert asked == expected


def test_what_is_not_for_the_owner_is_not_in_the_list(square: Square, ann: Person) -> None:
    """Boosts and languages that one does not want, mutes, and posts for others."""
    bob, cat = square.make.account("bob"), square.make.account("cat")
    square.make.follow(ann.account, bob, boosts=False, languages=["en"])
    square.make.follow(ann.account, cat)
    poets = make(ann)
    put_in(ann, poets, bob, cat)
    square.make.boost(bob, square.make.post(square.make.account("far")))
    square.make.post(bob, language="de")
    square.make.post(bob, visibility=Visibility.DIRECT)
    wanted = square.make.post(bob, language="en")
    square.make.post(cat)
    square.make.mute(ann.account, cat)
    square.settle()
    assert shown(ann, f"list/{poets}") == [str(wanted)]


def test_who_accepts_a_request_is_in_the_list_from_then_on(square: Square, ann: Person) -> None:
    """With what was posted before, and not at home where the list is exclusive."""
    shy = square.person("shy", locked=True)
    ann.client.post(f"/api/v1/accounts/{shy.account}/follow")
    poets = make(ann, exclusive=True)
    put_in(ann, poets, shy.account)
    before = square.make.post(shy.account, visibility=Visibility.FOLLOWERS)
    square.settle()
    assert shown(ann, f"list/{poets}") == []
    shy.client.post(f"/api/v1/follow_requests/{ann.account}/authorize")
    after = square.make.post(shy.account, visibility=Visibility.FOLLOWERS)
    square.settle()
    assert shown(ann, f"list/{poets}") == texts([before, after])
    assert shown(ann, "home") == []
    assert members(ann, poets) == ["shy"]


def test_members_of_an_exclusive_list_leave_home_and_come_back(square: Square, ann: Person) -> None:
    """What they posted before too; what has a followed tag stays; other lists are no reason to come back."""
    bob, cat = square.make.account("bob"), square.make.account("cat")
    square.make.follow_tag(ann.account, "tea")
    for each in (bob, cat):
        square.make.follow(ann.account, each)
    old, tagged, other = square.make.post(bob), square.make.post(bob, tags=["tea"]), square.make.post(cat)
    square.settle()
    poets, friends = make(ann), make(ann, "Friends", exclusive=True)
    put_in(ann, poets, bob)
    assert shown(ann, "home") == texts([old, tagged, other])
    put_in(ann, friends, bob)
    new, boost = square.make.post(bob), square.make.boost(bob, square.make.post(square.make.account("far")))
    square.settle()
    assert shown(ann, "home") == texts([tagged, other])
    assert shown(ann, f"list/{friends}") == texts([old, tagged, new, boost])
    ann.client.put(f"/api/v1/lists/{friends}", json={"exclusive": False})
    everything = texts([old, tagged, other, new, boost])
    assert shown(ann, "home") == everything
    ann.client.put(f"/api/v1/lists/{poets}", json={"exclusive": True})
    assert shown(ann, "home") == texts([tagged, other])
    ann.client.put(f"/api/v1/lists/{friends}", json={"exclusive": True})
    ann.client.delete(f"/api/v1/lists/{poets}")
    assert shown(ann, "home") == texts([tagged, other])
    ann.client.delete(f"/api/v1/lists/{friends}/accounts", json={"account_ids": [str(bob)]})
    assert shown(ann, "home") == everything
    square.settle()
    assert shown(ann, "home") == everything


def test_lists_belong_to_one_account(square: Square, ann: Person) -> None:
    """Another's list and one that never was get the same answer, whatever is asked of it."""
    eve = square.person("eve")
    bob = square.make.account("bob")
    for each in (ann, eve):
        square.make.follow(each.account, bob)
    poets = make(ann)
    put_in(ann, poets, bob)
    for method, path in (
        ("GET", "/api/v1/lists/{}"),
        ("PUT", "/api/v1/lists/{}"),
        ("DELETE", "/api/v1/lists/{}"),
        ("GET", "/api/v1/lists/{}/accounts"),
        ("POST", "/api/v1/lists/{}/accounts"),
        ("DELETE", "/api/v1/lists/{}/accounts"),
        ("GET", "/api/v1/timelines/list/{}"),
    ):
        sent = {"title": "Mine", "account_ids": [str(bob)]}
        answers = [eve.client.request(method, path.format(id_), json=sent) for id_ in (poets, "7", "x")]
        assert [each.status for each in answers] == [404] * 3, f"{method} {path}"
        assert len({each.body for each in answers}) == 1
    assert eve.client.get(f"/api/v1/accounts/{bob}/lists").json() == []
    assert members(ann, poets) == ["bob"]
    assert ann.client.get(f"/api/v1/lists/{poets}").json()["title"] == "Poets"


def test_a_timeline_costs_the_same_statements_whatever_it_shows(
    square: Square, ann: Person, statements: list[str]
) -> None:
    """And so does putting many people into a list."""
    people = [square.make.account(f"p{number}") for number in range(12)]
    for each in people:
        square.make.follow(ann.account, each)
    counts = []
    for some in (people[:1], people[1:]):
        list_ = make(ann)
        statements.clear()
        put_in(ann, list_, *some)
        counts.append(len(statements))
        for each in some:
            square.make.post(each)
        square.settle()
        statements.clear()
        assert len(shown(ann, f"list/{list_}")) == len(some)
        counts.append(len(statements))
    assert counts[:2] == counts[2:]


def test_a_list_is_walked_while_others_write(square: Square, ann: Person) -> None:
    """By its links alone, over 210 posts: no gap, no repetition, whatever is posted and deleted meanwhile."""
    bob = square.make.account("bob")
    square.make.follow(ann.account, bob)
    poets = make(ann)
    put_in(ann, poets, bob)
    posts = [square.make.post(bob) for _ in range(210)]
    square.settle()
    walked: list[str] = []
    url: str | None = f"/api/v1/timelines/list/{poets}?limit=30"
    while url is not None:
        page = ann.client.get(url)
        walked += [each["id"] for each in page.json()]
        url = page.link("next")
        square.make.delete(square.make.post(bob))
        square.make.post(bob)
        square.settle()
    assert walked == texts(posts)


def test_it_is_known_which_of_some_lists_an_author_is_in(square: Square, ann: Person) -> None:
    """Streaming asks so for all lists that somebody listens to, at once."""
    bob = square.make.account("bob")
    square.make.follow(ann.account, bob)
    ids = [int(make(ann, f"List {number}")) for number in range(3)]
    for each in ids[:2]:
        put_in(ann, str(each), bob)
    found = square.app.database.read_now(lists.containing, ids[1:], bob)  # type: ignore[arg-type]  # ids are typed after the edge
    assert found == {ids[1]}


def test_rebuilt_lists_are_the_same(square: Square, ann: Person) -> None:
    """What a list shows follows from who is in it and what was posted."""
    bob, cat = square.make.account("bob"), square.make.account("cat")
    for each in (bob, cat):
        square.make.follow(ann.account, each)
    poets = make(ann)
    first = square.make.post(bob)
    put_in(ann, poets, bob, cat, ann.account)
    for author in (bob, cat, ann.account):
        square.make.post(author)
        square.make.post(author, in_reply_to=first)
    square.make.boost(cat, first)
    square.make.boost(cat, square.make.post(square.make.account("far")))
    square.settle()
    before = shown(ann, f"list/{poets}")
    square.app.database.write_now(list_entries.rebuild)
    assert shown(ann, f"list/{poets}") == before
    assert len(before) == 8


def test_a_follow_knows_whether_it_is_read_at_home(square: Square, ann: Person) -> None:
    """Settling it again changes nothing."""
    bob = square.make.account("bob")
    square.make.follow(ann.account, bob)
    put_in(ann, make(ann, exclusive=True), bob)
    square.make.post(bob)
    square.app.database.write_now(follows.settle_home, ann.account, [bob])
    square.settle()
    assert shown(ann, "home") == []
