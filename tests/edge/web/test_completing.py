"""Completing: what a word that is being written could come to, for those who are signed in."""

import re

import pytest

from bema.store import accounts, custom_emojis
from tests.conftest import Square
from tests.edge.web.test_pages import browser


def _offered(text: str) -> list[str]:
    return re.findall(r'data-text="([^"]+)"', text)


def test_people_tags_and_emojis_are_found_by_their_beginning(square: Square) -> None:
    """In any script, from here and from elsewhere."""
    ann, omar = square.make.account("ann"), square.make.account("omar", display_name="عمر ساحلی")
    square.make.account("omid", host="far.example")
    square.make.post(omar, tags=["lantern"])
    url = "https://square.example/owl.png"
    square.app.database.write_now(lambda tx: custom_emojis.add(tx, accounts.home_domain(tx), "owl", url, url, None))
    square.settle()
    window = browser(square, ann)
    assert set(_offered(window.get("/completions?q=@om").text)) == {"@omar", "@omid@far.example"}
    assert _offered(window.get("/completions?q=@ساح").text) == ["@omar"]
    assert _offered(window.get("/completions?q=%23lan").text) == ["#lantern"]
    assert _offered(window.get("/completions?q=:OW").text) == [":owl:"]


@pytest.mark.parametrize("beginning", ["", "@", "%23", ":", "x", "@from:me", ":" + "o" * 5_000, "@" + "%20" * 99])
def test_what_begins_nothing_is_offered_nothing(square: Square, beginning: str) -> None:
    """Whatever is sent, the list is empty, and the answer a list all the same."""
    square.make.post(square.make.account("omar"), tags=["lantern"])
    square.settle()
    answer = browser(square, square.make.account("ann")).get(f"/completions?q={beginning}")
    assert answer.status == 200
    assert 'id="completions"' in answer.text
    assert _offered(answer.text) == []


def test_the_square_is_not_listed_to_strangers(square: Square) -> None:
    """They are asked to sign in."""
    assert square.stranger.get("/completions?q=@om").status == 303
