"""What goes to very many inboxes is written down bit by bit: nobody waits long for it, and each hears of it once, in order."""

import asyncio
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from bema.model import limits
from bema.model.federating import Lane
from bema.model.ids import AccountId
from bema.outside.clock import ManualClock
from bema.store import deliveries, tasks
from bema.store.audiences import Audience
from bema.store.database import Database
from bema.store.deliveries import Words
from bema.store.tables import delivery, follow, outgoing, spreading
from bema.store.tx import WriteTx
from bema.subscribers.runner import Runner
from bema.subscribers.sending import Sender
from bema.subscribers.spreading import SPREADING, spreading_all
from tests.conftest import Read, Write
from tests.crowds import crowd
from tests.elsewhere import somebody
from tests.patience import PATIENCE
from tests.subscribers.network import Network, counted, settle
from tests.subscribers.strokes import counting

PEOPLE = limits.SPREAD_ABOVE + 300
SERVERS = limits.SPREAD_PART + 200


@pytest.fixture
def inboxes(database: Database, ann: AccountId) -> list[str]:
    """Of the servers from which very many follow Ann."""
    return crowd(database, ann, PEOPLE, servers=SERVERS)


@pytest.fixture
def tell(write: Write, ann: AccountId) -> Callable[..., int]:
    """Says something to all who follow Ann, and to some people; returns for how many inboxes that is written down."""

    def tell(body: str, *people: AccountId, lane: Lane = Lane.BULK, subject: int = 1) -> int:
        words = Words(body=body, by=ann, lane=lane, subject=subject)
        return write(deliveries.say, words, Audience(followers_of=ann, people=people))

    return tell


def spread(database: Database, wake: Callable[[], None] = lambda: None) -> None:
    """Write the rest down for all."""
    performer = spreading_all(database, wake)
    asyncio.run(Runner(database, [counting()], {SPREADING: performer}).settle())


def test_what_goes_to_many_is_written_down_afterwards(
    database: Database, read: Read, inboxes: list[str], tell: Callable[..., int], network: Network, sender: Sender
) -> None:
    """Each inbox is told once, and nothing is left of it."""
    assert tell("hello") == 0
    assert counted(read, delivery) == 0
    spread(database)
    settle(sender)
    assert Counter(network.brought) == Counter((inbox, "hello") for inbox in inboxes)
    assert [counted(read, each) for each in (delivery, outgoing, spreading)] == [0, 0, 0]


def test_who_is_addressed_is_told_at_once_and_no_second_time(
    database: Database, inboxes: list[str], tell: Callable[..., int], network: Network, sender: Sender
) -> None:
    """Whoever is answered waits for nobody, whether they follow or not; what was taken meanwhile is not said again."""
    bob = somebody(database, "bob", "one.example")
    dan = somebody(database, "dan", "s000003.example")
    assert tell("hello", bob, dan) == 2
    settle(sender)
    at_once = ["https://one.example/inbox", "https://s000003.example/inbox"]
    assert sorted(inbox for inbox, _ in network.brought) == at_once
    spread(database)
    settle(sender)
    assert Counter(inbox for inbox, _ in network.brought) == Counter({*inboxes, *at_once})


class _Watching(Database):
    """A database that notes how many rows each operation changes."""

    most = 0

    async def write_behind(self, op: Any, *args: Any, **kwargs: Any) -> Any:
        """Write, and note how much."""

        def watched(tx: WriteTx) -> Any:
            result = op(tx, *args, **kwargs)
            self.most = max(self.most, tx.changed)
            return result

        return await super().write_behind(watched)


@pytest.fixture
def watching(database: Database, clock: ManualClock) -> Iterator[_Watching]:
    """The database, watched."""
    watched = _Watching(database.url.render_as_string(hide_password=False), clock)
    yield watched
    watched.close()


def test_no_transaction_writes_down_more_than_a_part(
    watching: _Watching, write: Write, inboxes: list[str], tell: Callable[..., int]
) -> None:
    """A delivery and a server for each inbox, and how far it came; also where much is taken back."""
    few = 10
    tell("hello")
    spread(watching)
    assert limits.SPREAD_PART <= watching.most <= 2 * limits.SPREAD_PART + few
    watching.most = 0
    write(deliveries.withdraw, 1)
    tell("gone", lane=Lane.DELETION)
    spread(watching)
    assert 0 < watching.most <= 2 * limits.SPREAD_PART + few


@pytest.mark.slow
def test_pages_follow_on_each_other(database: Database, read: Read, ann: AccountId, tell: Callable[..., int]) -> None:
    """More inboxes than are looked up at a time are all written down, each once."""
    inboxes = crowd(database, ann, limits.SPREAD_PAGE + 5, servers=limits.SPREAD_PAGE + 5)
    tell("hello")
    spread(database)
    written = read(lambda tx: tx.values(select(delivery.c.inbox).order_by(delivery.c.inbox)))
    assert sorted(written) == sorted(inboxes)


_KILLED = """
import asyncio, os, signal, sys
sys.path[:0] = {path!r}
from bema.outside.clock import ManualClock
from bema.store.database import Database
from bema.subscribers.spreading import spreading_all

database = Database({url!r}, ManualClock({now}))
asyncio.run(spreading_all(database, lambda: os.kill(os.getpid(), signal.SIGKILL))({body!r}))
"""


def test_a_kill_in_the_middle_loses_and_doubles_nothing(
    database: Database,
    clock: ManualClock,
    read: Read,
    inboxes: list[str],
    tell: Callable[..., int],
    network: Network,
    sender: Sender,
) -> None:
    """What was written down is delivered and forgotten before the next process goes on with the rest."""
    tell("hello")
    (task,) = read(lambda tx: tx.values(select(outgoing.c.id)))
    url = database.url.render_as_string(hide_password=False)
    program = _KILLED.format(path=[entry for entry in sys.path if entry], url=url, now=clock.now(), body=str(task))
    process = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, timeout=PATIENCE)
    assert process.returncode == -signal.SIGKILL, process.stderr.decode()
    settle(sender)
    assert len(network.brought) == limits.SPREAD_PART
    spread(database)
    settle(sender)
    assert Counter(network.brought) == Counter((inbox, "hello") for inbox in inboxes)


def test_two_who_go_on_with_it_at_once_double_nothing(
    database: Database, clock: ManualClock, read: Read, inboxes: list[str], tell: Callable[..., int]
) -> None:
    """One whose lease ended may still be at it; each part is written by one of them."""
    tell("hello")
    (body,) = read(lambda tx: tx.values(select(outgoing.c.id)))
    other = Database(database.url.render_as_string(hide_password=False), clock)

    async def both() -> None:
        await asyncio.gather(*[spreading_all(each, lambda: None)(str(body)) for each in (database, other, database)])

    try:
        asyncio.run(both())
    finally:
        other.close()
    assert counted(read, delivery) == len(inboxes)


def test_what_follows_on_it_is_heard_after_it(
    database: Database, inboxes: list[str], tell: Callable[..., int], network: Network, sender: Sender
) -> None:
    """An edit waits until what it changes is written down for all, also where somebody is addressed in it."""
    dan = somebody(database, "dan", "s000003.example")
    tell("first")
    assert tell("second", dan) == 0
    assert tell("of another thing", dan, subject=2) == 1
    spread(database)
    settle(sender)
    for inbox in inboxes:
        heard = network.heard(inbox)
        assert sorted(heard) == ["first", "of another thing", "second"]
        assert heard.index("first") < heard.index("second")


def test_what_is_taken_back_is_said_to_no_more(
    database: Database,
    read: Read,
    write: Write,
    inboxes: list[str],
    tell: Callable[..., int],
    network: Network,
    sender: Sender,
) -> None:
    """Neither what is not written down yet nor what is, however much; that it is gone is said to all."""
    tell("never written down")
    write(deliveries.withdraw, 1)
    assert [counted(read, each) for each in (outgoing, spreading)] == [0, 0]
    tell("written down")
    spread(database)
    write(deliveries.withdraw, 1)
    tell("gone", lane=Lane.DELETION)
    spread(database)
    settle(sender)
    assert Counter(network.brought) == Counter((inbox, "gone") for inbox in inboxes)


@pytest.mark.slow
def test_more_than_is_taken_back_at_once_is_taken_back_before_the_end_is_told(
    database: Database, read: Read, write: Write, ann: AccountId, tell: Callable[..., int]
) -> None:
    """A post that waits for more inboxes than are looked at in a moment."""
    inboxes = crowd(database, ann, limits.SPREAD_ABOVE * 2 + 50, servers=limits.SPREAD_ABOVE * 2 + 50)
    tell("hello")
    spread(database)
    assert write(deliveries.withdraw, 1)
    assert counted(read, delivery) == len(inboxes) - limits.SPREAD_ABOVE
    tell("gone", lane=Lane.DELETION)
    spread(database)
    source = delivery.join(outgoing, outgoing.c.id == delivery.c.outgoing_id)
    waiting = read(
        lambda tx: tx.all(select(outgoing.c.body, func.count()).select_from(source).group_by(outgoing.c.body))
    )
    assert [tuple(each) for each in waiting] == [("gone", len(inboxes))]


def test_nobody_elsewhere_leaves_nothing_behind(
    database: Database, read: Read, write: Write, inboxes: list[str], tell: Callable[..., int]
) -> None:
    """Everybody may be gone when their inboxes are looked up."""
    tell("hello")
    write(lambda tx: tx.run(follow.delete()))
    spread(database)
    assert [counted(read, each) for each in (delivery, outgoing, spreading)] == [0, 0, 0]
    assert read(tasks.any_due, [SPREADING]) is False
