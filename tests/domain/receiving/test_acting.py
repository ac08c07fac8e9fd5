"""What people of other servers do is done as if they were here, and only what is theirs to do."""

import contextlib
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from bema.domain import following, guarding
from bema.domain import reading as door
from bema.domain.receiving import acting, people
from bema.domain.receiving.brought import Brought, Lacking, Meaningless
from bema.model.decisions import Severity
from bema.model.errors import Refusal
from bema.model.ids import AccountId, PostId
from bema.model.permissions import Staff
from bema.model.policy import Role, Standing, Visibility
from bema.store import accounts, blocks, follows, remote_posts, reports
from bema.store.follows import Terms
from bema.store.timelines import Range
from bema.store.tx import WriteTx
from tests.conftest import Read, Write
from tests.domain.receiving.elsewhere import ANN, SITE, act, brought, note, person, uri
from tests.make import Make
from tests.wire.activitypub import peers
from tests.wire.activitypub.peers import PUBLIC, mastodon_actor, mastodon_note

BOB = "https://square.example/users/bob"
EVE = uri("eve", "elsewhere.example")

Hear = Callable[..., None]


@pytest.fixture
def ann(write: Write) -> AccountId:
    """Somebody of another server."""
    return write(people.keep, SITE, person())


@pytest.fixture
def eve(write: Write) -> AccountId:
    """Somebody of a third server."""
    return write(people.keep, SITE, person("eve", "elsewhere.example"))


@pytest.fixture
def bob(make: Make) -> AccountId:
    """Somebody of this server."""
    return make.account("bob")


@pytest.fixture
def hear(write: Write) -> Hear:
    """Takes up an act that an account signed, with what was fetched for it."""

    def hear_(sender: AccountId, document: dict[str, Any], fetched: Brought | None = None) -> None:
        write(acting.receive, SITE, sender, act(document), fetched or brought())

    return hear_


def ours(post: PostId) -> str:
    """Return the id of a post of Bob's."""
    return f"{BOB}/statuses/{post}"


def facts(write: Write, hear: Callable[[WriteTx], None]) -> list[Any]:
    """Return what an operation says to the log."""

    def tell(tx: WriteTx) -> list[Any]:
        hear(tx)
        return list(tx.emitted)

    return write(tell)


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


# --- Saying -----------------------------------------------------------------------------------------------------------


def test_a_post_for_somebody_here_is_taken_up(
    hear: Hear, read: Read, make: Make, ann: AccountId, bob: AccountId
) -> None:
    """For a follower, for who is named, and for a thread of this server."""
    mention: Any = {"tag": [{"type": "Mention", "href": BOB, "name": "@bob"}]}
    hear(ann, peers.act("Create", mastodon_note(number=1, **mention)))
    hear(ann, peers.act("Create", mastodon_note(number=2, inReplyTo=ours(make.post(bob)))))
    make.follow(bob, ann)
    hear(ann, peers.act("Create", mastodon_note(number=3)))
    assert len(read(remote_posts.ids, [f"{ANN}/statuses/{number}" for number in (1, 2, 3)])) == 3


def test_a_post_for_nobody_here_is_not_kept(hear: Hear, read: Read, ann: AccountId) -> None:
    """dos: whoever sends us everything fills no disk."""
    with pytest.raises(Meaningless):
        hear(ann, peers.act("Create", mastodon_note()))
    assert read(remote_posts.id_of, f"{ANN}/statuses/1") is None


def test_signed_by_follower_but_created_by_other(
    hear: Hear, read: Read, make: Make, ann: AccountId, eve: AccountId, bob: AccountId
) -> None:
    """sigx: CVE-2025-54888: an act in another's name is not taken, nor is a post by another within one's own act."""
    make.follow(bob, ann)
    make.follow(bob, eve)
    for document in (
        peers.act("Create", mastodon_note()),
        peers.act("Create", mastodon_note(), actor=EVE),
        peers.act("Follow", BOB),
        peers.act("Like", ours(make.post(bob))),
        peers.act("Delete", ANN),
        peers.act("Update", mastodon_actor(name="ann")),
    ):
        with pytest.raises((Meaningless, Lacking)):
            hear(eve, document)
    assert read(remote_posts.id_of, f"{ANN}/statuses/1") is None
    assert not read(follows.exists, ann, bob)


def test_origin_ld_signature_forged(
    hear: Hear, read: Read, make: Make, eve: AccountId, ann: AccountId, bob: AccountId
) -> None:
    """origin: a signature inside the document proves nothing: what was forwarded is fetched from where it is at home."""
    parent = make.post(bob)
    forwarded = peers.act("Create", mastodon_note(inReplyTo=ours(parent), content="<p>forged</p>"))
    forwarded["signature"] = {"type": "RsaSignature2017", "creator": f"{ANN}#main-key", "signatureValue": "eA=="}
    with pytest.raises(Lacking) as lacking:
        hear(eve, forwarded)
    assert (lacking.value.kind, lacking.value.uri) == ("post", f"{ANN}/statuses/1")
    hear(eve, forwarded, brought(note(inReplyTo=ours(parent), content="<p>true</p>", contentMap=None)))
    found = read(remote_posts.id_of, f"{ANN}/statuses/1")
    assert found is not None
    assert read(door.post, None, found).content_html == "<p>true</p>"


def test_a_new_version_replaces_the_old(hear: Hear, read: Read, make: Make, ann: AccountId, bob: AccountId) -> None:
    """And the old one is kept to be looked at."""
    make.follow(bob, ann)
    hear(ann, peers.act("Create", mastodon_note()))
    new = mastodon_note(content="<p>Good evening</p>", contentMap=None, updated="2026-01-01T08:00:00Z")
    hear(ann, peers.act("Update", new))
    id_ = read(remote_posts.id_of, f"{ANN}/statuses/1")
    assert id_ is not None
    post = read(door.post, bob, id_)
    assert (post.content_html, post.edited_at is not None) == ("<p>Good evening</p>", True)


def test_audience_extension(hear: Hear, read: Read, make: Make, ann: AccountId, bob: AccountId) -> None:
    """priv: CVE-2024-37903: a new version, or an act around it, shows a post for few to nobody else."""
    carol = make.account("carol")
    make.follow(bob, ann)
    few: Any = {"to": [f"{ANN}/followers"], "cc": []}
    hear(ann, peers.act("Create", mastodon_note(**few), to=[PUBLIC]))
    named = [{"type": "Mention", "href": "https://square.example/users/carol", "name": "@carol"}]
    hear(ann, peers.act("Update", mastodon_note(to=[PUBLIC], content="new", contentMap=None, tag=named)))
    id_ = read(remote_posts.id_of, f"{ANN}/statuses/1")
    assert id_ is not None
    assert read(door.posts_by_ids, carol, [id_]) == []
    assert read(door.posts_by_ids, None, [id_]) == []
    assert read(door.post, bob, id_).visibility is Visibility.FOLLOWERS


def test_new_votes_are_no_edit(hear: Hear, read: Read, make: Make, ann: AccountId, bob: AccountId) -> None:
    """Numbers change all the time; who reads is told of words."""
    make.follow(bob, ann)

    def asked(votes: int) -> dict[str, Any]:
        options = [{"type": "Note", "name": name, "replies": {"totalItems": votes}} for name in ("Tea", "Milk")]
        return mastodon_note(type="Question", oneOf=options, endTime="2026-02-01T00:00:00Z")

    hear(ann, peers.act("Create", asked(1)))
    hear(ann, peers.act("Update", asked(5)))
    id_ = read(remote_posts.id_of, f"{ANN}/statuses/1")
    assert id_ is not None
    post = read(door.post, bob, id_)
    assert post.poll is not None
    assert (post.poll.tallies, post.edited_at) == ([5, 5], None)


def test_a_deleted_post_is_gone_for_good(hear: Hear, read: Read, make: Make, ann: AccountId, bob: AccountId) -> None:
    """Deletions win over posts that come late or again."""
    make.follow(bob, ann)
    hear(ann, peers.act("Create", mastodon_note()))
    for number in (1, 2):  # the second has not come yet
        hear(ann, peers.act("Delete", {"type": "Tombstone", "id": f"{ANN}/statuses/{number}"}))
        with pytest.raises(Refusal):
            hear(ann, peers.act("Create", mastodon_note(number=number)))
        assert read(remote_posts.id_of, f"{ANN}/statuses/{number}") is None


def test_what_is_not_gone_after_all_comes_again(
    hear: Hear, read: Read, make: Make, ann: AccountId, eve: AccountId, bob: AccountId
) -> None:
    """By the word of who deleted it, who must say it again; nobody else brings it back, nor a whole person."""
    make.follow(bob, ann)
    thing = f"{ANN}/statuses/1"
    gone = peers.act("Delete", {"type": "Tombstone", "id": thing})
    hear(ann, peers.act("Create", mastodon_note()))
    hear(ann, gone)
    for document in (
        peers.act("Undo", gone, actor=EVE),
        peers.act("Undo", gone | {"actor": EVE}, actor=EVE),
        peers.act("Undo", peers.act("Delete", EVE, actor=EVE), actor=EVE),
    ):
        with pytest.raises(Meaningless):
            hear(eve, document)
    with pytest.raises(Refusal):
        hear(ann, peers.act("Create", mastodon_note()))
    hear(ann, peers.act("Undo", gone))
    assert read(remote_posts.id_of, thing) is None
    hear(ann, peers.act("Create", mastodon_note()))
    assert read(remote_posts.id_of, thing) is not None
    hear(ann, gone)
    assert read(remote_posts.id_of, thing) is None


def test_nobody_deletes_what_another_said(
    hear: Hear, read: Read, make: Make, ann: AccountId, eve: AccountId, bob: AccountId, write: Write
) -> None:
    """origin: the same owner, not only the same server, and never something of ours."""
    make.follow(bob, ann)
    hear(ann, peers.act("Create", mastodon_note()))
    neighbour = write(people.keep, SITE, person("zoe"))
    mine = make.post(bob)
    for sender, by, what in (
        (eve, EVE, f"{ANN}/statuses/1"),
        (neighbour, uri("zoe"), f"{ANN}/statuses/1"),
        (ann, ANN, ours(mine)),
        (ann, ANN, BOB),
    ):
        with pytest.raises(Meaningless):
            hear(sender, peers.act("Delete", what, actor=by))
        with pytest.raises(Refusal):
            hear(sender, peers.act("Update", mastodon_note(content="x", attributedTo=by, id=what), actor=by))
    assert read(remote_posts.id_of, f"{ANN}/statuses/1") is not None
    assert read(door.post, None, mine).content_html


def test_nobody_takes_back_what_another_did(
    hear: Hear, read: Read, make: Make, ann: AccountId, eve: AccountId, bob: AccountId
) -> None:
    """origin: neither whole, in the name of who did it, nor by its id."""
    hear(ann, peers.act("Follow", BOB))
    hear(ann, peers.act("Announce", ours(make.post(bob))) | {"id": f"{ANN}#boost", "to": [PUBLIC]})
    for inner in (peers.act("Follow", BOB), f"{ANN}#follow", f"{ANN}#boost"):
        with contextlib.suppress(Meaningless):
            hear(eve, peers.act("Undo", inner, actor=EVE))
    assert read(follows.exists, ann, bob)
    assert read(remote_posts.id_of, f"{ANN}#boost") is not None
    hear(ann, peers.act("Undo", peers.act("Follow", BOB)))
    with contextlib.suppress(Meaningless):
        hear(eve, peers.act("Undo", f"{ANN}#again", actor=EVE))
    hear(ann, peers.act("Follow", BOB) | {"id": f"{ANN}#again"})
    assert read(follows.exists, ann, bob), "what has not come yet is not another's to take back"


def test_nobody_changes_what_another_said(
    hear: Hear, read: Read, make: Make, ann: AccountId, eve: AccountId, bob: AccountId
) -> None:
    """origin: named as the author inside of what somebody else signed, one said nothing."""
    make.follow(bob, ann)
    hear(ann, peers.act("Create", mastodon_note()))
    id_ = read(remote_posts.id_of, f"{ANN}/statuses/1")
    assert id_ is not None
    forged = mastodon_note(content="<p>Forged</p>", updated="2030-01-01T00:00:00Z")
    with pytest.raises(Refusal):
        hear(eve, peers.act("Update", forged, actor=EVE))
    assert "Forged" not in read(door.post, bob, id_).content_html


def test_a_deleted_person_is_gone_with_all_they_said(
    hear: Hear, read: Read, make: Make, ann: AccountId, bob: AccountId
) -> None:
    """And comes back by no way."""
    make.follow(bob, ann)
    hear(ann, peers.act("Create", mastodon_note()))
    id_ = read(remote_posts.id_of, f"{ANN}/statuses/1")
    hear(ann, peers.act("Delete", ANN))
    found = read(accounts.by_id, ann)
    assert found is not None
    assert found.standing is Standing.DELETED
    assert id_ is not None
    assert read(door.posts_by_ids, bob, [id_]) == []
    with pytest.raises(Meaningless):
        hear(ann, peers.act("Create", mastodon_note(number=2)))


def test_a_profile_is_renewed(hear: Hear, read: Read, ann: AccountId) -> None:
    """By whose it is, and under the name that it has."""
    hear(ann, peers.act("Update", mastodon_actor(summary="<p>new</p>")))
    found = read(accounts.by_id, ann)
    assert found is not None
    assert found.note_html == "<p>new</p>"
    with pytest.raises(Meaningless):
        hear(ann, peers.act("Update", mastodon_actor(preferredUsername="eve")))


def test_votes_are_counted_once(
    hear: Hear, read: Read, write: Write, make: Make, ann: AccountId, bob: AccountId
) -> None:
    """One by one, twice, or for what is not asked."""
    from bema.domain import polling, posting

    draft = posting.Draft(text="?", poll=polling.NewPoll(options=["Tea", "Milk"], seconds=3_600, multiple=True))
    asked = write(posting.publish, SITE, bob, draft)

    def vote(name: str, number: int) -> dict[str, Any]:
        more = {"name": name, "inReplyTo": ours(asked), "content": None, "contentMap": None, "to": [BOB], "cc": []}
        return peers.act("Create", mastodon_note(number=number) | more)

    for number, name in enumerate(("Tea", "Tea", "Milk"), 1):
        hear(ann, vote(name, number))
    with pytest.raises(Refusal):
        hear(ann, vote("Beer", 4))
    poll = read(door.post, None, asked).poll
    assert poll is not None
    assert (poll.tallies, poll.voters) == ([1, 1], 1)


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
