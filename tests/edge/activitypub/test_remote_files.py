"""Files of other servers are shown from here: fetched when somebody looks, judged by their bytes, bounded."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from bema.domain.receiving import people, posts
from bema.domain.receiving.brought import Person
from bema.domain.receiving.caching import RemoteFiles
from bema.domain.receiving.file_kinds import kind_of
from bema.edge.files import MediaFiles
from bema.model import limits
from bema.model.federating import RemoteFile
from bema.outside.clock import ManualClock
from bema.settings import Settings
from bema.store import remote_files
from bema.store.tx import WriteTx
from bema.wire.activitypub.reading_actors import emojis
from tests.conftest import Square
from tests.domain.receiving.elsewhere import actor
from tests.other_servers import Elsewhere

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100
PICTURE = "https://mastodon.example/ann.png"


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


def test_an_emoji_that_looks_otherwise_by_now_is_fetched_again(
    square: Square, others: Elsewhere, clock: ManualClock
) -> None:
    """Its address is the same; what cannot be had leaves the old picture, and nobody has it fetched with every look."""
    url, app = "https://mastodon.example/emoji/wave.png", square.app
    address = "/media/" + remote_files.key_of(url)
    others.files[url] = ("image/png", PNG)

    def tell(updated: str) -> None:
        icon = {"type": "Image", "mediaType": "image/png", "url": url}
        emoji = {"type": "Emoji", "name": ":wave:", "updated": updated, "icon": icon}
        app.database.write_now(people.emojis, app.site, emojis([emoji]), shown=True)

    tell("2020-01-01T00:00:00Z")
    assert square.stranger.get(address).body == PNG
    tell("2020-01-01T00:00:00Z")
    clock.advance(seconds=86_400)
    assert square.stranger.get(address).body == PNG
    assert others.asked == [url], "nothing is new"
    other = PNG[:-1] + b"y"
    others.files[url] = ("image/png", other)
    tell("2999-01-01T00:00:00Z")  # a clock that is wrong: as of now
    answer = square.stranger.get(address)
    assert (answer.body, others.asked) == (other, [url] * 2)
    assert "immutable" not in answer.headers["cache-control"]
    for _ in range(3):
        tell("2999-01-01T00:00:00Z")
        clock.advance(seconds=60)
        square.stranger.get(address)
    assert len(others.asked) == 2, "once in ten minutes at most"
    del others.files[url]
    clock.advance(seconds=limits.REMOTE_FILE_RETRY_SECONDS)
    tell("2999-01-01T00:00:00Z")
    assert square.stranger.get(address).body == other
    assert len(others.asked) == 3


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
        (b"RIFF....WAVEfmt ", "wav"),
        (b"....ftypisom", "mp4"),
        (b"....ftypM4A ", "m4a"),
        (b"....ftypavif", "avif"),
        (b"....ftypheic", None),
        (b"....ftypmif1", None),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webmB\x87", "webm"),
        (b"\x1aE\xdf\xa3\xa3B\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x88matroska", None),
        (b"OggS\0\x02" + b"\0" * 22 + b"\x01vorbis", "ogg"),
        (b"OggS\0\x02" + b"\0" * 22 + b"OpusHead", "ogg"),
        (b"OggS\0\x02" + b"\0" * 22 + b"\x80theora", "ogv"),
        (b"fLaC\0", "flac"),
        (b"II*\0", None),
        (b'{"@context":"https://www.w3.org/ns/activitystreams"}', None),
        (b"<svg onload=alert(1)>", None),
        (b"<html>", None),
        (b"", None),
    ],
)
def test_a_file_is_what_its_bytes_say(content: bytes, kind: str | None) -> None:
    """CVE-2024-25623: never a document, a page or a drawing with scripts, whatever its server calls it."""
    assert kind_of(content) == kind


def test_what_nobody_looks_at_goes_first(square: Square, others: Elsewhere, clock: ManualClock) -> None:
    """The disk does not fill."""
    app = square.app
    keeper = RemoteFiles(app.database, others, app.blobs, app.site, app.clock, 250)

    async def look(*numbers: int) -> None:
        for number in numbers:
            await keeper(remote_files.key_of(f"https://mastodon.example/{number}").removeprefix("remote/"))
            clock.advance(seconds=100_000)

    for number in range(4):
        url = f"https://mastodon.example/{number}"
        others.files[url] = ("image/png", PNG)
        app.database.write_now(remote_files.show, [url])
    square.server.run(look(0, 1, 0, 2))
    names = [remote_files.key_of(f"https://mastodon.example/{number}").removeprefix("remote/") for number in range(3)]
    kept = [app.database.read_now(remote_files.one, name) for name in names]
    assert [each is not None and each.blob is not None for each in kept] == [True, False, True]


# --- What is too large to be kept -------------------------------------------------------------------------------------

FILM = "https://mastodon.example/film.mp4"
MOVING = b"....ftypisom" + bytes(range(256)) * 80_000  # 20 MB


@pytest.fixture
def media(square: Square, others: Elsewhere) -> MediaFiles:
    """What answers for files."""
    app = square.app
    square.app.database.write_now(remote_files.show, [FILM])
    others.files[FILM] = ("video/mp4", MOVING)
    return MediaFiles(
        app.blobs, app.database, RemoteFiles(app.database, others, app.blobs, app.site, app.clock, 1 << 30)
    )


class Reader:
    """Somebody who reads a file as it comes, and leaves, or takes nothing any more, when they have had enough."""

    def __init__(
        self, media: MediaFiles, *, enough: int = 1 << 40, stays: bool = False, at: str = "", **headers: str
    ) -> None:
        self.status, self.headers, self.body, self.ended = 0, dict[bytes, bytes](), bytearray(), False
        self._media, self._enough, self._stays, self._left = media, enough, stays, asyncio.Event()
        self._client = (at, 0) if at else None
        self._sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]

    async def read(self, method: str = "GET") -> "Reader":
        """Read."""
        path = f"/media/{remote_files.key_of(FILM)}"
        scope = {"type": "http", "method": method, "path": path, "headers": self._sent, "client": self._client}
        await self._media(scope, self._receive, self._take)
        return self

    async def _receive(self) -> dict[str, Any]:
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
            return
        self.body += message.get("body", b"")
        self.ended = not message.get("more_body", False)
        if len(self.body) >= self._enough:
            if self._stays:
                await self._left.wait()
            self._left.set()
        await asyncio.sleep(0)


def test_a_long_film_is_passed_on_in_parts(square: Square, others: Elsewhere, media: MediaFiles) -> None:
    """Whole or from anywhere, as players ask; nothing of it stays here, and nobody's browser asks its server."""
    whole = square.server.run(Reader(media).read())
    assert (whole.status, whole.ended, whole.body == MOVING) == (200, True, True)
    assert whole.headers[b"content-type"] == b"video/mp4"
    assert whole.headers[b"content-length"] == b"%d" % len(MOVING)
    assert b"sandbox" in whole.headers[b"content-security-policy"]
    for asked, start, end in (
        ("bytes=5-9", 5, 10),
        ("bytes=20000000-", 20_000_000, len(MOVING)),
        ("bytes=-7", -7, None),
    ):
        part = square.server.run(Reader(media, range=asked).read())
        assert (part.status, part.ended, bytes(part.body)) == (206, True, MOVING[start:end]), asked
    last = square.server.run(Reader(media, range="bytes=-7").read())
    assert last.headers[b"content-range"] == b"bytes %d-%d/%d" % (len(MOVING) - 7, len(MOVING) - 1, len(MOVING))
    assert square.server.run(Reader(media, range="bytes=99999999-").read()).status == 416
    head = square.server.run(Reader(media).read("HEAD"))
    assert (head.status, head.ended, bytes(head.body)) == (200, True, b"")
    tag = whole.headers[b"etag"].decode()
    assert square.server.run(Reader(media, if_none_match=tag).read()).status == 304
    kept = square.app.database.read_now(remote_files.one, remote_files.key_of(FILM).removeprefix("remote/"))
    assert kept is not None
    assert (kept.blob, kept.bytes) == (None, len(MOVING))


def test_who_stops_reading_stops_the_fetching(square: Square, others: Elsewhere, media: MediaFiles) -> None:
    """dos: else whoever asks and leaves makes this server fetch gigabytes."""
    square.server.run(Reader(media, range="bytes=0-0").read())
    before = len(others.asked)
    gone = square.server.run(Reader(media, enough=1).read())
    assert (gone.status, gone.ended) == (200, False)
    assert len(others.asked) - before <= 2


def test_a_film_that_changes_meanwhile_is_not_two_in_one(square: Square, others: Elsewhere, media: MediaFiles) -> None:
    """It ends too early, which players notice, and is looked at anew."""
    assert square.server.run(Reader(media, range="bytes=0-9").read()).ended
    others.files[FILM] = ("video/mp4", MOVING[::-1])
    assert not square.server.run(Reader(media).read()).ended
    others.files[FILM] = ("video/mp4", MOVING + b"more")
    assert bytes(square.server.run(Reader(media, range="bytes=-4").read()).body) == b"more"


def test_so_many_films_are_passed_on_at_once(square: Square, media: MediaFiles) -> None:
    """dos: who reads slowly holds a place and a megabyte; the next is told to come again, and small files go on."""
    readers = [Reader(media, enough=1, stays=True) for _ in range(limits.REMOTE_PASSED_AT_ONCE)]

    async def crowd() -> Reader:
        await Reader(media, range="bytes=0-0").read()
        reading = [asyncio.create_task(each.read()) for each in readers]
        while not all(each.body for each in readers):
            await asyncio.sleep(0)
        one_more = await Reader(media).read()
        for each in reading:
            each.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
        assert (await Reader(media, range="bytes=0-0").read()).ended, "there is room again"
        return one_more

    assert square.server.run(crowd()).status == 503


def test_one_household_does_not_take_all_places(square: Square, media: MediaFiles) -> None:
    """dos: of one address, or one /64, so many; others are given theirs, and places come back."""
    readers = [
        Reader(media, enough=1, stays=True, at=f"2001:db8::{number:x}") for number in range(limits.REMOTE_PASSED_EACH)
    ]

    async def crowd() -> list[int]:
        await Reader(media, range="bytes=0-0").read()
        reading = [asyncio.create_task(each.read()) for each in readers]
        while not all(each.body for each in readers):
            await asyncio.sleep(0)
        asking = [Reader(media, range="bytes=0-0", at=at) for at in ("2001:db8::ffff", "2001:db8:1::1", "192.0.2.1")]
        status = [(await each.read()).status for each in asking]
        for each in reading:
            each.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
        return [*status, (await Reader(media, range="bytes=0-0", at="2001:db8::1").read()).status]

    assert square.server.run(crowd()) == [503, 206, 206, 206]


def test_behind_a_proxy_it_is_the_household_that_counts(
    settings: Settings, open_square: Callable[..., Square], others: Elsewhere
) -> None:
    """Who comes through the proxy of the server is told apart by what that says; the words of strangers count for nothing."""
    square = open_square(msgspec.structs.replace(settings, trusted_proxies=["10.0.0.0/8"]), fetcher=others)
    square.app.database.write_now(remote_files.show, [FILM])
    others.files[FILM] = ("video/mp4", MOVING)
    server: Any = square.app.server

    def reader(home: str, **more: Any) -> Reader:
        return Reader(server, at="10.1.1.1", x_forwarded_for=home, **more)

    readers = [reader("203.0.113.5, 192.0.2.1", enough=1, stays=True) for _ in range(limits.REMOTE_PASSED_EACH)]

    async def crowd() -> list[int]:
        await reader("192.0.2.9", range="bytes=0-0").read()
        reading = [asyncio.create_task(each.read()) for each in readers]
        while not all(each.body for each in readers):
            await asyncio.sleep(0)
        asking = [reader(home, range="bytes=0-0") for home in ("192.0.2.2, 192.0.2.1", "192.0.2.2")]
        status = [(await each.read()).status for each in asking]
        for each in reading:
            each.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
        return status

    assert square.server.run(crowd()) == [503, 206]


@pytest.mark.parametrize("content", [b"<html>" + MOVING, MOVING])
def test_what_cannot_be_passed_on_is_nothing_to_see(
    square: Square, others: Elsewhere, media: MediaFiles, content: bytes
) -> None:
    """Pages are no films, whatever they are called; and who sends a file whole or not at all would fill the memory."""
    others.files[FILM] = ("video/mp4", content)
    if content is MOVING:
        others.whole.add(FILM)
    for _ in range(2):
        shown = square.server.run(Reader(media).read())
        assert shown.headers[b"content-type"] == b"image/png"
    assert len(others.asked) == 2, "it is not asked for with every look"


def test_what_no_browser_plays_is_a_link_to_where_it_is(square: Square) -> None:
    """With what it is described with; what browsers play is shown, whatever its letters and parameters."""

    def types(*kinds: str) -> list[str]:
        def made(tx: WriteTx) -> list[str]:
            files = [RemoteFile(f"https://mastodon.example/{kind}", kind, "What is seen") for kind in kinds]
            found = [posts.attachment(tx, each) for each in files]
            assert {each.description for each in found} == {"What is seen"}
            assert [each.remote_url for each in found] == [each.url for each in files]
            return [each.type for each in found]

        return square.app.database.write_now(made)

    assert types("image/heic", "image/tiff", "image/svg+xml", "video/x-matroska", "text/html", "") == ["unknown"] * 6
    assert types("image/AVIF", "video/webm; codecs=vp9", "audio/ogg", "image/*") == ["image", "video", "audio", "image"]
