"""Pages that hear what is new: by the cookie of the browser, and no more than that there is something."""

from bema.model.policy import Visibility
from tests.conftest import Square
from tests.edge.web.test_pages import browser


def test_a_page_is_told_what_is_unread(square: Square) -> None:
    """As soon as it listens, so that what happened in the meantime is counted."""
    ann, bob = square.make.account("ann"), square.make.account("bob")
    square.make.follow(ann, bob)
    square.make.post(bob, "For you alone", visibility=Visibility.DIRECT, mentions=[ann])
    square.settle()
    page = browser(square, ann)
    answer = page.get("/events")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/event-stream")
    assert answer.text == ':thump\nevent: unread\ndata: {"notifications":1,"conversations":1}\n\n'
    assert "access-control-allow-origin" not in answer.headers
    home = page.get("/home").text
    assert 'data-tally="notifications" data-count="1"' in home
    assert 'data-tally="conversations" data-count="1"' in home
    assert 'href="/scheduled"' in home


def test_what_a_policy_keeps_aside_is_not_counted_on_pages(square: Square) -> None:
    """Neither when a page is made nor when it begins to listen; where it was put is said on its own page."""
    ann, stranger = square.person("ann"), square.make.account("stranger")
    wanted = ann.client.patch("/api/v2/notifications/policy", json={"for_not_following": "filter"})
    assert wanted.status == 200
    square.make.post(stranger, mentions=[ann.account])
    square.settle()
    page = browser(square, ann.account)
    assert '"notifications":0' in page.get("/events").text
    assert 'data-tally="notifications" data-count="0"' in page.get("/home").text
    assert "Notifications of 1 person are kept aside" in page.get("/notifications").text


def test_nobody_listens_without_a_session_or_to_the_lists_of_others(square: Square) -> None:
    """Others' lists and those that do not exist look the same."""
    ann, bob = square.person("ann"), square.make.account("bob")
    assert square.stranger.get("/events").status == 303
    id_ = ann.client.post("/api/v1/lists", json={"title": "Sailors"}).json()["id"]
    assert browser(square, ann.account).get(f"/events?list={id_}").status == 200
    other = browser(square, bob)
    for name in (id_, "1", "nonsense"):
        assert other.get(f"/events?list={name}").status == 404
