"""Who moves takes along those who follow, if they say so at both ends, and once a month."""

from collections.abc import Callable

import pytest

from bema.domain import following, listing, moving_out
from bema.domain.receiving import acting, moving, people
from bema.domain.receiving.brought import Brought, Lacking, Meaningless
from bema.model import limits
from bema.model.ids import AccountId
from bema.outside.clock import ManualClock
from bema.store import accounts, blocks, follows
from bema.store.follows import Terms
from bema.store.removals import Alias
from tests.conftest import Read, Write
from tests.domain.receiving.elsewhere import ANN, SITE, act, brought, person, uri
from tests.make import Make
from tests.wire.activitypub import peers

NEW = uri("ann", "new.example")
Move = Callable[..., None]


@pytest.fixture
def move(write: Write, ann: AccountId) -> Move:
    """Takes up that Ann moved, with what was fetched of where she says she is."""

    def move_(fetched: Brought, *, sender: AccountId = ann, by: str = ANN, target: str = NEW) -> None:
        write(acting.receive, SITE, sender, act(peers.act("Move", ANN, actor=by, target=target)), fetched)

    return move_


def new(*known_as: str) -> Brought:
    """Make the new account, with those that it says it was."""
    return brought(person("ann", "new.example", alsoKnownAs=list(known_as)))


def test_followers_follow_who_moved(write: Write, read: Read, make: Make, ann: AccountId, move: Move) -> None:
    """With their terms and lists; who blocks, mutes or noted something does so on."""
    bob, eve = make.account("bob"), make.account("eve")
    make.follow(bob, ann, notify=True)
    made = write(listing.make, bob, listing.Terms("Friends"))
    write(listing.add_members, bob, made.id, [ann])
    make.block(eve, ann)
    with pytest.raises(Lacking):
        move(brought())
    move(new(ANN))
    now = read(accounts.by_handle, "ann", "new.example")
    old = read(accounts.by_id, ann)
    assert now is not None
    assert old is not None
    assert old.moved_to == now.id
    while write(moving.move_some, ann, now.id):
        pass
    assert read(follows.terms, bob, ann) is None
    assert read(follows.request_exists, bob, now.id)
    assert read(follows.terms, bob, now.id) == Terms(notify=True)
    assert [each.id for each in read(listing.with_member, bob, now.id)] == [made.id]
    assert read(lambda tx: blocks.exists(tx, by=eve, target=now.id))
    write(following.accept, now.id, bob)
    assert read(follows.exists, bob, now.id)


def test_a_move_that_only_one_end_knows_is_none(write: Write, read: Read, move: Move, ann: AccountId) -> None:
    """origin: nobody takes another's followers, nor gives away somebody else's."""
    eve = write(people.keep, SITE, person("eve", "elsewhere.example"))
    for fetched in (new(), new(uri("eve", "elsewhere.example"))):
        with pytest.raises(Meaningless):
            move(fetched)
    with pytest.raises(Meaningless):
        move(new(ANN), sender=eve, by=uri("eve", "elsewhere.example"))
    with pytest.raises(Meaningless):
        move(new(ANN), target="https://square.example/users/bob")
    found = read(accounts.by_id, ann)
    assert found is not None
    assert found.moved_to is None


def test_somebody_moves_here(write: Write, read: Read, make: Make, move: Move, ann: AccountId) -> None:
    """To an account of this server that says it is theirs; followers follow at once."""
    bob, home = make.account("bob"), make.account("anne")
    make.follow(bob, ann)
    target = "https://square.example/users/anne"
    with pytest.raises(Meaningless):
        move(brought(), target=target)
    write(moving_out.add_alias, home, Alias(ANN, "ann@mastodon.example"))
    move(brought(), target=target)
    while write(moving.move_some, ann, home):
        pass
    assert read(follows.exists, bob, home)
    assert not read(follows.exists, bob, ann)


def test_nobody_moves_every_day(write: Write, move: Move, clock: ManualClock) -> None:
    """Followers are not sent round."""
    other = uri("ann", "newer.example")
    again = brought(person("ann", "newer.example", alsoKnownAs=[ANN]))
    move(new(ANN))
    with pytest.raises(Meaningless):
        move(again, target=other)
    clock.advance(seconds=limits.MOVE_AGAIN_SECONDS + 1)
    move(again, target=other)
