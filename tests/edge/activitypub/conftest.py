"""A server that asks those of others, and somebody on it."""

from collections.abc import Callable

import pytest

from bema.settings import Settings
from tests.conftest import Person, Square
from tests.other_servers import Elsewhere


@pytest.fixture
def others() -> Elsewhere:
    """The servers of others."""
    return Elsewhere()


@pytest.fixture
def square(settings: Settings, open_square: Callable[..., Square], others: Elsewhere, statements: list[str]) -> Square:
    """A server that asks those others."""
    return open_square(settings, fetcher=others, observer=statements.append)


@pytest.fixture
def bob(square: Square) -> Person:
    """Somebody of this server."""
    return square.person("bob")
