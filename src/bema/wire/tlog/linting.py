"""The linter of entries: what goes into the public log stays for ever, so that each text in it must be of a known vocabulary.

The forms of `entries` refuse what is not of the right shape; here, what the shapes would let through is refused as well:
a name that is written like a word, a telephone number or an address that is written like a clause, a date that is none.
A field that this module does not know is refused, so that nobody adds one without saying what may stand in it.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from bema.model.decisions import Act, Effect, SubjectKind
from bema.model.policy import Role
from bema.model.restoring import PARTS
from bema.settings import Settings
from bema.wire.tlog.entries import AnyEntry

_LONGEST_NUMBER = 4  # digits in the name of a document: a year, and no telephone number
_SLUG = re.compile(r"[a-z]+([a-z0-9-]*[a-z0-9])?")
_CLAUSE = re.compile(r"(?:([a-z][a-z0-9-]{0,39})\.)?([1-9][0-9]{0,5})(?:@([1-9][0-9]{0,5}))?")
_HEX = re.compile(r"(?:[0-9a-f]{16}|[0-9a-f]{64})")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{86}==")
_COUNTRY = re.compile(r"[A-Z]{2}")
_ORIGIN = re.compile(r"[a-z0-9.:\[\]-]{1,255}/log")
_KEY = re.compile(r"[a-z0-9.:\[\]/-]{1,300}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}")
_ROLES = frozenset(role.name.lower() for role in Role)


def _one_of(words: Any) -> Callable[[str], bool]:
    known = frozenset(words)
    return lambda value: value in known


def _is_moment(value: str) -> bool:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return False
    return 2000 <= moment.year < 2200 and value.endswith("Z")


def _is_document(value: str) -> bool:
    return _SLUG.fullmatch(value) is not None and all(
        len(number) <= _LONGEST_NUMBER for number in re.findall("[0-9]+", value.replace("-", ""))
    )


def _is_clause(value: str) -> bool:
    found = _CLAUSE.fullmatch(value)
    return found is not None and (found[1] is None or _is_document(found[1]))


_KINDS, _IS_HEX = _one_of(kind.value for kind in SubjectKind), _HEX.fullmatch
KNOWN: Mapping[str, Callable[[str], object]] = {
    **dict.fromkeys(("at", "due", "ends_at", "consult_until", "effective_from", "proposed_at"), _is_moment),
    **dict.fromkeys(("kind", "on"), _KINDS),
    **dict.fromkeys(("pseudonym", "digest"), _IS_HEX),
    **dict.fromkeys(("vkey", "old", "new"), _KEY.fullmatch),
    "type": re.compile(r"[a-z]+\.[a-z_]+").fullmatch,
    "role": _ROLES.__contains__,
    "part": _one_of(("proposer", "approver")),
    "act": _one_of(act.value for act in Act),
    "effect": _one_of(effect.value for effect in Effect),
    "outcome": _one_of(("upheld", "reversed", "partly", "withdrawn")),
    "clauses": _is_clause,
    "document": _is_document,
    "territory": _COUNTRY.fullmatch,
    "differing": _one_of(PARTS),
    "name": _one_of(Settings.__struct_fields__),
    "before": _ROLES.__contains__,
    "after": _ROLES.__contains__,
    "origin": _ORIGIN.fullmatch,
    "signature": _BASE64.fullmatch,
}


def improper(entry: AnyEntry) -> list[str]:
    """Name each field of an entry with a text that may not stand in the public log; the text itself is not repeated."""
    wrong: list[str] = []
    for name, value in msgspec.to_builtins(entry).items():
        _weigh(value, name, name, wrong, _promised if name == "commitments" else KNOWN.get)
    return wrong


_Check = Callable[[str], object]


def _promised(_field: str) -> _Check:
    return _IS_HEX


def _weigh(value: Any, path: str, field: str, wrong: list[str], known: Callable[[str], _Check | None]) -> None:
    """Name the place of each text that may not stand in its field."""
    if isinstance(value, str):
        may_stand = known(field)
        if may_stand is None or not may_stand(value):
            wrong.append(path)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if not isinstance(inner, int):  # of numbers, the forms say all
                _weigh(inner, f"{path}.{name}", name, wrong, known)
    elif isinstance(value, list):
        for inner in value:
            _weigh(inner, path, field, wrong, known)
