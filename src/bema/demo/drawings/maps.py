"""Maps of the demo square: the bay and its ferries, the old town, an old sea chart and the sky above."""

from math import cos, pi, sin

from bema.demo.drawings.canvas import (
    DEEP,
    DUSK,
    FOAM,
    INK,
    MUTED,
    OCHRE,
    OLIVE,
    PAPER,
    SAGE,
    SAND,
    SEA,
    TERRACOTTA,
    Canvas,
    Point,
    mix,
    veil,
)


def city(sheet: Canvas) -> None:
    sheet.rect(0, 0, 1200, 800, "#F4EFE4")
    coast: list[Point] = [
        (1320, -60),
        (980, -40),
        (900, 120),
        (760, 200),
        (740, 330),
        (850, 430),
        (820, 560),
        (660, 640),
        (640, 860),
        (1320, 860),
    ]
    for inset in range(5):
        sheet.blob([(x + inset * 34, y + inset * 10) for x, y in coast], mix("#CFE0E9", "#8DB7D2", inset / 4))
    for number in range(15):
        tone = "#FFFFFF" if number % 3 else "#F3D9A4"
        sheet.curve(
            [(-20, 40 + number * 56), (240, 70 + number * 50), (520, 150 + number * 38), (700, 250 + number * 22)],
            tone,
            9 if number % 3 else 14,
        )
    for number in range(13):
        sheet.curve([(30 + number * 54, -20), (60 + number * 52, 300), (20 + number * 50, 820)], "#FFFFFF", 7)
    coastline = [(x, y) for x, y in coast[1:-1]]
    sheet.blob(coast, "#BFD8E6")
    for inset in range(1, 5):
        sheet.blob([(x + inset * 36, y + inset * 8) for x, y in coast], mix("#BFD8E6", "#7FB0CF", inset / 4))
    sheet.curve(coastline, "#6E97B3", 4)
    for x, y, across, up in ((180, 210, 82, 54), (430, 590, 96, 60), (560, 120, 58, 38)):
        sheet.ellipse(x, y, across, up, SAGE)
        for _ in range(14):
            sheet.circle(
                x + sheet.chance.uniform(-0.7, 0.7) * across, y + sheet.chance.uniform(-0.6, 0.6) * up, 7, OLIVE
            )
    sheet.rect(742, 258, 150, 12, "#9C8E76")
    sheet.circle(700, 300, 34, veil(TERRACOTTA, 0.22))
    sheet.circle(700, 300, 15, TERRACOTTA)
    sheet.circle(700, 300, 5, PAPER)
    sheet.letters(60, 730, "HALMYRA", 54, INK, "l", 10)
    sheet.letters(950, 470, "The Bay", 30, "#2E5F80", "m", 3)


def ferry_lines(sheet: Canvas) -> None:
    sheet.rect(0, 0, 1200, 800, "#E3EDF1")
    sheet.blob([(-80, -60), (520, -40), (420, 90), (210, 150), (150, 340), (60, 560), (-80, 860)], "#F4EFE4")
    sheet.blob([(840, 160), (980, 140), (1060, 220), (1000, 310), (870, 290)], "#F4EFE4")
    sheet.blob([(700, 560), (830, 520), (960, 580), (930, 680), (760, 690)], "#F4EFE4")
    stops: dict[str, Point] = {
        "Old Pier": (330, 130),
        "Fish Market": (220, 250),
        "Salt Hall": (150, 430),
        "South Cape": (90, 640),
        "Marigold Rock": (520, 300),
        "Salt Island": (860, 250),
        "North Mole": (620, 90),
        "Heron Bay": (740, 600),
        "Far Light": (1030, 470),
    }
    lines = (
        (SEA, ("Old Pier", "North Mole", "Salt Island")),
        (OLIVE, ("Fish Market", "Marigold Rock", "Salt Island", "Far Light")),
        (TERRACOTTA, ("Salt Hall", "Marigold Rock", "Heron Bay")),
        (INK, ("South Cape", "Heron Bay", "Far Light")),
    )
    for colour, calls in lines:
        sheet.line([stops[name] for name in calls], colour, 11)
    for name, (x, y) in stops.items():
        sheet.circle(x, y, 17, INK)
        sheet.circle(x, y, 11, PAPER)
        sheet.letters(x, y - 36, name, 24, INK)
    for number, (colour, _) in enumerate(lines, 1):
        sheet.circle(400 + number * 76, 740, 25, colour)
        sheet.letters(400 + number * 76, 740, str(number), 28, PAPER)
    sheet.letters(60, 740, "Ferries of the bay", 36, INK, "l")


def sea_chart(sheet: Canvas) -> None:
    sheet.rect(0, 0, 1200, 800, "#EFE6CF")
    isles = ((400.0, 420.0, 150.0, 105.0), (860.0, 270.0, 105.0, 80.0))
    for depth in range(9, 0, -1):
        for x, y, across, up in isles:
            reach = 1 + depth * 0.26
            shape = []
            for step in range(12):
                angle = step * pi / 6
                wobble = 1 + 0.16 * sin(step * 2.1 + x) + 0.05 * sin(step * 4 + depth)
                shape.append((x + across * reach * wobble * cos(angle), y + up * reach * wobble * sin(angle)))
            tone = mix("#8FBBCB", "#E6E3D0", depth / 10)
            sheet.blob(shape, veil(tone, 0.6))
            if depth == 1:
                sheet.blob([(x + (a - x) * 0.8, y + (b - y) * 0.8) for a, b in shape], "#D9BD87")
                sheet.blob([(x + (a - x) * 0.5, y + (b - y) * 0.5 - 8) for a, b in shape], "#C7A56B")
    for _ in range(70):
        x, y = sheet.chance.uniform(60, 1140), sheet.chance.uniform(60, 740)
        if all(((x - ix) / ia) ** 2 + ((y - iy) / ib) ** 2 > 2.4 for ix, iy, ia, ib in isles):
            sheet.letters(x, y, str(sheet.chance.randint(4, 61)), 17, veil(DUSK, 0.6))
    for step in range(16):
        angle = step * pi / 8
        sheet.line([(1010, 610), (1010 + 900 * cos(angle), 610 + 900 * sin(angle))], veil("#8A6B3F", 0.22), 1.2)
    for step in range(8):
        angle, reach = step * pi / 4 - pi / 2, 110 if step % 2 == 0 else 66
        tip = (1010 + reach * cos(angle), 610 + reach * sin(angle))
        for side, tone in ((0.3, "#7B2F1A"), (-0.3, "#E9D9B4")):
            sheet.poly([(1010, 610), tip, (1010 + 26 * cos(angle + side * 2), 610 + 26 * sin(angle + side * 2))], tone)
    sheet.ring(1010, 610, 74, "#7B2F1A", 2)
    sheet.letters(1010, 478, "N", 28, "#7B2F1A")
    for margin, width in ((22, 5), (34, 1.5)):
        sheet.line(
            [
                (margin, margin),
                (1200 - margin, margin),
                (1200 - margin, 800 - margin),
                (margin, 800 - margin),
                (margin, margin),
            ],
            "#6B5534",
            width,
        )


def sky(sheet: Canvas) -> None:
    sheet.rect(0, 0, 1200, 800, "#F3EEE1")
    sheet.circle(600, 400, 372, DEEP)
    sheet.circle(600, 400, 352, "#13304F")
    for step in range(72):
        angle = step * pi / 36
        near = 352 if step % 6 else 342
        sheet.line(
            [(600 + near * cos(angle), 400 + near * sin(angle)), (600 + 370 * cos(angle), 400 + 370 * sin(angle))],
            "#9FB6CA",
            1.5,
        )
    for radius in (110, 220):
        sheet.ring(600, 400, radius, veil("#9FB6CA", 0.3), 1.2)
    for number in range(260):
        reach, angle = 345 * sheet.chance.random() ** 0.5, sheet.chance.uniform(0, 2 * pi)
        size = 0.8 if number % 9 else 2.2
        sheet.circle(600 + reach * cos(angle), 400 + reach * sin(angle), size, FOAM)
    figures: tuple[list[Point], ...] = (
        [(420, 230), (470, 270), (530, 262), (560, 310), (640, 300), (650, 240), (560, 230), (530, 262)],
        [(700, 200), (760, 260), (800, 230), (850, 290)],
        [(380, 470), (440, 520), (430, 600), (510, 640), (500, 540), (440, 520)],
        [(700, 450), (760, 500), (820, 470), (790, 560), (730, 600), (760, 500)],
        [(590, 680), (640, 620), (690, 690)],
    )
    for figure in figures:
        sheet.line(figure, veil("#F3C969", 0.75), 2)
        for x, y in figure:
            sheet.circle(x, y, 5, "#FFF4D6")
    sheet.circle(505, 395, 26, "#F6E9C6")
    sheet.circle(516, 389, 23, "#13304F")
    for label, x, y in (("N", 600, 20), ("S", 600, 782), ("E", 210, 400), ("W", 990, 400)):
        sheet.letters(x, y, label, 26, MUTED)
    sheet.circle(1110, 720, 40, SAND)
    sheet.circle(1110, 720, 30, OCHRE)


DRAWINGS = {
    "map-city": city,
    "map-ferry-lines": ferry_lines,
    "map-contours": sea_chart,
    "map-stars": sky,
}
