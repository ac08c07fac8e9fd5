"""An open page hears of news by the cookie of its browser, for as long as somebody is signed in there."""

import json

import pytest

from bema.store import sessions
from tests.streaming.conftest import LiveSquare

pytestmark = pytest.mark.slow  # a server and its clients


def test_a_page_hears_that_there_is_something_until_its_session_ends(live: LiveSquare) -> None:
    """The stream says where and what id, never the words; a page fetches them as any page."""
    ann, bob = live.person("ann"), live.person("bob")
    live.make.follow(ann.account, bob.account)
    reader = live.browser(ann)
    assert reader.event() == ("unread", '{"notifications":0,"conversations":0}')
    id_ = live.publish(bob, "Good morning")
    event, told = reader.event()
    assert (event, json.loads(told)) == ("update", {"stream": ["home"], "id": id_})
    live.do("POST", f"/api/v1/accounts/{ann.account}/follow", bob)
    event, told = reader.event()
    assert (event, json.loads(told)["stream"]) == ("notification", ["told"])
    live.app.database.write_now(sessions.remove_others, ann.login, 0)
    assert reader.line() == ""
    assert reader.comment() == ":The session is over"
