"""What the process that prepares a recording is asked, and what it answers: the only words that pass between the two."""

from typing import Literal

import msgspec

from bema.model.views import Colours, Sound
from bema.outside.recordings.formats import Format

ContentType = Literal["video/mp4", "audio/mpeg", "audio/mp4"]


class Errand(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done: three open files by their numbers, and how the first is to be read."""

    source: int
    result: int
    preview: int
    format: Format


class PreviewReport(msgspec.Struct, frozen=True, kw_only=True):
    """The picture that stands for the recording until it is played; its bytes are in the file for it."""

    content_type: str
    width: int
    height: int
    blurhash: str
    colours: Colours


class Report(msgspec.Struct, frozen=True, kw_only=True, tag_field="outcome", tag="done"):
    """What came of it; the bytes are in the file for them."""

    type: Literal["video", "gifv", "audio"]
    content_type: ContentType
    width: int
    height: int
    seconds: float
    frame_rate: str | None  # frames a second, as a fraction
    sound: Sound | None
    preview: PreviewReport | None


class Refused(msgspec.Struct, frozen=True, tag_field="outcome", tag="refused"):
    """Why nothing came of it, in a sentence for the operator's log."""

    why: str


_decoder: msgspec.json.Decoder[Report | Refused] = msgspec.json.Decoder(Report | Refused)
decode = _decoder.decode
