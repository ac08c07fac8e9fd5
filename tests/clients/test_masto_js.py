"""masto.js, unchanged, does its round against a running server: tests/clients/masto/round.mjs has what is claimed."""

import itertools
import subprocess
from pathlib import Path

import pytest

from tests.serving import ServedSquare

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # real servers, and a process of its own for each command

ROUND = Path(__file__).parent / "masto" / "round.mjs"
PASSWORD = "correct horse battery"
_numbers = itertools.count(1)


def test_masto_js_does_its_round(served: ServedSquare) -> None:
    """From signing in by the consent page to what a WebSocket tells."""
    names = [f"masto{next(_numbers)}" for _ in range(2)]
    for name in names:
        served.create_account(name, password=PASSWORD)
    assert (ROUND.parent / "node_modules").is_dir(), "masto.js is not installed: `make test` does that"
    command = ["node", str(ROUND), served.url, PASSWORD, *names]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
