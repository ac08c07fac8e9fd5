"""The design holds together: colours can be read, what pages name exists, and pages stay light."""

import gzip
import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from bema.edge.files import STYLES, StaticFiles

WEB = Path(__file__).parents[3] / "src" / "bema" / "edge" / "web"
STATIC = WEB / "static"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))

PUBLIC_SCRIPT_BYTES = 25_000  # gzip, everything that a page loads for a visitor
SIGNED_IN_SCRIPT_BYTES = 60_000  # gzip, everything that a page loads for a member
STYLE_BYTES = 30_000  # gzip: leaves as much for the HTML of a public page

PAIRS = [
    *((text, ground) for text in ("ink", "muted", "accent", "vouched", "alert") for ground in ("paper", "surface")),
    *((text, "sunken") for text in ("ink", "muted", "accent", "star")),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("accent-strong", "surface"),
    ("star", "surface"),
    ("ink", "accent-wash"),
    ("ink", "alert-wash"),
    ("ink", "vouched-wash"),
    ("accent", "accent-wash"),
    ("muted", "accent-wash"),
    ("surface", "alert"),
    ("paper", "ink"),
]


def colours(contrast: str) -> dict[str, tuple[str, str]]:
    """Read the tokens: name to light and dark colour, of the usual scheme or the one with more contrast."""
    usual, more = (STATIC / "css" / "tokens.css").read_text("utf-8").split("@media (prefers-contrast: more)")
    pattern = re.compile(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
    found = {name: (light, dark) for name, light, dark in pattern.findall(usual)}
    if contrast == "more":
        found |= {name: (light, dark) for name, light, dark in pattern.findall(more)}
    return found


def luminance(colour: str) -> float:
    """Return relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("wanted", "least"), [("usual", 4.5), ("more", 7.0)])
def test_every_text_can_be_read_on_its_ground(wanted: str, least: float) -> None:
    """AA for everybody, AAA for those who ask for more contrast, in the light and in the dark."""
    tokens = colours(wanted)
    washes = {name for name in tokens if name.endswith("-wash")}
    weak = [
        f"{text} on {ground}, {scheme}: {ratio:.2f}"
        for text, ground in PAIRS
        for at, scheme in enumerate(("light", "dark"))
        if (ratio := contrast(tokens[text][at], tokens[ground][at])) < (4.5 if ground in washes else least)
    ]
    assert weak == []


def test_every_template_can_be_read() -> None:
    """A page that does not parse would be found by its first reader."""
    environment = Environment(loader=FileSystemLoader(WEB / "templates"), autoescape=True)
    for path in TEMPLATES:
        environment.parse(path.read_text("utf-8"))
    assert TEMPLATES


def test_every_template_says_what_it_wants() -> None:
    """A template opens with a comment: what it shows, and the names it has to be given."""
    assert [path.name for path in TEMPLATES if not path.read_text("utf-8").startswith("{# ")] == []


def test_every_icon_is_in_the_sprite() -> None:
    """A name that the sprite does not have is an empty square on the page."""
    drawn = set(re.findall(r'<symbol id="([a-z-]+)"', (STATIC / "icons.svg").read_text("utf-8")))
    named = {name for path in TEMPLATES for name in re.findall(r'icon\("([a-z-]+)"', path.read_text("utf-8"))}
    assert named
    assert named - drawn == set()


def test_every_file_that_pages_name_is_there() -> None:
    """Style sheets, scripts, pictures, and what they name themselves."""
    missing = []
    served = StaticFiles(STATIC)
    for path in TEMPLATES:
        names = re.findall(r"""static\(["']([a-z0-9_./-]+)["']\)""", path.read_text("utf-8"))
        missing += [f"{path.name}: {name}" for name in names if not served.has(name)]
    for path in [*STATIC.rglob("*.css"), *STATIC.rglob("*.js"), *STATIC.glob("*.webmanifest")]:
        text = path.read_text("utf-8")
        names = re.findall(r'url\("([^")]+)"\)|from "(\./[^"]+)"|import "(\./[^"]+)"|"src": "([^"]+)"', text)
        missing += [f"{path.name}: {name}" for name in map("".join, names) if not (path.parent / name).is_file()]
    assert missing == []


def loaded_with(entry: str, known: frozenset[Path] = frozenset()) -> frozenset[Path]:
    """List the modules that a page loads with a script."""
    path = STATIC / "js" / entry
    if path in known:
        return known
    known |= {path}
    for name in re.findall(r'(?:from|import) "\./([a-z_]+\.js)"', path.read_text("utf-8")):
        known = loaded_with(name, known)
    return known


def packed(paths: frozenset[Path]) -> int:
    """Count the bytes that files take on their way."""
    return sum(len(gzip.compress(path.read_bytes())) for path in paths)


def test_pages_stay_light() -> None:
    """Reading must not cost more on a slow line because writing became more comfortable."""
    reading = loaded_with("reading.js")
    assert packed(loaded_with("watching.js", reading)) <= PUBLIC_SCRIPT_BYTES
    assert packed(loaded_with("taking_part.js", reading)) <= SIGNED_IN_SCRIPT_BYTES
    assert packed(frozenset((STATIC / "css").glob("*.css"))) <= STYLE_BYTES


def test_every_style_is_in_the_sheet_that_pages_load() -> None:
    """Each file once; one that is left out would style nothing."""
    assert sorted(STYLES) == sorted(path.stem for path in (STATIC / "css").glob("*.css"))


def test_every_script_is_loaded_by_some_page() -> None:
    """A module that nothing imports is dead."""
    used = loaded_with("watching.js", loaded_with("taking_part.js", loaded_with("reading.js")))
    assert set((STATIC / "js").glob("*.js")) - used == set()
