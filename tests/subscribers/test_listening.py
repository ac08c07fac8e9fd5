"""Asked of many at once, a rule says the same of each as when each is asked alone."""

import itertools
from collections.abc import Callable, Iterable
from random import Random

from bema.model.ids import AccountId, PostId
from bema.model.policy import Visibility
from bema.store import listeners, posts, timelines
from bema.store.timelines import Filter, Range
from tests.conftest import Read
from tests.make import Make


def _world(make: Make, chance: Random) -> tuple[list[AccountId], list[PostId]]:
    """Make people who stand to each other in every way, and posts and boosts of every visibility."""
    people = [make.account(f"person{number}") for number in range(8)]
    for one, other in itertools.permutations(people, 2):
        match chance.randrange(6):
            case 0 | 1 | 2:
                make.follow(one, other)
            case 3:
                make.block(one, other)
            case 4:
                make.mute(one, other)
    said: list[PostId] = []
    for author, visibility in itertools.product(people, Visibility):
        post = make.post(author, visibility=visibility, mentions=chance.sample(people, 2))
        said.append(post)
        if visibility <= Visibility.UNLISTED:
            said.append(make.boost(chance.choice(people), post))
    return people, said


def test_many_are_asked_as_each_is(make: Make, read: Read, settle: Callable[[], None]) -> None:
    """Else what one of them may see would be shown to all."""
    people, said = _world(make, Random(5))
    settle()

    def found(ids: Iterable[PostId], post: PostId) -> bool:
        return post in set(ids)

    for post in said:
        about = read(listeners.outline, post)
        assert about is not None
        only = Range(1, max_id=post + 1, since_id=post - 1)
        at_home = {each for each in people if found(read(timelines.home_ids, each, only), post)}
        in_public = {each for each in people if found(read(timelines.public_ids, each, Filter(), only), post)}
        assert set(read(listeners.at_home, about, people)) == at_home
        some = people[:2]  # fewer than follow: another way to find them
        assert set(read(listeners.at_home, about, some)) == at_home.intersection(some)
        assert about.listed or not in_public
        if about.listed:
            assert read(listeners.in_public, post, people) == in_public


def test_to_whom_a_post_looks_the_same_it_does(make: Make, read: Read) -> None:
    """Who did something with it is shown another than who did not."""
    people = [make.account(f"person{number}") for number in range(6)]
    author, one, two, three, four, five = people
    post = make.post(author)
    for each in (one, two):
        make.favourite(each, post)
    make.bookmark(three, post)
    groups = read(listeners.alike, [post], [], people)
    assert sorted(map(sorted, groups)) == sorted([[author], sorted([one, two]), [three], sorted([four, five])])
    assert all(len({read(posts.load, [post], each)[0].flags for each in group}) == 1 for group in groups)
