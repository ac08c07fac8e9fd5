"""Notifications: who is told of what, what is taken back, and what a reader does not want to hear of."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import bindparam, select, update

from bema.domain import notifying, posting, screening
from bema.model import limits
from bema.model.events import AccountJoined, FollowRequestAnswered, NotificationsDismissed, PostEdited
from bema.model.ids import AccountId, NotificationId
from bema.model.notifications import Policy, Treatment
from bema.model.policy import Kind, Role, Standing, Visibility
from bema.model.site import Site
from bema.outside.clock import ManualClock
from bema.store import follows, notice_policies, notice_requests, notices, threads
from bema.store.tables import account, notification, notification_group
from bema.store.timelines import Range
from bema.store.tx import Tx, WriteTx
from bema.subscribers.runner import Runner
from tests.conftest import Read, Write
from tests.make import HERE, Make

Settle = Callable[[], None]
Told = Callable[[AccountId], list[str]]
PAGE = Range(limit=40)

_rows = select(notification).order_by(notification.c.account_id, notification.c.id)


_groups = select(notification_group).order_by(notification_group.c.account_id, notification_group.c.group_key)


def groups(tx: Tx) -> list[tuple[object, ...]]:
    """All groups as they are stored."""
    return [tuple(row) for row in tx.all(_groups)]


def rows(tx: Tx) -> list[tuple[object, ...]]:
    """All notices as they are stored."""
    return [tuple(row) for row in tx.all(_rows)]


@pytest.fixture
def told(read: Read, settle: Settle) -> Told:
    """Says what an account is told of, newest first, once the log was read."""

    def say(who: AccountId) -> list[str]:
        settle()
        return [f"{each.by.username} {each.type}" for each in read(notices.page, who, PAGE)]

    return say


@pytest.fixture
def ann(make: Make) -> AccountId:
    """She is told of things."""
    return make.account("ann")


@pytest.fixture
def bob(make: Make) -> AccountId:
    """He does things."""
    return make.account("bob")


# --- Who is told ------------------------------------------------------------------------------------------------------


def test_everything_that_concerns_an_account_is_told_once(
    make: Make, read: Read, told: Told, ann: AccountId, bob: AccountId
) -> None:
    """With who did it, when, and about which post."""
    shown = make.post(ann)
    make.favourite(bob, shown)
    make.boost(bob, shown)
    make.follow(bob, ann)
    answer = make.post(bob, in_reply_to=shown, mentions=[ann])
    assert told(ann) == ["bob mention", "bob follow", "bob boost", "bob favourite"]
    assert told(bob) == []
    about = [each.post.id if each.post else None for each in read(notices.page, ann, PAGE)]
    assert about == [answer, None, shown, shown]


def test_nobody_is_told_what_they_did_themselves(make: Make, told: Told, ann: AccountId) -> None:
    """One knows."""
    shown = make.post(ann, mentions=[ann])
    make.favourite(ann, shown)
    make.boost(ann, shown)
    assert told(ann) == []


def test_people_of_other_servers_are_told_by_their_own(make: Make, read: Read, settle: Settle, bob: AccountId) -> None:
    """Nothing is kept here for them."""
    zoe = make.account("zoe", host="elsewhere.example")
    shown = make.post(zoe)
    make.post(bob, mentions=[zoe])
    make.favourite(bob, shown)
    make.follow(bob, zoe)
    settle()
    assert read(rows) == []


@pytest.mark.parametrize("visibility", list(Visibility))
def test_who_wants_to_hear_of_each_post_does(
    make: Make, told: Told, ann: AccountId, bob: AccountId, visibility: Visibility
) -> None:
    """Letters to others, answers to others and boosts are none of theirs."""
    make.follow(ann, bob, notify=True)
    make.follow(make.account("cat"), bob)
    make.post(bob, visibility=visibility)
    make.post(bob, in_reply_to=make.post(make.account("dan")))
    make.boost(bob, make.post(make.account("eve")))
    assert told(ann) == ([] if visibility is Visibility.DIRECT else ["bob post"])


def test_a_post_that_mentions_somebody_tells_them_that_alone(
    make: Make, told: Told, ann: AccountId, bob: AccountId
) -> None:
    """One fact tells an account one thing: the mention, for it asks for an answer."""
    make.follow(ann, bob, notify=True)
    make.post(bob, mentions=[ann])
    assert told(ann) == ["bob mention"]


def test_an_edit_is_told_to_those_who_boosted_and_to_the_newly_mentioned(
    make: Make, write: Write, told: Told, ann: AccountId, bob: AccountId
) -> None:
    """Who passed something on wants to know that it changed; who was told of a mention is not told again."""
    cat = make.account("cat")
    shown = make.post(bob, mentions=[cat])
    make.boost(ann, shown)
    make.emit(PostEdited(post=shown, author=bob))
    assert told(ann) == ["bob edit"]
    assert told(cat) == ["bob mention"]


def test_a_request_to_follow_is_told_until_it_is_answered(
    make: Make, write: Write, told: Told, ann: AccountId, bob: AccountId
) -> None:
    """Then there is nothing left to do."""
    make.follow_request(bob, ann)
    assert told(ann) == ["bob follow_request"]
    write(_refuse, bob, ann)
    assert told(ann) == []


def _refuse(tx: WriteTx, follower: AccountId, followed: AccountId) -> None:
    follows.remove_request(tx, follower, followed)
    tx.emit(FollowRequestAnswered(follower=follower, followed=followed, accepted=False))


def test_what_is_undone_is_taken_back(make: Make, told: Told, ann: AccountId, bob: AccountId) -> None:
    """Favourites, boosts, follows and posts."""
    shown = make.post(ann)
    make.favourite(bob, shown)
    boost = make.boost(bob, shown)
    make.follow(bob, ann)
    answer = make.post(bob, mentions=[ann])
    assert len(told(ann)) == 4
    make.unfavourite(bob, shown)
    make.delete(boost)
    make.unfollow(bob, ann)
    make.delete(answer)
    assert told(ann) == []


def test_what_is_dismissed_is_gone(make: Make, read: Read, told: Told, ann: AccountId, bob: AccountId) -> None:
    """One of them, or all that were there."""
    for _ in range(4):
        make.post(bob, mentions=[ann])
    assert len(told(ann)) == 4
    ids = [NotificationId(each.id) for each in read(notices.page, ann, PAGE)]
    make.emit(NotificationsDismissed(account=ann, only=ids[0]))
    make.emit(NotificationsDismissed(account=ann, until=ids[2]))
    assert told(ann) == ["bob mention"]
    assert read(notices.page, ann, PAGE)[0].id == ids[1]
    assert read(notices.one, ann, ids[0]) is None
    assert read(notices.one, ann, ids[1]) is not None
    assert read(notices.one, bob, ids[1]) is None


def test_telling_everything_again_gives_the_same_notices(
    make: Make, read: Read, settle: Settle, runner: Runner, ann: AccountId, bob: AccountId
) -> None:
    """With the same ids, so that what a client has read stays read."""
    shown = make.post(ann)
    make.follow(ann, bob, notify=True)
    make.follow(bob, ann)
    for n in range(5):
        answer = make.post(bob, in_reply_to=shown, mentions=[ann] if n % 2 else [])
        make.favourite(ann, answer)
        make.boost(bob, answer)
        make.post(bob)
    make.favourite(bob, shown)
    make.unfavourite(bob, shown)
    settle()
    make.emit(NotificationsDismissed(account=bob, until=NotificationId(12)))
    settle()
    before = read(rows)
    assert len(before) > 4
    asyncio.run(runner.rebuild("notifications"))
    assert read(rows) == before


def test_what_policies_decided_is_not_decided_again(
    make: Make, read: Read, write: Write, settle: Settle, runner: Runner, ann: AccountId, bob: AccountId
) -> None:
    """Read anew, the log gives the same notices, groups and requests, though policies, follows and favourites changed."""
    shown = make.post(ann)
    strict = Policy(not_following=Treatment.FILTER, automated=Treatment.DROP)
    write(notice_policies.put, ann, strict)
    people = [make.account(f"person{each}") for each in range(4)]
    machine = make.account("machine", kind=Kind.AUTOMATED)
    make.follow(ann, bob)
    for each in (bob, *people, machine):
        make.favourite(each, shown)
        make.post(each, mentions=[ann])
    settle()
    first, second, third, _ = (each.id for each in read(notice_requests.page, ann, PAGE))
    write(screening.accept, ann, first)
    write(screening.dismiss, ann, second)
    make.post(people[2], mentions=[ann])
    settle()
    write(notice_policies.put, ann, Policy())
    make.follow(ann, machine)
    make.follow(ann, people[0])
    make.unfavourite(people[3], shown)
    make.favourite(people[3], shown)
    make.favourite(make.account("late"), shown)
    settle()
    key = next(each.group for each in read(notices.page, ann, PAGE) if each.group)
    write(notifying.dismiss_group, ann, key)
    make.favourite(make.account("later"), shown)
    settle()
    before = [read(rows), read(groups), read(notice_requests.page, ann, PAGE)]
    assert third in {each.id for each in read(notice_requests.page, ann, PAGE)}
    asyncio.run(runner.rebuild("notifications"))
    assert [read(rows), read(groups), read(notice_requests.page, ann, PAGE)] == before


def test_so_much_is_kept_aside_and_no_more(
    make: Make, read: Read, write: Write, settle: Settle, ann: AccountId, bob: AccountId
) -> None:
    """Somebody who never stops fills neither the disk nor the list."""
    write(notice_policies.put, ann, Policy(not_following=Treatment.FILTER))
    write(_speaks_on, bob, ann, limits.FILTERED_NOTIFICATIONS_FROM_ONE + 20)
    settle()
    (request,) = read(notice_requests.page, ann, PAGE)
    assert request.count == limits.FILTERED_NOTIFICATIONS_FROM_ONE


def _speaks_on(tx: WriteTx, by: AccountId, to: AccountId, times: int) -> None:
    for _ in range(times):
        posting.publish(tx, Site(HERE), by, posting.Draft(text="@ann hear me"))


# --- What the staff and those it decides about are told ---------------------------------------------------------------


def test_the_staff_is_told_who_joined_and_what_was_reported(
    make: Make, told: Told, ann: AccountId, bob: AccountId
) -> None:
    """And an account what was decided about it; others are told nothing of it."""
    make.login("ann@example.org", ann, role=Role.MODERATOR)
    make.login("bob@example.org", bob)
    cat = make.account("cat")
    make.emit(AccountJoined(account=cat))
    assert told(ann) == ["cat sign_up"]
    assert told(bob) == []
    assert told(cat) == []


# --- What is not shown ------------------------------------------------------------------------------------------------


def test_nothing_is_shown_of_whom_one_blocks(make: Make, told: Told, ann: AccountId, bob: AccountId) -> None:
    """Not what came before the block either."""
    make.post(bob, mentions=[ann])
    assert told(ann) == ["bob mention"]
    make.block(ann, bob)
    assert told(ann) == []


@pytest.mark.parametrize(("notifications", "shown"), [(True, []), (False, ["bob mention"])])
def test_a_mute_hides_notices_if_it_says_so(
    make: Make, told: Told, clock: ManualClock, ann: AccountId, bob: AccountId, notifications: bool, shown: list[str]
) -> None:
    """And only until it ends."""
    make.post(bob, mentions=[ann])
    make.mute(ann, bob, notifications=notifications, expires_at=clock.now() + 1_000)
    assert told(ann) == shown
    clock.advance(seconds=2)
    assert told(ann) == ["bob mention"]


def test_a_muted_thread_is_silent(make: Make, write: Write, told: Told, ann: AccountId, bob: AccountId) -> None:
    """Whatever is done in it; what is done elsewhere is heard."""
    shown = make.post(ann)
    make.post(bob, in_reply_to=shown, mentions=[ann])
    make.favourite(bob, shown)
    write(threads.mute, ann, shown)
    assert told(ann) == []
    make.post(bob, mentions=[ann])
    assert told(ann) == ["bob mention"]


_set_standing = update(account).where(account.c.id == bindparam("key")).values(standing=int(Standing.SUSPENDED))


def test_the_suspended_are_not_heard_of(make: Make, write: Write, told: Told, ann: AccountId, bob: AccountId) -> None:
    """Nor is what they wrote."""
    make.post(bob, mentions=[ann])
    make.follow(bob, ann)
    assert len(told(ann)) == 2
    write(lambda tx: tx.run(_set_standing, {"key": bob}))
    assert told(ann) == []


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_a_page_holds_what_was_asked_for(
    make: Make, read: Read, settle: Settle, ann: AccountId, bob: AccountId
) -> None:
    """By type, by account and by place."""
    cat = make.account("cat")
    shown = make.post(ann)
    make.favourite(bob, shown)
    make.boost(bob, shown)
    make.favourite(cat, shown)
    make.follow(cat, ann)
    settle()

    def types(**more: object) -> list[str]:
        return [each.type for each in read(notices.page, ann, PAGE, **more)]  # type: ignore[arg-type]  # as they come

    everything = ["follow", "favourite", "boost", "favourite"]
    assert types() == everything
    assert types(types=["favourite"]) == ["favourite", "favourite"]
    assert types(exclude_types=["favourite"]) == ["follow", "boost"]
    assert types(types=["favourite", "boost"], exclude_types=["boost"]) == ["favourite", "favourite"]
    assert types(types=["unheard_of"]) == []
    assert types(by=bob) == ["boost", "favourite"]
    assert types(by=bob, types=["boost"]) == ["boost"]
    ids = [each.id for each in read(notices.page, ann, PAGE)]
    assert [each.id for each in read(notices.page, ann, Range(limit=2, max_id=ids[1]))] == ids[2:]
    assert [each.id for each in read(notices.page, ann, Range(limit=1, min_id=ids[2]))] == [ids[1]]
    assert read(notices.unread_count, ann, NotificationId(ids[2]), 100) == 2
    assert read(notices.unread_count, ann, NotificationId(0), 3) == 3
    assert read(notices.unread_count, ann, NotificationId(0), 100, types=["favourite"]) == 2


def test_the_statements_for_a_page_do_not_depend_on_its_length(
    make: Make, read: Read, settle: Settle, statements: list[str], ann: AccountId, bob: AccountId
) -> None:
    """One for the notices, one for who caused them, a few for the posts."""
    counts = []
    for number in (2, 9):
        for _ in range(number):
            make.favourite(bob, make.post(ann))
            make.post(bob, mentions=[ann])
        settle()
        statements.clear()
        assert len(read(notices.page, ann, PAGE)) > number
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 6
