"""The reference pages say what the server does: they are written from it, and kept with it."""

from pathlib import Path

from bema.cli.reference import pages

KEPT = Path(__file__).parents[2] / "docs" / "reference"


def test_the_reference_is_up_to_date() -> None:
    """Who changes a route, a setting, a command or a limit runs `make docs`; else the pages would lie."""
    written = {name: (KEPT / name).read_text("utf-8") if (KEPT / name).exists() else "" for name in pages()}
    assert [name for name, text in pages().items() if written[name] != text] == []
