"""Following between servers by hand: people of other servers are sent home, and people of here are led to what is elsewhere."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from bema.outside.fetch import Fetched
from bema.settings import Settings
from tests.client import Client
from tests.conftest import Person, Square
from tests.other_servers import Elsewhere

SUBSCRIBE = "http://ostatus.org/schema/1.0/subscribe"


class Servers(Elsewhere):
    """Servers that say where their people follow others."""

    template = "https://other.example/authorize_interaction?uri={uri}"

    async def fetch(self, url: str, **more: Any) -> Fetched:
        """Answer WebFinger as they would."""
        if "/.well-known/webfinger" not in url or "other.example" not in url:
            return await super().fetch(url, **more)
        self.asked.append(url)
        told = {"subject": "acct:bob@other.example", "links": [{"rel": SUBSCRIBE, "template": self.template}]}
        return Fetched(url, 200, {"content-type": "application/jrd+json"}, json.dumps(told).encode())


@pytest.fixture
def others() -> Servers:
    """The servers of others."""
    return Servers()


@pytest.fixture
def square(settings: Settings, open_square: Callable[..., Square], others: Servers) -> Square:
    """A server that asks those others."""
    return open_square(settings, fetcher=others)


def browser(square: Square, person: Person) -> Client:
    """Return somebody's browser, signed in."""
    client = square.client()
    client.cookies["bema_session"] = square.make.session(person.login, person.account)
    return client


@pytest.mark.parametrize("handle", ["bob@other.example", "@bob@other.example", " @Bob@OTHER.example "])
def test_people_of_other_servers_are_shown_the_way_home(square: Square, others: Servers, handle: str) -> None:
    """A link on a page rather than a redirect: one sees where it leads before going there."""
    square.make.account("ann", display_name="Ann")
    profile = square.stranger.get("/@ann").text
    assert 'action="/@ann/follow_elsewhere"' in profile
    page = square.stranger.post("/@ann/follow_elsewhere", form={"handle": handle})
    assert page.status == 200
    uri = quote("https://square.example/users/ann", safe="")
    assert f'href="https://other.example/authorize_interaction?uri={uri}"' in page.text
    assert len(others.asked) == 1


@pytest.mark.parametrize(
    "handle", ["", "bob", "bob@", "@@other.example", "bob@third.example", "ann@square.example", "x" * 5_000]
)
def test_who_cannot_be_sent_home_is_told_what_to_do(square: Square, handle: str) -> None:
    """Nobody there, no such place, or a typing error: the address to search for is there in any case."""
    square.make.account("ann")
    page = square.stranger.post("/@ann/follow_elsewhere", form={"handle": handle})
    assert page.status == 422
    assert "@ann@square.example" in page.text


def test_only_people_of_here_are_followed_so(square: Square) -> None:
    """For others, their own server is asked."""
    square.make.account("carl", host="other.example")
    for name in ("carl@other.example", "nobody"):
        assert square.stranger.post(f"/@{name}/follow_elsewhere", form={"handle": "bob@other.example"}).status == 404
    assert "follow_elsewhere" not in square.stranger.get("/@carl@other.example").text


def test_who_is_sent_here_is_led_to_whom_they_want_to_follow(square: Square, others: Servers) -> None:
    """By id or address, of here or elsewhere; and to nothing by itself: pressing the button is theirs."""
    ann = square.person("ann")
    square.make.account("dora")
    carl = others.person("carl", "mastodon.example")
    client = browser(square, ann)
    for uri, leads_to in (
        (carl, "/@carl@mastodon.example"),
        ("acct:carl@mastodon.example", "/@carl@mastodon.example"),
        ("https://square.example/users/dora", "/@dora"),
        ("acct:dora@square.example", "/@dora"),
        ("https://mastodon.example/nothing", "/search?q=https%3A%2F%2Fmastodon.example%2Fnothing"),
        ("acct:nobody@square.example", "/search?q=acct%3Anobody%40square.example"),
        ("//evil.example", "/search?q=%2F%2Fevil.example"),
        ("", "/search?q="),
    ):
        answer = client.get(f"/authorize_interaction?uri={quote(uri, safe='')}")
        assert (answer.status, answer.headers["location"]) == (303, leads_to)


def test_who_is_not_signed_in_signs_in_first(square: Square, others: Servers) -> None:
    """And nothing is fetched for strangers."""
    answer = square.stranger.get("/authorize_interaction?uri=https://mastodon.example/users/carl")
    assert answer.status == 303
    assert answer.headers["location"].startswith("/auth/sign_in?back=/authorize_interaction%3Furi%3Dhttps")
    assert others.asked == []
