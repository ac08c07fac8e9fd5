"""Buildings of the demo square: town hall, bridge, library, arcades, a lane, a fountain and a tram between them."""

from bema.demo.drawings.canvas import (
    CLAY,
    DEEP,
    DUSK,
    FOAM,
    HAIRLINE,
    INK,
    MUTED,
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
from bema.demo.drawings.motifs import gulls, ripples


def _tree(sheet: Canvas, x: float, y: float, size: float) -> None:
    sheet.line([(x, y), (x, y - size)], "#6B5138", size / 9)
    for _ in range(16):
        tone = sheet.chance.choice([OLIVE, SAGE, "#6C8447", "#587038"])
        sheet.circle(
            x + sheet.chance.gauss(0, size * 0.26),
            y - size * 1.1 + sheet.chance.gauss(0, size * 0.22),
            size * 0.26,
            tone,
        )


def _arch(sheet: Canvas, x: float, y: float, width: float, height: float, fill: str) -> None:
    sheet.circle(x + width / 2, y + width / 2, width / 2, fill)
    sheet.rect(x, y + width / 2, width, height - width / 2, fill)


def townhall(sheet: Canvas) -> None:
    sheet.wash("#A9C9DD", "#F3ECDD", 0, 640)
    for _ in range(7):
        x, y = sheet.chance.uniform(0, 1100), sheet.chance.uniform(60, 220)
        for step in range(4):
            sheet.ellipse(x + step * 44, y + sheet.chance.uniform(-8, 8), 60, 18, veil(PAPER, 0.5))
    sheet.rect(0, 640, 1200, 160, "#D9D1C0")
    sheet.rect(210, 330, 780, 290, "#EFE9DC")
    sheet.poly([(190, 330), (600, 190), (1010, 330)], "#F8F4EA")
    sheet.poly([(270, 318), (600, 212), (930, 318)], HAIRLINE)
    sheet.circle(600, 276, 26, SEA)
    sheet.circle(600, 276, 18, PAPER)
    sheet.line([(600, 276), (600, 263)], INK, 3)
    sheet.line([(600, 276), (610, 280)], INK, 3)
    sheet.rect(190, 324, 820, 24, "#E2DAC8")
    for number in range(8):
        x = 236 + number * 102
        if number < 7:
            _arch(sheet, x + 36, 410, 50, 210, DUSK if number != 3 else "#5A3A22")
        sheet.rect(x - 17, 356, 34, 264, PAPER)
        sheet.rect(x + 5, 356, 12, 264, "#DDD5C4")
        sheet.rect(x - 23, 346, 46, 14, "#E9E2D2")
    for step in range(6):
        sheet.rect(180 - step * 22, 618 + step * 20, 840 + step * 44, 20, mix("#F5F0E4", "#BDB3A0", step / 7))
    sheet.line([(600, 194), (600, 90)], INK, 5)
    sheet.blob([(602, 92), (660, 84), (720, 100), (722, 140), (660, 128), (602, 138)], SEA)
    gulls(sheet, 300, 150, MUTED, 4)


def bridge(sheet: Canvas) -> None:
    sheet.wash("#E9E4D6", "#F3EFE4", 0, 480)
    sheet.wash("#A9C0CB", "#7C9BAC", 480, 800)
    ripples(sheet, 485, 800, FOAM, 80)
    sheet.hill([(0, 440), (200, 420), (420, 452), (600, 480), (1200, 480)], "#B9BFB4")
    sheet.wash("#A9C0CB", "#7C9BAC", 480, 800)
    ripples(sheet, 485, 800, FOAM, 60)
    sheet.rect(0, 410, 230, 220, "#8E8778")
    sheet.rect(1000, 410, 200, 220, "#8E8778")
    sheet.rect(540, 470, 150, 190, "#9C9484")
    sheet.ellipse(615, 660, 96, 20, veil(INK, 0.2))
    ends = ((240, 396), (960, 300))
    low = [(ends[0][0], ends[0][1]), (615, 400), (ends[1][0], ends[1][1] + 60)]
    high = [(250, 350), (615, 250), (950, 300)]
    for path, width in ((low, 14), (high, 9)):
        sheet.line([(float(x), float(y)) for x, y in path], "#22303B", width)
    for number in range(19):
        share = number / 18
        x = 250 + 700 * share
        base = 396 + 4 * share * 2 if x < 615 else 400 - (x - 615) / 345 * 40
        top = 350 - (x - 250) / 365 * 100 if x < 615 else 250 + (x - 615) / 335 * 50
        sheet.line([(x, base), (x, top)], "#22303B", 4)
        if number < 18:
            sheet.line([(x, base), (x + 700 / 18, top)], "#22303B", 2)
    sheet.rect(560, 340, 110, 130, "#E7DFCD")
    sheet.poly([(545, 342), (615, 276), (685, 342)], TERRACOTTA)
    _arch(sheet, 595, 380, 40, 90, DUSK)
    for number in range(7):
        sheet.line([(20 + number * 32, 410), (20 + number * 32, 376)], INK, 3)
    sheet.line([(0, 378), (230, 378)], INK, 4)


def houses(sheet: Canvas) -> None:
    sheet.wash("#CFE0E8", "#F4ECDD", 0, 600)
    sheet.rect(0, 690, 1200, 110, "#CABFAA")
    for row in range(3):
        for number in range(26):
            sheet.rect(number * 50 - row * 20, 700 + row * 36, 44, 28, veil(PAPER, 0.28), 8)
    tones = (SAND, "#D8B36A", "#7FA3BF", ROSE, "#F1EADB", "#5E87A8", "#D7987F")
    shutters = (OLIVE, TERRACOTTA, PAPER, SEA, TERRACOTTA, PAPER, DEEP)
    for number, (tone, shutter) in enumerate(zip(tones, shutters, strict=True)):
        x = 36 + number * 162
        top = 190 + (number * 71) % 110
        sheet.rect(x, top, 158, 690 - top, tone)
        sheet.rect(x + 138, top, 20, 690 - top, veil(INK, 0.07))
        sheet.poly(
            [(x - 8, top), (x + 24, top - 46), (x + 134, top - 46), (x + 166, top)], CLAY if number % 2 else TERRACOTTA
        )
        for floor in range(3):
            for side in (26, 92):
                y = top + 40 + floor * 118
                if floor == 2 and side == 92:
                    continue
                sheet.rect(x + side, y, 40, 66, DUSK)
                sheet.rect(x + side - 14, y - 2, 14, 70, shutter)
                sheet.rect(x + side + 40, y - 2, 14, 70, shutter)
                sheet.rect(x + side - 16, y + 68, 72, 7, PAPER)
        _arch(sheet, x + 92, 568, 44, 122, mix(shutter, INK, 0.45))
    sheet.curve([(360, 330), (440, 352), (522, 330)], INK, 2)
    for number, tone in enumerate((PAPER, TERRACOTTA, SEA, PAPER)):
        sheet.rect(376 + number * 35, 344 - abs(number - 1.5) * 5, 24, 36, tone)
    sheet.rect(780, 670, 90, 20, "#AFA38D")
    sheet.blob([(806, 670), (804, 640), (822, 626), (842, 640), (848, 670)], INK)
    sheet.circle(822, 616, 15, INK)
    sheet.poly([(810, 608), (810, 592), (820, 604)], INK)
    sheet.poly([(834, 608), (834, 592), (824, 604)], INK)


def library(sheet: Canvas) -> None:
    sheet.wash("#23354E", "#8A7F86", 0, 660)
    sheet.rect(0, 660, 1200, 140, "#3A3F49")
    sheet.rect(240, 250, 720, 410, "#CFC4AF")
    sheet.rect(220, 226, 760, 34, "#E3D9C5")
    sheet.poly([(240, 226), (960, 226), (900, 170), (300, 170)], "#6E5148")
    for number in range(6):
        x = 280 + number * 112
        if number in {2, 3}:
            continue
        _arch(sheet, x, 310, 78, 270, "#F6D58A" if number in {0, 1, 5} else "#3C4A5E")
        for bar in (26, 52):
            sheet.line([(x + bar, 316), (x + bar, 580)], veil(INK, 0.5), 2.5)
        for y in (400, 480):
            sheet.line([(x, y), (x + 78, y)], veil(INK, 0.5), 2.5)
        sheet.rect(x - 8, 580, 94, 12, "#E9E0CD")
    _arch(sheet, 520, 330, 160, 330, "#E9E0CD")
    _arch(sheet, 540, 352, 120, 308, "#4A3122")
    sheet.line([(600, 356), (600, 660)], "#2F1F15", 4)
    sheet.glow(600, 640, 240, "#F8DFA0", 0.45)
    for x in (160, 1040):
        sheet.blob([(x, 250), (x + 40, 480), (x + 32, 664), (x - 32, 664), (x - 40, 480)], "#1F3126")
        sheet.blob([(x - 6, 270), (x + 8, 480), (x - 2, 660), (x - 28, 650), (x - 34, 480)], "#2C4434")
    for step in range(3):
        sheet.rect(480 - step * 30, 656 + step * 18, 240 + step * 60, 18, mix("#E9E0CD", MUTED, step / 4))


def arcade(sheet: Canvas) -> None:
    sheet.wash("#F6E4C6", "#EAD2AC")
    sheet.rect(0, 560, 1200, 240, "#D9C09A")
    sheet.rect(930, 300, 270, 190, "#CDE2EA")
    sheet.rect(930, 430, 270, 130, "#4E89AC")
    x, width = 20.0, 250.0
    while width > 60:
        height = 250 + width * 1.3
        top = 560 - height * 0.72
        _arch(sheet, x, top, width, 560 - top, "#9C7A5C")
        _arch(sheet, x + width * 0.16, top + width * 0.1, width * 0.84, 560 - top - width * 0.1, "#6E5342")
        sheet.poly(
            [(x, 560), (x + width * 0.2, 560), (x + width * 1.0 + 90, 800), (x + width * 0.5 + 60, 800)],
            veil(INK, 0.16),
        )
        x += width * 1.16
        width *= 0.84
    sheet.rect(0, 120, 1200, 26, "#F9EFDC")
    sheet.line([(0, 150), (1200, 270)], "#C9AE84", 5)
    sheet.rect(1000, 520, 12, 50, INK)
    sheet.circle(1006, 508, 11, INK)


def tram(sheet: Canvas) -> None:
    sheet.wash("#DCE6EA", "#F3EBDA", 0, 560)
    for number in range(8):
        x = number * 156 - 20
        top = 130 + (number * 61) % 90
        sheet.rect(x, top, 150, 470, (SAND, ROSE, "#C9D2CF", "#E8CFA0")[number % 4])
        for floor in range(3):
            for side in (26, 88):
                sheet.rect(x + side, top + 40 + floor * 100, 34, 56, veil(DUSK, 0.6))
    sheet.rect(0, 590, 1200, 210, "#A79F93")
    for row in range(5):
        for number in range(20):
            sheet.rect(number * 64 - (row % 2) * 32, 600 + row * 40, 58, 34, veil(PAPER, 0.14), 8)
    for x in (110, 1080):
        _tree(sheet, x, 600, 190)
    sheet.curve([(-20, 730), (400, 716), (820, 716), (1220, 760)], "#5C5A58", 7)
    sheet.curve([(-20, 782), (400, 760), (820, 760), (1220, 812)], "#5C5A58", 7)
    sheet.line([(0, 210), (1200, 190)], INK, 2)
    sheet.line([(560, 330), (610, 202), (660, 330)], INK, 4)
    sheet.rect(230, 330, 740, 370, "#F1E7CF", 34)
    sheet.rect(230, 540, 740, 130, SEA)
    sheet.rect(230, 530, 740, 12, OCHRE)
    sheet.rect(300, 318, 600, 20, "#CFC3A8", 10)
    for number in range(6):
        sheet.rect(262 + number * 116, 376, 98, 128, DUSK if number != 2 else "#2B3B4B", 14)
        sheet.rect(270 + number * 116, 384, 30, 112, veil(PAPER, 0.14), 10)
    sheet.rect(500, 376, 84, 300, "#E1D3B2", 10)
    sheet.rect(512, 390, 60, 200, DUSK, 8)
    sheet.rect(960, 400, 30, 46, INK, 8)
    sheet.circle(930, 612, 22, "#FFF0BE")
    sheet.rect(270, 344, 120, 26, INK, 6)
    sheet.letters(330, 357, "1  PIER", 18, "#F3C969")
    for x in (360, 450, 760, 850):
        sheet.circle(x, 704, 32, INK)
        sheet.circle(x, 704, 12, MUTED)


def fountain(sheet: Canvas) -> None:
    sheet.wash("#CFE0E6", "#F6EFDF", 0, 520)
    sheet.rect(0, 500, 1200, 300, "#DCD2BD")
    for trunk in (90, 250, 960, 1120):
        _tree(sheet, trunk, 540, 250)
    for number in range(70):
        share = number / 70
        for side in (-1, 1):
            x = 600 + side * share * 105 + sheet.chance.gauss(0, 3)
            y = 150 + share**2 * 400 + sheet.chance.gauss(0, 4)
            sheet.circle(x, y, 2.5 + 3 * share, veil(FOAM, 0.9))
    sheet.line([(600, 540), (600, 150)], veil("#FFFFFF", 0.9), 12)
    sheet.ellipse(600, 630, 320, 84, "#B3A791")
    sheet.ellipse(600, 606, 320, 84, "#EFE8D9")
    sheet.ellipse(600, 600, 286, 68, "#6FA6C4")
    for reach in (90, 160, 230):
        sheet.ellipse(600, 600, reach, reach * 0.23, veil(FOAM, 0.25))
    sheet.rect(576, 520, 48, 80, "#D8CEB9")
    sheet.ellipse(600, 520, 60, 16, "#EFE8D9")
    for number in range(16):
        x = 90 + number * 68 + sheet.chance.uniform(-10, 10)
        y = 650 + abs(number - 7.5) * -9 + 76 + sheet.chance.uniform(-8, 8)
        size = sheet.chance.uniform(0.7, 1.25)
        tone = sheet.chance.choice([TERRACOTTA, SEA, INK, OLIVE, DUSK, OCHRE, CLAY])
        sheet.ellipse(x + 10, y + 2, 20 * size, 5, veil(INK, 0.2))
        sheet.rect(x - 13 * size, y - 58 * size, 26 * size, 58 * size, tone, 11 * size)
        sheet.circle(x, y - 72 * size, 12 * size, sheet.chance.choice(["#8A5A3C", "#D9A883", "#5A3A28", "#C48E68"]))


DRAWINGS = {
    "building-townhall": townhall,
    "building-bridge": bridge,
    "building-houses": houses,
    "building-library": library,
    "building-arcade": arcade,
    "building-tram": tram,
    "fountain": fountain,
}
