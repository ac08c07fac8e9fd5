"""What is typed into a search: words, phrases, and operators such as `from:ann has:image -is:reply before:2026-05`.

Whatever is typed is a query: what looks like an operator and is none is words. `docs/search.md` tells people about it.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import msgspec
import regex

from bema.model import limits
from bema.model.ids import MAX_ID, lowest_id_at
from bema.model.searching import fold, query_terms

# Tokens that no text has, by which the index knows what a post is.
ANYBODY = "=p"  # anybody may find it
_HAS = ("media", "image", "video", "audio", "poll", "link")
_IS = ("reply", "sensitive", "quote")
_ALSO_CALLED = {"has:embed": "has:link", "has:card": "has:link", "has:quote": "is:quote"}
TRAITS = {**{f"has:{each}": f"=h{each}" for each in _HAS}, **{f"is:{each}": f"=i{each}" for each in _IS}}

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"') | {"−": "-", "－": "-", "：": ":"})
_PART = regex.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>\S+))')
_OPERATOR = regex.compile(r"(?P<name>\w+):(?P<value>\S+)")
_PERIOD = regex.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{1,2})(?:-(?P<day>[0-9]{1,2}))?)?")
_LANGUAGE = regex.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*")


class Span(msgspec.Struct, frozen=True, order=True):
    """The ids between two, neither included."""

    above: int = -1
    below: int = MAX_ID


EVER = Span()


class Query(msgspec.Struct, frozen=True):
    """What somebody looks for: all of what is wanted, nothing of what is not.

    A term that ends in `*` may be the beginning of a token. Terms hold letters and digits alone, and traits are ours:
    nothing in them can be an operator of a database.
    """

    words: tuple[str, ...] = ()
    no_words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()  # folded
    no_phrases: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    no_traits: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()  # any of these
    no_languages: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()  # any of these: addresses, or "me"
    no_authors: tuple[str, ...] = ()
    library: bool | None = None  # of what is the viewer's own, addressed to or kept by the viewer; or of nothing such
    spans: tuple[Span, ...] = (EVER,)  # the newest first, not overlapping; none: no moment is in all that was asked for

    @property
    def asks(self) -> bool:
        """Anything is looked for at all."""
        return self != Query()

    @property
    def contradicts_itself(self) -> bool:
        """Nothing can be found."""
        return not self.spans or any(
            set(wanted) & set(unwanted)
            for wanted, unwanted in (
                (self.words, self.no_words),
                (self.phrases, self.no_phrases),
                (self.traits, self.no_traits),
                (self.languages, self.no_languages),
                (self.authors, self.no_authors),
            )
        )


def read(text: str) -> Query:
    """Read a query."""
    reader = _Reader()
    for part in _PART.finditer(text[: limits.SEARCH_QUERY_CHARACTERS].translate(_QUOTES)):
        unwanted = bool(part["minus"])
        if part["phrase"] is not None:
            reader.phrase(part["phrase"], unwanted)
        elif not reader.operator(part["word"], unwanted):
            reader.word(part["word"], unwanted)
    return reader.query()


def has_operators(text: str) -> bool:
    """Tell whether a query speaks of posts alone: people and tags have none of what operators ask for."""
    query = read(text) if ":" in text else Query()
    asked = (query.traits, query.no_traits, query.languages, query.no_languages, query.authors, query.no_authors)
    return any(asked) or query.library is not None or query.spans != (EVER,)


def language_token(language: str) -> str:
    """Return the token of what is in a language; separators are left out, for FTS5 would cut there."""
    return "=l" + regex.sub("[^a-z0-9]", "", language.lower())


def language_tokens(language: str) -> list[str]:
    """Return the tokens of a post in a language: who asks for Portuguese also means that of Brazil."""
    return list(dict.fromkeys([language_token(regex.split("[-_]", language)[0]), language_token(language)]))


class _Reader:
    """Collects what the parts of a query ask for."""

    def __init__(self) -> None:
        self._typed: list[str] = []
        self._no_words: list[str] = []
        self._phrases: tuple[list[str], list[str]] = ([], [])
        self._traits: tuple[list[str], list[str]] = ([], [])
        self._languages: tuple[list[str], list[str]] = ([], [])
        self._authors: tuple[list[str], list[str]] = ([], [])
        self._library: bool | None = None
        self._spans = [EVER]

    def word(self, word: str, unwanted: bool) -> None:
        """Note a plain word."""
        if not unwanted:
            self._typed.append(word)
        elif len(terms := _whole(word)) == 1:
            self._no_words += terms
        else:
            self.phrase(word, unwanted)  # several tokens in a row: only all of them are what is not wanted

    def phrase(self, phrase: str, unwanted: bool) -> None:
        """Note words that stand side by side."""
        if folded := " ".join(fold(phrase).split()):
            self._phrases[unwanted].append(folded)

    def operator(self, word: str, unwanted: bool) -> bool:
        """Note what an operator asks for; False where it is none."""
        match = _OPERATOR.fullmatch(word)
        if match is None:
            return False
        name, value = match["name"].casefold(), match["value"]
        written = f"{name}:{fold(value)}"
        trait = TRAITS.get(_ALSO_CALLED.get(written, written))
        period = _period(fold(value)) if name in ("before", "after", "during") else None
        if trait is not None:
            self._traits[unwanted].append(trait)
        elif name == "from" and value.strip("@"):
            self._authors[unwanted].append(value.strip("@"))
        elif name in ("language", "lang") and _LANGUAGE.fullmatch(fold(value)):
            self._languages[unwanted].append(language_token(fold(value)))
        elif period is not None:
            self._spans = _within(self._spans, _spans(name, period, unwanted))
        elif written == "in:public":
            self._traits[unwanted].append(ANYBODY)
        elif written == "in:library":
            self._library = not unwanted
        else:
            return written == "in:all" and not unwanted
        return True

    def query(self) -> Query:
        """Return what was collected, within bounds."""
        words = list(map(_not_too_short, query_terms(" ".join(self._typed))))
        words += [term for phrase in self._phrases[0] for term in _whole(phrase)]
        return Query(
            words=_few(words),
            no_words=_few(self._no_words),
            phrases=_few(self._phrases[0]),
            no_phrases=_few(self._phrases[1]),
            traits=_few(self._traits[0]),
            no_traits=_few(self._traits[1]),
            languages=_few(self._languages[0]),
            no_languages=_few(self._languages[1]),
            authors=_few(self._authors[0], limits.SEARCH_AUTHORS),
            no_authors=_few(self._authors[1], limits.SEARCH_AUTHORS),
            library=self._library,
            spans=tuple(self._spans[: limits.SEARCH_SPANS]),
        )


def _few(pieces: Iterable[str], most: int = limits.SEARCH_TERMS) -> tuple[str, ...]:
    return tuple(dict.fromkeys(pieces))[:most]


def _whole(text: str) -> list[str]:
    """Cut into terms whose last word is not taken for the beginning of one."""
    return [term if len(term) == 2 and not term.isascii() else term.removesuffix("*") for term in query_terms(text)]


def _not_too_short(term: str) -> str:
    """Take one letter of an alphabet for a word: half of all words of a language begin with some such letter."""
    return term.removesuffix("*") if len(term) == 2 and term.isascii() else term


# --- Time -------------------------------------------------------------------------------------------------------------


def _period(written: str) -> tuple[int, int] | None:
    """Return the first id of a year, month or day, and the first one after it, by the clock of UTC."""
    match = _PERIOD.fullmatch(written)
    if match is None:
        return None
    year, month, day = (int(match[name]) if match[name] else None for name in ("year", "month", "day"))
    try:
        start = date(year or 0, month or 1, day or 1)
        if day is not None:
            end = start + timedelta(days=1)
        elif month is not None:
            end = date(start.year + month // 12, month % 12 + 1, 1)
        else:
            end = date(start.year + 1, 1, 1)
    except (ValueError, OverflowError):
        return None
    return _first_id(start), _first_id(end)


def _first_id(day: date) -> int:
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return min(MAX_ID, lowest_id_at(max(0, int(moment.timestamp() * 1_000))))


def _spans(name: str, period: tuple[int, int], unwanted: bool) -> list[Span]:
    first, next_ = period
    before, after = Span(below=first), Span(above=next_ - 1)
    during = Span(above=first - 1, below=next_)
    match name, unwanted:
        case "before", False:
            return [before]
        case "before", True:
            return [Span(above=first - 1)]
        case "after", False:
            return [after]
        case "after", True:
            return [Span(below=next_)]
        case _, False:
            return [during]
        case _:
            return [after, before]


def _within(spans: list[Span], others: list[Span]) -> list[Span]:
    """Intersect; the newest stay first."""
    cuts = [Span(max(one.above, other.above), min(one.below, other.below)) for one in spans for other in others]
    return sorted((cut for cut in cuts if cut.below - cut.above > 1), reverse=True)
