"""JSON in its one canonical spelling (RFC 8785), so that what is signed here is what is verified elsewhere."""

import json
import math
from typing import Any


class Uncanonical(ValueError):  # noqa: N818 - it is raised, and read, as what the document is
    """The document has no canonical form: a number that is none, or half of a character."""


def canonical(value: Any) -> bytes:
    """Write JSON canonically: names in the order of UTF-16, numbers as ECMAScript writes them, nothing in between."""
    try:
        return _written(value).encode()
    except UnicodeEncodeError:
        raise Uncanonical("half of a character") from None


def _written(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return json.dumps(value, ensure_ascii=False)
        case int() | float():
            return _number(value)
        case list():
            return "[" + ",".join(_written(each) for each in value) + "]"
        case dict():
            names = sorted(value, key=_in_utf16)
            return "{" + ",".join(f"{_written(name)}:{_written(value[name])}" for name in names) + "}"
    return _refuse()


def _in_utf16(name: str) -> bytes:
    return name.encode("utf-16-be")


def _number(said: float) -> str:
    """Write a number as ECMAScript does: Python finds the same digits, but places and spells the exponent otherwise."""
    try:
        value = float(said)
    except OverflowError:
        return _refuse()
    if not math.isfinite(value):
        return _refuse()
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, part = mantissa.partition(".")
    part = "" if part == "0" else part
    digits = (whole + part).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + part) - len(digits))  # where the point stands in the digits
    digits = digits.rstrip("0")
    if 0 < point <= 21:
        text = digits.ljust(point, "0") if len(digits) <= point else f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0:
        text = f"0.{'0' * -point}{digits}"
    else:
        rest = f".{digits[1:]}" if len(digits) > 1 else ""
        text = f"{digits[0]}{rest}e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return sign + text


def _refuse() -> str:
    raise Uncanonical("a value that JSON cannot say")
