"""Paging, made from the route table: every list is walked both ways by its links alone. New lists join by themselves."""

from collections.abc import Callable
from typing import Any, get_origin
from urllib.parse import parse_qs, urlsplit

import pytest

from bema.app import API
from bema.edge.mastodon.paging import Paging
from bema.edge.routes import Route
from bema.model.ids import AccountId, PostId
from bema.model.policy import Visibility
from bema.model.views import CardFacts
from bema.store import cards
from bema.store.tx import WriteTx
from bema.wire.mastodon.notifications import GroupedNotificationsResults
from tests.client import Client, Response
from tests.conftest import Person, Square

LISTS = [
    route
    for route in API
    if route.ask is not None
    and issubclass(route.ask, Paging)
    and (get_origin(route.answer) is list or route.answer is GroupedNotificationsResults)
]
Fill = Callable[[Square, Person, int], str]  # puts so many things into a list, and returns its address


# --- What fills each list ---------------------------------------------------------------------------------------------


def _people(square: Square, count: int) -> list[AccountId]:
    return [square.make.account(f"person{number}") for number in range(count)]


def _posts(square: Square, count: int) -> list[PostId]:
    author = square.make.account("author")
    return [square.make.post(author, tags=["sea"]) for _ in range(count)]


def _of_people(path: str, meet: Callable[[Square, AccountId, AccountId], None]) -> Fill:
    def fill(square: Square, reader: Person, count: int) -> str:
        for each in _people(square, count):
            meet(square, reader.account, each)
        return path.format(id=reader.account)

    return fill


def _of_reactions(path: str, react: Callable[[Square, AccountId, PostId], Any]) -> Fill:
    def fill(square: Square, reader: Person, count: int) -> str:
        post = square.make.post(reader.account)
        for each in _people(square, count):
            react(square, each, post)
        square.settle()
        return path.format(id=post)

    return fill


def _of_posts(path: str, keep: Callable[[Square, AccountId, PostId], None]) -> Fill:
    def fill(square: Square, reader: Person, count: int) -> str:
        for each in _posts(square, count):
            keep(square, reader.account, each)
        return path.format(hashtag="sea")

    return fill


_PAGE = "https://courier.example/bridge"


def _link(square: Square, post: PostId) -> None:
    """Let a post link to a page whose card is known."""

    def linking(tx: WriteTx) -> None:
        known = cards.ensure(tx, _PAGE, "courier.example")
        cards.record(tx, known.id, CardFacts(title="The bridge"))
        cards.give(tx, post, known.id)

    square.app.database.write_now(linking)


def _endorsements(path: str) -> Fill:
    def fill(square: Square, reader: Person, count: int) -> str:
        for each in _people(square, count):
            square.make.follow(reader.account, each)
            assert reader.client.post(f"/api/v1/accounts/{each}/endorse").status == 200
        return path.format(id=reader.account)

    return fill


def _home(square: Square, reader: Person, count: int) -> str:
    author = square.make.account("author")
    square.make.follow(reader.account, author)
    for _ in range(count):
        square.make.post(author)
    square.settle()
    return "/api/v1/timelines/home"


def _profile(square: Square, reader: Person, count: int) -> str:
    for _ in range(count):
        square.make.post(reader.account)
    return f"/api/v1/accounts/{reader.account}/statuses"


def _members(square: Square, reader: Person, count: int) -> str:
    list_ = reader.client.post("/api/v1/lists", json={"title": "Authors"}).json()["id"]
    for each in _people(square, count):
        square.make.follow(reader.account, each)
        reader.client.post(f"/api/v1/lists/{list_}/accounts", json={"account_ids": [str(each)]})
    return f"/api/v1/lists/{list_}/accounts"


def _list_timeline(square: Square, reader: Person, count: int) -> str:
    list_ = reader.client.post("/api/v1/lists", json={"title": "Authors"}).json()["id"]
    author = square.make.account("author")
    square.make.follow(reader.account, author)
    reader.client.post(f"/api/v1/lists/{list_}/accounts", json={"account_ids": [str(author)]})
    for _ in range(count):
        square.make.post(author)
    square.settle()
    return f"/api/v1/timelines/list/{list_}"


def _domains(square: Square, reader: Person, count: int) -> str:
    for number in range(count):
        reader.client.post("/api/v1/domain_blocks", json={"domain": f"host{number}.example"})
    return "/api/v1/domain_blocks"


def _tags(square: Square, reader: Person, count: int) -> str:
    for number in range(count):
        square.make.follow_tag(reader.account, f"tag{number}")
    return "/api/v1/followed_tags"


def _scheduled(square: Square, reader: Person, count: int) -> str:
    for number in range(count):
        when = f"2026-02-{number % 28 + 1:02}T12:00:00Z"
        answer = reader.client.post("/api/v1/statuses", json={"status": f"{number}", "scheduled_at": when})
        assert answer.status == 200, answer.text
    return "/api/v1/scheduled_statuses"


def _of_accounts(path: str) -> Fill:
    def fill(square: Square, reader: Person, count: int) -> str:
        _people(square, count - 1)  # the reader is one too
        return path

    return fill


def _of_measures(path: str, body: Callable[[int], dict[str, str]]) -> Fill:
    def fill(square: Square, reader: Person, count: int) -> str:
        for number in range(count):
            assert reader.client.post(path, json=body(number)).status == 200
        return path

    return fill


def _reports(square: Square, reader: Person, count: int) -> str:
    for each in _people(square, count):
        assert reader.client.post("/api/v1/reports", json={"account_id": str(each)}).status == 200
    return "/api/v1/admin/reports"


def _all_tags(square: Square, reader: Person, count: int) -> str:
    for number in range(count):
        square.make.post(reader.account, tags=[f"tag{number}"])
    return "/api/v1/admin/tags"


def _quotes(square: Square, reader: Person, count: int) -> str:
    author = square.make.account("author")
    post = square.make.post(author)
    for _ in range(count):
        square.make.post(author, quote_of=post)
    return f"/api/v1/statuses/{post}/quotes"


def _conversations(square: Square, reader: Person, count: int) -> str:
    author = square.make.account("author")
    for _ in range(count):
        square.make.post(author, visibility=Visibility.DIRECT, mentions=[reader.account])
    square.settle()
    return "/api/v1/conversations"


def _groups(path: str) -> Fill:
    def fill(square: Square, reader: Person, count: int) -> str:
        fans = _people(square, 2)
        for _ in range(count):
            post = square.make.post(reader.account)
            for fan in fans:
                square.make.favourite(fan, post)
        square.settle()
        return path

    return fill


def _group_members(square: Square, reader: Person, count: int) -> str:
    post = square.make.post(reader.account)
    for fan in _people(square, count):
        square.make.favourite(fan, post)
    square.settle()
    (group,) = reader.client.get("/api/v2/notifications").json()["notification_groups"]
    return f"/api/v2/notifications/{group['group_key']}/accounts"


def _notification_requests(square: Square, reader: Person, count: int) -> str:
    reader.client.patch("/api/v2/notifications/policy", json={"for_not_following": "filter"})
    for each in _people(square, count):
        square.make.post(each, mentions=[reader.account])
    square.settle()
    return "/api/v1/notifications/requests"


def _publishers(square: Square, reader: Person, count: int) -> str:
    for number in range(count):
        host = f"paper{number}.example"
        square.app.database.write_now(cards.ensure, f"https://{host}/", host)
    return "/api/v1/admin/trends/links/publishers"


FILLS: dict[str, Fill] = {
    "/api/v1/admin/accounts": _of_accounts("/api/v1/admin/accounts"),
    "/api/v2/admin/accounts": _of_accounts("/api/v2/admin/accounts"),
    "/api/v1/admin/canonical_email_blocks": _of_measures(
        "/api/v1/admin/canonical_email_blocks", lambda number: {"email": f"somebody{number}@example.com"}
    ),
    "/api/v1/admin/domain_allows": _of_measures(
        "/api/v1/admin/domain_allows", lambda number: {"domain": f"server{number}.example"}
    ),
    "/api/v1/admin/domain_blocks": _of_measures(
        "/api/v1/admin/domain_blocks", lambda number: {"domain": f"server{number}.example"}
    ),
    "/api/v1/admin/email_domain_blocks": _of_measures(
        "/api/v1/admin/email_domain_blocks", lambda number: {"domain": f"server{number}.example"}
    ),
    "/api/v1/admin/ip_blocks": _of_measures(
        "/api/v1/admin/ip_blocks",
        lambda number: {"ip": f"198.51.100.{number % 256}/{32 - number // 256}", "severity": "sign_up_block"},
    ),
    "/api/v1/admin/reports": _reports,
    "/api/v1/admin/tags": _all_tags,
    "/api/v1/admin/trends/links/publishers": _publishers,
    "/api/v1/accounts/{id}/followers": _of_people(
        "/api/v1/accounts/{id}/followers", lambda square, me, other: square.make.follow(other, me)
    ),
    "/api/v1/accounts/{id}/following": _of_people(
        "/api/v1/accounts/{id}/following", lambda square, me, other: square.make.follow(me, other)
    ),
    "/api/v1/accounts/{id}/statuses": _profile,
    "/api/v1/accounts/{id}/endorsements": _endorsements("/api/v1/accounts/{id}/endorsements"),
    "/api/v1/endorsements": _endorsements("/api/v1/endorsements"),
    "/api/v1/blocks": _of_people("/api/v1/blocks", lambda square, me, other: square.make.block(me, other)),
    "/api/v1/bookmarks": _of_posts("/api/v1/bookmarks", lambda square, me, post: square.make.bookmark(me, post)),
    "/api/v1/domain_blocks": _domains,
    "/api/v1/conversations": _conversations,
    "/api/v1/favourites": _of_posts("/api/v1/favourites", lambda square, me, post: square.make.favourite(me, post)),
    "/api/v1/follow_requests": _of_people(
        "/api/v1/follow_requests", lambda square, me, other: square.make.follow_request(other, me)
    ),
    "/api/v1/followed_tags": _tags,
    "/api/v1/lists/{id}/accounts": _members,
    "/api/v1/mutes": _of_people("/api/v1/mutes", lambda square, me, other: square.make.mute(me, other)),
    "/api/v1/scheduled_statuses": _scheduled,
    "/api/v1/notifications": _of_reactions(
        "/api/v1/notifications", lambda square, other, post: square.make.favourite(other, post)
    ),
    "/api/v1/notifications/requests": _notification_requests,
    "/api/v2/notifications": _groups("/api/v2/notifications"),
    "/api/v2/notifications/{group_key}/accounts": _group_members,
    "/api/v2_alpha/notifications": _groups("/api/v2_alpha/notifications"),
    "/api/v1/statuses/{id}/favourited_by": _of_reactions(
        "/api/v1/statuses/{id}/favourited_by", lambda square, other, post: square.make.favourite(other, post)
    ),
    "/api/v1/statuses/{id}/quotes": _quotes,
    "/api/v1/statuses/{id}/reblogged_by": _of_reactions(
        "/api/v1/statuses/{id}/reblogged_by", lambda square, other, post: square.make.boost(other, post)
    ),
    "/api/v1/timelines/home": _home,
    "/api/v1/timelines/link": _of_posts(
        f"/api/v1/timelines/link?url={_PAGE}", lambda square, me, post: _link(square, post)
    ),
    "/api/v1/timelines/list/{id}": _list_timeline,
    "/api/v1/timelines/public": _of_posts("/api/v1/timelines/public", lambda square, me, post: None),
    "/api/v1/timelines/tag/{hashtag}": _of_posts("/api/v1/timelines/tag/{hashtag}", lambda square, me, post: None),
}


def test_every_list_is_filled_here() -> None:
    """Who adds a list says above what fills it, or its paging would be proven by nothing."""
    assert {route.path for route in LISTS} == FILLS.keys()


# --- The claims -------------------------------------------------------------------------------------------------------


def _page(client: Client, url: str) -> list[str]:
    answer = client.get(url)
    assert answer.status == 200, f"{url}: {answer.text}"
    return _names(answer)


def _names(answer: Response) -> list[str]:
    """Return by what the items of a list are known: an id, or the item itself; of groups, their keys."""
    if isinstance(answer.json(), dict):
        return [each["group_key"] for each in answer.json()["notification_groups"]]
    return [each if isinstance(each, str) else each["id"] for each in answer.json()]


def _begun(url: str) -> str:
    """Return an address to which parameters can be added."""
    return f"{url}&" if "?" in url else f"{url}?"


def _walk(client: Client, url: str | None, rel: str) -> list[list[str]]:
    pages: list[list[str]] = []
    while url is not None:
        assert len(pages) < 20, "the links lead in a circle"
        answer = client.get(url)
        pages.append(_names(answer))
        url = answer.link(rel)
    return pages


def _cursors(client: Client, url: str) -> list[str]:
    """Return what each item is paged by, which its links alone tell."""
    cursors: list[str] = []
    link: str | None = f"{_begun(url)}limit=1"
    while link is not None:
        link = client.get(link).link("next")
        if link is not None:
            cursors.append(parse_qs(urlsplit(link).query)["max_id"][0])
    return cursors


def _path(route: Route) -> str:
    return route.path


def _reader(square: Square, route: Route) -> Person:
    """Make somebody who may read the list."""
    return square.person("ann") if route.permission is None else square.staff("ann")


@pytest.mark.parametrize("route", LISTS, ids=_path)
def test_a_list_is_walked_both_ways_without_gap_or_repetition(square: Square, route: Route) -> None:
    """Downward by `next`, upward by `prev`; before the newest there is nothing, else clients go round for ever."""
    ann = _reader(square, route)
    url = FILLS[route.path](square, ann, 7)
    everything = _page(ann.client, url)
    assert len(set(everything)) == len(everything) == 7
    down = _walk(ann.client, f"{_begun(url)}limit=3", "next")
    assert down == [everything[:3], everything[3:6], everything[6:], []]
    newest = ann.client.get(f"{_begun(url)}limit=3").link("prev")
    assert newest is not None
    assert _page(ann.client, newest) == []
    oldest = _cursors(ann.client, url)[-1]
    up = _walk(ann.client, f"{_begun(url)}limit=3&min_id={oldest}", "prev")
    assert up == [everything[3:6], everything[:3], []]
    link = ann.client.get(f"{_begun(url)}limit=3&min_id={oldest}").headers["link"]
    assert link.count("limit=3") == 2  # the links keep what was asked for
    assert link.count("min_id=") == link.count("max_id=") == 1


@pytest.mark.parametrize("route", LISTS, ids=_path)
def test_the_four_parameters_mean_the_same_on_every_list(square: Square, route: Route) -> None:
    """`max_id` and `since_id` are a window with the newest first; `min_id` gives those just above it, newest first."""
    ann = _reader(square, route)
    url = FILLS[route.path](square, ann, 7)
    everything, cursors = _page(ann.client, url), _cursors(ann.client, url)
    assert len(cursors) == 7
    assert _page(ann.client, f"{_begun(url)}limit=2&max_id={cursors[2]}") == everything[3:5]
    assert _page(ann.client, f"{_begun(url)}limit=2&since_id={cursors[5]}") == everything[:2]
    assert _page(ann.client, f"{_begun(url)}limit=2&min_id={cursors[5]}") == everything[3:5]
    assert _page(ann.client, f"{_begun(url)}max_id={cursors[1]}&since_id={cursors[5]}") == everything[2:5]
    assert _page(ann.client, f"{_begun(url)}max_id={cursors[-1]}") == []
    assert _page(ann.client, f"{_begun(url)}since_id={cursors[0]}") == []
    assert _page(ann.client, f"{_begun(url)}min_id={cursors[0]}") == []


@pytest.mark.slow
@pytest.mark.parametrize("route", LISTS, ids=_path)
def test_a_limit_is_clamped_and_never_an_error(square: Square, route: Route) -> None:
    """Too many is as many as are given, too few is one, and without a limit it is what the reference says."""
    ann, ask = _reader(square, route), route.ask
    assert ask is not None
    assert issubclass(ask, Paging)
    url = FILLS[route.path](square, ann, ask.MOST + 1)
    everything = _page(ann.client, f"{_begun(url)}limit=1000000")
    assert len(everything) == ask.MOST
    assert _page(ann.client, url) == everything[: ask.DEFAULT]
    everybody = "/api/v1/lists/{id}/accounts"  # where 0 means no limit
    for few in ("-1" if route.path == everybody else "0", "-3", "-9223372036854775807"):
        assert _page(ann.client, f"{_begun(url)}limit={few}") == everything[:1]
    for nonsense in ("max_id=nonsense", "since_id=-1", "min_id=", "max_id=99999999999999999999999"):
        assert _page(ann.client, f"{_begun(url)}{nonsense}") == everything[: ask.DEFAULT], nonsense
