"""Years on pages, without script: asked for, read, and shown to whom one gives the link."""

import re

import pytest

from bema.domain import posting
from bema.model.ids import Millis
from bema.outside.clock import ManualClock
from tests.conftest import Square
from tests.edge.mastodon.test_annual_reports import moment
from tests.edge.web.test_lists_and_filters import send
from tests.edge.web.test_pages import browser

PAGE = "/years/2040"


@pytest.fixture
def december(clock: ManualClock) -> Millis:
    """Let it be the season."""
    at = moment(2040, 12, 20)
    clock.advance(milliseconds=at - clock.now())
    return at


@pytest.mark.usefixtures("december")
def test_a_year_is_looked_back_on_and_shown_to_others(square: Square) -> None:
    """Offered at home, asked for, waited for, told of, read; by its link also by strangers, and with no other."""
    ann, bob = square.make.account("ann"), square.make.account("bob")
    post = square.make.post(ann, "Lamps in the sea", tags=["sea"])
    square.make.post(ann, "More lamps", tags=["sea"])
    square.make.follow(bob, ann)
    square.app.database.write_now(posting.boost, bob, post)
    square.settle()
    window = browser(square, ann)
    assert f'href="{PAGE}"' in window.get("/home").text
    assert f'href="{PAGE}"' in window.get("/years").text
    assert "Look again" in send(window, PAGE, PAGE).text
    square.settle()
    assert 'href="/years"' in window.get("/notifications").text
    shown = window.get(PAGE)
    for words in ("2040", "The listener", "#sea", "Show it to others"):
        assert words in shown.text
    found = re.search(r'class="year-link" href="https://square.example(/@ann/years/2040/[\w-]+)"', shown.text)
    assert found
    page = square.stranger.get(found[1])
    assert page.status == 200
    assert "The listener" in page.text
    assert "Show it to others" not in page.text
    assert f'id="post-{post}"' in page.text
    assert 'content="noindex"' in page.text
    for other in (found[1] + "x", "/@ann/years/2040/x", found[1].replace("@ann", "@bob"), "/@ann/years/2039/x"):
        assert square.stranger.get(other).status == 404
    assert f'href="{PAGE}"' in window.get("/years").text


def test_there_is_nothing_to_look_back_on_in_summer(square: Square) -> None:
    """Nor in a year that is none."""
    ann = square.make.account("ann")
    square.make.post(ann, "Lamps")
    window = browser(square, ann)
    assert "/years/" not in window.get("/home").text
    assert "No years yet." in window.get("/years").text
    for path in (PAGE, "/years/next", "/years/0000", "/years/20400"):
        assert window.get(path).status == 404
    assert square.stranger.get("/years").status == 303
