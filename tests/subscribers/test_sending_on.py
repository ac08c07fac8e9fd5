"""Sending over time: processes that die, stop or share the work, servers that hang, and what is forgotten in the end."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import bindparam, select

from bema.domain import delivering
from bema.domain.delivering import Answer
from bema.domain.keeping_out import Ledger
from bema.domain.keyring import Keyring
from bema.domain.recounting import digest
from bema.model import limits
from bema.model.federating import Lane
from bema.model.ids import AccountId
from bema.model.site import Site
from bema.outside.clock import ManualClock
from bema.outside.fetch import Fetched, Fetcher
from bema.outside.peers import Peers
from bema.store import deliveries
from bema.store.audiences import Audience
from bema.store.database import Database
from bema.store.deliveries import Said, Words
from bema.store.dialect import insert
from bema.store.tables import delivery, domain, outgoing, peer
from bema.store.tx import WriteTx
from bema.subscribers.sending import Sender, through
from tests.conftest import Read, Write
from tests.elsewhere import somebody
from tests.make import Make
from tests.subscribers.network import TAKEN, Network, counted, settle


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
