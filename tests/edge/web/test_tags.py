"""Hashtags on pages: following them, and the feeds of what carries them, without script."""

from bema.model.policy import Visibility
from tests.conftest import Square
from tests.edge.web.test_pages import browser, send


def test_a_hashtag_is_followed_by_a_button_and_is_then_at_home(square: Square) -> None:
    """What carries it comes home from whomever, and no more when it is not followed any more."""
    ann, bob = browser(square, square.make.account("ann")), square.make.account("bob")
    assert "You follow no hashtag." in ann.get("/followed-tags").text
    assert 'action="/tags/sea/follow"' in ann.get("/tags/sea").text
    assert send(ann, "/tags/sea/follow", back="/tags/sea").headers["location"] == "/tags/sea"
    assert 'action="/tags/sea/unfollow"' in ann.get("/tags/sea").text
    assert "#sea" in ann.get("/followed-tags").text
    square.make.post(author=bob, text="Waves #sea", tags=["sea"])
    square.settle()
    assert "Waves" in ann.get("/home").text
    send(ann, "/tags/sea/unfollow")
    assert "Waves" not in ann.get("/home").text
    assert "You follow no hashtag." in ann.get("/followed-tags").text


def test_only_members_follow_hashtags(square: Square) -> None:
    """Strangers see no button, and what is no hashtag cannot be followed."""
    assert "/follow" not in square.stranger.get("/tags/sea").text.split("<main")[1].split("</main")[0]
    assert square.stranger.get("/followed-tags").status == 303
    ann = browser(square, square.make.account("ann"))
    assert send(ann, "/tags/a%20b/follow").status == 404
    assert ann.post("/tags/sea/follow", form={}).status == 403


def test_feeds_have_what_strangers_may_see(square: Square) -> None:
    """Of a person and of a hashtag, as Atom and as JSON Feed; whoever asks gets the same."""
    ann = square.make.account("ann")
    square.make.post(author=ann, text="For <all> #sea", tags=["sea"], language="en")
    square.make.post(author=ann, text="For few #sea", tags=["sea"], visibility=Visibility.FOLLOWERS)
    square.settle()
    for reader in (square.stranger, browser(square, ann)):
        for path in ("/tags/sea/feed", "/@ann/feed"):
            feed = reader.get(f"{path}.json")
            assert feed.headers["content-type"] == "application/feed+json"
            assert feed.json()["version"] == "https://jsonfeed.org/version/1.1"
            assert feed.json()["feed_url"] == f"https://square.example{path}.json"
            (item,) = feed.json()["items"]
            assert "For &lt;all&gt;" in item["content_html"]
            assert (item["language"], item["authors"]) == ("en", [{"name": "Ann"}])
            text = reader.get(f"{path}.atom").text
            assert "For &amp;lt;all&amp;gt;" in text
            assert "For few" not in text


def test_a_page_says_where_its_feeds_are(square: Square) -> None:
    """So that readers of feeds find them; a hashtag that nobody used has an empty one."""
    square.make.account("ann")
    for path in ("/tags/sea", "/@ann"):
        page = square.stranger.get(path).text
        assert f'type="application/atom+xml" href="https://square.example{path}/feed.atom"' in page
        assert f'type="application/feed+json" href="https://square.example{path}/feed.json"' in page
    assert square.stranger.get("/tags/unheard/feed.json").json()["items"] == []
    assert square.stranger.get("/tags/a%20b/feed.json").status == 404
