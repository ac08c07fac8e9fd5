"""GIF and WebP read block by block: how much they hold, before any of it is decoded, and the same with nothing else in it.

Writing an animation anew would cost seconds of a core and some of its quality (100 frames of 400x400 as GIF: 21 s).
Taking the file apart costs milliseconds, and must be done anyway to know how much there is to decode.
"""

import struct
from collections.abc import Iterator

import msgspec

from bema.model import limits


class Unreadable(Exception):  # noqa: N818 -- it is about the file: nothing went wrong here
    """The bytes do not follow their own format."""


class Outline(msgspec.Struct, frozen=True):
    """What a GIF or WebP claims to hold, and its bytes without comments, profiles and whatever was hidden in it."""

    width: int
    height: int
    frames: int
    cleaned: bytes


def outline_gif(content: bytes) -> Outline:
    """Take a GIF apart (GIF89a specification, CompuServe 1990); what ends too early ends after its last whole frame."""
    if len(content) < 13:
        raise Unreadable("no screen descriptor")
    width, height = struct.unpack_from("<HH", content, 6)
    position = 13 + _colour_table_bytes(content[10])
    kept: list[bytes] = [content[13:position]]
    pending = b""  # the graphic control that belongs to the next frame
    frames, blocks = 0, 0
    while position < len(content) and content[position] != _TRAILER:
        label = content[position : position + 2]
        if label[0] == _IMAGE and position + 10 <= len(content):
            # One byte of code size stands between the colours and the pixels.
            start_of_parts = position + 10 + _colour_table_bytes(content[position + 9]) + 1
        elif label[0] == _EXTENSION:
            start_of_parts = position + 2
        else:
            break
        end = start_of_parts
        while end < len(content) and content[end]:
            end += 1 + content[end]
            blocks += 1
        end += 1
        if end > len(content):
            break
        if blocks > limits.ANIMATION_BLOCKS:
            raise Unreadable("too many parts")
        block = content[position:end]
        if label[0] == _IMAGE:
            left, top, across, down = struct.unpack_from("<HHHH", content, position + 1)
            width, height = max(width, left + across), max(height, top + down)
            kept += (pending, block)
            pending = b""
            frames += 1
        elif label == _GRAPHIC_CONTROL:
            pending = block
        elif label == _APPLICATION and content[start_of_parts + 1 : start_of_parts + 12] in _LOOPING:
            kept.append(block)
        position = end
    if frames == 0:
        raise Unreadable("no frame")
    screen = content[:6] + struct.pack("<HH", width, height) + content[10:13]
    return Outline(width, height, frames, b"".join((screen, *kept, bytes([_TRAILER]))))


def outline_webp(content: bytes) -> Outline:
    """Take a WebP apart (RFC 9649)."""
    (size,) = struct.unpack_from("<I", content, 4)
    chunks = list(_chunks(content[: 8 + size], 12))  # what follows the container is none of it
    names = [name for name, _ in chunks]
    if names and names[0] in (b"VP8 ", b"VP8L"):
        width, height = _bitstream_size(*chunks[0])
        return Outline(width, height, 1, _riff(chunks[:1]))
    if not names or names[0] != b"VP8X" or len(chunks[0][1]) < 10:
        raise Unreadable("no picture")
    extended = chunks[0][1]
    width = 1 + int.from_bytes(extended[4:7], "little")
    height = 1 + int.from_bytes(extended[7:10], "little")
    flags = extended[0] & (_WEBP_ALPHA | _WEBP_ANIMATION)
    kept = [(b"VP8X", bytes([flags, 0, 0, 0]) + extended[4:10])]
    for name, body in chunks[1:]:
        if name == b"ANMF":
            parts = [_chunk(*part) for part in _chunks(body, 16) if part[0] in _WEBP_PICTURE]
            kept.append((name, body[:16] + b"".join(parts)))
        elif name == b"ANIM" or name in _WEBP_PICTURE:
            kept.append((name, body))
    return Outline(width, height, max(1, names.count(b"ANMF")), _riff(kept))


_IMAGE, _EXTENSION, _TRAILER = 0x2C, 0x21, 0x3B
_GRAPHIC_CONTROL, _APPLICATION = b"\x21\xf9", b"\x21\xff"
_LOOPING = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_WEBP_ALPHA, _WEBP_ANIMATION = 0x10, 0x02
_WEBP_PICTURE = (b"ALPH", b"VP8 ", b"VP8L")


def _colour_table_bytes(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _chunks(content: bytes, position: int) -> Iterator[tuple[bytes, bytes]]:
    count = 0
    while position + 8 <= len(content):
        name = content[position : position + 4]
        (size,) = struct.unpack_from("<I", content, position + 4)
        if position + 8 + size > len(content):
            raise Unreadable("a chunk is longer than the file")
        yield name, content[position + 8 : position + 8 + size]
        position += 8 + size + (size & 1)
        count += 1
        if count > limits.ANIMATION_FRAMES + 16:
            raise Unreadable("too many parts")


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) & 1)


def _riff(chunks: list[tuple[bytes, bytes]]) -> bytes:
    return _chunk(b"RIFF", b"WEBP" + b"".join(_chunk(*chunk) for chunk in chunks))


def _bitstream_size(name: bytes, body: bytes) -> tuple[int, int]:
    if name == b"VP8L" and len(body) >= 5 and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if name == b"VP8 " and len(body) >= 10 and body[3:6] == b"\x9d\x01\x2a":
        across, down = struct.unpack_from("<HH", body, 6)
        return across & 0x3FFF, down & 0x3FFF
    raise Unreadable("no picture")
