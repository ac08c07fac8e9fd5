"""Bring the catalogues up to date with what templates, letters and code say; what is new has no translation yet.

Run it as `.venv/bin/python -m tools.update_catalogues`, then fill in what it lists.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

PACKAGE = Path(__file__).parent.parent / "src/bema"
WEB = PACKAGE / "edge/web"
CATALOGUES = PACKAGE / "wire/catalogues"
ELSEWHERE = [PACKAGE / f"{name}.py" for name in ("domain/letters", "wire/mastodon/sentences", "wire/tongues")]
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "say": None,
    "words": None,
    "ngettext": (1, 2),
    "plurals": (1, 2),
}


def said() -> Catalog:
    """Collect every text of the pages, with where it is said."""
    catalogue = Catalog(project="bema", charset="utf-8")
    for file, line, message in _messages():
        where = file.relative_to(WEB).as_posix() if file.is_relative_to(WEB) else file.name
        catalogue.add(message, locations=[(where, line)])
    return catalogue


def _messages() -> Iterator[tuple[Path, int, Any]]:
    for file in sorted(WEB.rglob("templates/**/*.html")):
        source = io.BytesIO(file.read_bytes())
        for line, function, arguments, _ in babel_extract(source, list(KEYWORDS), (), {"silent": "false"}):
            texts = arguments if isinstance(arguments, tuple) else (arguments,)
            yield file, line, texts[:2] if function in ("ngettext", "plurals") else texts[0]
    for file in [*sorted(WEB.glob("*.py")), *ELSEWHERE]:
        for line, message, _, _ in extract("python", io.BytesIO(file.read_bytes()), KEYWORDS):
            yield file, line, message


def catalogue_of(language: str) -> Path:
    """Return the file with the words of a language."""
    return CATALOGUES / language / "LC_MESSAGES" / "bema.po"


def main() -> None:
    """Update each catalogue and list what it lacks."""
    template = said()
    for file in sorted(CATALOGUES.glob("*/LC_MESSAGES/bema.po")):
        language = file.parent.parent.name
        with file.open("rb") as source:
            catalogue = read_po(source, locale=language)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        with file.open("wb") as target:
            write_po(target, catalogue, width=120, sort_by_file=True, omit_header=False)
        missing = [message.id for message in catalogue if message.id and not _is_translated(message.string)]
        print(f"{language}: {len(catalogue)} texts, {len(missing)} without a translation")
        for text in missing:
            print(f"  {text!r}")


def _is_translated(translation: Any) -> bool:
    return all(translation) if isinstance(translation, tuple | list) else bool(translation)


if __name__ == "__main__":
    main()
