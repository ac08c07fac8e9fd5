"""Words to search by: one tokenizer for both databases, so that a search finds the same on each and in every script.

What people type in different ways becomes one: case, accents, vowel marks, the Arabic, Persian and Urdu keyboards' own
letters, digits of any script, full and half width. Scripts that write without spaces (Chinese, Japanese, Thai, Khmer …)
and Korean, which glues particles to words, are cut into overlapping pairs; the others, Indic ones too, into words.
"""

import unicodedata
from collections.abc import Iterable
from itertools import pairwise

import regex

from bema.model import limits

_MARKS = regex.compile(
    "(?<![иу])\u0306"  # the breve, except that of й and ў, which are letters of their own
    "|[\u0300-\u0305\u0307-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"  # accents of Latin, Greek and Cyrillic
    "|[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]"  # points of Hebrew
    "|[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08ca-\u08ff]"  # of Arabic
    r"|\u0640|\p{Cf}"  # tatweel, joiners and direction marks
)
_VARIANTS = str.maketrans(
    {
        **dict.fromkeys("ٱ", "ا"),  # alef
        **dict.fromkeys("ىیېۍ", "ي"),  # yeh; not ے, which ends other words
        **dict.fromkeys("کڪ", "ك"),  # kaf
        **dict.fromkeys("ګڰ", "گ"),  # gaf
        **dict.fromkeys("ہھەةۃ", "ه"),  # heh
        "ı": "i",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "ħ": "h",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
    }
)
_PILE = regex.compile(rf"(\p{{M}}{{{limits.MARKS_IN_A_ROW}}})\p{{M}}+")
_FOREIGN_DIGIT = regex.compile(r"[^\P{Nd}0-9]")
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Bopomofo}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}\u30fc"
_RUN = regex.compile(
    rf"(?P<unspaced>[[{_UNSPACED}]&&[\p{{L}}\p{{M}}]]+)|[[\p{{L}}\p{{M}}\p{{N}}]--[{_UNSPACED}]]+", regex.V1
)
_GRAPHEME = regex.compile(r"\X")


def without_piles(text: str) -> str:
    """Leave of the marks on one letter as many as any script has: thousands would take seconds to put in order."""
    return text if text.isascii() else _PILE.sub(r"\1", text)


def fold(text: str) -> str:
    """Make one text of what people type in different ways, for comparing names and making tokens."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", without_piles(text)).casefold()
    folded = _MARKS.sub("", unicodedata.normalize("NFKD", folded)).translate(_VARIANTS)
    folded = _FOREIGN_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0], digit[0])), folded)
    return unicodedata.normalize("NFC", folded)


def tokens(text: str) -> list[str]:
    """Cut a text into the different tokens by which it is found, in the order in which they come.

    A run without spaces gives its pairs and its last character alone, so that each of its characters begins a token.
    """
    found = []
    for run in _RUN.finditer(fold(text[: limits.SEARCH_TEXT_CHARACTERS])):
        found += _pairs(run[0], last_alone=True) if run["unspaced"] else [run[0]]
    return _bounded(found, limits.SEARCH_TOKENS)


def query_terms(text: str) -> list[str]:
    """Cut a query into terms that must all be found; one that ends in `*` may also be the beginning of a token.

    The last word is such a one, because it is searched for while it is being typed, and so is a character that stands
    alone in a script without spaces.
    """
    runs = list(_RUN.finditer(fold(text[: limits.SEARCH_TEXT_CHARACTERS])))
    terms = []
    for run in runs:
        pieces = _pairs(run[0], last_alone=False) if run["unspaced"] else [run[0]]
        pieces = _bounded(pieces, len(pieces))
        if run is runs[-1] or (run["unspaced"] and len(_GRAPHEME.findall(run[0])) == 1):
            pieces[-1] += "*"
        terms += pieces
    return list(dict.fromkeys(terms))[: limits.SEARCH_TERMS]


def _pairs(run: str, *, last_alone: bool) -> list[str]:
    graphemes = _GRAPHEME.findall(run)
    if len(graphemes) == 1:
        return graphemes
    pairs = [first + second for first, second in pairwise(graphemes)]
    return [*pairs, graphemes[-1]] if last_alone else pairs


def _bounded(pieces: Iterable[str], most: int) -> list[str]:
    return list(dict.fromkeys(piece[: limits.SEARCH_TOKEN_CHARACTERS] for piece in pieces))[:most]
