"""What kind of file a name's ending stands for: nothing else is stored, and nothing else is told to others."""

MEDIA_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "mp4": "video/mp4",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "avif": "image/avif",  # from here on: of other servers alone
    "webm": "video/webm",
    "ogv": "video/ogg",
    "ogg": "audio/ogg",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "raw": "application/octet-stream",  # as it was uploaded, and nobody is shown
}


def media_type(name: str) -> str | None:
    """Tell the kind of a file by its name or address; None where the ending says nothing."""
    return MEDIA_TYPES.get(name.rpartition(".")[2])
