"""The words of the pages in every language: all of them, with all that is put into them."""

import re
from typing import Any

import pytest
from babel.messages.pofile import read_po
from tools.update_catalogues import catalogue_of, said

from bema.wire.tongues import LANGUAGES, chosen, tongue

_PLACES = re.compile(r"%\((\w+)\)s")


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_word_is_translated(language: str) -> None:
    """Each text of templates and code has a translation that puts in what the text puts in, and no markup."""
    with catalogue_of(language).open("rb") as source:
        catalogue = read_po(source, locale=language)
    for message in said():
        if not message.id:
            continue
        translated = catalogue.get(message.id[0] if isinstance(message.id, tuple) else message.id)
        assert translated is not None, message.id
        forms = as_list(translated.string)
        assert all(forms), f"{language}: {message.id} is not translated"
        places = {place for text in as_list(message.id) for place in _PLACES.findall(text)}
        for form in forms:
            assert set(_PLACES.findall(form)) <= places, f"{language}: {form}"
            assert not set('<>"') & set(form), f"{language}: {form}"


# Letters of one of the two languages that share a script, which the other does not write: a mixed-up catalogue shows by them.
OTHERS_LETTERS = {"ar": "ہےںٹڈڑگچپکی", "ur": "ةىيك"}


@pytest.mark.parametrize("language", OTHERS_LETTERS)
def test_no_translation_is_in_another_language(language: str) -> None:
    """Some two hundred texts of the Arabic catalogue were Urdu once, and nobody who wrote them could tell."""
    with catalogue_of(language).open("rb") as source:
        catalogue = read_po(source, locale=language)
    forms = [form for message in catalogue if message.id for form in as_list(message.string)]
    assert [form for form in forms if set(OTHERS_LETTERS[language]) & set(form)] == []


def as_list(texts: Any) -> list[str]:
    """Return the forms of a text."""
    return list(texts) if isinstance(texts, list | tuple) else [texts]


def test_every_tongue_counts_in_its_own_way() -> None:
    """Plural forms are chosen by the language's own rule."""
    arabic = tongue("ar")
    forms = {arabic.ngettext("%(count)s answer", "%(count)s answers", count) for count in (0, 1, 2, 3, 11, 100)}
    assert len(forms) == 6


def test_a_wish_that_cannot_be_met_is_passed_over() -> None:
    """The first language that there is counts, whatever else is wished for."""
    assert chosen("xx", None, "ar-EG", accept="ur").code == "ar"
    assert chosen(None, accept="*;q=0.1, ur;q=0").code == "en"
