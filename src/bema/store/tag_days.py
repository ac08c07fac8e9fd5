"""Tag days: who used a tag on which day in public posts, from which trends and the history of a tag are drawn."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, bindparam, delete, func, literal_column, select

from bema.model.ids import AccountId, PostId, lowest_id_at, moment_of
from bema.model.policy import Visibility
from bema.store.dialect import insert
from bema.store.tables import post, post_tag, tag_day
from bema.store.tx import WriteTx

_DAY = 86_400_000  # milliseconds
_author = bindparam("author", type_=BigInteger)
_day_of_post = post.c.id.op("/")(literal_column(str(lowest_id_at(_DAY))))


def _count(day: Any, *where: ColumnElement[bool]) -> Any:
    uses = (
        select(post_tag.c.tag_id, day, post.c.author_id, func.count())
        .select_from(post.join(post_tag, post_tag.c.post_id == post.c.id))
        .where(post.c.visibility == int(Visibility.PUBLIC), *where)
        .group_by(post_tag.c.tag_id, day, post.c.author_id)
    )
    added = insert(tag_day).from_select(["tag_id", "day", "account_id", "uses"], uses)
    return added.on_conflict_do_update(
        index_elements=["tag_id", "day", "account_id"], set_={"uses": added.excluded.uses}
    )


_on_day = (
    post.c.author_id == _author,
    post.c.id >= bindparam("begin", type_=BigInteger),
    post.c.id < bindparam("end", type_=BigInteger),
)
_count_day = _count(_day_of_post, *_on_day)
_forget_day = delete(tag_day).where(tag_day.c.account_id == _author, tag_day.c.day == bindparam("day", type_=Integer))
_clear, _count_all = delete(tag_day), _count(_day_of_post)
_carries_tags = select(post_tag.c.tag_id).where(post_tag.c.post_id == bindparam("post")).limit(1)


def count(tx: WriteTx, author: AccountId, post_id: PostId) -> None:
    """Count what a new post uses."""
    if tx.value(_carries_tags, {"post": post_id}) is not None:
        tx.run(_count_day, _day_of(author, post_id))


def recount(tx: WriteTx, author: AccountId, post_id: PostId) -> None:
    """Count again what an author used on the day of a post that was changed or deleted."""
    day = _day_of(author, post_id)
    tx.run(_forget_day, {"author": author, "day": moment_of(post_id) // _DAY})
    tx.run(_count_day, day)


def rebuild(tx: WriteTx) -> None:
    """Count everything."""
    tx.run(_clear)
    tx.run(_count_all)


def _day_of(author: AccountId, post_id: PostId) -> dict[str, int]:
    day = moment_of(post_id) // _DAY
    return {"author": author, "begin": lowest_id_at(day * _DAY), "end": lowest_id_at((day + 1) * _DAY)}
