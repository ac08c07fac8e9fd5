"""Comparing two versions of a text word by word, in whatever script they are written."""

from difflib import SequenceMatcher
from functools import lru_cache
from typing import Literal

import msgspec
import regex

# A word with its marks and joiners; one letter where words are not set apart; a run of spaces; any other sign alone.
_PART = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Khmer}\p{Lao}\p{Myanmar}]\p{M}*|[\p{L}\p{M}\p{N}\u200c\u200d'’]+|\s+|."
)
_WORDS_COMPARED = 4_000  # of each text: longer ones are compared by their lines


class Piece(msgspec.Struct, frozen=True):
    """A part of a text that stayed, is new, or is gone."""

    what: Literal["same", "new", "gone"]
    text: str


@lru_cache(maxsize=500)
def compare(old: str, new: str) -> tuple[Piece, ...]:
    """Return what became of one text in another, in the order in which it is read: what is gone before what is new."""
    if old == new:
        return (Piece("same", old),) if old else ()
    before, after = _parts(old), _parts(new)
    found: list[Piece] = []
    for what, first, last, begin, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            found.append(Piece("same", "".join(before[first:last])))
            continue
        if last > first:
            found.append(Piece("gone", "".join(before[first:last])))
        if end > begin:
            found.append(Piece("new", "".join(after[begin:end])))
    return tuple(_joined(found))


def _parts(text: str) -> list[str]:
    parts: list[str] = _PART.findall(text)
    return parts if len(parts) <= _WORDS_COMPARED else text.splitlines(keepends=True)


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Take a lone space between two changes as changed, too: what reads as one change is one."""
    joined: list[Piece] = []
    for place, piece in enumerate(pieces):
        between = 0 < place < len(pieces) - 1 and piece.what == "same" and not piece.text.strip()
        if not between:
            joined.append(piece)
            continue
        joined += [Piece("gone", piece.text), Piece("new", piece.text)]
    found: list[Piece] = []
    gone, new = "", ""
    for piece in joined:
        if piece.what == "gone":
            gone += piece.text
        elif piece.what == "new":
            new += piece.text
        else:
            found += _changed(gone, new)
            gone = new = ""
            found.append(piece)
    return found + _changed(gone, new)


def _changed(gone: str, new: str) -> list[Piece]:
    return [Piece("gone", gone)] * bool(gone) + [Piece("new", new)] * bool(new)
