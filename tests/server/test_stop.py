"""Stopping: a server that is told to stop leaves everything in order."""

from pathlib import Path

import pytest

from tests.serving import ServedSquare

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.mark.parametrize("processes", [1, 2])
def test_a_stopped_server_leaves_one_file(tmp_path: Path, processes: int) -> None:
    """The database is closed: what was only in SQLite's log is in the one file that is there to copy."""
    square = ServedSquare(tmp_path / "home", database="")
    square.create_account("ann")
    square.start("--processes", str(processes))
    assert (square.home / "bema.db-wal").exists()
    square.stop()
    assert sorted(each.name for each in square.home.glob("bema.db*")) == ["bema.db"]
