"""Birds of the demo square: the ones that its lighthouse keeper counts, and one parrot."""

from math import cos, sin

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
    SEA,
    TERRACOTTA,
    Canvas,
    mix,
    veil,
)
from bema.demo.drawings.motifs import ridge, ripples


def gull(sheet: Canvas) -> None:
    sheet.wash("#DCE8EC", "#F2EEE2", 0, 470)
    sheet.wash("#8DB3C8", "#4F86A6", 470, 800)
    ripples(sheet, 475, 800, FOAM, 60)
    sheet.rect(520, 560, 110, 240, "#7C654E")
    sheet.ellipse(575, 560, 55, 14, "#A78C70")
    for x in (555, 600):
        sheet.line([(x, 500), (x, 560)], OCHRE, 8)
    sheet.poly([(740, 420), (900, 470), (730, 486)], INK)
    sheet.blob([(420, 330), (520, 300), (660, 360), (800, 440), (700, 510), (540, 520), (440, 450)], PAPER)
    sheet.blob([(480, 380), (600, 350), (740, 410), (860, 470), (700, 480), (560, 460)], "#A9B6BE")
    sheet.circle(440, 290, 70, PAPER)
    sheet.poly([(378, 290), (306, 312), (310, 322), (384, 316)], OCHRE)
    sheet.circle(322, 316, 5, TERRACOTTA)
    sheet.circle(420, 278, 9, INK)
    sheet.circle(417, 275, 3, PAPER)


def heron(sheet: Canvas) -> None:
    sheet.wash("#C98F78", "#F0D5B5", 0, 420)
    ridge(sheet, 400, 16, "#7D6A70")
    sheet.wash("#E5C3A4", "#5E6F80", 420, 800)
    for x in (570, 620):
        sheet.line([(x, 480), (x + 6, 690)], DUSK, 6)
        sheet.line([(x + 6, 690), (x + 4, 790)], veil(DUSK, 0.3), 6)
    sheet.blob([(470, 440), (540, 370), (660, 380), (800, 470), (860, 540), (700, 520), (560, 510)], "#6E8294")
    sheet.blob([(560, 420), (680, 410), (840, 530), (700, 500)], DUSK)
    sheet.curve([(510, 430), (470, 360), (520, 290), (500, 220), (470, 190)], "#A9B6C0", 34)
    sheet.ellipse(462, 180, 42, 26, "#C9D2D8")
    sheet.poly([(430, 172), (310, 196), (430, 194)], OCHRE)
    sheet.curve([(470, 166), (530, 172), (590, 208)], INK, 6)
    sheet.circle(450, 174, 5, INK)
    for y, reach in ((690, 70), (716, 120), (748, 170)):
        sheet.line([(600 - reach, y), (600 + reach, y)], veil(FOAM, 0.7), 3)


def swifts(sheet: Canvas) -> None:
    sheet.wash("#B9CBD8", "#F6DEC3")
    for number in range(9):
        x = number * 150.0 - 60
        top = 640 + (number * 53) % 70
        sheet.poly(
            [(x, top), (x + 84, top - 60), (x + 168, top), (x + 168, 800), (x, 800)],
            mix("#5C4A4A", "#8A6455", number % 3 / 3),
        )
        sheet.rect(x + 110, top - 70, 20, 50, "#4A3B3B")
        sheet.rect(x + 40, top + 40, 26, 36, "#F2CE8B" if number % 3 == 0 else "#43383A")
    for number in range(42):
        turn = number * 0.42
        reach = 90 + number * 11
        x = 600 + reach * cos(turn) * 1.1 + sheet.chance.uniform(-24, 24)
        y = 300 + reach * sin(turn) * 0.42 + sheet.chance.uniform(-24, 24)
        size = 10 + 16 * (number / 42)
        lean = turn + 1.57
        left = (x + size * cos(lean + 2.4), y + size * sin(lean + 2.4) * 0.8)
        right = (x + size * cos(lean - 2.4), y + size * sin(lean - 2.4) * 0.8)
        nose = (x + size * 0.45 * cos(lean), y + size * 0.45 * sin(lean))
        notch = (x - size * 0.05 * cos(lean), y - size * 0.05 * sin(lean))
        sheet.poly([left, nose, right, notch], INK)


def kingfisher(sheet: Canvas) -> None:
    sheet.wash("#DCEBF0", "#EEF3E8")
    for number in range(12):
        x = 120 + number * 92 + sheet.chance.uniform(-30, 30)
        sheet.curve(
            [(x, 820), (x + 14, 560), (x - 10 + number * 3, sheet.chance.uniform(140, 420))],
            mix(OLIVE, "#B9C79A", sheet.chance.uniform(0.2, 0.8)),
            7,
        )
    sheet.curve([(140, 690), (520, 560), (1000, 480)], "#6C7F3E", 15)
    sheet.blob([(520, 330), (600, 300), (690, 350), (720, 460), (660, 560), (570, 540), (520, 440)], "#E0863A")
    sheet.blob([(590, 310), (690, 330), (740, 430), (740, 560), (690, 640), (660, 520), (610, 420)], SEA)
    sheet.poly([(690, 600), (730, 600), (742, 720), (702, 720)], "#0B4A80")
    sheet.blob([(450, 270), (500, 200), (590, 190), (650, 250), (630, 330), (540, 350), (470, 330)], "#1877B8")
    sheet.blob([(470, 300), (530, 280), (590, 300), (580, 340), (510, 344)], "#E0863A")
    sheet.poly([(466, 262), (280, 300), (286, 312), (470, 304)], INK)
    sheet.circle(530, 256, 13, INK)
    sheet.circle(526, 251, 4, PAPER)
    sheet.ellipse(620, 292, 22, 12, PAPER)
    for _ in range(34):
        sheet.circle(sheet.chance.gauss(690, 26), sheet.chance.gauss(430, 66), 3.4, "#7FC3EA")
    sheet.line([(590, 545), (584, 582)], TERRACOTTA, 8)
    sheet.line([(630, 548), (628, 572)], TERRACOTTA, 8)


def parrot(sheet: Canvas) -> None:
    sheet.wash("#E7D3B4", "#D5B78C")
    sheet.rect(0, 640, 1200, 160, "#8C5E3C")
    sheet.ellipse(620, 690, 190, 22, veil(INK, 0.2))
    sheet.poly([(450, 470), (790, 470), (730, 690), (510, 690)], PAPER)
    sheet.arc(796, 560, 56, -80, 80, PAPER, 18)
    sheet.curve([(462, 520), (560, 548), (690, 546), (778, 520)], SEA, 9)
    sheet.ellipse(620, 470, 170, 26, "#E7E2D8")
    sheet.poly([(610, 400), (690, 420), (900, 640), (868, 654)], "#2F7A44")
    sheet.blob([(500, 240), (600, 190), (680, 260), (700, 380), (650, 470), (560, 470), (500, 380)], "#3F9A55")
    sheet.blob([(590, 260), (680, 290), (700, 400), (660, 460), (600, 380)], "#2F7A44")
    sheet.circle(545, 190, 86, LEMON)
    sheet.blob([(470, 190), (440, 220), (452, 270), (490, 240)], CLAY)
    sheet.circle(520, 176, 15, PAPER)
    sheet.circle(520, 176, 8, INK)
    for x in (570, 610):
        sheet.line([(x, 460), (x - 6, 482)], DUSK, 10)
    for y in (90, 120):
        sheet.curve([(330, y + 70), (380, y + 40), (420, y + 60)], veil(INK, 0.4), 4)


def goose(sheet: Canvas) -> None:
    sheet.wash("#D5E2E6", "#F1EBDC", 0, 420)
    sheet.wash("#7FA7BD", "#5D8CA8", 420, 560)
    sheet.rect(0, 550, 1200, 250, "#B79A75")
    for row in range(5):
        sheet.line([(0, 590 + row * 48), (1200, 590 + row * 48)], veil(INK, 0.16), 3)
    for x in (190, 1010):
        for ring in range(4):
            sheet.ellipse(x, 610 - ring * 20, 96 - ring * 6, 26, mix("#E4CC9A", "#A98A55", ring % 2))
        sheet.ellipse(x, 534, 44, 11, "#6D5433")
    sheet.ellipse(620, 716, 170, 15, veil(INK, 0.18))
    for x, reach in ((590, -26), (660, 30)):
        sheet.line([(x, 600), (x + reach, 706)], OCHRE, 12)
        sheet.poly([(x + reach - 40, 716), (x + reach + 10, 700), (x + reach + 10, 718)], OCHRE)
    sheet.blob([(470, 480), (560, 430), (720, 440), (860, 470), (800, 570), (660, 622), (530, 600)], "#8F8A80")
    sheet.blob([(560, 480), (700, 460), (850, 480), (740, 560), (610, 560)], "#6F6A62")
    sheet.curve([(520, 500), (470, 400), (480, 280), (470, 220)], "#A39D92", 48)
    sheet.ellipse(452, 210, 46, 32, "#A39D92")
    sheet.poly([(414, 200), (346, 226), (416, 232)], "#E08A3C")
    sheet.circle(440, 202, 6, INK)
    sheet.blob([(520, 570), (640, 600), (780, 570), (660, 624)], MIST)
    sheet.curve([(330, 150), (360, 134), (384, 146)], veil(DEEP, 0.4), 3)


DRAWINGS = {
    "bird-gull": gull,
    "bird-heron": heron,
    "bird-swifts": swifts,
    "bird-kingfisher": kingfisher,
    "bird-parrot": parrot,
    "bird-goose": goose,
}
