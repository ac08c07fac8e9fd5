"""Recordings: what plays everywhere comes out, nothing of the uploader's comes with it, and hostile files hurt nobody."""

import asyncio
import io
import os
import socket
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, NamedTuple

import av
import pytest
from PIL import Image

from bema.outside.recordings.formats import HEAD_BYTES, likely_type, sniff
from bema.outside.recordings.report import Report
from bema.outside.recordings.workshop import Unpreparable, prepared
from tests import recordings


class Made(NamedTuple):
    """What came of a recording."""

    report: Report
    content: bytes
    preview: bytes


def prepare(content: bytes, **more: Any) -> Made:
    """Have a recording prepared."""

    async def work() -> Made:
        with tempfile.TemporaryFile() as source:
            source.write(content)
            source.flush()
            async with prepared(source, **more) as made:
                made.result.seek(0)
                made.preview.seek(0)
                return Made(made.report, made.result.read(), made.preview.read())

    return asyncio.run(work())


@pytest.mark.parametrize(
    ("format_", "encoder", "sound"),
    [
        ("mp4", "libx264", "aac"),
        ("mp4", "libx265", "aac"),
        ("mp4", "mpeg4", "libmp3lame"),
        ("mov", "libx264", "pcm_s16le"),
        ("webm", "libvpx-vp9", "libopus"),
        ("webm", "libvpx", "libopus"),
        ("matroska", "libx264", "libopus"),
        ("matroska", "libsvtav1", "flac"),
    ],
)
def test_every_video_becomes_one_that_browsers_play(format_: str, encoder: str, sound: str) -> None:
    """H.264 and AAC in MP4, its index in front; as long and as large as it was."""
    report, content, preview = prepare(recordings.video(format_, encoder, sound=sound))
    assert (report.type, report.content_type, report.width, report.height) == ("video", "video/mp4", 64, 48)
    assert report.seconds == pytest.approx(1.0, abs=0.1)
    assert report.frame_rate == "10/1"
    assert content.index(b"moov") < content.index(b"mdat")
    with av.open(io.BytesIO(content)) as container:
        assert container.streams.video[0].codec_context.name == "h264"
        assert container.streams.audio[0].codec_context.name == "aac"
    frames, samples = recordings.decoded(content)
    assert frames == 10
    assert samples == pytest.approx(48_000, rel=0.1)
    with Image.open(io.BytesIO(preview)) as image:
        assert image.size == (64, 48)
    assert report.preview is not None
    assert report.preview.blurhash


@pytest.mark.parametrize(
    ("format_", "encoder", "hertz", "kept"),
    [
        ("mp3", "libmp3lame", 44_100, "audio/mpeg"),
        ("ipod", "aac", 48_000, "audio/mp4"),
        ("adts", "aac", 48_000, "audio/mp4"),
        ("ogg", "libopus", 48_000, "audio/mpeg"),
        ("ogg", "flac", 44_100, "audio/mpeg"),
        ("webm", "libopus", 48_000, "audio/mpeg"),
        ("flac", "flac", 44_100, "audio/mpeg"),
        ("wav", "pcm_s16le", 44_100, "audio/mpeg"),
        ("wav", "pcm_s24le", 48_000, "audio/mpeg"),
        ("3gp", "libopencore_amrnb", 8_000, "audio/mpeg"),
    ],
)
def test_every_sound_becomes_one_that_browsers_play(format_: str, encoder: str, hertz: int, kept: str) -> None:
    """MP3, or AAC in MP4 where it was that already."""
    channels = 1 if hertz == 8_000 else 2
    content = recordings.sound(format_, encoder, hertz=hertz, channels=channels, metadata={"title": "my street"})
    report, made, preview = prepare(content)
    assert (report.type, report.content_type, report.width, preview) == ("audio", kept, 0, b"")
    assert report.seconds == pytest.approx(1.0, abs=0.1)
    assert report.sound is not None
    assert report.sound.channels == channels
    assert recordings.decoded(made)[1] == pytest.approx(report.sound.hertz, rel=0.1)
    assert b"my street" not in made


def test_a_moving_gif_and_a_silent_video_become_the_same_kind() -> None:
    """A soundless MP4 of even size, which clients repeat without end."""
    for content, size in ((recordings.gif(), (60, 40)), (recordings.video(sound=None), (64, 48))):
        report, made, _ = prepare(content)
        assert (report.type, report.content_type, report.sound) == ("gifv", "video/mp4", None)
        assert (report.width, report.height) == size
        assert recordings.decoded(made) == (5 if size == (60, 40) else 10, 0)


@pytest.mark.parametrize("encoder", ["libx264", "libx265"])
def test_which_side_is_up_stays_and_where_it_was_does_not(encoder: str) -> None:
    """Telephones film on their side and write down the place; measures and preview are those of what is seen."""
    traces = {"location": "+52.5200+013.4050/", "title": "Ann's garden", "comment": "secret"}
    content = recordings.video(encoder=encoder, turned=90, metadata=traces)
    assert b"garden" in content
    report, made, preview = prepare(content)
    assert (report.width, report.height) == (48, 64)
    with Image.open(io.BytesIO(preview)) as image:
        assert image.size == (48, 64)
    with av.open(io.BytesIO(made), "r") as container:
        assert next(container.decode(video=0)).rotation == 90
        assert not {"location", "title", "comment"} & set(container.metadata)
    for trace in (b"52.52", b"garden", b"secret"):
        assert trace not in made


def test_a_cover_is_the_preview_and_gives_its_colours() -> None:
    """As players show it; nothing else of the tags is kept."""
    cover = io.BytesIO()
    Image.new("RGB", (32, 32), "teal").save(cover, "PNG")
    report, made, preview = prepare(recordings.sound("mp3", "libmp3lame", cover=cover.getvalue()))
    assert report.type == "audio"
    assert report.preview is not None
    assert report.preview.colours.background.startswith("#0080")
    assert report.preview.colours.foreground in ("#ffffff", "#000000")
    with Image.open(io.BytesIO(preview)) as image:
        assert image.size == (32, 32)
    assert b"\x89PNG" not in made


def test_what_is_too_fast_is_thinned_out() -> None:
    """Nobody sees more than sixty frames a second; above the limit it is refused."""
    report, made, _ = prepare(recordings.video("webm", "libvpx", sound=None, frames=100, rate=100))
    assert report.frame_rate == "60/1"
    assert recordings.decoded(made)[0] <= 61
    with pytest.raises(Unpreparable, match="frames a second"):
        prepare(recordings.video(sound=None, frames=150, rate=150))


@pytest.mark.parametrize("hostile", ["cut", "no index", "noise", "empty sound", "wide"])
def test_hostile_files_are_refused_with_a_reason(hostile: str) -> None:
    """Nothing hangs, nothing is half done."""
    whole = prepare(recordings.video(frames=40)).content
    content = {
        "cut": whole[: whole.index(b"mdat") + 400],
        "no index": recordings.video()[:1_500],
        "noise": whole[:40] + os.urandom(20_000),
        "empty sound": recordings.sound("wav", "pcm_s16le")[:44],
        "wide": recordings.video("webm", "libvpx", sound=None, frames=1, width=9_000, height=16),
    }[hostile]
    with pytest.raises(Unpreparable):
        prepare(content)


@pytest.mark.parametrize(
    "text",
    [
        b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nADDRESS\n",
        b"ffconcat version 1.0\nfile 'ADDRESS'\n",
        b"<?xml version='1.0'?><MPD><BaseURL>ADDRESS</BaseURL></MPD>",
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
    ],
)
def test_lists_of_other_files_are_no_recordings(text: bytes) -> None:
    """FFmpeg would follow them to any address and file; it never sees them."""
    assert sniff(text[:HEAD_BYTES]) is None
    with pytest.raises(Unpreparable):
        prepare(text)


def test_a_recording_that_leads_elsewhere_leads_nowhere() -> None:
    """A film whose index says that its frames lie at another address is not followed there."""
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    server = HTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/frames.mov".encode()
        film = recordings.video("mov")
        at = film.index(b"url \0\0\0\1") - 4
        entry = (13 + len(address)).to_bytes(4, "big") + b"url \0\0\0\0" + address + b"\0"
        prepare(_stretched(film, at, 12, entry))
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert asked == []


def test_what_takes_too_long_is_ended() -> None:
    """By the server, whatever the process is doing; no process stays behind."""
    with pytest.raises(Unpreparable, match="takes more than"):
        prepare(recordings.video(), seconds=0.01)


def test_the_cage_can_open_nothing() -> None:
    """Neither a file nor a socket, nor can it start a program."""
    attempts = [
        "open('/etc/passwd')",
        "open('/dev/null', 'w')",
        "socket.socket()",
        "subprocess.run(['true'])",
        "bytearray(1 << 31)",
    ]
    for attempt in attempts:
        script = f"import socket, subprocess\nfrom bema.outside.recordings.cage import lock\nlock()\n{attempt}\n"
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
        assert done.returncode != 0, attempt
    socket.socket().close()  # here it can be made


def test_formats_are_told_by_their_first_bytes() -> None:
    """Pictures in the same boxes are none of them."""
    assert sniff(b"\0\0\0\x1cftypheic\0\0\0\0mif1") is None
    assert sniff(b"\0\0\0\x1cftypavif\0\0\0\0mif1") is None
    assert sniff(b"RIFF\0\0\0\0WEBPVP8 ") is None
    assert sniff(b"RIFF\0\0\0\0AVI LIST") is None
    assert sniff(b"") is None
    assert likely_type("mov", b"\0\0\0\x1cftypM4A ", "video/mp4") == "audio"
    assert likely_type("ogg", b"OggS", "video/ogg") == "video"


def _stretched(film: bytes, at: int, length: int, entry: bytes) -> bytes:
    """Replace a box in an MP4 by a longer one; all boxes around it grow."""
    grown = len(entry) - length
    changed = bytearray(film)
    for name in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):
        start = film.rindex(name, 0, at) - 4
        changed[start : start + 4] = (int.from_bytes(film[start : start + 4], "big") + grown).to_bytes(4, "big")
    return bytes(changed[:at]) + entry + bytes(changed[at + length :])
