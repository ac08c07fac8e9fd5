"""Opening a recording: only in the format that its bytes have, with the decoders that recordings need, within bounds."""

import contextlib
import os
from collections.abc import Iterator
from typing import NamedTuple, TypeVar

import av
from av.container import InputContainer
from av.stream import Stream

from bema.model import limits
from bema.outside.recordings.formats import Format

_PICTURES = "h264,hevc,mpeg4,vp8,vp9,libdav1d,av1,theora,h263,mjpeg,gif"
_SOUNDS = "aac,mp3float,mp3,vorbis,opus,flac,alac,libopencore_amrnb,amrnb,libopencore_amrwb,amrwb,ac3,eac3"
_SAMPLES = "pcm_u8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_f32le,pcm_f64le,pcm_alaw,pcm_mulaw"
_DECODERS = frozenset(f"{_PICTURES},{_SOUNDS},{_SAMPLES}".split(","))
_BOUNDS = {
    "codec_whitelist": ",".join(sorted(_DECODERS)),
    "protocol_whitelist": "none",  # there is no such protocol: nothing in a file leads to another file or address
    "max_pixels": str(limits.VIDEO_PIXELS * 2),  # larger than what is refused with a sentence
    "max_streams": str(limits.RECORDING_STREAMS),
}


class Unplayable(Exception):  # noqa: N818 -- it is about the file: nothing went wrong here
    """A recording that cannot be prepared, and why not."""


class Window:
    """An open file, read or written at a place of its own: several share a descriptor and do not disturb each other."""

    def __init__(self, number: int) -> None:
        self._number, self._at = number, 0

    def read(self, size: int) -> bytes:
        """Read on."""
        part = os.pread(self._number, size, self._at)
        self._at += len(part)
        return part

    def write(self, part: bytes) -> int:
        """Write on."""
        written = 0
        while written < len(part):
            written += os.pwrite(self._number, part[written:], self._at + written)
        self._at += written
        return written

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: os.fstat(self._number).st_size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        """Tell the place."""
        return self._at


class Opened(NamedTuple):
    """A recording that can be read: its streams, as far as they are kept."""

    container: InputContainer
    video: "av.VideoStream | None"
    audio: "av.AudioStream | None"
    cover: "Stream | None"  # a picture in a file of sound


@contextlib.contextmanager
def opened(source: int, format_: Format) -> Iterator[Opened]:
    """Open a recording and look at what it claims; too much of anything is refused before it is decoded."""
    try:
        container = av.open(
            Window(source), "r", format=format_, options=dict(_BOUNDS), io_open=_nothing_else, metadata_errors="replace"
        )
    except (av.FFmpegError, ValueError) as error:
        raise Unplayable(f"it is no {format_} that can be read: {error}") from error
    with container:
        found = _streams(container)
        if found.video is None and found.audio is None:
            raise Unplayable("there is neither video nor sound in it")
        _check(found)
        yield found


def _nothing_else(url: str, _flags: int, _options: object) -> object:
    raise PermissionError(f"a file may not lead to another: {url[:100]}")


def _streams(container: InputContainer) -> Opened:
    if len(container.streams) > limits.RECORDING_STREAMS:
        raise Unplayable("it has too many streams")
    moving = [each for each in container.streams.video if not _is_cover(each)]
    covers = [each for each in container.streams.video if _is_cover(each)]
    return Opened(
        container,
        _decodable(next(iter(moving), None)),
        _decodable(next(iter(container.streams.audio), None)),
        next(iter(covers), None),
    )


def _is_cover(stream: "av.VideoStream") -> bool:
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


_S = TypeVar("_S", "av.VideoStream", "av.AudioStream")


def _decodable(stream: _S | None) -> _S | None:
    if stream is None:
        return None
    context = stream.codec_context
    if context.codec.name not in _DECODERS:
        raise Unplayable("it is in an encoding that is not accepted")
    context.options = {"max_pixels": _BOUNDS["max_pixels"]}
    context.thread_type = "AUTO"
    context.thread_count = 2
    return stream


def _check(found: Opened) -> None:
    if found.container.duration is not None and found.container.duration > limits.RECORDING_SECONDS * 1_000_000:
        raise Unplayable("it is too long")
    if found.video is None:
        return
    check_size(found.video.codec_context.width, found.video.codec_context.height)
    rate = found.video.average_rate
    if rate is not None and rate > limits.VIDEO_FRAME_RATE:
        raise Unplayable(f"{float(rate):.0f} frames a second are not supported")


def check_size(width: int, height: int) -> None:
    """Refuse frames that are too large."""
    if not (0 < width <= limits.VIDEO_SIDE and 0 < height <= limits.VIDEO_SIDE):
        raise Unplayable(f"{width}x{height} videos are not supported")
    if width * height > limits.VIDEO_PIXELS:
        raise Unplayable(f"{width}x{height} videos are not supported")
