"""Colours out of a cover, in which a player of sound may dress: the ground, what can be read on it, and an accent."""

import colorsys

from PIL import Image

from bema.model.views import Colours

Colour = tuple[int, int, int]

_READABLE = 4.5  # contrast that text needs on its ground (WCAG 2.2, 1.4.3)
_VISIBLE = 3.0  # contrast that shapes need (1.4.11)


def of_cover(thumbnail: Image.Image) -> Colours:
    """Choose the three colours from a small picture; where it has nothing readable, black or white is."""
    palette = _palette(thumbnail)
    ground = palette[0]
    plain: Colour = max(((255, 255, 255), (0, 0, 0)), key=lambda each: _contrast(each, ground))
    readable = [each for each in palette if _contrast(each, ground) >= _READABLE]
    visible = [each for each in palette if _contrast(each, ground) >= _VISIBLE]
    foreground = max(readable, key=lambda each: _contrast(each, ground), default=plain)
    return Colours(_written(ground), _written(foreground), _written(max(visible, key=_vividness, default=foreground)))


def _palette(thumbnail: Image.Image) -> list[Colour]:
    """Reduce a picture to a few colours, the most frequent one first."""
    few = thumbnail.quantize(8, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    counts = few.histogram()
    palette = few.getpalette() or [0, 0, 0]
    colours = [(palette[at], palette[at + 1], palette[at + 2]) for at in range(0, len(palette) - 2, 3)]
    order = sorted(range(len(colours)), key=lambda index: counts[index], reverse=True)
    return [colours[index] for index in order if counts[index]] or colours[:1]


def _written(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _contrast(one: Colour, other: Colour) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    """Tell how bright a colour of sRGB appears (WCAG 2.2)."""
    linear = [each / 255 / 12.92 if each <= 10 else ((each / 255 + 0.055) / 1.055) ** 2.4 for each in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _vividness(colour: Colour) -> float:
    _, saturation, value = colorsys.rgb_to_hsv(*(each / 255 for each in colour))
    return saturation * value
