"""The thread around a post by the Mastodon API."""

from typing import Any

import pytest

from bema.model import limits
from bema.model.ids import PostId
from bema.model.policy import Visibility
from bema.store import posts
from bema.store.tx import WriteTx
from tests.client import Client
from tests.conftest import Square


def context(client: Client, post: int) -> tuple[list[int], list[int]]:
    """Return the ids above and below a post."""
    answer = client.get(f"/api/v1/statuses/{post}/context")
    assert answer.status == 200, answer.text
    thread: dict[str, Any] = answer.json()
    return [int(each["id"]) for each in thread["ancestors"]], [int(each["id"]) for each in thread["descendants"]]


def test_a_thread_is_told_branch_by_branch(square: Square) -> None:
    """What is above from the first post down; what is below with each branch to its end, the elder first."""
    ann, bob = square.person("ann"), square.person("bob")
    first = square.make.post(ann.account)
    second = square.make.post(bob.account, in_reply_to=first)
    elder = square.make.post(ann.account, in_reply_to=second)
    younger = square.make.post(ann.account, in_reply_to=second)
    below_elder = square.make.post(bob.account, in_reply_to=elder)
    below_younger = square.make.post(bob.account, in_reply_to=younger)
    aside = square.make.post(ann.account, in_reply_to=first)
    whole = [second, elder, below_elder, younger, below_younger]
    for client in (square.stranger, ann.client):
        assert context(client, second) == ([first], whole[1:])
        assert context(client, below_younger) == ([first, second, younger], [])
    assert context(bob.client, first) == ([], [aside, *whole])  # ann goes on with what ann said


def test_the_authors_own_continuation_comes_first(square: Square) -> None:
    """A story told in several posts is not torn by answers, as on Mastodon."""
    ann, bob = square.person("ann"), square.person("bob")
    first = square.make.post(ann.account)
    between = square.make.post(bob.account, in_reply_to=first)
    second = square.make.post(ann.account, in_reply_to=first)
    third = square.make.post(ann.account, in_reply_to=second)
    assert context(square.stranger, first) == ([], [second, third, between])


def test_what_is_hidden_is_left_out_but_not_what_answers_it(square: Square) -> None:
    """Neither the text nor the id of a hidden post comes with a thread."""
    ann, bob, eve = square.person("ann"), square.person("bob"), square.person("eve")
    first = square.make.post(ann.account)
    hidden = square.make.post(bob.account, in_reply_to=first, visibility=Visibility.FOLLOWERS)
    answer = square.make.post(ann.account, in_reply_to=hidden)
    muted = square.make.post(eve.account, in_reply_to=answer)
    for client in (square.stranger, eve.client):
        assert context(client, first) == ([], [answer, muted])
        assert context(client, muted) == ([first, answer], [])
    assert context(bob.client, first) == ([], [hidden, answer, muted])
    square.make.mute(bob.account, eve.account)
    assert context(bob.client, first) == ([], [hidden, answer])
    assert square.stranger.get(f"/api/v1/statuses/{hidden}/context").status == 404


def test_the_logged_out_are_shown_less_of_a_long_thread(square: Square) -> None:
    """The nearest above, and as many and as deep below as the limits say."""
    ann = square.person("ann")
    chain = [square.make.post(ann.account)]
    for _ in range(50):
        chain.append(square.make.post(ann.account, in_reply_to=chain[-1]))
    above, _ = context(square.stranger, chain[-1])
    assert above == chain[-1 - limits.THREAD_ANCESTORS : -1]
    assert context(ann.client, chain[-1])[0] == chain[:-1]
    assert context(square.stranger, chain[0])[1] == chain[1 : limits.THREAD_DEPTH + 1]
    assert context(ann.client, chain[0])[1] == chain[1:]


def test_a_thread_takes_the_same_statements_whatever_its_size(square: Square, statements: list[str]) -> None:
    """The token, the post and whether it may be seen, up, down, posts, authors, flags."""
    ann = square.person("ann")
    first = square.make.post(ann.account)
    post = square.make.post(ann.account, in_reply_to=first)
    for _ in range(40):
        square.make.post(ann.account, in_reply_to=post)
    statements.clear()
    assert len(context(ann.client, post)[1]) == 40
    assert len(statements) <= 8


@pytest.mark.slow
def test_a_thread_of_thousands_is_shown_up_to_the_limit(square: Square) -> None:
    """Such a thread is rare, and must not bring down the server."""
    ann = square.person("ann")
    first = square.make.post(ann.account)

    def answer_often(tx: WriteTx) -> None:
        for _ in range(5_000):
            id_ = PostId(tx.new_id())
            posts.add(
                tx,
                posts.NewPost(
                    id=id_,
                    author=ann.account,
                    visibility=Visibility.PUBLIC,
                    created_at=tx.now,
                    in_reply_to=first,
                    in_reply_to_author=ann.account,
                    thread=first,
                ),
            )

    square.app.database.write_now(answer_often)
    assert len(context(ann.client, first)[1]) == limits.THREAD_DESCENDANTS_SIGNED_IN
    assert len(context(square.stranger, first)[1]) == limits.THREAD_DESCENDANTS
