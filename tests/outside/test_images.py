"""Uploaded pictures become bounded pictures that carry nothing but what can be seen; everything else is refused early."""

import asyncio
import io
import re
import struct
import zlib
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from bema.model import limits
from bema.model.errors import Invalid, TooMany
from bema.outside.animations import Unreadable, outline_gif, outline_webp
from bema.outside.images import Kind, Picture, PictureWorkshop, Rendition, process, sniff

HOSTILE = "52.5200N 13.4050E"  # what must not survive, wherever it is hidden


def drawn(width: int = 120, height: int = 80, mode: str = "RGB") -> Image.Image:
    """Draw a picture whose four corners differ, so that turning it shows."""
    image = Image.new("RGB", (width, height), "#20405f")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, max(0, width // 2 - 1), max(0, height // 2 - 1)), fill="#c02010")
    pen.rectangle((width // 2, height // 2, width, height), fill="#e0d0a0")
    if mode == "RGBA":
        image.putalpha(Image.linear_gradient("L").resize((width, height)))
    return image.convert(mode)


def saved(image: Image.Image, format_: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format_, **options)
    return out.getvalue()


@cache
def moving(format_: str = "GIF", width: int = 60, height: int = 40, frames: int = 4) -> bytes:
    """Draw an animation: a square that walks down the middle."""
    pictures = []
    for number in range(frames):
        picture = drawn(width, height)
        ImageDraw.Draw(picture).rectangle(
            (width // 2, number % height, width // 2 + 8, number % height + 8), fill="#00ff00"
        )
        pictures.append(picture)
    options = {} if format_ == "GIF" else {"lossless": True}
    return saved(pictures[0], format_, save_all=True, append_images=pictures[1:], duration=50, loop=0, **options)


def opened(rendition: Rendition) -> Image.Image:
    image = Image.open(io.BytesIO(rendition.content))
    assert Image.MIME[str(image.format)] == rendition.content_type
    assert image.size == (rendition.width, rendition.height)
    image.load()
    return image


def corner(image: Image.Image) -> tuple[int, ...]:
    pixel = image.convert("RGB").getpixel((3, 3))
    assert isinstance(pixel, tuple)
    return pixel


def near(one: tuple[int, ...], other: tuple[int, ...], distance: int = 12) -> bool:
    return all(abs(a - b) <= distance for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(
    ("format_", "mode", "content_type"),
    [
        ("JPEG", "RGB", "image/jpeg"),
        ("JPEG", "L", "image/jpeg"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("PNG", "RGB", "image/png"),
        ("PNG", "RGBA", "image/png"),
        ("PNG", "P", "image/png"),
        ("PNG", "LA", "image/png"),
        ("PNG", "1", "image/png"),
        ("PNG", "I;16", "image/png"),
        ("GIF", "P", "image/png"),
        ("WEBP", "RGB", "image/webp"),
        ("WEBP", "RGBA", "image/webp"),
        ("AVIF", "RGB", "image/jpeg"),
        ("AVIF", "RGBA", "image/png"),
    ],
)
@pytest.mark.parametrize("kind", ["attachment", "avatar", "header"])
def test_every_accepted_format_becomes_a_picture(format_: str, mode: str, content_type: str, kind: Kind) -> None:
    """Whatever cameras, screens and drawing programs write."""
    source = (
        drawn().convert("L").convert("I").point(lambda value: value * 256).convert("I;16") if mode == "I;16" else None
    )
    picture = process(saved(source or drawn(mode=mode), format_), kind)
    assert picture.original.content_type == content_type
    assert not picture.animated
    assert picture.static is None
    opened(picture.original)
    opened(picture.small)
    assert len(picture.blurhash) >= 6
    assert len(picture.colours.background) == 7
    assert picture.original.extension in ("jpg", "png", "webp")


def test_sixteen_bits_of_grey_keep_their_shades() -> None:
    """Scanners write them; cutting them off would turn everything white."""
    grey = Image.new("I;16", (20, 20), 0x8000)
    assert near(corner(opened(process(saved(grey, "PNG"), "attachment").original)), (128, 128, 128), 1)


def test_the_same_bytes_give_the_same_picture() -> None:
    """Stored files are named by their content."""
    for upload in (saved(drawn(900, 700), "JPEG"), saved(drawn(mode="RGBA"), "PNG"), moving()):
        assert process(upload, "attachment") == process(upload, "attachment")
        assert process(upload, "avatar") == process(upload, "avatar")


def test_a_large_picture_is_kept_within_its_pixels_and_its_shape() -> None:
    """As on Mastodon: 3840x2160 pixels kept, 640x360 pixels for the preview, whatever the shape."""
    picture = process(saved(drawn(6_000, 3_000), "JPEG", quality=50), "attachment")
    assert picture.original.width * picture.original.height <= limits.IMAGE_KEPT_PIXELS
    assert picture.original.width * picture.original.height > 0.99 * limits.IMAGE_KEPT_PIXELS
    assert picture.small.width * picture.small.height <= limits.IMAGE_SMALL_PIXELS
    assert picture.original.aspect == pytest.approx(2, rel=0.01)
    assert picture.small.aspect == pytest.approx(2, rel=0.01)
    assert near(corner(opened(picture.small)), (0xC0, 0x20, 0x10))


@pytest.mark.parametrize("size", [(1, 1), (1, 9_000), (9_000, 1), (3, 2), (16_383, 2)])
@pytest.mark.parametrize("kind", ["attachment", "avatar", "header"])
def test_extreme_shapes_are_no_trouble(size: tuple[int, int], kind: Kind) -> None:
    """A line, a column, a point."""
    picture = process(saved(drawn(*size), "PNG"), kind)
    opened(picture.original)
    opened(picture.small)


def test_portraits_are_cropped_to_their_shape_and_never_enlarged() -> None:
    """400x400 and 1500x500, with smaller ones for lists and cards."""

    def sizes(picture: Picture) -> list[tuple[int, int]]:
        return [(file.width, file.height) for file in (picture.original, picture.small)]

    large, tiny = saved(drawn(2_000, 1_000), "PNG"), saved(drawn(90, 60), "PNG")
    assert sizes(process(large, "avatar")) == [(400, 400), (120, 120)]
    assert sizes(process(large, "header")) == [(1500, 500), (600, 200)]
    assert sizes(process(tiny, "avatar")) == [(60, 60), (60, 60)]
    assert sizes(process(tiny, "header")) == [(90, 30), (90, 30)]


@pytest.mark.parametrize(("turned", "size"), [*((turned, (120, 80)) for turned in range(1, 9)), (6, (5_000, 3_000))])
def test_the_orientation_is_applied_and_forgotten(turned: int, size: tuple[int, int]) -> None:
    """A phone held sideways says so in the EXIF; after the EXIF is gone, the picture must stand upright."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    lying = drawn(*size) if turned == 1 else drawn(*size).transpose(undo[turned])
    exif = Image.Exif()
    exif[0x0112] = turned
    kept = opened(process(saved(lying, "JPEG", exif=exif), "attachment").original)
    assert kept.width > kept.height
    assert near(corner(kept), (0xC0, 0x20, 0x10))
    right = kept.convert("RGB").getpixel((kept.width - 4, kept.height - 4))
    assert isinstance(right, tuple)
    assert near(right, (0xE0, 0xD0, 0xA0))
    assert 0x0112 not in kept.getexif()


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_place_camera_and_comments_do_not_survive(format_: str) -> None:
    """Whoever posts a picture from home does not publish the address."""
    exif = Image.Exif()
    exif[0x010E] = HOSTILE
    options: dict[str, Any] = {"exif": exif, "xmp": f"<x>{HOSTILE}</x>".encode()}
    if format_ == "JPEG":
        options["comment"] = HOSTILE
    if format_ == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", HOSTILE)
        options = {"exif": exif, "pnginfo": text}
    upload = saved(drawn(), format_, **options) + HOSTILE.encode()
    assert HOSTILE.encode() in upload
    picture = process(upload, "attachment")
    for rendition in (picture.original, picture.small):
        assert HOSTILE.encode() not in rendition.content
        assert not {"exif", "xmp", "comment", "icc_profile"} & set(opened(rendition).info)


def test_a_colour_profile_is_applied_and_forgotten() -> None:
    """A picture in another colour space looks the same after its profile is gone: here, red and blue are exchanged."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exchanged = srgb.replace(b"rXYZ", b"?XYZ", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"?XYZ", b"bXYZ", 1)
    for format_, mode in (("PNG", "RGB"), ("PNG", "RGBA"), ("WEBP", "RGB"), ("JPEG", "RGB")):
        red, green, blue, *alpha = drawn(mode=mode).split()
        stored = Image.merge(mode, [blue, green, red, *alpha])
        kept = opened(process(saved(stored, format_, icc_profile=exchanged), "attachment").original)
        assert near(corner(kept), (0xC0, 0x20, 0x10)), format_
        assert "icc_profile" not in kept.info


def test_a_broken_colour_profile_is_ignored() -> None:
    """It is no reason to refuse the picture."""
    process(saved(drawn(), "PNG", icc_profile=b"no profile"), "attachment")


@pytest.mark.parametrize(("format_", "content_type"), [("GIF", "image/gif"), ("WEBP", "image/webp")])
def test_an_attached_animation_keeps_moving_and_loses_what_was_hidden_in_it(format_: str, content_type: str) -> None:
    """Its frames come out as they went in."""
    plain = moving(format_)
    if format_ == "GIF":
        head = 13 + (3 << (plain[10] & 7) + 1 if plain[10] & 0x80 else 0)
        comment = b"\x21\xfe" + bytes([len(HOSTILE)]) + HOSTILE.encode() + b"\0"
        metadata = b"\x21\xff\x0bXMP DataXMP" + bytes([len(HOSTILE)]) + HOSTILE.encode() + b"\0"
        upload = plain[:head] + comment + metadata + plain[head:] + HOSTILE.encode()
    else:
        chunk = b"EXIF" + struct.pack("<I", len(HOSTILE)) + HOSTILE.encode() + b"\0" * (len(HOSTILE) & 1)
        upload = b"RIFF" + struct.pack("<I", len(plain) - 8 + len(chunk)) + plain[8:] + chunk + HOSTILE.encode()
    picture = process(upload, "attachment")
    assert picture.animated
    assert picture.original.content_type == content_type
    assert HOSTILE.encode() not in picture.original.content
    before, after = Image.open(io.BytesIO(plain)), opened(picture.original)
    assert (after.n_frames, after.info["loop"]) == (4, 0)  # type: ignore[attr-defined]  # of animated images only
    for number in range(4):
        before.seek(number)
        after.seek(number)
        assert before.convert("RGBA").tobytes() == after.convert("RGBA").tobytes()
        assert after.info["duration"] == 50
    assert opened(picture.small).format == "JPEG"
    assert picture.static is None


@pytest.mark.parametrize("format_", ["GIF", "WEBP"])
@pytest.mark.parametrize("size", [(60, 40), (700, 500), (80, 80)])
def test_an_animated_avatar_keeps_moving_and_has_one_that_stands_still(format_: str, size: tuple[int, int]) -> None:
    """Who prefers no motion is shown the still one."""
    picture = process(moving(format_, *size), "avatar")
    image = opened(picture.original)
    assert picture.animated
    assert image.width == image.height == min(400, *size)
    assert image.n_frames == 4  # type: ignore[attr-defined]  # of animated images only
    assert picture.static is not None
    still = opened(picture.static)
    assert (still.format, still.size) == ("PNG", image.size)


def test_an_avatar_that_moves_for_too_long_stands_still() -> None:
    """Writing its frames anew would hold a core for many seconds."""
    assert not process(moving("GIF", 420, 420, frames=200), "avatar").animated


@pytest.mark.parametrize(
    "upload",
    [
        b"",
        b"GIF8",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        b"BM" + bytes(100),
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(50),
        b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + bytes(50),
        saved(drawn(), "TIFF"),
        saved(drawn(), "BMP"),
        saved(drawn(), "JPEG2000"),
    ],
)
def test_what_is_none_of_our_formats_is_refused(upload: bytes) -> None:
    """Whatever its name says; nothing of it reaches a decoder."""
    assert sniff(upload) is None
    with pytest.raises(Invalid, match="Validation failed: File content type is invalid"):
        process(upload, "attachment")


def test_too_many_bytes_are_refused() -> None:
    """Avatars and headers have a lower limit than attachments."""
    upload = saved(drawn(), "PNG") + bytes(limits.PORTRAIT_BYTES)
    process(upload, "attachment")
    with pytest.raises(Invalid, match="Validation failed: Avatar file size must be less than 8 MB"):
        process(upload, "avatar")
    with pytest.raises(Invalid, match="Validation failed: File file size must be less than 16 MB"):
        process(upload * 2, "attachment")


def png_of(width: int, height: int) -> bytes:
    """Write the head of a PNG that promises a size, and almost no pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(9))) + chunk(b"IEND", b"")


def webp_of(width: int, height: int, frames: int = 0) -> bytes:
    """Write an extended WebP that promises a size."""
    body = bytes([2 if frames else 0, 0, 0, 0]) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    chunks = b"VP8X" + struct.pack("<I", 10) + body + (b"ANMF" + struct.pack("<I", 16) + bytes(16)) * frames
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks


def gif_of(width: int, height: int, frames: int) -> bytes:
    """Write a GIF with many tiny frames on a large screen."""
    frame = b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0"
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\x80\0\0" + bytes(6) + frame * frames + b"\x3b"


@pytest.mark.parametrize(
    "upload",
    [
        png_of(50_000, 50_000),
        png_of(16_000, 8_000),
        png_of(2**31 - 1, 1),
        png_of(16_384, 1),
        saved(Image.new("1", (9_000, 9_000)), "PNG"),
        gif_of(65_535, 65_535, 1),
        gif_of(65_535, 65_535, 2),
        gif_of(1_300, 1_300, 2),
        gif_of(100, 100, limits.ANIMATION_FRAMES + 1),
        gif_of(900, 900, limits.ANIMATION_FRAMES),
        webp_of(16_000_000, 16_000_000),
        webp_of(16_383, 16_383),
        webp_of(1_300, 1_300, 2),
        webp_of(900, 900, limits.ANIMATION_FRAMES),
    ],
    ids=lambda upload: f"{upload[:4]!r} of {len(upload)} bytes",
)
def test_a_bomb_is_refused_before_it_is_decoded(upload: bytes) -> None:
    """A few bytes that promise gigabytes must not get them: the refusal names the size or the frames."""
    with pytest.raises(Invalid, match="not supported"):
        process(upload, "attachment")


def test_a_frame_beyond_the_screen_counts() -> None:
    """A GIF may say that it is small and hold a frame that is not."""
    sneaky = b"GIF89a\x01\0\x01\0\x80\0\0" + bytes(6) + b"\x2c\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x44\x01\0\x3b"
    assert (outline_gif(sneaky).width, outline_gif(sneaky).height) == (65_535, 65_535)
    with pytest.raises(Invalid, match="65535x65535 images are not supported"):
        process(sneaky, "attachment")


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_half_a_file_is_refused_in_words(format_: str) -> None:
    """An upload that broke off must not be published half grey."""
    whole = saved(drawn(400, 300), format_)
    with pytest.raises(Invalid, match="could not be verified"):
        process(whole[: len(whole) // 2], "attachment")


UPLOADS = [
    saved(drawn(24, 16), "JPEG", exif=Image.Exif()),
    saved(drawn(24, 16), "PNG"),
    saved(drawn(24, 16, "RGBA"), "WEBP"),
    saved(drawn(24, 16), "AVIF"),
    moving("GIF", 24, 16, 3),
    moving("WEBP", 24, 16, 3),
]


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow warns of a broken EXIF, and goes on
@settings(max_examples=150, deadline=None)
@given(
    upload=st.sampled_from(UPLOADS),
    wounds=st.lists(st.tuples(st.integers(0, 4_000), st.binary(min_size=1, max_size=6)), min_size=1, max_size=6),
    kind=st.sampled_from(["attachment", "avatar", "header"]),
)
def test_damaged_files_are_pictures_or_refused(upload: bytes, wounds: list[tuple[int, bytes]], kind: Kind) -> None:
    """Nothing but a refusal comes out of hostile bytes."""
    damaged = bytearray(upload)
    for place, wound in wounds:
        start = 4 + place % (len(damaged) - 4)
        damaged[start : start + len(wound)] = wound
    try:
        picture = process(bytes(damaged), kind)
    except Invalid:
        return
    opened(picture.small)


@given(st.binary(max_size=400))
@example(b"\x2c" * 30)
@example(b"VP8X\x0a\0\0\0" + bytes(10) + b"ANMF\x10\0\0\0" + bytes(16))
def test_taking_apart_any_bytes_ends(tail: bytes) -> None:
    """The block readers see hostile bytes first; what they give back reads the same again."""
    for outline, content in ((outline_gif, b"GIF89a" + tail), (outline_webp, b"RIFF\0\0\0\0WEBP" + tail)):
        try:
            found = outline(content)
        except Unreadable:
            continue
        assert outline(found.cleaned) == found


def test_blurhash_and_colour_tell_what_is_seen() -> None:
    """They stand in for the picture while it loads."""
    red = process(saved(Image.new("RGB", (300, 200), "#c02010"), "PNG"), "attachment")
    assert red.colours.background == "#c02010"
    assert red.blurhash.startswith("L")  # four components across, three down
    assert process(saved(drawn(80, 120), "PNG"), "attachment").blurhash.startswith("T")  # three across, four down


def test_a_busy_workshop_sheds() -> None:
    """Uploads beyond the bound are told to come back."""

    async def upload_together() -> list[object]:
        workshop = PictureWorkshop(threads=1, waiting=1)
        upload = saved(drawn(1_000, 800), "PNG")
        work = [workshop.process(upload, "attachment") for _ in range(3)]
        answers = await asyncio.gather(*work, return_exceptions=True)
        workshop.close()
        return list(answers)

    assert [type(answer) for answer in asyncio.run(upload_together())] == [Picture, Picture, TooMany]


def test_a_jpeg_of_very_many_scans_is_refused() -> None:
    """A scan of fifty bytes goes over the whole picture: a file of them would keep a core busy for hours."""
    out = io.BytesIO()
    Image.new("L", (64, 64)).save(out, "JPEG", progressive=True)
    whole = out.getvalue()
    first, second = (match.start() for match in list(re.finditer(b"\xff\xda", whole))[1:3])
    scan = whole[whole.rindex(b"\xff\xc4", 0, first) : whole.rindex(b"\xff\xc4", first, second)]
    few, many = (whole[:-2] + scan * number + b"\xff\xd9" for number in (20, limits.JPEG_SCANS))
    assert process(few, "attachment").original.content_type == "image/jpeg"
    with pytest.raises(Invalid):
        process(many, "attachment")
    assert process(whole + b"\xff\xda" * 1_000, "attachment").original.width == 64  # what follows the end is no scan
