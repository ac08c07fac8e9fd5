"""Readers of the log under test: started by hand, so that a test says when they read."""

import asyncio
from collections.abc import Callable

import pytest

from bema.store.database import Database
from bema.subscribers import SUBSCRIBERS
from bema.subscribers.runner import Runner


@pytest.fixture
def runner(database: Database) -> Runner:
    """All subscribers, and nobody to perform tasks."""
    return Runner(database, SUBSCRIBERS, {})


@pytest.fixture
def settle(runner: Runner) -> Callable[[], None]:
    """Reads the log to its end."""
    return lambda: asyncio.run(runner.settle())
