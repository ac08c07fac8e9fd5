"""Rooms and workshops of the demo square: a cello, a bicycle, a boat on paper, and a cat in a window."""

from math import cos, pi, sin

from bema.demo.drawings.canvas import (
    CLAY,
    FOAM,
    INK,
    OCHRE,
    OLIVE,
    PAPER,
    SEA,
    TERRACOTTA,
    Canvas,
    veil,
)


def cello(sheet: Canvas) -> None:
    sheet.wash("#EBCFA0", "#C08A55")
    sheet.poly([(660, 0), (1200, 0), (1200, 800), (900, 800)], "#F7E6C4")
    for x in (780, 960, 1140):
        sheet.line([(x, 0), (x + 60, 800)], "#D9B780", 10)
    sheet.rect(0, 690, 1200, 110, "#6F4526")
    for x in (640, 860):
        sheet.rect(x, 470, 20, 290, "#3E2617")
    sheet.rect(620, 456, 290, 28, "#4A2E1B", 8)
    sheet.rect(850, 170, 22, 300, "#3E2617")
    for y in (190, 270, 350):
        sheet.rect(700, y, 160, 20, "#4A2E1B", 8)
    body = [
        (400, 270),
        (490, 300),
        (500, 380),
        (456, 440),
        (520, 520),
        (540, 620),
        (470, 710),
        (380, 722),
        (290, 700),
        (240, 610),
        (270, 510),
        (344, 440),
        (306, 370),
        (320, 296),
    ]
    sheet.blob([(x + 16, y + 8) for x, y in body], veil(INK, 0.25))
    sheet.blob(body, "#8A3F1D")
    sheet.blob([(400 + (x - 400) * 0.86, 500 + (y - 500) * 0.9) for x, y in body], "#A9552A")
    sheet.poly([(386, 560), (416, 560), (420, 90), (396, 90)], "#231710")
    sheet.circle(408, 74, 26, "#5A2B15")
    for number in range(4):
        sheet.line([(392 + number * 8, 620), (399 + number * 5, 92)], veil(PAPER, 0.8), 1.4)
    sheet.rect(360, 556, 86, 12, "#E4C48C")
    for side in (-1, 1):
        sheet.curve(
            [(404 + side * 70, 480), (404 + side * 52, 510), (404 + side * 66, 560), (404 + side * 50, 590)],
            "#231710",
            6,
        )
    sheet.line([(400, 722), (396, 770)], INK, 6)
    sheet.line([(560, 220), (700, 700)], "#5A2B15", 6)
    sheet.line([(572, 218), (712, 696)], PAPER, 2.5)


def bicycle(sheet: Canvas) -> None:
    sheet.wash("#F1E8D8", "#E6D8BF", 0, 640)
    sheet.rect(0, 640, 1200, 160, "#BFB5A4")
    for x, y in ((350, 540), (850, 540)):
        sheet.ellipse(x + 60, 664, 150, 12, veil(SEA, 0.3))
        sheet.ring(x, y, 122, INK, 9)
        sheet.ring(x, y, 110, "#C9B48B", 4)
        for step in range(14):
            angle = step * pi / 7
            sheet.line([(x, y), (x + 108 * cos(angle), y + 108 * sin(angle))], veil(INK, 0.35), 1.3)
        sheet.circle(x, y, 10, INK)
    for path in (
        [(350, 540), (490, 330), (760, 330), (560, 540), (350, 540)],
        [(470, 280), (560, 540)],
        [(730, 250), (850, 540)],
    ):
        sheet.line([(float(x), float(y)) for x, y in path], SEA, 13)
    sheet.line([(730, 252), (690, 226), (640, 240)], INK, 10)
    sheet.rect(420, 262, 100, 22, "#5A3A22", 10)
    sheet.circle(560, 540, 34, INK)
    sheet.circle(560, 540, 24, "#C9B48B")
    sheet.line([(560, 540), (600, 590)], INK, 8)
    sheet.rect(580, 586, 46, 10, INK)
    sheet.poly([(770, 260), (910, 260), (890, 370), (792, 370)], "#B98B57")
    for step in range(6):
        sheet.line([(778 + step * 24, 262), (796 + step * 18, 368)], veil(INK, 0.3), 2)
    for _ in range(12):
        sheet.circle(
            sheet.chance.uniform(780, 900),
            sheet.chance.uniform(232, 262),
            14,
            sheet.chance.choice([OLIVE, TERRACOTTA, OCHRE]),
        )


def boat_plan(sheet: Canvas) -> None:
    sheet.rect(0, 0, 1200, 800, "#164A78")
    for step in range(0, 1200, 40):
        sheet.line([(step, 0), (step, 800)], veil(FOAM, 0.09), 1)
        sheet.line([(0, step), (1200, step)], veil(FOAM, 0.09), 1)
    for level in range(5):
        sheet.curve(
            [
                (140, 150 + level * 18),
                (330, 190 + level * 24),
                (640, 200 + level * 25),
                (900, 176 + level * 21),
                (1060, 130 + level * 14),
            ],
            FOAM,
            3 - level * 0.3,
        )
    sheet.line([(140, 150), (190, 270), (330, 302), (900, 290), (1000, 240), (1060, 130)], FOAM, 3)
    for level in range(4):
        reach = 100 - level * 26
        sheet.curve([(140, 500 - reach * 0.55), (380, 500 - reach), (760, 500 - reach * 0.92), (1060, 500)], FOAM, 2.4)
        sheet.curve([(140, 500 + reach * 0.55), (380, 500 + reach), (760, 500 + reach * 0.92), (1060, 500)], FOAM, 2.4)
    sheet.line([(100, 500), (1100, 500)], veil(FOAM, 0.6), 1.5)
    for number in range(8):
        x = 240 + number * 96
        sheet.line([(x, 120), (x, 320)], veil(FOAM, 0.4), 1.2)
    for number in range(5):
        reach = 110 - number * 17
        sheet.curve([(260 - reach, 640), (260 - reach * 0.8, 716), (260, 744)], FOAM, 2)
        sheet.curve([(260 + reach, 640), (260 + reach * 0.8, 716), (260, 744)], FOAM, 2)
    sheet.letters(1120, 690, "BOTE", 44, FOAM, "r", 6)
    sheet.letters(1120, 738, "6.00 m  /  1:20", 24, veil(FOAM, 0.8), "r")


def cat(sheet: Canvas) -> None:
    sheet.rect(0, 0, 1200, 800, "#3A3F49")
    sheet.wash("#F3C9A2", "#F9E9D2", 60, 470)
    sheet.wash("#8FB2C6", "#6F9BB5", 470, 560)
    for number in range(9):
        x = 300 + number * 72 - 20
        top = 520 + (number * 37) % 60
        sheet.poly(
            [(x, top), (x + 44, top - 36), (x + 88, top), (x + 88, 700), (x, 700)],
            (CLAY, "#8C6A5A", TERRACOTTA, "#B98A74")[number % 4],
        )
    sheet.rect(0, 0, 330, 800, "#2B3038")
    sheet.rect(870, 0, 330, 800, "#2B3038")
    sheet.rect(0, 0, 1200, 60, "#2B3038")
    for x in (330, 593, 856):
        sheet.rect(x, 60, 16, 620, "#E9E1D2")
    sheet.rect(330, 330, 540, 12, "#E9E1D2")
    sheet.rect(290, 672, 620, 34, "#F1EADC")
    sheet.rect(0, 706, 1200, 94, "#23272E")
    sheet.blob([(560, 672), (520, 600), (540, 500), (590, 440), (650, 440), (704, 500), (724, 600), (690, 672)], INK)
    sheet.circle(620, 408, 64, INK)
    sheet.poly([(566, 384), (560, 312), (612, 352)], INK)
    sheet.poly([(674, 384), (680, 312), (628, 352)], INK)
    sheet.curve([(700, 660), (800, 664), (820, 730), (780, 760)], INK, 24)


DRAWINGS = {
    "cello": cello,
    "bicycle": bicycle,
    "boat-plan": boat_plan,
    "cat-window": cat,
}
