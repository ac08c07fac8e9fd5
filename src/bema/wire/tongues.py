"""The languages of pages and letters: catalogues of words, and how numbers, times and names of languages are written in each."""

import io
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.support import NullTranslations, Translations
from markupsafe import Markup

from bema.model.ids import Millis

LANGUAGES = ("en", "ur", "ar")  # of pages and letters; each but the first, which they are written in, has a catalogue
_RIGHT_TO_LEFT = frozenset(("ar", "fa", "he", "ur", "ps", "sd", "ug", "yi", "dv", "ku"))
_CATALOGUES = Path(__file__).parent / "catalogues"
_EXACT = "d MMMM y, HH:mm"
_EVERY_FORM = (*range(201), 1_000_000)  # counts among which every plural form of every language is


def words(text: str) -> str:
    """Mark a text for the catalogues; it is translated where it is shown."""
    return text


class Tongue:
    """One language of the pages."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.direction = "rtl" if code in _RIGHT_TO_LEFT else "ltr"
        self._locale = Locale.parse(code)
        catalogue = _catalogue(code)
        self.gettext = catalogue.gettext
        self.ngettext = catalogue.ngettext
        self.words = lru_cache(maxsize=5_000)(lambda message: Markup(self.gettext(message)))
        self.exact = lru_cache(maxsize=10_000)(self._exact)
        self._ago = lru_cache(maxsize=5_000)(self._minutes_ago)
        self._until = lru_cache(maxsize=5_000)(self._minutes_until)
        self.duration = lru_cache(maxsize=100)(self._duration)
        self.percent = lru_cache(maxsize=1_000)(self._percent)
        self.number = lru_cache(maxsize=10_000)(self._number)
        self.language_name = lru_cache(maxsize=1_000)(self._language_name)

    def _exact(self, moment: Millis) -> str:
        """Write a moment out, in universal time."""
        return format_datetime(_utc(moment), _EXACT, locale=self._locale)

    def month(self, moment: Millis) -> str:
        """Name the month of a moment, with its year."""
        return format_datetime(_utc(moment), "LLLL y", locale=self._locale)

    def ago(self, moment: Millis, now: Millis) -> str:
        """Say how long ago a moment was; what is older than a month gets its date."""
        passed = max(0, now - moment)
        if passed < 60_000:
            return self.gettext("now")
        if passed < 30 * 86_400_000:
            return self._ago(passed // 60_000)
        same_year = _utc(moment).year == _utc(now).year
        return format_datetime(_utc(moment), "d MMM" if same_year else "d MMM y", locale=self._locale)

    def _minutes_ago(self, minutes: int) -> str:
        return format_timedelta(timedelta(minutes=minutes), locale=self._locale, format="narrow", threshold=1)

    def until(self, moment: Millis, now: Millis) -> str:
        """Say how long it is until a moment: "in 3 hours"."""
        return self._until(max(1, -((now - moment) // 60_000)))

    def plurals(self, one: str, many: str) -> dict[str, str]:
        """Return the forms of a text by the names that CLDR has for them."""
        return {self._locale.plural_form(count): self.ngettext(one, many, count) for count in _EVERY_FORM}

    def isolated(self, name: str) -> str:
        """Put a name into a plain text so that neither's direction changes the other's (UAX #9)."""
        return name if self.direction == "ltr" and name.isascii() else f"\u2068{name}\u2069"

    def _minutes_until(self, minutes: int) -> str:
        return format_timedelta(timedelta(minutes=minutes), locale=self._locale, threshold=1, add_direction=True)

    def _duration(self, seconds: int) -> str:
        """Write out a length of time."""
        return format_timedelta(timedelta(seconds=seconds), locale=self._locale, threshold=1)

    def _percent(self, share: float) -> str:
        return format_percent(share, locale=self._locale)

    def _number(self, number: float) -> str:
        return format_decimal(number, locale=self._locale)

    def _language_name(self, code: str) -> str:
        """Name a language in itself, as those who speak it look for it."""
        try:
            locale = Locale.parse(code.replace("-", "_"))
        except (ValueError, UnknownLocaleError):
            return code
        name = locale.get_display_name(locale) or code
        return name[:1].upper() + name[1:]


@lru_cache(maxsize=len(LANGUAGES))
def tongue(code: str) -> Tongue:
    """Return a language of the pages, or the first where there is no such one."""
    return Tongue(code if code in LANGUAGES else LANGUAGES[0])


def chosen(*wishes: str | None, accept: str) -> Tongue:
    """Return the first wish that there are pages in, then what the browser asks for, then the first of all."""
    for code in (*wishes, *_accepted(accept)):
        found = code.partition("-")[0].lower() if code else ""
        if found in LANGUAGES:
            return tongue(found)
    return tongue(LANGUAGES[0])


def _accepted(header: str) -> Iterable[str]:
    """Read an Accept-Language header: the most wanted first."""
    wanted: list[tuple[float, str]] = []
    for part in header.split(",")[:20]:
        code, _, quality = part.strip().partition(";q=")
        try:
            wanted.append((-float(quality or 1), code.strip()))
        except ValueError:
            continue
    return [code for quality, code in sorted(wanted, key=lambda each: each[0]) if quality < 0]


def _catalogue(code: str) -> NullTranslations:
    file = _CATALOGUES / code / "LC_MESSAGES" / "bema.po"
    if code == LANGUAGES[0]:
        return NullTranslations()
    with file.open("rb") as source:
        catalogue = read_po(source, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled, domain="bema")


def _utc(moment: Millis) -> datetime:
    return datetime.fromtimestamp(moment / 1000, UTC)
