"""What a recording is, told by its first bytes: never by a name or a header, and never guessed by FFmpeg.

FFmpeg reads playlists, scripts and lists of other files just as gladly as films. It is therefore told which of these few
formats to read a file as; what is none of them is refused before FFmpeg sees it.
"""

from typing import Literal

Format = Literal["mov", "matroska", "ogg", "mp3", "aac", "flac", "wav", "gif"]

HEAD_BYTES = 64  # of a file: as many as `sniff` looks at

ACCEPTED = (
    *("video/mp4", "video/quicktime", "video/webm", "video/x-matroska", "video/ogg", "video/3gpp", "video/x-m4v"),
    *("audio/mpeg", "audio/mp3", "audio/mp4", "audio/m4a", "audio/x-m4a", "audio/aac", "audio/3gpp", "audio/webm"),
    *("audio/ogg", "audio/vorbis", "audio/opus", "audio/flac", "audio/x-flac"),
    *("audio/wav", "audio/wave", "audio/x-wav", "audio/x-pn-wave", "audio/vnd.wave"),
)  # what may be uploaded, under all the names that browsers and clients give it

_STILL_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_OLD_QUICKTIME = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")


def sniff(head: bytes) -> Format | None:
    """Tell the format from the first bytes, or None when it is no recording that we read; pictures are none, GIF is one."""
    if head[4:8] == b"ftyp":
        return None if head[8:12] in _STILL_BRANDS else "mov"
    if head[4:8] in _OLD_QUICKTIME:
        return "mov"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska"
    if head.startswith(b"OggS"):
        return "ogg"
    if head.startswith(b"fLaC"):
        return "flac"
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "wav"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    return _of_frames(head)


def likely_type(format_: Format, head: bytes, content_type: str) -> Literal["video", "gifv", "audio"]:
    """Guess what a recording will turn out to be, to be shown until it is known."""
    if format_ == "gif":
        return "gifv"
    spoken = format_ not in ("mov", "matroska", "ogg")
    if spoken or head[8:11] == b"M4A" or content_type.startswith("audio/"):
        return "audio"
    return "video" if format_ != "ogg" or content_type.startswith("video/") else "audio"


def _of_frames(head: bytes) -> Format | None:
    """Look for what begins with a frame of sound (ISO 11172-3, 13818-7), perhaps behind the tags that MP3 carries."""
    if head.startswith(b"ID3"):
        return "mp3"
    if len(head) < 2 or head[0] != 0xFF:
        return None
    if head[1] & 0xF6 == 0xF0:
        return "aac"
    return "mp3" if head[1] & 0xE0 == 0xE0 and head[1] & 0x06 and head[1] & 0x18 != 0x08 else None
