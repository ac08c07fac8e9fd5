"""Counts of accounts and posts: each fact adds or takes one, by what stands in it and not by what is found today."""

from bema.model.events import (
    Followed,
    PostBoosted,
    PostDeleted,
    PostFavourited,
    PostPublished,
    PostUnfavourited,
    QuoteAccepted,
    QuoteRevoked,
    ReplyPlaced,
    Unfollowed,
)
from bema.model.ids import moment_of
from bema.store import counts
from bema.store.log import Entry
from bema.store.tx import WriteTx
from bema.subscribers.runner import Subscriber


def _published(tx: WriteTx, entry: Entry[PostPublished]) -> None:
    fact = entry.event
    if counts.counts_for_author(fact.visibility):
        counts.change_account(tx, fact.author, posts=1, at=moment_of(fact.post))
    if fact.in_reply_to is not None and counts.counts_as_reply(fact.visibility):
        counts.change_post(tx, fact.in_reply_to, replies=1)
    if fact.quote_of is not None:
        counts.change_post(tx, fact.quote_of, quotes=1)


def _boosted(tx: WriteTx, entry: Entry[PostBoosted]) -> None:
    fact = entry.event
    counts.change_account(tx, fact.author, posts=1, at=moment_of(fact.post))
    counts.change_post(tx, fact.boost_of, boosts=1)


def _deleted(tx: WriteTx, entry: Entry[PostDeleted]) -> None:
    fact = entry.event
    if counts.counts_for_author(fact.visibility):
        counts.change_account(tx, fact.author, posts=-1)
        counts.find_last_post(tx, fact.author)
    if fact.boost_of is not None:
        counts.change_post(tx, fact.boost_of, boosts=-1)
    if fact.in_reply_to is not None and counts.counts_as_reply(fact.visibility):
        counts.change_post(tx, fact.in_reply_to, replies=-1)
    if fact.quote_of is not None:
        counts.change_post(tx, fact.quote_of, quotes=-1)


def _revoked(tx: WriteTx, entry: Entry[QuoteRevoked]) -> None:
    counts.change_post(tx, entry.event.quote_of, quotes=-1)


def _quote_accepted(tx: WriteTx, entry: Entry[QuoteAccepted]) -> None:
    counts.change_post(tx, entry.event.quote_of, quotes=1)


def _reply_placed(tx: WriteTx, entry: Entry[ReplyPlaced]) -> None:
    if counts.counts_as_reply(entry.event.visibility):
        counts.change_post(tx, entry.event.in_reply_to, replies=1)


def _favourited(tx: WriteTx, entry: Entry[PostFavourited]) -> None:
    counts.change_post(tx, entry.event.post, favourites=1)


def _unfavourited(tx: WriteTx, entry: Entry[PostUnfavourited]) -> None:
    counts.change_post(tx, entry.event.post, favourites=-1)


def _followed(tx: WriteTx, entry: Entry[Followed]) -> None:
    counts.change_account(tx, entry.event.followed, followers=1)
    counts.change_account(tx, entry.event.follower, following=1)


def _unfollowed(tx: WriteTx, entry: Entry[Unfollowed]) -> None:
    counts.change_account(tx, entry.event.followed, followers=-1)
    counts.change_account(tx, entry.event.follower, following=-1)


COUNTS = Subscriber(
    "counts",
    {
        PostPublished: _published,
        PostBoosted: _boosted,
        PostDeleted: _deleted,
        QuoteRevoked: _revoked,
        QuoteAccepted: _quote_accepted,
        ReplyPlaced: _reply_placed,
        PostFavourited: _favourited,
        PostUnfavourited: _unfavourited,
        Followed: _followed,
        Unfollowed: _unfollowed,
    },
    counts.rebuild,
)
