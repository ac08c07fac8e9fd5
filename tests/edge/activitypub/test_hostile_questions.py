"""Whatever another server asks: a document, a page, or a no; never a fault of ours."""

import re
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bema.edge.activitypub import ROUTES
from tests.conftest import Square
from tests.edge.activitypub.askers import asker

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
NAMES = st.one_of(
    st.sampled_from(["ann", "ANN", "bob@other.example", "ann@square.example", "..", "%", "1", "0"]), TEXTS
)
HEADER = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=60)
ACCEPTS = st.one_of(st.sampled_from(["application/activity+json", "text/html", "*/*", "application/json;q=x"]), HEADER)
SIGNATURES = st.one_of(
    st.none(),
    HEADER,
    st.just('keyId="https://other.example/users/bob#main-key",headers="(request-target) host date",signature="AAAA"'),
)
PLACE = re.compile(r"\{\w+\}")


PATHS = sorted({route.path for route in ROUTES if route.method == "GET"})


@pytest.fixture
def peopled(square: Square) -> Square:
    """A server with somebody, and somebody elsewhere who is known here."""
    square.make.post(square.make.account("ann"))
    asker(square.app.database)
    return square


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    path=st.sampled_from(PATHS),
    fill=st.lists(NAMES, min_size=3, max_size=3),
    accept=ACCEPTS,
    signature=SIGNATURES,
    query=TEXTS,
)
def test_no_question_breaks_anything(
    peopled: Square, path: str, fill: list[str], accept: str, signature: str | None, query: str
) -> None:
    """Names, ids, cursors and headers of any kind."""
    for name in fill:
        path = PLACE.sub(quote(name, safe="").replace("\\", "%5C"), path, count=1)
    headers = {"accept": accept, "date": "Thu, 01 Jan 2026 00:00:00 GMT"}
    if signature is not None:
        headers["signature"] = signature
    answer = peopled.stranger.get(f"{path}?page=true&max_id={quote(query)}", headers=headers)
    assert answer.status < 500
