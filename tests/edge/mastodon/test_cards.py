"""Cards: what a linked page says about itself is shown under a post, fetched once, bounded, and harmless."""

import io
import json
from collections.abc import Callable, Iterator, Sequence
from ipaddress import IPv4Address
from typing import Any

import pytest
from PIL import Image

from bema.domain import previewing
from bema.model import limits
from bema.outside.addresses import Address
from bema.outside.clock import ManualClock
from bema.outside.fetch import Fetcher
from bema.settings import Settings
from bema.subscribers.cards import facts_of
from bema.wire import pages
from tests.conftest import Person, Square
from tests.peer import Peer, answer

URL = "/api/v1/statuses"


@pytest.fixture
def peer() -> Iterator[Peer]:
    with Peer() as peer:
        yield peer


@pytest.fixture
def linked(settings: Settings, open_square: Callable[..., Square], statements: list[str]) -> Square:
    """A server for which every name of the internet leads to this machine."""
    return open_square(settings, observer=statements.append, fetcher=local_fetcher())


def local_fetcher() -> Fetcher:
    """Return a fetcher for which every name leads to loopback, and nothing else is public."""

    async def resolve(_name: str) -> Sequence[str]:
        return ["127.0.0.1"]

    def permits(address: Address) -> bool:
        return address == IPv4Address("127.0.0.1")

    return Fetcher("https://square.example", high_ports=True, permits=permits, resolve=resolve)


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (1_200, 630), (40, 90, 160)).save(file, "PNG")
    return file.getvalue()


def card_of(who: Person, id_: object) -> Any:
    return who.client.get(f"{URL}/{id_}").json()["card"]


def post(who: Person, text: str, **more: Any) -> str:
    said = who.client.post(URL, json={"status": text, **more})
    assert said.status == 200, said.text
    return str(said.json()["id"])


ARTICLE = """<!doctype html><html lang="en-GB"><head><title>Plain title</title>
<meta property="og:title" content="The bridge &amp; the river"><meta property="og:description" content="It was  built
in 1870.">
<meta property="og:site_name" content="The Courier"><meta property="og:image" content="/bridge.png">
<meta property="og:image:alt" content="A bridge"><meta property="article:published_time" content="2026-01-02T03:04:05Z">
<meta name="author" content="Ann Example"></head><body>…</body></html>"""


def test_a_card_tells_what_the_page_says(linked: Square, peer: Peer) -> None:
    """Title, description, provider, author, language, date; the picture is a copy of ours."""
    peer.pages |= {"/bridge": answer(ARTICLE), "/bridge.png": answer(picture(), type="image/png")}
    ann = linked.person("ann")
    url = f"http://courier.example:{peer.port}/bridge"
    id_ = post(ann, f"Look at {url}")
    assert card_of(ann, id_) is None
    linked.settle()
    card = card_of(ann, id_)
    image, blurhash = card.pop("image"), card.pop("blurhash")
    assert card == {
        "url": url,
        "title": "The bridge & the river",
        "description": "It was built in 1870.",
        "language": "en",
        "type": "link",
        "author_name": "Ann Example",
        "author_url": "",
        "provider_name": "The Courier",
        "provider_url": "",
        "html": "",
        "width": 662,
        "height": 347,
        "image_description": "A bridge",
        "embed_url": "",
        "published_at": "2026-01-02T03:04:05.000Z",
        "authors": [{"name": "Ann Example", "url": "", "account": None}],
    }
    assert image.startswith("https://square.example/media/card/")
    assert blurhash
    file = linked.stranger.get(image.removeprefix("https://square.example"))
    assert file.status == 200
    assert file.body != picture()


def test_a_page_names_an_account_as_its_author_where_that_account_agreed(linked: Square, peer: Peer) -> None:
    """By its list of domains, of which those below are part; whoever else is named, or left out, is named by name alone."""
    ann, eve = linked.person("ann"), linked.person("eve")
    page = '<title>The bridge</title><meta name="author" content="Ann E."><meta name="fediverse:creator" content="@{}">'
    peer.pages["/ann"] = answer(page.format("Ann@square.example"))
    peer.pages["/eve"] = answer(page.format("eve@square.example"))
    peer.pages["/away"] = answer(status=302, headers={"Location": f"http://forged.example:{peer.port}/ann"})
    ann.client.patch("/api/v1/accounts/update_credentials", json={"attribution_domains": ["courier.example"]})

    def authors(host: str, path: str) -> Any:
        id_ = post(eve, f"http://{host}:{peer.port}{path}")
        linked.settle()
        return card_of(eve, id_)["authors"]

    (named,) = authors("www.courier.example", "/ann")
    assert (named["name"], named["url"], named["account"]["acct"]) == ("Ann E.", "", "ann")
    nobody = [{"name": "Ann E.", "url": "", "account": None}]
    for host, path in (
        ("notcourier.example", "/ann"),
        ("courier.example.forged.example", "/ann"),
        ("courier.example", "/eve"),
        ("courier.example", "/away"),
    ):
        assert authors(host, path) == nobody, (host, path)
    mod = linked.staff("mod")
    assert mod.client.post(f"/api/v1/admin/accounts/{ann.account}/action", json={"type": "suspend"}).status == 200
    assert authors("www.courier.example", "/ann") == nobody


def test_a_page_is_asked_once_for_all_who_link_to_it(linked: Square, peer: Peer, clock: ManualClock) -> None:
    """And again when it is linked to weeks later; also with another fragment."""
    peer.pages["/a"] = answer("<title>First</title>")
    ann, bob = linked.person("ann"), linked.person("bob")
    url = f"http://courier.example:{peer.port}/a"
    first, second = post(ann, url), post(bob, f"{url}#part")
    linked.settle()
    assert card_of(ann, first) == card_of(ann, second)
    assert len(peer.asked) == 1
    peer.pages["/a"] = answer("<title>Second</title>")
    clock.advance(seconds=limits.CARD_FRESH_SECONDS)
    post(ann, url)
    linked.settle()
    assert card_of(ann, first)["title"] == "Second"
    assert len(peer.asked) == 2


def test_cards_are_everywhere_where_posts_are(linked: Square, peer: Peer) -> None:
    """In boosts and timelines too; a page of posts costs one statement more, however many cards there are."""
    ann, bob = linked.person("ann"), linked.person("bob")
    for number in range(6):
        peer.pages[f"/{number}"] = answer(f"<title>Page {number}</title>")
        post(ann, f"http://courier.example:{peer.port}/{number}")
    boosted = post(ann, f"http://courier.example:{peer.port}/0")
    linked.settle()
    boost = bob.client.post(f"{URL}/{boosted}/reblog").json()
    assert boost["card"]["title"] == boost["reblog"]["card"]["title"] == "Page 0"
    titles = [each["card"]["title"] for each in linked.stranger.get("/api/v1/timelines/public").json()]
    assert titles == ["Page 0", "Page 5", "Page 4", "Page 3", "Page 2", "Page 1", "Page 0"]


def test_a_page_of_cards_costs_one_statement(linked: Square, peer: Peer, statements: list[str]) -> None:
    """And one without any costs none."""
    ann = linked.person("ann")
    peer.pages["/a"] = answer("<title>A</title>")
    post(ann, "No link")
    linked.settle()

    def cost() -> int:
        linked.make.account(f"other{len(statements)}")  # what was kept in memory is gone
        statements.clear()
        assert linked.stranger.get("/api/v1/timelines/public").status == 200
        return len(statements)

    without = cost()
    post(ann, f"http://courier.example:{peer.port}/a")
    linked.settle()
    one = cost()
    post(ann, f"http://courier.example:{peer.port}/a?b")
    post(ann, f"http://courier.example:{peer.port}/a")
    linked.settle()
    assert (one, cost()) == (without + 1, without + 1)


def test_an_edit_changes_the_card(linked: Square, peer: Peer) -> None:
    """The link that is there now counts; none, no card."""
    peer.pages |= {"/a": answer("<title>A</title>"), "/b": answer("<title>B</title>")}
    ann = linked.person("ann")
    id_ = post(ann, f"http://courier.example:{peer.port}/a")
    linked.settle()
    assert card_of(ann, id_)["title"] == "A"
    ann.client.put(f"{URL}/{id_}", json={"status": f"http://courier.example:{peer.port}/b"})
    linked.settle()
    assert card_of(ann, id_)["title"] == "B"
    ann.client.put(f"{URL}/{id_}", json={"status": "none any more"})
    linked.settle()
    assert card_of(ann, id_) is None


@pytest.mark.parametrize("visibility", ["private", "direct"])
def test_links_of_posts_that_few_may_see_are_not_asked(linked: Square, peer: Peer, visibility: str) -> None:
    """A question would tell the linked server that it was posted here."""
    ann = linked.person("ann")
    post(ann, f"http://courier.example:{peer.port}/secret", visibility=visibility)
    linked.settle()
    assert peer.asked == []


def test_mentions_tags_and_own_posts_are_no_links(linked: Square, peer: Peer) -> None:
    """The first link to another server counts."""
    peer.pages["/a"] = answer("<title>A</title>")
    ann, bob = linked.person("ann"), linked.person("bob")
    own = linked.make.post(bob.account)
    id_ = post(ann, f"@bob #tag https://square.example/@bob/{own} http://courier.example:{peer.port}/a")
    linked.settle()
    assert card_of(ann, id_)["title"] == "A"


@pytest.mark.parametrize("element", ["p", "span"])
def test_what_a_post_quotes_has_no_card_besides(element: str) -> None:
    """Other servers write its address into the text, for readers that do not know quotes."""
    quoted = f'<{element} class="quote-inline">RE: <a href="https://far.example/@ben/4">…</a></{element}>'
    html = f'{quoted}<p>See <a href="https://courier.example/a">this</a></p>'
    assert [address for address, _ in previewing.links(html)] == ["https://courier.example/a"]


@pytest.mark.parametrize(
    "page",
    [
        answer("nothing", status=404),
        answer("<p>No title</p>"),
        answer("{}", type="application/json"),
        answer(status=302, headers={"Location": "http://10.0.0.1/"}),
        answer(status=302, headers={"Location": "https://square.example/"}),
        answer(b"\xff\xfe\x00\x00garbage"),
    ],
)
def test_a_page_without_anything_to_show_has_no_card(
    linked: Square, peer: Peer, clock: ManualClock, page: bytes
) -> None:
    """And is asked again when it is linked to a day later, not before."""
    peer.pages["/a"] = page
    ann = linked.person("ann")
    id_ = post(ann, f"http://courier.example:{peer.port}/a")
    linked.settle()
    post(ann, f"http://courier.example:{peer.port}/a")
    linked.settle()
    assert card_of(ann, id_) is None
    assert peer.paths() == ["/a"]
    clock.advance(seconds=limits.CARD_NONE_SECONDS)
    post(ann, f"http://courier.example:{peer.port}/a")
    linked.settle()
    assert peer.paths() == ["/a", "/a"]


def test_a_server_in_trouble_is_asked_a_few_times(linked: Square, peer: Peer, clock: ManualClock) -> None:
    """Then its page has no card, and no operator is bothered."""
    peer.pages["/a"] = answer("trouble", status=503)
    ann = linked.person("ann")
    id_ = post(ann, f"http://courier.example:{peer.port}/a")
    for _ in range(10):
        linked.settle()
        clock.advance(minutes=10)
    assert len(peer.asked) == limits.CARD_ATTEMPTS
    assert card_of(ann, id_) is None


def test_a_video_is_a_frame_that_is_shut_in(linked: Square, peer: Peer) -> None:
    """Of what a provider sends by oEmbed, the address of its frame is kept, and nothing else."""
    html = '<script>alert(1)</script><iframe onload="x" src="https://tube.example/embed/1?a=b&amp;c=d&quot;><script>"></iframe>'
    good = '<div><iframe width="560" src="https://tube.example/embed/1?a=b&amp;c=d" onload="alert(1)"></iframe></div>'
    page = '<title>Film</title><link rel="alternate" type="application/json+oembed" href="/oembed?x={}">'
    ann = linked.person("ann")
    cards = []
    for number, each in enumerate((good, html, "<script src=x></script>")):
        peer.pages[f"/film{number}"] = answer(page.format(number))
        body = {"type": "video", "title": "T", "author_name": "Bo", "author_url": "https://tube.example/bo", "html": each,
                "width": 560, "height": "315", "provider_name": "Tube", "provider_url": "javascript:alert(1)"}  # fmt: skip
        peer.pages[f"/oembed?x={number}"] = answer(json.dumps(body), type="application/json")
        id_ = post(ann, f"http://tube.example:{peer.port}/film{number}")
        linked.settle()
        cards.append(card_of(ann, id_))
    assert (cards[0]["type"], cards[0]["width"], cards[0]["height"]) == ("video", 560, 315)
    assert cards[0]["html"].startswith(
        '<iframe src="https://tube.example/embed/1?a=b&amp;c=d" width="560" height="315"'
    )
    assert 'sandbox="' in cards[0]["html"]
    assert "onload" not in cards[0]["html"]
    assert cards[0]["authors"] == [{"name": "Bo", "url": "https://tube.example/bo", "account": None}]
    assert cards[0]["provider_url"] == ""
    assert [each["type"] for each in cards[1:]] == ["link", "link"]
    assert [each["html"] for each in cards[1:]] == ["", ""]


def test_a_page_of_ours_is_in_no_frame() -> None:
    """It would act as whoever looks at it."""

    def framed(host: str) -> str:
        page = pages.Page(title="Film", player_url=f"https://{host}/x")
        return facts_of(page, None, "https://square.example").html

    assert framed("square.example") == ""
    assert 'src="https://tube.example/x"' in framed("tube.example")


def test_a_picture_that_is_none_is_left_out(linked: Square, peer: Peer) -> None:
    """The card is there without it."""
    peer.pages["/a"] = answer('<title>A</title><meta property="og:image" content="/b.png">')
    peer.pages["/b.png"] = answer("<svg onload=alert(1)>", type="image/png")
    ann = linked.person("ann")
    id_ = post(ann, f"http://courier.example:{peer.port}/a")
    linked.settle()
    assert (card_of(ann, id_)["title"], card_of(ann, id_)["image"]) == ("A", None)


def test_an_unlisted_post_has_a_card(linked: Square, peer: Peer) -> None:
    """Everybody may see it."""
    peer.pages["/a"] = answer("<title>A</title>")
    ann = linked.person("ann")
    id_ = post(ann, f"http://courier.example:{peer.port}/a", visibility="unlisted")
    linked.settle()
    assert card_of(ann, id_)["title"] == "A"


def test_pages_show_a_card_without_asking_anybody_else(linked: Square, peer: Peer) -> None:
    """Its host, its words, and the picture that is kept here."""
    peer.pages |= {"/bridge": answer(ARTICLE), "/bridge.png": answer(picture(), type="image/png")}
    ann = linked.person("ann")
    id_ = post(ann, f"Look at http://courier.example:{peer.port}/bridge")
    linked.settle()
    page = linked.stranger.get(f"/@ann/{id_}").text
    card = page[page.index('<a class="linked') :].partition("</a>")[0]
    assert f'href="http://courier.example:{peer.port}/bridge"' in card
    assert 'rel="nofollow noopener"' in card
    assert "The bridge &amp; the river" in card
    assert f"courier.example:{peer.port}" in card
    assert 'src="/media/card/' in card or 'src="https://square.example/media/card/' in card
    assert f'src="http://courier.example:{peer.port}' not in page
