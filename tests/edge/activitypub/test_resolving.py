"""Whoever is signed in finds by an address what is elsewhere, and follows whom they found."""

from bema.edge.authentication import SESSION_COOKIE
from tests.conftest import Person, Square
from tests.other_servers import Elsewhere
from tests.wire.activitypub.peers import act, mastodon_note

ANN = "https://mastodon.example/users/ann"


def test_people_and_posts_are_found_by_their_addresses(square: Square, others: Elsewhere, bob: Person) -> None:
    """By name and host, by id and by page; once known, they are found without being asked for again."""
    others.person("ann")
    others.put(mastodon_note(inReplyTo=None))

    def find(text: str, **more: str) -> dict[str, list[dict[str, object]]]:
        extra = "".join(f"&{name}={value}" for name, value in more.items())
        found = bob.client.get(f"/api/v2/search?q={text}{extra}").json()
        assert isinstance(found, dict)
        return found

    assert find("@ann@mastodon.example")["accounts"] == []
    for text in ("@ann@mastodon.example", "ann@Mastodon.Example", ANN):
        people = find(text, resolve="true")["accounts"]
        assert [(each["acct"], each["uri"], each["url"]) for each in people] == [
            ("ann@mastodon.example", ANN, "https://mastodon.example/@ann")
        ]
    asked = len(others.asked)
    find("@ann@mastodon.example", resolve="true")
    assert len(others.asked) == asked
    posts = find(f"{ANN}/statuses/1", resolve="true")["statuses"]
    assert [each["uri"] for each in posts] == [f"{ANN}/statuses/1"]
    nothing = find("https://mastodon.example/users/nobody", resolve="true")
    assert not any(nothing.values())


def test_who_is_completed_may_be_elsewhere(square: Square, others: Elsewhere, bob: Person) -> None:
    """Clients look for people alone while a name is written, and ask for what is elsewhere when it is a whole address."""
    others.person("ann")
    address = "/api/v1/accounts/search?q=@ann@mastodon.example"
    assert bob.client.get(address).json() == []
    assert square.stranger.get(f"{address}&resolve=true").status == 401
    assert others.asked == []
    assert [each["uri"] for each in bob.client.get(f"{address}&resolve=true").json()] == [ANN]
    assert [each["uri"] for each in bob.client.get(address).json()] == [ANN]


def test_nothing_is_asked_for_strangers(square: Square, others: Elsewhere, bob: Person) -> None:
    """dos: who is not signed in makes this server ask nobody, and nobody makes it ask itself."""
    others.person("ann")
    assert square.stranger.get("/api/v2/search?q=@ann@mastodon.example&resolve=true").status == 401
    square.stranger.get(f"/search?q={ANN}")
    bob.client.get("/api/v2/search?q=https://square.example/@nobody&resolve=true")
    bob.client.get("/api/v2/search?q=@nobody@square.example&resolve=true")
    assert others.asked == []


def test_who_was_found_is_followed_once_they_say_yes(square: Square, others: Elsewhere, bob: Person) -> None:
    """Until then it is asked for; then their posts come home."""
    others.person("ann")
    found = bob.client.get("/api/v2/search?q=@ann@mastodon.example&resolve=true").json()["accounts"][0]["id"]
    assert bob.client.post(f"/api/v1/accounts/{found}/follow").json()["requested"]
    others.say(
        square.stranger,
        act("Accept", {"type": "Follow", "actor": "https://square.example/users/bob", "object": ANN}),
    )
    square.settle()
    relation = bob.client.get(f"/api/v1/accounts/relationships?id[]={found}").json()[0]
    assert (relation["following"], relation["requested"]) == (True, False)
    others.say(square.stranger, act("Create", mastodon_note()))
    square.settle()
    assert [each["uri"] for each in bob.client.get("/api/v1/timelines/home").json()] == [f"{ANN}/statuses/1"]


def test_an_address_on_the_search_page_leads_there(square: Square, others: Elsewhere, bob: Person) -> None:
    """As in the API."""
    others.person("ann")
    browser = square.client()
    browser.cookies[SESSION_COOKIE] = square.make.session(bob.login, bob.account)
    answer = browser.get(f"/search?q={ANN}")
    assert (answer.status, answer.headers["location"]) == (303, "/@ann@mastodon.example")
    assert "ann@mastodon.example" in browser.get("/search?q=@ann@mastodon.example").text


def test_a_page_shows_what_is_from_elsewhere(square: Square, others: Elsewhere, bob: Person) -> None:
    """Files whose size nobody told, files that are shown nowhere, and the way to where somebody is at home."""
    others.person("ann")
    base = "https://mastodon.example"
    kinds = (("image/png", "1.png"), ("video/mp4", "2.mp4"), ("audio/mpeg", "3.mp3"), ("application/pdf", "4.pdf"))
    files = [{"type": "Document", "mediaType": kind, "url": f"{base}/{name}"} for kind, name in kinds]
    others.put(mastodon_note(attachment=files))
    found = bob.client.get(f"/api/v2/search?q={ANN}/statuses/1&resolve=true").json()["statuses"][0]
    assert [each["type"] for each in found["media_attachments"]] == ["image", "video", "audio", "unknown"]
    assert [each["remote_url"] for each in found["media_attachments"]] == [each["url"] for each in files]
    page = square.stranger.get(f"/@ann@mastodon.example/{found['id']}").text
    assert 'width="0"' not in page
    assert 'src="/media/"' not in page
    assert 'poster="/media/"' not in page
    assert f'href="{base}/4.pdf"' in page
    assert f'href="{base}/@ann"' in square.stranger.get("/@ann@mastodon.example").text


def test_posts_are_found_by_words_if_their_author_lets_them(square: Square, others: Elsewhere, bob: Person) -> None:
    """Consent is the author's (FEP-5feb), wherever they are."""
    others.person("ann")
    others.person("eve", "elsewhere.example", indexable=False)
    eve = mastodon_note("eve", "elsewhere.example", content="<p>A kingfisher</p>", contentMap=None)
    for note in (mastodon_note(content="<p>A kingfisher</p>", contentMap=None), eve):
        uri = others.put(note)
        assert bob.client.get(f"/api/v2/search?q={uri}&resolve=true").json()["statuses"]
    square.settle()
    found = bob.client.get("/api/v2/search?q=kingfisher&type=statuses").json()["statuses"]
    assert [each["account"]["acct"] for each in found] == ["ann@mastodon.example"]
