"""What files of other servers are, by their first bytes, whatever they are called: those that browsers play, and no others."""

_BEGINNINGS = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"ID3", "mp3"),
    (b"\xff\xfb", "mp3"),
    (b"\xff\xf3", "mp3"),
    (b"\xff\xf2", "mp3"),
    (b"fLaC\0", "flac"),
)
_MATROSKA, _DOCUMENT_TYPE, _WEBM = b"\x1a\x45\xdf\xa3", b"\x42\x82", b"webm"
_PICTURES = {b"avif": "avif", b"avis": "avif", **dict.fromkeys((b"heic", b"heix", b"hevc", b"mif1", b"msf1"))}
_OGG, _OGG_PICTURES = b"OggS\0", b"\x80theora"
_LOOKED_AT = 64  # bytes

# What authors' servers call what is shown here. The rest is a link to where it is: no browser but one shows HEIC, and none TIFF.
SHOWN = frozenset(
    [
        *(f"image/{each}" for each in ("*", "jpeg", "jpg", "pjpeg", "png", "apng", "gif", "webp", "avif")),
        *(f"video/{each}" for each in ("*", "mp4", "x-m4v", "quicktime", "webm", "ogg")),
        *(f"audio/{each}" for each in ("*", "mpeg", "mp3", "mp4", "m4a", "x-m4a", "aac", "webm", "ogg", "opus")),
        *(f"audio/{each}" for each in ("vorbis", "flac", "x-flac", "wav", "x-wav", "wave", "vnd.wave")),
    ]
)


def kind_of(content: bytes) -> str | None:
    """Tell by its first bytes what a file is, as the ending of its name; None for what is not shown here."""
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    head = content[:_LOOKED_AT]
    match head[:4], head[8:12]:
        case b"RIFF", b"WEBP":
            return "webp"
        case b"RIFF", b"WAVE":
            return "wav"
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return _PICTURES[brand] if brand in _PICTURES else "m4a" if brand[:3] == b"M4A" else "mp4"
    if head.startswith(_OGG):
        return "ogv" if _OGG_PICTURES in head else "ogg"
    if head.startswith(_MATROSKA):  # WebM is the part of Matroska that browsers play
        return "webm" if head.partition(_DOCUMENT_TYPE)[2][1:5] == _WEBM else None
    return None
