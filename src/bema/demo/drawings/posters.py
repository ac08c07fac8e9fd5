"""Posters of the demo square: concerts, chess, football and open days, each one idea and a few words."""

from math import cos, pi, sin

from bema.demo.drawings.canvas import DEEP, DUSK, FOAM, INK, OCHRE, PAPER, SAND, SEA, TERRACOTTA, Canvas, mix, veil
from bema.demo.drawings.motifs import stars


def sea_letters(sheet: Canvas) -> None:
    sheet.rect(0, 0, 1200, 800, "#F3EBDD")
    sheet.circle(810, 300, 170, TERRACOTTA)
    for row in range(13):
        y = 270 + row * 44
        points = [(x, y + 34 * sin(x / 150 + row * 0.72) + row * 2) for x in range(-100, 1400, 50)]
        sheet.curve(points, mix(DEEP, SEA, row / 14), 17)
    sheet.rect(60, 54, 420, 176, "#F3EBDD")
    sheet.letters(66, 96, "SEA LETTERS", 62, DEEP, "l", 3)
    sheet.letters(68, 162, "for orchestra and setar", 28, DEEP, "l")
    sheet.letters(68, 204, "Hangar aux Voiles  /  samedi 20 h", 24, TERRACOTTA, "l")


def night_library(sheet: Canvas) -> None:
    sheet.wash("#0D1B30", "#20406A")
    stars(sheet, 460, 90)
    sheet.circle(600, 190, 80, "#F6E9C6")
    sheet.circle(636, 172, 70, "#13243E")
    left = [(600, 380), (440, 350), (270, 400), (180, 520), (340, 478), (470, 470), (600, 512)]
    right = [(1200 - x, y) for x, y in left]
    sheet.poly(left, PAPER)
    sheet.poly(right, "#DDE3E6")
    for row in range(5):
        sheet.line([(330 - row * 26, 426 + row * 16), (560, 408 + row * 20)], veil(DUSK, 0.35), 3)
        sheet.line([(870 + row * 26, 426 + row * 16), (640, 408 + row * 20)], veil(DUSK, 0.35), 3)
    sheet.rect(400, 520, 400, 90, "#0B1628")
    for number in range(7):
        sheet.rect(424 + number * 52, 546, 30, 64, "#F3C969", 15)
    sheet.letters(600, 684, "NIGHT LIBRARY", 74, PAPER, "m", 8)
    sheet.letters(600, 748, "every night until two", 30, "#F3C969")


def meteor_night(sheet: Canvas) -> None:
    sheet.wash("#0A1428", "#27486F")
    for _ in range(26):
        x, y = sheet.chance.uniform(60, 1200), sheet.chance.uniform(-40, 480)
        length = sheet.chance.uniform(60, 250)
        tone = sheet.chance.choice([FOAM, "#F3C969", "#F0A98A"])
        sheet.poly([(x, y), (x - length, y + length * 0.7), (x + 4, y + 5)], veil(tone, 0.85))
    sheet.hill([(0, 560), (300, 540), (620, 590), (900, 680), (1200, 700)], "#040912")
    sheet.poly([(206, 548), (212, 470), (234, 470), (240, 548)], "#040912")
    sheet.letters(70, 672, "METEOR NIGHT", 80, PAPER, "l", 6)
    sheet.letters(72, 740, "on the cape  /  Friday 23:00  /  bring a blanket", 28, "#F3C969", "l")


def chess(sheet: Canvas) -> None:
    sheet.rect(0, 0, 1200, 800, "#EFE6D2")
    for row in range(4):
        for column in range(8):
            if (row + column) % 2:
                sheet.rect(column * 150, 420 + row * 95, 150, 95, "#D5C29A")
    horse = [
        (400, 660),
        (410, 560),
        (470, 470),
        (520, 420),
        (430, 440),
        (360, 480),
        (320, 450),
        (336, 390),
        (420, 310),
        (470, 240),
        (480, 190),
    ]
    horse += [(530, 220), (600, 240), (680, 330), (716, 460), (722, 660)]
    sheet.poly([*horse[:4], *horse[4:]], INK)
    sheet.blob([(490, 215), (560, 205), (650, 270), (706, 400), (720, 560), (640, 480), (560, 330)], INK)
    sheet.circle(470, 312, 10, "#EFE6D2")
    sheet.rect(360, 654, 400, 34, INK, 8)
    sheet.rect(330, 690, 460, 40, INK, 10)
    leaf = []
    for step in range(10):
        reach = 118 if step % 2 == 0 else 62
        leaf.append((950 + reach * cos(step * pi / 5 - 1.3), 330 + reach * sin(step * pi / 5 - 1.3)))
    sheet.poly(leaf, TERRACOTTA)
    sheet.line([(950, 330), (1004, 490)], TERRACOTTA, 8)
    for step in range(0, 10, 2):
        sheet.line([(950, 330), leaf[step]], "#EFE6D2", 2.5)
    sheet.letters(600, 80, "CHESS UNDER THE PLANES", 58, INK, "m", 5)
    sheet.letters(600, 136, "Mill Square  /  Saturday  /  ages 6 to 91", 27, TERRACOTTA)


def derby(sheet: Canvas) -> None:
    sheet.rect(0, 0, 1200, 800, "#0D4F8B")
    for number in range(12):
        sheet.poly(
            [
                (600, 330),
                (1600 * cos(number * pi / 6) + 600, 1600 * sin(number * pi / 6) + 330),
                (1600 * cos(number * pi / 6 + 0.26) + 600, 1600 * sin(number * pi / 6 + 0.26) + 330),
            ],
            "#155E9E",
        )
    sheet.circle(600, 310, 208, PAPER)
    sheet.poly([(600 + 74 * cos(n * pi * 0.4 - pi / 2), 310 + 74 * sin(n * pi * 0.4 - pi / 2)) for n in range(5)], INK)
    for n in range(5):
        turn = n * pi * 0.4 - pi / 2
        sheet.line(
            [(600 + 74 * cos(turn), 310 + 74 * sin(turn)), (600 + 150 * cos(turn), 310 + 150 * sin(turn))], INK, 5
        )
        edge = [
            (600 + r * cos(turn + a), 310 + r * sin(turn + a))
            for r, a in ((150, 0), (184, 0.3), (207, 0.22), (207, -0.22), (184, -0.3))
        ]
        sheet.poly(edge, INK)
    for row in range(4):
        points = [(x, 520 + row * 46 + 22 * sin(x / 95 + row * 1.9)) for x in range(-60, 1300, 40)]
        sheet.hill(points, (PAPER, "#0D4F8B", "#E8EEF2", "#08325A")[row])
    sheet.letters(600, 708, "CUP SEMI-FINAL", 70, PAPER, "m", 7)
    sheet.letters(600, 766, "NORDKAI  /  SATURDAY 15:00", 30, "#F3C969", "m", 3)


def open_day(sheet: Canvas) -> None:
    sheet.rect(0, 0, 1200, 800, SAND)
    for number in range(16, 0, -1):
        tone = TERRACOTTA if number == 5 else mix(DEEP, "#8FBBD9", number / 16) if number % 2 else SAND
        sheet.circle(830, 360, number * 44, tone)
    sheet.circle(830, 360, 22, OCHRE)
    sheet.rect(0, 560, 1200, 240, SAND)
    sheet.letters(66, 636, "OPEN DAY", 100, DEEP, "l", 6)
    sheet.letters(70, 724, "SALT HALL, SATURDAY 10 TO 17", 36, TERRACOTTA, "l", 3)


def film(sheet: Canvas) -> None:
    sheet.rect(0, 0, 1200, 800, "#151A22")
    sheet.poly([(140, 150), (1200, 60), (1200, 470), (140, 172)], veil("#F4E3B2", 0.9))
    sheet.poly([(140, 150), (1200, 60), (1200, 200), (140, 160)], veil("#FFF6DC", 0.5))
    sheet.circle(140, 161, 26, "#F4E3B2")
    sheet.rect(60, 120, 70, 84, "#39424F", 10)
    for row in range(3):
        for seat in range(11 - row):
            x = 40 + row * 54 + seat * 108
            sheet.rect(x, 560 + row * 74, 92, 130, mix(TERRACOTTA, "#3B130A", 0.15 + row * 0.3), 34)
    sheet.circle(520, 545, 26, "#0A0D12")
    sheet.rect(488, 560, 64, 40, "#0A0D12", 18)
    sheet.letters(70, 330, "SILENT FILM", 84, PAPER, "l", 5)
    sheet.letters(74, 412, "LIVE PIANO", 56, "#F0A98A", "l", 5)
    sheet.letters(74, 470, "Cinema du Mole, bring a jumper", 26, "#AAB3BD", "l")


DRAWINGS = {
    "poster-sea-letters": sea_letters,
    "poster-night-library": night_library,
    "poster-meteor-night": meteor_night,
    "poster-chess": chess,
    "poster-derby": derby,
    "poster-open-day": open_day,
    "poster-film": film,
}
