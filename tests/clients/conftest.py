"""A served square for other people's clients, one for all tests of a process: they come with accounts of their own."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from mastodon import Mastodon

from tests.serving import ServedSquare

_numbers = itertools.count(1)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSquare]:
    """A running server over each kind of database."""
    fresh: Callable[[], str] = request.getfixturevalue(f"fresh_{request.param}")
    home: Path = tmp_path_factory.mktemp(f"served-{request.param}")
    square = ServedSquare(home, database="" if request.param == "sqlite" else fresh())
    square.start()
    yield square
    square.kill()


@pytest.fixture
def somebody(served: ServedSquare) -> Callable[[], Mastodon]:
    """Makes accounts, each with a client of its own."""

    def make() -> Mastodon:
        name = f"person{next(_numbers)}"
        served.create_account(name)
        token = served.create_token(name)
        return Mastodon(
            access_token=token, api_base_url=served.url, version_check_mode="none", ratelimit_method="throw"
        )

    return make
