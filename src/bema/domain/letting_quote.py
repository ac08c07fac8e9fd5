"""Letting others quote: who asks to quote a post whose author decides that for each waits here for a yes or a no.

A no stays known, so that nobody asks twice; who was let may quote as if the post had been open from the beginning.
"""

from bema.domain import reading
from bema.model import limits
from bema.model.errors import Forbidden, Invalid, NotFound
from bema.model.events import QuoteAccepted, QuoteAsked, QuoteWaiting
from bema.model.ids import AccountId, PostId
from bema.model.policy import QuoteState
from bema.model.views import Account, Page, Post, View
from bema.store import accounts, quote_leaves, quote_requests, quotes, remote_posts
from bema.store.quote_requests import Waiting
from bema.store.timelines import Range
from bema.store.tx import Tx, WriteTx


class Asked(View, frozen=True):
    """Somebody who wants to quote a post, with what they want to say, as far as that is known here."""

    id: int
    quoted: Post
    asker: Account
    quoting: Post | None
    quoting_uri: str | None


def waiting(tx: Tx, actor: AccountId, range_: Range) -> Page[Asked]:
    """Load a page of those who wait for one's word, newest first."""
    rows = quote_requests.page(tx, actor, range_)
    if not rows:
        return Page([])
    elsewhere = remote_posts.ids(tx, [row.quoting_uri for row in rows if row.quoting_uri is not None])
    of = {row.id: row.quoting or elsewhere.get(row.quoting_uri or "") for row in rows}
    ids = [*(row.post for row in rows), *(id_ for id_ in of.values() if id_ is not None)]
    found = {post.id: post for post in reading.posts_by_ids(tx, actor, list(dict.fromkeys(ids)))}
    people = accounts.by_ids(tx, {row.asker for row in rows})
    shown = [
        Asked(
            row.id,
            found[row.post],
            people[row.asker],
            _by(row.asker, found.get(of[row.id] or PostId(0))),
            row.quoting_uri,
        )
        for row in rows
        if row.post in found
    ]
    return Page(shown, rows[0].id, rows[-1].id)


def _by(asker: AccountId, post: Post | None) -> Post | None:
    return post if post is not None and post.author.id == asker else None


def count(tx: Tx, actor: AccountId) -> int:
    """Count those who wait for one's word."""
    return quote_requests.count(tx, actor)


def has_room(tx: Tx, author: AccountId, asker: AccountId) -> bool:
    """Tell whether one more may wait for the word of an author."""
    of_asker = quote_requests.count_of(tx, author, asker)
    return of_asker < limits.QUOTE_REQUESTS_EACH and quote_requests.count(tx, author) < limits.QUOTE_REQUESTS


def check_room(tx: Tx, author: AccountId, asker: AccountId) -> None:
    """Refuse to let more wait than an author can answer."""
    if not has_room(tx, author, asker):
        raise Invalid("Validation failed: Too many of your quotes wait for this author's answer")


def wait(tx: WriteTx, quoting: PostId, asker: AccountId, quoted: PostId, author: AccountId) -> None:
    """Let a post of this server wait for the word of whom it quotes."""
    quote_requests.add(tx, quoted, author, asker, quoting=quoting)
    tx.emit(QuoteWaiting(post=quoting, author=asker, quote_of=quoted))


def wait_from_elsewhere(tx: WriteTx, quoted: Post, asker: AccountId, uri: str, asked_as: str | None) -> bool:
    """Let a post of another server wait for the word of whom it quotes; False where the answer is no."""
    author = quoted.author.id
    refused = quote_requests.was_refused(tx, quoted.id, uri)
    if refused is not None:
        return not refused
    if not has_room(tx, author, asker):
        return False
    quote_requests.add(tx, quoted.id, author, asker, uri=uri, asked_as=asked_as)
    id_ = remote_posts.id_of(tx, uri)
    if id_ is not None and quotes.quoted_by_post(tx, id_) == quoted.id:  # else it comes yet, and is told of then
        tx.emit(QuoteWaiting(post=id_, author=asker, quote_of=quoted.id))
    return True


def answer(tx: WriteTx, actor: AccountId, id_: int, *, yes: bool) -> None:
    """Let somebody quote one's post, or not."""
    asked = quote_requests.held(tx, actor, id_)
    if asked is None:
        raise NotFound
    _answer(tx, actor, asked, yes=yes)


def refuse_post(tx: WriteTx, actor: AccountId, quoted: PostId, quoting: PostId, uri: str | None) -> bool:
    """Say no to a post that waits for one's word; False where it does not wait."""
    asked = quote_requests.held_of(tx, actor, quoted, quoting, uri)
    if asked is None:
        return False
    _answer(tx, actor, asked, yes=False)
    return True


def _answer(tx: WriteTx, actor: AccountId, asked: Waiting, *, yes: bool) -> None:
    state = QuoteState.ACCEPTED if yes else QuoteState.REJECTED
    quoting = asked.quoting
    if asked.quoting_uri is not None:
        leave = _give(tx, asked, asked.quoting_uri) if yes else 0
        known = remote_posts.id_of(tx, asked.quoting_uri)
        quoting = known if known is not None and quotes.quotes_for(tx, known, asked.asker, asked.post) else None
        tx.emit(
            QuoteAsked(
                post=asked.post,
                author=actor,
                by=asked.asker,
                quoting=asked.quoting_uri,
                asked_as=asked.asked_as,
                leave=leave,
            )
        )
    if quoting is not None and quotes.settle(tx, quoting, state, None) and yes:
        tx.emit(QuoteAccepted(post=quoting, author=asked.asker, quote_of=asked.post, asked=True))
    if yes:
        quote_requests.remove(tx, asked.id)
    else:
        quote_requests.refuse(tx, asked.id)


def _give(tx: WriteTx, asked: Waiting, uri: str) -> int:
    if quote_leaves.count_of(tx, asked.asker) >= limits.QUOTE_LEAVES_EACH:
        raise Forbidden
    quote_leaves.give(tx, asked.post, asked.asker, uri)
    given = quote_leaves.of(tx, asked.post, uri)
    return given.id if given is not None and given.asker == asked.asker else 0
