"""Days: who used a tag, or linked to a page, on which day in public posts; their histories are drawn from it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Integer, Table, bindparam, delete, func, literal_column, select
from sqlalchemy.sql import FromClause

from bema.model import limits
from bema.model.ids import AccountId, Millis, PostId, lowest_id_at, moment_of
from bema.model.policy import Visibility
from bema.model.views import TagDay
from bema.store.dialect import insert, one_of_ids
from bema.store.tables import card_day, post, post_tag, tag_day
from bema.store.tx import Tx, WriteTx

_DAY = 86_400_000  # milliseconds
_author = bindparam("author", type_=BigInteger)
_day_of_post = post.c.id.op("/")(literal_column(str(lowest_id_at(_DAY))))
_is_public = post.c.visibility == int(Visibility.PUBLIC)
_on_day = (
    post.c.author_id == _author,
    post.c.id >= bindparam("begin", type_=BigInteger),
    post.c.id < bindparam("end", type_=BigInteger),
)


class Days:
    """The days of one kind of thing: `table` holds them by `key`, and `thing` is where `posts` name it.

    All that an author used on a day is counted at once, whatever came first. Where the table knows the newest post that
    is counted, a newer one is added to the sum instead: who posts often would make each post dearer than the last.
    """

    def __init__(
        self,
        table: Table,
        key: str,
        posts: FromClause,
        thing: ColumnElement[Any],
        *,
        counted: int = limits.HISTORY_COUNTED,
    ) -> None:
        self._counted = counted  # people of a history from which on it is kept for a while
        self._table, self._key, self._posts, self._thing = table, key, posts, thing
        self._columns = [column.name for column in table.c]
        self._count_day, self._count_all = self._count(*_on_day), self._count()
        self._forget_day = delete(table).where(
            table.c.account_id == _author, table.c.day == bindparam("day", type_=Integer)
        )
        self._clear = delete(table)
        used = _is_public, thing.is_not(None), post.c.id == bindparam("post")
        self._things = select(func.count()).select_from(posts).where(*used)
        self._count_one = None
        if "newest_id" in table.c:
            one = select(thing, _day_of_post, post.c.author_id, literal_column("1"), post.c.id)
            added = insert(table).from_select(self._columns, one.select_from(posts).where(*used))
            self._count_one = added.on_conflict_do_update(
                index_elements=[key, "day", "account_id"],
                set_={"uses": table.c.uses + 1, "newest_id": added.excluded.newest_id},
                where=table.c.newest_id < added.excluded.newest_id,
            )
        self._history = (
            select(table.c[key], table.c.day, func.sum(table.c.uses).label("uses"), func.count().label("accounts"))
            .where(one_of_ids(table.c[key]), table.c.day > bindparam("before", type_=Integer))
            .group_by(table.c[key], table.c.day)
        )

    def _count(self, *where: ColumnElement[bool]) -> Any:
        names = self._columns[3:]
        sums = {"uses": func.count(), "newest_id": func.max(post.c.id)}
        uses = (
            select(self._thing, _day_of_post, post.c.author_id, *(sums[name] for name in names))
            .select_from(self._posts)
            .where(_is_public, self._thing.is_not(None), *where)
            .group_by(self._thing, _day_of_post, post.c.author_id)
        )
        added = insert(self._table).from_select(self._columns, uses)
        return added.on_conflict_do_update(
            index_elements=[self._key, "day", "account_id"], set_={name: added.excluded[name] for name in names}
        )

    def count(self, tx: WriteTx, author: AccountId, post_id: PostId) -> None:
        """Count what a new post uses."""
        things = tx.value(self._things, {"post": post_id})
        if not things or (self._count_one is not None and tx.run(self._count_one, {"post": post_id}) == things):
            return
        tx.run(self._count_day, _day_of(author, post_id))

    def recount(self, tx: WriteTx, author: AccountId, post_id: PostId) -> None:
        """Count again what an author used on the day of a post that was changed or deleted."""
        tx.run(self._forget_day, {"author": author, "day": moment_of(post_id) // _DAY})
        tx.run(self._count_day, _day_of(author, post_id))

    def rebuild(self, tx: WriteTx) -> None:
        """Count everything."""
        tx.run(self._clear)
        tx.run(self._count_all)

    def histories(self, tx: Tx, ids: Sequence[int]) -> dict[int, list[TagDay]]:
        """Return how much things were used in the last days, the newest first, in one statement.

        What so many use that counting them would grow with the server may be a minute old.
        """
        unused = unused_days(tx)
        kept: dict[int, _Kept] = tx.lasting.setdefault(self._table.name, {})
        histories = {id_: each.days for id_ in ids if (each := kept.get(id_)) is not None and each.holds(tx, unused)}
        if not (asked := [id_ for id_ in ids if id_ not in histories]):
            return histories
        rows = tx.all_known(self._history, {"ids": asked, "before": unused[-1].day - 1})
        used = {(row[0], row[1]): TagDay(row[1], int(row[2]), int(row[3])) for row in rows}
        if len(kept) >= limits.HISTORIES_KEPT:
            kept.clear()
        for id_ in asked:
            histories[id_] = days = [used.get((id_, each.day), each) for each in unused]
            if sum(day.accounts for day in days) >= self._counted:
                kept[id_] = _Kept(tx.now, days)
        return histories


class _Kept(NamedTuple):
    """A history that is kept for a while."""

    at: Millis
    days: list[TagDay]

    def holds(self, tx: Tx, today: list[TagDay]) -> bool:
        return 0 <= tx.now - self.at < limits.HISTORY_KEPT_MILLISECONDS and self.days[0].day == today[0].day


def unused_days(tx: Tx) -> list[TagDay]:
    """Return the last days of something that nobody used, the newest first."""
    today = tx.now // _DAY
    return [TagDay(day, 0, 0) for day in range(today, today - limits.TAG_HISTORY_DAYS, -1)]


def _day_of(author: AccountId, post_id: PostId) -> dict[str, int]:
    day = moment_of(post_id) // _DAY
    return {"author": author, "begin": lowest_id_at(day * _DAY), "end": lowest_id_at((day + 1) * _DAY)}


TAG_DAYS = Days(tag_day, "tag_id", post.join(post_tag, post_tag.c.post_id == post.c.id), post_tag.c.tag_id)
CARD_DAYS = Days(card_day, "card_id", post, post.c.card_id)
