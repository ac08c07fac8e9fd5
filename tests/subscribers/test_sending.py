"""Sending: nothing is lost, nobody waits for somebody else's server, and who is away is asked now and then."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from bema.domain import guarding
from bema.domain.delivering import Answer
from bema.domain.guarding import DomainTerms
from bema.model import limits
from bema.model.decisions import Severity
from bema.model.federating import Lane
from bema.model.ids import AccountId
from bema.model.permissions import COMMAND_LINE
from bema.model.site import Site
from bema.outside.clock import ManualClock
from bema.store import follows, peers
from bema.store.database import Database
from bema.store.tables import delivery, domain, outgoing, peer
from bema.subscribers.sending import Sender
from tests.conftest import Read, Write
from tests.elsewhere import somebody
from tests.make import Make
from tests.subscribers.network import DOWN, Network, counted, settle


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
