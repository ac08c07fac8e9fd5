"""Timelines by the Mastodon API: public, by tag, of one account."""

from typing import Any

import pytest

from bema.model.ids import AccountId, MediaId, PostId
from bema.model.policy import Standing, Visibility
from bema.model.views import Attachment, Picture
from bema.store import accounts, media
from bema.store.tx import WriteTx
from tests.client import Client
from tests.conftest import Square


def ids(client: Client, url: str) -> list[int]:
    """Return the ids of a page."""
    answer = client.get(url)
    assert answer.status == 200, answer.text
    return [int(each["id"]) for each in answer.json()]


def walk(client: Client, url: str | None, rel: str) -> list[int]:
    """Follow the links of a list to its end."""
    seen: list[int] = []
    while url:
        answer = client.get(url)
        found = [int(each["id"]) for each in answer.json()]
        seen = seen + found if rel == "next" else found + seen
        url = answer.link(rel)
    return seen


def with_picture(square: Square, client: Client, owner: AccountId, text: str) -> PostId:
    """Publish a post with a picture."""
    picture = Picture("x/original.png", 640, 480)
    id_ = MediaId(len(text) + owner)
    square.app.database.write_now(media.add, owner, Attachment(id_, "image", picture, picture, None, None))
    posted = client.post("/api/v1/statuses", json={"status": text, "media_ids": [str(id_)]})
    return PostId(int(posted.json()["id"]))


def suspend(tx: WriteTx, account: AccountId) -> None:
    """Take an account out."""
    accounts.change(tx, account, standing=int(Standing.SUSPENDED))


# --- Paging, everywhere the same --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url", ["/api/v1/timelines/public", "/api/v1/timelines/tag/sea", "/api/v1/accounts/{}/statuses"]
)
def test_lists_are_walked_both_ways_without_gap_or_repetition(square: Square, url: str) -> None:
    """By the links alone, which keep what else was asked for; the newest page has nothing before it."""
    ann = square.make.account("ann")
    posts = [square.make.post(ann, text=str(number), tags=["sea"]) for number in range(11)]
    url = url.format(ann)
    assert walk(square.stranger, f"{url}?limit=3&local=true", "next") == posts[::-1]
    assert walk(square.stranger, f"{url}?limit=3&min_id={posts[0]}&local=true", "prev") == posts[:0:-1]
    first = square.stranger.get(f"{url}?limit=3&local=true")
    assert "local=true" in first.headers["link"]
    newer = first.link("prev")
    assert newer is not None
    assert ids(square.stranger, newer) == []


@pytest.mark.parametrize(
    "url", ["/api/v1/timelines/public", "/api/v1/timelines/tag/sea", "/api/v1/accounts/{}/statuses"]
)
def test_the_four_parameters_mean_what_they_mean_on_mastodon(square: Square, url: str) -> None:
    """`since_id` is the newest above it, `min_id` those just above it; a limit is clamped and never an error."""
    ann = square.make.account("ann")
    posts = [square.make.post(ann, text=str(number), tags=["sea"]) for number in range(45)]
    url = url.format(ann)

    def page(query: str) -> list[int]:
        return ids(square.stranger, f"{url}?{query}")

    assert page("") == posts[:24:-1]
    assert page("limit=1000") == posts[:4:-1]
    assert page(f"limit=2&since_id={posts[3]}") == posts[:42:-1]
    assert page(f"limit=2&min_id={posts[3]}") == [posts[5], posts[4]]
    assert page(f"max_id={posts[3]}&since_id={posts[0]}") == [posts[2], posts[1]]
    assert page("limit=-3&max_id=nonsense") == posts[-1:]


# --- Public -----------------------------------------------------------------------------------------------------------


def test_the_public_timeline_is_what_people_say_to_all(square: Square) -> None:
    """No boosts, no answers to others, nothing narrower than public; one's own continuation is there."""
    ann, bob = square.person("ann"), square.person("bob")
    said = square.make.post(ann.account)
    continued = square.make.post(ann.account, in_reply_to=said)
    square.make.post(bob.account, in_reply_to=said)
    square.make.boost(bob.account, said)
    for visibility in (Visibility.UNLISTED, Visibility.FOLLOWERS, Visibility.DIRECT):
        square.make.post(ann.account, visibility=visibility)
    for client in (square.stranger, ann.client, bob.client):
        assert ids(client, "/api/v1/timelines/public") == [continued, said]


def test_the_public_timeline_is_without_whom_one_does_not_meet(square: Square, statements: list[str]) -> None:
    """Blocked either way or muted; suspended accounts are there for nobody."""
    ann = square.person("ann")
    people = [square.make.account(f"person{number}") for number in range(5)]
    posts = [square.make.post(each) for each in people]
    square.make.block(ann.account, people[0])
    square.make.block(people[1], ann.account)
    square.make.mute(ann.account, people[2])
    square.app.database.write_now(suspend, people[3])
    statements.clear()
    assert ids(ann.client, "/api/v1/timelines/public") == [posts[4]]
    assert len(statements) <= 5  # the token, the page, posts, authors, flags
    assert ids(square.stranger, "/api/v1/timelines/public") == [posts[each] for each in (4, 2, 1, 0)]


def test_the_public_timeline_is_narrowed_to_pictures(square: Square) -> None:
    """`only_media`, alone and with the origin."""
    ann = square.person("ann")
    picture = with_picture(square, ann.client, ann.account, "look")
    said = square.make.post(ann.account)
    assert ids(square.stranger, "/api/v1/timelines/public?only_media=true") == [picture]
    assert ids(square.stranger, "/api/v1/timelines/public?only_media=1&local=1") == [picture]
    assert ids(square.stranger, "/api/v1/timelines/public?only_media=1&remote=1") == []
    assert ids(square.stranger, "/api/v1/timelines/public?remote=true") == []
    assert ids(square.stranger, "/api/v1/timelines/public?local=true&only_media=false") == [said, picture]


# --- By tag -----------------------------------------------------------------------------------------------------------


def test_tags_are_found_however_they_are_written(square: Square) -> None:
    """Case does not matter, in any script; a tag that nobody used has no posts, and is no error."""
    ann = square.person("ann")
    post = int(ann.client.post("/api/v1/statuses", json={"status": "#Straße #اردو"}).json()["id"])
    for name in ("Straße", "STRASSE", "اردو"):
        assert ids(square.stranger, f"/api/v1/timelines/tag/{name}") == [post], name
    assert ids(square.stranger, "/api/v1/timelines/tag/unheard") == []


def test_tags_are_combined(square: Square, statements: list[str]) -> None:
    """`any` widens, `all` and `none` narrow; names that nobody used count as such."""
    ann = square.make.account("ann")
    sea = square.make.post(ann, tags=["sea"])
    sky = square.make.post(ann, tags=["sky"])
    both = square.make.post(ann, tags=["sea", "sky"])
    wind = square.make.post(ann, tags=["sea", "wind"])
    square.make.post(ann, tags=["sea"], visibility=Visibility.UNLISTED)

    def page(query: str) -> list[int]:
        return ids(square.stranger, f"/api/v1/timelines/tag/sea?{query}")

    assert page("") == [wind, both, sea]
    assert page("any[]=sky") == [wind, both, sky, sea]
    assert page("any[]=sky&limit=2") == [wind, both]
    assert page(f"any[]=sky&limit=2&min_id={sea}") == [both, sky]
    assert page("all[]=sky") == [both]
    assert page("all[]=sky&all[]=unheard") == []
    assert page("none[]=sky&none[]=unheard") == [wind, sea]
    assert page("any[]=sky&none[]=wind") == [both, sky, sea]
    assert ids(square.stranger, "/api/v1/timelines/tag/unheard?any[]=sky") == [both, sky]
    statements.clear()
    page("")
    assert len(statements) <= 4  # the tag, the page, posts, authors


def test_a_tags_timeline_is_narrowed(square: Square) -> None:
    """To pictures and by origin."""
    ann = square.person("ann")
    picture = with_picture(square, ann.client, ann.account, "look #sea")
    said = square.make.post(ann.account, tags=["sea"])
    assert ids(square.stranger, "/api/v1/timelines/tag/sea?only_media=1") == [picture]
    assert ids(square.stranger, "/api/v1/timelines/tag/sea?local=1") == [said, picture]
    assert ids(square.stranger, "/api/v1/timelines/tag/sea?remote=1") == []


# --- Of one account ---------------------------------------------------------------------------------------------------


def test_an_accounts_posts_are_those_one_may_see(square: Square) -> None:
    """Strangers, followers, those who are mentioned and the author each see another list."""
    ann, bob, eve = square.person("ann"), square.person("bob"), square.person("eve")
    square.make.follow(bob.account, ann.account)
    public, unlisted, followers = (
        square.make.post(ann.account, visibility=each)
        for each in (Visibility.PUBLIC, Visibility.UNLISTED, Visibility.FOLLOWERS)
    )
    direct = square.make.post(ann.account, visibility=Visibility.DIRECT, mentions=[eve.account])
    url = f"/api/v1/accounts/{ann.account}/statuses"
    assert ids(square.stranger, url) == [unlisted, public]
    assert ids(bob.client, url) == [followers, unlisted, public]
    assert ids(eve.client, url) == [direct, unlisted, public]
    assert ids(ann.client, url) == [direct, followers, unlisted, public]


def test_an_accounts_posts_are_narrowed(square: Square, statements: list[str]) -> None:
    """Without answers to others, without boosts, with pictures, with a tag."""
    ann, bob = square.person("ann"), square.person("bob")
    other = square.make.post(bob.account)
    said = square.make.post(ann.account, tags=["sea"])
    answer = square.make.post(ann.account, in_reply_to=other)
    continued = square.make.post(ann.account, in_reply_to=said)
    boost = square.make.boost(ann.account, other)
    picture = with_picture(square, ann.client, ann.account, "look")
    url = f"/api/v1/accounts/{ann.account}/statuses"
    statements.clear()
    assert ids(bob.client, url) == [picture, boost, continued, answer, said]
    assert len(statements) <= 8  # the token, the account, the page, posts and authors, those boosted, flags
    assert ids(bob.client, f"{url}?exclude_replies=true") == [picture, boost, continued, said]
    assert ids(bob.client, f"{url}?exclude_replies=1&exclude_reblogs=1") == [picture, continued, said]
    assert ids(bob.client, f"{url}?only_media=true") == [picture]
    assert ids(bob.client, f"{url}?tagged=Sea") == [said]
    assert ids(bob.client, f"{url}?tagged=unheard") == []


def test_a_boost_never_shows_what_one_may_not_see(square: Square) -> None:
    """Boosts of somebody who blocked the viewer, or whom the viewer blocked, are left out."""
    ann, bob, eve = square.person("ann"), square.person("bob"), square.person("eve")
    square.make.boost(ann.account, square.make.post(bob.account))
    url = f"/api/v1/accounts/{ann.account}/statuses"
    assert len(ids(eve.client, url)) == 1
    square.make.block(bob.account, eve.account)
    assert ids(eve.client, url) == []
    square.make.block(square.person("tom").account, bob.account)
    assert len(ids(square.stranger, url)) == 1


def test_who_is_blocked_sees_no_posts_and_who_is_gone_has_none(square: Square) -> None:
    """The blocked get an empty list; an account that does not take part looks missing."""
    ann, bob = square.person("ann"), square.person("bob")
    square.make.post(ann.account)
    square.make.block(ann.account, bob.account)
    url = f"/api/v1/accounts/{ann.account}/statuses"
    assert ids(bob.client, url) == []
    square.app.database.write_now(suspend, ann.account)
    assert square.stranger.get(url).status == 404
    assert square.stranger.get(f"{url}?pinned=true").status == 404
    assert square.stranger.get("/api/v1/accounts/99/statuses").status == 404


def test_pins_are_narrowed_by_the_range(square: Square) -> None:
    """So that a client that pages through them comes to an end."""
    ann = square.person("ann")
    posts: list[Any] = [square.make.post(ann.account) for _ in range(3)]
    for each in posts:
        ann.client.post(f"/api/v1/statuses/{each}/pin")
    url = f"/api/v1/accounts/{ann.account}/statuses?pinned=true"
    assert ids(square.stranger, url) == posts[::-1]
    assert ids(square.stranger, f"{url}&max_id={posts[0]}") == []
    assert ids(square.stranger, f"{url}&min_id={posts[1]}") == [posts[2]]
