"""Landscapes of the demo square: harbour, sea, hills and skies of an invented coast."""

from bema.demo.drawings.canvas import (
    CLAY,
    DEEP,
    DUSK,
    FOAM,
    INK,
    LEMON,
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
from bema.demo.drawings.motifs import boat, crane, gulls, moonlight, ridge, ripples, stars


def harbour_dawn(sheet: Canvas) -> None:
    sheet.wash("#8FA9BF", "#F3D9C5", 0, 470)
    sheet.glow(820, 460, 420, "#FBEBD2", 0.9)
    sheet.circle(820, 440, 46, "#FFF3DC")
    ridge(sheet, 420, 26, mix(DUSK, ROSE, 0.55))
    sheet.wash("#E9CDBB", "#54738F", 470, 800)
    moonlight(sheet, 820, 474, 800, "#FFF0D8", 90)
    for x, size in ((120, 250), (330, 210), (1080, 270)):
        crane(sheet, x, 474, size, DUSK)
    sheet.rect(0, 462, 470, 16, DUSK)
    sheet.rect(980, 462, 220, 16, DUSK)
    ripples(sheet, 480, 800, FOAM, 70)
    boat(sheet, 610, 560, 62, DEEP, "#F1DFC9")
    boat(sheet, 300, 680, 105, DEEP, "#F1DFC9")
    gulls(sheet, 560, 240, veil(DEEP, 0.7), 6)


def harbour_night(sheet: Canvas) -> None:
    sheet.wash("#0B1626", "#1F3A57", 0, 480)
    stars(sheet, 300, 120)
    sheet.hill([(0, 330), (200, 250), (420, 230), (640, 290), (860, 260), (1060, 330), (1200, 380)], "#101E2F")
    sheet.wash("#15293F", "#0A1422", 480, 800)
    for _ in range(210):
        x = sheet.chance.uniform(20, 1180)
        y = sheet.chance.triangular(275, 470, 450)
        if y < 285 + abs(x - 420) * 0.12:
            continue
        light = sheet.chance.choice([LEMON, "#FFE2A8", OCHRE, "#FFF3D6"])
        sheet.rect(x, y, sheet.chance.uniform(3, 6), sheet.chance.uniform(4, 8), light)
        if y > 395:
            for step in range(sheet.chance.randint(6, 22)):
                sheet.ellipse(
                    x + sheet.chance.gauss(0, 3), 490 + step * 11, 7, 1.6, veil(light, max(0.05, 0.42 - step * 0.02))
                )
    sheet.rect(0, 472, 1200, 9, "#0A121C")
    boat(sheet, 850, 610, 84, "#060C14", "#1B2B3D")


def lighthouse(sheet: Canvas) -> None:
    sheet.wash("#2D4A66", "#E7B793", 0, 560)
    sheet.wash("#47698A", "#17324C", 560, 800)
    sheet.poly([(352, 214), (1200, 90), (1200, 330), (352, 226)], veil("#FFF3CF", 0.35))
    ripples(sheet, 565, 800, FOAM)
    rock: list[tuple[float, float]] = [
        (60, 800),
        (120, 640),
        (220, 560),
        (330, 530),
        (450, 560),
        (540, 640),
        (640, 800),
    ]
    sheet.poly(rock, "#1A2734")
    sheet.poly([(330, 530), (450, 560), (540, 640), (640, 800), (480, 800), (400, 640)], "#263849")
    sheet.poly([(300, 545), (320, 260), (384, 260), (404, 545)], PAPER)
    sheet.poly([(352, 545), (352, 260), (384, 260), (404, 545)], "#DCD6CA")
    for top in (300, 420):
        sheet.poly(
            [
                (317 - (top - 300) / 14, top),
                (387 + (top - 300) / 14, top),
                (391 + (top - 300) / 14, top + 56),
                (313 - (top - 300) / 14, top + 56),
            ],
            TERRACOTTA,
        )
    sheet.rect(306, 250, 92, 12, INK)
    sheet.rect(326, 196, 52, 54, "#FFE9B0")
    for x in (326, 351, 376):
        sheet.line([(x, 196), (x, 250)], INK, 3)
    sheet.poly([(318, 196), (386, 196), (352, 160)], INK)
    sheet.glow(352, 222, 200, "#FFF1C4", 0.7)
    gulls(sheet, 760, 420, PAPER, 2, 120)


def storm_sea(sheet: Canvas) -> None:
    sheet.wash("#3A4A50", "#8C9B98", 0, 330)
    for _ in range(26):
        x, y = sheet.chance.uniform(-100, 1200), sheet.chance.uniform(0, 250)
        sheet.ellipse(x, y, sheet.chance.uniform(120, 320), sheet.chance.uniform(16, 46), veil("#2B383E", 0.22))
    sheet.rect(560, 306, 70, 12, "#20302F")
    sheet.rect(580, 288, 26, 20, "#20302F")
    sheet.glow(592, 294, 70, "#FFE6A6", 0.9)
    for row in range(9):
        y = 318 + row * row * 6.4
        tone = mix("#5E7F7A", "#0F2E33", row / 8)
        size = 10 + row * 9.0
        turn = sheet.chance.uniform(0, 200)
        crest = []
        x = -160 - turn
        while x < 1400:
            step = sheet.chance.uniform(70, 120) + row * 16
            crest += [(x, y), (x + step * 0.55, y - size), (x + step * 0.72, y - size * 0.72)]
            x += step
        sheet.hill(crest, tone)
        for peak in crest[1::3]:
            length = 20 + row * 9
            sheet.curve(
                [
                    (peak[0] - length, peak[1] + size * 0.5),
                    (peak[0], peak[1] + 1),
                    (peak[0] + length * 0.4, peak[1] + size * 0.42),
                ],
                veil(FOAM, 0.55),
                1.5 + row * 0.5,
            )


def terraced_hills(sheet: Canvas) -> None:
    sheet.wash("#CFE0E6", "#F6EAD3", 0, 400)
    sheet.rect(0, 300, 1200, 120, "#7FA9C4")
    ripples(sheet, 305, 380, PAPER, 30)
    for row in range(9):
        y = 370 + row * row * 3.6 + row * 22
        tone = mix(mix(SAGE, SAND, 0.35), OLIVE, row / 9) if row % 2 else mix(SAND, OCHRE, 0.1 + row / 22)
        swing = sheet.chance.uniform(-24, 24)
        sheet.hill(
            [(0, y + 60 - row * 4), (300, y + 14 + swing), (620, y + 36), (900, y - swing), (1200, y - 30)], tone
        )
        for _ in range(15):
            x = sheet.chance.uniform(0, 1200)
            size = 7 + row * 2.6
            up = y + 42 + sheet.chance.uniform(-2, 12)
            leaf = mix(OLIVE, DEEP, sheet.chance.uniform(0.1, 0.5))
            sheet.line([(x, up), (x, up + size)], "#5A4A38", 1.5 + row / 4)
            sheet.ellipse(x, up - size * 0.4, size, size * 0.85, veil(leaf, 0.92))


def moonpath(sheet: Canvas) -> None:
    sheet.wash("#0C1A2E", "#2F4C6B", 0, 380)
    stars(sheet, 300, 70)
    sheet.glow(600, 190, 330, "#DCE8F2", 0.55)
    sheet.circle(600, 190, 56, "#F7F3E4")
    sheet.wash("#23405E", "#0A1728", 380, 800)
    sheet.blob([(760, 384), (820, 350), (900, 336), (980, 352), (1060, 384)], "#0B1522")
    moonlight(sheet, 600, 384, 800, "#EFF3F2", 120)
    ripples(sheet, 390, 800, "#9DB6CC", 60)


def moonpath_wide(sheet: Canvas) -> None:
    sheet.wash("#10203A", "#4E6A86", 0, 330)
    sheet.glow(420, 262, 420, "#F3E6C8", 0.6)
    sheet.circle(420, 262, 74, "#FBF1D6")
    sheet.wash("#3B5876", "#0B182B", 330, 800)
    moonlight(sheet, 420, 333, 800, "#FBF1D6", 210)
    ripples(sheet, 335, 800, "#A7BCD0", 90)
    boat(sheet, 860, 470, 46, "#081220", "#162536")
    sheet.poly([(0, 800), (0, 700), (160, 690), (230, 740), (250, 800)], "#070E18")


def salt_pans(sheet: Canvas) -> None:
    sheet.wash("#6C6A5E", "#58574E")
    tones = ("#E8C7C2", "#F4F1EA", "#BFD4DC", "#D9DDD8", "#DDA79F", "#EBDFD0", "#98B7C4", "#C9CFCB")
    y, row = -20.0, 0
    while y < 820:
        height = sheet.chance.uniform(70, 130)
        x = -80.0 - 40 * (row % 3)
        while x < 1240:
            width = sheet.chance.uniform(80, 230)
            tone = sheet.chance.choice(tones)
            lean = 26
            pan = [
                (x + 5 + lean, y + 5),
                (x + width - 5 + lean, y + 5),
                (x + width - 5, y + height - 5),
                (x + 5, y + height - 5),
            ]
            sheet.poly(pan, tone)
            sheet.poly(
                [pan[0], pan[1], (x + width + lean * 0.7, y + height * 0.4), (x + lean * 0.8, y + height * 0.25)],
                veil(PAPER, 0.25),
            )
            if sheet.chance.random() < 0.16:
                sheet.ellipse(x + width / 2, y + height / 2, 15, 9, "#FFFFFF")
                sheet.ellipse(x + width / 2 + 5, y + height / 2 + 4, 12, 5, veil(INK, 0.12))
            x += width
        y += height
        row += 1


def fog_morning(sheet: Canvas) -> None:
    sheet.wash("#C9D3D8", "#9FB0BA")
    sheet.poly([(300, 470), (1160, 470), (1120, 350), (1060, 330), (360, 350)], veil("#5E7280", 0.55))
    for number in range(9):
        sheet.rect(400 + number * 66, 270 + (number * 37) % 50, 60, 90, veil("#62737F", 0.5))
    sheet.rect(1020, 190, 70, 160, veil("#5E7280", 0.55))
    for _ in range(34):
        x, y = sheet.chance.uniform(-100, 1200), sheet.chance.uniform(180, 640)
        sheet.ellipse(x, y, sheet.chance.uniform(160, 420), sheet.chance.uniform(12, 40), veil("#D6DEE2", 0.17))
    ripples(sheet, 520, 800, "#F1F5F6", 80)
    boat(sheet, 330, 610, 66, "#2A3B48", "#D8DEDD")
    sheet.glow(337, 500, 100, "#FFE8B4", 0.95)


def fog_ferry(sheet: Canvas) -> None:
    sheet.wash("#DDE3E3", "#BCC8CC")
    sheet.poly([(330, 520), (900, 520), (860, 590), (380, 590)], "#8797A0")
    sheet.rect(420, 440, 400, 82, "#97A6AD", 8)
    sheet.rect(500, 380, 210, 62, "#A2B0B6", 8)
    for number in range(8):
        sheet.rect(440 + number * 46, 462, 28, 26, "#C4CED1", 4)
    sheet.rect(600, 310, 40, 72, "#94A3AA")
    sheet.glow(604, 330, 320, "#F7E3A1", 0.8)
    for _ in range(46):
        x, y = sheet.chance.uniform(-100, 1200), sheet.chance.uniform(330, 780)
        sheet.ellipse(x, y, sheet.chance.uniform(180, 460), sheet.chance.uniform(10, 34), veil("#EEF1F0", 0.2))


def islands(sheet: Canvas) -> None:
    sheet.wash("#E4EDF0", "#C6DAE4")
    for row in range(7):
        tone = mix("#B4CBD8", DEEP, row / 8)
        ridge(sheet, 240 + row * 48, 70 - row * 5, veil(tone, 0.9), 2 + row * 0.6)
        sheet.wash(mix(tone, FOAM, 0.55), mix(tone, FOAM, 0.4), 300 + row * 48, 300 + row * 48 + 50)
    sheet.wash("#5B84A3", "#2B5578", 610, 800)
    ripples(sheet, 615, 800, FOAM, 70)
    boat(sheet, 420, 690, 70, TERRACOTTA, PAPER)


def garden(sheet: Canvas) -> None:
    sheet.wash("#F5E3C3", "#F9F1DF", 0, 420)
    ridge(sheet, 380, 30, mix(SAGE, SAND, 0.4))
    for step in range(4):
        sheet.rect(0, 430 + step * 100, 1200, 100, mix("#E7DDC3", "#C8BE9B", step / 4))
        sheet.rect(0, 430 + step * 100, 1200, 10, "#F7F1E1")
    sheet.poly([(470, 470), (730, 470), (820, 760), (380, 760)], "#F6F0E0")
    sheet.poly([(484, 482), (716, 482), (796, 746), (404, 746)], "#5A93B5")
    ripples(sheet, 500, 740, PAPER, 8)
    for side in (-1, 1):
        for step in range(6):
            size = 1 + step * 0.32
            x = 600 + side * (170 + step * step * 9 + step * 34)
            base = 470 + step * 52
            sheet.ellipse(x + 30 * size, base + 4, 44 * size, 7 * size, veil(INK, 0.13))
            sheet.blob(
                [
                    (x, base - 190 * size),
                    (x + 19 * size, base - 80 * size),
                    (x + 15 * size, base),
                    (x - 15 * size, base),
                    (x - 19 * size, base - 80 * size),
                ],
                mix("#33482E", DEEP, 0.15),
            )
            sheet.blob(
                [
                    (x - 4, base - 180 * size),
                    (x + 2 * size, base - 80 * size),
                    (x - 4 * size, base - 6),
                    (x - 13 * size, base - 10),
                    (x - 16 * size, base - 80 * size),
                ],
                "#48603B",
            )
    for x in (330, 870):
        sheet.poly([(x - 34, 690), (x + 34, 690), (x + 24, 756), (x - 24, 756)], CLAY)
        sheet.circle(x, 664, 40, OLIVE)
        for _ in range(9):
            sheet.circle(x + sheet.chance.uniform(-28, 28), 664 + sheet.chance.uniform(-28, 22), 5, OCHRE)


def boats(sheet: Canvas) -> None:
    sheet.wash("#F2C79B", "#F9E7CE", 0, 340)
    sheet.glow(240, 330, 360, "#FFF2D5", 0.9)
    ridge(sheet, 318, 18, "#C99E84")
    sheet.wash("#F0D2B0", "#6F93A8", 340, 800)
    ripples(sheet, 345, 800, "#FFF4E0", 80)
    boat(sheet, 880, 430, 74, SEA, "#F4EBDD")
    boat(sheet, 380, 510, 110, TERRACOTTA, "#F4EBDD")
    boat(sheet, 790, 680, 150, "#2F5D50", "#F4EBDD")
    gulls(sheet, 620, 170, veil("#6B4A38", 0.8), 5, 260)


def ferry_yellow(sheet: Canvas) -> None:
    sheet.wash("#CFE3EC", "#F5F1E4", 0, 400)
    ridge(sheet, 372, 36, "#A9C2C9", 2)
    ridge(sheet, 396, 22, "#7FA3A9", 4)
    sheet.wash("#3F86B5", "#1B5A8A", 410, 800)
    ripples(sheet, 415, 800, FOAM, 90)
    sheet.poly([(290, 560), (900, 560), (960, 500), (240, 500)], "#E9B82F")
    sheet.poly([(290, 560), (900, 560), (914, 545), (278, 545)], "#B98A17")
    sheet.rect(330, 430, 500, 70, PAPER, 6)
    for number in range(9):
        sheet.rect(350 + number * 53, 446, 34, 32, "#41708F", 5)
    sheet.rect(420, 366, 190, 64, "#F3CB52", 6)
    sheet.rect(436, 380, 158, 24, "#41708F", 4)
    sheet.rect(660, 330, 54, 102, PAPER)
    sheet.rect(660, 330, 54, 22, TERRACOTTA)
    for x in (340, 375, 740, 765, 800):
        sheet.circle(x, 404, 8, sheet.chance.choice([INK, DUSK, TERRACOTTA]))
        sheet.rect(x - 8, 412, 16, 20, sheet.chance.choice([INK, DUSK, OLIVE]), 5)
    for number in range(5):
        sheet.circle(700 - number * 46, 300 - number * 26, 16 + number * 8, veil("#FFFFFF", 0.5 - number * 0.08))
    sheet.curve([(240, 566), (420, 572), (700, 568), (980, 574)], FOAM, 6)


def rowing_boat(sheet: Canvas) -> None:
    sheet.wash("#DCE8E6", "#9FC0C4")
    ripples(sheet, 120, 800, "#F4FAF8", 90)
    sheet.blob([(250, 500), (420, 560), (700, 566), (930, 500), (760, 640), (430, 640)], veil("#6B4E31", 0.22))
    sheet.blob(
        [(210, 410), (400, 372), (640, 362), (860, 380), (1000, 400), (880, 510), (640, 548), (400, 530)], "#C99A62"
    )
    sheet.blob(
        [(250, 414), (420, 390), (640, 382), (850, 394), (955, 406), (860, 462), (640, 488), (420, 474)], "#8E6338"
    )
    for x in (430, 610, 790):
        sheet.poly([(x, 386), (x + 44, 385), (x + 44, 482), (x, 480)], "#DDB57F")
    sheet.curve([(215, 412), (400, 374), (640, 363), (860, 381), (998, 401)], "#F0D5A6", 7)
    for start, end in (((520, 430), (260, 640)), ((700, 430), (1010, 620))):
        sheet.line([start, end], "#E7CFA4", 9)
        sheet.ellipse(end[0], end[1], 30, 14, "#E7CFA4")
        sheet.ring(end[0], end[1], 52, veil("#FFFFFF", 0.6), 2)


def starry_sky(sheet: Canvas) -> None:
    sheet.wash("#081226", "#2A3F63", 0, 800)
    sheet.glow(760, 380, 520, "#4A5C86", 0.5)
    stars(sheet, 640, 420)
    for x, y, length in ((250, 120, 330), (640, 90, 240), (840, 300, 280)):
        for step in range(40):
            share = step / 40
            sheet.line(
                [
                    (x + length * share, y + length * 0.5 * share),
                    (x + length * (share + 0.03), y + length * 0.5 * (share + 0.03)),
                ],
                veil("#FFFFFF", 0.05 + 0.9 * share),
                0.8 + 2.4 * share,
            )
    sheet.hill([(0, 690), (240, 640), (420, 650), (640, 710), (900, 700), (1200, 660)], "#050A14")


DRAWINGS = {
    "harbour-dawn": harbour_dawn,
    "harbour-night": harbour_night,
    "lighthouse": lighthouse,
    "storm-sea": storm_sea,
    "terraced-hills": terraced_hills,
    "moonpath": moonpath,
    "moonpath-wide": moonpath_wide,
    "salt-pans": salt_pans,
    "fog-morning": fog_morning,
    "fog-ferry": fog_ferry,
    "islands": islands,
    "garden": garden,
    "boats": boats,
    "ferry-yellow": ferry_yellow,
    "rowing-boat": rowing_boat,
    "starry-sky": starry_sky,
}
