"""Still lifes of the demo square: what lies on its tables and stands on its shelves."""

from math import cos, pi, sin

from bema.demo.drawings.canvas import (
    CLAY,
    DEEP,
    DUSK,
    FOAM,
    HAIRLINE,
    INK,
    LEMON,
    MIST,
    OCHRE,
    OLIVE,
    PAPER,
    SEA,
    TERRACOTTA,
    Canvas,
    mix,
    veil,
)


def _table(sheet: Canvas, wall: str, top: str, edge: float = 520) -> None:
    sheet.wash(mix(wall, PAPER, 0.1), mix(wall, INK, 0.12), 0, edge)
    sheet.wash(mix(top, PAPER, 0.2), mix(top, INK, 0.08), edge, 800)
    sheet.line([(0, edge), (1200, edge)], veil(INK, 0.15), 2)


def _shadow(sheet: Canvas, x: float, y: float, across: float) -> None:
    sheet.ellipse(x + across * 0.25, y, across * 1.15, across * 0.16, veil(INK, 0.16))


def lemons(sheet: Canvas) -> None:
    _table(sheet, "#2F6E9E", "#E9E4D8", 500)
    for x, y, turn in ((330, 560, 0.1), (520, 590, -0.3), (700, 555, 0.25), (610, 480, 0.0), (880, 610, -0.15)):
        _shadow(sheet, x, y + 82, 96)
        shape = []
        for step in range(14):
            angle = step * pi / 7
            reach = 104 + (22 if step in {0, 7} else 0)
            a, b = reach * cos(angle), 82 * sin(angle)
            shape.append((x + a * cos(turn) - b * sin(turn), y + a * sin(turn) + b * cos(turn)))
        sheet.blob(shape, LEMON)
        sheet.blob([(x + (a - x) * 0.86 + 8, y + (b - y) * 0.8 + 12) for a, b in shape], veil("#D9A92C", 0.45))
        sheet.ellipse(x - 30, y - 34, 34, 17, veil("#FFF8CF", 0.75))
    for tip in ((790, 430), (860, 490)):
        sheet.blob([(700, 500), ((700 + tip[0]) / 2, tip[1] - 26), tip, ((720 + tip[0]) / 2, tip[1] + 44)], OLIVE)
        sheet.line([(706, 500), tip], "#7E9A4C", 3)


def teapot(sheet: Canvas) -> None:
    _table(sheet, "#1F4467", "#DDCFB4")
    _shadow(sheet, 500, 650, 200)
    sheet.curve([(660, 420), (790, 430), (770, 580), (650, 600)], TERRACOTTA, 26)
    sheet.poly([(330, 470), (220, 360), (196, 384), (300, 590)], TERRACOTTA)
    sheet.blob(
        [(320, 500), (380, 390), (500, 360), (620, 390), (690, 510), (640, 620), (500, 652), (370, 622)], TERRACOTTA
    )
    sheet.blob([(560, 400), (660, 470), (680, 560), (620, 625), (520, 648), (590, 560)], veil(INK, 0.18))
    sheet.ellipse(500, 372, 92, 20, mix(TERRACOTTA, INK, 0.25))
    sheet.ellipse(500, 362, 92, 20, mix(TERRACOTTA, PAPER, 0.12))
    sheet.circle(500, 332, 22, mix(TERRACOTTA, PAPER, 0.12))
    for ring in (480, 520):
        sheet.curve([(322, ring), (420, ring + 40), (560, ring + 42), (686, ring)], OCHRE, 4)
    for x in (850, 1020):
        _shadow(sheet, x, 668, 78)
        sheet.blob([(x - 78, 570), (x - 60, 650), (x, 672), (x + 60, 650), (x + 78, 570)], FOAM)
        sheet.ellipse(x, 568, 78, 22, PAPER)
        sheet.ellipse(x, 572, 64, 15, "#B8702B")
        sheet.curve([(x - 10, 540), (x + 14, 500), (x - 12, 460), (x + 10, 420)], veil(PAPER, 0.3), 5)


def fish(sheet: Canvas) -> None:
    _table(sheet, "#DCD3C0", "#3F7A97", 240)
    for y, tone in ((400, "#9DB4C0"), (570, "#8FA6B4")):
        sheet.ellipse(560, y + 78, 330, 22, veil(INK, 0.15))
        body = [
            (220, y),
            (330, y - 70),
            (520, y - 88),
            (720, y - 50),
            (830, y - 8),
            (720, y + 48),
            (520, y + 76),
            (330, y + 62),
        ]
        sheet.poly([(800, y - 8), (930, y - 84), (900, y), (934, y + 76)], mix(tone, DUSK, 0.4))
        sheet.blob(body, tone)
        sheet.blob([(260, y + 14), (420, y + 26), (620, y + 22), (780, y + 4), (640, y + 58), (420, y + 66)], "#E4E9EA")
        sheet.curve([(380, y - 66), (412, y), (380, y + 56)], DUSK, 4)
        sheet.circle(306, y - 16, 17, PAPER)
        sheet.circle(306, y - 16, 9, INK)
        for row in range(3):
            for number in range(10 - row):
                sheet.arc(450 + number * 34 + row * 16, y - 46 + row * 26, 15, -70, 70, veil(DUSK, 0.5), 2)
    sheet.circle(1040, 420, 86, LEMON)
    sheet.circle(1040, 420, 72, "#FBF0B4")
    for step in range(8):
        angle = step * pi / 4
        sheet.line([(1040, 420), (1040 + 70 * cos(angle), 420 + 70 * sin(angle))], LEMON, 5)
    for _ in range(60):
        sheet.circle(sheet.chance.gauss(1030, 50), sheet.chance.gauss(630, 26), sheet.chance.uniform(2, 5), PAPER)


def bread(sheet: Canvas) -> None:
    _table(sheet, "#7D919E", "#B98D5C", 560)
    sheet.rect(140, 600, 920, 70, "#9A6F42", 30)
    sheet.rect(140, 590, 920, 56, "#C79D68", 28)
    sheet.blob(
        [(250, 560), (300, 380), (480, 270), (700, 270), (870, 390), (910, 560), (760, 622), (400, 622)], "#B0713A"
    )
    sheet.blob([(290, 520), (350, 380), (500, 300), (690, 300), (830, 400), (850, 510), (600, 560)], "#C98B4D")
    for number in range(4):
        x = 380 + number * 116
        sheet.blob([(x, 510), (x + 22, 400), (x + 84, 330), (x + 66, 420)], "#F0D9AF")
    for _ in range(240):
        sheet.circle(
            sheet.chance.gauss(590, 170), sheet.chance.gauss(410, 66), sheet.chance.uniform(0.8, 2.6), veil(PAPER, 0.6)
        )
    for lean in (0, 70):
        sheet.curve([(1010 + lean, 610), (980 + lean, 430), (1000 + lean, 250)], OCHRE, 5)
        for step in range(7):
            for side in (-1, 1):
                y = 250 + step * 24
                sheet.ellipse(996 + lean - step * 3 + side * 13, y, 8, 16, OCHRE)
    sheet.poly([(150, 690), (560, 716), (580, 732), (160, 728)], MIST)
    sheet.rect(60, 690, 110, 34, "#4A3524", 12)


def bowls(sheet: Canvas) -> None:
    sheet.wash("#E9E2D4", "#CFC5B2")
    sheet.poly([(0, 0), (520, 0), (1100, 560), (0, 560)], veil(PAPER, 0.35))
    sheet.rect(0, 590, 1200, 46, "#8E6B49")
    sheet.rect(0, 590, 1200, 12, "#A9855F")
    for x, size, tone in ((290, 150, "#F5F2EA"), (610, 165, "#44759A"), (930, 140, "#7A5033")):
        sheet.ellipse(x + 50, 592, size, 10, veil(INK, 0.2))
        top = 590 - size * 1.05
        sheet.blob(
            [
                (x - size, top),
                (x - size * 0.82, 590 - size * 0.42),
                (x - size * 0.4, 586),
                (x + size * 0.4, 586),
                (x + size * 0.82, 590 - size * 0.42),
                (x + size, top),
            ],
            tone,
        )
        sheet.blob(
            [
                (x + size * 0.2, top + 20),
                (x + size * 0.94, top + 16),
                (x + size * 0.72, 590 - size * 0.36),
                (x + size * 0.3, 580),
            ],
            veil(INK, 0.16),
        )
        sheet.ellipse(x, top + 6, size, size * 0.2, mix(tone, PAPER, 0.35))
        sheet.ellipse(x, top + 12, size * 0.9, size * 0.15, mix(tone, INK, 0.22))
        for _ in range(26):
            sheet.circle(
                x + sheet.chance.uniform(-0.7, 0.5) * size,
                top + sheet.chance.uniform(0.35, 0.8) * size,
                1.7,
                veil(INK, 0.3),
            )


def pomegranate(sheet: Canvas) -> None:
    _table(sheet, "#C9B79C", "#6E8797", 470)
    sheet.ellipse(600, 640, 400, 76, veil(INK, 0.16))
    sheet.ellipse(600, 624, 400, 74, PAPER)
    sheet.ellipse(600, 618, 320, 52, HAIRLINE)
    for x, y in ((420, 500), (620, 470)):
        sheet.circle(x, y, 118, "#9C2B2B")
        sheet.ellipse(x - 36, y - 36, 38, 26, veil("#F2B59B", 0.5))
        sheet.poly(
            [
                (x - 30, y - 104),
                (x - 42, y - 156),
                (x - 10, y - 132),
                (x + 6, y - 164),
                (x + 16, y - 132),
                (x + 44, y - 152),
                (x + 30, y - 104),
            ],
            "#7E2020",
        )
    sheet.circle(800, 550, 116, "#9C2B2B")
    sheet.circle(800, 550, 102, "#F3DFC2")
    for ring, count in ((24, 5), (56, 12), (84, 18)):
        for step in range(count):
            angle = step * 2 * pi / count + ring
            sheet.circle(800 + ring * cos(angle), 550 + ring * sin(angle), 12, "#B3202F")
            sheet.circle(797 + ring * cos(angle), 546 + ring * sin(angle), 4, "#EE8E8E")


def noodles(sheet: Canvas) -> None:
    sheet.wash("#7B4B30", "#5D3621")
    for row in range(6):
        sheet.line([(0, row * 140 + 30), (1200, row * 140 + 20)], veil(INK, 0.18), 3)
    sheet.circle(566, 426, 312, veil(INK, 0.3))
    sheet.circle(550, 400, 310, PAPER)
    sheet.ring(550, 400, 290, SEA, 9)
    sheet.circle(550, 400, 266, "#E9D6A6")
    for _ in range(26):
        x, y = sheet.chance.gauss(520, 90), sheet.chance.gauss(440, 70)
        path = [
            (x - 90, y),
            (x - 30, y - sheet.chance.uniform(10, 50)),
            (x + 30, y + sheet.chance.uniform(10, 50)),
            (x + 90, y),
        ]
        sheet.curve(path, veil("#C9A65A", 0.6), 11)
        sheet.curve(path, "#F6E6B8", 7)
    sheet.ellipse(650, 310, 86, 70, PAPER)
    sheet.circle(654, 312, 42, "#E89B2D")
    sheet.circle(644, 302, 14, veil("#FFF1C2", 0.7))
    for _ in range(44):
        x, y = sheet.chance.gauss(430, 66), sheet.chance.gauss(310, 44)
        sheet.ring(x, y, sheet.chance.uniform(5, 10), sheet.chance.choice([OLIVE, "#7FA34A"]), 4)
    for lean in (0, 34):
        sheet.line([(900 + lean, 80), (1010 + lean, 760)], "#2B1A12", 13)
    sheet.circle(1040, 640, 92, PAPER)
    sheet.ring(1040, 640, 82, SEA, 5)
    sheet.circle(1040, 640, 60, "#5A2A18")


def flowers(sheet: Canvas) -> None:
    sheet.wash("#EADFC9", "#D9CBB0")
    sheet.rect(560, 50, 540, 560, "#CFE4EC")
    sheet.rect(560, 380, 540, 230, "#8FB7CB")
    for bar in (560, 822, 1084):
        sheet.rect(bar, 50, 18, 560, PAPER)
    sheet.rect(540, 606, 590, 24, PAPER)
    sheet.rect(0, 640, 1200, 160, "#D6D2C8")
    for _ in range(26):
        x, y = sheet.chance.gauss(400, 130), sheet.chance.uniform(150, 440)
        sheet.curve([(400, 500), ((400 + x) / 2 + 12, (500 + y) / 2), (x, y)], "#5E7F3E", 3)
        sheet.ellipse(x, y, 25, 14, sheet.chance.choice([OLIVE, "#6C8E3F", "#88A85A"]))
    for x, y in ((300, 240), (430, 170), (520, 290)):
        for step in range(7):
            angle = step * 2 * pi / 7
            sheet.circle(x + 27 * cos(angle), y + 27 * sin(angle), 24, TERRACOTTA)
        sheet.circle(x, y, 18, OCHRE)
    _shadow(sheet, 400, 706, 110)
    sheet.poly([(290, 480), (510, 480), (480, 706), (320, 706)], SEA)
    sheet.poly([(440, 480), (510, 480), (480, 706), (430, 706)], veil(INK, 0.16))
    sheet.rect(278, 466, 244, 34, mix(SEA, PAPER, 0.2), 8)


def books(sheet: Canvas) -> None:
    _table(sheet, "#B9C4BE", "#8A6547", 620)
    y = 620.0
    for number, tone in enumerate((DEEP, CLAY, "#6A7F5A", OCHRE, DUSK, TERRACOTTA, "#7D6B86")):
        height = 44 + (number * 17) % 26
        shift = sheet.chance.uniform(-34, 34)
        width = 520 - number * 22
        y -= height
        sheet.rect(330 + shift, y, width, height, tone, 6)
        sheet.rect(330 + shift + width - 26, y + 6, 26, height - 12, "#F3EAD6")
        for band in (46, 66):
            sheet.rect(330 + shift + band, y, 7, height, veil(LEMON, 0.8))
    for x in (470, 600):
        sheet.ring(x, y - 26, 38, INK, 5)
    sheet.arc(535, y - 30, 29, 200, 340, INK, 5)
    sheet.line([(638, y - 34), (740, y - 14)], INK, 5)
    _shadow(sheet, 990, 690, 90)
    sheet.arc(1078, 620, 36, -90, 90, PAPER, 14)
    sheet.poly([(900, 570), (1080, 570), (1056, 690), (924, 690)], PAPER)
    sheet.ellipse(990, 570, 90, 20, HAIRLINE)
    sheet.ellipse(990, 573, 76, 14, "#3B2416")


def threads(sheet: Canvas) -> None:
    sheet.wash("#F4F0E8", "#E3DCCF")
    tones = ("#3B7D4E", "#5FA7D1", "#B1302B", "#E2B93B", "#23262B", "#FFFFFF")
    for number, tone in enumerate(tones):
        x, y = 240 + (number % 3) * 330, 230 + (number // 3) * 300
        sheet.ellipse(x + 22, y + 104, 96, 26, veil(INK, 0.15))
        sheet.rect(x - 66, y - 70, 132, 150, tone)
        for row in range(15):
            sheet.line([(x - 68, y - 66 + row * 10), (x + 68, y - 60 + row * 10)], veil(INK, 0.16), 2)
        for end in (-78, 84):
            sheet.ellipse(x, y + end, 86, 22, "#B98B57")
            sheet.ellipse(x, y + end - 6, 86, 22, "#D7AE7B")
            sheet.ellipse(x, y + end - 6, 22, 7, "#8C6439")
    sheet.line([(1010, 130), (1140, 700)], "#9AA5AC", 7)
    sheet.ellipse(1018, 164, 4, 15, INK)
    sheet.curve([(966, 240), (1060, 320), (1010, 240), (1018, 164), (1100, 110), (1150, 220)], TERRACOTTA, 3)


DRAWINGS = {
    "still-lemons": lemons,
    "still-teapot": teapot,
    "still-fish": fish,
    "still-bread": bread,
    "still-bowls": bowls,
    "still-pomegranate": pomegranate,
    "still-noodles": noodles,
    "still-flowers": flowers,
    "still-books": books,
    "still-threads": threads,
}
