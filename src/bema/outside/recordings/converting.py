"""Preparing a recording: what browsers play already is only put into a clean file, the rest is written anew.

Of the upload nothing reaches the result but frames, their size, their colours and which side is up: places, names,
dates, chapters, subtitles and attached files stay behind.
"""

import contextlib
import os
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

import av
from av.container import OutputContainer

from bema.model.views import Sound
from bema.outside.recordings.opening import Opened, Unplayable, Window, opened
from bema.outside.recordings.picturing import Shown, cover_of, first_picture
from bema.outside.recordings.report import ContentType, Errand, Report
from bema.outside.recordings.tracks import AnewSound, AnewVideo, Copied, Track

_CONTAINERS: dict[ContentType, tuple[str, dict[str, str]]] = {
    # The index goes to the front, so that a browser plays before all of the file has come.
    "video/mp4": ("mp4", {"movflags": "+faststart"}),
    "audio/mp4": ("ipod", {"movflags": "+faststart"}),
    "audio/mpeg": ("mp3", {"id3v2_version": "0", "write_id3v1": "0"}),
}
_SHORTEST = 0.9  # of the announced time must be there, or the upload was cut off


def prepare(errand: Errand) -> Report:
    """Write the recording and its preview into the files for them, and report on both."""
    with _broken_is_refused():
        with opened(errand.source, errand.format) as found:
            shown = cover_of(found) if found.video is None else first_picture(found)
        try:
            written = _written(errand, shown, may_copy=True)
        except av.FFmpegError:  # what looks as if it could stay as it is cannot always be copied
            written = _written(errand, shown, may_copy=False)
    if shown is not None:
        Window(errand.preview).write(shown.content)
    video, sound = written.video, written.sound
    return Report(
        type="audio" if video is None else "gifv" if sound is None else "video",
        content_type=written.content_type,
        width=0 if video is None else video.shown_size[0],
        height=0 if video is None else video.shown_size[1],
        seconds=round(written.seconds, 3),
        frame_rate=None if video is None else video.frame_rate,
        sound=None if sound is None else Sound(sound.codec, sound.hertz, sound.channels),
        preview=None if shown is None else shown.report,
    )


class _Written(NamedTuple):
    content_type: ContentType
    video: Track | None
    sound: Track | None
    seconds: float


def _written(errand: Errand, shown: Shown | None, *, may_copy: bool) -> _Written:
    os.ftruncate(errand.result, 0)
    with opened(errand.source, errand.format) as found:
        kind, tracks = _planned(found, errand.format, 0 if shown is None else shown.turned, may_copy=may_copy)
        _write(errand, kind, found, tracks)
        announced = (found.container.duration or 0) / 1_000_000
    seconds = max(track.seconds for track in tracks)
    if errand.format == "mov" and seconds < announced * _SHORTEST - 1:
        raise Unplayable("it ends before what it announces")
    video = next((track for track in tracks if not track.is_sound), None)
    if isinstance(video, Copied):
        with opened(errand.result, "mov") as result:
            if next(result.container.decode(result.video), None) is None:
                raise av.InvalidDataError(0, "the copy does not begin with a whole frame")
    return _Written(kind, video, next((track for track in tracks if track.is_sound), None), seconds)


@contextlib.contextmanager
def _broken_is_refused() -> Iterator[None]:
    try:
        yield
    except (av.FFmpegError, ValueError, ArithmeticError, LookupError, RuntimeError, OSError, AssertionError) as error:
        raise Unplayable(f"it cannot be read: {error!r}") from error


def _planned(found: Opened, format_: str, turned: int, *, may_copy: bool) -> tuple[ContentType, list[Track]]:
    """Decide what becomes of each stream."""
    if found.video is None:
        assert found.audio is not None  # one of the two is there
        codec = found.audio.codec_context.codec.canonical_name
        if codec == "mp3" and may_copy:
            return "audio/mpeg", [Copied(found.audio)]
        if codec == "aac" and may_copy and format_ in ("mov", "aac"):
            return "audio/mp4", [Copied(found.audio)]
        return "audio/mpeg", [AnewSound(found.audio, "libmp3lame")]
    anew = not may_copy or not _plays(found.video)
    tracks: list[Track] = [AnewVideo(found.video, turned, _length(found)) if anew else Copied(found.video, turned)]
    if found.audio is not None:
        copied = may_copy and found.audio.codec_context.codec.canonical_name == "aac" and format_ in ("mov", "matroska")
        tracks.append(Copied(found.audio) if copied else AnewSound(found.audio, "aac"))
    return "video/mp4", tracks


def _plays(video: "av.VideoStream") -> bool:
    """Tell whether every browser plays it: H.264 in eight bits, with colours at half the resolution."""
    context = video.codec_context
    return context.codec.canonical_name == "h264" and context.pix_fmt in ("yuv420p", "yuvj420p")


def _length(found: Opened) -> Fraction | None:
    return None if found.container.duration is None else Fraction(found.container.duration, 1_000_000)


def _write(errand: Errand, kind: ContentType, found: Opened, tracks: list[Track]) -> None:
    name, options = _CONTAINERS[kind]
    target = Window(errand.result)
    result = av.open(
        target,
        "w",
        format=name,
        options={**options, "fflags": "+bitexact"},
        io_open=lambda _url, _flags, _options: Window(errand.result),  # to move the index, it is read once more
    )
    assert isinstance(result, OutputContainer)
    with result:
        for track in tracks:
            track.join(result)
        by_stream = {track.source.index: track for track in tracks}
        for packet in found.container.demux([track.source for track in tracks]):
            by_stream[packet.stream.index].take(packet, result)
        for track in tracks:
            track.finish(result)
    if not all(track.seconds > 0 for track in tracks):
        raise Unplayable("there is nothing to be seen or heard in it")
