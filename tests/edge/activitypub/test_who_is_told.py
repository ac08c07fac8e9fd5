"""Who of other servers is told which post: every path that could show one, for everybody who could ask, by the one rule."""

from collections.abc import Callable

import pytest

from bema.model.ids import PostId
from bema.model.policy import Visibility, may_see
from tests.client import Response
from tests.conftest import Square
from tests.edge.activitypub.askers import ANOTHER, PAIR, Asker, asker

ACTIVITY = {"accept": "application/activity+json"}
Ask = Callable[[str], Response]


@pytest.mark.parametrize("visibility", list(Visibility))
def test_no_path_tells_a_post_to_whoever_may_not_see_it(square: Square, visibility: Visibility) -> None:
    """Its own address and page, how it came to be, what hangs on it, its author's lists, and a boost of it by its author."""
    ann = square.make.account("ann")
    people = {
        "a stranger who signs": asker(square.app.database, "carl", "third.example", ANOTHER),
        "a follower": asker(square.app.database, "bob", "other.example", PAIR),
        "somebody it names": asker(square.app.database, "dan", "fourth.example", PAIR),
        "a follower who is blocked": asker(square.app.database, "eve", "fifth.example", PAIR),
    }
    for name in ("a follower", "a follower who is blocked"):
        square.make.follow(people[name].account, ann)
    square.make.block(ann, people["a follower who is blocked"].account)
    first = square.make.post(ann)
    post = square.make.post(ann, visibility=visibility, mentions=[people["somebody it names"].account])
    answer = square.make.post(ann, in_reply_to=first, visibility=visibility)
    boost = square.make.boost(ann, post)
    for who, by in [("nobody", None), *people.items()]:
        told = ask_as(square, by)
        expected = may_see(
            visibility,
            is_author=False,
            author_active=True,
            blocked_by_author=who == "a follower who is blocked",
            follows_author=who.startswith("a follower"),
            mentioned=who == "somebody it names",
        )
        place = f"/users/ann/statuses/{post}"
        for path in (
            place,
            f"/@ann/{post}",
            *(f"{place}/{part}" for part in ("activity", "replies", "likes", "shares")),
        ):
            assert (told(path).status == 200) is expected, (who, path)
        assert is_in(told, "/users/ann/outbox?page=true", post) is expected, who
        announced = told(f"/users/ann/statuses/{boost}")
        assert announced.status == 404 or expected, who
        everybody = visibility <= Visibility.UNLISTED and who != "a follower who is blocked"
        if who != "a follower who is blocked":
            for path in (f"/users/ann/statuses/{first}/replies", f"/contexts/{first}"):
                assert is_in(told, path, answer) is everybody, (who, path)


def ask_as(square: Square, by: Asker | None) -> Ask:
    """Return how somebody asks."""
    if by is None:
        return lambda path: square.stranger.get(path, headers=ACTIVITY)
    return lambda path: by.get(square, path)


def is_in(told: Ask, path: str, post: PostId) -> bool:
    """Tell whether a list has a post in it."""
    answer = told(path)
    return answer.status == 200 and f"/statuses/{post}" in answer.text
