"""The linter of entries: nothing that could be somebody's name, address or words gets into what stays for ever."""

from typing import Any, get_args

import msgspec
import pytest
from msgspec import inspect

from bema.wire.tlog import entries, linting
from bema.wire.tlog.entries import About, By, Does, Made
from bema.wire.tlog.tiles import Malformed

AT, HEX = "2026-11-22T10:00:00.000Z", "0123456789abcdef"
DIGEST = HEX * 4
MADE = Made(
    "suspend", About("account", HEX), [By("owner", HEX, "proposer")], ["3@2"], [Does("suspend", "account", 1)], AT
)
ENTRY = entries.DecisionMade(
    at=AT, type_seq=0, body=MADE, commitments=entries.Commitments(DIGEST, DIGEST, DIGEST, DIGEST)
)

# What looks like somebody, in many ways and scripts.
PEOPLE = (
    "john_smith",
    "john",
    "annlee",
    "@ann@square.example",
    "ann@example.org",
    "ann.lee-at-example.org",
    "ann_at_example_dot_org",
    "https://square.example/@ann",
    "square.example",
    "www.example.org",
    "192.0.2.17",
    "2001.db8.0.17",
    "2001:db8::17",
    "+4930123456789",
    "004930123456789",
    "0300-1234567",
    "030.1234.5678",
    "DE89370400440532013000",
    "GB82WEST12345698765432",
    "4111111111111111",
    "123-45-6789",
    "عائشہ",
    "محمد_علي",
    "李小龙",
    "Иван",
    "аnn",  # with a Cyrillic letter
    "an\u200bn",
    "ann\n",
    " ann",
    "Ann",
    "ann lee",
    "a" * 300,
    "",
    "\x00",
    "10117-Berlin.Leipziger-Str-5",
    "52.5163.13.3777",
    "guid-550e8400-e29b-41d4-a716-446655440000",
)


def refused(entry: entries.AnyEntry) -> bool:
    """Tell whether an entry cannot get into the log: for its form, or for what stands in it."""
    try:
        entries.encode(entry)
    except Malformed:
        return True
    return bool(linting.improper(entry))


def test_a_usual_entry_is_proper() -> None:
    """Or the linter would say no to everything."""
    assert not refused(ENTRY)
    for clauses in (["1"], ["12@3"], ["terms.4@1"], ["house-rules-2026.11@20"]):
        assert not refused(with_body(clauses=clauses)), clauses


def with_body(**changes: Any) -> entries.DecisionMade:
    """Return the entry with something else in it."""
    return msgspec.structs.replace(ENTRY, body=msgspec.structs.replace(MADE, **changes))


@pytest.mark.parametrize("words", PEOPLE)
def test_what_looks_like_somebody_is_refused_wherever_it_stands(words: str) -> None:
    """In each field with a text, of the decision and of whom it names."""
    by = By("owner", HEX, "proposer")
    attacks: tuple[entries.AnyEntry, ...] = (
        with_body(act=words),
        with_body(subject=About(words, HEX)),
        *([with_body(subject=About("account", words))] if words != BY_LOT else []),
        with_body(by=[msgspec.structs.replace(by, role=words)]),
        *([with_body(by=[msgspec.structs.replace(by, pseudonym=words)])] if words != BY_LOT else []),
        with_body(clauses=[words]),
        with_body(clauses=[f"{words}@1"]),
        with_body(clauses=[f"{words}.1@1"]) if words not in SINGLE else with_body(act=words),
        with_body(effects=[Does(words, "account", 1)]),
        with_body(effects=[Does("suspend", words, 1)]),
        with_body(ends_at=words),
        with_body(territory=[words]),
        entries.SettingsChanged(at=AT, type_seq=0, body=entries.SettingsChange([entries.Setting(words, DIGEST)])),
        entries.RoleChanged(at=AT, type_seq=0, body=entries.Appointment(HEX, words, "owner", by)),
        msgspec.structs.replace(ENTRY, commitments=entries.Commitments(words, DIGEST, DIGEST, DIGEST)),
        msgspec.structs.replace(ENTRY, at=words),
    )
    for entry in attacks:
        assert refused(entry), entry


BY_LOT = "4111111111111111"  # a pseudonym is drawn by lot, and sixteen digits may be one
SINGLE = (
    "john",
    "annlee",
)  # as the name of a document these are words; who may publish one is asked, and another agrees


def test_a_moment_that_is_none_hides_no_number() -> None:
    """Digits in the shape of a date could be a telephone number."""
    for moment in ("0049-30-12T34:56:78.900Z", "2026-13-01T00:00:00.000Z", "9999-01-01T00:00:00.000Z"):
        assert linting.improper(msgspec.structs.replace(ENTRY, at=moment)) == ["at"]


def test_what_is_wrong_is_named_without_being_said() -> None:
    """The sentence goes into logs and error reports."""
    assert linting.improper(with_body(act="john_smith", clauses=["0300-1234567"])) == ["body.act", "body.clauses"]


def test_every_text_of_every_entry_has_a_vocabulary() -> None:
    """Whoever adds a field says what may stand in it, or no entry of that kind could ever be made."""
    unknown = set()
    for kind in get_args(entries.AnyEntry):
        for path, field in _texts_of(inspect.type_info(kind), ""):
            if not path.startswith("commitments.") and field not in linting.KNOWN:
                unknown.add(f"{kind.__name__}: {path}")
    assert unknown == set()


def _texts_of(info: Any, path: str, field: str = "") -> list[tuple[str, str]]:
    match info:
        case inspect.StructType(fields=fields):
            return [each for one in fields for each in _texts_of(one.type, f"{path}{one.name}.", one.name)]
        case inspect.UnionType(types=types):
            return [each for one in types for each in _texts_of(one, path, field)]
        case inspect.ListType(item_type=item):
            return _texts_of(item, path, field)
        case inspect.StrType() | inspect.LiteralType():
            return [(path, field)]
    return []
