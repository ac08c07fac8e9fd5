"""What people of other servers do is done as if they were here, and only what is theirs to do."""

from typing import Any

import msgspec
import pytest

from bema.domain import following, guarding
from bema.domain import reading as door
from bema.domain.receiving import acting
from bema.domain.receiving.brought import Lacking, Meaningless
from bema.model.decisions import Severity
from bema.model.errors import Refusal
from bema.model.ids import AccountId
from bema.model.permissions import Staff
from bema.model.policy import Role, Standing, Visibility
from bema.store import accounts, blocks, follows, remote_posts, reports
from bema.store.follows import Terms
from bema.store.timelines import Range
from tests.conftest import Read, Write
from tests.domain.receiving.elsewhere import ANN, BOB, EVE, SITE, Hear, act, brought, facts, note, ours, person
from tests.make import Make
from tests.wire.activitypub import peers
from tests.wire.activitypub.peers import PUBLIC, mastodon_actor, mastodon_note

# --- Following --------------------------------------------------------------------------------------------------------


def test_who_follows_is_a_follower_and_answered(write: Write, read: Read, ann: AccountId, bob: AccountId) -> None:
    """And hears yes again whenever they ask again."""
    for _ in range(2):
        said = facts(write, lambda tx: acting.receive(tx, SITE, ann, act(peers.act("Follow", BOB)), brought()))
        answers = [each for each in said if type(each).__name__ == "FollowRequestAnswered"]
        assert [(each.accepted, each.by, each.uri) for each in answers] == [(True, bob, f"{ANN}#follow")]
    assert read(follows.exists, ann, bob)


def test_a_locked_account_is_asked(hear: Hear, read: Read, make: Make, ann: AccountId) -> None:
    """Nobody follows who was not let."""
    locked = make.account("locked", locked=True)
    hear(ann, peers.act("Follow", "https://square.example/users/locked"))
    assert not read(follows.exists, ann, locked)
    assert read(follows.request_exists, ann, locked)


def test_who_is_blocked_is_told_no(write: Write, read: Read, make: Make, ann: AccountId, bob: AccountId) -> None:
    """Follows nobody, and does not wait for ever."""
    make.block(bob, ann)
    said = facts(write, lambda tx: acting.receive(tx, SITE, ann, act(peers.act("Follow", BOB)), brought()))
    assert [each.accepted for each in said] == [False]
    assert not read(follows.exists, ann, bob)


@pytest.mark.parametrize("inner", [{"type": "Follow", "actor": ANN, "object": BOB}, f"{ANN}#follow"])
def test_a_follow_is_taken_back(hear: Hear, read: Read, ann: AccountId, bob: AccountId, inner: Any) -> None:
    """Embedded or by its id."""
    hear(ann, peers.act("Follow", BOB))
    hear(ann, peers.act("Undo", inner))
    assert not read(follows.exists, ann, bob)


def test_what_is_taken_back_before_it_came_never_comes(hear: Hear, read: Read, ann: AccountId, bob: AccountId) -> None:
    """Servers send in any order."""
    hear(ann, peers.act("Undo", peers.act("Follow", BOB)))
    with pytest.raises(Meaningless):
        hear(ann, peers.act("Follow", BOB))
    assert not read(follows.exists, ann, bob)


def test_a_follow_of_another_server_waits_for_its_answer(
    hear: Hear, write: Write, read: Read, ann: AccountId, bob: AccountId
) -> None:
    """CVE-2025-30741: it is a request, locked or not, until their server says yes; a no ends it, then or later."""
    write(following.follow, bob, ann, Terms())
    assert not read(follows.exists, bob, ann)
    hear(ann, peers.act("Accept", {"type": "Follow", "actor": BOB, "object": ANN}))
    assert read(follows.exists, bob, ann)
    hear(ann, peers.act("Reject", {"type": "Follow", "actor": BOB, "object": ANN}))
    assert not read(follows.exists, bob, ann)


def test_an_answer_by_the_id_of_the_question(
    hear: Hear, write: Write, read: Read, ann: AccountId, bob: AccountId
) -> None:
    """Some servers name the follow alone."""
    write(following.follow, bob, ann, Terms())
    write(follows.name_request, bob, ann, f"{BOB}#follows/1")
    hear(ann, peers.act("Accept", f"{BOB}#follows/1"))
    assert read(follows.exists, bob, ann)


def test_accept_forged(hear: Hear, write: Write, read: Read, ann: AccountId, eve: AccountId, bob: AccountId) -> None:
    """origin: accept forged: nobody says yes for another, and nobody is followed who was not asked."""
    write(following.follow, bob, ann, Terms())
    forged = peers.act("Accept", {"type": "Follow", "actor": BOB, "object": ANN}, actor=EVE)
    unasked = peers.act("Accept", {"type": "Follow", "actor": BOB, "object": EVE}, actor=EVE)
    for document in (forged, unasked, peers.act("Accept", f"{BOB}#follows/1", actor=EVE)):
        with pytest.raises(Meaningless):
            hear(eve, document)
    assert not read(follows.exists, bob, ann)
    assert not read(follows.exists, bob, eve)


# --- Reacting ---------------------------------------------------------------------------------------------------------


def test_favourites_come_and_go(hear: Hear, read: Read, make: Make, ann: AccountId, bob: AccountId) -> None:
    """With an emoji or without; of a post that is hidden, nothing comes."""
    mine, hidden = make.post(bob), make.post(bob, visibility=Visibility.FOLLOWERS)
    hear(ann, peers.act("EmojiReact", ours(mine), content="🐈"))
    assert [each.id for each in read(door.favourited_by, bob, mine, Range(limit=10)).items] == [ann]
    hear(ann, peers.act("Undo", peers.act("Like", ours(mine))))
    assert read(door.favourited_by, bob, mine, Range(limit=10)).items == []
    with pytest.raises(Refusal):
        hear(ann, peers.act("Like", ours(hidden)))


def test_a_boost_of_a_post_of_ours(hear: Hear, read: Read, make: Make, ann: AccountId, bob: AccountId) -> None:
    """Is seen, once, and taken back by its id."""
    mine = make.post(bob)
    for _ in range(2):
        hear(ann, peers.act("Announce", ours(mine), to=[PUBLIC]))
    assert [each.id for each in read(door.boosted_by, bob, mine, Range(limit=10)).items] == [ann]
    hear(ann, peers.act("Undo", f"{ANN}#announce"))
    assert read(door.boosted_by, bob, mine, Range(limit=10)).items == []


def test_a_boosted_post_is_fetched_where_it_is_at_home(
    hear: Hear, read: Read, make: Make, ann: AccountId, bob: AccountId
) -> None:
    """origin: what a boost has inside is not looked at."""
    make.follow(bob, ann)
    told = peers.act("Announce", mastodon_note("eve", "elsewhere.example", content="forged"), to=[PUBLIC])
    with pytest.raises(Lacking) as lacking:
        hear(ann, told)
    assert lacking.value.uri == f"{EVE}/statuses/1"
    hear(ann, told, brought(person("eve", "elsewhere.example"), note("eve", 1, "elsewhere.example")))
    found = read(remote_posts.id_of, f"{EVE}/statuses/1")
    assert found is not None
    assert read(door.post, None, found).content_html == "<p>Good morning</p>"


def test_a_boost_for_nobody_here_fetches_nothing(hear: Hear, ann: AccountId) -> None:
    """dos: a stranger's boost makes us ask nobody."""
    with pytest.raises(Meaningless):
        hear(ann, peers.act("Announce", f"{EVE}/statuses/1", to=[PUBLIC]))


def test_a_post_for_followers_is_not_boosted(
    hear: Hear, read: Read, make: Make, ann: AccountId, bob: AccountId
) -> None:
    """priv: whoever may read it may not pass it on."""
    hidden = make.post(bob, visibility=Visibility.FOLLOWERS)
    make.follow(ann, bob)
    with pytest.raises(Refusal):
        hear(ann, peers.act("Announce", ours(hidden), to=[PUBLIC]))


def test_pins_are_ones_own(hear: Hear, read: Read, make: Make, write: Write, ann: AccountId, bob: AccountId) -> None:
    """origin: into one's own collection, a post of one's own."""
    make.follow(bob, ann)
    hear(ann, peers.act("Create", mastodon_note()))
    mine = ours(make.post(bob))
    hear(ann, peers.act("Add", f"{ANN}/statuses/1", target=f"{ANN}/collections/featured"))
    assert len(read(door.pinned, None, ann)) == 1
    for what, among in ((mine, f"{ANN}/collections/featured"), (f"{ANN}/statuses/1", f"{EVE}/collections/featured")):
        with pytest.raises(Refusal):
            hear(ann, peers.act("Add", what, target=among))
    hear(ann, peers.act("Remove", f"{ANN}/statuses/1", target=f"{ANN}/collections/featured"))
    assert read(door.pinned, None, ann) == []


# --- Keeping away -----------------------------------------------------------------------------------------------------


def test_a_block_ends_follows_both_ways(hear: Hear, read: Read, make: Make, ann: AccountId, bob: AccountId) -> None:
    """And can be taken back."""
    make.follow(ann, bob)
    make.follow(bob, ann)
    hear(ann, peers.act("Block", BOB))
    assert not read(follows.exists, ann, bob)
    assert not read(follows.exists, bob, ann)
    hear(ann, peers.act("Undo", peers.act("Block", BOB)))
    assert not read(lambda tx: blocks.exists(tx, by=ann, target=bob))


def test_a_report_goes_to_the_staff(hear: Hear, read: Read, make: Make, ann: AccountId, bob: AccountId) -> None:
    """With the posts that its writer can see, and no others."""
    mine, hidden = make.post(bob), make.post(bob, visibility=Visibility.FOLLOWERS)
    hear(ann, peers.act("Flag", [BOB, ours(mine), ours(hidden), EVE], content="spam"))
    found = read(reports.page, reports.ReportFilter(), Range(limit=10))
    assert [(each.by, each.target, each.posts, each.comment) for each in found] == [(ann, bob, [mine], "spam")]


def test_who_is_suspended_does_nothing_here(
    hear: Hear, write: Write, make: Make, ann: AccountId, bob: AccountId
) -> None:
    """Whatever they send."""
    write(lambda tx: accounts.change(tx, ann, standing=int(Standing.SUSPENDED)))
    for document in (peers.act("Follow", BOB), peers.act("Like", ours(make.post(bob))), peers.act("Block", BOB)):
        with pytest.raises(Meaningless):
            hear(ann, document)


# --- What the staff decided -------------------------------------------------------------------------------------------


def test_what_is_kept_away_from_a_domain_stays_away(
    hear: Hear, write: Write, read: Read, make: Make, ann: AccountId, bob: AccountId
) -> None:
    """Files where files are not wanted, reports where reports are not: the rest comes."""
    staff = Staff(make.login("bob@example.org", bob, role=Role.OWNER), bob, Role.OWNER)
    terms = guarding.DomainTerms(severity=Severity.NOOP, reject_media=True, reject_reports=True)
    write(guarding.block_domain, SITE, staff, "mastodon.example", terms)
    make.follow(bob, ann)
    picture = {"type": "Document", "mediaType": "image/png", "url": "https://mastodon.example/1.png"}
    hear(ann, peers.act("Create", mastodon_note(attachment=[picture])))
    id_ = read(remote_posts.id_of, f"{ANN}/statuses/1")
    assert id_ is not None
    assert read(door.post, bob, id_).attachments == []
    with pytest.raises(Meaningless):
        hear(ann, peers.act("Flag", [BOB], content="spam"))
    hear(ann, peers.act("Update", mastodon_actor()))
    found = read(accounts.by_id, ann)
    assert found is not None
    assert found.avatar is None


def test_of_what_was_not_allowed_nothing_comes(
    write: Write, read: Read, make: Make, ann: AccountId, bob: AccountId
) -> None:
    """Where the operator exchanges with named servers alone; and a boost brings nothing of who is kept out."""
    staff = Staff(make.login("bob@example.org", bob, role=Role.OWNER), bob, Role.OWNER)
    strict = msgspec.structs.replace(SITE, by_allowance=True)
    make.follow(bob, ann)
    with pytest.raises(Meaningless):
        write(acting.receive, strict, ann, act(peers.act("Create", mastodon_note())), brought())
    write(guarding.allow_domain, staff, "mastodon.example")
    write(acting.receive, strict, ann, act(peers.act("Create", mastodon_note())), brought())
    kept_out = peers.act("Announce", f"{EVE}/statuses/1", to=[PUBLIC])
    fetched = brought(person("eve", "elsewhere.example"), note("eve", 1, "elsewhere.example"))
    for more in (brought(), fetched):
        with pytest.raises(Meaningless):
            write(acting.receive, strict, ann, act(kept_out), more)
    assert read(remote_posts.id_of, f"{EVE}/statuses/1") is None
