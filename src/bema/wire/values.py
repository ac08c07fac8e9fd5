"""Lenient readers for single parameters, made once from the types of a struct and then run for every request.

A reader takes what arrived and returns the value, or raises `Wrong`; what it may be lenient about is decided when it is
made: `"1"` is a number only where a number is wanted.
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import inspect

from bema.model import limits

Reader = Callable[[object], Any]

_TRUE = frozenset({"true", "1", "on", "t", "yes", "y"})
_FALSE = frozenset({"false", "0", "off", "f", "no", "n", ""})
_WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,19}(?:\.[0-9]{0,32})?|\.[0-9]{1,32})(?:[eE][+-]?[0-9]{1,3})?")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # NUL, which PostgreSQL refuses, and halves of characters
_INT_MAX = 2**63 - 1
_MISSING = object()


class Wrong(Exception):  # noqa: N818 -- it is raised, and read, as a sentence
    """A value that cannot be read: why, and the names that lead to it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
        self.path: list[str] = []

    def label(self) -> str:
        """Name the field as a sentence begins: `source[privacy]` is `Source privacy`."""
        return " ".join(self.path).replace("_", " ").strip().capitalize()[:100] or "The request"


def converter(kind: inspect.Type) -> Reader:
    """Make the reader for a type; a type that no parameter can have raises TypeError, when the server starts."""
    match kind:
        case inspect.StrType():
            return _text(kind)
        case inspect.BoolType():
            return _flag
        case inspect.IntType():
            return _bounded(_whole, kind)
        case inspect.FloatType():
            return _bounded(_decimal, kind)
        case inspect.LiteralType():
            return _choice({str(value): value for value in kind.values})
        case inspect.EnumType():
            return _choice({str(member.value): member for member in kind.cls})
        case inspect.UnionType():
            return _either(kind)
        case inspect.ListType():
            return _items(kind, list)
        case inspect.VarTupleType():
            return _items(kind, tuple)
        case inspect.SetType():
            return _items(kind, set)
        case inspect.FrozenSetType():
            return _items(kind, frozenset)
        case inspect.DictType(key_type=inspect.StrType()):
            return _mapping(kind)
        case inspect.StructType():
            return _struct(kind)
        case inspect.AnyType():
            return lambda raw: raw
        case inspect.CustomType():
            return _instance(kind.cls)
        case inspect.Metadata():  # a sentence for the reference
            return converter(kind.type)
        case _:
            raise TypeError(f"no parameter can be a {kind}")


def _text(kind: inspect.StrType) -> Reader:
    longest = min(kind.max_length or limits.PARAMETER_CHARACTERS, limits.PARAMETER_CHARACTERS)
    shortest = kind.min_length or 0
    pattern = re.compile(kind.pattern) if kind.pattern else None

    def read(raw: object) -> str:
        if type(raw) is not str:
            raw = _number_as_text(raw)
        if len(raw) > longest:
            raise Wrong(f"is too long (maximum is {longest} characters)")
        if _UNSTORABLE.search(raw):
            raise Wrong("contains invalid characters")
        if len(raw) < shortest:
            raise Wrong(f"is too short (minimum is {shortest} characters)" if raw else "can't be blank")
        if pattern and not pattern.search(raw):
            raise Wrong("is invalid")
        return raw

    return read


def _number_as_text(raw: object) -> str:
    if isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) <= _INT_MAX:
        return str(raw)
    if isinstance(raw, float) and math.isfinite(raw):
        return repr(raw)
    raise Wrong("is not a text")


def _flag(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    word = None
    if isinstance(raw, str) and len(raw) <= 8:
        word = raw.strip().lower()
    elif isinstance(raw, int) and raw in (0, 1):
        word = str(raw)
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise Wrong("is not true or false")


def _whole(raw: object) -> int:
    if (isinstance(raw, str) and _WHOLE.fullmatch(raw.strip())) or (isinstance(raw, float) and raw.is_integer()):
        raw = int(raw)
    if not isinstance(raw, int) or isinstance(raw, bool):
        raise Wrong("is not a number")
    if not -_INT_MAX <= raw <= _INT_MAX:
        raise Wrong("is out of range")
    return raw


def _decimal(raw: object) -> float:
    if isinstance(raw, str) and _DECIMAL.fullmatch(raw.strip()):
        raw = float(raw)
    if not isinstance(raw, int | float) or isinstance(raw, bool):
        raise Wrong("is not a number")
    if not -1e300 < raw < 1e300:
        raise Wrong("is out of range")
    return float(raw)


def _bounded(read: Callable[[object], Any], kind: inspect.IntType | inspect.FloatType) -> Reader:
    if kind.ge is kind.gt is kind.le is kind.lt is None:
        return read
    low, above, high, below = kind.ge, kind.gt, kind.le, kind.lt

    def read_bounded(raw: object) -> Any:
        value = read(raw)
        if (low is not None and value < low) or (above is not None and value <= above):
            raise Wrong(f"must be at least {low}" if above is None else f"must be greater than {above}")
        if (high is not None and value > high) or (below is not None and value >= below):
            raise Wrong(f"must be at most {high}" if below is None else f"must be less than {below}")
        return value

    return read_bounded


def _choice(values: Mapping[str, object]) -> Reader:
    def read(raw: object) -> object:
        if isinstance(raw, str | int) and not isinstance(raw, bool):
            value = values.get(raw if isinstance(raw, str) else str(raw)[:64], _MISSING)
            if value is not _MISSING:
                return value
        raise Wrong("is not included in the list")

    return read


def _either(kind: inspect.UnionType) -> Reader:
    """Read null and, unless a text may be meant, the empty string as None; else take the first reader that can."""
    nullable = _allows_null(kind)
    options = [option for option in kind.types if not isinstance(option, inspect.NoneType)]
    options.sort(key=_takes_many)  # `str | list[str]`: a scalar must not become a list when it need not
    *attempts, last = (converter(option) for option in options)
    blank_is_null = nullable and not any(isinstance(option, inspect.StrType | inspect.AnyType) for option in options)

    def read(raw: object) -> Any:
        if nullable and (raw is None or (blank_is_null and isinstance(raw, str) and raw == "")):
            return None
        for attempt in attempts:
            try:
                return attempt(raw)
            except Wrong:
                continue
        return last(raw)

    return read


def _takes_many(kind: inspect.Type) -> bool:
    return isinstance(kind, inspect.CollectionType | inspect.DictType | inspect.StructType)


def _items(kind: inspect.CollectionType, build: Callable[[list[Any]], Any]) -> Reader:
    """Read a list; one value alone is a list of it, `{"0": …, "1": …}` a list in the order of its numbers.

    What a list of choices or numbers holds beside them is passed over: clients ask old servers for new things.
    """
    read_item = converter(kind.item_type)
    pass_over = isinstance(kind.item_type, inspect.LiteralType | inspect.EnumType)
    skip_blank = not isinstance(kind.item_type, inspect.StrType | inspect.AnyType)
    longest = min(kind.max_length or limits.PARAMETERS, limits.PARAMETERS)

    def read(raw: object) -> Any:
        items = raw if isinstance(raw, list) else _listed(raw)
        if len(items) > longest:
            raise Wrong(f"has too many items (maximum is {longest})")
        values = []
        for item in items:
            if item is None or (skip_blank and isinstance(item, str) and item == ""):
                continue
            try:
                values.append(read_item(item))
            except Wrong:
                if not pass_over:
                    raise
        return build(values)

    return read


def _listed(raw: object) -> list[object]:
    if raw is None or (isinstance(raw, str) and raw == ""):
        return []
    if isinstance(raw, Mapping):
        if all(isinstance(key, str) and key.isascii() and key.isdigit() and len(key) <= 9 for key in raw):
            return [raw[key] for key in sorted(raw, key=int)]
        return [raw]
    return [raw]


def _mapping(kind: inspect.DictType) -> Reader:
    read_key, read_value = converter(kind.key_type), converter(kind.value_type)

    def read(raw: object) -> dict[str, Any]:
        if not isinstance(raw, Mapping) or len(raw) > limits.PARAMETERS:
            raise Wrong("is invalid")
        return {read_key(key): _within(str(key), read_value, value) for key, value in raw.items()}

    return read


def _struct(kind: inspect.StructType) -> Reader:
    fields = [
        (field.name, field.encode_name, field.required, _allows_null(field.type), _blank_is_absent(field), reader)
        for field, reader in ((field, converter(field.type)) for field in kind.fields)
    ]
    build: Callable[..., msgspec.Struct] = kind.cls

    def read(raw: object) -> msgspec.Struct:
        if type(raw) is not dict and not isinstance(raw, Mapping):
            raise Wrong("is invalid")
        values: dict[str, Any] = {}
        for name, key, required, null_allowed, blank_is_absent, read_value in fields:
            value = raw.get(key, _MISSING)
            if value is _MISSING or (value is None and not null_allowed) or (blank_is_absent and value == ""):
                if required:
                    raise _at(key, Wrong("can't be blank"))
                continue
            try:
                values[name] = read_value(value)
            except Wrong as wrong:
                raise _at(key, wrong) from None
        return build(**values)

    return read


def _allows_null(kind: inspect.Type) -> bool:
    kind = _bare(kind)
    return isinstance(kind, inspect.AnyType | inspect.NoneType) or (
        isinstance(kind, inspect.UnionType) and any(isinstance(option, inspect.NoneType) for option in kind.types)
    )


def _blank_is_absent(field: inspect.Field) -> bool:
    """An input that a person left empty says nothing, where the empty string is no value of its own."""
    return isinstance(
        _bare(field.type),
        inspect.IntType | inspect.FloatType | inspect.LiteralType | inspect.EnumType | inspect.CustomType,
    )


def _bare(kind: inspect.Type) -> inspect.Type:
    """Return a type without the sentence that describes it."""
    return kind.type if isinstance(kind, inspect.Metadata) else kind


def _instance(kind: type) -> Reader:
    def read(raw: object) -> object:
        if not isinstance(raw, kind):
            raise Wrong("is invalid")
        return raw

    return read


def _within(key: str, read: Reader, raw: object) -> Any:
    try:
        return read(raw)
    except Wrong as wrong:
        raise _at(key, wrong) from None


def _at(key: str, wrong: Wrong) -> Wrong:
    wrong.path.insert(0, key)
    return wrong
