"""Pictures: what somebody uploads becomes a bounded picture with a preview, and carries nothing but what can be seen.

The bytes decide what it is, never a name or a header; sizes are refused before anything is decoded; orientation and
colour profile are applied and then forgotten, with the camera, the place and the time that came with them.
"""

import io
import re
import struct
import zlib
from typing import Literal, NamedTuple

import blurhash_rs
import msgspec
from PIL import AvifImagePlugin, Image, ImageCms, ImageOps, WebPImagePlugin

from bema.model import limits
from bema.model.errors import Invalid
from bema.model.views import Colours
from bema.outside import colours
from bema.outside.animations import Outline, Unreadable, outline_gif, outline_webp
from bema.outside.pool import Pool

Kind = Literal["attachment", "avatar", "header"]
Format = Literal["JPEG", "PNG", "GIF", "WEBP", "AVIF"]
Size = tuple[int, int]

EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}
ACCEPTED = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif")  # what may be uploaded
DECODERS = (WebPImagePlugin, AvifImagePlugin)  # imported here, or Pillow would load all its decoders to find these


class Rendition(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a picture."""

    content: bytes
    content_type: str
    width: int
    height: int

    @property
    def extension(self) -> str:
        """Name the file's ending, without a dot."""
        return EXTENSIONS[self.content_type]

    @property
    def aspect(self) -> float:
        """Divide the width by the height."""
        return self.width / self.height


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """All that is kept of an uploaded picture."""

    original: Rendition
    small: Rendition
    static: Rendition | None  # an animated avatar or header standing still
    blurhash: str
    colours: Colours
    animated: bool


class PictureWorkshop:
    """Process pictures on a few threads; built once, closed when the server stops."""

    def __init__(self, *, threads: int = limits.IMAGE_THREADS, waiting: int = limits.IMAGE_QUEUE) -> None:
        self._pool = Pool(
            "pictures",
            threads=threads,
            waiting=waiting,
            refusal="Too many pictures are being prepared at this moment, please try again",
            retry_after_seconds=limits.IMAGE_RETRY_SECONDS,
        )

    async def process(self, uploaded: bytes, kind: Kind) -> Picture:
        """Do `process` on a thread; refuse with `TooMany` when too many wait already."""
        return await self._pool.run(process, uploaded, kind)

    async def outline_gif(self, uploaded: bytes) -> Outline:
        """Tell what a GIF holds, on a thread; refuse one that does not follow its format."""
        try:
            return await self._pool.run(outline_gif, uploaded)
        except Unreadable:
            raise Invalid("File type of uploaded media could not be verified") from None

    def close(self) -> None:
        """Stop the threads."""
        self._pool.close()


def process(uploaded: bytes, kind: Kind) -> Picture:
    """Make a picture of uploaded bytes, or refuse them with the reason; the same bytes always give the same picture."""
    most = limits.IMAGE_BYTES if kind == "attachment" else limits.PORTRAIT_BYTES
    if len(uploaded) > most:
        raise _invalid(kind, f"file size must be less than {most // 1_048_576} MB")
    format_ = sniff(uploaded)
    if format_ is None:
        raise _invalid(kind, "content type is invalid")
    if format_ == "JPEG" and _scans(uploaded) > limits.JPEG_SCANS:
        raise Invalid("File type of uploaded media could not be verified")
    try:
        outline = _outline(uploaded, format_)
        if outline is not None:
            _check_size(outline.width, outline.height)
            _check_animation(outline)
        with Image.open(io.BytesIO(uploaded if outline is None else outline.cleaned), formats=(format_,)) as image:
            _check_size(*image.size)
            if outline is not None and outline.frames > 1:
                return _animated(image, outline, kind)
            return _still(image, format_, kind)
    except Invalid:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Invalid("Images of this size are not supported") from None
    except _BROKEN as error:
        raise Invalid("File type of uploaded media could not be verified") from error


# Pillow's decoders raise all of these on broken files, and none of them says more than that.
_BROKEN = (
    Unreadable,
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    ArithmeticError,
    LookupError,
    TypeError,
    RuntimeError,
    struct.error,
    zlib.error,
)


def sniff(uploaded: bytes) -> Format | None:
    """Tell the format from the first bytes, or None when it is none of ours (HEIC among them: few can show it)."""
    if uploaded.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if uploaded.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if uploaded.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if uploaded.startswith(b"RIFF") and uploaded[8:12] == b"WEBP":
        return "WEBP"
    if uploaded[4:8] == b"ftyp" and b"avif" in _brands(uploaded):
        return "AVIF"
    return None


def _brands(uploaded: bytes) -> list[bytes]:
    """Read the brands of an ISO base media file: the major one, then (after its version) the compatible ones."""
    box = uploaded[8 : min(int.from_bytes(uploaded[:4], "big"), 256)]
    return [box[position : position + 4] for position in range(0, len(box), 4)]


def _scans(uploaded: bytes) -> int:
    """Count the scans of a JPEG (ITU-T T.81, annex B): each goes over the whole picture, however few bytes it has."""
    scans, position = 0, 2
    while (marker := _MARKER.search(uploaded, position)) is not None and marker[0] != b"\xff\xd9":
        scans += marker[0] == b"\xff\xda"
        position = marker.end() + int.from_bytes(uploaded[marker.end() : marker.end() + 2], "big")
    return scans


_MARKER = re.compile(rb"\xff[\x02-\xcf\xd9-\xfe]")  # those with a length, and the end; in pixels none of them occurs


def _outline(uploaded: bytes, format_: Format) -> Outline | None:
    match format_:
        case "GIF":
            return outline_gif(uploaded)
        case "WEBP":
            # A still one keeps its colour profile until it has been applied.
            outline = outline_webp(uploaded)
            return outline if outline.frames > 1 else msgspec.structs.replace(outline, cleaned=uploaded)
        case _:
            return None


def _check_size(width: int, height: int) -> None:
    sides_fit = 0 < width <= limits.IMAGE_SIDE and 0 < height <= limits.IMAGE_SIDE
    if not sides_fit or width * height > limits.IMAGE_PIXELS:
        raise Invalid(f"{width}x{height} images are not supported")


def _check_animation(outline: Outline) -> None:
    if outline.frames == 1:
        return
    pixels = outline.width * outline.height
    if pixels > limits.ANIMATION_PIXELS:
        raise Invalid(f"{outline.width}x{outline.height} animations are not supported")
    if outline.frames > limits.ANIMATION_FRAMES or pixels * outline.frames > limits.ANIMATION_WORK_PIXELS:
        raise Invalid(f"Animations of {outline.frames} frames of {outline.width}x{outline.height} are not supported")


# Pictures that stand still


def _still(image: Image.Image, format_: Format, kind: Kind) -> Picture:
    turned = _orientation(image)
    width, height = image.size if turned not in _ON_THEIR_SIDE else image.size[::-1]
    enough = _kept_size(width, height, kind, crop=False)
    image.draft(None, enough if turned not in _ON_THEIR_SIDE else enough[::-1])  # a JPEG need not be decoded in full
    visible = _visible(image)
    if turned in _TURNS:
        visible = visible.transpose(_TURNS[turned])
    kept = _fit(visible, _kept_size(width, height, kind, crop=True))
    transparent = kept.mode == "RGBA"
    family = {"JPEG": "JPEG", "WEBP": "WEBP", "AVIF": "PNG" if transparent else "JPEG"}.get(format_, "PNG")
    return _picture(_encode(kept, family), kept, kind)


def _picture(original: Rendition, kept: Image.Image, kind: Kind, *, animated: bool = False) -> Picture:
    shown = preview(kept, kind)
    return Picture(
        original=original,
        small=shown.small,
        static=_encode(kept, "PNG") if animated and kind != "attachment" else None,
        blurhash=shown.blurhash,
        colours=colours.of_cover(shown.thumbnail),
        animated=animated,
    )


class Preview(NamedTuple):
    """A picture in a smaller size, and its blurhash; `thumbnail` is what colours are taken from."""

    small: Rendition
    blurhash: str
    thumbnail: Image.Image


def preview(visible: Image.Image, kind: Kind = "attachment") -> Preview:
    """Make the preview of a decoded picture."""
    small = _fit(visible, _small_size(visible.width, visible.height, kind))
    thumbnail = _opaque(_fit(small, _within(small.width, small.height, 32 * 32)))
    across, down = (4, 3) if thumbnail.width >= thumbnail.height else (3, 4)
    return Preview(
        _encode(small, "WEBP" if small.mode == "RGBA" else "JPEG", quality=80),
        blurhash_rs.blurhash_encode(thumbnail, across, down),
        thumbnail,
    )


def _orientation(image: Image.Image) -> int:
    try:
        turned = image.getexif().get(0x0112)
    except Exception:  # noqa: BLE001 -- whatever is wrong with it, an EXIF that cannot be read turns nothing
        return 1
    return turned if isinstance(turned, int) else 1


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ON_THEIR_SIDE = (5, 6, 7, 8)


def _visible(image: Image.Image) -> Image.Image:
    """Decode into what is seen: eight bits of sRGB, with transparency only where there is some."""
    image.load()
    profile = image.info.get("icc_profile")
    if image.mode in ("I;16", "I;16B", "I;16L", "I"):
        image = image.point(lambda value: value / 256).convert("L")
    transparent = image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info
    if profile and image.mode in ("RGB", "RGBA", "CMYK"):
        image = _in_srgb(image, profile)
    plain = image.convert("RGBA" if transparent else "RGB")
    return _without_idle_alpha(plain)


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        converted = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image  # a profile that cannot be read is no reason to refuse the picture
    return converted if converted is not None else image


def _without_idle_alpha(image: Image.Image) -> Image.Image:
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        return image.convert("RGB")
    return image


def _opaque(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    ground = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(ground, image).convert("RGB")


# Sizes


def _kept_size(width: int, height: int, kind: Kind, *, crop: bool) -> Size:
    """Tell the size in which a picture is kept; without `crop`, the whole picture of which that is the middle."""
    if kind == "attachment":
        return _within(width, height, limits.IMAGE_KEPT_PIXELS)
    wanted = (limits.AVATAR_SIDE,) * 2 if kind == "avatar" else (limits.HEADER_WIDTH, limits.HEADER_HEIGHT)
    # A picture that is smaller than wanted is cropped to the same shape but never enlarged.
    scale = min(1.0, max(wanted[0] / width, wanted[1] / height))
    covering = max(1, round(width * scale)), max(1, round(height * scale))
    if not crop:
        return covering
    shrink = min(1.0, covering[0] / wanted[0], covering[1] / wanted[1])
    return max(1, round(wanted[0] * shrink)), max(1, round(wanted[1] * shrink))


def _small_size(width: int, height: int, kind: Kind) -> Size:
    match kind:
        case "attachment":
            return _within(width, height, limits.IMAGE_SMALL_PIXELS)
        case "avatar":
            return min(width, limits.AVATAR_SMALL_SIDE), min(height, limits.AVATAR_SMALL_SIDE)
        case "header":
            return min(width, limits.HEADER_SMALL_WIDTH), min(height, limits.HEADER_SMALL_HEIGHT)


def _within(width: int, height: int, pixels: int) -> Size:
    """Scale a size down to at most so many pixels."""
    if width * height <= pixels:
        return width, height
    scale = (pixels / (width * height)) ** 0.5
    return max(1, min(int(width * scale), pixels)), max(1, min(int(height * scale), pixels))


def _fit(image: Image.Image, size: Size) -> Image.Image:
    """Scale an image to `size`, keeping the middle where the shape differs."""
    if image.size == size:
        return image
    return ImageOps.fit(image, size, Image.Resampling.LANCZOS)


# Writing


def _encode(image: Image.Image, family: str, *, quality: int = 90) -> Rendition:
    out = io.BytesIO()
    clean = image.copy() if image.info else image
    clean.info = {}  # nothing of the upload's own descriptions reaches the file
    match family:
        case "JPEG":
            clean.save(out, "JPEG", quality=quality, optimize=True)
        case "WEBP":
            clean.save(out, "WEBP", quality=quality, method=2)
        case _:
            clean.save(
                out, "PNG", compress_level=3
            )  # 8.3 megapixels take 1.3 s; at Pillow's own 6, 2.2 s for 10 % less
    return Rendition(
        content=out.getvalue(), content_type=f"image/{family.lower()}", width=image.width, height=image.height
    )


# Animations


def _animated(image: Image.Image, outline: Outline, kind: Kind) -> Picture:
    """Keep an animation: an attachment as it came, cleaned; an avatar or header in its size."""
    size = _kept_size(image.width, image.height, kind, crop=True)
    first = _fit(_visible(image), size)
    if image.size == size:
        for number in range(1, outline.frames):  # every frame must be one that can be shown
            image.seek(number)
            image.load()
        kept = Rendition(
            content=outline.cleaned,
            content_type="image/gif" if image.format == "GIF" else "image/webp",
            width=image.width,
            height=image.height,
        )
        return _picture(kept, first, kind, animated=True)
    if outline.frames * size[0] * size[1] > limits.PORTRAIT_WORK_PIXELS:
        return _picture(_encode(first, "PNG"), first, kind)  # too long to write anew: it stands still
    frames: list[Image.Image] = []
    milliseconds: list[int] = []
    for number in range(outline.frames):
        image.seek(number)
        frames.append(_fit(image.convert("RGBA"), size))
        milliseconds.append(int(image.info.get("duration", 100)))
    out = io.BytesIO()
    # As WebP whatever it came as: Pillow takes 200 ms of a core for a frame of a GIF, and 10 ms for one of a WebP.
    frames[0].save(
        out, "WEBP", save_all=True, append_images=frames[1:], duration=milliseconds, loop=0, quality=80, method=0
    )
    kept = Rendition(content=out.getvalue(), content_type="image/webp", width=size[0], height=size[1])
    return _picture(kept, first, kind, animated=True)


def _invalid(kind: Kind, reason: str) -> Invalid:
    noun = {"attachment": "File", "avatar": "Avatar", "header": "Header"}[kind]
    return Invalid(f"Validation failed: {noun} {reason}")
