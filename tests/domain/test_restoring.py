"""Restoring: what a decision took away comes back as it was, whenever that is; it is destroyed only when nobody can object."""

import asyncio
from collections.abc import Callable

import pytest

from bema.domain import appealing, deciding, leaving, restoring
from bema.edge.authentication import SESSION_COOKIE
from bema.model import limits
from bema.model.decisions import Act, Effect, Grounds
from bema.model.ids import AccountId, PostId
from bema.model.permissions import COMMAND_LINE
from bema.model.policy import Role, Standing, Visibility
from bema.model.restoring import PARTS, Report
from bema.outside.clock import ManualClock
from bema.store import accounts, posts, public_log, restorations
from bema.subscribers.restorations import measuring
from tests.client import File
from tests.conftest import Person, Square
from tests.edge.test_matrices import DOT

LIKED = 5  # posts of others
WINDOW_DAYS = limits.APPEAL_WINDOW_SECONDS // 86_400


def decided(square: Square, person: Person, act: Act = Act.SUSPEND, named: list[PostId] | None = None) -> int:
    """Decide something about somebody, from the command line."""
    grounds = Grounds(reasons="Threats", posts=named or [])
    on = deciding.on_account if named is None else deciding.on_posts
    return square.app.database.write_now(
        on, square.app.site, COMMAND_LINE, person.account, act, grounds, by_letter=False
    )


def report_of(square: Square, decision: int) -> Report:
    """Return the report about a decision."""
    found = square.app.database.read_now(restorations.of_decision, decision)
    assert found is not None
    return found[1]


def full_life(square: Square, ann: Person, *, count: int) -> list[str]:
    """Give somebody posts with pictures, people, favourites and bookmarks; return the addresses of the pictures."""
    make = square.make
    addresses = []
    for number in range(2):
        files = {"file": File(f"dot{number}.png", DOT, "image/png")}
        picture = ann.client.post("/api/v2/media", files=files).json()
        ann.client.post("/api/v1/statuses", json={"status": f"Picture {number}", "media_ids": [picture["id"]]})
        addresses.append(picture["url"])
    for number in range(count):
        make.post(ann.account, text=f"Post {number}", visibility=list(Visibility)[number % 3])
    for number in range(count // 4):
        other = make.account(f"other{number}")
        make.follow(other, ann.account)
        make.follow(ann.account, other)
        if number >= LIKED:
            continue
        post = make.post(other, text=f"Said {number}")
        make.favourite(ann.account, post)
        make.bookmark(ann.account, post)
    square.settle()
    return addresses


def seen(square: Square, ann: Person) -> list[str]:
    """Return all that clients see of somebody and by them."""
    paths = (
        f"/api/v1/accounts/{ann.account}",
        f"/api/v1/accounts/{ann.account}/statuses?limit=40",
        f"/api/v1/accounts/{ann.account}/statuses?only_media=true",
        f"/api/v1/accounts/{ann.account}/followers?limit=80",
        f"/api/v1/accounts/{ann.account}/following?limit=80",
        "/api/v1/favourites?limit=40",
        "/api/v1/bookmarks?limit=40",
        "/api/v1/timelines/home?limit=40",
    )
    return [ann.client.get(path).text for path in paths]


@pytest.mark.parametrize(("days", "count"), [(29, 20), (179, 20), pytest.param(179, 1_000, marks=pytest.mark.slow)])
def test_an_account_comes_back_as_it_was(square: Square, clock: ManualClock, days: int, count: int) -> None:
    """Posts, files, follows both ways, favourites, bookmarks and home: counted and compared, and seen to be the same."""
    ann = square.person("ann")
    pictures = full_life(square, ann, count=count)
    before = seen(square, ann)
    files = [square.stranger.get(address.removeprefix("https://square.example")).body for address in pictures]
    id_ = decided(square, ann)
    square.settle()
    assert square.stranger.get(f"/api/v1/accounts/{ann.account}/statuses").status == 404
    assert report_of(square, id_).after is None
    clock.advance(days=days)
    square.settle()
    square.app.database.write_now(deciding.release, COMMAND_LINE, ann.account, Effect.SUSPEND)
    square.settle()
    found = report_of(square, id_)
    assert found.differing == []
    assert found.after is not None
    assert {part: found.after[part].count for part in PARTS} == {
        "posts": count + 2,
        "files": 2,
        "followers": count // 4,
        "following": count // 4,
        "favourites": LIKED,
        "bookmarks": LIKED,
        "home": found.before["home"].count,
    }
    assert seen(square, ann) == before
    anns = square.client()
    anns.cookies[SESSION_COOKIE] = square.make.session(ann.login, ann.account)
    assert "all of it is the same" in anns.get(f"/settings/standing/{id_}").text
    assert files == [square.stranger.get(address.removeprefix("https://square.example")).body for address in pictures]


def test_a_difference_is_named(square: Square) -> None:
    """A report that could only say that all is well would be none."""
    ann, bob = square.person("ann"), square.person("bob")
    square.make.follow(bob.account, ann.account)
    lost = square.make.post(ann.account)
    square.settle()
    id_ = decided(square, ann)
    square.settle()
    square.make.unfollow(bob.account, ann.account)
    square.make.delete(lost)
    square.app.database.write_now(deciding.release, COMMAND_LINE, ann.account, Effect.SUSPEND)
    square.settle()
    assert report_of(square, id_).differing == ["posts", "followers", "home"]


@pytest.mark.parametrize("order", ["before before after after", "after before", "after"])
def test_what_is_taken_back_at_once_is_compared_in_any_order(square: Square, order: str) -> None:
    """Two may measure at once, or the second first: one report, and one entry that tells what came of it."""
    database = square.app.database
    ann = square.person("ann")
    square.make.post(ann.account)
    id_ = decided(square, ann)
    by = database.write_now(deciding.take_back, COMMAND_LINE, id_)
    asked = {"before": f"before {id_}", "after": f"after {id_} {by}"}

    async def all_at_once() -> None:
        perform = measuring(database)
        await asyncio.gather(*[perform(asked[when]) for when in order.split()])

    square.server.run(all_at_once())
    square.settle()  # what the log asks for once more changes nothing
    found = report_of(square, id_)
    assert (found.differing, found.restored_by, found.after is None) == ([], by, False)
    size = database.read_now(public_log.size)
    assert database.read_now(public_log.by_type, ["decision.restored"], size) == {"decision.restored": 1}
    assert database.read_now(restorations.finished, [id_])[0][1] is not None


@pytest.fixture
def removed(square: Square) -> Callable[[Person], tuple[PostId, int]]:
    """Removes a post of somebody."""

    def one(person: Person) -> tuple[PostId, int]:
        post = square.make.post(person.account, text="A threat")
        return post, decided(square, person, Act.REMOVE_POSTS, [post])

    return one


def held(square: Square, post: PostId) -> bool:
    """Tell whether a post is still kept, seen or not."""
    return square.app.database.write_now(posts.held, post, in_any_case=True) is not None


def test_what_was_removed_is_kept_for_six_months_and_then_destroyed(
    square: Square, clock: ManualClock, removed: Callable[[Person], tuple[PostId, int]]
) -> None:
    """Never before; its entry in the public log stays as it was."""
    ann = square.person("ann")
    post, id_ = removed(ann)
    square.settle()
    entry = square.app.database.read_now(public_log.of_decisions, [id_])[id_]
    clock.advance(days=WINDOW_DAYS, milliseconds=-1)
    square.settle()
    assert held(square, post)
    clock.advance(milliseconds=2)
    square.settle()
    assert not held(square, post)
    assert square.app.database.read_now(public_log.of_decisions, [id_])[id_] == entry


def test_an_open_appeal_keeps_what_was_taken_away(
    square: Square, clock: ManualClock, removed: Callable[[Person], tuple[PostId, int]]
) -> None:
    """However long it takes to answer; then it is destroyed, or back."""
    ann = square.person("ann")
    post, id_ = removed(ann)
    square.settle()
    clock.advance(days=WINDOW_DAYS)
    write = square.app.database.write_now
    appeal = write(appealing.object_to, ann.account, id_, "It was a joke")
    for _ in range(3):
        clock.advance(days=20)
        square.settle()
        assert held(square, post)
    write(appealing.withdraw, ann.account, appeal)
    clock.advance(days=2)
    square.settle()
    assert not held(square, post)


def test_a_second_decision_about_the_same_post_keeps_it(
    square: Square, clock: ManualClock, removed: Callable[[Person], tuple[PostId, int]]
) -> None:
    """One can object to that one, too, and it can be taken back."""
    ann = square.person("ann")
    post, _ = removed(ann)
    clock.advance(days=100)
    decided(square, ann, Act.REMOVE_POSTS, [post])
    square.settle()
    clock.advance(days=WINDOW_DAYS - 50)
    square.settle()
    assert held(square, post)
    clock.advance(days=60)
    square.settle()
    assert not held(square, post)


def test_a_suspended_account_leaves_when_nobody_can_object_any_more(square: Square, clock: ManualClock) -> None:
    """What was taken back before stays; nobody of the staff can delete an account earlier."""
    ann, bob = square.person("ann"), square.person("bob")
    for each in (ann, bob):
        decided(square, each)  # by the only one there is: with a second, it would wait for them
    square.settle()
    owner = square.staff("owner", Role.OWNER)
    deleted = owner.client.delete(f"/api/v1/admin/accounts/{ann.account}")
    assert deleted.status == 403
    square.app.database.write_now(deciding.release, COMMAND_LINE, bob.account, Effect.SUSPEND)
    clock.advance(days=WINDOW_DAYS, milliseconds=1)
    square.settle()
    assert standing(square, ann.account) is Standing.DELETED
    assert standing(square, bob.account) is Standing.ACTIVE


def test_a_suspended_person_may_delete_their_account_themselves(square: Square, clock: ManualClock) -> None:
    """What is kept is kept for them; what was to be looked at later is then nothing."""
    ann = square.person("ann")
    decided(square, ann)
    square.settle()
    square.app.database.write_now(leaving.leave, ann.account)
    clock.advance(days=WINDOW_DAYS, milliseconds=1)
    square.settle()
    assert standing(square, ann.account) is Standing.DELETED
    assert not square.app.database.read_now(restoring.is_kept, square.make.account("bob"))


def standing(square: Square, account: AccountId) -> Standing:
    """Return how an account stands."""
    found = square.app.database.read_now(accounts.by_id, account)
    assert found is not None
    return found.standing
