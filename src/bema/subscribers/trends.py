"""Trends: each account's turning to a tag, a page or a post is counted once, and taken back with what it rested on."""

from bema.domain import trending
from bema.model.events import (
    AccountDeleted,
    AccountUpdated,
    DecisionMade,
    DecisionReversed,
    PostBoosted,
    PostDeleted,
    PostEdited,
    PostFavourited,
    PostPublished,
    PostUnfavourited,
)
from bema.model.ids import AccountId
from bema.model.policy import Visibility
from bema.store import glances, trends
from bema.store.database import Database
from bema.store.log import Entry
from bema.store.tx import WriteTx
from bema.subscribers.lanes import Performer
from bema.subscribers.runner import Subscriber


def _published(tx: WriteTx, entry: Entry[PostPublished]) -> None:
    glance = glances.at(tx, entry.event.post)
    may_trend = entry.event.visibility is Visibility.PUBLIC and (glance.tags or glance.links)
    if may_trend and trends.hear_post(tx, entry.event.post):
        trending.schedule_forgetting(tx)


def _edited(tx: WriteTx, entry: Entry[PostEdited]) -> None:
    trends.quieten(tx, entry.event.author)
    if trends.hear_post(tx, entry.event.post):
        trending.schedule_forgetting(tx)


def _deleted(tx: WriteTx, entry: Entry[PostDeleted]) -> None:
    if entry.event.boost_of is not None:
        trends.unlike(tx, entry.event.author)
        return
    trends.forget_post(tx, entry.event.post)
    trends.quieten(tx, entry.event.author)


def _boosted(tx: WriteTx, entry: Entry[PostBoosted]) -> None:
    if trends.hear_act(tx, entry.event.boost_of, entry.event.author):
        trending.schedule_forgetting(tx)


def _favourited(tx: WriteTx, entry: Entry[PostFavourited]) -> None:
    if trends.hear_act(tx, entry.event.post, entry.event.by):
        trending.schedule_forgetting(tx)


def _unfavourited(tx: WriteTx, entry: Entry[PostUnfavourited]) -> None:
    trends.unlike(tx, entry.event.by)


def _changed(tx: WriteTx, entry: Entry[AccountUpdated] | Entry[AccountDeleted]) -> None:
    _weigh_anew(tx, entry.event.account)


def _decided(tx: WriteTx, entry: Entry[DecisionMade] | Entry[DecisionReversed]) -> None:
    if entry.event.account is not None:
        _weigh_anew(tx, entry.event.account)


def _weigh_anew(tx: WriteTx, account: AccountId) -> None:
    trends.quieten(tx, account)
    trends.unlike(tx, account)


def _rebuild(tx: WriteTx) -> None:
    trends.rebuild(tx)
    trending.schedule_forgetting(tx)


TRENDS = Subscriber(
    "trends",
    {
        PostPublished: _published,
        PostEdited: _edited,
        PostDeleted: _deleted,
        PostBoosted: _boosted,
        PostFavourited: _favourited,
        PostUnfavourited: _unfavourited,
        AccountUpdated: _changed,
        AccountDeleted: _changed,
        DecisionMade: _decided,
        DecisionReversed: _decided,
    },
    _rebuild,
)


def forgetting(database: Database) -> Performer:
    """Return what forgets the voices whose time is over."""

    async def perform(_body: str) -> None:
        while await database.write(trending.forget):
            pass

    return perform
