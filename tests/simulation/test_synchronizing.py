"""Synchronizing: where two servers differ about who follows, the next post for followers puts it right (FEP-8fcf)."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bema.domain import following, posting
from bema.domain.posting import Draft
from bema.domain.recounting import digest
from bema.domain.synchronizing import Difference, settle
from bema.model.policy import Visibility
from bema.outside.clock import ManualClock
from bema.store import follows
from bema.store.follows import Terms
from tests.conftest import START
from tests.simulation.world import World


@pytest.fixture
def world(tmp_path: Path, fresh_sqlite: Callable[[], str]) -> Iterator[World]:
    """Two servers with a good network."""
    made = World(0, ["one.example", "two.example"], tmp_path, fresh_sqlite, ManualClock(START))
    yield made
    made.close()


@pytest.mark.slow
def test_what_differs_is_put_right_by_the_next_post(world: World) -> None:
    """One side lost a follow, the other one too; a list that does not sum up to what was told ends nothing."""
    one, two = world.servers.values()
    ann = one.person("ann")
    bob, cat, dan = (two.person(name) for name in ("bob", "cat", "dan"))
    ann_there = world.run(two.meet("ann", "one.example"))
    for each in (bob, cat, dan):
        two.write(following.follow, each, ann_there, Terms())
    world.come_to_rest()
    bob_here, cat_here = (world.run(one.meet(name, "two.example")) for name in ("bob", "cat"))
    two.write(follows.remove, bob, ann_there)  # as if a backup had been restored
    one.write(follows.remove, cat_here, ann)
    assert one.read(follows.exists, bob_here, ann)

    short = [two.app.site.actor("dan")]
    two.write(settle, two.app.site, Difference(ann_there, "", digest([*short, "https://more.example"])), short)
    assert two.read(follows.exists, cat, ann_there)

    one.write(posting.publish, one.app.site, ann, Draft(text="For you", visibility=Visibility.FOLLOWERS))
    world.come_to_rest()
    assert not two.read(follows.exists, cat, ann_there), "who is no follower there follows no more here"
    assert not one.read(follows.exists, bob_here, ann), "who never followed from here says so"
    assert two.read(follows.exists, dan, ann_there)
