"""Notifications in groups: what belongs together, what of it is shown, and how it is paged, counted and put away."""

from collections import Counter
from typing import Any

import pytest

from bema.domain import favouriting, posting
from bema.model import limits
from bema.model.ids import AccountId
from bema.model.site import Site
from bema.outside.clock import ManualClock
from bema.store.tx import WriteTx
from tests.conftest import Person, Square


@pytest.fixture
def ann(square: Square) -> Person:
    """Who is told."""
    return square.person("ann")


def crowd(square: Square, number: int) -> list[AccountId]:
    """Some people."""
    return [square.make.account(f"fan{each}") for each in range(number)]


def groups(person: Person, query: str = "") -> dict[str, Any]:
    """Ask for groups."""
    answer = person.client.get(f"/api/v2/notifications{query}")
    assert answer.status == 200, answer.text
    return dict(answer.json())


def outline(person: Person, query: str = "") -> list[tuple[str, int]]:
    """Say of each group what it is and how many are in it."""
    return [(each["type"], each["notifications_count"]) for each in groups(person, query)["notification_groups"]]


# --- What belongs together --------------------------------------------------------------------------------------------


def test_what_says_the_same_of_the_same_post_is_one(square: Square, ann: Person) -> None:
    """Favourites and boosts by their post, followers together, what asks for an answer by itself."""
    make = square.make
    first, second = make.post(ann.account), make.post(ann.account)
    for fan in crowd(square, 3):
        make.favourite(fan, first)
        make.favourite(fan, second)
        make.boost(fan, second)
        make.follow(fan, ann.account)
        make.post(fan, mentions=[ann.account])
    square.settle()
    assert Counter(outline(ann)) == Counter(
        [("favourite", 3), ("favourite", 3), ("reblog", 3), ("follow", 3), *[("mention", 1)] * 3]
    )


def test_a_group_spans_half_a_day_at_the_most(square: Square, clock: ManualClock, ann: Person) -> None:
    """Counted from the post: what comes later is news again."""
    post = square.make.post(ann.account)
    for hour in range(30):
        square.make.favourite(square.make.account(f"fan{hour}"), post)
        clock.advance(seconds=3_600)
    square.settle()
    assert outline(ann) == [("favourite", 6), ("favourite", 12), ("favourite", 12)]


def test_a_group_names_its_newest_people_first_and_each_once(square: Square, ann: Person) -> None:
    """Eight of them, with accounts and statuses at the root; the newest is always there in full."""
    post = square.make.post(ann.account)
    fans = crowd(square, 12)
    for fan in fans:
        square.make.favourite(fan, post)
        square.make.boost(fan, post)
    square.settle()
    found = groups(ann)
    boosts, favourites = found["notification_groups"]
    newest = [str(fan) for fan in reversed(fans)]
    assert favourites["sample_account_ids"] == boosts["sample_account_ids"] == newest[: limits.GROUP_PEOPLE]
    assert favourites["status_id"] == str(post)
    assert [each["id"] for each in found["statuses"]] == [str(post)]
    assert {each["id"] for each in found["accounts"]} == {*newest[: limits.GROUP_PEOPLE], str(ann.account)}
    assert "partial_accounts" not in found
    partly = groups(ann, "?expand_accounts=partial_avatars")
    assert {each["id"] for each in partly["accounts"]} == {newest[0], str(ann.account)}
    assert {each["id"] for each in partly["partial_accounts"]} == set(newest[1 : limits.GROUP_PEOPLE])
    assert set(partly["partial_accounts"][0]) == {
        *("id", "acct", "locked", "bot", "url", "avatar", "avatar_static", "avatar_description")
    }
    assert ann.client.get("/api/v2/notifications?expand_accounts=nonsense").status == 422


def test_both_lists_tell_of_the_same(square: Square, ann: Person) -> None:
    """The groups hold exactly the notifications of the plain list, by the same keys, the newest first."""
    post = square.make.post(ann.account)
    for fan in crowd(square, 5):
        square.make.favourite(fan, post)
        square.make.post(fan, mentions=[ann.account])
        square.make.follow(fan, ann.account)
    square.settle()
    plain = ann.client.get("/api/v1/notifications?limit=80").json()
    by_key: dict[str, list[int]] = {}
    for each in plain:
        by_key.setdefault(each["group_key"], []).append(int(each["id"]))
    found = groups(ann, "?limit=80")["notification_groups"]
    assert [each["group_key"] for each in found] == list(by_key)
    for group in found:
        ids = by_key[group["group_key"]]
        assert group["notifications_count"] == len(ids)
        assert int(group["most_recent_notification_id"]) == int(group["page_max_id"]) == max(ids)
        assert int(group["page_min_id"]) == min(ids)


def test_a_client_says_what_it_can_show_together(square: Square, ann: Person) -> None:
    """The rest comes one by one, by keys of its own."""
    post = square.make.post(ann.account)
    for fan in crowd(square, 3):
        square.make.favourite(fan, post)
        square.make.boost(fan, post)
    square.settle()
    found = groups(ann, "?grouped_types[]=favourite&grouped_types[]=unheard_of")["notification_groups"]
    assert Counter(each["type"] for each in found) == {"favourite": 1, "reblog": 3}
    assert all(each["group_key"].startswith("ungrouped-") for each in found if each["type"] == "reblog")
    assert outline(ann, "?grouped_types[]=unheard_of&limit=80") == [("reblog", 1), ("favourite", 1)] * 3


def test_types_and_accounts_are_chosen(square: Square, ann: Person) -> None:
    """What does not exist is passed over."""
    post = square.make.post(ann.account)
    fans = crowd(square, 2)
    for fan in fans:
        square.make.favourite(fan, post)
        square.make.follow(fan, ann.account)
        square.make.post(fan, mentions=[ann.account])
    square.settle()
    assert outline(ann, "?types[]=favourite&types[]=unheard_of") == [("favourite", 2)]
    assert outline(ann, "?types[]=unheard_of") == []
    assert outline(ann, "?exclude_types[]=mention") == [("follow", 2), ("favourite", 2)]
    assert sorted(outline(ann, f"?account_id={fans[0]}&types[]=mention")) == [("mention", 1)]
    assert [kind for kind, _ in outline(ann, f"?account_id={fans[0]}")] == ["mention", "follow", "favourite"]


def test_whom_one_does_not_want_to_hear_is_not_among_the_people(square: Square, ann: Person) -> None:
    """A group in which nobody is left is not shown."""
    post = square.make.post(ann.account)
    fans = crowd(square, 2)
    for fan in fans:
        square.make.favourite(fan, post)
    square.settle()
    square.make.block(ann.account, fans[1])
    (left,) = groups(ann)["notification_groups"]
    assert left["sample_account_ids"] == [str(fans[0])]
    square.make.mute(ann.account, fans[0], notifications=True)
    assert outline(ann) == []


def test_what_is_taken_back_leaves_the_group(square: Square, ann: Person) -> None:
    """The group stands where the newest stands that is left."""
    post = square.make.post(ann.account)
    fans = crowd(square, 2)
    square.make.favourite(fans[0], post)
    square.make.post(fans[0], mentions=[ann.account])
    square.make.favourite(fans[1], post)
    square.settle()
    assert [kind for kind, _ in outline(ann)] == ["favourite", "mention"]
    square.make.unfavourite(fans[1], post)
    square.settle()
    assert outline(ann) == [("mention", 1), ("favourite", 1)]
    square.make.unfavourite(fans[0], post)
    square.settle()
    assert outline(ann) == [("mention", 1)]


# --- One group --------------------------------------------------------------------------------------------------------


def test_a_group_is_shown_by_its_key(square: Square, ann: Person) -> None:
    """Its people are paged; what is another's looks like what never was."""
    post = square.make.post(ann.account)
    fans = crowd(square, 5)
    for fan in fans:
        square.make.favourite(fan, post)
    square.make.post(fans[0], mentions=[ann.account])
    square.settle()
    eve = square.person("eve")
    by_itself, group = (each["group_key"] for each in groups(ann)["notification_groups"])
    for key, people in ((group, fans), (by_itself, fans[:1])):
        path = f"/api/v2/notifications/{key}"
        (shown,) = ann.client.get(path).json()["notification_groups"]
        assert shown["group_key"] == key
        assert "page_min_id" not in shown
        members = ann.client.get(f"{path}/accounts").json()
        assert [each["id"] for each in members] == [str(fan) for fan in reversed(people)]
        assert eve.client.get(path).status == 404
        assert eve.client.get(f"{path}/accounts").json() == []
    walked, link = [], f"/api/v2/notifications/{group}/accounts?limit=2"
    while link and (page := ann.client.get(link)).json():
        walked += [each["id"] for each in page.json()]
        link = page.link("next") or ""
    assert walked == [str(fan) for fan in reversed(fans)]
    assert ann.client.get("/api/v2/notifications/nonsense").status == 404
    assert ann.client.get("/api/v2/notifications/ungrouped-nonsense").status == 404


def test_a_group_is_put_away_as_a_whole(square: Square, ann: Person) -> None:
    """Others' groups are not; what joins it later is news; putting away what is gone changes nothing."""
    post = square.make.post(ann.account)
    fans = crowd(square, 3)
    for fan in fans[:2]:
        square.make.favourite(fan, post)
    square.make.post(fans[0], mentions=[ann.account])
    square.settle()
    eve = square.person("eve")
    keys = [each["group_key"] for each in groups(ann)["notification_groups"]]
    for key in keys:
        assert eve.client.post(f"/api/v2/notifications/{key}/dismiss").json() == {}
    assert len(outline(ann)) == 2
    for key in keys:
        assert ann.client.post(f"/api/v2/notifications/{key}/dismiss").json() == {}
        assert ann.client.post(f"/api/v2/notifications/{key}/dismiss").json() == {}
    square.settle()
    assert outline(ann) == []
    square.make.favourite(fans[2], post)
    square.settle()
    assert outline(ann) == [("favourite", 1)]


def test_groups_with_news_are_counted(square: Square, ann: Person) -> None:
    """Since the marker, up to a limit, of the types that are asked for."""
    make = square.make
    posts = [make.post(ann.account) for _ in range(3)]
    fans = crowd(square, 4)
    for post in posts:
        for fan in fans[:3]:
            make.favourite(fan, post)
    square.settle()

    def unread(query: str = "") -> int:
        return int(ann.client.get(f"/api/v2/notifications/unread_count{query}").json()["count"])

    assert unread() == 3
    assert unread("?limit=2") == 2
    newest = groups(ann)["notification_groups"][0]["most_recent_notification_id"]
    ann.client.post("/api/v1/markers", json={"notifications": {"last_read_id": newest}})
    assert unread() == 0
    make.favourite(fans[3], posts[0])
    make.post(fans[3], mentions=[ann.account])
    square.settle()
    assert unread() == 2
    assert unread("?types[]=mention") == 1
    assert unread("?exclude_types[]=mention") == 1


def test_the_methods_of_the_first_days_answer_too(square: Square, ann: Person) -> None:
    """As they were called before 4.3 was released."""
    (fan,) = crowd(square, 1)
    square.make.favourite(fan, square.make.post(ann.account))
    square.settle()
    (group,) = ann.client.get("/api/v2_alpha/notifications").json()["notification_groups"]
    path = f"/api/v2_alpha/notifications/{group['group_key']}"
    assert ann.client.get(path).json()["notification_groups"][0]["group_key"] == group["group_key"]
    assert ann.client.get("/api/v2_alpha/notifications/unread_count").json() == {"count": 1}
    assert ann.client.post(f"{path}/dismiss").json() == {}
    assert outline(ann) == []


def test_a_type_that_the_client_does_not_know_comes_with_a_sentence(square: Square, ann: Person) -> None:
    """For clients that say what they know, in both lists."""
    fan = square.make.account("fan", display_name="Fan & Friends")
    square.make.follow(fan, ann.account)
    square.settle()
    for query in ("", "?supported_types[]=follow"):
        assert "fallback" not in groups(ann, query)["notification_groups"][0]
    (group,) = groups(ann, "?supported_types[]=mention")["notification_groups"]
    (plain,) = ann.client.get("/api/v1/notifications?supported_types[]=mention").json()
    sentence = {"title": "Fan &amp; Friends follows you", "summary": None, "details": None}
    assert group["fallback"] == plain["fallback"] == sentence


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_five_hundred_groups_are_walked_while_others_write(square: Square, ann: Person) -> None:
    """Each once, in order, down by `next`; back up by `prev`, with what came meanwhile on top."""
    fans = crowd(square, 2)
    square.app.database.write_now(_much_happens, square.app.site, ann.account, fans)
    square.settle()
    expected = [each["group_key"] for each in _walk(ann, "/api/v2/notifications?limit=80")]
    assert len(expected) == len(set(expected)) == 500

    walked, link, back = [], "/api/v2/notifications?limit=40", ""
    while link:
        page = ann.client.get(link)
        found = page.json()["notification_groups"]
        walked += [each["group_key"] for each in found]
        link, back = page.link("next") or "", (page.link("prev") or "") if found else back
        square.make.favourite(fans[0], square.make.post(ann.account))
        square.settle()
    assert walked == expected
    upwards: list[str] = []
    while back:
        page = ann.client.get(back)
        upwards = [each["group_key"] for each in page.json()["notification_groups"]] + upwards
        back = page.link("prev") or ""
    assert len(upwards) == len(set(upwards)) > 480
    assert upwards[-480:] == expected[:480]


def _much_happens(tx: WriteTx, site: Site, told: AccountId, fans: list[AccountId]) -> None:
    for number in range(250):
        posting.publish(tx, site, fans[0], posting.Draft(text=f"@ann {number}"))
        post = posting.publish(tx, site, told, posting.Draft(text=f"My number {number}"))
        for fan in fans:
            favouriting.favourite(tx, fan, post)


def _walk(person: Person, link: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while link:
        page = person.client.get(link)
        found += page.json()["notification_groups"]
        link = page.link("next") or ""
    return found


def test_a_window_holds_what_was_asked_for(square: Square, ann: Person) -> None:
    """Below, above and just above a notification."""
    (fan,) = crowd(square, 1)
    for _ in range(6):
        square.make.post(fan, mentions=[ann.account])
    square.settle()
    ids = [each["most_recent_notification_id"] for each in groups(ann)["notification_groups"]]

    def asked(query: str) -> list[str]:
        return [each["most_recent_notification_id"] for each in groups(ann, query)["notification_groups"]]

    assert asked(f"?max_id={ids[2]}") == ids[3:]
    assert asked(f"?since_id={ids[2]}&limit=1") == ids[:1]
    assert asked(f"?min_id={ids[3]}&limit=2") == ids[1:3]
    assert asked(f"?max_id={ids[0]}&since_id={ids[3]}") == ids[1:3]


def test_what_a_page_costs_depends_on_no_number(square: Square, ann: Person, statements: list[str]) -> None:
    """Neither on how many groups it has, nor on how many are in them."""
    make = square.make
    counts = []
    for number in (4, 12):
        fans = [make.account(f"fan{number}x{each}") for each in range(number)]
        for _ in range(number):
            post = make.post(ann.account)
            for fan in fans:
                make.favourite(fan, post)
            make.post(fans[0], mentions=[ann.account])
        square.settle()
        statements.clear()
        assert len(groups(ann)["notification_groups"]) > number
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 14
