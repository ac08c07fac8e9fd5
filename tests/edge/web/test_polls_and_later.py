"""Polls and scheduled posts on pages, without script: asking, voting, the results, and what waits."""

import re

from bema.outside.clock import ManualClock
from tests.client import Client
from tests.conftest import Square
from tests.edge.web.test_pages import browser, send

OPTIONS = ["tea", "coffee"]


def ask(client: Client, **more: str) -> str:
    """Post a poll by the composer's form, and return the address of its post."""
    form = {"text": "What would you like?", "poll_options[]": [*OPTIONS, "", ""], "poll_seconds": "3600", **more}
    answer = send(client, "/posts", back="/compose", **form)  # type: ignore[arg-type]  # a list is a field that comes twice
    assert answer.status == 303, answer.text
    return answer.headers["location"]


def vote(client: Client, post: str, *choices: int) -> int:
    """Vote by the form of a poll, and return the status."""
    chosen = [str(each) for each in choices]
    return send(client, f"/posts/{post.rpartition('/')[2]}/vote", **{"choices[]": chosen}).status  # type: ignore[arg-type]  # a list, as forms have several


def shares(page: str) -> list[str]:
    """Return the shares that a page tells."""
    return re.findall(r'class="poll-share"[^>]*>([^<]+)<', page)


def test_a_poll_is_chosen_from_and_then_shows_how_it_stands(square: Square, clock: ManualClock) -> None:
    """The author and strangers see the numbers, others choose first; after the end nobody can."""
    ann, bob, eve = (browser(square, square.make.account(name)) for name in ("ann", "bob", "eve"))
    post = ask(ann)
    assert shares(ann.get(post).text) == ["0%", "0%"]
    assert bob.get(post).text.count('type="radio"') == 2
    assert vote(bob, post, 1) == 303
    seen = bob.get(post).text
    assert shares(seen) == ["0%", "100%"]
    assert "Your choice" in seen
    assert vote(bob, post, 0) == 422
    assert shares(square.stranger.get(post).text) == ["0%", "100%"]
    assert shares(eve.get(post).text) == []
    clock.advance(hours=1)
    assert shares(eve.get(post).text) == ["0%", "100%"]
    square.settle()
    assert "A poll of" in bob.get("/notifications").text
    assert "Your poll is over" in ann.get("/notifications").text


def test_several_choices_are_shared_out_among_those_who_voted(square: Square) -> None:
    """Half of two people and all of them: the shares need not be one together."""
    ann, bob, eve = (browser(square, square.make.account(name)) for name in ("ann", "bob", "eve"))
    post = ask(ann, poll_multiple="1")
    assert bob.get(post).text.count('name="choices[]"') == 2
    vote(bob, post, 0, 1)
    vote(eve, post, 0)
    assert shares(ann.get(post).text) == ["100%", "50%"]


def test_hidden_numbers_are_on_no_page(square: Square, clock: ManualClock) -> None:
    """Neither as words nor as the width of a bar."""
    ann, bob = (browser(square, square.make.account(name)) for name in ("ann", "bob"))
    post = ask(ann, poll_hidden="1")
    vote(bob, post, 0)
    for reader in (ann, bob, square.stranger):
        page = reader.get(post).text
        assert shares(page) == []
        assert "poll-bar" not in page
    clock.advance(hours=1)
    assert shares(bob.get(post).text) == ["100%", "0%"]


def test_a_refused_poll_is_given_back_as_it_was_typed(square: Square) -> None:
    """With the reason, in the words of the pages."""
    ann = browser(square, square.make.account("ann"))
    form = {"text": "Well?", "poll_options[]": ["<yes>", ""], "poll_seconds": "21600", "later": "2026-01-05T12:00"}
    page = send(ann, "/posts", **form)  # type: ignore[arg-type]  # lists among the texts
    assert page.status == 422
    assert "A poll needs two options at least." in page.text
    assert 'value="&lt;yes&gt;"' in page.text
    assert '<option value="21600" selected>' in page.text
    assert 'value="2026-01-05T12:00"' in page.text


def test_a_changed_text_keeps_the_poll(square: Square) -> None:
    """The page for changing a post has no fields for its poll."""
    ann, bob = (browser(square, square.make.account(name)) for name in ("ann", "bob"))
    post = ask(ann)
    vote(bob, post, 0)
    assert "poll_options" not in ann.get(f"/posts/{post.rpartition('/')[2]}/edit").text
    assert send(ann, f"/posts/{post.rpartition('/')[2]}/edit", text="Other words").status == 303
    assert shares(ann.get(post).text) == ["100%", "0%"]
    assert "tea" in ann.get(f"{post}/history").text


def test_a_post_waits_for_its_time_on_a_page(square: Square, clock: ManualClock) -> None:
    """It can be moved and thrown away; the time is universal, or as far from it as the browser says."""
    ann = browser(square, square.make.account("ann"))
    assert "Nothing waits here." in ann.get("/scheduled").text
    sent = send(ann, "/posts", text="Good night", later="2026-01-01T22:00", later_offset="-60")
    assert sent.headers["location"] == "/scheduled"
    page = ann.get("/scheduled").text
    assert "Good night" in page
    assert 'value="2026-01-01T21:00"' in page
    found = re.search(r'action="(/scheduled/\d+)/move"', page)
    assert found
    assert send(ann, f"{found[1]}/move", later="2026-01-01T20:00", back="/scheduled").status == 303
    clock.advance(hours=20)
    square.settle()
    assert "Good night" in ann.get("/@ann").text
    assert "Good night" not in ann.get("/scheduled").text
    send(ann, "/posts", text="Never mind", later="2026-01-03T22:00")
    found = re.search(r'action="(/scheduled/\d+)/move"', ann.get("/scheduled").text)
    assert found
    assert send(ann, f"{found[1]}/cancel", back="/scheduled").status == 303
    assert "Never mind" not in ann.get("/scheduled").text


def test_what_could_not_be_published_says_why(square: Square, clock: ManualClock) -> None:
    """In the words of the reader, where they would look for it."""
    account = square.make.account("ann")
    ann, bob = browser(square, account), square.make.account("bob")
    parent = square.make.post(bob, "Hello?")
    send(ann, "/posts", text="An answer", in_reply_to=str(parent), later="2026-01-01T12:00")
    square.make.delete(parent)
    clock.advance(hours=12)
    square.settle()
    assert "The post you answer is gone." in ann.get("/scheduled").text


def test_times_that_are_none_are_refused(square: Square) -> None:
    """Whatever a browser, or somebody in its place, sends."""
    ann = browser(square, square.make.account("ann"))
    for later, offset in (
        ("2026-01-01T00:01", "0"),
        ("soon", "0"),
        ("9999-12-31T23:59", "-1440"),
        ("2026-02-01", "99999"),
    ):
        assert send(ann, "/posts", text="Later", later=later, later_offset=offset).status == 422
    assert send(ann, "/scheduled/5/move", later="2026-02-01T12:00").status == 404
    assert send(ann, "/scheduled/5/cancel").status == 404
    assert vote(ann, "/@ann/5", 0) == 404
