"""Headers of the demo square: a quiet strip above each profile, of five kinds."""

from math import cos, pi, sin

from bema.demo.drawings.canvas import (
    CLAY,
    DEEP,
    DUSK,
    FOAM,
    INK,
    LEMON,
    MIST,
    OCHRE,
    OLIVE,
    PAPER,
    ROSE,
    SAGE,
    SAND,
    SEA,
    TERRACOTTA,
    Canvas,
    mix,
    veil,
)


def header(sheet: Canvas) -> None:
    """Draw a wide strip for the top of a profile on a sheet of 1500 by 500: one of five quiet kinds, by the sheet's own dice."""
    match sheet.chance.randrange(5):
        case 0:
            _header_ridges(sheet)
        case 1:
            _header_waves(sheet)
        case 2:
            _header_roofs(sheet)
        case 3:
            _header_tiles(sheet)
        case _:
            _header_night(sheet)


def _header_ridges(sheet: Canvas) -> None:
    far, near = sheet.chance.choice([(MIST, DEEP), (ROSE, "#5A3A3A"), (SAND, OLIVE), ("#D7C6DA", DUSK)])
    sheet.wash(mix(far, PAPER, 0.6), far)
    sheet.circle(sheet.chance.uniform(250, 1250), sheet.chance.uniform(110, 190), 58, mix(far, "#FFF6DE", 0.8))
    for row in range(6):
        points = [(x, 210 + row * 52 + sheet.chance.gauss(0, 24)) for x in range(-100, 1701, 150)]
        sheet.hill(points, mix(far, near, (row + 1) / 7))


def _header_waves(sheet: Canvas) -> None:
    ground, tone = sheet.chance.choice(
        [("#F3EBDD", DEEP), ("#E6EFF2", SEA), ("#F4E4D4", TERRACOTTA), ("#EAEEDF", OLIVE)]
    )
    sheet.rect(0, 0, 1500, 500, ground)
    sheet.circle(sheet.chance.uniform(900, 1300), 170, 90, mix(tone, LEMON, 0.7))
    turn = sheet.chance.uniform(0, 6)
    for row in range(10):
        points = [(x, 150 + row * 40 + 22 * sin(x / 130 + row * 0.8 + turn)) for x in range(-60, 1620, 40)]
        sheet.curve(points, mix(tone, ground, row / 16), 11)


def _header_roofs(sheet: Canvas) -> None:
    sky, light = sheet.chance.choice([("#CFE0E8", "#F6EAD6"), ("#F2CDB2", "#F9E9D2"), ("#B7C6DA", "#EAD9D2")])
    sheet.wash(sky, light)
    sheet.rect(0, 300, 1500, 60, mix(SEA, sky, 0.5))
    for row in range(3):
        for number in range(18):
            x = number * 92 - row * 40 + sheet.chance.uniform(-8, 8)
            top = 300 + row * 62 + sheet.chance.uniform(-26, 26)
            wall = sheet.chance.choice([SAND, ROSE, PAPER, "#D8B36A", "#9DB7C6", "#E2C3A2"])
            sheet.rect(x, top, 88, 300, wall)
            sheet.poly(
                [(x - 6, top), (x + 44, top - 32), (x + 94, top)], sheet.chance.choice([TERRACOTTA, CLAY, "#8C5A48"])
            )
            for side in (18, 52):
                sheet.rect(x + side, top + 16, 18, 26, veil(DUSK, 0.75))


def _header_tiles(sheet: Canvas) -> None:
    ground, one, two = sheet.chance.choice(
        [(PAPER, SEA, OCHRE), ("#F3EBDD", TERRACOTTA, DEEP), ("#EEF1E6", OLIVE, CLAY), (DEEP, "#3F7FAF", SAND)]
    )
    sheet.rect(0, 0, 1500, 500, ground)
    for row in range(-1, 6):
        for column in range(-1, 16):
            x, y = column * 100 + 50, row * 100 + 50
            petals = [
                (x + reach * cos(a * pi / 8), y + reach * sin(a * pi / 8))
                for a in range(16)
                for reach in ((48.0,) if a % 2 else (33.0,))
            ]
            sheet.poly(petals, one if (row + column) % 2 else two)
            sheet.circle(x, y, 17, ground)
            sheet.circle(x, y, 8, two if (row + column) % 2 else one)


def _header_night(sheet: Canvas) -> None:
    low = sheet.chance.choice(["#3C5878", "#5A4A68", "#2F5A60", "#6A5A58"])
    sheet.wash("#0A1426", low)
    for _ in range(220):
        sheet.circle(
            sheet.chance.uniform(0, 1500),
            sheet.chance.uniform(0, 380),
            0.7 + 1.8 * sheet.chance.random() ** 4,
            veil(FOAM, 0.8),
        )
    x = sheet.chance.uniform(200, 1300)
    sheet.circle(x, 130, 46, "#F6E9C6")
    sheet.hill(
        [
            (-50, 400),
            (300, 360 + sheet.chance.uniform(-30, 30)),
            (700, 410),
            (1100, 370 + sheet.chance.uniform(-30, 30)),
            (1600, 420),
        ],
        mix(DEEP, INK, 0.5),
    )
    for _ in range(46):
        sheet.rect(
            sheet.chance.uniform(0, 1490),
            sheet.chance.uniform(425, 490),
            5,
            7,
            sheet.chance.choice([LEMON, OCHRE, "#FFE2A8"]),
        )
    sheet.line([(0, 497), (1500, 497)], SAGE, 2)
