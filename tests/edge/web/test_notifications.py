"""Notifications on pages: entries, tabs, who is kept aside, and whom one wants to hear."""

import re

from tests.conftest import Person, Square
from tests.edge.web.test_pages import browser, send


def test_each_tab_shows_its_kind(square: Square) -> None:
    """And the entries of a group are put away together."""
    ann = square.make.account("ann")
    page = browser(square, ann)
    post = square.make.post(ann)
    fans = [square.make.account(name) for name in ("bob", "cem", "dan")]
    for fan in fans:
        square.make.favourite(fan, post)
        square.make.follow(fan, ann)
    square.make.post(fans[-1], mentions=[ann], text="Hello there")
    square.settle()
    shown = {
        tab: page.get(f"/notifications{tab}").text for tab in ("", "/mentions", "/reactions", "/followers", "/posts")
    }
    for kind, tabs in {"favourite": {"", "/reactions"}, "follow": {"", "/followers"}}.items():
        assert {tab for tab, text in shown.items() if re.search(rf'moment-{kind}[ "]', text)} == tabs
    assert {tab for tab, text in shown.items() if "Hello there" in text} == {"", "/mentions"}
    assert "2 others" in shown["/reactions"]
    action = re.search(r'action="/notifications/(favourite-[^/]+)/dismiss"', shown["/reactions"])
    assert action
    assert send(page, f"/notifications/{action[1]}/dismiss").status == 303
    assert "moment-favourite" not in page.get("/notifications").text


def test_whom_one_hears_is_chosen_and_who_asks_is_answered(square: Square) -> None:
    """By the pages alone, as by the API."""
    ann: Person = square.person("ann")
    page = browser(square, ann.account)
    assert send(page, "/settings/notifications", not_following="filter", automated="drop").status == 303
    assert ann.client.get("/api/v2/notifications/policy").json()["for_bots"] == "drop"
    assert 'value="filter" selected' in page.get("/settings/notifications").text
    people = [square.make.account(name) for name in ("bob", "cem")]
    for each in people:
        square.make.post(each, mentions=[ann.account], text="May I?")
    square.settle()
    assert "Notifications of 2 people are kept aside" in page.get("/notifications").text
    asked = page.get("/notifications/requests").text
    ids = re.findall(r'action="/notifications/requests/(\d+)/accept"', asked)
    assert len(ids) == 2
    assert "May I?" in asked
    assert send(page, f"/notifications/requests/{ids[0]}/accept").status == 303
    assert send(page, f"/notifications/requests/{ids[1]}/dismiss").status == 303
    assert "Nobody waits." in page.get("/notifications/requests").text
    assert page.get("/notifications").text.count("May I?") == 1
    assert send(browser(square, people[0]), f"/notifications/requests/{ids[0]}/accept").status == 404
