"""Drawn pictures for the demo square, so that it needs no photograph of anybody: the same bytes for the same name, every time."""

from bema.demo.drawings import birds, buildings, charts, geometry, landscapes, maps, posters, rooms, stills
from bema.demo.drawings.canvas import PAPER, Canvas
from bema.demo.drawings.emblems import emblem
from bema.demo.drawings.headers import header
from bema.demo.drawings.portraits import LOOKS, portrait

PICTURES = (
    landscapes.DRAWINGS
    | charts.DRAWINGS
    | posters.DRAWINGS
    | stills.DRAWINGS
    | rooms.DRAWINGS
    | maps.DRAWINGS
    | geometry.DRAWINGS
    | birds.DRAWINGS
    | buildings.DRAWINGS
)


def draw_picture(name: str) -> bytes:
    """Draw the picture of that name, 1200 by 800 pixels, as a JPEG."""
    sheet = Canvas(PAPER, name)
    PICTURES[name](sheet)
    return sheet.jpeg()


def draw_avatar(username: str) -> bytes:
    """Draw the face of a person, or the emblem of an institution or bot, 400 by 400 pixels, as a JPEG."""
    sheet = Canvas(PAPER, f"avatar {username}", 400, 400)
    if username in LOOKS:
        portrait(sheet, LOOKS[username])
    else:
        emblem(sheet, username)
    return sheet.jpeg()


def draw_header(username: str) -> bytes:
    """Draw the strip above somebody's profile, 1500 by 500 pixels, as a JPEG."""
    sheet = Canvas(PAPER, f"header {username}", 1500, 500)
    header(sheet)
    return sheet.jpeg()
