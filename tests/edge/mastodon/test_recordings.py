"""Video and sound by the API: received, prepared, posted; what cannot be is said in the words that clients know."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bema.domain import uploading
from bema.edge.places import Places
from bema.model import limits
from bema.model.errors import TooMany
from bema.model.ids import AccountId
from bema.outside.clock import ManualClock
from tests import recordings
from tests.client import File, Response
from tests.conftest import Person, Square


def picture(colour: str = "teal") -> bytes:
    """Draw a small picture."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "PNG")
    return out.getvalue()


def upload(person: Person, content: bytes, name: str = "a.mp4", type_: str = "video/mp4", **more: Any) -> Response:
    """Upload a file."""
    files = {"file": File(name, content, type_), **more.pop("files", {})}
    return person.client.post("/api/v2/media", form=more, files=files)


@pytest.fixture
def ann(square: Square) -> Person:
    """Somebody."""
    return square.person("ann")


def files(settings: Any) -> list[Path]:
    """List the files that are stored."""
    return [path for path in (settings.home / "media").rglob("*") if path.is_file()]


def test_a_video_is_received_prepared_and_posted(square: Square, ann: Person, settings: Any) -> None:
    """202, then 206 until it is ready, then 200 with all its measures; of the upload itself nothing is kept."""
    answer = upload(ann, recordings.video(), description="A bar that moves")
    attachment = answer.json()
    assert (answer.status, attachment["type"], attachment["url"]) == (202, "video", None)
    path = f"/api/v1/media/{attachment['id']}"
    assert ann.client.get(path).status == 206
    refused = ann.client.post("/api/v1/statuses", json={"status": "look", "media_ids": [attachment["id"]]})
    assert refused.status == 422
    assert "have not finished processing" in refused.json()["error"]
    assert ann.client.put(path, json={"description": "A yellow bar"}).status == 200
    square.settle()
    ready = ann.client.get(path)
    assert ready.status == 200
    meta = ready.json()["meta"]
    assert ready.json()["description"] == "A yellow bar"
    assert ready.json()["blurhash"]
    bitrate = meta["original"].pop("bitrate")
    assert 1_000 < bitrate < 1_000_000
    assert meta["original"] == {"width": 64, "height": 48, "frame_rate": "10/1", "duration": meta["duration"]}
    assert meta["small"] == {"width": 64, "height": 48, "size": "64x48", "aspect": 64 / 48}
    assert (meta["width"], meta["height"], meta["size"], meta["fps"]) == (64, 48, "64x48", 10)
    assert (meta["audio_bitrate"], meta["audio_channels"]) == ("48000 Hz", "stereo")
    assert meta["length"].startswith("0:00:01.")
    assert meta["duration"] == pytest.approx(1.0, abs=0.1)
    posted = ann.client.post("/api/v1/statuses", json={"media_ids": [attachment["id"]]}).json()
    assert posted["media_attachments"] == [ready.json()]
    served = square.stranger.get(posted["media_attachments"][0]["url"])
    assert (served.headers["content-type"], recordings.decoded(served.body)[0]) == ("video/mp4", 10)
    square.settle()
    assert sorted(path.suffix for path in files(settings)) == [".jpg", ".mp4"]


def test_a_sound_has_its_length_and_no_size(square: Square, ann: Person) -> None:
    """And no preview, unless there is a cover or one is chosen, whose colours are told then."""
    bare = upload(ann, recordings.sound("flac", "flac"), "a.flac", "audio/flac").json()
    chosen = {"thumbnail": File("cover.png", picture())}
    dressed = upload(ann, recordings.sound("mp3", "libmp3lame"), "a.mp3", "audio/mpeg", files=chosen).json()
    assert dressed["preview_url"] is not None
    square.settle()
    bare, dressed = [ann.client.get(f"/api/v1/media/{each['id']}").json() for each in (bare, dressed)]
    assert (bare["type"], bare["preview_url"]) == ("audio", None)
    assert set(bare["meta"]["original"]) == {"duration", "bitrate"}
    assert (bare["meta"]["audio_encode"], bare["meta"]["length"][:6]) == ("mp3", "0:00:0")
    assert dressed["meta"]["colors"]["background"].startswith("#0080")
    assert dressed["meta"]["small"]["size"] == "60x40"
    assert square.stranger.get(dressed["url"]).headers["content-type"] == "audio/mpeg"


def test_a_moving_gif_becomes_a_silent_video_and_a_still_one_a_picture(square: Square, ann: Person) -> None:
    """As on Mastodon; several may be in one status, which video and sound may not."""
    moving = [upload(ann, recordings.gif(), "a.gif", "image/gif") for _ in range(2)]
    assert [(each.status, each.json()["type"]) for each in moving] == [(202, "gifv"), (202, "gifv")]
    still = upload(ann, recordings.gif(frames=1), "b.gif", "image/gif")
    assert (still.status, still.json()["type"]) == (200, "image")
    film = upload(ann, recordings.video()).json()["id"]
    square.settle()
    ids = [each.json()["id"] for each in moving]
    refused = ann.client.post("/api/v1/statuses", json={"media_ids": [*ids, film]})
    assert refused.json()["error"] == "Cannot attach a video to a post that already contains images"
    posted = ann.client.post("/api/v1/statuses", json={"media_ids": ids}).json()
    assert {each["type"] for each in posted["media_attachments"]} == {"gifv"}


def test_what_nothing_can_be_made_of_is_told_when_it_is_asked_for(square: Square, ann: Person, settings: Any) -> None:
    """422; it can be posted by nobody, thrown away, and leaves no file."""
    id_ = upload(ann, recordings.video()[:900]).json()["id"]
    square.settle()
    failed = ann.client.get(f"/api/v1/media/{id_}")
    assert (failed.status, failed.json()["error"]) == (422, "Error processing thumbnail for uploaded media")
    assert ann.client.post("/api/v1/statuses", json={"media_ids": [id_]}).status == 422
    assert ann.client.delete(f"/api/v1/media/{id_}").status == 200
    square.settle()
    assert files(settings) == []


def test_a_preview_can_be_chosen_before_and_after(square: Square, ann: Person, settings: Any) -> None:
    """What was chosen while the video was prepared stays; what it replaces is deleted."""
    attachment = upload(ann, recordings.video()).json()
    path = f"/api/v1/media/{attachment['id']}"
    early = ann.client.put(path, form={}, files={"thumbnail": File("a.png", picture("red"))}).json()
    square.settle()
    assert ann.client.get(path).json()["preview_url"] == early["preview_url"]
    late = ann.client.put(path, form={}, files={"thumbnail": File("b.png", picture("blue"))}).json()
    assert late["meta"]["small"]["size"] == "60x40"
    square.settle()
    assert square.stranger.get(early["preview_url"]).status == 404
    assert len(files(settings)) == 2
    assert ann.client.put(path, form={}, files={"thumbnail": File("c.txt", b"no")}).status == 422


def test_nobody_fills_the_queue(square: Square, ann: Person) -> None:
    """Only so many of one account wait; who brings more is told when to come again."""
    small = recordings.sound("mp3", "libmp3lame", seconds=0.1)
    for _ in range(limits.PREPARING_WAITING_EACH):
        assert upload(ann, small, "a.mp3").status == 202
    refused = upload(ann, small, "a.mp3")
    assert refused.status == 429
    assert int(refused.headers["retry-after"]) == limits.PREPARING_RETRY_SECONDS
    assert upload(square.person("bob"), small, "a.mp3").status == 202


def test_only_so_many_large_uploads_are_under_way() -> None:
    """Of one account, and of all together; who leaves makes room."""
    places = Places(each=2, together=3)
    ann, bob = AccountId(1), AccountId(2)
    leave = places.take(ann)
    places.take(ann)
    with pytest.raises(TooMany):
        places.take(ann)
    places.take(bob)
    with pytest.raises(TooMany):
        places.take(bob)
    leave()
    places.take(bob)


def test_what_is_thrown_away_while_it_waits_leaves_nothing(square: Square, ann: Person, settings: Any) -> None:
    """Neither the upload nor what would have been made of it."""
    id_ = upload(ann, recordings.video()).json()["id"]
    assert ann.client.delete(f"/api/v1/media/{id_}").status == 200
    square.settle()
    assert files(settings) == []


def test_a_file_that_no_row_came_to_know_is_deleted(
    square: Square, ann: Person, settings: Any, clock: ManualClock
) -> None:
    """As when the process dies between the two; what a row knows stays."""
    upload(ann, picture(), "a.png", "image/png")
    square.settle()
    before = len(files(settings))
    key = square.app.blobs.key("attachment", "x", b"lost", "png")

    async def lose() -> None:
        await square.app.database.write(uploading.expect, key)
        await square.app.blobs.put(key, b"lost")

    square.server.run(lose())
    square.settle()
    assert len(files(settings)) == before + 1
    clock.advance(seconds=limits.UNCLAIMED_SECONDS + 1)
    square.settle()
    assert square.stranger.get(f"/media/{key}").status == 404
    assert len(files(settings)) == before


def test_the_upload_itself_is_shown_to_nobody(square: Square, ann: Person, settings: Any) -> None:
    """It has places and names in it, whatever its address is."""
    upload(ann, recordings.video())
    (raw,) = [path for path in files(settings) if path.suffix == ".raw"]
    assert square.stranger.get(f"/media/{raw.relative_to(settings.home / 'media')}").status == 404


def test_deleting_and_redrafting_keeps_a_video(square: Square, ann: Person) -> None:
    """It needs not be prepared again."""
    id_ = upload(ann, recordings.video()).json()["id"]
    square.settle()
    posted = ann.client.post("/api/v1/statuses", json={"media_ids": [id_]}).json()
    assert ann.client.delete(f"/api/v1/statuses/{posted['id']}").json()["media_attachments"][0]["id"] == id_
    again = ann.client.post("/api/v1/statuses", json={"media_ids": [id_]}).json()
    assert again["media_attachments"] == posted["media_attachments"]


def test_a_part_of_a_video_can_be_asked_for(square: Square, ann: Person) -> None:
    """As players do who jump: a range is answered with a part, several or nonsense with the whole, one beyond with 416."""
    id_ = upload(ann, recordings.video()).json()["id"]
    square.settle()
    url = ann.client.get(f"/api/v1/media/{id_}").json()["url"]
    whole = square.stranger.get(url)
    size = len(whole.body)
    assert (whole.headers["accept-ranges"], whole.headers["access-control-allow-origin"]) == ("bytes", "*")

    def part(asked: str, **more: str) -> Response:
        return square.stranger.get(url, headers={"range": asked, **more})

    first = part("bytes=0-1")
    assert (first.status, first.body, first.headers["content-range"]) == (206, whole.body[:2], f"bytes 0-1/{size}")
    assert part("bytes=100-").body == whole.body[100:]
    assert part("bytes=-50").body == whole.body[-50:]
    assert part(f"bytes=0-{size * 9}").body == whole.body
    assert (part("bytes=0-1,4-5").status, part("pages=1-2").status, part("bytes=5-2").status) == (200, 200, 200)
    assert part(f"bytes={size}-").status == 416
    assert part("bytes=0-1", **{"if-range": whole.headers["etag"]}).status == 206
    assert part("bytes=0-1", **{"if-range": '"another"'}).status == 200


def test_asking_for_a_file_costs_as_many_statements_whatever_it_is(
    square: Square, ann: Person, statements: list[str]
) -> None:
    """A post with a video is no dearer to show than one with a picture."""
    film = upload(ann, recordings.video()).json()["id"]
    still = upload(ann, picture(), "a.png", "image/png").json()["id"]
    square.settle()
    counts = []
    for id_ in (still, film):
        posted = ann.client.post("/api/v1/statuses", json={"media_ids": [id_]}).json()
        square.settle()
        statements.clear()
        assert ann.client.get(f"/api/v1/statuses/{posted['id']}").status == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_a_large_upload_is_not_held_in_memory(square: Square, ann: Person) -> None:
    """What is above the limit is refused with the limit; what is below lies on the disk."""
    padded = recordings.video() + bytes(limits.VIDEO_BYTES)
    answer = upload(ann, padded)
    assert answer.status == 422
    assert "file size must be less than 99 MB" in answer.json()["error"]
    assert upload(ann, recordings.video() + b"\0\0\0\x08free" * 400_000).status == 202


def test_what_is_announced_is_what_works(square: Square) -> None:
    """Clients scale down to these limits before they upload."""
    told = square.stranger.get("/api/v2/instance").json()["configuration"]["media_attachments"]
    assert (told["video_size_limit"], told["video_frame_rate_limit"]) == (103_809_024, 120)
    assert told["video_matrix_limit"] == 8_294_400
    assert {"video/mp4", "video/webm", "audio/mpeg", "audio/flac", "image/gif"} <= set(told["supported_mime_types"])
