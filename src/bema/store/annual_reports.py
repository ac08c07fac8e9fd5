"""Annual reports: what an account did in a year, counted by its own posts, and kept."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, Integer, bindparam, case, func, select, update

from bema.model import limits
from bema.model.ids import AccountId, lowest_id_at
from bema.model.policy import Visibility
from bema.model.retrospect import Report, Totals, Year, archetype, bounds
from bema.store.dialect import insert
from bema.store.tables import annual_report, follow, post, post_counts, post_tag, tag
from bema.store.tx import Tx, WriteTx

_account: Any = bindparam("account", type_=BigInteger)
_low: Any = bindparam("low", type_=BigInteger)
_high: Any = bindparam("high", type_=BigInteger)
_year: Any = bindparam("year", type_=Integer)
_decode = msgspec.json.Decoder(Year).decode
_encode = msgspec.json.Encoder().encode

# --- What was ---------------------------------------------------------------------------------------------------------

_posts = (
    select(
        post.c.id,
        post.c.visibility,
        post.c.boost_of_id,
        post.c.in_reply_to_id,
        post.c.in_reply_to_author_id,
        post.c.poll,
    )
    .where(post.c.author_id == _account, post.c.id >= _low, post.c.id < _high, post.c.removed.is_(False))
    .order_by(post.c.id.desc())
    .limit(limits.ANNUAL_REPORT_POSTS)
    .subquery()
)
_boost = _posts.c.boost_of_id.is_not(None)
_reply = _posts.c.in_reply_to_id.is_not(None) & (_posts.c.in_reply_to_author_id != _account)


def _number_of(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


_totals = select(
    func.count(),
    _number_of(_boost),
    _number_of(_reply),
    _number_of(_posts.c.poll.is_not(None)),
    func.count() - _number_of(_boost) - _number_of(_reply),
).select_from(_posts)
_for_everybody = _posts.c.visibility <= int(Visibility.UNLISTED)
_any = select(_posts.c.id).where(_for_everybody).limit(1)
_top_post = (
    select(_posts.c.id)
    .select_from(_posts.join(post_counts, post_counts.c.post_id == _posts.c.id))
    .where(_for_everybody, _posts.c.boost_of_id.is_(None))
    .order_by(post_counts.c.boosts.desc(), _posts.c.id.desc())
    .limit(1)
)
_number = func.count().label("number")
_top_tag = (
    select(tag.c.display.label("name"), _number)
    .select_from(_posts.join(post_tag, post_tag.c.post_id == _posts.c.id).join(tag, tag.c.id == post_tag.c.tag_id))
    .where(_for_everybody)  # the report can be shown to others, who are to learn of no other tags
    .group_by(tag.c.id, tag.c.display)
    .having(func.count() > 1)
    .order_by(_number.desc(), tag.c.id)
    .limit(1)
)
_followers = (
    select(func.count())
    .select_from(follow)
    .where(follow.c.followed_id == _account, follow.c.id >= _low, follow.c.id < _high)
)


def wrote(tx: Tx, account_id: AccountId, year: int) -> bool:
    """Tell whether an account wrote something that everybody may read in a year."""
    return tx.value(_any, _within(account_id, year)) is not None


def look_back(tx: Tx, account_id: AccountId, year: int) -> Year:
    """Work out an account's year; of who wrote very much, by the newest of it."""
    within = _within(account_id, year)
    totals = Totals(*tx.all(_totals, within)[0])
    top = tx.first(_top_tag, within)
    return Year(
        archetype=archetype(totals),
        posts=totals.posts,
        followers=int(tx.value(_followers, within)),
        top_tag=None if top is None else (top.name, top.number),
        top_post=tx.value(_top_post, within),
    )


def _within(account_id: AccountId, year: int) -> dict[str, Any]:
    first, after = bounds(year)
    return {"account": account_id, "low": lowest_id_at(first), "high": lowest_id_at(after)}


# --- What was said of it ----------------------------------------------------------------------------------------------

_columns = (annual_report.c.account_id, annual_report.c.year, annual_report.c.body, annual_report.c.share_key)
_of = select(*_columns).where(annual_report.c.account_id == _account).order_by(annual_report.c.year.desc())
_one = _of.where(annual_report.c.year == _year)
_add = (
    insert(annual_report)
    .values(
        account_id=_account,
        year=_year,
        body=bindparam("body"),
        share_key=bindparam("share_key"),
        made_at=bindparam("now"),
    )
    .on_conflict_do_nothing()
)
_read = (
    update(annual_report)
    .where(annual_report.c.account_id == _account, annual_report.c.year == _year)
    .values(read_at=func.coalesce(annual_report.c.read_at, bindparam("now")))
)


def of(tx: Tx, account_id: AccountId) -> list[Report]:
    """Load the reports of an account, the newest first."""
    return [_of_row(row) for row in tx.all(_of, {"account": account_id})]


def one(tx: Tx, account_id: AccountId, year: int) -> Report | None:
    """Load the report of one year."""
    row = tx.first(_one, {"account": account_id, "year": year})
    return None if row is None else _of_row(row)


def add(tx: WriteTx, new: Report) -> bool:
    """Keep a report; False when there was one."""
    named = {"account": new.account, "year": new.year, "share_key": new.share_key}
    return tx.run(_add, {**named, "body": _encode(new.body).decode(), "now": tx.now}) > 0


def read(tx: WriteTx, account_id: AccountId, year: int) -> bool:
    """Note that a report was read; False where there is none."""
    return tx.run(_read, {"account": account_id, "year": year, "now": tx.now}) > 0


def _of_row(row: Any) -> Report:
    return Report(row[0], row[1], _decode(row[2]), row[3])
