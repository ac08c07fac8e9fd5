"""Delivery: each fact that concerns people of other servers is told to their servers, once, and to no others."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from bema.domain import (
    deciding,
    favouriting,
    following,
    keyring,
    leaving,
    pinning,
    polling,
    posting,
    profiles,
    relating,
    reporting,
)
from bema.domain.polling import NewPoll
from bema.domain.posting import Draft
from bema.domain.profiles import Changes
from bema.domain.reporting import Complaint
from bema.model.decisions import Act, Grounds
from bema.model.events import PostDeleted
from bema.model.ids import AccountId, PostId
from bema.model.permissions import COMMAND_LINE
from bema.model.policy import Visibility
from bema.model.site import Site
from bema.outside.clock import ManualClock
from bema.store import follows, signing_keys
from bema.store.database import Database
from bema.store.follows import Terms
from bema.store.tables import delivery, outgoing
from bema.store.tx import Tx, WriteTx
from bema.subscribers import SUBSCRIBERS
from bema.subscribers.delivery import COUNTS, counting, delivering
from bema.subscribers.runner import Runner
from tests.conftest import Read, Write
from tests.elsewhere import said, somebody
from tests.make import HERE, Make

SITE = Site(HERE)
Told = dict[str, list[dict[str, Any]]]  # inbox -> activities, in the order in which they go there


@pytest.fixture
def ann(make: Make) -> AccountId:
    """Somebody of this server."""
    return make.account("ann")


@pytest.fixture
def bob(database: Database) -> AccountId:
    """Somebody of another server, whose people share an inbox."""
    return somebody(database, "bob", "one.example")


@pytest.fixture
def zoe(database: Database) -> AccountId:
    """Somebody of a third server."""
    return somebody(database, "zoe", "two.example")


@pytest.fixture
def told(database: Database, read: Read) -> Callable[[], Told]:
    """Reads the log to its end, and returns what was not asked for before, by inboxes."""
    performers = {COUNTS: counting(database, SITE)}
    runner = Runner(database, [*SUBSCRIBERS, delivering(SITE)], performers)
    seen: set[int] = set()

    def news() -> Told:
        asyncio.run(runner.settle())
        found: Told = {}
        for id_, inbox, body in read(_waiting):
            if id_ not in seen:
                seen.add(id_)
                found.setdefault(inbox.removeprefix("https://"), []).append(msgspec.json.decode(body))
        return found

    return news


def _waiting(tx: Tx) -> list[Any]:
    source = delivery.join(outgoing, outgoing.c.id == delivery.c.outgoing_id)
    return tx.all(select(delivery.c.id, delivery.c.inbox, outgoing.c.body).select_from(source).order_by(delivery.c.id))


def types(told: Told) -> dict[str, list[str]]:
    """Name what goes where."""
    return {inbox: [each["type"] for each in all_said] for inbox, all_said in told.items()}


def publish(write: Write, author: AccountId, text: str = "Good morning", **more: Any) -> PostId:
    """Publish a post as its author does."""
    return write(posting.publish, SITE, author, Draft(text=text, **more))


def test_a_post_goes_once_to_each_inbox_of_followers(
    database: Database, make: Make, write: Write, ann: AccountId, bob: AccountId, told: Callable[[], Told]
) -> None:
    """A server with many followers is told once, and one without any is told nothing."""
    carl = somebody(database, "carl", "one.example")
    lone = somebody(database, "lone", "three.example", shared_inbox=False)
    somebody(database, "nobody", "four.example")
    for each in (bob, carl, lone):
        make.follow(each, ann)
    post = publish(write, ann, "Good morning")
    news = told()
    assert types(news) == {"one.example/inbox": ["Create"], "three.example/users/lone/inbox": ["Create"]}
    activity = news["one.example/inbox"][0]
    assert activity["actor"] == f"https://{HERE}/users/ann"
    assert activity["object"]["id"] == f"https://{HERE}/users/ann/statuses/{post}"
    assert activity["@context"]
    assert told() == {}


@pytest.mark.parametrize("visibility", list(Visibility))
def test_a_post_goes_to_nobody_but_those_whom_it_is_for(
    make: Make,
    write: Write,
    ann: AccountId,
    bob: AccountId,
    zoe: AccountId,
    told: Callable[[], Told],
    visibility: Visibility,
) -> None:
    """What is for followers goes to no server without one, and a letter to nobody but those it is addressed to."""
    make.follow(bob, ann)
    make.follow_request(zoe, ann)  # who was not let in yet
    publish(write, ann, "For you", visibility=visibility)
    expected = {} if visibility is Visibility.DIRECT else {"one.example/inbox": ["Create"]}
    assert types(told()) == expected
    publish(write, ann, "For @zoe@two.example", visibility=visibility)
    assert types(told()) == expected | {"two.example/inbox": ["Create"]}


def test_an_answer_goes_to_whom_it_answers(
    database: Database, write: Write, ann: AccountId, bob: AccountId, told: Callable[[], Told]
) -> None:
    """The author of what is answered sees it even if the answer forgot to name them."""
    post = said(database, bob)
    told()
    publish(write, ann, "An answer", in_reply_to=post)
    assert types(told()) == {"one.example/inbox": ["Create"]}


def test_nothing_that_others_did_is_told(
    make: Make, ann: AccountId, bob: AccountId, zoe: AccountId, told: Callable[[], Told]
) -> None:
    """Their own servers tell it; whoever repeats it starts a loop."""
    make.follow(ann, bob)
    make.follow(zoe, bob)
    post = make.post(bob)
    make.boost(zoe, post)
    make.favourite(zoe, post)
    make.unfavourite(zoe, post)
    make.delete(post)
    assert told() == {}


def test_what_is_changed_goes_to_all_who_have_it(
    make: Make,
    write: Write,
    ann: AccountId,
    bob: AccountId,
    zoe: AccountId,
    database: Database,
    told: Callable[[], Told],
    clock: ManualClock,
) -> None:
    """Followers, whoever boosted, favourited or answered it, and where it was read before somebody stopped following."""
    left = somebody(database, "left", "three.example")
    later = somebody(database, "later", "four.example")
    make.follow(later, ann)
    write(following.end, follower=later, followed=ann, by=later)
    clock.advance(minutes=1)
    make.follow(bob, ann)
    make.follow(left, ann)
    post = publish(write, ann)
    clock.advance(minutes=1)
    make.favourite(zoe, post)
    write(following.end, follower=left, followed=ann, by=left)
    told()
    write(posting.delete, ann, post)
    news = told()
    assert types(news) == {
        "one.example/inbox": ["Delete"],
        "two.example/inbox": ["Delete"],
        "three.example/inbox": ["Delete"],
    }
    gone = news["one.example/inbox"][0]
    assert gone["object"] == {"id": f"https://{HERE}/users/ann/statuses/{post}", "type": "Tombstone"}


def test_what_was_not_brought_yet_is_not_brought_after_its_deletion(
    make: Make, write: Write, ann: AccountId, bob: AccountId, told: Callable[[], Told], read: Read
) -> None:
    """Who took something back does not want it to be sent an hour later, when a server is there again."""
    make.follow(bob, ann)
    post = publish(write, ann, "I did not mean it")
    assert types(told()) == {"one.example/inbox": ["Create"]}
    write(posting.delete, ann, post)
    assert types(told()) == {"one.example/inbox": ["Delete"]}
    assert len(read(_waiting)) == 1


def test_a_boost_and_its_end_go_to_followers_and_the_author(
    database: Database,
    make: Make,
    write: Write,
    ann: AccountId,
    bob: AccountId,
    zoe: AccountId,
    told: Callable[[], Told],
) -> None:
    """An Undo tells the whole Announce: not everybody keeps what it was."""
    make.follow(zoe, ann)
    post = said(database, bob)
    told()
    write(posting.boost, ann, post)
    news = told()
    assert types(news) == {"one.example/inbox": ["Announce"], "two.example/inbox": ["Announce"]}
    write(posting.unboost, ann, post)
    undone = told()
    assert types(undone) == {"one.example/inbox": ["Undo"], "two.example/inbox": ["Undo"]}
    assert undone["one.example/inbox"][0]["object"]["id"] == news["one.example/inbox"][0]["id"]


def test_a_favourite_goes_to_the_author_alone(
    database: Database,
    make: Make,
    write: Write,
    ann: AccountId,
    bob: AccountId,
    zoe: AccountId,
    told: Callable[[], Told],
) -> None:
    """A second favourite of the same post has another name than the first: nobody takes it for a repetition."""
    make.follow(zoe, ann)
    post = said(database, bob)
    names = []
    for _ in range(2):
        write(favouriting.favourite, ann, post)
        liked = told()
        write(favouriting.unfavourite, ann, post)
        undone = told()
        assert types(liked) == {"one.example/inbox": ["Like"]}
        assert types(undone) == {"one.example/inbox": ["Undo"]}
        assert undone["one.example/inbox"][0]["object"]["id"] == liked["one.example/inbox"][0]["id"]
        names.append(liked["one.example/inbox"][0]["id"])
    assert len(set(names)) == 2


def test_following_somebody_elsewhere_is_asked_and_taken_back_by_the_same_name(
    write: Write, ann: AccountId, bob: AccountId, told: Callable[[], Told], read: Read
) -> None:
    """Some servers know a follow by its name alone."""
    write(following.follow, ann, bob, Terms())
    asked = told()["one.example/inbox"]
    assert [each["type"] for each in asked] == ["Follow"]
    write(follows.accept_request, ann, bob)
    assert read(follows.uri, ann, bob) == asked[0]["id"]
    write(following.unfollow, ann, bob)
    undone = told()["one.example/inbox"]
    assert [each["type"] for each in undone] == ["Undo"]
    assert undone[0]["object"]["id"] == asked[0]["id"]


def test_who_is_followed_answers(
    database: Database, write: Write, make: Make, ann: AccountId, bob: AccountId, told: Callable[[], Told]
) -> None:
    """Yes, no, and no more: each with the whole Follow inside; who ends it themselves hears nothing."""
    for uri, act in (("https://one.example/f/1", following.accept), ("https://one.example/f/2", following.reject)):
        write(follows.add_request, bob, ann, Terms(), uri)
        write(act, ann, bob)
        said = told()["one.example/inbox"]
        assert [each["type"] for each in said] == ["Accept" if act is following.accept else "Reject"]
        assert said[0]["object"]["id"] == uri
        assert said[0]["object"]["type"] == "Follow"
    write(following.remove_follower, ann, bob)
    assert types(told()) == {"one.example/inbox": ["Reject"]}
    make.follow(bob, ann)
    write(following.end, follower=bob, followed=ann, by=bob)
    assert told() == {}


def test_a_block_is_told_and_taken_back(
    write: Write, make: Make, ann: AccountId, bob: AccountId, told: Callable[[], Told]
) -> None:
    """The other server hides us from who is blocked."""
    make.follow(bob, ann)
    write(relating.block, ann, bob)
    assert types(told()) == {"one.example/inbox": ["Reject", "Block"]}
    write(relating.unblock, ann, bob)
    assert types(told()) == {"one.example/inbox": ["Undo"]}


def test_a_new_profile_goes_to_followers(
    write: Write, make: Make, ann: AccountId, bob: AccountId, zoe: AccountId, told: Callable[[], Told]
) -> None:
    """And a pin, too."""
    write(_give_key, ann)
    make.follow(bob, ann)
    post = make.post(ann)
    told()
    write(profiles.change, SITE, ann, Changes(display_name="Ann of the Hill"))
    news = told()
    assert types(news) == {"one.example/inbox": ["Update"]}
    assert news["one.example/inbox"][0]["object"]["name"] == "Ann of the Hill"
    write(pinning.pin, ann, post)
    write(pinning.unpin, ann, post)
    assert types(told()) == {"one.example/inbox": ["Add", "Remove"]}


def _give_key(tx: WriteTx, account: AccountId) -> None:
    signing_keys.add(tx, account, "rsa", b"sealed", "-----BEGIN PUBLIC KEY-----")
    assert keyring.public_keys(tx, account)


def test_whoever_leaves_is_gone_on_all_servers(
    write: Write, make: Make, ann: AccountId, bob: AccountId, zoe: AccountId, told: Callable[[], Told]
) -> None:
    """One goodbye to every server that is known; that each post goes, too, need not be said."""
    make.follow(bob, ann)
    publish(write, ann)
    told()
    write(leaving.leave, ann)
    while write(leaving.clear_some, ann):
        pass
    assert types(told()) == {"one.example/inbox": ["Delete"], "two.example/inbox": ["Delete"]}


def test_votes_go_to_who_asks_and_counts_to_who_reads(
    write: Write, make: Make, ann: AccountId, bob: AccountId, told: Callable[[], Told], clock: ManualClock
) -> None:
    """Counts are told some minutes later, once for all votes in between, and again at the end."""
    make.follow(bob, ann)
    own = publish(write, ann, "Tea?", poll=NewPoll(options=["yes", "no"], seconds=86_400))
    told()
    write(polling.vote, bob, own, [0])
    assert told() == {}
    clock.advance(minutes=4)
    counted = told()
    assert types(counted) == {"one.example/inbox": ["Update"]}
    assert counted["one.example/inbox"][0]["object"]["oneOf"][0]["replies"]["totalItems"] == 1


def test_a_report_is_passed_on_in_the_name_of_the_server(
    write: Write, make: Make, ann: AccountId, bob: AccountId, told: Callable[[], Told]
) -> None:
    """If its writer wants that; who reported is told to nobody."""
    write(reporting.file, ann, Complaint(target=bob, comment="spam"), [])
    assert told() == {}
    write(reporting.file, ann, Complaint(target=bob, comment="spam", forward=True), [])
    flagged = told()["one.example/inbox"]
    assert [each["type"] for each in flagged] == ["Flag"]
    assert flagged[0]["actor"] == f"https://{HERE}/actor"
    assert "ann" not in msgspec.json.encode(flagged).decode()


def test_a_log_of_a_server_alone_costs_nothing(
    make: Make, ann: AccountId, told: Callable[[], Told], statements: list[str], read: Read
) -> None:
    """Where nobody of another server is known, nothing is worked out for them."""
    post = make.post(ann)
    make.emit(PostDeleted(post=post, author=ann))
    told()
    assert not any("INSERT INTO outgoing" in each for each in statements)


def test_what_the_staff_removed_is_gone_elsewhere(
    write: Write, make: Make, ann: AccountId, bob: AccountId, told: Callable[[], Told]
) -> None:
    """And is said again when it is back, to servers that take it."""
    make.follow(bob, ann)
    post = publish(write, ann)
    told()
    grounds = Grounds(reasons="spam", posts=[post])
    decision = write(deciding.on_posts, SITE, COMMAND_LINE, ann, Act.REMOVE_POSTS, grounds, by_letter=False)
    assert types(told()) == {"one.example/inbox": ["Delete"]}
    write(deciding.take_back, COMMAND_LINE, decision)
    assert types(told()) == {"one.example/inbox": ["Undo", "Create"]}
