"""A sheet to draw on: smooth shapes, washes, light and a broad pen over Pillow, the same to the last pixel every time."""

import io
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from math import ceil, cos, radians, sin
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

Point = tuple[float, float]

PAPER, SURFACE, INK, MUTED, HAIRLINE = "#FBFAF7", "#FFFFFF", "#1B1D1F", "#5B6168", "#E4E1DA"
SEA, OLIVE, TERRACOTTA = "#0B5FA5", "#4B6B24", "#A63D20"
DEEP, DUSK, MIST, FOAM = "#0F2A43", "#2D4A66", "#C3D2DA", "#EAF1F3"
SAND, OCHRE, ROSE, CLAY, SAGE, LEMON = "#E9DDC4", "#D9A441", "#E6BBA8", "#C9805F", "#A9B38A", "#EBC94F"

_SCALE = 2  # everything is drawn at twice the size and reduced, which makes the edges soft
_STEPS = 14  # points per segment of a smooth curve


def veil(colour: str, opacity: float) -> str:
    """Make a colour let through what lies below."""
    return f"{colour}{round(opacity * 255):02X}"


def mix(one: str, other: str, share: float) -> str:
    """Mix two colours; a `share` of 0 is all the first."""
    pairs = [(int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def smooth(points: Sequence[Point], *, closed: bool = False) -> list[Point]:
    """Lay a Catmull-Rom curve through the points."""
    ring = [points[-1], *points, points[0], points[1]] if closed else [points[0], *points, points[-1]]
    curve = []
    for a, b, c, d in zip(ring, ring[1:], ring[2:], ring[3:], strict=False):
        for step in range(_STEPS):
            t = step / _STEPS
            curve.append((_between(a[0], b[0], c[0], d[0], t), _between(a[1], b[1], c[1], d[1], t)))
    if not closed:
        curve.append(points[-1])
    return curve


def _between(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


class Canvas:
    """A sheet of `width` by `height`, in units that stay the same whatever the resolution, with dice of its own."""

    def __init__(self, ground: str, seed: str, width: int = 1200, height: int = 800) -> None:
        self.width, self.height = width, height
        self.chance = Random(seed)
        self._image = Image.new("RGB", (width * _SCALE, height * _SCALE), ground)
        self._pen = ImageDraw.Draw(self._image, "RGBA")

    def poly(self, points: Sequence[Point], fill: str) -> None:
        """Fill a polygon."""
        self._pen.polygon([(x * _SCALE, y * _SCALE) for x, y in points], fill=fill)

    def blob(self, points: Sequence[Point], fill: str) -> None:
        """Fill a round shape through the points."""
        self.poly(smooth(points, closed=True), fill)

    def hill(self, points: Sequence[Point], fill: str) -> None:
        """Fill everything below a soft line across the sheet."""
        self.poly([*smooth(points), (self.width, self.height), (0, self.height)], fill)

    def line(self, points: Sequence[Point], colour: str, width: float = 2) -> None:
        """Draw straight from point to point."""
        scaled = [(x * _SCALE, y * _SCALE) for x, y in points]
        self._pen.line(scaled, fill=colour, width=max(1, round(width * _SCALE)), joint="curve")

    def curve(self, points: Sequence[Point], colour: str, width: float = 2) -> None:
        """Draw a soft line through the points."""
        self.line(smooth(points), colour, width)

    def circle(self, x: float, y: float, radius: float, fill: str) -> None:
        """Fill a circle."""
        self.ellipse(x, y, radius, radius, fill)

    def ellipse(self, x: float, y: float, across: float, up: float, fill: str) -> None:
        """Fill an ellipse, given by its centre and half axes."""
        box = [v * _SCALE for v in (x - across, y - up, x + across, y + up)]
        self._pen.ellipse(box, fill=fill)

    def ring(self, x: float, y: float, radius: float, colour: str, width: float = 2) -> None:
        """Draw the line of a circle."""
        box = [v * _SCALE for v in (x - radius, y - radius, x + radius, y + radius)]
        self._pen.ellipse(box, outline=colour, width=max(1, round(width * _SCALE)))

    def arc(self, x: float, y: float, radius: float, start: float, end: float, colour: str, width: float = 2) -> None:
        """Draw part of a circle, in degrees clockwise from three o'clock."""
        box = [v * _SCALE for v in (x - radius, y - radius, x + radius, y + radius)]
        self._pen.arc(box, start, end, fill=colour, width=max(1, round(width * _SCALE)))

    def rect(self, x: float, y: float, width: float, height: float, fill: str, corner: float = 0) -> None:
        """Fill a rectangle, with round corners if wanted."""
        box = [v * _SCALE for v in (x, y, x + width, y + height)]
        self._pen.rounded_rectangle(box, radius=corner * _SCALE, fill=fill)

    def wash(self, top: str, bottom: str, begin: float = 0, end: float | None = None) -> None:
        """Let one colour run into another, from one height of the sheet to another."""
        end = self.height if end is None else end
        rows = max(1, ceil((end - begin) * _SCALE))
        strip = Image.new("RGB", (1, rows))
        strip.putdata([_rgb(mix(top, bottom, row / rows)) for row in range(rows)])
        self._image.paste(strip.resize((self._image.width, rows)), (0, round(begin * _SCALE)))

    def glow(self, x: float, y: float, radius: float, colour: str, strength: float = 0.8) -> None:
        """Shed light around a point."""
        light = Image.new("L", (self.width // 4, self.height // 4), 0)
        box = [v / 4 for v in (x - radius / 2, y - radius / 2, x + radius / 2, y + radius / 2)]
        ImageDraw.Draw(light).ellipse(box, fill=round(255 * strength))
        mask = light.filter(ImageFilter.GaussianBlur(radius / 9)).resize(self._image.size)
        self._image.paste(Image.new("RGB", self._image.size, colour), (0, 0), mask)

    def nib(self, points: Sequence[Point], colour: str, width: float, angle: float = -42) -> None:
        """Draw with a broad pen held at an angle: thick and thin come from the direction of the stroke."""
        across, up = cos(radians(angle)) * width / 2, sin(radians(angle)) * width / 2
        path = smooth(points)
        for (ax, ay), (bx, by) in pairwise(path):
            self.poly(
                [(ax - across, ay - up), (ax + across, ay + up), (bx + across, by + up), (bx - across, by - up)], colour
            )
            self.line([(ax - across, ay - up), (ax + across, ay + up)], colour, 1.5)

    def letters(
        self, x: float, y: float, text: str, size: float, colour: str, anchor: str = "m", spacing: float = 0
    ) -> None:
        """Write Latin letters with their middle line at `y`; `anchor` is l, m or r."""
        font = _font(round(size * _SCALE))
        gap = spacing * _SCALE
        width = sum(font.getlength(letter) + gap for letter in text) - gap
        at = x * _SCALE - {"l": 0.0, "m": width / 2, "r": width}[anchor]
        for letter in text:
            self._pen.text((at, y * _SCALE), letter, font=font, fill=colour, anchor="lm")
            at += font.getlength(letter) + gap

    def jpeg(self) -> bytes:
        """Return the drawing, with the grain of paper, as a JPEG."""
        picture = self._image.reduce(_SCALE)
        grain = Image.frombytes("L", picture.size, self.chance.randbytes(self.width * self.height))
        paper = grain.point([128 + (value - 128) // 14 for value in range(256)])
        finished = ImageChops.soft_light(picture, Image.merge("RGB", (paper, paper, paper)))
        written = io.BytesIO()
        finished.save(written, "JPEG", quality=86, optimize=True)
        return written.getvalue()


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType, so it cannot write on the posters")
    return font
