"""Moving: somebody goes from one server to another, and all who follow them go along, on every server."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bema.domain import following, moving_out
from bema.domain.receiving.brought import Person
from bema.model.errors import Invalid
from bema.outside.clock import ManualClock
from bema.outside.finding import Finder
from bema.store import follows
from bema.store.follows import Terms
from bema.store.removals import Alias
from tests.conftest import START
from tests.simulation.world import Server, World


@pytest.fixture
def world(tmp_path: Path, fresh_sqlite: Callable[[], str]) -> Iterator[World]:
    """Three servers with a good network."""
    made = World(0, ["one.example", "two.example", "three.example"], tmp_path, fresh_sqlite, ManualClock(START))
    yield made
    made.close()


def read_afresh(world: World, server: Server, name: str, host: str) -> Person:
    """Ask another server who somebody is."""
    return Person(*world.run(Finder(server.app.peers).addressed(name, host)))


@pytest.mark.slow
def test_followers_go_along(world: World) -> None:
    """If both ends say so: those of the old server, and those of a third one."""
    one, two, three = world.servers.values()
    ann, carl = one.person("ann"), one.person("carl")
    new, dora = two.person("ann_again"), three.person("dora")
    ann_at_three = world.run(three.meet("ann", "one.example"))
    three.write(following.follow, dora, ann_at_three, Terms())
    one.write(following.follow, carl, ann, Terms())
    world.come_to_rest()
    assert three.read(follows.exists, dora, ann_at_three)

    person = read_afresh(world, one, "ann_again", "two.example")
    with pytest.raises(Invalid):
        one.write(moving_out.move, one.app.site, ann, person)
    two.write(moving_out.add_alias, new, Alias(one.app.site.actor("ann"), "ann@one.example"))
    person = read_afresh(world, one, "ann_again", "two.example")
    new_at_one = one.write(moving_out.move, one.app.site, ann, person)
    world.come_to_rest()

    assert one.read(follows.exists, carl, new_at_one)
    assert not one.read(follows.exists, carl, ann)
    new_at_three = world.run(three.meet("ann_again", "two.example"))
    assert three.read(follows.exists, dora, new_at_three)
    assert not three.read(follows.exists, dora, ann_at_three)
    with pytest.raises(Invalid):
        one.write(moving_out.move, one.app.site, ann, person)  # not again for a month
