"""The demo square as its command builds it: whole or not at all, once, and with everything that follows from the story."""

import json
import re
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bema.demo.script import DAYS
from tests.patience import PATIENCE

# Building takes 20 seconds of a core; on a busy machine, minutes.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


class Running:
    """The command, as somebody runs it in a terminal."""

    def __init__(self, home: Path, port: int) -> None:
        self.lines: list[str] = []
        self._process = subprocess.Popen(
            [Path(sys.executable).with_name("bema"), "demo", "--home", home, "--port", str(port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def until(self, words: str) -> str:
        """Read what it prints up to the line with these words."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append(line)
            if words in line:
                return line
        raise AssertionError("".join(self.lines))

    def kill(self) -> None:
        """End it in the middle of whatever it does; twice is once."""
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


@pytest.fixture
def run() -> Iterator[Callable[[Path, int], Running]]:
    """Runs the command; what still runs at the end is ended."""
    started: list[Running] = []

    def start(home: Path, port: int) -> Running:
        started.append(Running(home, port))
        return started[-1]

    yield start
    for each in started:
        each.kill()


def free_port() -> int:
    """Find a port that nobody listens on."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return int(listener.getsockname()[1])


def ask(port: int, path: str) -> Any:
    """Ask the square, as a client without a token."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as answer:
        return json.load(answer)


def count(home: Path, table: str) -> int:
    """Count rows of the square's database."""
    with closing(sqlite3.connect(home / "bema.db")) as connection:
        return int(connection.execute(f"select count(*) from {table}").fetchone()[0])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a demo square, built by a second run after the first was killed in the middle."""
    home, port = tmp_path_factory.mktemp("square") / "demo", free_port()
    first = Running(home, port)
    first.until("pictures are drawn")
    assert not home.exists()
    with pytest.raises(OSError, match="refused"):
        ask(port, "/api/v1/timelines/public")
    first.kill()
    assert not home.exists()
    second = Running(home, port)
    second.until("listening")
    second.kill()
    assert any("Building" in line for line in second.lines)
    return home


def test_a_square_is_whole_though_its_building_was_broken_off(built: Path) -> None:
    """Killed while it is built, the command leaves nothing that is served; run again it builds all."""
    assert count(built, "post") > 600
    assert count(built, "account") >= 40
    assert count(built, "notification") > 1_000
    assert count(built, "home") > 10_000
    assert count(built, "follow_request") > 0, "somebody locked has a request to answer"
    assert count(built, "parked_event") == 0
    assert not built.with_name("demo.unfinished").exists()


def test_a_square_is_built_once_and_served_at_any_port(built: Path, run: Callable[[Path, int], Running]) -> None:
    """What people wrote stays when the command is run again, and links lead to where the square is served now."""
    pages = []
    for port in (free_port(), free_port()):
        again = run(built, port)
        again.until("listening")
        assert not any("Building" in line for line in again.lines)
        pages.append(ask(port, "/api/v1/timelines/public?limit=40"))
        again.kill()
        assert set(re.findall(r"http://localhost:(\d+)", json.dumps(pages[-1]))) == {str(port)}
    assert [each["id"] for each in pages[0]] == [each["id"] for each in pages[1]]
    assert len(pages[0]) == 40


def test_the_story_ends_when_it_is_built(built: Path) -> None:
    """A square of old posts would look abandoned, one of posts to come broken."""
    with closing(sqlite3.connect(built / "bema.db")) as connection:
        oldest, newest = connection.execute("select min(created_at), max(created_at) from post").fetchone()
        joined = connection.execute("select max(created_at) from login").fetchone()[0]
        told = connection.execute("select max(created_at) from notification").fetchone()[0]
    hour, month = 3_600_000, DAYS * 86_400_000
    ended = joined + month + hour
    assert joined < oldest
    assert ended - 3 * hour < newest < ended
    assert told < ended


def test_another_square_is_left_alone(tmp_path: Path, run: Callable[[Path, int], Running]) -> None:
    """Somebody's own server in that folder must not become a demo."""
    home, port = tmp_path / "own", free_port()
    home.mkdir()
    (home / "bema.toml").write_text('domain = "own.example"\nsecret = "s"\n')
    run(home, port).until("is a square of its own")
    assert (home / "bema.toml").read_text() == 'domain = "own.example"\nsecret = "s"\n'
