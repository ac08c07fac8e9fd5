"""What the author of a post elsewhere does not let people do: barred on pages with the reason, refused with it everywhere."""

from bema.domain.receiving import people, posts
from bema.model.allowing import Allowance, Leave, Rule
from bema.model.ids import AccountId, PostId
from bema.store import allowing
from tests.conftest import Square
from tests.domain.receiving.elsewhere import brought, note, person
from tests.edge.web.test_pages import browser, send
from tests.elsewhere import said, somebody

ANSWER, BOOST, FAVOURITE = (
    f"The author of this post does not let you {verb} it" for verb in ("answer", "boost", "favourite")
)


def ruled(square: Square, **rules: Rule) -> tuple[AccountId, PostId]:
    """Let somebody elsewhere have said something under rules."""
    far = somebody(square.app.database, "far", "far.example")
    post = said(square.app.database, far)
    square.app.database.write_now(allowing.rule, post, Allowance(**rules))
    return far, post


def test_what_an_author_does_not_allow_is_barred_with_the_reason(square: Square) -> None:
    """No button leads into a refusal; whoever has pressed it before can still take it back."""
    _, post = ruled(square, answer=Rule(), boost=Rule(), favourite=Rule())
    bob = square.make.account("bob")
    reader = browser(square, bob)
    page = reader.get(f"/@far@far.example/{post}").text
    assert all(f'title="{reason}"' in page for reason in (ANSWER, BOOST, FAVOURITE))
    assert f"/compose?in_reply_to={post}" not in page
    assert f"/posts/{post}/boost" not in page
    square.make.favourite(bob, post)
    assert f'formaction="/posts/{post}/unfavourite"' in reader.get(f"/@far@far.example/{post}").text


def test_clients_and_forms_are_told_why(square: Square) -> None:
    """A client that shows no reason beforehand shows it then; the words are kept."""
    _, post = ruled(square, answer=Rule(), boost=Rule(), favourite=Rule())
    bob = square.make.account("bob")
    client = square.person("ann").client
    for path, reason in (("reblog", BOOST), ("favourite", FAVOURITE)):
        refused = client.post(f"/api/v1/statuses/{post}/{path}")
        assert (refused.status, refused.json()["error"]) == (403, reason)
    refused = client.post("/api/v1/statuses", json={"status": "My words", "in_reply_to_id": str(post)})
    assert (refused.status, refused.json()["error"]) == (403, ANSWER)
    back = send(browser(square, bob), "/posts", text="My words", in_reply_to=str(post))
    assert (back.status, "My words" in back.text, ANSWER in back.text) == (403, True, True)


def test_followers_of_the_author_are_asked_for_and_others_barred(square: Square) -> None:
    """The page knows who follows; a boost that waits is answered as if it were there, with what it is to boost."""
    far, post = ruled(square, boost=Rule(followers=Leave.YES))
    asker = square.person("ann")
    ann, client = asker.account, asker.client
    reader = browser(square, ann)
    assert BOOST in reader.get(f"/@far@far.example/{post}").text
    square.make.follow(ann, far)
    assert "its author is asked first" in reader.get(f"/@far@far.example/{post}").text
    boosted = client.post(f"/api/v1/statuses/{post}/reblog").json()
    assert (boosted["id"], boosted["reblogged"], boosted["reblog"]) == (str(post), True, None)
    assert boosted["reblogs_count"] == 0
    assert send(reader, f"/posts/{post}/boost", back="/home").status == 303


def test_an_answer_that_waits_says_so_to_its_author(square: Square) -> None:
    """To everybody else it looks missing, on pages and in every answer of the API."""
    _, post = ruled(square, answer=Rule(everybody=Leave.ASK))
    writer = square.person("ann")
    client = writer.client
    answer = client.post("/api/v1/statuses", json={"status": "My words", "in_reply_to_id": str(post)}).json()
    assert answer["visibility"] == "direct"
    square.settle()
    reader = browser(square, writer.account)
    assert "It waits for the word of whom it answers" in reader.get(f"/@ann/{answer['id']}").text
    other = square.person("eve").client
    assert other.get(f"/api/v1/statuses/{answer['id']}").status == 404
    assert square.stranger.get(f"/@ann/{answer['id']}").status == 404
    assert (
        square.stranger.get(
            f"/users/ann/statuses/{answer['id']}", headers={"accept": "application/activity+json"}
        ).status
        == 404
    )
    assert other.get(f"/api/v1/statuses/{post}/context").json()["descendants"] == []
    assert client.get("/api/v1/conversations").json() == []
    sent = send(reader, "/posts", text="More words", in_reply_to=str(post), back="/home")
    assert (sent.status, sent.headers["location"]) == (303, "/home")
    assert "asked_leave" in sent.headers["set-cookie"]


def test_a_file_that_cannot_be_had_leads_to_where_it_is(square: Square) -> None:
    """With script where it is missed, without script always: the page has both."""
    db, image = (
        square.app.database,
        {"type": "Document", "mediaType": "image/png", "url": "https://a.example/heron.png"},
    )
    db.write_now(people.keep, square.app.site, person())
    post = db.write_now(posts.keep, square.app.site, brought(person()), note(attachment=[image]))
    page = square.stranger.get(f"/@ann@mastodon.example/{post}").text
    assert page.count('href="https://a.example/heron.png"') == 2
    assert '<noscript><a class="origin-plain" href="https://a.example/heron.png"' in page
