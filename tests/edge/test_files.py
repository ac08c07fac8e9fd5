"""Files: browsers keep what cannot change, ask for parts, and can do nothing with an upload but show it."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bema.edge.files import part_of
from tests.client import Client
from tests.conftest import Square

CONTENT = bytes(range(256)) * 64


@pytest.fixture
def client(square: Square) -> Client:
    """Somebody without a token."""
    return square.stranger


@pytest.fixture
def key(square: Square) -> str:
    """The name of a stored file."""
    blobs = square.app.blobs
    name = blobs.key("attachment", "7", CONTENT, "jpg")
    square.server.run(blobs.put(name, CONTENT))
    return name


def test_an_uploaded_file_can_only_be_looked_at(client: Client, key: str) -> None:
    """It is never taken for a page or a script, and other sites may show it."""
    answer = client.get(f"/media/{key}")
    assert (answer.status, answer.body) == (200, CONTENT)
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "immutable" in answer.headers["cache-control"]


def test_a_part_of_a_file_is_sent_alone(client: Client, key: str) -> None:
    """Players and interrupted downloads ask so."""
    answer = client.get(f"/media/{key}", headers={"Range": "bytes=10-19"})
    assert (answer.status, answer.body) == (206, CONTENT[10:20])
    assert answer.headers["content-range"] == f"bytes 10-19/{len(CONTENT)}"
    assert client.get(f"/media/{key}", headers={"Range": "bytes=99999999-"}).status == 416
    assert client.get(f"/media/{key}", headers={"Range": "bytes=0-1", "If-Range": '"other"'}).status == 200


def test_what_a_browser_has_is_not_sent_again(client: Client, key: str) -> None:
    """An empty answer is enough."""
    etag = client.get(f"/media/{key}").headers["etag"]
    answer = client.get(f"/media/{key}", headers={"If-None-Match": etag})
    assert (answer.status, answer.body) == (304, b"")


@pytest.mark.parametrize(
    "path", ["/media/", "/media/../bema.toml", "/media/attachment/00/zz.jpg", "/static/../files.py"]
)
def test_nothing_else_can_be_reached(client: Client, path: str) -> None:
    """Names lead nowhere but to files that were meant to be read."""
    assert client.get(path).status == 404


def test_head_and_preflight_send_no_file(client: Client, key: str) -> None:
    """And files are not written this way."""
    head = client.request("HEAD", f"/media/{key}")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(CONTENT)))
    assert client.request("OPTIONS", f"/media/{key}").headers["access-control-allow-origin"] == "*"
    assert client.post(f"/media/{key}").status == 405


def test_a_name_that_tells_its_content_is_kept_for_ever(square: Square, client: Client) -> None:
    """The plain name leads to the same file, and is asked for anew."""
    address = square.app.static.address("css/base.css")
    telling, plain = client.get(address), client.get("/static/css/base.css")
    assert telling.body == plain.body
    assert "immutable" in telling.headers["cache-control"]
    assert plain.headers["cache-control"] == "no-cache"
    again = client.get("/static/css/base.css", headers={"If-None-Match": plain.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


def test_text_is_packed_for_those_who_can_unpack_it(client: Client) -> None:
    """Pictures are not: they are compressed in themselves."""
    packed = client.get("/static/css/base.css", headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == client.get("/static/css/base.css").body
    assert (
        "content-encoding" not in client.get("/static/pictures/person.png", headers={"Accept-Encoding": "gzip"}).headers
    )


@given(st.binary(max_size=40) | st.from_regex(rb"bytes=\d*-\d*", fullmatch=True))
def test_a_range_that_makes_no_sense_asks_for_the_whole(header: bytes) -> None:
    """Whatever comes is read without an error, and what is read has at least a byte."""
    part = part_of(header)
    if part is not None:
        start, end = part
        assert end is None or end > start >= 0
