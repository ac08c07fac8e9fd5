"""Emblems of the demo square: a sign for each institution and declared bot, where people have a face."""

from collections.abc import Callable
from math import cos, pi, sin

from bema.demo.drawings.canvas import (
    DEEP,
    DUSK,
    FOAM,
    INK,
    OCHRE,
    OLIVE,
    PAPER,
    SEA,
    TERRACOTTA,
    Canvas,
    mix,
)


def _columns(sheet: Canvas) -> None:
    sheet.poly([(80, 150), (200, 86), (320, 150)], PAPER)
    for number in range(5):
        sheet.rect(96 + number * 46, 166, 24, 118, PAPER)
    sheet.rect(76, 294, 248, 22, PAPER)


def _lantern(sheet: Canvas) -> None:
    sheet.glow(200, 212, 320, "#FFD98A", 0.8)
    sheet.ring(200, 92, 24, PAPER, 8)
    sheet.poly([(140, 150), (200, 112), (260, 150)], PAPER)
    sheet.rect(148, 158, 104, 120, "#F3C969", 8)
    sheet.blob([(200, 176), (222, 220), (200, 256), (178, 220)], TERRACOTTA)
    for x in (148, 196, 244):
        sheet.rect(x, 158, 8, 120, PAPER)
    sheet.rect(132, 280, 136, 22, PAPER)


def _salt_star(sheet: Canvas) -> None:
    for row in range(3):
        sheet.curve(
            [
                (70, 250 + row * 32),
                (140, 230 + row * 32),
                (200, 252 + row * 32),
                (262, 230 + row * 32),
                (330, 250 + row * 32),
            ],
            PAPER,
            11,
        )
    corners = []
    for step in range(16):
        reach = 74 if step % 2 == 0 else 42
        corners.append((200 + reach * cos(step * pi / 8), 144 + reach * sin(step * pi / 8)))
    sheet.poly(corners, OCHRE)


def _sails(sheet: Canvas) -> None:
    for number in range(4):
        sheet.curve([(110 + number * 60, 330), (96 + number * 60, 200), (150 + number * 54, 80)], PAPER, 5)
    sheet.nib([(70, 230), (150, 190), (240, 240), (330, 190)], OCHRE, 26)


def _open_book(sheet: Canvas) -> None:
    sheet.blob([(200, 170), (120, 140), (64, 170), (64, 290), (130, 268), (200, 300)], PAPER)
    sheet.blob([(200, 170), (280, 140), (336, 170), (336, 290), (270, 268), (200, 300)], "#DCE4E6")
    sheet.circle(200, 106, 32, "#F3C969")
    sheet.circle(214, 98, 27, DEEP)


def _rails(sheet: Canvas) -> None:
    sheet.rect(112, 90, 176, 190, PAPER, 34)
    sheet.rect(130, 120, 140, 76, DUSK, 14)
    for x in (150, 250):
        sheet.circle(x, 236, 16, OCHRE)
    sheet.line([(140, 290), (110, 340)], PAPER, 12)
    sheet.line([(260, 290), (290, 340)], PAPER, 12)


def _shell(sheet: Canvas) -> None:
    for step in range(7):
        angle = pi + step * pi / 6
        left, right = angle - 0.2, angle + 0.2
        sheet.poly(
            [
                (200, 300),
                (200 + 140 * cos(left), 240 + 140 * sin(left)),
                (200 + 140 * cos(right), 240 + 140 * sin(right)),
            ],
            PAPER if step % 2 else "#DDEDE9",
        )
    sheet.blob(
        [(200, 300), (140, 240), (138, 190), (172, 178), (200, 204), (228, 178), (262, 190), (260, 240)], TERRACOTTA
    )


def _ball(sheet: Canvas) -> None:
    sheet.circle(200, 176, 104, PAPER)
    sheet.poly([(200 + 40 * cos(n * pi * 0.4 - pi / 2), 176 + 40 * sin(n * pi * 0.4 - pi / 2)) for n in range(5)], INK)
    for n in range(5):
        turn = n * pi * 0.4 - pi / 2
        sheet.line(
            [(200 + 40 * cos(turn), 176 + 40 * sin(turn)), (200 + 102 * cos(turn), 176 + 102 * sin(turn))], INK, 6
        )
    for row in range(2):
        sheet.curve(
            [
                (40, 316 + row * 34),
                (120, 292 + row * 34),
                (200, 318 + row * 34),
                (280, 292 + row * 34),
                (360, 316 + row * 34),
            ],
            PAPER,
            12,
        )


def _anchor(sheet: Canvas) -> None:
    sheet.ring(200, 100, 30, PAPER, 14)
    sheet.line([(200, 130), (200, 320)], PAPER, 18)
    sheet.line([(140, 168), (260, 168)], PAPER, 16)
    sheet.arc(200, 222, 100, 10, 170, PAPER, 18)
    for x, lean in ((98, 1), (302, -1)):
        sheet.poly([(x - 24, 240), (x + 24, 240), (x + 6 * lean, 200)], PAPER)


def _gauge(sheet: Canvas) -> None:
    for row in range(4):
        sheet.curve(
            [
                (50, 236 + row * 30),
                (125, 210 + row * 30),
                (200, 236 + row * 30),
                (275, 210 + row * 30),
                (350, 236 + row * 30),
            ],
            mix(FOAM, SEA, row / 6),
            13,
        )
    sheet.rect(186, 70, 28, 230, PAPER, 6)
    for row in range(9):
        sheet.rect(186, 82 + row * 24, 14 if row % 2 else 28, 5, TERRACOTTA)


def _signal(sheet: Canvas) -> None:
    for y, side, tone in ((140, 1, "#F3C969"), (200, -1, PAPER), (260, 1, "#F0A98A")):
        sheet.line([(100, y), (300, y)], tone, 18)
        x = 200 + side * 100
        sheet.poly([(x, y - 30), (x + side * 40, y), (x, y + 30)], tone)


def _dial(sheet: Canvas) -> None:
    sheet.circle(200, 200, 130, PAPER)
    sheet.ring(200, 200, 130, OCHRE, 14)
    for step in range(13):
        angle = pi * 0.75 + step * pi * 1.5 / 12
        sheet.line(
            [(200 + 92 * cos(angle), 200 + 92 * sin(angle)), (200 + 110 * cos(angle), 200 + 110 * sin(angle))], INK, 5
        )
    sheet.line([(200, 200), (262, 134)], TERRACOTTA, 9)
    sheet.line([(200, 200), (160, 150)], DUSK, 6)
    sheet.circle(200, 200, 13, INK)


EMBLEMS: dict[str, tuple[str, Callable[[Canvas], None]]] = {
    "cityhall": (SEA, _columns),
    "lantern": (INK, _lantern),
    "university": (DEEP, _salt_star),
    "orchestra": ("#5A1F2B", _sails),
    "library": (DEEP, _open_book),
    "transit": (OLIVE, _rails),
    "hospital": ("#2F7F7A", _shell),
    "hafenfc": ("#0D4F8B", _ball),
    "museum": (TERRACOTTA, _anchor),
    "tides": (DEEP, _gauge),
    "lines": ("#33413A", _signal),
    "barometer": ("#3A4A5C", _dial),
}


def emblem(sheet: Canvas, username: str) -> None:
    """Draw the emblem of an institution or bot on a sheet of 400 by 400."""
    ground, motif = EMBLEMS[username]
    sheet.wash(mix(ground, PAPER, 0.12), ground)
    motif(sheet)
