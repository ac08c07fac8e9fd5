"""What is said where nothing is: without a network, and on paths that lead nowhere."""

import re

import pytest

from tests.conftest import Square
from tests.edge.web.test_pages import browser


def test_the_page_for_no_network_speaks_the_reader_s_language_and_is_about_nobody(square: Square) -> None:
    """It is kept on a device that others may use, too."""
    ann = square.make.account("ann")
    page = browser(square, ann).get("/offline", headers={"accept-language": "ur"}).text
    assert "ann" not in re.findall(r"[@/](\w+)", page)
    assert "csrf" not in page
    told = square.stranger.get("/offline", headers={"accept-language": "ur"}).text
    assert '<html lang="ur" dir="rtl">' in told
    for file in re.findall(r'"(/static/[^"]+)"', told):
        assert re.search(r"\.[0-9a-f]{16}\.", file), file  # a name that tells its content


def test_the_service_worker_stands_at_the_top(square: Square) -> None:
    """It may answer only for paths below its own; it is asked for anew each time."""
    answer = square.stranger.get("/service-worker.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "max-age=0" in answer.headers["cache-control"]


@pytest.mark.parametrize(("method", "status"), [("GET", 404), ("DELETE", 405)])
def test_paths_that_lead_nowhere_answer_in_the_visitor_s_language(square: Square, method: str, status: int) -> None:
    """By what the browser asks for, what was chosen in it, and what somebody set who is signed in."""
    path = "/about" if method == "DELETE" else "/there/is/nothing"
    answer = square.stranger.request(method, path, headers={"accept-language": "ar"})
    assert (answer.status, '<html lang="ar" dir="rtl"' in answer.text) == (status, True)
    chosen = square.client()
    chosen.cookies["bema_language"] = "ur"
    assert '<html lang="ur"' in chosen.request(method, path).text
    signed_in = browser(square, square.make.account("ann"))
    assert '<html lang="en"' in signed_in.request(method, path, headers={"accept-language": "ar"}).text
