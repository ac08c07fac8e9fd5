"""Stored media come back as they went in, and nothing else in the folder can be reached."""

import asyncio
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bema.model.errors import NotFound, Refusal, Unavailable
from bema.outside.blobs import Blob, Blobs
from bema.outside.files import write_durably

CONTENT = bytes(range(256)) * 4_000


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "media", public_url="https://square.example/media/", secret=b"secret")


async def whole(blob: Blob) -> bytes:
    return b"".join([chunk async for chunk in blob.chunks])


def test_a_file_comes_back_as_it_went_in(blobs: Blobs) -> None:
    """In chunks, with its type and size."""
    key = blobs.key("attachment", "7", CONTENT, "jpg")

    async def round_trip() -> None:
        await blobs.put(key, CONTENT)
        await blobs.put(key, CONTENT)
        blob = await blobs.get(key)
        assert (blob.content_type, blob.size, blob.start, blob.end) == ("image/jpeg", len(CONTENT), 0, len(CONTENT))
        assert await whole(blob) == CONTENT

    asyncio.run(round_trip())
    assert blobs.url(key) == f"https://square.example/media/{key}"


@pytest.mark.parametrize(
    ("part", "start", "end"),
    [
        ((0, 1), 0, 1),
        ((5, 900), 5, 900),
        ((1_000, None), 1_000, 1_024_000),
        ((-9, None), 1_023_991, 1_024_000),
        ((9, 2_000_000), 9, 1_024_000),
        ((-2_000_000, None), 0, 1_024_000),
    ],
)
def test_a_part_of_a_file_can_be_asked_for(blobs: Blobs, part: tuple[int, int | None], start: int, end: int) -> None:
    """Browsers ask so for what is long."""
    key = blobs.key("attachment", "7", CONTENT, "png")

    async def read() -> None:
        await blobs.put(key, CONTENT)
        blob = await blobs.get(key, part)
        assert (blob.start, blob.end, blob.size) == (start, end, len(CONTENT))
        assert await whole(blob) == CONTENT[start:end]

    asyncio.run(read())


@pytest.mark.parametrize("part", [(1_024_000, None), (5_000_000, 6_000_000), (5, 5), (6, 5)])
def test_a_part_that_is_not_there_is_refused(blobs: Blobs, part: tuple[int, int | None]) -> None:
    """416, as HTTP says."""
    key = blobs.key("attachment", "7", CONTENT, "png")

    async def read() -> None:
        await blobs.put(key, CONTENT)
        with pytest.raises(Refusal) as refusal:
            await blobs.get(key, part)
        assert refusal.value.status == 416

    asyncio.run(read())


def test_a_deleted_file_is_gone_and_deleting_again_is_no_trouble(blobs: Blobs, tmp_path: Path) -> None:
    """Nothing of it stays on the disk."""
    key = blobs.key("avatar", "7", CONTENT, "webp")

    async def delete() -> None:
        await blobs.put(key, CONTENT)
        await blobs.delete(key)
        await blobs.delete(key)
        with pytest.raises(NotFound):
            await blobs.get(key)
        with pytest.raises(NotFound):
            await blobs.get(key, (0, 5))

    asyncio.run(delete())
    assert [path for path in (tmp_path / "media").rglob("*") if path.is_file()] == []


def test_a_name_tells_neither_content_nor_owner(tmp_path: Path) -> None:
    """Only the secret leads from a picture to its name; owners and purposes do not share files."""
    one, two = (Blobs(tmp_path, public_url="", secret=secret) for secret in (b"one", b"two"))
    keys = {
        one.key("attachment", "7", CONTENT, "jpg"),
        two.key("attachment", "7", CONTENT, "jpg"),
        one.key("attachment", "8", CONTENT, "jpg"),
        one.key("avatar", "7", CONTENT, "jpg"),
        one.key("attachment", "7", CONTENT + b"!", "jpg"),
    }
    assert len({key.rpartition("/")[2] for key in keys}) == 5
    assert one.key("attachment", "7", CONTENT, "jpg") in keys
    with pytest.raises(ValueError, match="secret"):
        Blobs(tmp_path, public_url="", secret=b"")


HOSTILE = [
    "../../nowhere/passwd",
    "/nowhere/passwd",  # no file that there is: where the guard is gone, this test writes to it
    "attachment/../../secret.jpg",
    f"attachment/ab/ab{'0' * 62}.jpg/../../x",
    f"attachment/ab/ab{'0' * 62}.html",
    f"attachment/ab/cd{'0' * 62}.jpg",
    f"attachment/ab/ab{'0' * 62}.jpg\n",
    f"attachment/ab/ab{'0' * 62}.jpg\0",
    f"Attachment/ab/ab{'0' * 62}.jpg",
    "",
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.sampled_from(HOSTILE), st.text()))
def test_no_other_name_reaches_the_disk(blobs: Blobs, key: str) -> None:
    """A name that was not made here looks like a file that is not there."""

    async def use() -> None:
        for work in (blobs.get(key), blobs.put(key, b""), blobs.delete(key)):
            with pytest.raises(NotFound):
                await work

    asyncio.run(use())


def test_the_makers_of_names_may_not_leave_the_folder_either(blobs: Blobs) -> None:
    """Neither a purpose nor an ending can hold a path."""
    for kind, extension in (("../x", "jpg"), ("avatar", "jpg/../../x"), ("avatar", "html")):
        with pytest.raises(NotFound):
            blobs.key(kind, "7", CONTENT, extension)


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """Neither half a file nor its unfinished twin; the file that was there stays."""
    target = tmp_path / "file"
    write_durably(target, b"before")
    with pytest.raises(TypeError):
        write_durably(target, "not bytes")  # type: ignore[arg-type]  # what makes it fail
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert target.read_bytes() == b"before"
    assert stat.S_IMODE(target.stat().st_mode) & 0o002 == 0


def test_a_disk_that_takes_no_more_is_told_as_such(tmp_path: Path) -> None:
    """Who uploads is told to try again later, as who posts is when the database cannot grow."""
    blobs = Blobs(tmp_path / "media", public_url="https://square.example/media", secret=b"secret")
    key = blobs.key("attachment", "1", b"picture", "png")
    (tmp_path / "media" / "attachment").write_bytes(b"where the folder would be")
    with pytest.raises(Unavailable):
        asyncio.run(blobs.put(key, b"picture"))
