"""Small recordings of every kind, made when they are asked for: a test suite carries no films."""

import io
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import av
from PIL import Image, ImageDraw


def video(
    format_: str = "mp4",
    encoder: str = "libx264",
    *,
    sound: str | None = "aac",
    width: int = 64,
    height: int = 48,
    frames: int = 10,
    rate: int = 10,
    turned: int = 0,
    metadata: Mapping[str, str] | None = None,
) -> bytes:
    """Film a bar that moves over a coloured ground, perhaps with a hum."""
    out = io.BytesIO()
    with av.open(out, "w", format=format_) as container:
        container.metadata.update(metadata or {})
        pictures: Any = container.add_stream(encoder, rate=rate)  # a video stream, by the encoder
        pictures.width, pictures.height, pictures.pix_fmt = width, height, "yuv420p"
        if encoder == "libx265":
            pictures.codec_context.options = {"x265-params": "log-level=none"}
        if turned:
            pictures.set_display_rotation(turned)
        hum: Any = container.add_stream(sound, rate=48_000, layout="stereo") if sound else None
        make_frame: Any = av.VideoFrame.from_image
        for number in range(frames):
            frame = make_frame(_drawn(width, height, number))
            frame.pts, frame.time_base = number, Fraction(1, rate)
            container.mux(pictures.encode(frame))
        container.mux(pictures.encode(None))
        if hum is not None:
            _hum(container, hum, 48_000, 2, frames / rate)
    return out.getvalue()


def sound(
    format_: str,
    encoder: str,
    *,
    hertz: int = 48_000,
    channels: int = 2,
    seconds: float = 1.0,
    metadata: Mapping[str, str] | None = None,
    cover: bytes | None = None,
) -> bytes:
    """Record a hum, perhaps with a cover."""
    out = io.BytesIO()
    with av.open(out, "w", format=format_) as container:
        container.metadata.update(metadata or {})
        stream: Any = container.add_stream(encoder, rate=hertz, layout="stereo" if channels == 2 else "mono")
        picture = None
        if cover is not None:
            picture = container.add_stream("png", rate=1)
            picture.width, picture.height, picture.pix_fmt = 32, 32, "rgb24"
            picture.disposition = av.stream.Disposition.attached_pic
        if picture is not None:
            container.start_encoding()
            packet = av.Packet(cover)
            packet.stream, packet.pts, packet.dts, packet.time_base = picture, 0, 0, Fraction(1, 1)
            container.mux_one(packet)
        _hum(container, stream, hertz, channels, seconds)
    return out.getvalue()


def gif(frames: int = 5, width: int = 61, height: int = 41) -> bytes:
    """Draw a bar that moves, as a GIF."""
    out = io.BytesIO()
    first, *others = [_drawn(width, height, number) for number in range(frames)]
    first.save(out, "GIF", save_all=True, append_images=others, duration=100, loop=0)
    return out.getvalue()


def decoded(content: bytes) -> tuple[int, int]:
    """Count the frames and the samples that a file really has."""
    counts = []
    for kind in ("video", "audio"):
        opened: Any = av.open(io.BytesIO(content))
        with opened as container:
            streams = getattr(container.streams, kind)
            units = [
                frame.samples if isinstance(frame, av.AudioFrame) else 1
                for frame in (container.decode(streams[0]) if streams else ())
            ]
            counts.append(sum(units))
    return counts[0], counts[1]


def _drawn(width: int, height: int, number: int) -> Image.Image:
    image = Image.new("RGB", (width, height), (20, 80, 120))
    at = number * 4 % width
    ImageDraw.Draw(image).rectangle((at, 0, at + width // 4, height // 2), fill=(240, 180, 40))
    return image


def _hum(
    container: "av.container.OutputContainer", stream: "av.AudioStream", hertz: int, channels: int, seconds: float
) -> None:
    layout = "stereo" if channels == 2 else "mono"
    source = av.AudioFrame(format="s16", layout=layout, samples=int(hertz * seconds))
    source.sample_rate, source.pts, source.time_base = hertz, 0, Fraction(1, hertz)
    wave = b"".join(
        (8_000 if number // 50 % 2 else -8_000).to_bytes(2, "little", signed=True) for number in range(4_800)
    )
    plane = source.planes[0]
    plane.update((wave * (plane.buffer_size // len(wave) + 1))[: plane.buffer_size])
    context = stream.codec_context
    container.start_encoding()  # from here on it is known how many samples the encoder takes at once
    resampler = av.AudioResampler(context.format.name, layout, hertz, frame_size=context.frame_size or None)
    for frame in [*resampler.resample(source), *resampler.resample(None)]:
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))
