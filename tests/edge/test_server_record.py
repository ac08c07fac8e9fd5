"""The record of measures against other servers (P8): it only grows, is taken up anywhere, and says what holds."""

import csv
import io
import random
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from sqlalchemy import update

from bema.domain import approving, deciding, guarding
from bema.domain.guarding import DomainTerms
from bema.model import limits
from bema.model.decisions import Severity
from bema.model.errors import Refusal
from bema.model.permissions import Staff
from bema.model.policy import Role
from bema.outside.clock import ManualClock
from bema.settings import Settings
from bema.store import measures, public_log
from bema.store.tables import public_entry
from bema.store.tx import Tx
from bema.wire.tlog import entries
from tests.client import Client
from tests.conftest import Square
from tests.edge.web.test_trusting import begun

API = "/api/trust/v1/server-measures"


@pytest.fixture
def boss(square: Square, settings: Settings) -> Staff:
    """The owner, of a square whose log has begun."""
    begun(square, settings)
    person = square.staff("boss")
    return Staff(person.login, person.account, Role.OWNER)


@pytest.fixture
def admin(square: Square) -> Staff:
    """An administrator."""
    person = square.staff("admin", Role.ADMIN)
    return Staff(person.login, person.account, Role.ADMIN)


def block(square: Square, by: Staff, name: str, severity: Severity, **more: Any) -> int:
    """Keep a server away, or do so on other terms; return the decision."""
    terms = DomainTerms(severity=severity, **more)
    write = square.app.database.write_now
    row = square.app.database.read_now(lambda tx: measures.DOMAIN_BLOCKS.named(tx, name))
    if row is None:
        id_ = write(guarding.block_domain, square.app.site, by, name, terms)
    else:
        id_ = write(guarding.change_domain_block, by, row.id, terms)
    return int(square.app.database.read_now(guarding.one, measures.DOMAIN_BLOCKS, id_).decision_id)


def everything(client: Client, limit: int = limits.SERVER_RECORDS) -> list[dict[str, Any]]:
    """Take the whole record along, in parts."""
    found, after = [], -1
    while True:
        part = client.get(f"{API}?after={after}&limit={limit}").json()
        found += part["records"]
        if part["next"] is None:
            return found
        assert part["next"] > after
        after = part["next"]


def holding(records: list[dict[str, Any]]) -> dict[str, str]:
    """Work out what holds, as the documentation says: of a server, the newest measure that nothing took back."""
    over = {each["retracts"] for each in records if each["type"] == "retraction" and each["whole"]}
    kept = [each for each in records if each["type"] == "measure" and each["id"] not in over]
    return {each["domain"]: each["severity"] for each in kept}


def standing(square: Square) -> dict[str, str]:
    """Return what stands at the door."""

    def rows(tx: Tx) -> dict[str, str]:
        found = [measures.DOMAIN_BLOCKS.named(tx, f"s{number}.example") for number in range(3)]
        return {row.name: ("none", "limit", "suspend")[row.severity] for row in found if row is not None}

    return square.app.database.read_now(rows)


def test_a_retraction_undoes(square: Square, boss: Staff, admin: Staff) -> None:
    """Limited, suspended, taken back: limited again; ended: nothing; and all of it stands in the record."""
    write = square.app.database.write_now
    block(square, boss, "s0.example", Severity.LIMIT, public_comment="Spam")
    stricter = block(square, boss, "s0.example", Severity.SUSPEND, reject_media=True)
    write(approving.approve, admin, stricter)
    square.settle()
    assert holding(everything(square.stranger)) == {"s0.example": "suspend"}
    write(deciding.take_back, admin, stricter)
    square.settle()
    assert holding(everything(square.stranger)) == {"s0.example": "limit"}
    row = square.app.database.read_now(lambda tx: measures.DOMAIN_BLOCKS.named(tx, "s0.example"))
    assert row is not None
    write(guarding.end, boss, measures.DOMAIN_BLOCKS, row.id)
    square.settle()
    found = everything(square.stranger)
    assert holding(found) == {}
    assert [each["type"] for each in found] == ["measure", "measure", "retraction", "retraction"]
    assert [each.get("retracts") for each in found[2:]] == [found[1]["id"], found[0]["id"]]
    assert [each.get("how") for each in found[2:]] == ["taken_back", "taken_back"]
    assert (found[0]["reasons"], found[1]["reject_media"], found[1]["provisional"]) == ("Spam", True, True)


def test_the_record_only_grows_and_says_what_holds(
    square: Square, boss: Staff, admin: Staff, clock: ManualClock
) -> None:
    """Measures, changes, approvals, refusals, lapses and ends in any order: what was given out is never otherwise."""
    chance, write = random.Random(8), square.app.database.write_now
    made: list[int] = []
    before: list[dict[str, Any]] = []
    for step in range(24):
        name = f"s{chance.randrange(3)}.example"
        with suppress(Refusal):
            match chance.randrange(5):
                case 0 | 1:
                    made.append(block(square, chance.choice([boss, admin]), name, Severity(chance.randrange(3))))
                case 2 if made:
                    acts: list[Callable[..., Any]] = [approving.approve, approving.refuse, deciding.take_back]
                    write(chance.choice(acts), chance.choice([boss, admin]), chance.choice(made))
                case 3:
                    row = square.app.database.read_now(measures.DOMAIN_BLOCKS.named, name)
                    if row is not None:
                        write(guarding.end, boss, measures.DOMAIN_BLOCKS, row.id)
                case _:
                    clock.advance(seconds=limits.PROVISIONAL_SECONDS // 2 + 1)
        square.settle()
        if step % 4 == 3:
            found = everything(square.client(), limit=chance.choice([1, 3, 500]))
            assert found[: len(before)] == before
            assert holding(found) == standing(square)
            before = found
    assert len(before) > 8


def test_each_record_is_what_its_entry_promised(square: Square, boss: Staff) -> None:
    """Names and reasons are opened with their salts; a veiled name is not, and its digest finds it all the same."""
    block(square, boss, "s0.example", Severity.LIMIT, public_comment="Spam")
    block(square, boss, "s1.example", Severity.SUSPEND, public_comment="Worse", obfuscate=True)
    square.settle()
    open_, veiled = everything(square.stranger)
    contents = square.app.database.read_now(lambda tx: public_log.at_places(tx, [open_["id"], veiled["id"]]))
    for record, value in ((open_, "domain:s0.example"), (veiled, None)):
        entry = entries.decode(contents[record["id"]])
        assert isinstance(entry, entries.DecisionMade)
        fields = {"reasons": record["reasons"]} | ({} if value is None else {"subject": value})
        assert set(record["opened"]) == set(fields)
        for name, said in fields.items():
            opened = record["opened"][name]
            assert opened["value"] == said
            digest = sha256(bytes.fromhex(opened["salt"]) + said.encode()).hexdigest()
            assert getattr(entry.commitments, name) == digest
    assert "s1.example" not in str(veiled)
    assert veiled["digest"] == sha256(b"s1.example").hexdigest()


def test_it_is_a_table_a_page_and_a_feed_too(square: Square, boss: Staff) -> None:
    """All with the same ids; nothing in the table is taken for a formula."""
    block(square, boss, "s0.example", Severity.LIMIT, public_comment="=1+1")
    square.settle()
    [record] = everything(square.stranger)
    [row] = csv.DictReader(io.StringIO(square.stranger.get("/trust/servers.csv").text))
    assert (row["id"], row["domain"], row["severity"]) == (str(record["id"]), "s0.example", "limit")
    assert row["reasons"] == "'=1+1"
    link = f"/trust/decisions/{record['id']}"
    for path in ("/trust/servers", "/trust/servers.atom"):
        page = square.stranger.get(path).text
        for words in (link, "s0.example", "=1+1"):
            assert words in page, (path, words)
    assert square.stranger.get(link).status == 200


def test_a_state_of_the_log_is_asked_for_by_its_size(square: Square, boss: Staff) -> None:
    """Of an earlier one, what stood there then; of one that is not signed, nothing; nonsense is refused."""
    block(square, boss, "s0.example", Severity.LIMIT)
    square.settle()
    size = square.stranger.get(API).json()["tree_size"]
    block(square, boss, "s1.example", Severity.LIMIT)
    square.settle()
    then = square.stranger.get(f"{API}?tree_size={size}").json()
    assert (then["tree_size"], [each["domain"] for each in then["records"]]) == (size, ["s0.example"])
    assert len(square.stranger.get(API).json()["records"]) == 2
    for wrong in ("tree_size=1000", "tree_size=-1", "after=x", "limit=0", f"limit={limits.SERVER_RECORDS + 1}"):
        assert square.stranger.get(f"{API}?{wrong}").status == 422, wrong


@pytest.mark.parametrize(("readers", "api", "page"), [("nobody", 404, 404), ("members", 401, 303)])
def test_operators_say_who_reads_it(
    settings: Settings, open_square: Callable[[Settings], Square], readers: Any, api: int, page: int
) -> None:
    """The same as of the list that clients read."""
    square = open_square(msgspec.structs.replace(settings, domain_blocks_for=readers))
    assert square.stranger.get(API).status == api
    for path in ("/trust/servers", "/trust/servers.csv", "/trust/servers.atom"):
        assert square.stranger.get(path).status == page
    assert square.person("ann").client.get(API).status == (200 if readers == "members" else 404)


def test_what_is_lost_is_named_by_nobody(square: Square, boss: Staff) -> None:
    """An entry without its decision, as after a lost database, is told without a name, and opens nothing."""
    block(square, boss, "s0.example", Severity.LIMIT)
    square.settle()
    square.app.database.write_now(lambda tx: tx.run(update(public_entry).values(decision_id=None)))
    [record] = everything(square.stranger)
    assert (record["domain"], record["digest"], record["severity"], record["opened"]) == (None, None, "limit", {})
    assert square.stranger.get("/trust/servers").status == 200
    assert square.stranger.get("/trust/servers.csv").status == 200
