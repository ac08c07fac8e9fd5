"""Motifs that several drawings share: ripples, moonlight, boats, gulls, stars, hills and cranes."""

from math import sin

from bema.demo.drawings.canvas import (
    DUSK,
    FOAM,
    INK,
    PAPER,
    Canvas,
    veil,
)


def ripples(sheet: Canvas, top: float, bottom: float, colour: str, count: int = 60) -> None:
    """Strew short horizontal lines over water, longer and stronger towards the viewer."""
    for _ in range(count):
        depth = sheet.chance.random() ** 1.6
        y = top + (bottom - top) * depth
        length = 14 + 120 * depth * sheet.chance.random()
        x = sheet.chance.uniform(-40, sheet.width)
        sheet.line([(x, y), (x + length, y)], veil(colour, 0.12 + 0.3 * depth), 1 + 2.2 * depth)


def moonlight(sheet: Canvas, x: float, top: float, bottom: float, colour: str, spread: float) -> None:
    """Lay the broken road of light from the horizon to the viewer."""
    y = top + 3
    while y < bottom:
        depth = (y - top) / (bottom - top)
        for _ in range(3):
            half = (8 + spread * depth) * sheet.chance.uniform(0.1, 0.6)
            middle = x + sheet.chance.gauss(0, 6 + spread * depth * 0.45)
            sheet.ellipse(middle, y, half, 1.2 + 2.6 * depth, veil(colour, sheet.chance.uniform(0.3, 0.85)))
        y += 5 + 9 * depth


def boat(sheet: Canvas, x: float, y: float, size: float, hull: str, cabin: str) -> None:
    """Draw a small fishing boat with its mast, and its reflection below."""
    s = size
    sheet.poly(
        [(x - s, y + 3), (x + s * 1.1, y + 3), (x + s * 0.7, y + s * 0.4), (x - s * 0.7, y + s * 0.4)], veil(hull, 0.25)
    )
    sheet.line([(x + s * 0.1, y - s * 0.2), (x + s * 0.1, y - s * 1.7)], INK, max(1.5, s / 30))
    sheet.line([(x + s * 0.1, y - s * 1.6), (x + s * 1.05, y - s * 0.35)], veil(INK, 0.5), 1.2)
    sheet.line([(x + s * 0.1, y - s * 1.6), (x - s * 0.95, y - s * 0.35)], veil(INK, 0.5), 1.2)
    sheet.rect(x - s * 0.55, y - s * 0.75, s * 0.5, s * 0.5, cabin, s * 0.05)
    sheet.rect(x - s * 0.47, y - s * 0.66, s * 0.34, s * 0.18, DUSK, s * 0.03)
    edge = [(x - s, y - s * 0.38), (x, y - s * 0.26), (x + s * 1.15, y - s * 0.5)]
    sheet.poly([*edge, (x + s * 0.8, y), (x - s * 0.78, y)], hull)
    sheet.line(edge, PAPER, max(1.5, s / 22))


def gulls(sheet: Canvas, x: float, y: float, colour: str, count: int, spread: float = 150) -> None:
    """Let a few gulls hang in the air."""
    for _ in range(count):
        at, up = x + sheet.chance.uniform(-spread, spread), y + sheet.chance.uniform(-spread, spread) * 0.4
        s = sheet.chance.uniform(9, 17)
        sheet.curve([(at - s, up - s * 0.3), (at - s * 0.45, up - s * 0.45), (at, up)], colour, 2)
        sheet.curve([(at, up), (at + s * 0.45, up - s * 0.5), (at + s, up - s * 0.2)], colour, 2)


def stars(sheet: Canvas, bottom: float, count: int) -> None:
    """Scatter stars over a night sky, few of them bright."""
    for _ in range(count):
        bright = sheet.chance.random() ** 4
        x, y = sheet.chance.uniform(0, sheet.width), sheet.chance.uniform(0, bottom)
        sheet.circle(x, y, 0.7 + 2 * bright, veil(FOAM, 0.35 + 0.6 * bright))


def ridge(sheet: Canvas, height: float, swing: float, fill: str, waves: float = 3) -> None:
    """Draw a line of hills across the sheet."""
    turn = sheet.chance.uniform(0, 6)
    sheet.hill(
        [
            (
                x,
                height
                + swing * (sin(x / sheet.width * 6.28 * waves / 2 + turn) + 0.45 * sin(x / 91 + turn * 2)) / 1.45,
            )
            for x in range(-60, sheet.width + 120, 60)
        ],
        fill,
    )


def crane(sheet: Canvas, x: float, y: float, size: float, colour: str) -> None:
    """Draw a harbour crane."""
    sheet.poly(
        [(x - size * 0.16, y), (x - size * 0.05, y - size), (x + size * 0.05, y - size), (x + size * 0.16, y)], colour
    )
    sheet.line(
        [(x - size * 0.35, y - size * 0.82), (x, y - size * 0.95), (x + size * 0.85, y - size * 1.28)],
        colour,
        size / 26,
    )
    sheet.line([(x, y - size * 1.2), (x + size * 0.85, y - size * 1.28)], colour, 1.5)
    sheet.line([(x, y - size * 1.2), (x - size * 0.35, y - size * 0.82)], colour, 1.5)
    sheet.line([(x, y - size * 0.9), (x, y - size * 1.2)], colour, size / 30)
    sheet.line([(x + size * 0.8, y - size * 1.27), (x + size * 0.8, y - size * 0.7)], colour, 1.2)
    sheet.rect(x - size * 0.45, y - size * 0.88, size * 0.16, size * 0.14, colour)
