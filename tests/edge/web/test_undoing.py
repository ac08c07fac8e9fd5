"""Taking back what was just sent, on pages without script: nobody sees it meanwhile, and it is sent whoever looks."""

import re

import pytest

from bema.edge.web.pages import FLASH_COOKIE
from bema.model import limits
from bema.outside.clock import ManualClock
from tests.client import Client
from tests.conftest import Square
from tests.edge.web.test_drafts import write
from tests.edge.web.test_pages import browser, send


@pytest.fixture
def ann(square: Square) -> Client:
    """Somebody who can take back what they post for ten seconds."""
    client = browser(square, square.make.account("ann"))
    assert send(client, "/settings/appearance", undo_seconds="10").status == 303
    return client


def sent(client: Client, text: str, **more: str) -> str:
    """Post something, and return where it can be taken back."""
    where = write(client, "/posts", {"text": text, **more}).headers["location"]
    assert re.fullmatch(r"/unsent/\d+", where)
    return where


def test_what_is_sent_waits_and_then_stands_there(square: Square, ann: Client, clock: ManualClock) -> None:
    """Nobody sees it before; its page goes on by itself, and it is published whether anybody looks or not."""
    where = sent(ann, "Too hasty?")
    page = ann.get(where)
    assert "Your post is published in 10 seconds." in page.text
    assert page.headers["refresh"] == "11"
    square.settle()
    assert "Too hasty?" not in square.stranger.get("/@ann").text
    clock.advance(seconds=11)
    square.settle()
    assert "Too hasty?" in square.stranger.get("/@ann").text
    assert ann.get(where).headers["location"] == "/home"


def test_what_is_taken_back_is_a_draft_again(square: Square, ann: Client, clock: ManualClock) -> None:
    """With all that was typed; nothing publishes it when its time would have come."""
    where = sent(ann, "No, wait", warning="Hm", visibility="unlisted")
    back = send(ann, f"{where}/take_back")
    assert back.headers["location"].startswith("/compose?draft=")
    page = ann.get(back.headers["location"]).text
    assert ">No, wait</textarea>" in page
    assert 'value="Hm"' in page
    assert '<option value="unlisted" selected>' in page
    clock.advance(hours=1)
    square.settle()
    assert "No, wait" not in ann.get("/@ann").text
    assert "No, wait" in ann.get("/drafts").text


def test_it_can_be_too_late_to_take_back(square: Square, ann: Client, clock: ManualClock) -> None:
    """Which is said, and changes nothing; pressing twice to publish publishes once."""
    where = sent(ann, "Gone")
    clock.advance(seconds=11)
    square.settle()
    late = send(ann, f"{where}/take_back")
    assert late.status == 409
    assert send(ann, f"{where}/publish").status == 303
    assert square.stranger.get("/@ann").text.count("Gone</p>") == 1


def test_whoever_does_not_want_to_wait_publishes_at_once(square: Square, ann: Client, clock: ManualClock) -> None:
    """And once: its time comes to nothing."""
    where = sent(ann, "Now!")
    assert send(ann, f"{where}/publish").status == 303
    assert "Now!" in square.stranger.get("/@ann").text
    clock.advance(seconds=11)
    square.settle()
    assert square.stranger.get("/@ann").text.count("Now!</p>") == 1


def test_what_is_refused_is_said_at_once(ann: Client) -> None:
    """Nobody waits ten seconds to hear that it was too long."""
    page = send(ann, "/posts", text="x" * (limits.POST_CHARACTERS + 1))
    assert page.status == 422
    assert "x" * 100 in page.text


def test_what_others_sent_is_not_there(square: Square, ann: Client) -> None:
    """Nobody else reads, publishes or takes it back."""
    eve = browser(square, square.make.account("eve"))
    where = sent(ann, "Mine")
    page = eve.get(where)
    assert page.status == 303
    assert FLASH_COOKIE not in eve.cookies
    assert send(eve, f"{where}/take_back").status == 409
    send(eve, f"{where}/publish")
    assert "Mine" not in square.stranger.get("/@ann").text
    assert ann.get(where).status == 200


def test_only_the_times_that_are_offered_can_be_chosen(ann: Client) -> None:
    """Anything else changes nothing."""
    send(ann, "/settings/appearance", undo_seconds="86400")
    assert '<option value="10" selected>' in ann.get("/settings/appearance").text
    send(ann, "/settings/appearance", undo_seconds="0")
    assert not send(ann, "/posts", text="At once").headers["location"].startswith("/unsent")
