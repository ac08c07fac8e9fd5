"""Files of other servers are shown from here: fetched when somebody looks, judged by their bytes, bounded."""

from collections.abc import Callable

import pytest

from bema.domain.receiving import people
from bema.domain.receiving.brought import Person
from bema.domain.receiving.caching import RemoteFiles, kind_of
from bema.settings import Settings
from bema.store import remote_files
from tests.conftest import Square
from tests.domain.receiving.elsewhere import actor
from tests.other_servers import Elsewhere

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100
PICTURE = "https://mastodon.example/ann.png"


@pytest.fixture
def others() -> Elsewhere:
    """The servers of others."""
    return Elsewhere()


@pytest.fixture
def square(settings: Settings, open_square: Callable[..., Square], others: Elsewhere) -> Square:
    """A server that asks those others."""
    return open_square(settings, fetcher=others)


def know_ann(square: Square) -> str:
    """Let Ann be known, and return the address of her picture here."""
    person = Person(actor(), "mastodon.example")
    id_ = square.app.database.write_now(people.keep, square.app.site, person)
    address = square.stranger.get(f"/api/v1/accounts/{id_}").json()["avatar"]
    assert isinstance(address, str)
    return address.removeprefix("https://square.example")


def test_a_picture_is_fetched_once_when_somebody_looks(square: Square, others: Elsewhere) -> None:
    """Not before, and never again; it can do nothing in a browser but be shown."""
    others.files[PICTURE] = ("image/png", PNG)
    address = know_ann(square)
    assert others.asked == []
    for _ in range(2):
        answer = square.stranger.get(address)
        assert (answer.status, answer.body, answer.headers["content-type"]) == (200, PNG, "image/png")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
    assert others.asked == [PICTURE]


def test_what_cannot_be_had_is_nothing_to_see(square: Square, others: Elsewhere) -> None:
    """And is not asked for with every look."""
    address = know_ann(square)
    for _ in range(2):
        assert square.stranger.get(address).headers["content-type"] == "image/png"
    assert others.asked == [PICTURE]


def test_nothing_but_what_is_shown_here_is_fetched(square: Square, others: Elsewhere) -> None:
    """ssrf: nobody names an address that this server then asks."""
    assert square.stranger.get("/media/" + remote_files.key_of("https://inner.example/secret")).status == 404
    assert square.stranger.get("/media/remote/../../etc/passwd").status == 404
    assert others.asked == []


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "png"),
        (b"\xff\xd8\xff\xe0", "jpg"),
        (b"GIF89a", "gif"),
        (b"RIFF....WEBPVP8 ", "webp"),
        (b"....ftypisom", "mp4"),
        (b"....ftypavif", None),
        (b'{"@context":"https://www.w3.org/ns/activitystreams"}', None),
        (b"<svg onload=alert(1)>", None),
        (b"<html>", None),
        (b"", None),
    ],
)
def test_a_file_is_what_its_bytes_say(content: bytes, kind: str | None) -> None:
    """CVE-2024-25623: never a document, a page or a drawing with scripts, whatever its server calls it."""
    assert kind_of(content) == kind


def test_what_nobody_looks_at_goes_first(square: Square, others: Elsewhere) -> None:
    """The disk does not fill."""
    app = square.app
    keeper = RemoteFiles(app.database, others, app.blobs, app.site, 250)

    async def look(*numbers: int) -> None:
        for number in numbers:
            await keeper(remote_files.key_of(f"https://mastodon.example/{number}").removeprefix("remote/"))
            app.clock.advance(seconds=100_000)  # type: ignore[attr-defined]  # the clock of tests

    for number in range(4):
        url = f"https://mastodon.example/{number}"
        others.files[url] = ("image/png", PNG)
        app.database.write_now(remote_files.show, [url])
    square.server.run(look(0, 1, 0, 2))
    names = [remote_files.key_of(f"https://mastodon.example/{number}").removeprefix("remote/") for number in range(3)]
    kept = [app.database.read_now(remote_files.one, name) for name in names]
    assert [each is not None and each.blob is not None for each in kept] == [True, False, True]
