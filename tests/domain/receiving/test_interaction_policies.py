"""What the authors of posts elsewhere let people of this server do: as GoToSocial and others say it, obeyed and asked for."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from bema.domain import editing, favouriting, posting, reading
from bema.domain.posting import Draft
from bema.domain.receiving import acting, people, posts, revising
from bema.model.allowing import Allowance, Leave, Rule
from bema.model.errors import Forbidden, NotFound, Refusal
from bema.model.federating import RemotePost
from bema.model.ids import AccountId, PostId
from bema.model.policy import Visibility
from bema.store import allowing, favourites
from bema.store.database import Database
from bema.store.tables import delivery, outgoing
from bema.store.tx import Tx
from bema.subscribers import SUBSCRIBERS
from bema.subscribers.delivery import delivering
from bema.subscribers.runner import Runner
from tests.conftest import Read, Write
from tests.domain.receiving.elsewhere import ANN, SITE, act, brought, note, person
from tests.make import Make

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
BOB = "https://square.example/users/bob"
FOLLOWERS, FOLLOWING = f"{ANN}/followers", f"{ANN}/following"
LEAVE = "https://mastodon.example/users/ann/authorizations/01J1AKMZ8JE5NW0ZSFTRC1JJNE"
Told = Callable[[], list[dict[str, Any]]]


def gotosocial(like: Any = PUBLIC, reply: Any = PUBLIC, announce: Any = PUBLIC, asked: Any = None) -> dict[str, Any]:
    """Write a policy as GoToSocial 0.20 does: each list in its new and in its old word; `asked` is of all three."""

    def rule(at_once: Any) -> dict[str, Any]:
        return {
            "always": at_once,
            "approvalRequired": asked or [],
            "automaticApproval": at_once,
            "manualApproval": asked or [],
        }

    return {"canLike": rule(like), "canReply": rule(reply), "canAnnounce": rule(announce)}


@pytest.fixture
def ann(write: Write) -> AccountId:
    """Somebody of another server."""
    return write(people.keep, SITE, person())


@pytest.fixture
def bob(make: Make) -> AccountId:
    """Somebody of this server."""
    return make.account("bob")


@pytest.fixture
def told(database: Database, read: Read) -> Told:
    """Reads the log to its end, and returns all that is to be said so far."""
    runner = Runner(database, [*SUBSCRIBERS, delivering(SITE)], {})

    def all_said() -> list[dict[str, Any]]:
        asyncio.run(runner.settle())
        return [msgspec.json.decode(body) for body in read(_bodies)]

    return all_said


def _bodies(tx: Tx) -> list[str]:
    source = delivery.join(outgoing, outgoing.c.id == delivery.c.outgoing_id)
    return tx.values(select(outgoing.c.body).select_from(source).order_by(delivery.c.id))


def keep(write: Write, policy: Any, number: int = 1, **more: Any) -> PostId:
    """Let Ann have said something under a policy."""
    return write(posts.keep, SITE, brought(person()), note(number=number, interactionPolicy=policy, **more))


def answer(write: Write, bob: AccountId, post: PostId, **more: Any) -> PostId:
    """Let Bob answer it."""
    return write(posting.publish, SITE, bob, Draft(text="@ann@mastodon.example Indeed", in_reply_to=post, **more))


def hear(write: Write, sender: AccountId, kind: str, what: Any, **more: Any) -> None:
    """Let somebody elsewhere answer to what they were asked."""
    document = {"id": f"{ANN}#answers/1", "type": kind, "actor": ANN, "object": what, **more}
    write(acting.receive, SITE, sender, act(document), brought())


RULING_NOTHING: list[Any] = [
    None,
    [],
    {},
    "nonsense",
    7,
    {"canQuote": {"automaticApproval": [ANN]}},  # Mastodon's
    {"canLike": None, "canReply": {}, "canAnnounce": {"always": None}},
    {"canReply": [[]], "canLike": "x", "canAnnounce": [7]},
    gotosocial(),
    {"canLike": {"always": "as:Public"}, "canReply": {"always": ["Public"]}},
    gotosocial([PUBLIC, FOLLOWERS], [PUBLIC, BOB], {"id": PUBLIC}),
    {"canReply": {"manualApproval": PUBLIC, "automaticApproval": PUBLIC}},  # the wider one counts
]


def test_a_policy_that_rules_nothing_is_not_kept(write: Write, read: Read, ann: AccountId) -> None:
    """Nearly every post is so, and costs nothing."""
    kept = [keep(write, policy, number=number) for number, policy in enumerate(RULING_NOTHING, 1)]
    assert [read(reading.post, None, each).allowance for each in kept] == [None] * len(kept)


RULING: list[tuple[Any, Rule]] = [
    ({"canReply": {"always": ANN}}, Rule()),
    ({"canReply": {"automaticApproval": []}}, Rule()),
    ({"canReply": {"manualApproval": PUBLIC}}, Rule(everybody=Leave.ASK)),
    ({"canReply": {"approvalRequired": [PUBLIC], "always": [ANN]}}, Rule(everybody=Leave.ASK)),
    ({"canReply": [{"automaticApproval": {"id": FOLLOWERS}}]}, Rule(followers=Leave.YES)),
    ({"gts:canReply": {"gts:always": FOLLOWING}}, Rule(followed=Leave.YES)),
]


def test_a_policy_is_read_in_every_shape(write: Write, read: Read, ann: AccountId) -> None:
    """Old and new words, scalars, lists and objects."""
    kept = [keep(write, policy, number=number) for number, (policy, _) in enumerate(RULING, 1)]
    assert [read(reading.post, None, each).allowance for each in kept] == [Allowance(answer=rule) for _, rule in RULING]


def test_who_may_not_is_told_so_and_nothing_happens(write: Write, read: Read, ann: AccountId, bob: AccountId) -> None:
    """Each of the three with its own sentence."""
    post = keep(write, gotosocial(ANN, [ANN], ANN))
    with pytest.raises(Forbidden, match="does not let you favourite it"):
        write(favouriting.favourite, bob, post)
    with pytest.raises(Forbidden, match="does not let you answer it"):
        answer(write, bob, post)
    with pytest.raises(Forbidden, match="does not let you boost it"):
        write(posting.boost, bob, post)
    shown = read(reading.post, bob, post)
    assert {shown.leave_to(each, bob) for each in ("favourite", "answer", "boost")} == {Leave.NO}
    assert shown.flags is not None
    assert not shown.flags.favourited
    assert not shown.flags.boosted


def test_what_is_ruled_of_somebody_counts_before_what_is_ruled_of_all(
    make: Make, write: Write, read: Read, ann: AccountId, bob: AccountId
) -> None:
    """GoToSocial: the more specific value takes precedence."""
    eve = make.account("eve")
    policy = {
        "canLike": {"automaticApproval": [BOB], "manualApproval": PUBLIC},
        "canAnnounce": {"automaticApproval": PUBLIC, "manualApproval": [BOB]},
    }
    allowance = read(reading.post, None, keep(write, policy)).allowance
    assert allowance is not None
    assert allowance.favourite is not None
    assert allowance.boost is not None
    apart = {"follows": False, "followed": False}
    assert allowance.favourite.of(bob, **apart) is Leave.YES
    assert allowance.favourite.of(eve, **apart) is Leave.ASK
    assert allowance.boost.of(bob, **apart) is Leave.ASK
    assert allowance.boost.of(eve, **apart) is Leave.YES


def test_a_policy_that_names_everybody_one_by_one_costs_one_question(
    make: Make, write: Write, read: Read, ann: AccountId, bob: AccountId, statements: list[str]
) -> None:
    """dos: hundreds of names are looked up together; most of them are nobody, or far away."""
    plain = {"automaticApproval": [ANN]}
    keep(write, {"canLike": plain, "canReply": plain, "canAnnounce": plain})
    few, statements[:] = len(statements), []
    crowd = [BOB, *(f"https://square.example/users/nobody{number}" for number in range(300))]
    many = {"automaticApproval": crowd, "manualApproval": [f"https://elsewhere.example/{n}" for n in range(300)]}
    post = keep(write, {"canLike": many, "canReply": many, "canAnnounce": many}, number=2)
    assert len(statements) <= few + 1
    allowance = read(reading.post, None, post).allowance
    assert allowance == Allowance(*[Rule(people={bob: Leave.YES})] * 3)


@pytest.mark.parametrize(
    ("rule", "follows", "followed", "leave"),
    [
        (Rule(followers=Leave.YES), False, False, Leave.NO),
        (Rule(followers=Leave.YES), True, False, Leave.ASK),  # only their server knows who follows: it says yes itself
        (Rule(followed=Leave.YES), False, True, Leave.ASK),
        (Rule(everybody=Leave.YES, followers=Leave.ASK), True, False, Leave.ASK),
        (Rule(everybody=Leave.YES, followers=Leave.YES), True, False, Leave.YES),
        (Rule(everybody=Leave.YES, followers=Leave.ASK), False, False, Leave.YES),
    ],
)
def test_circles_are_asked(rule: Rule, follows: bool, followed: bool, leave: Leave) -> None:
    """Who is in a circle acts with a leave that third servers can check."""
    assert rule.of(AccountId(1), follows=follows, followed=followed) is leave


def test_whoever_is_spoken_to_may_answer(write: Write, ann: AccountId, bob: AccountId) -> None:
    """Nobody names somebody in a post that they cannot answer."""
    tag = [{"type": "Mention", "href": BOB, "name": "@bob@square.example"}]
    post = keep(write, gotosocial(reply=ANN), tag=tag, cc=[BOB])
    assert answer(write, bob, post)


def test_a_favourite_is_asked_for_and_goes_when_the_word_is_no(
    write: Write, read: Read, ann: AccountId, bob: AccountId, told: Told
) -> None:
    """It is a Like inside a LikeRequest; what counts is taken back."""
    post = keep(write, gotosocial(like=ANN, asked=PUBLIC))
    write(favouriting.favourite, bob, post)
    (asked,) = told()
    like = asked["instrument"]
    assert (asked["type"], asked["actor"], asked["object"], asked["to"]) == ("LikeRequest", BOB, note().uri, [ANN])
    assert (like["type"], like["actor"], like["object"]) == ("Like", BOB, note().uri)
    eve = write(people.keep, SITE, person("eve", "elsewhere.example"))
    with pytest.raises(Refusal):
        write(acting.receive, SITE, eve, act({"id": "https://elsewhere.example/1", "type": "Reject",
              "actor": "https://elsewhere.example/users/eve", "object": like["id"]}), brought())  # fmt: skip
    hear(write, ann, "Accept", {**asked, "instrument": like["id"]}, result=LEAVE)
    assert read(favourites.id_of, post, bob) is not None
    hear(write, ann, "Reject", like["id"])
    assert read(favourites.id_of, post, bob) is None
    assert len(told()) == 1, "whoever says no knows it"
    assert read(reading.post, bob, post).favourites == 0


def test_an_answer_waits_for_leave_seen_by_its_author_alone(
    make: Make, write: Write, read: Read, ann: AccountId, bob: AccountId, told: Told
) -> None:
    """It is shown to whom it answers, said to all with their leave, and counts from then on."""
    eve, carla = make.account("eve"), make.account("carla")
    make.follow(eve, bob)
    far = write(people.keep, SITE, person("far", "elsewhere.example"))
    make.follow(far, bob)
    post = keep(write, gotosocial(reply=ANN, asked=PUBLIC))
    id_ = write(
        posting.publish,
        SITE,
        bob,
        Draft(text="@ann@mastodon.example @carla Indeed #quite", in_reply_to=post, visibility=Visibility.PUBLIC),
    )
    waiting = read(reading.post, bob, id_)
    assert waiting.wanted is not None
    assert (waiting.wanted.visibility, waiting.wanted.refused) == (Visibility.PUBLIC, False)
    for other in (eve, carla, ann, far, None):
        with pytest.raises(NotFound):
            read(reading.post, other, id_)
    (asked,) = told()
    said = asked["instrument"]
    assert (asked["type"], asked["object"], asked["to"]) == ("ReplyRequest", note().uri, [ANN])
    assert (said["type"], said["inReplyTo"], said["to"]) == ("Note", note().uri, [PUBLIC])
    assert "approvedBy" not in said
    assert read(reading.post, bob, post).replies == 0

    short = {word: asked[word] for word in ("id", "type", "actor", "object")}
    hear(write, ann, "Accept", {**short, "instrument": said["id"]}, result=LEAVE)
    for other in (eve, carla, None):
        shown = read(reading.post, other, id_)
        assert (shown.visibility, shown.wanted) == (Visibility.PUBLIC, None)
    creates = [each for each in told() if each["type"] == "Create"]
    assert creates, "followers elsewhere hear of it"
    assert {each["object"]["replyAuthorization"] for each in creates} == {LEAVE}
    assert creates[0]["object"]["approvedBy"] == LEAVE
    assert read(reading.post, bob, post).replies == 1
    with pytest.raises(NotFound):
        hear(write, ann, "Accept", said["id"], result=LEAVE)  # once is enough


def test_an_answer_that_is_refused_stays_its_authors_alone(
    make: Make, write: Write, read: Read, ann: AccountId, bob: AccountId, told: Told
) -> None:
    """GoToSocial before 0.21 names the answer itself. They may change their mind."""
    eve = make.account("eve")
    post = keep(write, gotosocial(reply=ANN, asked=PUBLIC))
    id_ = answer(write, bob, post)
    uri = f"{BOB}/statuses/{id_}"
    hear(write, ann, "Reject", {"type": "Note", "id": uri})
    waiting = read(reading.post, bob, id_)
    assert waiting.wanted is not None
    assert waiting.wanted.refused
    with pytest.raises(NotFound):
        read(reading.post, eve, id_)
    hear(write, ann, "Accept", uri)
    assert read(reading.post, eve, id_).wanted is None
    assert read(allowing.leave_of, id_) == f"{ANN}#answers/1"


def test_nobody_but_whom_it_answers_gives_leave(
    write: Write, read: Read, ann: AccountId, bob: AccountId, told: Told
) -> None:
    """Neither a stranger, nor with a leave of another server."""
    post = keep(write, gotosocial(reply=ANN, asked=PUBLIC))
    id_ = answer(write, bob, post)
    uri, eves = f"{BOB}/statuses/{id_}", "https://elsewhere.example/users/eve"
    eve = write(people.keep, SITE, person("eve", "elsewhere.example"))
    theirs = {"id": f"{eves}#1", "type": "Accept", "actor": eves, "object": uri, "result": f"{eves}/leaves/1"}
    with pytest.raises(Refusal):
        write(acting.receive, SITE, eve, act(theirs), brought())
    with pytest.raises(Refusal):
        hear(write, ann, "Accept", uri, result=f"{eves}/leaves/1")
    assert read(reading.post, bob, id_).wanted is not None


def test_what_waits_is_neither_answered_nor_edited_and_may_be_deleted(
    write: Write, ann: AccountId, bob: AccountId, told: Told
) -> None:
    """Otherwise more would hang on it than was asked for. Who was asked hears that it is gone."""
    post = keep(write, gotosocial(reply=ANN, asked=PUBLIC))
    id_ = answer(write, bob, post)
    with pytest.raises(Forbidden, match="waits"):
        answer(write, bob, id_)
    with pytest.raises(Forbidden, match="waits"):
        write(editing.edit, SITE, bob, id_, editing.Revision(text="Not at all"))
    assert [each["type"] for each in told()] == ["ReplyRequest"]
    write(posting.delete, bob, id_)
    assert [each["type"] for each in told()][-1] == "Delete"


def test_a_boost_is_none_before_there_is_leave(
    make: Make, write: Write, read: Read, ann: AccountId, bob: AccountId, told: Told
) -> None:
    """It has the name then under which it was asked for, and says where its leave is."""
    far = write(people.keep, SITE, person("far", "elsewhere.example"))
    make.follow(far, bob)
    post = keep(write, gotosocial(announce=ANN, asked=PUBLIC))
    assert write(posting.boost, bob, post) == write(posting.boost, bob, post) == post
    (asked,) = told()
    announce = asked["instrument"]
    assert (asked["type"], asked["object"], asked["to"]) == ("AnnounceRequest", note().uri, [ANN])
    assert read(reading.post, bob, post).boosts == 0
    hear(write, ann, "Accept", {**asked, "instrument": announce["id"]}, result=LEAVE)
    boosts = [each for each in told() if each["type"] == "Announce"]
    assert {each["id"] for each in boosts} == {announce["id"]}
    assert {each["announceAuthorization"] for each in boosts} == {LEAVE}
    shown = read(reading.post, bob, post)
    assert shown.flags is not None
    assert (shown.boosts, shown.flags.boosted) == (1, True)


@pytest.mark.parametrize("how", ["refused", "taken back"])
def test_a_boost_that_is_refused_or_not_wanted_any_more_never_is(
    write: Write, read: Read, ann: AccountId, bob: AccountId, told: Told, how: str
) -> None:
    """A yes that comes later finds nothing."""
    post = keep(write, gotosocial(announce=ANN, asked=PUBLIC))
    write(posting.boost, bob, post)
    announce = told()[0]["instrument"]
    if how == "refused":
        hear(write, ann, "Reject", announce["id"])
    else:
        write(posting.unboost, bob, post)
        assert [each["type"] for each in told()] == ["Undo"], "what was not delivered yet is not said either"
    with pytest.raises(NotFound):
        hear(write, ann, "Accept", announce["id"], result=LEAVE)
    assert read(reading.post, bob, post).boosts == 0


def test_an_edit_brings_the_policy_up_to_date(write: Write, read: Read, ann: AccountId, bob: AccountId) -> None:
    """What is ruled holds from then on, also where nothing else changed."""
    id_ = keep(write, None)
    ruled: RemotePost = note(interactionPolicy=gotosocial(announce=ANN), updated="2026-03-01T10:00:00Z")
    write(revising.revise, SITE, ruled)
    with pytest.raises(Forbidden):
        write(posting.boost, bob, id_)
    free: RemotePost = note(updated="2026-03-01T11:00:00Z")
    write(revising.revise, SITE, free)
    assert write(posting.boost, bob, id_) != id_


def test_people_elsewhere_obey_at_home(write: Write, ann: AccountId) -> None:
    """Whether one of another server may boost it is for the servers of both."""
    far = write(people.keep, SITE, person("far", "elsewhere.example"))
    post = keep(write, gotosocial(announce=ANN))
    uri = "https://elsewhere.example/boosts/1"
    assert write(posting.boost, far, post, uri=uri) != post
