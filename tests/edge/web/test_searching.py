"""The search page tells what can be typed, and understands every example that it gives."""

import re
from html import unescape

from bema.model import asking
from tests.conftest import Square
from tests.edge.web.test_pages import browser


def test_every_example_on_the_page_is_understood(square: Square) -> None:
    """None of them is taken for plain words; and a search by operators alone shows its posts."""
    ann = square.make.account("ann")
    square.make.post(ann, "Cardamom buns", language="sv")
    square.settle()
    window = browser(square, ann)
    examples = [unescape(each) for each in re.findall(r"<dt>.*?</dt>", window.get("/search").text)]
    typed = [unescape(code) for each in examples for code in re.findall(r"<code>(.*?)</code>", each)]
    assert len(typed) > 15
    for each in typed:
        query = asking.read(each)
        assert query.asks, each
        assert not query.words or query.phrases, each
    assert "Cardamom" in window.get("/search?q=from:me%20language:sv").text
    assert "Cardamom" not in window.get("/search?q=-language:sv").text
