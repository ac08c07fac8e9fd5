"""Charts of the demo square: what its newspaper, library and university count, in the newspaper's quiet style."""

from math import cos, exp, pi, sin

from bema.demo.drawings.canvas import (
    HAIRLINE,
    INK,
    MUTED,
    OCHRE,
    OLIVE,
    PAPER,
    SEA,
    TERRACOTTA,
    Canvas,
    Point,
    mix,
    veil,
)

_LEFT, _RIGHT, _TOP, _BOTTOM = 130, 1130, 210, 690


def _frame(sheet: Canvas, title: str, unit: str, source: str) -> None:
    sheet.rect(0, 0, 1200, 800, PAPER)
    sheet.rect(70, 62, 44, 6, TERRACOTTA)
    sheet.letters(70, 104, title, 40, INK, "l")
    sheet.letters(70, 154, unit, 23, MUTED, "l")
    sheet.letters(70, 762, source, 18, MUTED, "l")


def _grid(sheet: Canvas, marks: list[tuple[float, str]], highest: float) -> None:
    for value, label in marks:
        y = _BOTTOM - value / highest * (_BOTTOM - _TOP)
        sheet.line([(_LEFT, y), (_RIGHT, y)], HAIRLINE, 1.5)
        sheet.letters(_LEFT - 14, y, label, 20, MUTED, "r")


def _columns(sheet: Canvas, values: list[float], labels: list[str], highest: float, marked: set[int]) -> None:
    step = (_RIGHT - _LEFT) / len(values)
    for number, (value, label) in enumerate(zip(values, labels, strict=True)):
        height = value / highest * (_BOTTOM - _TOP)
        x = _LEFT + number * step + step * 0.16
        sheet.rect(x, _BOTTOM - height, step * 0.68, height, TERRACOTTA if number in marked else SEA, 4)
        sheet.letters(x + step * 0.34, _BOTTOM + 24, label, 19, MUTED)
        if number in marked:
            sheet.letters(x + step * 0.34, _BOTTOM - height - 20, f"{value:g}", 24, TERRACOTTA)
    sheet.line([(_LEFT, _BOTTOM), (_RIGHT, _BOTTOM)], INK, 2)


def ferry_delays(sheet: Canvas) -> None:
    _frame(
        sheet,
        "How late is the ferry?",
        "Average delay in minutes, by hour of departure",
        "The Halmyra Lantern, three years of departures",
    )
    _grid(sheet, [(0, "0"), (4, "4"), (8, "8"), (12, "12")], 12)
    values = [1, 2, 11, 7, 4, 3, 3, 4, 3, 3, 4, 6, 9, 6, 3, 2]
    _columns(sheet, [float(v) for v in values], [str(6 + n) for n in range(16)], 12, {2, 12})


def rainfall(sheet: Canvas) -> None:
    _frame(
        sheet,
        "Regen in Halmyra",
        "Mittlerer Niederschlag je Monat, in Millimetern",
        "The Halmyra Lantern, Messungen am Leuchtturm seit 1961",
    )
    _grid(sheet, [(0, "0"), (40, "40"), (80, "80"), (120, "120")], 125)
    values = [88.0, 76.0, 61.0, 44.0, 28.0, 14.0, 9.0, 12.0, 37.0, 82.0, 118.0, 104.0]
    _columns(sheet, values, list("JFMAMJJASOND"), 125, {6, 10})


def stripes(sheet: Canvas) -> None:
    width = 1200 / 60
    for year in range(60):
        warmth = min(1.0, max(0.0, year / 62 + sheet.chance.gauss(0, 0.11)))
        tone = mix("#0E3B66", "#DCE7EA", warmth * 2) if warmth < 0.5 else mix("#F3E3D3", TERRACOTTA, warmth * 2 - 1)
        sheet.rect(year * width, 0, width + 1, 800, tone)


def tide(sheet: Canvas) -> None:
    _frame(
        sheet,
        "Tide at the north mole",
        "Water level over two days, in metres",
        "University of Halmyra, hydrology group",
    )
    _grid(sheet, [(0, "0"), (0.5, "0.5"), (1, "1.0"), (1.5, "1.5")], 1.75)

    def level(share: float, surge: float) -> Point:
        height = (
            0.8
            + 0.55 * cos(share * 2 * pi * 3.87)
            + 0.09 * sin(share * 19)
            + surge * exp(-(((share - 0.62) / 0.06) ** 2))
        )
        return _LEFT + share * (_RIGHT - _LEFT), _BOTTOM - height / 1.75 * (_BOTTOM - _TOP)

    sheet.line([level(n / 300, 0) for n in range(301)], veil(SEA, 0.9), 5)
    sheet.line([level(n / 300, 0.13) for n in range(301)], TERRACOTTA, 2.5)
    for number, label in enumerate(("Mon 0:00", "12:00", "Tue 0:00", "12:00", "Wed 0:00")):
        sheet.letters(_LEFT + number * (_RIGHT - _LEFT) / 4, _BOTTOM + 28, label, 20, MUTED)
    sheet.line([(_LEFT, _BOTTOM), (_RIGHT, _BOTTOM)], INK, 2)
    x, y = level(0.62, 0.13)
    sheet.line([(x, y - 10), (x + 40, y - 70)], MUTED, 1.5)
    sheet.letters(x + 46, y - 82, "storm: +12 cm", 22, TERRACOTTA, "l")
    sheet.letters(_RIGHT - 150, _TOP - 16, "predicted", 22, SEA, "r")
    sheet.letters(_RIGHT, _TOP - 16, "measured", 22, TERRACOTTA, "r")


def library_hours(sheet: Canvas) -> None:
    _frame(sheet, "Night Library", "Visits by day and hour, three weeks", "1,911 visits, darker is more")
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    busy = (0.55, 0.8, 0.6, 0.62, 0.34, 0.28, 0.5)
    for row, (day, crowd) in enumerate(zip(days, busy, strict=True)):
        y = _TOP + row * 66
        sheet.letters(_LEFT - 14, y + 29, day, 22, MUTED, "r")
        for hour in range(6):
            full = crowd * exp(-(((hour - 1.4) / 2.1) ** 2)) + sheet.chance.uniform(0, 0.1)
            full = 1.0 if (row, hour) == (1, 1) else min(full, 0.86)
            x = _LEFT + hour * 166
            sheet.rect(x, y, 158, 58, mix("#E8EFF2", "#0A3B66", full), 6)
            if full == 1.0:
                sheet.letters(x + 79, y + 29, "38", 26, PAPER)
    for hour, label in enumerate(("21", "22", "23", "0", "1", "2")):
        sheet.letters(_LEFT + hour * 166, _TOP + 7 * 66 + 16, label, 22, MUTED)


def tram_load(sheet: Canvas) -> None:
    _frame(
        sheet,
        "How full is your tram?",
        "Share of seats taken, last month, percent",
        "Halmyra Transit, counted by hand and by door",
    )
    rows = (("Tram 1", 88), ("Tram 2", 74), ("Bus 5", 61), ("Bus 9", 47), ("Night N1", 33))
    for number, (label, share) in enumerate(rows):
        y = _TOP + 14 + number * 100
        sheet.letters(_LEFT + 60, y + 29, label, 26, INK, "r")
        sheet.rect(_LEFT + 84, y, 840, 58, "#EFECE4", 8)
        sheet.rect(_LEFT + 84, y, 8.4 * share, 58, TERRACOTTA if share > 80 else mix(SEA, OLIVE, number / 6), 8)
        sheet.letters(_LEFT + 84 + 8.4 * share - 18, y + 29, str(share), 28, PAPER, "r")


def football(sheet: Canvas) -> None:
    _frame(sheet, "Hafen 09: von 14 auf 3", "Tabellenplatz nach Spieltag", "Hafen Halmyra 09, Geschäftsstelle")
    places = [14, 13, 14, 12, 13, 11, 11, 10, 10, 8, 9, 8, 7, 7, 6, 5, 6, 4, 4, 3]
    for place in (1, 5, 10, 15):
        height = _TOP + (place - 1) * 33
        sheet.line([(_LEFT, height), (_RIGHT, height)], HAIRLINE, 1.5)
        sheet.letters(_LEFT - 14, height, str(place), 22, MUTED, "r")
    path = [(_LEFT + 20 + n * 50.5, _TOP + (place - 1) * 33.0) for n, place in enumerate(places)]
    sheet.line(path, SEA, 6)
    for number, (x, y) in enumerate(path):
        sheet.circle(x, y, 9, PAPER)
        sheet.circle(x, y, 6, TERRACOTTA if number == 19 else SEA)
        if number % 2 == 1:
            sheet.letters(x, _BOTTOM + 28, str(number + 1), 20, MUTED)
    sheet.ring(path[-1][0], path[-1][1], 22, OCHRE, 3)


DRAWINGS = {
    "chart-ferry-delays": ferry_delays,
    "chart-rainfall": rainfall,
    "chart-stripes": stripes,
    "chart-tide": tide,
    "chart-library-hours": library_hours,
    "chart-tram-load": tram_load,
    "chart-football": football,
}
