"""The picture that stands for a recording until it is played: one of its first frames, or the cover of a sound."""

import io
from itertools import islice
from typing import NamedTuple

import av
from PIL import Image, ImageStat

from bema.model.errors import Invalid
from bema.outside import colours
from bema.outside.images import preview, process, sniff
from bema.outside.recordings.opening import Opened, Unplayable, check_size
from bema.outside.recordings.report import PreviewReport

_FRAMES = 60  # looked at for one that shows something: films fade in
_FLAT = 8.0  # deviation of brightness up to which a frame shows nothing
_ENOUGH = (1_280, 1_280)  # within which a frame is looked at; the preview is smaller still


class Shown(NamedTuple):
    """A preview, and by how much its video is turned."""

    content: bytes
    report: PreviewReport
    turned: int = 0  # degrees, counterclockwise


def first_picture(found: Opened) -> Shown:
    """Make the preview of a video from the first of its frames that shows something."""
    best: Image.Image | None = None
    turned = 0
    for frame in islice(found.container.decode(found.video), _FRAMES):
        assert isinstance(frame, av.VideoFrame)
        check_size(frame.width, frame.height)
        scale = min(1.0, _ENOUGH[0] / frame.width, _ENOUGH[1] / frame.height)
        size = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
        picture = frame.reformat(*size, format="rgb24", interpolation="AREA").to_image()  # type: ignore[no-untyped-call]  # so PyAV says
        if best is None:
            best, turned = picture, round(frame.rotation / 90) * 90 % 360
        if ImageStat.Stat(picture.convert("L")).stddev[0] > _FLAT:
            best = picture
            break
    if best is None:
        raise Unplayable("there is nothing to be seen in it")
    return _shown(best.transpose(_TURNS[turned]) if turned else best, turned)


_TURNS = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}


def cover_of(found: Opened) -> Shown | None:
    """Make the preview of a sound from the cover in its file; one that is no good picture is as none."""
    if found.cover is None:
        return None
    packet = next(found.container.demux(found.cover), None)
    content = b"" if packet is None else bytes(packet)
    if sniff(content) is None:
        return None
    try:
        small = process(content, "attachment").small
    except Invalid:
        return None
    with Image.open(io.BytesIO(small.content)) as image:
        return _shown(image.convert("RGB"), 0)


def _shown(picture: Image.Image, turned: int) -> Shown:
    made = preview(picture)
    report = PreviewReport(
        content_type=made.small.content_type,
        width=made.small.width,
        height=made.small.height,
        blurhash=made.blurhash,
        colours=colours.of_cover(made.thumbnail),
    )
    return Shown(made.small.content, report, turned)
