"""Readers of the log under test: started by hand, so that a test says when they read."""

import asyncio
from collections.abc import Callable

import pytest

from bema.model.federating import Lane
from bema.model.ids import AccountId
from bema.outside.clock import ManualClock
from bema.store import deliveries
from bema.store.audiences import Audience
from bema.store.database import Database
from bema.store.deliveries import Words
from bema.subscribers import SUBSCRIBERS
from bema.subscribers.runner import Runner
from bema.subscribers.sending import Sender
from tests.conftest import Write
from tests.make import Make
from tests.subscribers.network import Network


@pytest.fixture
def runner(database: Database) -> Runner:
    """All subscribers, and nobody to perform tasks."""
    return Runner(database, SUBSCRIBERS, {})


@pytest.fixture
def settle(runner: Runner) -> Callable[[], None]:
    """Reads the log to its end."""
    return lambda: asyncio.run(runner.settle())


@pytest.fixture
def network() -> Network:
    """Servers that take everything, until a test says otherwise."""
    return Network()


@pytest.fixture
def ann(make: Make) -> AccountId:
    """Somebody here who has something to say."""
    return make.account("ann")


@pytest.fixture
def sender(database: Database, network: Network, clock: ManualClock) -> Sender:
    """A sender that was not started: it sends when the test wants it to."""
    return Sender(database, network.send, clock, jitter=lambda: 0.5)


@pytest.fixture
def say(write: Write, ann: AccountId) -> Callable[..., int]:
    """Writes down that something is said to some people; returns to how many inboxes."""

    def say(body: str, *people: AccountId, lane: Lane = Lane.BULK, subject: int = 1) -> int:
        words = Words(body=body, by=ann, lane=lane, subject=subject)
        return write(deliveries.say, words, Audience(people=people))

    return say
