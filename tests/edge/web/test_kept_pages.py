"""Pages that are kept for strangers: the same bytes while nothing changed, and never an old page."""

from bema.outside.clock import ManualClock
from tests.conftest import Square


def test_a_stranger_sees_what_was_posted_a_moment_ago(square: Square) -> None:
    """A page is kept only as long as all that it shows stays the same."""
    ann = square.person("ann")
    before = square.stranger.get("/@ann")
    assert square.stranger.get("/@ann").body == before.body
    ann.client.post("/api/v1/statuses", json={"status": "fresh from the press"})
    assert "fresh from the press" in square.stranger.get("/@ann").text


def test_a_kept_page_is_in_the_language_of_who_asks(square: Square) -> None:
    """What was written for one reader is not given to another who reads another language."""
    square.person("ann")
    english = square.stranger.get("/@ann", headers={"Accept-Language": "en"})
    urdu = square.stranger.get("/@ann", headers={"Accept-Language": "ur"})
    assert 'dir="rtl"' in urdu.text
    assert 'dir="rtl"' not in english.text.split("<body")[0]


def test_a_kept_page_grows_old_with_its_posts(square: Square, clock: ManualClock) -> None:
    """How long ago something was is said anew each minute."""
    ann = square.person("ann")
    square.make.post(ann.account, text="an hour ago soon")
    first = square.stranger.get("/@ann").body
    clock.advance(seconds=3_600)
    assert square.stranger.get("/@ann").body != first


def test_who_has_the_page_already_is_sent_nothing(square: Square) -> None:
    """The entity tag of a kept page answers 304."""
    square.person("ann")
    page = square.stranger.get("/@ann")
    again = square.stranger.get("/@ann", headers={"If-None-Match": page.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
