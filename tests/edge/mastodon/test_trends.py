"""Trends: what many different people turn to, counted honestly, and told with its numbers."""

import asyncio
import itertools
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import bindparam, select, update

from bema.domain import trending
from bema.model import limits
from bema.model.ids import AccountId, PostId
from bema.model.policy import Visibility
from bema.model.trending import minus, plus, weight
from bema.model.views import CardFacts
from bema.outside.clock import ManualClock
from bema.settings import Settings
from bema.store import accounts, cards
from bema.store.tables import account, card, post, post_review, publisher, tag, trend, trend_voice
from bema.store.tx import WriteTx
from tests.conftest import Square

TAGS, POSTS, LINKS = "/api/v1/trends/tags", "/api/v1/trends/statuses", "/api/v1/trends/links"
PAGE = "https://courier.example/bridge"


def people(square: Square, count: int, prefix: str = "p") -> list[AccountId]:
    return [square.make.account(f"{prefix}{number}") for number in range(count)]


def names(square: Square, **query: Any) -> list[str]:
    more = "&".join(f"{name}={value}" for name, value in query.items())
    return [each["name"] for each in square.stranger.get(f"{TAGS}?{more}").json()]


def ids(square: Square, path: str = POSTS) -> list[str]:
    return [each["id"] for each in square.stranger.get(path).json()]


def link(square: Square, by: AccountId, url: str = PAGE) -> PostId:
    """Post a link to a page whose card is known."""

    def posting(tx: WriteTx) -> None:
        known = cards.ensure(tx, url, "courier.example")
        cards.record(tx, known.id, CardFacts(title="The bridge"))
        tx.run(_say, {"key": id_, "html": f'<p><a href="{url}">{url}</a></p>'})

    id_ = square.make.post(by)
    square.app.database.write_now(posting)
    return id_


_say = update(post).where(post.c.id == bindparam("key")).values(content_html=bindparam("html"))


# --- Tags -------------------------------------------------------------------------------------------------------------


def test_a_tag_trends_that_enough_different_people_use(square: Square) -> None:
    """However often one of them does."""
    many = people(square, limits.TREND_PEOPLE)
    for each in many:
        square.make.post(each, tags=["sea"])
    for _ in range(9):
        square.make.post(many[0], tags=["spam"])
    square.settle()
    assert names(square) == ["sea"]
    [shown] = square.stranger.get(TAGS).json()
    assert shown["history"][0]["accounts"] == str(limits.TREND_PEOPLE)
    assert square.stranger.get("/api/v1/trends").json() == [shown]
    assert square.stranger.get("/api/v1/tags/spam").json()["history"][0] == {
        **shown["history"][0], "accounts": "1", "uses": "9",
    }  # fmt: skip


def test_more_people_trend_more_and_the_later_count_more(square: Square, clock: ManualClock) -> None:
    """Eight of yesterday are as two of today, with a half-life of half a day."""
    everybody = people(square, 8)
    for each in everybody[:8]:
        square.make.post(each, tags=["yesterday"])
    clock.advance(days=1)
    for each in everybody[:3]:
        square.make.post(each, tags=["today"])
    for each in everybody[:5]:
        square.make.post(each, tags=["much"])
    square.settle()
    assert names(square) == ["much", "today", "yesterday"]
    assert names(square, limit=1, offset=1) == ["today"]


def test_paging_of_trends_tells_its_neighbours(square: Square) -> None:
    """By offset, as on Mastodon."""
    for each in people(square, 3):
        for name in ("a1", "b1", "c1"):
            square.make.post(each, tags=[name])
    square.settle()
    first = square.stranger.get(f"{TAGS}?limit=2")
    assert len(first.json()) == 2
    second = square.stranger.get(first.link("next") or "")
    assert len(second.json()) == 1
    assert square.stranger.get(second.link("prev") or "").json() == first.json()
    assert square.stranger.get(f"{TAGS}?limit=999999&offset=-5").status == 200


@pytest.mark.parametrize("change", ["unlisted", "sensitive", "warning", "undiscoverable", "limited"])
def test_what_must_not_trend_does_not_count(square: Square, change: str) -> None:
    """Posts that are not for all, that are warned of, or whose author does not wish or is not allowed to be found."""

    def hide(tx: WriteTx) -> None:
        if change == "undiscoverable":
            accounts.change(tx, many[0], discoverable=False)
        elif change == "limited":
            tx.run(update(account).where(account.c.id == many[0]).values(limited=True))
        elif change == "sensitive":
            tx.run(update(post).where(post.c.id == last).values(sensitive=True))
        elif change == "warning":
            tx.run(update(post).where(post.c.id == last).values(warning="careful"))

    many = people(square, limits.TREND_PEOPLE)
    for each in many[1:]:
        square.make.post(each, tags=["sea"])
    visibility = Visibility.UNLISTED if change == "unlisted" else Visibility.PUBLIC
    last = square.make.post(many[0], tags=["sea"], visibility=visibility)
    square.app.database.write_now(hide)
    square.settle()
    assert names(square) == []


def test_what_is_deleted_or_edited_counts_no_more(square: Square) -> None:
    """Unless the same person said it elsewhere too."""
    many = people(square, limits.TREND_PEOPLE)
    said = [square.make.post(each, tags=["sea"]) for each in many]
    again = square.make.post(many[0], tags=["sea"])
    square.settle()
    square.make.delete(said[0])
    square.settle()
    assert names(square) == ["sea"]
    square.make.delete(again)
    square.settle()
    assert names(square) == []


def test_voices_are_forgotten_after_three_days(square: Square, clock: ManualClock) -> None:
    """By themselves, and then their people count again."""
    many = people(square, limits.TREND_PEOPLE)
    for each in many:
        square.make.post(each, tags=["sea"])
    square.settle()
    clock.advance(seconds=limits.TREND_SECONDS - 3_600)
    square.settle()
    assert names(square) == ["sea"]
    clock.advance(hours=3)
    square.settle()
    assert names(square) == []
    assert square.app.database.read_now(lambda tx: tx.all(select(trend)) + tx.all(select(trend_voice))) == []
    for each in many:
        square.make.post(each, tags=["sea"])
    square.settle()
    assert names(square) == ["sea"]


# --- Posts ------------------------------------------------------------------------------------------------------------


def test_a_post_trends_that_enough_others_take_up(square: Square) -> None:
    """Each person counts once, whether they favourite, boost or both, and authors not for themselves."""
    ann, *others = people(square, 4)
    taken, alone = square.make.post(ann), square.make.post(others[0])
    for each in others:
        square.make.favourite(each, taken)
    square.make.favourite(ann, taken)
    square.make.favourite(ann, alone)
    square.make.boost(ann, alone)
    square.make.boost(others[1], alone)
    square.settle()
    assert ids(square) == [str(taken)]
    [shown] = square.app.database.read_now(trending.popular, None, 5, unreviewed=True)
    assert (shown.post.id, shown.people) == (taken, 3)


def test_withdrawn_favourites_and_boosts_count_no_more(square: Square) -> None:
    """What was both favourited and boosted counts until both are gone."""
    ann, *others = people(square, 4)
    taken = square.make.post(ann)
    for each in others:
        square.make.favourite(each, taken)
    boost = square.make.boost(others[0], taken)
    square.settle()
    square.make.unfavourite(others[0], taken)
    square.settle()
    assert ids(square) == [str(taken)]
    square.make.delete(boost)
    square.settle()
    assert ids(square) == []


def test_a_reader_is_shown_no_trend_of_whom_they_muted(square: Square) -> None:
    """And a deleted post trends no more for anybody."""
    ann, *others = people(square, 4)
    reader = square.person("reader")
    taken = square.make.post(ann)
    for each in others:
        square.make.favourite(each, taken)
    square.settle()
    assert [each["id"] for each in reader.client.get(POSTS).json()] == [str(taken)]
    square.make.mute(reader.account, ann)
    assert reader.client.get(POSTS).json() == []
    square.make.delete(taken)
    square.settle()
    assert ids(square) == []
    assert square.app.database.read_now(lambda tx: tx.all(select(trend)) + tx.all(select(trend_voice))) == []


def test_what_a_filter_hides_leaves_no_gap_in_a_page(square: Square) -> None:
    """Places count what is shown: pages are full, nothing comes twice, and a filter that only warns changes nothing."""
    ann, *others = people(square, 4)
    reader = square.person("reader")
    for number in range(6):
        taken = square.make.post(ann, f"{'Plums' if number % 2 else 'Pears'} {number}")
        for each in others:
            square.make.favourite(each, taken)
    square.settle()

    def page(query: str) -> list[str]:
        return [each["content"] for each in reader.client.get(f"{POSTS}?{query}").json()]

    everything = page("limit=6")
    terms = {"title": "Fruit", "context": ["public"], "keywords_attributes": [{"keyword": "plums"}]}
    made = reader.client.post("/api/v2/filters", json={**terms, "filter_action": "warn"}).json()
    assert page("limit=6") == everything
    reader.client.put(f"/api/v2/filters/{made['id']}", json={"filter_action": "hide"})
    pears = [each for each in everything if "Pears" in each]
    assert len(pears) == 3
    first = reader.client.get(f"{POSTS}?limit=2")
    assert [each["content"] for each in first.json()] == pears[:2]
    assert [each["content"] for each in reader.client.get(first.link("next") or "").json()] == pears[2:]
    assert page("limit=2&offset=1") == pears[1:]


# --- Links ------------------------------------------------------------------------------------------------------------


def test_a_page_trends_that_enough_people_link_to(square: Square) -> None:
    """With its card and how it was used; and the posts that link to it can be read."""
    posts = [link(square, each) for each in people(square, limits.TREND_PEOPLE)]
    square.settle()
    [shown] = square.stranger.get(LINKS).json()
    assert (shown["url"], shown["title"], shown["type"]) == (PAGE, "The bridge", "link")
    assert len(shown["history"]) == limits.TAG_HISTORY_DAYS
    assert shown["history"][0]["accounts"] == shown["history"][0]["uses"] == str(limits.TREND_PEOPLE)
    listed = ids(square, f"/api/v1/timelines/link?url={PAGE}")
    assert listed == [str(each) for each in reversed(posts)]
    assert square.stranger.get("/api/v1/timelines/link?url=https://elsewhere.example/").status == 404
    assert square.stranger.get("/api/v1/timelines/link").status == 404


def test_a_link_timeline_has_only_those_who_wish_to_be_found(square: Square) -> None:
    """Nobody is found through what they link to who does not want that."""
    ann, bob = people(square, 2)
    found = link(square, ann)
    link(square, bob)
    square.app.database.write_now(lambda tx: accounts.change(tx, bob, discoverable=False))
    square.settle()
    assert ids(square, f"/api/v1/timelines/link?url={PAGE}") == [str(found)]


# --- The staff --------------------------------------------------------------------------------------------------------


def test_what_the_staff_refused_does_not_trend(square: Square) -> None:
    """A tag, a page, a publisher with all its pages, a post; a page's own judgement comes before its publisher's."""
    everybody = people(square, 4)
    taken = square.make.post(everybody[0])
    for each in everybody[1:]:
        square.make.post(each, tags=["sea"])
        link(square, each)
        square.make.favourite(each, taken)
    square.settle()

    def judge(tx: WriteTx, /, refused: Any, **values: Any) -> None:
        tx.run(update(refused).values(**values))

    write = square.app.database.write_now
    for values in ({"trendable": False}, {"trendable": None, "listable": False}, {"listable": None, "usable": False}):
        write(judge, tag, **values)
        assert names(square) == []
    write(judge, tag, usable=True)
    assert names(square) == ["sea"]
    write(judge, publisher, trendable=False)
    assert square.stranger.get(LINKS).json() == []
    assert square.stranger.get(f"/api/v1/timelines/link?url={PAGE}").status == 404
    write(judge, card, trendable=True)
    assert len(square.stranger.get(LINKS).json()) == 1
    write(lambda tx: tx.run(post_review.insert().values(post_id=taken, trendable=False, reviewed_at=1)))
    assert ids(square) == []


def test_a_server_can_review_all_trends_first(settings: Settings, open_square: Callable[..., Square]) -> None:
    """Then nothing trends that nobody allowed."""
    square = open_square(msgspec.structs.replace(settings, trends_reviewed=True))
    for each in people(square, 3):
        square.make.post(each, tags=["sea"])
    square.settle()
    assert names(square) == []
    square.app.database.write_now(lambda tx: tx.run(update(tag).values(trendable=True)))
    assert names(square) == ["sea"]


# --- Numbers ----------------------------------------------------------------------------------------------------------


def test_counting_anew_gives_the_same(square: Square, clock: ManualClock) -> None:
    """The projection is nothing but what posts, favourites and boosts say."""
    ann, *others = people(square, 5)
    taken = square.make.post(ann, tags=["sea", "sky"])
    for each in others:
        clock.advance(minutes=7)
        square.make.favourite(each, taken)
        square.make.post(each, tags=["sea"])
        link(square, each)
    square.make.boost(others[0], taken)
    square.make.unfavourite(others[1], taken)
    square.settle()

    def state() -> tuple[list[Any], list[Any]]:
        def read(tx: Any) -> tuple[list[Any], list[Any]]:
            voices = tx.all(
                select(trend_voice).order_by(trend_voice.c.kind, trend_voice.c.subject_id, trend_voice.c.account_id)
            )
            sums = tx.all(select(trend).order_by(trend.c.kind, trend.c.subject_id))
            return [tuple(row) for row in voices], [tuple(row) for row in sums]

        return square.app.database.read_now(read)

    before = state()
    asyncio.run(square.app.runner.rebuild("trends"))
    after = state()
    assert before[0] == after[0]
    assert [(row[0], row[1], row[3]) for row in before[1]] == [(row[0], row[1], row[3]) for row in after[1]]
    assert [row[2] for row in before[1]] == pytest.approx([row[2] for row in after[1]])


def test_trends_cost_the_same_however_many_there_are(square: Square, statements: list[str]) -> None:
    """A fixed number of statements each."""
    many, numbers = people(square, 3), itertools.count()

    def cost(path: str) -> int:
        square.make.account(f"reader{next(numbers)}")  # what was kept in memory is gone
        statements.clear()
        assert square.stranger.get(path).status == 200
        return len(statements)

    def fill(first: int, last: int) -> None:
        for number in range(first, last):
            id_ = square.make.post(many[0], tags=[f"tag{number}"])
            for each in many:
                square.make.post(each, tags=[f"tag{number}"])
                link(square, each, f"{PAGE}{number}")
            for each in people(square, 3, f"fan{number}x"):
                square.make.favourite(each, id_)
        square.settle()

    fill(0, 1)
    few = {path: cost(path) for path in (TAGS, POSTS, LINKS)}
    fill(1, 5)
    assert {path: cost(path) for path in (TAGS, POSTS, LINKS)} == few
    assert len(square.stranger.get(LINKS).json()) == 5


def test_scores_add_up() -> None:
    """Two voices of now are one more than one; what is taken away was as if it had never been."""
    now = 1_790_000_000_000
    half_life = limits.TREND_HALF_LIFE_SECONDS * 1_000
    one = plus(None, weight(now))
    two = plus(one, weight(now))
    assert two == pytest.approx(one + 1)
    assert plus(plus(None, weight(now - half_life)), weight(now - half_life)) == pytest.approx(one)
    assert minus(two, weight(now)) == pytest.approx(one)
    assert minus(one, weight(now)) < one - 10


def test_the_page_tells_why_something_trends(square: Square) -> None:
    """Tags, pages and posts, each with its numbers; without any of these, the page is as it was."""
    assert "trends-heading" not in square.stranger.get("/explore").text
    everybody = people(square, 4)
    taken = square.make.post(everybody[0])
    for each in everybody[1:]:
        square.make.post(each, tags=["sea"])
        link(square, each)
        square.make.favourite(each, taken)
    square.settle()
    page = square.stranger.get("/explore").text
    part = page[page.index("trends-heading") :].partition("</section>")[0]
    assert "#sea" in part
    assert "The bridge" in part
    assert part.count("3 people in three days") == 2
    assert part.count("3 today, 0 a day in the week before") == 2
    assert "3 people favourited or boosted this in three days" in page
    assert page.count(f'data-post="{taken}"') == 1
