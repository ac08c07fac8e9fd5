"""Fields of signatures, read strictly: what two programs might read differently is refused."""

import base64
import binascii
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from bema.model import limits
from bema.wire.activitypub.signatures.requests import refused

Value = str | int | bytes | bool


class Token(str):
    """A bare word, as distinct from a quoted text."""

    __slots__ = ()


class Inner(NamedTuple):
    """An inner list of RFC 8941: its items, each with parameters, and its own."""

    items: list[tuple[Value, dict[str, Value]]]
    parameters: dict[str, Value]


class Item(NamedTuple):
    """An item of RFC 8941."""

    value: Value
    parameters: dict[str, Value]


def from_base64(text: str) -> bytes:
    """Read base64, in the one spelling that it has."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise refused("it is not in base64") from None
    if base64.b64encode(raw).decode() != text:
        raise refused("its base64 has another spelling")
    return raw


def to_base64(raw: bytes) -> str:
    """Write base64."""
    return base64.b64encode(raw).decode()


# --- Dates of HTTP ----------------------------------------------------------------------------------------------------

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), ([0-9]{2}) (" + "|".join(_MONTHS) + r") ([0-9]{4}) "
    r"([0-9]{2}):([0-9]{2}):([0-9]{2}) GMT",
    re.ASCII,
)


@lru_cache(maxsize=2)
def http_date(seconds: int) -> str:
    """Write a moment as `Sun, 06 Nov 1994 08:49:37 GMT` (IMF-fixdate), in no language of the machine."""
    at = datetime.fromtimestamp(seconds, UTC)
    return f"{_DAYS[at.weekday()]}, {at.day:02} {_MONTHS[at.month - 1]} {at.year:04} {at:%H:%M:%S} GMT"


@lru_cache(maxsize=64)
def read_http_date(text: str) -> int:
    """Read such a moment into seconds since 1970."""
    match = _DATE.fullmatch(text)
    if match is None:
        raise refused("its date is not in the form of HTTP")
    day, month, year, hour, minute, second = match.groups()
    try:
        at = datetime(int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second), tzinfo=UTC)
    except ValueError:
        raise refused("its date is none") from None
    return int(at.timestamp())


# --- Structured fields (RFC 8941), as far as signatures need them -----------------------------------------------------

_KEY = re.compile(r"[a-z*][a-z0-9_\-.*]{0,63}")
_TEXT = re.compile(r'"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"')
_BYTES = re.compile(r":([A-Za-z0-9+/=]*):")
_NUMBER = re.compile(r"-?[0-9]{1,15}(?![0-9.])")
_WORD = re.compile(r"[A-Za-z*][!#$%&'*+\-.^_`|~0-9A-Za-z:/]{0,63}")
_FLAG = re.compile(r"\?([01])")
_SPACES = re.compile(r"[ \t]*")
_INNER_SPACES = re.compile(r" *")


class _Reader:
    """A place in a text."""

    def __init__(self, text: str) -> None:
        if len(text) > limits.SIGNATURE_CHARACTERS:
            raise refused("it is too long")
        self.text, self.at = text, 0

    def take(self, pattern: "re.Pattern[str]") -> "re.Match[str] | None":
        match = pattern.match(self.text, self.at)
        if match is not None:
            self.at = match.end()
        return match

    def need(self, pattern: "re.Pattern[str]") -> "re.Match[str]":
        match = self.take(pattern)
        if match is None:
            raise refused("its fields cannot be read")
        return match

    def sees(self, sign: str) -> bool:
        if self.text.startswith(sign, self.at):
            self.at += len(sign)
            return True
        return False

    @property
    def is_done(self) -> bool:
        return self.at == len(self.text)


def dictionary(text: str) -> dict[str, Inner | Item]:
    """Read a dictionary; a name that comes twice is refused, though RFC 8941 would take the last."""
    reader, found = _Reader(text), dict[str, Inner | Item]()
    reader.take(_SPACES)
    while not reader.is_done:
        name = reader.need(_KEY)[0]
        if name in found:
            raise refused("a field comes twice")
        if reader.sees("="):
            found[name] = _inner(reader) if reader.sees("(") else Item(_bare(reader), _parameters(reader))
        else:
            found[name] = Item(True, _parameters(reader))
        reader.take(_SPACES)
        if not reader.is_done:
            if not reader.sees(","):
                raise refused("its fields cannot be read")
            reader.take(_SPACES)
            if reader.is_done:
                raise refused("its fields cannot be read")
    return found


def _inner(reader: _Reader) -> Inner:
    items: list[tuple[Value, dict[str, Value]]] = []
    while True:
        spaces = reader.need(_INNER_SPACES)[0]
        if reader.sees(")"):
            return Inner(items, _parameters(reader))
        if items and not spaces:
            raise refused("its fields cannot be read")
        items.append((_bare(reader), _parameters(reader)))
        if len(items) > limits.SIGNATURE_PARTS:
            raise refused("it covers too many parts")


def _parameters(reader: _Reader) -> dict[str, Value]:
    found: dict[str, Value] = {}
    while reader.sees(";"):
        reader.take(_INNER_SPACES)
        name = reader.need(_KEY)[0]
        if name in found:
            raise refused("a parameter comes twice")
        found[name] = _bare(reader) if reader.sees("=") else True
        if len(found) > limits.SIGNATURE_PARTS:
            raise refused("it has too many parameters")
    return found


def _bare(reader: _Reader) -> Value:
    for pattern, read in _BARE:
        match = reader.take(pattern)
        if match is not None:
            return read(match)
    raise refused("its fields cannot be read")


def _unescaped(match: "re.Match[str]") -> Value:
    return re.sub(r"\\(.)", r"\1", match[1])


_BARE: tuple[tuple["re.Pattern[str]", Callable[["re.Match[str]"], Value]], ...] = (
    (_TEXT, _unescaped),
    (_BYTES, lambda match: from_base64(match[1])),
    (_NUMBER, lambda match: int(match[0])),
    (_FLAG, lambda match: match[1] == "1"),
    (_WORD, lambda match: Token(match[0])),
)


def written(value: Value) -> str:
    """Write a bare item."""
    match value:
        case bool():
            return "?1" if value else "?0"
        case int():
            return str(value)
        case bytes():
            return f":{to_base64(value)}:"
        case Token():
            return str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def written_parameters(parameters: dict[str, Value]) -> str:
    """Write parameters, in their order."""
    return "".join(f";{name}" if value is True else f";{name}={written(value)}" for name, value in parameters.items())
