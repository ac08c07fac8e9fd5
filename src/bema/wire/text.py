"""Plain text that people type: what in it is a mention, a hashtag, a link or an emoji, and how long it counts.

The rules are Mastodon's, so that a text means the same here and there. Counting is by graphemes (what a reader takes for
one character); matching knows the letters and marks of every script.
"""

import unicodedata

import msgspec
import regex

from bema.model import limits
from bema.model.searching import without_piles


class Text(msgspec.Struct, frozen=True, gc=False):
    """A stretch that is nothing but text."""

    text: str


class Mention(msgspec.Struct, frozen=True, gc=False):
    """`@name` or `@name@host`; whether anybody is called so is not known here."""

    text: str
    username: str
    host: str | None

    @property
    def handle(self) -> str:
        """The name in lower case, with its host if it has one: the key under which a mention is looked up."""
        return (f"{self.username}@{self.host}" if self.host else self.username).lower()


class Hashtag(msgspec.Struct, frozen=True, gc=False):
    """`#name` in any script, its name as it was typed."""

    text: str
    name: str


class Link(msgspec.Struct, frozen=True, gc=False):
    """An http or https address."""

    text: str


class Emoji(msgspec.Struct, frozen=True, gc=False):
    """`:shortcode:`, which may name a picture of the server."""

    text: str
    shortcode: str


Token = Text | Mention | Hashtag | Link | Emoji

_JOINERS = "\u00b7\u30fb\u200c"  # middle dot (Catalan), katakana middle dot, zero-width non-joiner (Persian)
_QUOTES = '<>"`“”„«»‹›「」『』【】《》〈〉（）。、，！？；：،؛؟۔।'  # what a sentence puts around or after an address
_SPECIAL = regex.compile(
    rf"""
    (?P<link>(?<![A-Za-z0-9@＠$\#＃])[hH][tT][tT][pP][sS]?://
        (?:[\p{{L}}\p{{N}}\p{{M}}_](?:[\p{{L}}\p{{N}}\p{{M}}_-]{{0,62}})\.)+
        (?:[xX][nN]--[A-Za-z0-9-]{{1,59}}|[\p{{L}}\p{{M}}]{{2,63}})(?![\p{{L}}\p{{N}}\p{{M}}_-])
        (?::[0-9]{{1,5}}(?![0-9]))?
        (?:[/?\#][^\s\p{{C}}{_QUOTES}]*)?
    )
    | (?<![\w=/])@(?P<username>[A-Za-z0-9_]++(?:[.-]++[A-Za-z0-9_]++)*+)
        (?:@(?P<host>\w++(?:[.-]++\w++)*+(?::[0-9]{{2,5}}(?![0-9]))?))?+
    | (?<![\w=/)])[\#＃](?P<tag>\w[\w{_JOINERS}]*+)
    | (?<![\p{{L}}\p{{N}}:]):(?P<shortcode>[A-Za-z0-9_]{{2,}}+):(?![\p{{L}}\p{{N}}:])
    """,
    regex.VERBOSE | regex.V0,
)
# One grapheme that is drawn as a picture: a flag, a keycap, or a pictograph with what belongs to it.
_EMOJI = regex.compile(r"(?=\X\Z)(?:\p{RI}{2}|[0-9#*]\ufe0f?\u20e3|\p{Extended_Pictographic}.*)", regex.DOTALL)
_GRAPHEME = regex.compile(r"\X")
_INNER = "_" + _JOINERS
_NO_LETTERS = regex.compile(rf"[\p{{Nd}}{_INNER}]+")
_UNWANTED = regex.compile(r"[\p{Cs}\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_CLOSERS = {")": "(", "]": "[", "}": "{"}
_ENDINGS = frozenset(".,;:!?'*~|…’‘")
_OPENS = {**dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c"), **dict.fromkeys("\u2066\u2067\u2068", "\u2069")}
_BIDI_DEPTH = 125  # levels that the bidirectional algorithm (UAX #9) knows; what is deeper has no effect
_BIDI = regex.compile("[\u202a-\u202e\u2066-\u2069]")


def parse(text: str) -> list[Token]:
    """Split a text into tokens whose `text`s, joined, are the text again."""
    tokens: list[Token] = []
    end = 0
    for match in _SPECIAL.finditer(text):
        token = _token(match)
        if token is None:
            continue
        if end < match.start():
            tokens.append(Text(text[end : match.start()]))
        tokens.append(token)
        end = match.start() + len(token.text)
    if end < len(text):
        tokens.append(Text(text[end:]))
    return tokens


def length(text: str) -> int:
    """Count graphemes."""
    if text.isascii():
        return len(text) - text.count("\r\n")
    return sum(1 for _ in _GRAPHEME.finditer(text))


def is_emoji(text: str) -> bool:
    """Tell whether a text is one emoji of Unicode, and nothing else."""
    return len(text) <= limits.REACTION_CHARACTERS and _EMOJI.fullmatch(text) is not None


def character_count(text: str) -> int:
    """Count a post's characters: a link as 23 whatever its length, a mention without its host."""
    counted = []
    for token in parse(text):
        match token:
            case Link():
                counted.append("x" * limits.LINK_CHARACTERS)
            case Mention():
                counted.append(f"@{token.username}")
            case _:
                counted.append(token.text)
    return length("".join(counted))


def strip_controls(text: str) -> str:
    """Remove what no text needs and no database stores: NUL and other controls, halves of characters, piles of marks."""
    if text.isascii() and text.isprintable():
        return text
    return without_piles(_UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def clean_text(text: str, limit: int) -> str:
    """Make a text from elsewhere fit to store and show: composed (NFC), at most `limit` graphemes, its direction its own.

    Direction overrides stay, but each ends where it began to matter: in its line. Joiners and direction marks are part
    of how Persian, Hindi or Hebrew is written, and stay.
    """
    if text.isascii() and text.isprintable():
        return text[:limit]
    cleaned = unicodedata.normalize("NFC", _with_own_direction(strip_controls(text)))
    return _with_own_direction(_first(cleaned, limit)) if len(cleaned) > limit else cleaned


def _token(match: "regex.Match[str]") -> Token | None:
    if match["link"] is not None:
        address = _trimmed(match["link"])
        return Link(address) if len(address) <= limits.URL_CHARACTERS else Text(match["link"])
    if match["username"] is not None:
        return Mention(match[0], match["username"], match["host"])
    if match["tag"] is not None:
        name = match["tag"].rstrip(_JOINERS)
        return Hashtag(match[0][0] + name, name) if _names_something(name) else None
    return Emoji(match[0], match["shortcode"])


def _names_something(name: str) -> bool:
    """`#2026` is a number and `#_` nothing, but `#2026_27` is a tag."""
    if _NO_LETTERS.fullmatch(name):
        return any(character in _INNER for character in name[1:-1]) and any(map(str.isdigit, name))
    return any(map(str.isalpha, name))


def _trimmed(address: str) -> str:
    """Take from a link what belongs to the sentence: its last punctuation, and a bracket that opened before it."""
    end = len(address)
    surplus = {closer: address.count(closer) - address.count(opener) for closer, opener in _CLOSERS.items()}
    while end:
        last = address[end - 1]
        if last in _ENDINGS:
            end -= 1
        elif surplus.get(last, 0) > 0:
            surplus[last] -= 1
            end -= 1
        else:
            break
    return address[:end]


def _first(text: str, limit: int) -> str:
    for count, grapheme in enumerate(_GRAPHEME.finditer(text)):
        if count == limit:
            return text[: grapheme.start()]
    return text


def _with_own_direction(text: str) -> str:
    return "\n".join(_balanced(line) for line in text.split("\n")) if _BIDI.search(text) else text


def _balanced(line: str) -> str:
    """Close what was opened, and drop what closes nothing: it would end the isolation that a page puts around a name."""
    awaited: list[str] = []
    kept = []
    for character in line:
        if character in _OPENS:
            if len(awaited) == _BIDI_DEPTH:
                continue
            awaited.append(_OPENS[character])
        elif character in "\u202c\u2069":
            if character not in awaited:
                continue
            while awaited[-1] != character:
                kept.append(awaited.pop())
            awaited.pop()
        kept.append(character)
    return "".join(kept) + "".join(reversed(awaited))
