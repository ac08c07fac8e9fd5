"""Trending: what many different people turned to in the last days, told with the numbers that are the reason."""

from bema.domain import reading
from bema.domain.previewing import plain_link
from bema.model import limits
from bema.model.errors import NotFound
from bema.model.filters import Context
from bema.model.ids import AccountId, CardId
from bema.model.views import Post, TrendingCard, TrendingPost, TrendingTag
from bema.store import cards, filters, posts, tag_follows, tasks, timelines, trends
from bema.store.days import CARD_DAYS
from bema.store.timelines import Range
from bema.store.tx import Tx, WriteTx

FORGETTING = "trends"  # the name under which voices wait to be forgotten
_HOUR = 3_600_000  # milliseconds


def tags(tx: Tx, viewer: AccountId | None, limit: int, offset: int = 0, *, unreviewed: bool) -> list[TrendingTag]:
    """Load the tags that trend; `unreviewed`: also those that the staff did not judge."""
    risen = {each.id: each.people for each in trends.tags(tx, limit, offset, unreviewed=unreviewed)}
    return [TrendingTag(tag, risen[tag.id]) for tag in tag_follows.load(tx, list(risen), viewer)]


def links(tx: Tx, limit: int, offset: int = 0, *, unreviewed: bool) -> list[TrendingCard]:
    """Load the linked pages that trend."""
    risen = trends.cards(tx, limit, offset, unreviewed=unreviewed)
    if not risen:
        return []
    ids = [CardId(each.id) for each in risen]
    shown, histories = cards.by_ids(tx, ids), CARD_DAYS.histories(tx, ids)
    return [
        TrendingCard(card, histories[card.id], each.people)
        for each in risen
        if (card := shown.get(CardId(each.id))) is not None
    ]


def popular(tx: Tx, viewer: AccountId | None, limit: int, offset: int = 0, *, unreviewed: bool) -> list[TrendingPost]:
    """Load the posts that trend, without those that the viewer's filters hide: a place in the list counts what is shown."""
    if viewer is None or not filters.hides(tx, viewer, Context.PUBLIC):
        return _popular(tx, viewer, limit, offset, unreviewed=unreviewed)
    shown: list[TrendingPost] = []
    for place in range(0, limits.TREND_CANDIDATES, limits.PAGE_MAX):
        risen = _popular(tx, viewer, limits.PAGE_MAX, place, unreviewed=unreviewed)
        shown += [each for each in risen if not reading.is_hidden(each.post, Context.PUBLIC, viewer)]
        if len(shown) >= offset + limit or len(risen) < limits.PAGE_MAX:
            break
    return shown[offset : offset + limit]


def _popular(tx: Tx, viewer: AccountId | None, limit: int, offset: int, *, unreviewed: bool) -> list[TrendingPost]:
    risen = {each.id: each.people for each in trends.posts(tx, viewer, limit, offset, unreviewed=unreviewed)}
    loaded = posts.load(tx, [*risen], viewer)  # type: ignore[list-item]  # ids of posts, by their kind
    return [TrendingPost(post, risen[post.id]) for post in loaded]


def linking(tx: Tx, viewer: AccountId | None, url: str, range_: Range, *, unreviewed: bool) -> list[Post]:
    """Load a page of the public posts that link to a page, of people who wish to be found."""
    link = plain_link(url)
    card = None if link is None else trends.listed_card(tx, link[0], unreviewed=unreviewed)
    if card is None:
        raise NotFound
    return reading.page(tx, viewer, Context.PUBLIC, range_, lambda part: timelines.linking_ids(tx, viewer, card, part))


def schedule_forgetting(tx: WriteTx) -> None:
    """Have old voices forgotten in the next hour; once for all that is heard in this one."""
    hour = tx.now // _HOUR + 1
    tasks.add(tx, FORGETTING, str(hour), "", due=hour * _HOUR)


def forget(tx: WriteTx) -> bool:
    """Forget some of the voices whose time is over; tell whether there are more. Come back while anything is counted."""
    more = trends.forget_old(tx)
    if not more and trends.any_voice(tx):
        schedule_forgetting(tx)
    return more
