"""Geometry and pen strokes of the demo square: stars, mazes, tiles, and the movements of a calligrapher's hand."""

from math import cos, pi, sin

from bema.demo.drawings.canvas import CLAY, DEEP, INK, OCHRE, OLIVE, PAPER, SAND, SEA, TERRACOTTA, Canvas, Point, veil


def _star(x: float, y: float, radius: float, points: int, depth: float, turn: float = 0) -> list[Point]:
    corners = []
    for step in range(points * 2):
        reach = radius if step % 2 == 0 else radius * depth
        angle = step * pi / points + turn
        corners.append((x + reach * cos(angle), y + reach * sin(angle)))
    return corners


def star(sheet: Canvas) -> None:
    sheet.rect(0, 0, 1200, 800, "#F5EFE1")
    size = 200
    for row in range(-1, 6):
        for column in range(-1, 8):
            x, y = column * size, row * size
            sheet.poly(_star(x, y, 92, 8, 0.765, pi / 8), SEA if (row + column) % 2 else DEEP)
            sheet.poly(_star(x, y, 52, 8, 0.6), "#F5EFE1")
            sheet.poly(_star(x, y, 30, 8, 0.765, pi / 8), OCHRE)
            sheet.poly(
                _star(x + size / 2, y + size / 2, 58, 4, 0.5, pi / 4), OCHRE if (row + column) % 2 else TERRACOTTA
            )
            sheet.poly(_star(x + size / 2, y + size / 2, 24, 4, 0.7), "#F5EFE1")
            for turn in range(8):
                angle = turn * pi / 4 + pi / 8
                near, far = 92, 118
                sheet.line(
                    [(x + near * cos(angle), y + near * sin(angle)), (x + far * cos(angle), y + far * sin(angle))],
                    DEEP,
                    3,
                )
    sheet.circle(600, 400, 216, "#F5EFE1")
    sheet.ring(600, 400, 206, OCHRE, 4)
    sheet.ring(600, 400, 192, DEEP, 2)
    sheet.circle(600, 400, 170, "#FFFFFF")


def kufic(sheet: Canvas) -> None:
    sheet.rect(0, 0, 1200, 800, "#F4EEE2")
    cell, left, top, side = 26, 600 - 13 * 26, 400 - 13 * 26, 26
    for ring in range(0, side // 2, 2):
        low, high = ring, side - ring
        for number in range(low, high):
            gap = (number * 7 + ring * 5) % 11 == 0 and low + 1 < number < high - 2
            for column, row in ((number, low), (number, high - 1), (low, number), (high - 1, number)):
                if not (gap and (column + row) % 2):
                    sheet.rect(left + column * cell, top + row * cell, cell + 0.6, cell + 0.6, DEEP)
        if ring < side // 2 - 3:
            for number in range(low + 2, high - 2, 5):
                tail = sheet.chance.choice(
                    ((number, low + 1), (number, high - 2), (low + 1, number), (high - 2, number))
                )
                sheet.rect(left + tail[0] * cell, top + tail[1] * cell, cell + 0.6, cell + 0.6, DEEP)
    sheet.rect(left + 11 * cell, top + 11 * cell, cell * 4, cell * 4, "#F4EEE2")
    sheet.rect(left + 12 * cell, top + 12 * cell, cell * 2, cell * 2, TERRACOTTA)


def tiles(sheet: Canvas) -> None:
    sheet.rect(0, 0, 1200, 800, PAPER)
    size = 160
    grounds = (SEA, OLIVE, DEEP, TERRACOTTA)
    for row in range(6):
        for column in range(9):
            x, y = column * size - 40, row * size
            tone = grounds[(column + 2 * row) % 4]
            sheet.poly(_star(x, y, 76, 8, 0.72), tone)
            sheet.poly(_star(x, y, 48, 8, 0.72), PAPER)
            sheet.poly(_star(x, y, 34, 8, 0.55, pi / 8), OCHRE if tone != OCHRE else SEA)
            sheet.circle(x, y, 9, tone)
            cross = [(0.0, -44.0), (14, -14), (44, 0), (14, 14), (0, 44), (-14, 14), (-44, 0), (-14, -14)]
            sheet.poly([(x + 80 + a, y + 80 + b) for a, b in cross], CLAY)
            sheet.circle(x + 80, y + 80, 8, PAPER)
    for column in range(9):
        sheet.line([(column * size + 40, 0), (column * size + 40, 800)], veil(INK, 0.08), 2)
    for row in range(6):
        sheet.line([(0, row * size + 80), (1200, row * size + 80)], veil(INK, 0.08), 2)


def stroke(sheet: Canvas) -> None:
    sheet.rect(0, 0, 1200, 800, "#F7F0E0")
    sheet.circle(820, 330, 130, SEA)
    sheet.nib([(180, 250), (330, 330), (560, 330), (760, 240), (980, 260)], INK, 74)
    sheet.nib([(300, 470), (420, 590), (640, 620), (860, 560), (960, 430), (900, 380)], INK, 84)
    sheet.nib([(470, 130), (450, 300), (480, 480), (420, 690)], INK, 58)
    for _ in range(26):
        sheet.circle(sheet.chance.gauss(960, 60), sheet.chance.gauss(330, 60), sheet.chance.uniform(1, 4), INK)


def waves(sheet: Canvas) -> None:
    sheet.rect(0, 0, 1200, 800, "#F6EEDC")
    for row in range(4):
        y = 210 + row * 130
        path = [
            (1120 - row * 30, y - 90),
            (1030, y + 10),
            (860, y + 70),
            (680, y + 24),
            (560, y - 30),
            (420, y + 40),
            (260, y + 74),
            (110 + row * 20, y - 20),
        ]
        sheet.nib(path, (DEEP, "#12385C", SEA, "#3D82B8")[row], 46 - row * 6)
    sheet.poly([(300, 116), (336, 152), (300, 188), (264, 152)], TERRACOTTA)


def ink_boat(sheet: Canvas) -> None:
    sheet.rect(0, 0, 1200, 800, SAND)
    sheet.nib([(960, 300), (940, 420), (820, 510), (600, 540), (390, 510), (270, 420), (250, 330)], INK, 86)
    sheet.poly([(600, 610), (644, 654), (600, 698), (556, 654)], TERRACOTTA)
    sheet.curve([(130, 740), (380, 724), (640, 744), (900, 726), (1080, 740)], veil(SEA, 0.6), 4)


DRAWINGS = {
    "geometry-star": star,
    "geometry-kufic": kufic,
    "geometry-tiles": tiles,
    "calligraphy-stroke": stroke,
    "calligraphy-waves": waves,
    "calligraphy-boat": ink_boat,
}
