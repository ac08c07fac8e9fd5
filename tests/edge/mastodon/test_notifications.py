"""Notifications by the Mastodon API: who is told of what, in which shape, and how it is put away."""

from typing import Any

import pytest

from bema.model.policy import Role
from tests.conftest import Person, Square


@pytest.fixture
def ann(square: Square) -> Person:
    """Who is told."""
    return square.person("ann")


@pytest.fixture
def bob(square: Square) -> Person:
    """Who does things."""
    return square.person("bob")


def told(person: Person, query: str = "") -> list[tuple[str, str]]:
    """Return what somebody is told: the type and by whom."""
    answer = person.client.get(f"/api/v1/notifications{query}")
    assert answer.status == 200, answer.text
    return [(each["type"], each["account"]["acct"]) for each in answer.json()]


def post(person: Person, text: str, **more: Any) -> str:
    """Publish a post and return its id."""
    answer = person.client.post("/api/v1/statuses", json={"status": text, **more})
    assert answer.status == 200, answer.text
    return str(answer.json()["id"])


def do_everything(square: Square, ann: Person, bob: Person) -> str:
    """Let Bob do all that Ann is told of."""
    mine = post(ann, "Good morning")
    ann.client.post(f"/api/v1/accounts/{bob.account}/follow", json={"notify": True})
    bob.client.post(f"/api/v1/accounts/{ann.account}/follow")
    bob.client.post(f"/api/v1/statuses/{mine}/favourite")
    bob.client.post(f"/api/v1/statuses/{mine}/reblog")
    post(bob, "@ann good morning")
    post(bob, "Nobody in particular")
    square.settle()
    return mine


def test_each_kind_has_its_name_and_its_post(square: Square, ann: Person, bob: Person) -> None:
    """A boost carries the boosted post, a follow none at all."""
    mine = do_everything(square, ann, bob)
    found = ann.client.get("/api/v1/notifications").json()
    assert [each["type"] for each in found] == ["status", "mention", "reblog", "favourite", "follow"]
    assert "status" not in found[4]
    assert found[2]["status"]["id"] == found[3]["status"]["id"] == mine
    assert found[2]["status"]["reblog"] is None
    alone = [each["group_key"] == f"ungrouped-{each['id']}" for each in found]
    assert alone == [True, True, False, False, False]
    assert all(each["account"]["acct"] == "bob" for each in found)
    assert ann.client.get(f"/api/v1/notifications/{found[1]['id']}").json() == found[1]
    assert bob.client.get(f"/api/v1/notifications/{found[1]['id']}").status == 404


def test_what_one_does_oneself_is_not_told(square: Square, ann: Person) -> None:
    """Answering, favouriting and boosting one's own posts are no news."""
    mine = post(ann, "@ann a note to myself")
    for verb in ("favourite", "reblog"):
        ann.client.post(f"/api/v1/statuses/{mine}/{verb}")
    post(ann, "@ann more", in_reply_to_id=mine)
    square.settle()
    assert told(ann) == []


def test_a_locked_account_is_told_of_requests(square: Square, bob: Person) -> None:
    """Until they are answered; then it is told of the follower."""
    shy = square.person("shy", locked=True)
    bob.client.post(f"/api/v1/accounts/{shy.account}/follow")
    square.settle()
    assert told(shy) == [("follow_request", "bob")]
    shy.client.post(f"/api/v1/follow_requests/{bob.account}/authorize")
    square.settle()
    assert told(shy) == [("follow", "bob")]


def test_types_are_chosen_and_unknown_ones_passed_over(square: Square, ann: Person, bob: Person) -> None:
    """Clients ask old servers for new types; that is no error."""
    do_everything(square, ann, bob)
    assert told(ann, "?types[]=mention&types[]=reblog&types[]=severed") == [("mention", "bob"), ("reblog", "bob")]
    assert told(ann, "?types[]=poll") == []
    assert told(ann, "?exclude_types[]=status&exclude_types[]=mention&exclude_types[]=x") == [
        ("reblog", "bob"),
        ("favourite", "bob"),
        ("follow", "bob"),
    ]
    assert len(told(ann, f"?account_id={bob.account}")) == 5
    assert told(ann, f"?account_id={ann.account}") == told(ann, "?account_id=x") == []


def test_pages_are_walked_both_ways(square: Square, ann: Person, bob: Person) -> None:
    """The links keep the types asked for, and the newest page has nothing before it."""
    do_everything(square, ann, bob)
    walked: list[str] = []
    url: str | None = "/api/v1/notifications?limit=2&exclude_types[]=follow"
    while url is not None:
        page = ann.client.get(url)
        walked += [each["type"] for each in page.json()]
        url = page.link("next")
    assert walked == ["status", "mention", "reblog", "favourite"]
    first = ann.client.get("/api/v1/notifications?limit=2")
    newer = first.link("prev")
    assert newer is not None
    assert ann.client.get(newer).json() == []
    ids = [each["id"] for each in ann.client.get("/api/v1/notifications").json()]
    above = ann.client.get(f"/api/v1/notifications?limit=2&min_id={ids[4]}").json()
    assert [each["id"] for each in above] == ids[2:4]


def test_who_is_blocked_or_muted_is_not_heard(square: Square, ann: Person, bob: Person) -> None:
    """A mute may leave notifications alone; when it ends they are there again."""
    do_everything(square, ann, bob)
    mute, unmute = (f"/api/v1/accounts/{bob.account}/{verb}" for verb in ("mute", "unmute"))
    ann.client.post(mute, json={"notifications": False})
    assert len(told(ann)) == 5
    ann.client.post(mute)
    assert told(ann) == []
    ann.client.post(unmute)
    assert len(told(ann)) == 5
    ann.client.post(f"/api/v1/accounts/{bob.account}/block")
    assert told(ann) == []


def test_notifications_are_put_away_one_by_one_or_all(square: Square, ann: Person, bob: Person) -> None:
    """For good, and only one's own."""
    do_everything(square, ann, bob)
    ids = [each["id"] for each in ann.client.get("/api/v1/notifications").json()]
    assert bob.client.post(f"/api/v1/notifications/{ids[0]}/dismiss").status == 404
    assert ann.client.post(f"/api/v1/notifications/{ids[0]}/dismiss").json() == {}
    assert ann.client.post("/api/v1/notifications/dismiss", form={"id": ids[1]}).json() == {}
    assert ann.client.post("/api/v1/notifications/dismiss").status == 404
    assert ann.client.get(f"/api/v1/notifications/{ids[0]}").status == 404
    query = f"ids[]={ids[2]}&ids[]=x&ids[]={ids[0]}"
    assert ann.client.delete(f"/api/v1/notifications/destroy_multiple?{query}").json() == {}
    assert [each["id"] for each in ann.client.get("/api/v1/notifications").json()] == ids[3:]
    assert ann.client.post("/api/v1/notifications/clear").json() == {}
    square.settle()
    assert told(ann) == []
    bob.client.post(f"/api/v1/statuses/{post(ann, 'later')}/favourite")
    square.settle()
    assert told(ann) == [("favourite", "bob")]


def test_unread_ones_are_counted_up_to_a_limit(square: Square, ann: Person, bob: Person) -> None:
    """Of the types asked for, or by one account."""
    do_everything(square, ann, bob)

    def count(query: str = "") -> int:
        return int(ann.client.get(f"/api/v1/notifications/unread_count{query}").json()["count"])

    assert count() == 5
    assert count("?limit=2") == 2
    assert count("?types[]=follow&types[]=x") == 1
    assert count("?exclude_types[]=follow") == 4
    assert count(f"?account_id={bob.account}") == 5
    assert count(f"?account_id={bob.account}&types[]=follow") == 1
    assert count(f"?account_id={ann.account}") == count("?account_id=x") == 0
    third = ann.client.get("/api/v1/notifications").json()[2]["id"]
    ann.client.post("/api/v1/markers", json={"notifications": {"last_read_id": third}})
    assert count() == 2
    ann.client.post("/api/v1/notifications/clear")
    assert count() == 0


def test_a_page_takes_a_handful_of_statements(square: Square, ann: Person, statements: list[str]) -> None:
    """The number of statements does not depend on the number of notifications."""
    people = [square.person(f"p{number}") for number in range(6)]
    for each in people:
        do_everything(square, ann, each)
    statements.clear()
    assert len(told(ann, "?limit=80")) == 30
    assert len(statements) <= 6, statements


def test_the_staff_reads_the_report_and_the_warned_the_warning(square: Square, ann: Person, bob: Person) -> None:
    """In both lists, with what they are about."""
    mod = square.staff("mod", Role.MODERATOR)
    filed = ann.client.post("/api/v1/reports", json={"account_id": str(bob.account), "comment": "He shouts"})
    assert filed.status == 200, filed.text
    decided = mod.client.post(
        f"/api/v1/admin/accounts/{bob.account}/action", json={"type": "none", "text": "Please do not shout"}
    )
    assert decided.status == 200, decided.text
    square.settle()
    plain: dict[str, Any] = {}
    for reader, kind, field in ((mod, "admin.report", "report"), (bob, "moderation_warning", "moderation_warning")):
        (plain,) = reader.client.get(f"/api/v1/notifications?types[]={kind}").json()
        (group,) = reader.client.get(f"/api/v2/notifications?types[]={kind}").json()["notification_groups"]
        assert plain["type"] == group["type"] == kind
        assert plain[field] == group[field]
        assert plain[field]["target_account"]["acct"] == "bob"
    assert plain["moderation_warning"]["text"] == "Please do not shout"
    assert told(ann) == []
