"""Where programs find the public log, and its newest state, without knowing this server."""

import json

import pytest

from bema.domain import recording
from bema.outside.log_keeper import Keeper, keeper_at
from bema.settings import Settings
from bema.store import public_log
from bema.wire.tlog.notes import to_base64
from tests.conftest import Square


@pytest.fixture
def keeper(square: Square, settings: Settings) -> Keeper:
    """The keeper of a log that has begun."""
    kept = keeper_at(settings.home, settings.domain)
    square.app.database.write_now(recording.open_log, kept.origin, str(kept.create()))
    return kept


def test_a_document_names_the_log_and_its_keys(square: Square, keeper: Keeper) -> None:
    """The name, the address, each key with what the one before it signed, and the witnesses."""
    first = str(keeper.verifier)
    told = square.stranger.get("/.well-known/trust.json").json()
    assert (told["origin"], told["log"]) == (keeper.origin, "https://square.example/log")
    assert (told["vkeys"], told["rotations"], told["witnesses"]) == ([first], [], [])
    square.settle()
    old, new, signature = keeper.prepare_rotation(str(keeper.verifier))
    square.app.database.write_now(recording.rotate, old, new, signature)
    told = square.stranger.get("/.well-known/trust.json").json()
    assert told["vkeys"] == [first, new]
    assert told["rotations"] == [{"old": first, "new": new, "signature": signature}]


def test_before_there_is_a_log_the_document_names_no_key(square: Square) -> None:
    """And pages have no state to name."""
    assert square.stranger.get("/.well-known/trust.json").json()["vkeys"] == []
    assert "trust-checkpoint" not in square.stranger.get("/trust").headers
    assert "publicLog" not in square.stranger.get("/nodeinfo/2.1").json()["metadata"]


def test_pages_and_nodeinfo_name_the_newest_state(square: Square, keeper: Keeper) -> None:
    """The same as the checkpoint, where crawlers and archives keep it without meaning to."""
    square.settle()
    signed = square.app.database.read_now(public_log.newest_signed)
    assert signed is not None
    root = to_base64(signed.root)
    for path in ("/trust", "/trust/decisions", "/trust/log", "/trust/decisions/0"):
        assert square.stranger.get(path).headers["trust-checkpoint"] == f"square.example/log {signed.size} {root}", path
    for version in ("2.0", "2.1"):
        metadata = json.loads(square.stranger.get(f"/nodeinfo/{version}").body)["metadata"]
        assert metadata["publicLog"] == {"size": signed.size, "root": root}
