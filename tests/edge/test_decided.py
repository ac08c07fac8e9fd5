"""Decisions for programs: what the public log tells, byte for byte, with proofs that need no server."""

import json

import pytest

from bema.model.decisions import Act
from bema.outside.log_keeper import Keeper
from bema.wire.tlog import entries
from bema.wire.tlog.checkpoints import read_proof
from bema.wire.tlog.entries import read_receipt
from bema.wire.tlog.notes import parse
from tests.conftest import Square
from tests.edge.web.test_standing import WHY, keeper, shut_out

__all__ = ["keeper"]  # a fixture
HERE = "/api/trust/v1/decisions"


def test_each_decision_is_told_with_its_proof(square: Square, keeper: Keeper) -> None:
    """To everybody: what, and neither whom nor why; nothing before it is signed."""
    ann = square.person("ann")
    shut_out(square, ann, Act.WARN)
    shut_out(square, ann, Act.LIMIT)
    stranger = square.stranger
    assert stranger.get(HERE).json()["decisions"] == []
    square.settle()
    listed = stranger.get(f"{HERE}?limit=1")
    (newest,) = listed.json()["decisions"]
    assert newest["entry"]["body"]["act"] == "limit"
    assert f'max_id={newest["id"]}>; rel="next"' in listed.headers["link"]
    told = stranger.get(f"{HERE}/{newest['id']}")
    assert told.json()["decision"] == newest
    assert WHY not in told.text
    assert str(ann.account) not in told.text
    proof = read_proof(stranger.get(newest["proof_url"].removeprefix(square.app.site.base)).text)
    content, opened = read_receipt(proof.extra)
    assert (proof.holds(content), opened) == (True, {})
    parse(proof.note).require([keeper.verifier])
    assert content == entries.encode(entries.decode(content))
    assert json.loads(content) == newest["entry"]
    assert content in told.body, "as it stands in the log"


def test_decisions_are_found_by_what_they_are(square: Square, keeper: Keeper) -> None:
    """By act and kind; what there is not is refused, and not taken for everything."""
    ann = square.person("ann")
    shut_out(square, ann, Act.WARN)
    shut_out(square, ann, Act.LIMIT)
    square.settle()
    found = square.stranger.get(f"{HERE}?act=warn&kind=account").json()["decisions"]
    assert [each["entry"]["body"]["act"] for each in found] == ["warn"]
    assert square.stranger.get(f"{HERE}?reversed=true").json()["decisions"] == []
    for query in ("act=burn", "kind=soul", "act=warn%00"):
        assert square.stranger.get(f"{HERE}?{query}").status == 422, query


@pytest.mark.parametrize("place", ["-1", "99", "x", "9" * 40, "%D9%A1", "1e3"])
def test_what_is_no_place_is_not_there(square: Square, keeper: Keeper, place: str) -> None:
    """Whatever somebody writes instead."""
    square.settle()
    for path in (f"{HERE}/{place}", f"{HERE}/{place}/proof"):
        assert square.stranger.get(path).status == 404, path
