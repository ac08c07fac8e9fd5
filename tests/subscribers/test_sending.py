"""Sending: nothing is lost, nobody waits for somebody else's server, and who is away is asked now and then."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Table, bindparam, func, select

from bema.domain import delivering, guarding
from bema.domain.delivering import Answer
from bema.domain.guarding import DomainTerms
from bema.domain.keeping_out import Ledger
from bema.domain.keyring import Keyring
from bema.domain.recounting import digest
from bema.model import limits
from bema.model.decisions import Severity
from bema.model.federating import Lane
from bema.model.ids import AccountId
from bema.model.permissions import COMMAND_LINE
from bema.model.site import Site
from bema.outside.clock import ManualClock
from bema.outside.fetch import Fetched, Fetcher
from bema.outside.peers import Peers
from bema.store import deliveries, follows, peers
from bema.store.database import Database
from bema.store.deliveries import Audience, Said, Words
from bema.store.dialect import insert
from bema.store.tables import delivery, domain, outgoing, peer
from bema.store.tx import WriteTx
from bema.subscribers.sending import Sender, through
from tests.conftest import Read, Write
from tests.elsewhere import somebody
from tests.make import Make

TAKEN = Answer(202)
DOWN = Answer(error="connection refused")


class Network:
    """The other servers: what each says when it is brought something, and what it was brought."""

    def __init__(self) -> None:
        self.says: dict[str, Answer] = {}
        self.brought: list[tuple[str, str]] = []  # inbox, body

    async def send(self, inbox: str, said: Said) -> Answer:
        """Bring something."""
        self.brought.append((inbox, said.body))
        return self.says.get(inbox, TAKEN)

    def heard(self, inbox: str) -> list[str]:
        """Return what an inbox was brought, each time."""
        return [body for place, body in self.brought if place == inbox]


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


def counted(read: Read, table: Table) -> int:
    """Count the rows of a table."""
    return int(read(lambda tx: tx.value(select(func.count()).select_from(table))))


def settle(sender: Sender) -> None:
    """Send all that is due."""
    asyncio.run(sender.settle())


def test_people_who_share_an_inbox_are_told_once(
    database: Database, read: Read, network: Network, sender: Sender, say: Callable[..., int]
) -> None:
    """A server with a thousand followers is brought a post once; what was taken leaves nothing behind."""
    people = [somebody(database, f"p{n}", "one.example") for n in range(3)]
    alone = somebody(database, "zed", "two.example", shared_inbox=False)
    assert say("hello", *people, alone) == 2
    settle(sender)
    assert sorted(network.brought) == [
        ("https://one.example/inbox", "hello"),
        ("https://two.example/users/zed/inbox", "hello"),
    ]
    assert counted(read, delivery) == counted(read, outgoing) == 0
    settle(sender)
    assert len(network.brought) == 2


def test_what_was_not_taken_is_brought_again_later_and_later(
    database: Database,
    read: Read,
    clock: ManualClock,
    network: Network,
    sender: Sender,
    say: Callable[..., int],
) -> None:
    """A server that is restarted misses nothing, and is not asked again at once."""
    bob = somebody(database, "bob", "one.example")
    network.says["https://one.example/inbox"] = DOWN
    say("hello", bob)
    settle(sender)
    settle(sender)
    assert len(network.brought) == 1
    clock.advance(seconds=limits.DELIVERY_RETRY_SECONDS)
    settle(sender)
    clock.advance(seconds=limits.DELIVERY_RETRY_SECONDS)
    settle(sender)
    assert len(network.brought) == 2, "the second time takes twice as long"
    network.says.clear()
    clock.advance(seconds=limits.DELIVERY_RETRY_SECONDS)
    settle(sender)
    assert len(network.brought) == 3
    assert counted(read, delivery) == 0


def test_a_server_that_is_away_is_asked_now_and_then_however_much_waits_for_it(
    database: Database,
    read: Read,
    clock: ManualClock,
    network: Network,
    sender: Sender,
    say: Callable[..., int],
) -> None:
    """Five failures in a row close the way for half an hour; then one question finds out, and all that waits follows."""
    bob = somebody(database, "bob", "one.example")
    network.says["https://one.example/inbox"] = DOWN
    for number in range(12):
        say(f"{number}", bob, subject=number)
    settle(sender)
    assert len(network.brought) == limits.PEER_FAILURES
    clock.advance(seconds=limits.PEER_CLOSED_SECONDS - 1)
    settle(sender)
    assert len(network.brought) == limits.PEER_FAILURES
    clock.advance(seconds=1)
    settle(sender)
    assert len(network.brought) == limits.PEER_FAILURES + 1, "the wait has doubled"
    network.says.clear()
    clock.advance(seconds=2 * limits.PEER_CLOSED_SECONDS)
    settle(sender)
    assert set(network.heard("https://one.example/inbox")) == {f"{number}" for number in range(12)}
    assert counted(read, delivery) == 0


def test_a_server_that_speaks_is_there_again(
    database: Database,
    read: Read,
    write: Write,
    clock: ManualClock,
    network: Network,
    sender: Sender,
    say: Callable[..., int],
) -> None:
    """Whoever is heard of is delivered to at once, and after a week of silence too; until then nothing is kept for them."""
    bob = somebody(database, "bob", "one.example")
    there = read(lambda tx: tx.value(select(domain.c.id).where(domain.c.name == "one.example")))
    network.says["https://one.example/inbox"] = DOWN
    for number in range(limits.PEER_FAILURES):
        say(f"{number}", bob, subject=number)
    settle(sender)
    write(peers.heard, there)
    before = len(network.brought)
    settle(sender)
    assert len(network.brought) > before

    for day in range(9):
        clock.advance(days=1)
        say(f"day {day}", bob, subject=100 + day)
        settle(sender)
    assert read(lambda tx: tx.value(select(peer.c.dead)))
    assert counted(read, delivery) == 0
    assert say("nobody hears this", bob) == 0
    write(peers.heard, there)
    network.says.clear()
    assert say("hello again", bob) == 1
    settle(sender)
    assert network.brought[-1] == ("https://one.example/inbox", "hello again")


@pytest.mark.parametrize("status", [400, 404, 405, 410, 413, 422])
def test_what_is_refused_for_good_is_not_brought_again(
    database: Database,
    read: Read,
    clock: ManualClock,
    network: Network,
    sender: Sender,
    say: Callable[..., int],
    status: int,
) -> None:
    """A server that says no knows why; it is there, and gets what comes next."""
    bob = somebody(database, "bob", "one.example")
    network.says["https://one.example/inbox"] = Answer(status, error="no")
    say("hello", bob)
    settle(sender)
    clock.advance(days=1)
    settle(sender)
    assert len(network.brought) == 1
    assert counted(read, delivery) == 0
    assert read(lambda tx: tx.value(select(peer.c.failures))) == 0


@pytest.mark.parametrize("status", [401, 403])
def test_a_server_that_does_not_know_us_yet_is_asked_a_few_times(
    database: Database,
    read: Read,
    clock: ManualClock,
    network: Network,
    sender: Sender,
    say: Callable[..., int],
    status: int,
) -> None:
    """Keys take a while to arrive; who still says no is left alone, and the operator sees it."""
    bob = somebody(database, "bob", "one.example")
    network.says["https://one.example/inbox"] = Answer(status, error="who are you?")
    say("hello", bob)
    for _ in range(40):
        settle(sender)
        clock.advance(hours=1)
    assert len(network.brought) == limits.DELIVERY_REFUSALS
    assert read(lambda tx: tx.all(select(delivery.c.due_at, delivery.c.error))) == [(None, f"{status} who are you?")]


def test_who_is_asked_to_wait_waits(
    database: Database,
    clock: ManualClock,
    network: Network,
    sender: Sender,
    say: Callable[..., int],
) -> None:
    """Retry-After holds for all that goes to a server, and for nobody else."""
    bob, cat = somebody(database, "bob", "one.example"), somebody(database, "cat", "two.example")
    network.says["https://one.example/inbox"] = Answer(429, wait_seconds=600)
    say("first", bob, subject=1)
    say("second", bob, cat, subject=2)
    settle(sender)
    clock.advance(seconds=599)
    say("third", bob, subject=3)
    settle(sender)
    assert network.heard("https://one.example/inbox") == ["first"]
    assert network.heard("https://two.example/inbox") == ["second"]
    network.says.clear()
    clock.advance(seconds=1)
    settle(sender)
    assert network.heard("https://one.example/inbox")[1:] == ["first", "second", "third"]


def test_nobody_is_told_of_something_out_of_order(
    database: Database,
    clock: ManualClock,
    network: Network,
    sender: Sender,
    say: Callable[..., int],
) -> None:
    """A deletion that overtook a post would let the post live on."""
    bob = somebody(database, "bob", "one.example")
    network.says["https://one.example/inbox"] = Answer(500, error="broken")
    say("a post", bob, subject=7)
    settle(sender)
    network.says.clear()
    say("it is gone", bob, lane=Lane.DELETION, subject=7)
    say("something else", bob, subject=8)
    settle(sender)
    assert network.heard("https://one.example/inbox") == ["a post", "something else"]
    clock.advance(minutes=1)
    settle(sender)
    assert network.heard("https://one.example/inbox")[2:] == ["a post", "it is gone"]


def test_what_is_urgent_comes_first(
    database: Database, network: Network, sender: Sender, say: Callable[..., int]
) -> None:
    """Somebody waits for an answer; nobody waits for a deletion."""
    bob = somebody(database, "bob", "one.example")
    say("a deletion", bob, lane=Lane.DELETION, subject=1)
    say("a post", bob, lane=Lane.BULK, subject=2)
    say("an answer", bob, lane=Lane.INTERACTIVE, subject=3)
    settle(sender)
    assert network.heard("https://one.example/inbox") == ["an answer", "a post", "a deletion"]


def test_followers_end_where_an_inbox_is_gone(
    database: Database,
    read: Read,
    make: Make,
    ann: AccountId,
    network: Network,
    sender: Sender,
    say: Callable[..., int],
) -> None:
    """Whoever is gone for good is not followed for good; others of the server stay."""
    bob = somebody(database, "bob", "one.example", shared_inbox=False)
    cat = somebody(database, "cat", "one.example", shared_inbox=False)
    make.follow(bob, ann)
    make.follow(cat, ann)
    network.says["https://one.example/users/bob/inbox"] = Answer(410)
    say("hello", bob, cat)
    settle(sender)
    assert not read(follows.exists, bob, ann)
    assert read(follows.exists, cat, ann)


def test_nothing_goes_to_a_server_that_is_kept_away(
    database: Database, read: Read, write: Write, network: Network, sender: Sender, say: Callable[..., int]
) -> None:
    """What waited when the operators decided it does not leave the house either."""
    bob = somebody(database, "bob", "a.bad.example")
    say("hello", bob)
    write(guarding.block_domain, Site("square.example"), COMMAND_LINE, "bad.example", DomainTerms(Severity.SUSPEND))
    settle(sender)
    assert network.brought == []
    assert counted(read, delivery) == 0


def test_what_a_dead_process_held_is_brought_by_another(
    database: Database, clock: ManualClock, write: Write, network: Network, sender: Sender, say: Callable[..., int]
) -> None:
    """A lease ends by itself; until then nobody else takes what may be under way."""
    bob = somebody(database, "bob", "one.example")
    say("hello", bob)
    assert len(write(delivering.take, 10, 10)) == 1  # and then its process dies
    settle(sender)
    assert network.brought == []
    clock.advance(seconds=limits.DELIVERY_LEASE_SECONDS)
    settle(sender)
    assert network.heard("https://one.example/inbox") == ["hello"]


def test_two_processes_share_the_work(
    database: Database, clock: ManualClock, network: Network, say: Callable[..., int]
) -> None:
    """However many deliver at the same time, each thing is brought once."""
    people = [somebody(database, "p", f"h{n}.example") for n in range(30)]
    say("hello", *people)
    senders = [Sender(database, network.send, clock) for _ in range(3)]

    async def both() -> None:
        await asyncio.gather(*[each.settle() for each in senders])

    asyncio.run(both())
    assert Counter(Counter(network.brought).values()) == {1: 30}


def test_stuck_servers_leave_room_for_all_others(
    database: Database, clock: ManualClock, say: Callable[..., int], write: Write
) -> None:
    """Where more servers hang than there are places, those that took what they got last are delivered to all the same."""
    stuck = [somebody(database, "p", f"stuck{n}.example") for n in range(limits.DELIVERIES_UNPROVEN + 10)]
    healthy = [somebody(database, "p", f"ok{n}.example") for n in range(20)]
    arrived: list[str] = []
    never = asyncio.Event()

    async def send(inbox: str, said: Said) -> Answer:
        if "stuck" in inbox:
            await never.wait()
        arrived.append(inbox)
        return TAKEN

    async def run() -> None:
        say("first", *healthy)
        sender = Sender(database, send, clock)
        await sender.settle()
        arrived.clear()
        await sender.start()
        say("second", *stuck, *healthy, subject=2)
        sender.wake()
        async with asyncio.timeout(20):
            while len(arrived) < len(healthy):
                await asyncio.sleep(0.01)
        never.set()
        await sender.stop()

    asyncio.run(run())
    assert len(set(arrived)) >= len(healthy)


def test_a_sender_that_stops_loses_nothing(
    database: Database, clock: ManualClock, read: Read, say: Callable[..., int]
) -> None:
    """What is under way is given a moment and then let go; the next process brings it at once."""
    say("hello", somebody(database, "bob", "one.example"))
    began = asyncio.Event()
    let_go = asyncio.Event()

    async def send(_inbox: str, _said: Said) -> Answer:
        began.set()
        await let_go.wait()
        return TAKEN

    async def run() -> None:
        sender = Sender(database, send, clock)
        await sender.start()
        await began.wait()
        stopping = asyncio.create_task(sender.stop())
        let_go.set()
        await stopping

    asyncio.run(run())
    assert counted(read, delivery) == 0
    assert read(lambda tx: tx.value(select(peer.c.held_until))) is None


def test_thousands_of_servers_that_somebody_made_up_are_forgotten(
    database: Database, read: Read, write: Write, clock: ManualClock
) -> None:
    """A name costs nothing to make (CVE-2026-69132): what is kept of a server that nobody is known of expires."""
    made_up = 10_000

    def make_up(tx: WriteTx) -> None:
        names = [{"id": n, "name": f"h{n}.example", "local": False, "created_at": tx.now} for n in range(made_up)]
        tx.run_each(insert(domain).values({column.name: bindparam(column.name) for column in domain.c}), names)
        heard = insert(peer).values(domain_id=bindparam("id"), heard_at=bindparam("at"))
        tx.run_each(heard, [{"id": each["id"], "at": tx.now} for each in names])

    write(make_up)
    assert counted(read, peer) == made_up

    def tidied() -> int:
        while write(delivering.tidy):
            pass
        return counted(read, peer)

    assert tidied() == made_up
    clock.advance(seconds=limits.PEER_FORGOTTEN_SECONDS + 1)
    assert tidied() == 0


def test_what_was_given_up_is_kept_for_a_week(
    database: Database,
    read: Read,
    clock: ManualClock,
    write: Write,
    network: Network,
    sender: Sender,
    say: Callable[..., int],
) -> None:
    """Storage is bounded by time, too: after three days nothing is tried, after a week nothing is left."""
    network.says["https://one.example/inbox"] = Answer(500)
    say("hello", somebody(database, "bob", "one.example"))
    for _ in range(100):
        settle(sender)
        clock.advance(hours=1)
    assert read(lambda tx: tx.values(select(delivery.c.due_at))) == [None]
    tries = len(network.brought)
    assert 10 <= tries <= limits.DELIVERY_TRIES
    clock.advance(seconds=limits.DELIVERY_KEPT_SECONDS)
    write(delivering.tidy)
    assert counted(read, delivery) == counted(read, outgoing) == 0


@pytest.mark.parametrize("followers_only", [True, False])
def test_what_is_for_followers_says_who_they_are_there(
    database: Database, make: Make, ann: AccountId, clock: ManualClock, write: Write, followers_only: bool
) -> None:
    """Both servers can see whether they know the same followers (FEP-8fcf); what is for all says nothing of them."""
    for name in ("bob", "cat"):
        make.follow(somebody(database, name, "one.example"), ann)
    make.follow(somebody(database, "zoe", "two.example"), ann)
    sent: dict[str, dict[str, str]] = {}

    class Wire(Fetcher):
        async def fetch(self, url: str, **more: Any) -> Fetched:
            sent[url] = {name: value for name, value in more["headers"].items() if name.startswith("Collection")}
            return Fetched(url, 202, {}, b"")

    words = Words(body="{}", by=ann, lane=Lane.BULK, subject=1, followers_only=followers_only)
    write(deliveries.say, words, Audience(followers_of=ann))
    site = Site("square.example")
    peers_ = Peers(Wire(site.base), Keyring(database, site, b"secret"), Ledger(database, site), clock)
    asyncio.run(Sender(database, through(peers_, database, site, clock), clock).settle())
    assert sent.keys() == {"https://one.example/inbox", "https://two.example/inbox"}
    if not followers_only:
        assert all(headers == {} for headers in sent.values())
        return
    there = digest(f"https://one.example/users/{name}" for name in ("bob", "cat"))
    actor = "https://square.example/users/ann"
    assert sent["https://one.example/inbox"]["Collection-Synchronization"] == (
        f'collectionId="{actor}/followers", url="{actor}/followers_synchronization", digest="{there}"'
    )
