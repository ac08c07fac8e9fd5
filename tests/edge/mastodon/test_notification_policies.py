"""Policies and requests: what is kept aside or dropped, where it can be found, and what accepting and dismissing do."""

from typing import Any

import pytest

from bema.model.ids import AccountId
from bema.model.policy import Kind, Role, Visibility
from bema.outside.clock import ManualClock
from tests.conftest import START, Person, Square

POLICY = "/api/v2/notifications/policy"
REQUESTS = "/api/v1/notifications/requests"
_DAY = 86_400  # seconds
ACCEPT_ALL = dict.fromkeys(
    ("for_not_following", "for_not_followers", "for_new_accounts", "for_private_mentions", "for_limited_accounts"),
    "accept",
) | {"for_bots": "accept"}


@pytest.fixture
def ann(square: Square) -> Person:
    """Who is told."""
    return square.person("ann")


def told(person: Person, query: str = "") -> list[str]:
    """Say who did what, the newest first."""
    answer = person.client.get(f"/api/v1/notifications{query}")
    assert answer.status == 200, answer.text
    return [f"{each['account']['acct']} {each['type']}" for each in answer.json()]


def asks(person: Person) -> list[tuple[str, str]]:
    """Say who asks, and with how many notifications."""
    found = person.client.get(REQUESTS)
    assert found.status == 200, found.text
    return [(each["account"]["acct"], each["notifications_count"]) for each in found.json()]


def want(person: Person, **lines: str) -> dict[str, Any]:
    """Set a policy."""
    answer = person.client.patch(POLICY, json=ACCEPT_ALL | lines)
    assert answer.status == 200, answer.text
    return dict(answer.json())


def speak(square: Square, by: AccountId, to: AccountId, **more: Any) -> Any:
    """Let one mention another."""
    post = square.make.post(by, mentions=[to], **more)
    square.settle()
    return post


# --- The policy -------------------------------------------------------------------------------------------------------


def test_a_policy_begins_as_on_mastodon_and_is_changed_line_by_line(square: Square, ann: Person) -> None:
    """By PATCH, or by PUT as some clients do; nonsense is refused."""
    begun = ann.client.get(POLICY).json()
    assert begun == {
        **ACCEPT_ALL,
        "for_private_mentions": "filter",
        "for_limited_accounts": "filter",
        "summary": {"pending_requests_count": 0, "pending_notifications_count": 0},
    }
    changed = ann.client.patch(POLICY, form={"for_bots": "drop"}).json()
    assert changed == begun | {"for_bots": "drop"}
    assert ann.client.put(POLICY, json={"for_new_accounts": "filter"}).json()["for_new_accounts"] == "filter"
    assert ann.client.get(POLICY).json() == changed | {"for_new_accounts": "filter"}
    assert ann.client.patch(POLICY, json={"for_bots": "explode"}).status == 422
    assert square.person("eve").client.get(POLICY).json() == begun


LINES: dict[str, dict[str, Any]] = {
    "for_not_following": {},
    "for_not_followers": {},
    "for_new_accounts": {"new": True},
    "for_bots": {"kind": Kind.AUTOMATED},
    "for_private_mentions": {"visibility": Visibility.DIRECT},
}


@pytest.mark.parametrize("line", list(LINES))
@pytest.mark.parametrize("wanted", ["accept", "filter", "drop"])
def test_each_line_is_followed(square: Square, clock: ManualClock, ann: Person, line: str, wanted: str) -> None:
    """Of whom it is about, notifications are shown, kept aside or never made; of friends they are shown."""
    more = LINES[line].copy()
    born = None if more.pop("new", False) else START - 90 * _DAY * 1_000
    kind = more.pop("kind", Kind.PERSON)
    stranger = square.make.account("stranger", kind=kind, at=born)
    friend = square.make.account("friend", kind=kind, at=born)
    if line == "for_not_followers":
        square.make.follow(friend, ann.account)
        clock.advance(seconds=4 * _DAY)
    else:
        square.make.follow(ann.account, friend)
    square.settle()
    ann.client.post("/api/v1/notifications/clear")
    want(ann, **{line: wanted})
    for person in (stranger, friend):
        speak(square, person, ann.account, **more)
    shown, aside = ["friend mention"], ["stranger mention"]
    assert told(ann) == (shown + aside if wanted == "accept" else shown)
    assert told(ann, "?include_filtered=true") == (shown if wanted == "drop" else shown + aside)
    assert asks(ann) == ([("stranger", "1")] if wanted == "filter" else [])


def test_the_limited_are_kept_aside_from_those_who_do_not_follow_them(square: Square, ann: Person) -> None:
    """By a decision of the staff."""
    staff = square.staff("mod", Role.MODERATOR)
    loud = square.make.account("loud")
    answer = staff.client.post(f"/api/v1/admin/accounts/{loud}/action", json={"type": "silence"})
    assert answer.status == 200, answer.text
    speak(square, loud, ann.account)
    assert (told(ann), asks(ann)) == ([], [("loud", "1")])
    square.make.follow(ann.account, loud)
    speak(square, loud, ann.account)
    assert told(ann) == ["loud mention"]


def test_an_answer_to_ones_own_letter_is_no_letter_of_a_stranger(square: Square, ann: Person) -> None:
    """Also over some steps; a letter below another's is."""
    bob, eve = square.make.account("bob"), square.make.account("eve")
    letter = square.make.post(ann.account, mentions=[bob], visibility=Visibility.DIRECT)
    first = speak(square, bob, ann.account, visibility=Visibility.DIRECT, in_reply_to=letter)
    speak(square, bob, ann.account, visibility=Visibility.DIRECT, in_reply_to=first)
    speak(square, eve, ann.account, visibility=Visibility.DIRECT, in_reply_to=letter)
    assert told(ann) == ["bob mention", "bob mention"]
    assert asks(ann) == [("eve", "1")]


def test_those_who_keep_the_square_may_speak_to_everybody(square: Square, ann: Person) -> None:
    """A warning must not vanish; what else they do is as others'."""
    mod = square.staff("mod", Role.MODERATOR)
    want(ann, for_not_following="drop")
    speak(square, mod.account, ann.account)
    square.make.follow(mod.account, ann.account)
    square.settle()
    assert told(ann) == ["mod mention"]


def test_what_is_kept_aside_counts_nowhere(square: Square, ann: Person) -> None:
    """Neither as unread nor in a group; asked for by account it is shown, as on Mastodon."""
    want(ann, for_not_following="filter")
    fans = [square.make.account(f"fan{each}") for each in range(3)]
    post = square.make.post(ann.account)
    square.make.follow(ann.account, fans[0])
    for fan in fans:
        square.make.favourite(fan, post)
    square.settle()
    assert ann.client.get("/api/v1/notifications/unread_count").json() == {"count": 1}
    assert ann.client.get("/api/v2/notifications/unread_count").json() == {"count": 1}
    (group,) = ann.client.get("/api/v2/notifications").json()["notification_groups"]
    assert group["notifications_count"] == 1
    everything = ann.client.get("/api/v2/notifications?include_filtered=true").json()["notification_groups"]
    assert [each["notifications_count"] for each in everything] == [1, 1, 1]
    assert told(ann, f"?account_id={fans[1]}") == ["fan1 favourite"]


# --- Requests ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def strangers(square: Square, ann: Person) -> list[AccountId]:
    """Three people of whom Ann wants to be asked first; the last one spoke twice."""
    want(ann, for_not_following="filter")
    people = [square.make.account(name) for name in ("one", "two", "three")]
    for person in [*people, people[-1]]:
        speak(square, person, ann.account)
    return people


def test_requests_say_who_asks_with_what(square: Square, ann: Person, strangers: list[AccountId]) -> None:
    """The newest first, with the last of what they wrote; the policy says how many there are."""
    found = ann.client.get(REQUESTS).json()
    assert asks(ann) == [("three", "2"), ("two", "1"), ("one", "1")]
    assert found[0]["last_status"]["account"]["acct"] == "three"
    assert found[0]["created_at"] <= found[0]["updated_at"]
    assert ann.client.get(f"{REQUESTS}/{found[0]['id']}").json() == found[0]
    assert ann.client.get(POLICY).json()["summary"] == {
        "pending_requests_count": 3,
        "pending_notifications_count": 4,
    }
    eve = square.person("eve")
    for path in (f"{REQUESTS}/{found[0]['id']}", f"{REQUESTS}/12345"):
        assert eve.client.get(path).status == 404
        assert eve.client.post(f"{path}/accept").status == 404
        assert eve.client.post(f"{path}/dismiss").status == 404
    assert len(asks(ann)) == 3


def test_what_is_accepted_stands_among_the_rest(square: Square, ann: Person, strangers: list[AccountId]) -> None:
    """And whoever was accepted is heard from then on."""
    request = ann.client.get(REQUESTS).json()[0]
    assert ann.client.post(f"{REQUESTS}/{request['id']}/accept").json() == {}
    assert ann.client.get(f"{REQUESTS}/merged").json() == {"merged": True}
    assert told(ann) == ["three mention"] * 2
    speak(square, strangers[2], ann.account)
    assert told(ann) == ["three mention"] * 3
    assert asks(ann) == [("two", "1"), ("one", "1")]
    assert ann.client.post(f"{REQUESTS}/{request['id']}/accept").status == 404


def test_what_is_dismissed_is_gone(square: Square, ann: Person, strangers: list[AccountId]) -> None:
    """And what comes later asks again."""
    request = ann.client.get(REQUESTS).json()[0]
    assert ann.client.post(f"{REQUESTS}/{request['id']}/dismiss").json() == {}
    assert asks(ann) == [("two", "1"), ("one", "1")]
    assert told(ann, "?include_filtered=true") == ["two mention", "one mention"]
    speak(square, strangers[2], ann.account)
    assert asks(ann) == [("three", "1"), ("two", "1"), ("one", "1")]


def test_several_are_answered_at_once(square: Square, ann: Person, strangers: list[AccountId]) -> None:
    """What is not there is passed over."""
    ids = [each["id"] for each in ann.client.get(REQUESTS).json()]
    assert ann.client.post(f"{REQUESTS}/accept", form={"id[]": [ids[0], "12345"]}).json() == {}
    assert told(ann) == ["three mention"] * 2
    assert ann.client.post(f"{REQUESTS}/dismiss", json={"id": [*ids[1:], "nonsense"]}).json() == {}
    assert asks(ann) == []
    assert ann.client.post(f"{REQUESTS}/dismiss").json() == {}


def test_a_request_of_whom_one_blocks_is_not_shown(square: Square, ann: Person, strangers: list[AccountId]) -> None:
    """As nothing else of them is."""
    square.make.block(ann.account, strangers[2])
    assert asks(ann) == [("two", "1"), ("one", "1")]


def test_requests_are_paged_both_ways(square: Square, ann: Person, strangers: list[AccountId]) -> None:
    """Until there are none."""
    first = ann.client.get(f"{REQUESTS}?limit=2")
    rest = ann.client.get(first.link("next") or "")
    assert [each["account"]["acct"] for each in first.json() + rest.json()] == ["three", "two", "one"]
    assert ann.client.get(first.link("prev") or "").json() == []
    back = ann.client.get(rest.link("prev") or "")
    assert [each["account"]["acct"] for each in back.json()] == ["three", "two"]


def test_what_requests_cost_depends_on_no_number(
    square: Square, ann: Person, strangers: list[AccountId], statements: list[str]
) -> None:
    """A page of them takes a handful of statements."""
    counts = []
    for more in (0, 9):
        for each in range(more):
            speak(square, square.make.account(f"more{each}"), ann.account)
        statements.clear()
        assert len(asks(ann)) == 3 + more
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 7
