"""Following between servers by hand: people of other servers are sent home, and people of here are led to what is elsewhere."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from bema.model.policy import Visibility
from bema.outside.fetch import Fetched
from bema.settings import Settings
from tests.client import Client
from tests.conftest import Person, Square
from tests.other_servers import Elsewhere
from tests.wire.activitypub.peers import mastodon_note

SUBSCRIBE = "http://ostatus.org/schema/1.0/subscribe"


class Servers(Elsewhere):
    """Servers that say where their people follow others."""

    template = "https://other.example/authorize_interaction?uri={uri}"

    def __init__(self) -> None:
        super().__init__()
        self.ways: dict[str, str] = {}

    async def fetch(self, url: str, **more: Any) -> Fetched:
        """Answer WebFinger as they would."""
        if "/.well-known/webfinger" not in url or "other.example" not in url:
            return await super().fetch(url, **more)
        self.asked.append(url)
        links = [{"rel": SUBSCRIBE, "template": self.template}]
        links += [{"rel": f"https://w3id.org/fep/3b86/{name}", "template": way} for name, way in self.ways.items()]
        told = {"subject": "acct:bob@other.example", "links": links}
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


# --- Posts ------------------------------------------------------------------------------------------------------------


def test_strangers_are_led_from_each_button_of_a_post_to_the_way_home(square: Square, others: Servers) -> None:
    """A page that says what it is about, with both doors; one sees where a link leads before going there."""
    post = square.make.post(square.make.account("ann", display_name="Ann"))
    for act in ("reply", "boost", "favourite"):
        assert f'href="/posts/{post}/from_elsewhere?act={act}"' in square.stranger.get(f"/@ann/{post}").text
        page = square.stranger.get(f"/posts/{post}/from_elsewhere?act={act}")
        assert page.status == 200
        assert f"/auth/sign_in?back=/%40ann/{post}" in page.text or f"/auth/sign_in?back=/@ann/{post}" in page.text
        shown = square.stranger.post(f"/posts/{post}/from_elsewhere", form={"handle": "bob@other.example", "act": act})
        uri = quote(f"https://square.example/users/ann/statuses/{post}", safe="")
        assert f'href="https://other.example/authorize_interaction?uri={uri}"' in shown.text
    assert len(others.asked) == 3


@pytest.mark.parametrize(
    ("act", "leads_to"),
    [
        ("reply", "https://other.example/write?to=ID&amp;text="),
        ("boost", "https://other.example/boost/ID"),
        ("favourite", "https://other.example/like?what=ID&amp;then="),
        ("nonsense", "https://other.example/authorize_interaction?uri=ID"),
    ],
)
def test_a_server_that_says_more_is_taken_by_its_word(square: Square, others: Servers, act: str, leads_to: str) -> None:
    """Each act has its own address there (FEP-3b86); what the template asks beside that is left empty."""
    others.ways = {
        "Create": "https://other.example/write?to={inReplyTo}&text={content}",
        "announce": "https://other.example/boost/{object}",
        "Like": "https://other.example/like?what={object}&then={on-success}",
    }
    post = square.make.post(square.make.account("ann"))
    shown = square.stranger.post(f"/posts/{post}/from_elsewhere", form={"handle": "bob@other.example", "act": act})
    uri = quote(f"https://square.example/users/ann/statuses/{post}", safe="")
    assert f'href="{leads_to.replace("ID", uri)}"' in shown.text


@pytest.mark.parametrize(
    "template",
    [
        "javascript:alert({uri})",
        "https://{uri}/x",
        "https://other.example@{uri}",
        "//evil.example/{uri}",
        "https://other.example",
        "https://other.example\\@evil.example/{uri}",
        "{uri}",
    ],
)
def test_no_template_leads_anywhere_but_to_a_page_of_the_web(square: Square, others: Servers, template: str) -> None:
    """Neither for people nor for posts, in either way of telling it."""
    others.template = template
    others.ways = {"Like": template.replace("{uri}", "{object}"), "Object": template.replace("{uri}", "{object}")}
    post = square.make.post(square.make.account("ann"))
    for path in (f"/posts/{post}/from_elsewhere", "/@ann/follow_elsewhere"):
        page = square.stranger.post(path, form={"handle": "bob@other.example", "act": "favourite"})
        assert page.status == 422
        assert "evil.example" not in page.text


def test_only_what_strangers_may_see_can_be_acted_on_so(square: Square, others: Servers) -> None:
    """All else looks missing, and nobody is asked; who is signed in is led to the post."""
    ann = square.person("ann")
    hidden = square.make.post(ann.account, visibility=Visibility.FOLLOWERS)
    for path in (f"/posts/{hidden}/from_elsewhere", "/posts/1/from_elsewhere", "/posts/x/from_elsewhere"):
        assert square.stranger.get(path).status == 404
        assert square.stranger.post(path, form={"handle": "bob@other.example"}).status == 404
    assert others.asked == []
    open_ = square.make.post(ann.account)
    assert browser(square, ann).get(f"/posts/{open_}/from_elsewhere").headers["location"] == f"/@ann/{open_}"


def test_who_is_sent_here_is_led_to_a_post(square: Square, others: Servers) -> None:
    """Of here or of elsewhere, which is fetched."""
    ann = square.person("ann")
    own = square.make.post(ann.account)
    others.person("carl", "mastodon.example")
    there = others.put(mastodon_note("carl", "mastodon.example"))
    client = browser(square, ann)
    answer = client.get(f"/authorize_interaction?uri={quote(there, safe='')}")
    assert answer.headers["location"].startswith("/@carl@mastodon.example/")
    answer = client.get(f"/authorize_interaction?uri=https://square.example/users/ann/statuses/{own}")
    assert answer.headers["location"] == f"/@ann/{own}"
