"""Notices of a real server: whoever is decided about hears of it within a minute, and soon holds a receipt that proves it."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bema.outside.log_keeper import keeper_at
from bema.wire.tlog.checkpoints import read_proof
from bema.wire.tlog.entries import read_receipt
from bema.wire.tlog.notes import parse
from tests.patience import PATIENCE
from tests.serving import ServedSquare

WHY = "It was a threat: marigold"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedSquare]:
    """A served square: what is measured here is the clock of the processes, not the database."""
    square = ServedSquare(tmp_path)
    square.create_account("ann")
    square.create_account("boss", role="owner")
    yield square
    square.kill()


def ask(served: ServedSquare, token: str, path: str, **form: str) -> bytes | None:
    """Ask the server; None where it is not there yet."""
    body = json.dumps(form).encode() if form else None
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    request = urllib.request.Request(f"{served.url}{path}", data=body, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            content: bytes = answer.read()
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise
        return None
    return content


@pytest.mark.slow
def test_a_decision_is_heard_of_and_proved_by_itself(served: ServedSquare) -> None:
    """By letter, within a minute, and by the API, also for who is shut out; whoever asks knows at once."""
    boss = served.create_token("boss", "read write admin:read admin:write")
    ann = served.create_token("ann")
    served.start("--processes", "2")
    who: Any = json.loads(ask(served, ann, "/api/v1/accounts/verify_credentials") or b"")
    ask(
        served,
        boss,
        f"/api/v1/admin/accounts/{who['id']}/action",
        type="suspend",
        text=WHY,
        send_email_notification="true",
    )
    began = time.monotonic()
    told: Any = json.loads(ask(served, ann, "/api/trust/v1/standing") or b"")
    (decision,) = told["decisions"]
    assert decision["reasons"] == WHY, "who asks knows at once"
    receipt = None
    while receipt is None:
        receipt = ask(served, ann, f"/api/trust/v1/standing/{decision['id']}/receipt")
        assert time.monotonic() - began < PATIENCE, served.log()
    letters: list[Path] = []
    while not letters:
        time.sleep(0.05)
        letters = [each for each in (served.home / "outbox").glob("*.eml") if b"ann@example.org" in each.read_bytes()]
        assert time.monotonic() - began < PATIENCE, served.log()
    served.stop()
    proof = read_proof(receipt.decode())
    content, opened = read_receipt(proof.extra)
    assert proof.holds(content)
    parse(proof.note).require([keeper_at(served.home, served.domain).verifier])
    assert opened["reasons"] == WHY, "all that without asking the server, which is gone"
