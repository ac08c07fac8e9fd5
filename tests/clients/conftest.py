"""A served square for other people's clients, one for all tests of a process: they come with accounts of their own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.serving import ServedSquare


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSquare]:
    """A running server over each kind of database."""
    fresh: Callable[[], str] = request.getfixturevalue(f"fresh_{request.param}")
    home: Path = tmp_path_factory.mktemp(f"served-{request.param}")
    square = ServedSquare(home, database="" if request.param == "sqlite" else fresh())
    square.start()
    yield square
    square.kill()
