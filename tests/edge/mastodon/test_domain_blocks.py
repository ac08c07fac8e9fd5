"""Blocking domains by the Mastodon API: whose posts, notifications and follows it takes away."""

import pytest

from bema.model.ids import AccountId
from tests.conftest import Person, Square

FAR = "far.example"


@pytest.fixture
def ann(square: Square) -> Person:
    """Somebody who blocks domains."""
    return square.person("ann")


@pytest.fixture
def eve(square: Square) -> AccountId:
    """Somebody of another server."""
    return square.make.account("eve", host=FAR)


def block(person: Person, domain: str = FAR) -> None:
    """Block a domain."""
    assert person.client.post("/api/v1/domain_blocks", form={"domain": domain}).json() == {}


def test_domains_are_blocked_listed_and_unblocked(ann: Person) -> None:
    """By form, JSON body and query; twice is once, in whatever case it is written."""
    for domain in ("one.example", "Two.Example", "bücher.example", "one.example"):
        block(ann, domain)
    assert ann.client.get("/api/v1/domain_blocks").json() == ["xn--bcher-kva.example", "two.example", "one.example"]
    assert ann.client.delete("/api/v1/domain_blocks", json={"domain": "TWO.example"}).json() == {}
    assert ann.client.delete("/api/v1/domain_blocks?domain=one.example").json() == {}
    assert ann.client.delete("/api/v1/domain_blocks?domain=one.example").json() == {}
    assert ann.client.get("/api/v1/domain_blocks").json() == ["xn--bcher-kva.example"]


@pytest.mark.parametrize(
    ("domain", "error"),
    [
        ("", "Domain can't be blank"),
        ("two words", "Domain is not a valid domain name"),
        ("x" * 300, "Domain is not a valid domain name"),
        ("a..b", "Domain is not a valid domain name"),
    ],
)
def test_what_is_no_domain_is_refused(ann: Person, domain: str, error: str) -> None:
    """With Mastodon's sentence, by both methods."""
    for method in ("POST", "DELETE"):
        answer = ann.client.request(method, "/api/v1/domain_blocks", json={"domain": domain})
        assert (answer.status, answer.json()) == (422, {"error": f"Validation failed: {error}"})


def test_what_comes_from_a_blocked_domain_is_not_seen(square: Square, ann: Person, eve: AccountId) -> None:
    """Not in timelines, nor passed on by others, in threads and notifications, nor in lists of people."""
    bob = square.person("bob")
    square.make.follow(ann.account, bob.account)
    own = square.make.post(ann.account)
    post = square.make.post(eve, "From afar", tags=["tea"], mentions=[ann.account], in_reply_to=own)
    public = square.make.post(eve, "From afar", tags=["tea"])
    square.make.boost(bob.account, public)
    square.make.favourite(eve, own)
    square.make.follow(eve, bob.account)
    square.settle()
    paths = (
        "/api/v1/timelines/home",
        "/api/v1/timelines/public",
        "/api/v1/timelines/tag/tea",
        f"/api/v1/statuses/{own}/context",
        f"/api/v1/statuses/{own}/favourited_by",
        "/api/v1/notifications",
        f"/api/v1/accounts/{bob.account}/followers",
    )
    before = [ann.client.get(path).text for path in paths]
    assert all(FAR in text for text in before)
    block(ann, "other.example")
    assert [ann.client.get(path).text for path in paths] == before
    block(ann)
    for path in paths:
        assert FAR not in ann.client.get(path).text, path
        assert bob.client.get("/api/v1/timelines/tag/tea").text.count("From afar") == 2
    assert ann.client.get(f"/api/v1/statuses/{post}").status == 200  # who asks for it sees it
    ann.client.delete("/api/v1/domain_blocks", json={"domain": FAR})
    assert [ann.client.get(path).text for path in paths] == before


def test_follows_with_a_blocked_domain_end(square: Square, ann: Person, eve: AccountId) -> None:
    """Both ways, requests too, and nobody of it can be followed; follows with others stay."""
    shy, asking = square.make.account("shy", host=FAR), square.make.account("asking", host=FAR)
    near = square.make.account("near")
    for each in (eve, near):
        square.make.follow(ann.account, each)
        square.make.follow(each, ann.account)
    square.make.follow_request(ann.account, shy)
    square.make.follow_request(asking, ann.account)
    block(ann)
    square.settle()
    ids = "&".join(f"id[]={each}" for each in (eve, shy, asking, near))
    stands = ann.client.get(f"/api/v1/accounts/relationships?{ids}").json()
    flags = ("following", "followed_by", "requested", "requested_by", "domain_blocking")
    assert [[each[flag] for flag in flags] for each in stands] == [[False] * 4 + [True]] * 3 + [
        [True, True, False, False, False]
    ]
    assert ann.client.post(f"/api/v1/accounts/{eve}/follow").status == 403


def test_ones_own_domain_has_no_others(square: Square, ann: Person) -> None:
    """Blocking it takes nothing away, as on Mastodon."""
    bob = square.make.account("bob")
    square.make.follow(ann.account, bob)
    square.make.post(bob)
    block(ann, "square.example")
    square.settle()
    assert len(ann.client.get("/api/v1/timelines/home").json()) == 1


def test_who_blocks_domains_pays_no_statement_more(square: Square, ann: Person, statements: list[str]) -> None:
    """It is looked at where the posts are chosen."""
    bob = square.make.account("bob")
    square.make.follow(ann.account, bob)
    square.make.post(bob)
    square.settle()
    counts = []
    for _ in range(2):
        statements.clear()
        ann.client.get("/api/v1/timelines/home")
        counts.append(len(statements))
        block(ann)
    assert counts[0] == counts[1]
