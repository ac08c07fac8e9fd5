"""What people do with posts by the Mastodon API, and who did."""

from typing import Any

import pytest

from bema.model.policy import Visibility
from tests.conftest import Square

URL = "/api/v1/statuses"


def ids(entities: list[dict[str, Any]]) -> list[int]:
    """Return the ids of entities."""
    return [int(each["id"]) for each in entities]


@pytest.mark.parametrize(
    ("do", "undo", "flag"),
    [
        ("favourite", "unfavourite", "favourited"),
        ("bookmark", "unbookmark", "bookmarked"),
        ("reblog", "unreblog", "reblogged"),
        ("mute", "unmute", "muted"),
        ("pin", "unpin", "pinned"),
    ],
)
def test_an_act_sets_its_flag_and_its_opposite_takes_it_away(square: Square, do: str, undo: str, flag: str) -> None:
    """Each may be repeated, which changes nothing."""
    ann = square.person("ann")
    post = square.make.post(ann.account)
    for _ in range(2):
        status = ann.client.post(f"{URL}/{post}/{do}").json()
        assert (status["reblog"] or status)[flag] is True
    assert ann.client.get(f"{URL}/{post}").json()[flag] is True
    for _ in range(2):
        status = ann.client.post(f"{URL}/{post}/{undo}").json()
        assert (status["id"], status[flag]) == (str(post), False)


@pytest.mark.parametrize(
    ("do", "undo", "count"),
    [("favourite", "unfavourite", "favourites_count"), ("reblog", "unreblog", "reblogs_count")],
)
def test_an_act_is_counted_in_its_own_answer(square: Square, do: str, undo: str, count: str) -> None:
    """Clients show the answer: a heart that was just given must not wait for the readers of the log."""
    ann, bob = square.person("ann"), square.person("bob")
    post = square.make.post(ann.account)
    answers = []
    for act in (do, do, undo, undo):
        status = bob.client.post(f"{URL}/{post}/{act}").json()
        square.settle()
        answers.append((status["reblog"] or status)[count])
        assert status[count] == answers[-1]
    assert answers == [1, 1, 0, 0]
    assert bob.client.get(f"{URL}/{post}").json()[count] == 0


@pytest.mark.parametrize(
    "act",
    [
        "favourite",
        "unfavourite",
        "bookmark",
        "unbookmark",
        "reblog",
        "unreblog",
        "mute",
        "unmute",
        "pin",
        "unpin",
    ],
)
def test_a_hidden_post_looks_missing_to_every_act(square: Square, act: str) -> None:
    """Refusing must not reveal that the post exists."""
    ann, bob = square.person("ann"), square.person("bob")
    hidden = square.make.post(ann.account, visibility=Visibility.FOLLOWERS)
    answer = bob.client.post(f"{URL}/{hidden}/{act}")
    assert answer.status == 404
    assert answer.body == bob.client.post(f"{URL}/99/{act}").body


def test_a_repeated_boost_is_the_same_boost(square: Square) -> None:
    """And what is done with the boost is done with what it boosts."""
    ann, bob = square.person("ann"), square.person("bob")
    post = square.make.post(ann.account)
    boost = bob.client.post(f"{URL}/{post}/reblog", form={"visibility": "unlisted"}).json()
    assert (boost["reblog"]["id"], boost["visibility"]) == (str(post), "unlisted")
    assert bob.client.post(f"{URL}/{post}/reblog").json()["id"] == boost["id"]
    assert bob.client.post(f"{URL}/{boost['id']}/favourite").json()["reblog"]["favourited"] is True
    assert bob.client.post(f"{URL}/{boost['id']}/unreblog").json()["id"] == str(post)


def test_what_is_not_public_is_boosted_by_its_author_at_most(square: Square) -> None:
    """A boost shows a post to others."""
    ann, bob = square.person("ann"), square.person("bob")
    square.make.follow(bob.account, ann.account)
    followers_only = square.make.post(ann.account, visibility=Visibility.FOLLOWERS)
    direct = square.make.post(ann.account, visibility=Visibility.DIRECT, mentions=[bob.account])
    assert bob.client.post(f"{URL}/{followers_only}/reblog").status == 403
    assert bob.client.post(f"{URL}/{direct}/reblog").status == 403
    assert ann.client.post(f"{URL}/{direct}/reblog").status == 403
    assert ann.client.post(f"{URL}/{followers_only}/reblog").json()["visibility"] == "private"


def test_few_own_posts_are_pinned(square: Square) -> None:
    """Five, none of others, none that is for named people only, and no boosts."""
    ann, bob = square.person("ann"), square.person("bob")
    foreign = square.make.post(bob.account)
    for refused in (
        foreign,
        square.make.boost(ann.account, foreign),
        square.make.post(ann.account, visibility=Visibility.DIRECT),
    ):
        assert ann.client.post(f"{URL}/{refused}/pin").status == 422
    posts = [square.make.post(ann.account) for _ in range(6)]
    assert [ann.client.post(f"{URL}/{each}/pin").status for each in posts] == [200] * 5 + [422]
    pinned = square.stranger.get(f"/api/v1/accounts/{ann.account}/statuses?pinned=1").json()
    assert ids(pinned) == posts[4::-1]
    assert "pinned" not in pinned[0]


def test_a_muted_thread_is_muted_as_a_whole(square: Square) -> None:
    """All posts of it, whoever wrote them, and for the one who muted alone."""
    ann, bob = square.person("ann"), square.person("bob")
    first = square.make.post(ann.account)
    answer = square.make.post(bob.account, in_reply_to=first)
    ann.client.post(f"{URL}/{answer}/mute")
    assert ann.client.get(f"{URL}/{first}").json()["muted"] is True
    assert bob.client.get(f"{URL}/{first}").json()["muted"] is False


@pytest.mark.parametrize(("name", "act"), [("favourites", "favourite"), ("bookmarks", "bookmark")])
def test_what_one_keeps_is_paged_in_the_order_of_keeping(square: Square, name: str, act: str) -> None:
    """The links carry the relation's own ids, not those of the posts."""
    ann = square.person("ann")
    posts = [square.make.post(ann.account, text=str(number)) for number in range(5)]
    order = [posts[each] for each in (2, 0, 4, 1, 3)]
    for post in order:
        ann.client.post(f"{URL}/{post}/{act}")
    seen: list[int] = []
    url: str | None = f"/api/v1/{name}?limit=2"
    while url:
        answer = ann.client.get(url)
        seen += ids(answer.json())
        url = answer.link("next")
    assert seen == order[::-1]
    newest = ann.client.get(f"/api/v1/{name}?limit=2").link("prev")
    assert newest is not None
    assert ann.client.get(newest).json() == []


def test_what_is_hidden_since_is_kept_but_not_shown(square: Square, statements: list[str]) -> None:
    """A block hides what was bookmarked before; the page takes the same statements whatever it holds."""
    ann, bob = square.person("ann"), square.person("bob")
    post = square.make.post(bob.account)
    ann.client.post(f"{URL}/{post}/bookmark")
    statements.clear()
    assert ids(ann.client.get("/api/v1/bookmarks").json()) == [post]
    assert len(statements) <= 5
    square.make.block(bob.account, ann.account)
    assert ann.client.get("/api/v1/bookmarks").json() == []


@pytest.mark.parametrize(("name", "act"), [("favourited_by", "favourite"), ("reblogged_by", "boost")])
def test_who_reacted_is_paged_without_whom_one_does_not_meet(
    square: Square, statements: list[str], name: str, act: str
) -> None:
    """Blocked either way or muted, people are left out; a stranger is shown them all."""
    ann = square.person("ann")
    post = square.make.post(ann.account)
    people = [square.make.account(f"person{number}") for number in range(6)]
    for each in people:
        getattr(square.make, act)(each, post)
    square.make.block(ann.account, people[1])
    square.make.block(people[2], ann.account)
    square.make.mute(ann.account, people[4])
    url = f"{URL}/{post}/{name}"
    statements.clear()
    assert ids(square.stranger.get(url).json()) == people[::-1]
    assert len(statements) <= 4  # the post, whether it may be seen, the page, the people
    first = ann.client.get(f"{url}?limit=2")
    assert ids(first.json()) == [people[5], people[3]]
    older = first.link("next")
    assert older is not None
    assert ids(ann.client.get(older).json()) == [people[0]]


def test_who_reacted_to_a_hidden_post_is_hidden(square: Square) -> None:
    """The lists are as closed as the post."""
    ann, bob = square.person("ann"), square.person("bob")
    hidden = square.make.post(ann.account, visibility=Visibility.DIRECT)
    for name in ("favourited_by", "reblogged_by"):
        assert bob.client.get(f"{URL}/{hidden}/{name}").status == 404
        assert square.stranger.get(f"{URL}/{hidden}/{name}").status == 404
