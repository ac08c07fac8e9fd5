"""What clients send, in whatever dress: JSON, forms and query strings become the one struct that an endpoint asks for.

Names nest as in Rails (`id[]`, `source[privacy]`, `fields_attributes[0][name]`, `keywords_attributes[][keyword]`), and
values are read leniently but never guessed at: `decode` knows from the struct what it looks for, ignores what it does
not know, and refuses the rest with a sentence that names the field.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import dropwhile
from operator import not_
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec

from bema.model import limits
from bema.model.errors import BadRequest, Invalid
from bema.wire.values import Wrong, converter

T = TypeVar("T", bound=msgspec.Struct)

_NESTED = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])+)")
_STEP = re.compile(r"\[([^\[\]]*)\]")


def json_body(body: bytes) -> dict[str, object]:
    """Read a JSON object; an empty body is an empty object, because clients POST without one."""
    if not body.strip():
        return {}
    try:
        tree = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise BadRequest("The request body is not valid JSON") from None
    if not isinstance(tree, dict):
        raise BadRequest("The request body is not a JSON object")
    if body.count(b"[") + body.count(b"{") > limits.NESTING_DEPTH and _deeper_than(tree, limits.NESTING_DEPTH):
        raise BadRequest("The request body is nested too deeply")
    return tree


def form_body(body: bytes) -> dict[str, object]:
    """Read a form-urlencoded body or a query string, nested names included."""
    return nest(form_pairs(body)) if body else {}


def form_pairs(body: bytes) -> list[tuple[str, str]]:
    """Read the names and values of a form or query string as they come."""
    try:
        text = body.decode()
        if "%" not in text and "+" not in text and text.count("&") < limits.PARAMETERS:  # nothing to undo, as mostly
            return [(name, value) for name, _, value in [part.partition("=") for part in text.split("&") if part]]
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=limits.PARAMETERS, separator="&")
    except ValueError:  # UnicodeDecodeError is one
        raise BadRequest("The parameters could not be read") from None


def nest(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    """Build the tree that names with brackets describe; of a plain name the last value counts."""
    tree: dict[str, object] = {}
    for count, (name, value) in enumerate(pairs):
        if count == limits.PARAMETERS:
            raise BadRequest("The request has too many parameters")
        if "[" in name and (match := _NESTED.fullmatch(name)):
            _graft(tree, match[1], _STEP.findall(match[2]), value)
        else:
            _put(tree, name, value)
    return tree


def merge(*sources: Mapping[str, object]) -> dict[str, object]:
    """Join the parameters of a request; of a name that comes twice the later source counts."""
    joined: dict[str, object] = {}
    for source in sources:
        joined.update(source)
    return joined


def decode(raw: Mapping[str, object], shape: type[T]) -> T:
    """Read parameters into a struct, or raise `Invalid` with a sentence that names the field."""
    try:
        value: T = _reader(shape)(raw)
    except Wrong as wrong:
        raise Invalid(f"Validation failed: {wrong.label()} {wrong.why}") from None
    return value


@lru_cache(maxsize=1024)
def _reader(shape: type[msgspec.Struct]) -> Callable[[object], Any]:
    return converter(msgspec.inspect.type_info(shape))


def _deeper_than(tree: object, levels: int) -> bool:
    level: list[object] = [tree]
    for _ in range(levels):
        level = [child for branch in level for child in _children(branch) if isinstance(child, dict | list)]
        if not level:
            return False
    return True


def _children(branch: object) -> Iterable[object]:
    match branch:
        case dict():
            return branch.values()
        case list():
            return branch
        case _:
            return ()


def _graft(tree: dict[str, object], name: str, steps: list[str], value: object) -> None:
    """Follow `name[step]…` from the trunk, growing what is missing; `[]` is the next item of a list."""
    if len(steps) > limits.NESTING_DEPTH:
        raise BadRequest("A parameter is nested too deeply")
    for position, step in enumerate(steps):
        if step:
            branch = tree.setdefault(name, {})
            if not isinstance(branch, dict):
                raise BadRequest(f"The parameter {name[:64]} comes in two shapes")
            tree, name = branch, step
            continue
        items = tree.setdefault(name, [])
        if not isinstance(items, list):
            raise BadRequest(f"The parameter {name[:64]} comes in two shapes")
        below = list(dropwhile(not_, steps[position + 1 :]))  # `[][]` is `[]`
        if not below:
            items.append(value)
            return
        if not items or not isinstance(items[-1], dict) or _has(items[-1], below):
            items.append({})
        _graft(items[-1], below[0], below[1:], value)
        return
    _put(tree, name, value)


def _put(tree: dict[str, object], name: str, value: object) -> None:
    if isinstance(tree.get(name), dict | list):
        raise BadRequest(f"The parameter {name[:64]} comes in two shapes")
    tree[name] = value


def _has(tree: object, steps: list[str]) -> bool:
    """Tell whether a value is at these steps already, so that the next one begins the next item; lists can grow."""
    for step in steps:
        if not step or not isinstance(tree, dict) or step not in tree:
            return False
        tree = tree[step]
    return True
