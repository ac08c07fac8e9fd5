"""The tracks of a prepared recording: one that is copied as it is, and those that are written anew."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeVar

import av
from av.audio.resampler import AudioResampler
from av.container import OutputContainer
from av.packet import Packet

from bema.model import limits
from bema.outside.recordings.opening import Unplayable, check_size

F = TypeVar("F")

_MP4_SOUND = "aac (LC) (mp4a / 0x6134706D)"  # as clients know it from Mastodon
_HERTZ = (44_100, 48_000)  # what every player plays; the rest becomes the second
_BITS_PER_SECOND = {"aac": 128_000, "libmp3lame": 160_000}


class Track:
    """A stream on its way from the upload into the result; `turned` is by how many degrees its frames are to be turned."""

    def __init__(self, source: "av.VideoStream | av.AudioStream", turned: int = 0) -> None:
        self.turned = turned
        self.source = source
        self.is_sound = isinstance(source, av.AudioStream)
        self.codec, self.hertz, self.channels = "", 0, 0
        self.shown_size, self.frame_rate = (0, 0), ""
        self._first: float | None = None
        self._last = 0.0
        self._errors = 0
        if isinstance(source, av.AudioStream):
            context = source.codec_context
            self.codec = _MP4_SOUND if context.codec.canonical_name == "aac" else context.codec.canonical_name
            self.hertz, self.channels = context.sample_rate, context.layout.nb_channels
        else:
            rate = source.average_rate or source.guessed_rate or Fraction(25)
            self.frame_rate = f"{rate.numerator}/{rate.denominator}"

    def join(self, result: OutputContainer) -> None:
        """Announce itself in the result, before anything is written."""
        raise NotImplementedError

    def take(self, packet: "Packet[Any]", result: OutputContainer) -> None:
        """Write what comes of the next part."""
        raise NotImplementedError

    def finish(self, result: OutputContainer) -> None:
        """Write what is left."""

    @property
    def seconds(self) -> float:
        """Tell how much of it there is so far."""
        return 0.0 if self._first is None else self._last - self._first

    def _passed(self, start: float, end: float) -> None:
        """Note what was written, and refuse what would never end."""
        self._first = start if self._first is None else min(start, self._first)
        self._last = max(end, self._last)
        if self.seconds > limits.RECORDING_SECONDS:
            raise Unplayable("it is too long")

    def _decoded(self, decode: Callable[["Packet[Any]"], list[F]], packet: "Packet[Any]") -> list[F]:
        """Decode a packet; a few that are broken are left out."""
        try:
            return decode(packet)
        except av.InvalidDataError as error:
            self._errors += 1
            if self._errors > limits.RECORDING_ERRORS:
                raise Unplayable("too much of it cannot be decoded") from error
            return []


class Copied(Track):
    """A stream that browsers play as it is."""

    def join(self, result: OutputContainer) -> None:
        """Announce itself."""
        self._target = result.add_stream_from_template(self.source, opaque=True)
        self._target.metadata.clear()
        if isinstance(self.source, av.VideoStream):
            context = self.source.codec_context
            self.shown_size = _upright(context.width, context.height, self.turned)

    def take(self, packet: "Packet[Any]", result: OutputContainer) -> None:
        """Copy a packet."""
        stamp = packet.pts if packet.pts is not None else packet.dts
        if stamp is None or packet.time_base is None:  # the sign that nothing follows
            return
        start = float(stamp * packet.time_base)
        self._passed(start, start + float((packet.duration or 0) * packet.time_base))
        packet.stream = self._target
        result.mux_one(packet)


class AnewVideo(Track):
    """Moving pictures that become H.264, no larger and no faster than they must be."""

    def __init__(self, source: "av.VideoStream", turned: int, length: Fraction | None) -> None:
        super().__init__(source, turned)
        self._own = source
        context = source.codec_context
        rate = source.average_rate or source.guessed_rate or Fraction(25)
        self._rate = min(Fraction(rate), Fraction(limits.VIDEO_KEPT_FRAME_RATE))
        self.frame_rate = f"{self._rate.numerator}/{self._rate.denominator}"
        self._size = _kept_size(context.width, context.height, float((length or 60) * self._rate))
        self._next, self._before = float("-inf"), -1

    def join(self, result: OutputContainer) -> None:
        """Announce itself."""
        options = {"preset": "veryfast", "crf": "23", "maxrate": "6M", "bufsize": "12M"}
        target = result.add_stream("libx264", rate=self._rate, options=options)
        assert isinstance(target, av.VideoStream)
        target.width, target.height = self._size
        target.pix_fmt = "yuv420p"
        context, own = target.codec_context, self._own.codec_context
        context.thread_count = 2
        context.time_base = Fraction(1, 90_000)
        if self._own.sample_aspect_ratio:
            context.sample_aspect_ratio = self._own.sample_aspect_ratio
        for name in ("color_primaries", "color_trc", "colorspace"):
            setattr(context, name, getattr(own, name))
        if self.turned:
            target.set_display_rotation(self.turned)
        self.shown_size = _upright(*self._size, self.turned)
        self._target = target

    def take(self, packet: "Packet[Any]", result: OutputContainer) -> None:
        """Decode a packet and encode its frames anew."""
        for frame in self._decoded(self._own.decode, packet):
            check_size(frame.width, frame.height)
            self._add(frame, result)

    def finish(self, result: OutputContainer) -> None:
        """Encode what the encoder has kept back."""
        if self._first is None:
            raise Unplayable("there is nothing to be seen in it")
        result.mux(self._target.encode(None))

    def _add(self, frame: "av.VideoFrame", result: OutputContainer) -> None:
        step = float(1 / self._rate)
        time = self._last if frame.pts is None else frame.time
        if time < self._next - step / 4:
            return  # more frames a second than are kept, or a clock that runs backwards
        at = round(time * 90_000)
        if at <= self._before:
            return
        self._before, self._next = at, time + step
        self._passed(time, time + step)
        kept = frame.reformat(*self._size, format="yuv420p")
        kept.pts, kept.time_base = at, Fraction(1, 90_000)
        kept.pict_type = 0
        result.mux(self._target.encode(kept))


class AnewSound(Track):
    """Sound that becomes AAC or MP3."""

    def __init__(self, source: "av.AudioStream", encoder: str) -> None:
        super().__init__(source)
        self._own = source
        self._encoder = encoder
        self.codec = _MP4_SOUND if encoder == "aac" else "mp3"
        self.hertz = self.hertz if self.hertz in _HERTZ else _HERTZ[1]
        self.channels = min(2, self.channels)
        self._samples = 0

    def join(self, result: OutputContainer) -> None:
        """Announce itself."""
        layout = "mono" if self.channels == 1 else "stereo"
        target = result.add_stream(self._encoder, rate=self.hertz, layout=layout)
        assert isinstance(target, av.AudioStream)
        target.bit_rate = _BITS_PER_SECOND[self._encoder]
        self._resampler = AudioResampler("fltp", layout, self.hertz)
        self._target = target

    def take(self, packet: "Packet[Any]", result: OutputContainer) -> None:
        """Decode a packet and encode its samples anew."""
        for frame in self._decoded(self._own.decode, packet):
            self._add(frame, result)

    def finish(self, result: OutputContainer) -> None:
        """Encode what is left."""
        self._add(None, result)
        result.mux(self._target.encode(None))

    def _add(self, frame: "av.AudioFrame | None", result: OutputContainer) -> None:
        for kept in self._resampler.resample(frame):
            at = max(self._samples, round((kept.time or 0.0) * self.hertz))
            kept.pts, kept.time_base = at, Fraction(1, self.hertz)
            self._samples = at + kept.samples
            self._passed(at / self.hertz, self._samples / self.hertz)
            result.mux(self._target.encode(kept))


def _upright(width: int, height: int, turned: int) -> tuple[int, int]:
    return (height, width) if turned % 180 else (width, height)


def _kept_size(width: int, height: int, frames: float) -> tuple[int, int]:
    """Tell the size in which a video of so many frames is written: even numbers, never larger than it is."""
    for most in (limits.VIDEO_KEPT_PIXELS, limits.VIDEO_LONG_PIXELS, limits.VIDEO_LONGEST_PIXELS):
        scale = min(1.0, (most / (width * height)) ** 0.5)
        size = max(2, int(width * scale) // 2 * 2), max(2, int(height * scale) // 2 * 2)
        if size[0] * size[1] * frames <= limits.VIDEO_WORK_PIXELS:
            return size
    raise Unplayable("it is too long to be written anew")
