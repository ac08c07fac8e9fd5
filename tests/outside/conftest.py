"""Who asks other servers."""

from collections.abc import Iterator

import pytest

from tests.outside.asking import Asker
from tests.peer import Peer


@pytest.fixture
def asker() -> Iterator[Asker]:
    """Asks one peer, and may ask nobody else."""
    with Peer() as peer:
        yield Asker(peer)
