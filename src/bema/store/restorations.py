"""What an account holds, read piece by piece to be measured, and the reports that compare it before and after a decision."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, select, update

from bema.model.ids import AccountId
from bema.model.restoring import Measure, Report
from bema.store.dialect import insert, one_of_ids
from bema.store.tables import bookmark, favourite, follow, home, post, restoration
from bema.store.tx import Tx, WriteTx, text_of

_account: Any = bindparam("account", type_=BigInteger)
_after: Any = bindparam("after", type_=BigInteger)
_limit: Any = bindparam("limit")


def _some(key: Any, *columns: Any, of: Any) -> Any:
    return select(key, *columns).where(of == _account, key > _after).order_by(key).limit(_limit)


_written = (post.c.boost_of_id, post.c.text, post.c.content_html, post.c.warning, post.c.visibility, post.c.edited_at)
_PAGES = {
    "posts": _some(post.c.id, *_written, of=post.c.author_id),
    "files": _some(post.c.id, post.c.attachments, of=post.c.author_id).where(post.c.attachments != "[]"),
    "followers": _some(follow.c.id, follow.c.follower_id, of=follow.c.followed_id),
    "following": _some(follow.c.id, follow.c.followed_id, of=follow.c.follower_id),
    "favourites": _some(favourite.c.id, favourite.c.post_id, of=favourite.c.account_id),
    "bookmarks": _some(bookmark.c.id, bookmark.c.post_id, of=bookmark.c.account_id),
    "home": _some(home.c.post_id, of=home.c.account_id),
}
_add = insert(restoration).values(
    decision_id=bindparam("decision"),
    account_id=_account,
    before=bindparam("held"),
    before_at=bindparam("now"),
)
_add = _add.on_conflict_do_nothing()
_finish = (
    update(restoration)
    .where(restoration.c.decision_id == bindparam("decision", type_=BigInteger), restoration.c.after.is_(None))
    .values(after=bindparam("held"), after_at=bindparam("now"), restored_by=bindparam("by", type_=BigInteger))
)
_entered = (
    update(restoration)
    .where(restoration.c.decision_id == bindparam("decision", type_=BigInteger))
    .values(place=bindparam("at_place", type_=BigInteger))
)
_of_ids = select(restoration).where(one_of_ids(restoration.c.decision_id)).order_by(restoration.c.decision_id)
_of_decision = select(restoration).where(restoration.c.decision_id == bindparam("decision", type_=BigInteger))
_measure = msgspec.json.Decoder(Measure).decode


def page(tx: Tx, part: str, account: AccountId, after: int, limit: int) -> list[Any]:
    """Return some of what an account holds of one kind, from an id on: rows that begin with the id."""
    return tx.all(_PAGES[part], {"account": account, "after": after, "limit": limit})


def begin(tx: WriteTx, decision_id: int, account: AccountId, measure: Measure) -> None:
    """Keep what an account held when a decision took effect, once."""
    tx.run(_add, {"decision": decision_id, "account": account, "held": text_of(measure), "now": tx.now})


def is_begun(tx: Tx, decision_id: int) -> bool:
    """Tell whether it is kept what an account held when a decision took effect."""
    return tx.first(_of_decision, {"decision": decision_id}) is not None


def finish(tx: WriteTx, decision_id: int, measure: Measure, by: int) -> bool:
    """Keep what it held when that was over; False where that was done before."""
    return tx.run(_finish, {"decision": decision_id, "held": text_of(measure), "now": tx.now, "by": by}) > 0


def entered(tx: WriteTx, decision_id: int, place: int) -> None:
    """Note where the public log says what came of it."""
    tx.run(_entered, {"decision": decision_id, "at_place": place})


def finished(tx: Tx, ids: Sequence[int]) -> list[tuple[Report, int | None]]:
    """Return the reports about decisions, each with the place of its entry."""
    return [(_of_row(row), row.place) for row in (tx.all(_of_ids, {"ids": list(ids)}) if ids else ())]


def of_decision(tx: Tx, decision_id: int) -> tuple[AccountId, Report] | None:
    """Return the report about a decision, with whose account it is about."""
    row = tx.first(_of_decision, {"decision": decision_id})
    if row is None:
        return None
    return AccountId(row.account_id), _of_row(row)


def _of_row(row: Any) -> Report:
    after = None if row.after is None else _measure(row.after)
    return Report(row.decision_id, _measure(row.before), row.before_at, after, row.after_at, row.restored_by)
