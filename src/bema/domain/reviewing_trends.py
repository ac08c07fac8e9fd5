"""Reviewing trends: the staff judges what may trend; a judgement restricts nobody, but leaves a trace."""

from typing import Any

from bema.domain import administering, deciding, reading
from bema.domain.administering import TagChanges
from bema.model.decisions import Subject, SubjectKind
from bema.model.errors import NotFound
from bema.model.ids import AccountId, CardId, PostId
from bema.model.permissions import Staff
from bema.model.views import TrendingCard
from bema.store import cards, trend_reviews
from bema.store.days import CARD_DAYS
from bema.store.timelines import Range
from bema.store.tx import Tx, WriteTx


def judge_tag(tx: WriteTx, staff: Staff, id_: int, *, trendable: bool) -> None:
    """Decide whether a tag may trend."""
    administering.review_tag(tx, staff, id_, TagChanges(trendable=trendable))


def judge_link(tx: WriteTx, staff: Staff, id_: int, *, trendable: bool) -> TrendingCard:
    """Decide whether a page may trend, and return it."""
    if not trend_reviews.judge_card(tx, id_, trendable=trendable):
        raise NotFound
    _note(tx, staff, SubjectKind.LINK, id_, trendable=trendable)
    shown = cards.by_ids(tx, [CardId(id_)]).get(CardId(id_))
    if shown is None:
        raise NotFound
    return TrendingCard(shown, CARD_DAYS.histories(tx, [CardId(id_)])[CardId(id_)], 0)


def judge_publisher(tx: WriteTx, staff: Staff, id_: int, *, trendable: bool) -> Any:
    """Decide whether pages of a publisher may trend, and return the publisher: a row of the table."""
    if not trend_reviews.judge_publisher(tx, id_, trendable=trendable):
        raise NotFound
    _note(tx, staff, SubjectKind.PUBLISHER, id_, trendable=trendable)
    return trend_reviews.publisher_by_id(tx, id_)


def judge_post(tx: WriteTx, staff: Staff, viewer: AccountId, id_: PostId, *, trendable: bool) -> None:
    """Decide whether a post may trend that the one who judges can see."""
    trend_reviews.judge_post(tx, reading.visible_post(tx, viewer, id_).id, trendable=trendable)
    _note(tx, staff, SubjectKind.POST, id_, trendable=trendable)


def unjudged(tx: Tx, links: list[TrendingCard]) -> set[int]:
    """Return which of the pages nobody judged yet."""
    return trend_reviews.unjudged_cards(tx, [each.card.id for each in links])


def publishers(tx: Tx, range_: Range) -> list[Any]:
    """Load a page of those who publish what was linked to: rows of the table."""
    return trend_reviews.publishers(tx, range_)


def _note(tx: WriteTx, staff: Staff, kind: SubjectKind, id_: int, *, trendable: bool) -> None:
    deciding.note(tx, staff, "let_trend" if trendable else "keep_from_trending", Subject(kind, id_))
