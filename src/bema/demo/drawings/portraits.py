"""Portraits of the demo square: a drawn face for every person, as plain as a stamp and nobody in particular."""

from math import cos, pi, sin
from typing import NamedTuple

from bema.demo.drawings.canvas import (
    CLAY,
    DEEP,
    INK,
    OCHRE,
    OLIVE,
    PAPER,
    SEA,
    TERRACOTTA,
    Canvas,
    mix,
    veil,
)

PALE, FAIR, TAN, BROWN, DARK = "#F3D9C4", "#E6BE9F", "#CF9C74", "#A86F48", "#71462D"
BLACK, CHESTNUT, FAWN, RED, GREY, WHITE = "#1E1A1B", "#4A2E22", "#B58A55", "#A4502C", "#8E8C8A", "#E6E3DD"


class Look(NamedTuple):
    """How a person is drawn."""

    ground: str
    skin: str
    hair: str
    style: str  # short, bob, long, bun, curly, bald; or what is worn: scarf, cap, pakol
    garment: str
    extras: str = ""  # of glasses, beard, moustache, earrings


LOOKS = {
    "ada": Look("#CFE3DC", DARK, BLACK, "curly", OCHRE, "glasses"),
    "anastasia": Look("#22375A", PALE, FAWN, "bun", "#5B6F9C", "glasses"),
    "arjun": Look("#F3D7A2", BROWN, BLACK, "short", TERRACOTTA, "moustache"),
    "bahram": Look("#C9D3AE", TAN, GREY, "short", OLIVE, "beard"),
    "bastien": Look("#E9D5B8", FAIR, RED, "short", PAPER, "beard"),
    "bilal": Look("#A9CBDF", BROWN, BLACK, "cap", DEEP, "beard"),
    "carmen": Look("#BFD9D6", FAIR, CHESTNUT, "bun", "#2F7F7A"),
    "claire": Look("#E8C9BC", PALE, RED, "long", INK, "earrings"),
    "daphne": Look("#B9D2E4", FAIR, CHESTNUT, "bob", SEA, "glasses"),
    "diego": Look("#F0C9A0", TAN, BLACK, "curly", "#3F6E8C"),
    "eleni": Look("#D9CDE0", FAIR, GREY, "bun", "#5B4A78", "glasses earrings"),
    "elif": Look("#9EC4D2", TAN, BLACK, "cap", TERRACOTTA),
    "giulia": Look("#E6DCC8", FAIR, BLACK, "bob", CLAY, "earrings"),
    "greta": Look("#D5DCC2", PALE, FAWN, "bun", "#3B5B86"),
    "gul": Look("#D8C3A0", TAN, WHITE, "pakol", "#6B5B45", "beard"),
    "hana": Look("#E5D8D0", PALE, BLACK, "bun", "#6E7F88"),
    "ines": Look("#EBD2A9", TAN, GREY, "bob", INK, "glasses earrings"),
    "jonas": Look("#C9D8DD", PALE, FAWN, "short", "#4E6A58", "glasses"),
    "kenji": Look("#F2D98B", PALE, BLACK, "short", SEA, "glasses"),
    "kofi": Look("#E3B98F", DARK, BLACK, "short", "#2E4A3C", "beard"),
    "layla": Look("#D6E2DA", TAN, SEA, "scarf", DEEP),
    "linmian": Look("#F0CDBB", PALE, BLACK, "short", "#8A2F26"),
    "lukas": Look("#A8CBE8", PALE, CHESTNUT, "short", "#0D4F8B"),
    "meera": Look("#F4CFA6", BROWN, BLACK, "long", "#9A2F5A", "earrings"),
    "mehmet": Look("#F1DDB0", TAN, GREY, "short", PAPER, "moustache"),
    "minji": Look("#DCE8F2", PALE, BLACK, "bob", "#E08A6A"),
    "mireille": Look("#CDBFD6", FAIR, WHITE, "bob", INK, "earrings"),
    "nikos": Look("#8FB9D0", TAN, WHITE, "cap", "#31465A", "beard"),
    "niran": Look("#F6D9B5", TAN, BLACK, "short", "#2F7D5B"),
    "noa": Look("#E2DCC6", FAIR, CHESTNUT, "curly", "#406A75"),
    "omar": Look("#C6B08B", BROWN, GREY, "short", "#2B3B33", "beard"),
    "pavel": Look("#D3CFC2", PALE, GREY, "bald", "#5A4634", "beard"),
    "petra": Look("#F0C4A8", BROWN, BLACK, "curly", "#153F6B", "earrings"),
    "rowan": Look("#AFC6CF", PALE, WHITE, "short", "#4A5A48", "beard"),
    "ruma": Look("#CFE0C8", BROWN, BLACK, "bun", "#C0452F", "earrings"),
    "sadia": Look("#D5E6E8", TAN, "#7FB0B5", "scarf", PAPER, "glasses"),
    "salma": Look("#BFE0E2", TAN, BLACK, "curly", "#E0A33E"),
    "sam": Look("#CBD6A6", FAIR, FAWN, "cap", "#7A5A3C", "beard"),
    "sethi": Look("#B4CCDD", BROWN, GREY, "bob", "#28506E", "glasses"),
    "shirin": Look("#E9C3B4", FAIR, BLACK, "long", "#8E2F3C", "earrings"),
    "suyin": Look("#E9DEC9", PALE, BLACK, "long", "#3A3F4A"),
    "tomas": Look("#E0C8A4", TAN, CHESTNUT, "bald", "#45626F", "moustache"),
    "wei": Look("#C4DCE6", PALE, BLACK, "short", "#4F7EA3", "glasses"),
    "yusuf": Look("#E4D3B3", TAN, WHITE, "bald", "#6B3F2C", "beard glasses"),
    "zarghuna": Look("#E7CBD0", TAN, "#B3404A", "scarf", "#2F5D50"),
}


def portrait(sheet: Canvas, look: Look) -> None:
    """Draw a face on a sheet of 400 by 400."""
    sheet.wash(mix(look.ground, PAPER, 0.25), look.ground)
    _behind(sheet, look)
    shade = mix(look.skin, "#5A2A1A", 0.22)
    sheet.blob([(60, 420), (84, 338), (160, 306), (240, 306), (316, 338), (340, 420)], look.garment)
    sheet.poly([(166, 240), (234, 240), (240, 318), (200, 344), (160, 318)], shade)
    sheet.poly([(160, 312), (200, 346), (240, 312), (252, 322), (200, 372), (148, 322)], mix(look.garment, PAPER, 0.3))
    if look.style != "scarf":
        for x in (124, 276):
            sheet.ellipse(x, 192, 14, 20, shade)
    sheet.blob(
        [(200, 94), (262, 120), (276, 190), (252, 252), (200, 282), (148, 252), (124, 190), (138, 120)], look.skin
    )
    if "beard" in look.extras:
        tone = (
            WHITE
            if look.hair == WHITE
            else BLACK
            if look.style in {"scarf", "cap"} and look.hair != WHITE
            else look.hair
        )
        sheet.blob(
            [(126, 190), (150, 222), (200, 214), (250, 222), (274, 190), (270, 262), (200, 312), (130, 262)], tone
        )
        sheet.ellipse(200, 238, 25, 9, look.skin)
    _features(sheet, look, shade)
    _front(sheet, look)


def _behind(sheet: Canvas, look: Look) -> None:
    match look.style:
        case "long":
            sheet.blob(
                [(200, 66), (286, 104), (304, 220), (318, 350), (200, 374), (82, 350), (96, 220), (114, 104)], look.hair
            )
        case "bob":
            sheet.blob(
                [(200, 64), (292, 106), (302, 220), (272, 272), (200, 268), (128, 272), (98, 220), (108, 106)],
                look.hair,
            )
        case "curly":
            for step in range(15):
                angle = pi * 0.82 + step * pi * 1.36 / 14
                sheet.circle(200 + 92 * cos(angle), 168 + 92 * sin(angle), 36, look.hair)
        case "bun":
            sheet.circle(200, 66, 38, look.hair)
            sheet.blob([(200, 76), (280, 110), (286, 190), (200, 230), (114, 190), (120, 110)], look.hair)
        case "scarf":
            sheet.blob(
                [(200, 60), (296, 106), (310, 220), (322, 360), (200, 400), (78, 360), (90, 220), (104, 106)], look.hair
            )
        case _:
            pass


def _features(sheet: Canvas, look: Look, shade: str) -> None:
    brow = GREY if look.hair in {WHITE, GREY} else BLACK if look.style in {"scarf", "cap"} else mix(look.hair, INK, 0.4)
    for side in (-1, 1):
        x = 200 + side * 33
        sheet.ellipse(x, 184, 6.5, 7.5, INK)
        sheet.circle(x + 2, 181, 2, PAPER)
        sheet.curve([(x - side * 16, 163), (x, 158), (x + side * 17, 164)], brow, 5)
    sheet.curve([(202, 180), (210, 212), (196, 217)], shade, 4)
    sheet.curve([(180, 237), (200, 247), (220, 237)], mix(shade, TERRACOTTA, 0.5), 5)
    if "moustache" in look.extras:
        sheet.blob(
            [(200, 222), (236, 232), (246, 226), (228, 244), (200, 236), (172, 244), (154, 226), (164, 232)], look.hair
        )
    if "glasses" in look.extras:
        for x in (167, 233):
            sheet.circle(x, 186, 26, veil(PAPER, 0.18))
            sheet.ring(x, 186, 27, INK, 4)
        sheet.line([(193, 184), (207, 184)], INK, 4)
    if "earrings" in look.extras:
        for x in (120, 280):
            sheet.circle(x, 224, 8, OCHRE)


def _front(sheet: Canvas, look: Look) -> None:
    match look.style:
        case "short":
            sheet.blob(
                [
                    (118, 176),
                    (116, 112),
                    (160, 70),
                    (230, 64),
                    (284, 106),
                    (282, 178),
                    (266, 140),
                    (214, 122),
                    (150, 128),
                    (132, 146),
                ],
                look.hair,
            )
        case "bob" | "long":
            sheet.blob(
                [
                    (110, 200),
                    (112, 110),
                    (180, 66),
                    (260, 78),
                    (292, 130),
                    (288, 200),
                    (268, 150),
                    (226, 112),
                    (180, 134),
                    (136, 150),
                ],
                look.hair,
            )
        case "bun":
            sheet.blob(
                [(120, 178), (122, 110), (200, 72), (278, 110), (280, 178), (258, 130), (200, 104), (142, 130)],
                look.hair,
            )
        case "curly":
            for step in range(9):
                sheet.circle(128 + step * 18, 108 - 24 * sin(step * pi / 8), 27, look.hair)
        case "scarf":
            outer = [(200, 60), (290, 104), (302, 210), (276, 300), (200, 338), (124, 300), (98, 210), (110, 104)]
            inner = [(200, 106), (252, 130), (264, 196), (244, 252), (200, 280), (156, 252), (136, 196), (148, 130)]
            for start in range(8):
                following = (start + 1) % 8
                sheet.poly([outer[start], outer[following], inner[following], inner[start]], look.hair)
            sheet.curve([(110, 130), (150, 100), (200, 90), (250, 100), (290, 130)], mix(look.hair, INK, 0.18), 4)
            sheet.blob(
                [(124, 296), (200, 330), (276, 296), (300, 350), (200, 392), (100, 350)], mix(look.hair, INK, 0.1)
            )
        case "cap":
            sheet.blob(
                [(112, 140), (124, 84), (200, 56), (276, 84), (288, 140), (200, 128)], mix(look.garment, INK, 0.25)
            )
            sheet.blob(
                [(104, 140), (200, 116), (296, 140), (280, 158), (200, 140), (120, 158)], mix(look.garment, INK, 0.5)
            )
        case "pakol":
            sheet.ellipse(200, 92, 92, 34, "#8A7355")
            sheet.ellipse(200, 116, 96, 22, "#6E5A41")
            sheet.ellipse(200, 104, 98, 22, "#9B8464")
        case _:
            pass
