"""What people of other servers say is kept, changed and gone as they want it, and only what is theirs."""

import contextlib
from typing import Any

import pytest

from bema.domain import reading as door
from bema.domain.receiving import people
from bema.domain.receiving.brought import Lacking, Meaningless
from bema.model.errors import Refusal
from bema.model.ids import AccountId
from bema.model.policy import Standing, Visibility
from bema.store import accounts, follows, remote_posts
from tests.conftest import Read, Write
from tests.domain.receiving.elsewhere import ANN, BOB, EVE, SITE, Hear, brought, note, ours, person, uri
from tests.make import Make
from tests.wire.activitypub import peers
from tests.wire.activitypub.peers import PUBLIC, mastodon_actor, mastodon_note


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
