"""Posts of other servers come to be here as they were addressed, from whoever answers for them, once, and not after their end."""

from typing import Any

import pytest

from bema.domain import reading as door
from bema.domain.receiving import people, posts
from bema.domain.receiving.brought import Lacking, Meaningless
from bema.model.errors import NotFound, Refusal
from bema.model.ids import moment_of
from bema.model.policy import Standing, Visibility
from bema.store import accounts, tombstones
from tests.conftest import START, Read, Write
from tests.domain.receiving.elsewhere import ANN, HOST, SITE, actor, brought, changed, note, person
from tests.make import Make
from tests.wire.activitypub.peers import PUBLIC

FOLLOWERS = f"{ANN}/followers"


def keep(write: Write, post: Any, *more: Any, **how: Any) -> Any:
    """Store a post with what was fetched for it."""
    return write(posts.keep, SITE, brought(person(), *more), post, **how)


def test_a_post_of_another_server_is_there_with_all_that_it_has(write: Write, read: Read) -> None:
    """Its author, text, date, files and tags, as somebody here reads them."""
    id_ = keep(
        write,
        note(
            published="2025-12-24T10:00:00Z",
            tag=[{"type": "Hashtag", "name": "#Birds"}],
            attachment=[
                {"type": "Document", "mediaType": "image/png", "url": f"https://{HOST}/1.png", "name": "A bird"}
            ],
        ),
    )
    post = read(door.post, None, id_)
    assert (post.author.acct, post.uri, post.local) == (f"ann@{HOST}", f"{ANN}/statuses/1", False)
    assert post.content_html == "<p>Good morning</p>"
    assert post.created_at == moment_of(id_) == START - 7 * 86_400_000 - 14 * 3_600_000
    assert (post.tags, post.attachments[0].description) == (["Birds"], "A bird")
    assert post.attachments[0].remote_url == f"https://{HOST}/1.png"
    assert post.attachments[0].original.key.startswith("remote/")


def test_a_post_that_comes_twice_is_there_once(write: Write) -> None:
    """The same comes by two inboxes, a relay and a boost."""
    assert keep(write, note()) == keep(write, note())


def test_a_date_in_the_future_is_now(write: Write) -> None:
    """Nobody stands on top of everybody's timeline by saying that it is next year."""
    assert moment_of(keep(write, note(published="2099-01-01T00:00:00Z"))) == START


def test_six_hundred_posts_of_one_millisecond_have_ids(write: Write, database: Any) -> None:
    """dos: who dates everything alike is no reason for an error."""

    def many(tx: Any) -> int:
        known = brought(person())
        return len({posts.keep(tx, SITE, known, note(number=number)) for number in range(600)})

    assert write(many) == 600


@pytest.mark.parametrize(
    ("to", "cc", "visibility"),
    [
        ([PUBLIC], [FOLLOWERS], Visibility.PUBLIC),
        (["as:Public"], [], Visibility.PUBLIC),
        ([FOLLOWERS], [PUBLIC], Visibility.UNLISTED),
        ([FOLLOWERS], [], Visibility.FOLLOWERS),
        (["https://square.example/users/bob"], [], Visibility.DIRECT),
        (["https://elsewhere.example/users/eve/followers"], [], Visibility.DIRECT),
    ],
)
def test_a_post_is_for_whom_it_was_addressed_to(
    write: Write, read: Read, make: Make, to: Any, cc: Any, visibility: Visibility
) -> None:
    """priv: of a stranger's followers nothing is known, so it is nobody's here but who is named."""
    bob, eve = make.account("bob"), make.account("eve")
    id_ = keep(write, note(to=to, cc=cc))
    seen = door.posts_by_ids
    for viewer in (bob, eve):
        may = visibility <= Visibility.UNLISTED or (
            visibility is Visibility.DIRECT and viewer == bob and "bob" in to[0]
        )
        assert bool(read(seen, viewer, [id_])) == may


def test_a_post_for_followers_is_for_followers(write: Write, read: Read, make: Make) -> None:
    """priv: posts of an author are visible to each accepted follower, not to all people here."""
    bob, eve = make.account("bob"), make.account("eve")
    id_ = keep(write, note(to=[FOLLOWERS], cc=[]))
    assert read(door.posts_by_ids, eve, [id_]) == []
    ann = read(accounts.by_handle, "ann", HOST)
    assert ann is not None
    make.follow(bob, ann.id)
    assert [each.id for each in read(door.posts_by_ids, bob, [id_])] == [id_]
    assert read(door.posts_by_ids, eve, [id_]) == []


def test_a_post_for_nobody_is_refused(write: Write) -> None:
    """Without an address it was said to nobody."""
    with pytest.raises(Meaningless):
        keep(write, note(to=[], cc=[]))


def test_what_was_deleted_does_not_come_back(write: Write) -> None:
    """A late or replayed post loses against its deletion, however it comes."""
    write(tombstones.add, f"{ANN}/statuses/1")
    with pytest.raises(Refusal):
        keep(write, note())
    with pytest.raises(Refusal):
        write(posts.post_of, SITE, brought(person(), note()), f"{ANN}/statuses/1")


def test_origin_fetched_id_mismatch(write: Write) -> None:
    """origin: what was fetched under one id and calls itself another is not taken (CVE-2024-23832)."""
    fetched = brought(person())
    fetched.posts["https://mastodon.example/users/ann/statuses/2"] = note(number=1)
    with pytest.raises(Meaningless):
        write(posts.post_of, SITE, fetched, "https://mastodon.example/users/ann/statuses/2")


def test_origin_author_of_another_server(write: Write) -> None:
    """origin: a post whose author is of another server is not taken, even where reading let it through."""
    with pytest.raises(Meaningless):
        keep(write, changed(note(), author="https://elsewhere.example/users/eve"))


def test_origin_our_own_ids_are_ours(write: Write, make: Make) -> None:
    """origin: nobody brings a post or a person of this server from outside."""
    make.account("bob")
    ours = changed(note(), uri="https://square.example/users/bob/statuses/1", author="https://square.example/users/bob")
    with pytest.raises(Meaningless):
        keep(write, ours)
    for fake in (
        changed(person(), host="square.example"),
        changed(person(), actor=changed(actor(), uri="https://square.example/users/bob")),
    ):
        with pytest.raises(Meaningless):
            write(people.keep, SITE, fake)


def test_a_suspended_author_does_not_come_back(write: Write, read: Read) -> None:
    """CVE-2026-23961: posts of whom was taken out come by no way."""
    ann = write(people.keep, SITE, person())
    write(lambda tx: accounts.change(tx, ann, standing=int(Standing.SUSPENDED)))
    with pytest.raises(Meaningless):
        keep(write, note())
    with pytest.raises(Meaningless):
        write(posts.post_of, SITE, brought(note()), f"{ANN}/statuses/1")


def test_somebody_unknown_is_asked_for(write: Write) -> None:
    """What is missing is named, so that it can be fetched; what cannot be had ends it."""
    with pytest.raises(Lacking) as lacking:
        write(posts.keep, SITE, brought(), note())
    assert (lacking.value.kind, lacking.value.uri) == ("person", ANN)
    nobody = brought()
    nobody.people[ANN] = None
    with pytest.raises(Meaningless):
        write(posts.keep, SITE, nobody, note())


def test_an_answer_joins_its_thread_whichever_comes_first(write: Write, read: Read) -> None:
    """Threads arrive in any order, and are one in the end."""
    answer = keep(write, note(number=2, inReplyTo=f"{ANN}/statuses/1"))
    below = keep(write, note(number=3, inReplyTo=f"{ANN}/statuses/2"))
    first = keep(write, note(number=1))
    loaded = {post.id: post for post in read(door.posts_by_ids, None, [first, answer, below])}
    assert loaded[answer].in_reply_to == first
    assert loaded[below].in_reply_to == answer
    assert {post.thread for post in loaded.values()} == {first}


def test_an_answer_to_a_hidden_post_reveals_nothing(write: Write, read: Read, make: Make) -> None:
    """priv: existence oracle: a stranger's answer to a post for few stands alone, as one to a post that never was."""
    bob = make.account("bob")
    hidden = make.post(bob, visibility=Visibility.FOLLOWERS)
    to = [f"https://square.example/users/bob/statuses/{hidden}", "https://square.example/users/bob/statuses/1"]
    for number, uri in enumerate(to, 1):
        id_ = keep(write, note(number=number, inReplyTo=uri))
        assert read(door.post, None, id_).in_reply_to is None


def test_people_here_are_mentioned(write: Write, read: Read, make: Make) -> None:
    """By their ids, in whatever list they stand."""
    bob = make.account("bob")
    uri = "https://square.example/users/bob"
    id_ = keep(write, note(to=[uri], cc=[], tag=[{"type": "Mention", "href": uri, "name": "@bob"}]))
    assert [each.id for each in read(door.post, bob, id_).mentions] == [bob]
    with pytest.raises(NotFound):
        read(door.post, make.account("eve"), id_)


def test_a_poll_comes_with_its_numbers(write: Write, read: Read) -> None:
    """As they stand where it is asked."""
    options = [{"type": "Note", "name": name, "replies": {"totalItems": n}} for name, n in (("Tea", 2), ("Milk", 1))]
    id_ = keep(write, note(type="Question", oneOf=options, endTime="2026-02-01T00:00:00Z", votersCount=3))
    poll = read(door.post, None, id_).poll
    assert poll is not None
    assert (poll.terms.options, poll.tallies, poll.voters, poll.closed) == (["Tea", "Milk"], [2, 1], 3, False)


def test_a_quote_without_leave_is_not_shown(write: Write, read: Read, make: Make) -> None:
    """Only one's own posts are quoted without being asked."""
    mine = make.post(make.account("bob"))
    uri = f"https://square.example/users/bob/statuses/{mine}"
    first = read(door.post, None, keep(write, note(number=1, quote=uri)))
    assert first.quote is not None
    assert (first.quote.state, first.quote.post) == ("pending", None)
    own = read(door.post, None, keep(write, note(number=2, quote=f"{ANN}/statuses/1")))
    assert own.quote is not None
    assert own.quote.state == "accepted"
