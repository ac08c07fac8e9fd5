"""What nobody here has to do with goes after a while; what somebody here cares about never does."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bema.domain import pinning, polling, reporting
from bema.domain import reading as door
from bema.domain.receiving import people, posts
from bema.model.ids import PostId
from bema.outside.clock import ManualClock
from bema.store import accounts, private_notes, remote_posts
from bema.store.database import Database
from bema.subscribers.tidying import Tidying
from tests.conftest import Read, Write
from tests.domain.receiving.elsewhere import ANN, SITE, brought, note, person
from tests.make import Make

DAYS = 30
BOB = "https://square.example/users/bob"


@pytest.fixture
def expire(database: Database, clock: ManualClock) -> Callable[[], None]:
    """Lets time pass, and what is old expire."""

    def expire_() -> None:
        clock.advance(days=DAYS + 1)
        asyncio.run(Tidying(database, DAYS).tidy())

    return expire_


def test_what_nobody_touched_goes_and_may_come_back(write: Write, read: Read, expire: Callable[[], None]) -> None:
    """With its author; fetched again, it is there again and in its place."""
    kept = brought(person())
    first = write(posts.keep, SITE, kept, note())
    write(posts.keep, SITE, kept, note(number=2, inReplyTo=f"{ANN}/statuses/1"))
    expire()
    assert read(remote_posts.ids, [f"{ANN}/statuses/1", f"{ANN}/statuses/2"]) == {}
    assert read(door.posts_by_ids, None, [first]) == []
    assert read(accounts.by_handle, "ann", "mastodon.example") is None
    assert write(posts.keep, SITE, kept, note())


def test_what_is_new_or_looked_at_lately_stays(
    write: Write, read: Read, clock: ManualClock, database: Database
) -> None:
    """An old post that was fetched today is not old here."""
    clock.advance(days=DAYS + 1)
    write(posts.keep, SITE, brought(person()), note())
    asyncio.run(Tidying(database, DAYS).tidy())
    assert read(remote_posts.id_of, f"{ANN}/statuses/1") is not None


def test_what_somebody_here_cares_about_stays(write: Write, read: Read, make: Make, expire: Callable[[], None]) -> None:
    """Favourites, bookmarks, boosts, answers and what is around them, quotes, pins, votes, mentions, reports, follows."""
    bob = make.account("bob")
    kept = brought(person(), *[person(name) for name in ("dan", "eve", "fay", "gil", "hal", "ida", "jon")])

    def posted(number: int, name: str = "ann", **more: Any) -> PostId:
        return write(posts.keep, SITE, kept, note(name, number, **more))

    make.favourite(bob, posted(1))
    make.bookmark(bob, posted(2))
    make.boost(bob, posted(3))
    posted(4)
    make.post(bob, in_reply_to=posted(5, inReplyTo=f"{ANN}/statuses/4"))
    make.post(bob, quote_of=posted(6))
    ann = read(accounts.by_handle, "ann", "mastodon.example")
    assert ann is not None
    write(pinning.pin, ann.id, posted(7))
    options = [{"type": "Note", "name": name} for name in ("Tea", "Milk")]
    write(polling.vote, bob, posted(8, type="Question", oneOf=options, endTime="2027-01-01T00:00:00Z"), [0])
    posted(9, tag=[{"type": "Mention", "href": BOB, "name": "@bob"}])
    posted(10, to=[BOB], cc=[])
    reported = posted(1, "dan")
    dan = read(door.post, None, reported).author.id
    write(reporting.file, bob, reporting.Complaint(target=dan, posts=[reported]), [])
    eve = read(door.post, None, posted(1, "eve")).author.id
    make.follow(bob, eve)
    untouched = [posted(11), posted(1, "fay")]
    people_ = {name: write(people.keep, SITE, person(name)) for name in ("gil", "hal", "ida", "jon")}
    make.block(bob, people_["gil"])
    make.mute(bob, people_["hal"])
    write(lambda tx: private_notes.put(tx, by=bob, target=people_["ida"], note="x"))
    expire()
    names = [*[f"{ANN}/statuses/{number}" for number in range(1, 11)]]
    names += [f"https://mastodon.example/users/{name}/statuses/1" for name in ("dan", "eve")]
    assert set(read(remote_posts.ids, names)) == set(names)
    assert [read(door.posts_by_ids, None, [id_]) for id_ in untouched] == [[], []]
    gone = [name for name in ("ann", "dan", "eve", "fay", "gil", "hal", "ida", "jon") if not _there(read, name)]
    assert gone == ["fay", "jon"]


def _there(read: Read, name: str) -> bool:
    return read(accounts.by_handle, name, "mastodon.example") is not None
