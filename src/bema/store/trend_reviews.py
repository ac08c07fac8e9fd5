"""What the staff decided about trending: of pages, of all pages of a publisher, and of posts."""

from typing import Any

from sqlalchemy import BigInteger, bindparam, select, update

from bema.model.ids import PostId
from bema.store.dialect import insert, one_of_ids
from bema.store.tables import card, post_review, publisher
from bema.store.timelines import Paged, Range
from bema.store.tx import Tx, WriteTx

_key: Any = bindparam("key", type_=BigInteger)
_judgement: dict[str, Any] = {"trendable": bindparam("judgement"), "reviewed_at": bindparam("now")}
_judge_card = update(card).where(card.c.id == _key).values(_judgement)
_judge_publisher = update(publisher).where(publisher.c.id == _key).values(_judgement)
_judge_post = (
    insert(post_review)
    .values(post_id=bindparam("key"), trendable=bindparam("judgement"), reviewed_at=bindparam("now"))
    .on_conflict_do_update(
        index_elements=["post_id"],
        set_={"trendable": bindparam("judgement"), "reviewed_at": bindparam("now")},
    )
)
_unjudged = (
    select(card.c.id)
    .join(publisher, publisher.c.id == card.c.publisher_id)
    .where(one_of_ids(card.c.id), card.c.trendable.is_(None), publisher.c.trendable.is_(None))
)
_publishers = Paged(select(publisher), publisher.c.id)
_publisher = select(publisher).where(publisher.c.id == _key)


def judge_card(tx: WriteTx, id_: int, *, trendable: bool) -> bool:
    """Decide whether a page may trend; False where there is none."""
    return tx.run(_judge_card, {"key": id_, "judgement": trendable, "now": tx.now}) > 0


def judge_publisher(tx: WriteTx, id_: int, *, trendable: bool) -> bool:
    """Decide whether pages of a publisher may trend that were not judged themselves; False where there is none."""
    return tx.run(_judge_publisher, {"key": id_, "judgement": trendable, "now": tx.now}) > 0


def judge_post(tx: WriteTx, id_: PostId, *, trendable: bool) -> None:
    """Decide whether a post may trend."""
    tx.run(_judge_post, {"key": id_, "judgement": trendable, "now": tx.now})


def unjudged_cards(tx: Tx, ids: list[int]) -> set[int]:
    """Return which of the pages nobody judged, nor their publishers."""
    return set(tx.values(_unjudged, {"ids": ids})) if ids else set()


def publishers(tx: Tx, range_: Range) -> list[Any]:
    """Return a page of those who publish what was linked to, the newest first: rows of the table."""
    return _publishers.rows(tx, range_, {})


def publisher_by_id(tx: Tx, id_: int) -> Any | None:
    """Load one publisher: a row of the table."""
    return tx.first(_publisher, {"key": id_})
