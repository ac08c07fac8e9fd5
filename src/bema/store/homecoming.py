"""Homecoming: whom one reads in exclusive lists is not at home, except with what has a tag that is followed.

A follow knows whether its posts go home (`follow.at_home`); here is what happens to the posts of before when that changes.
"""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Integer, and_, bindparam, delete, func, select

from bema.model import limits
from bema.model.ids import AccountId
from bema.store.dialect import one_of_ids
from bema.store.homes import by_tag, comes_home, into_home, trim_one
from bema.store.tables import follow, home, post
from bema.store.tx import WriteTx

_follower = bindparam("follower", type_=BigInteger)
_elsewhere = follow.alias()
_not_at_home = (
    select(home.c.post_id)
    .select_from(
        home.join(post, post.c.id == home.c.post_id).join(
            _elsewhere, and_(_elsewhere.c.follower_id == _follower, _elsewhere.c.followed_id == post.c.author_id)
        )
    )
    .where(home.c.account_id == _follower, ~_elsewhere.c.at_home, ~by_tag)
)
_leave = delete(home).where(home.c.account_id == _follower, home.c.post_id.in_(_not_at_home))
_newer = post.alias()
_oldest_merged = (
    select(_newer.c.id)
    .where(_newer.c.author_id == follow.c.followed_id)
    .order_by(_newer.c.id.desc())
    .limit(1)
    .offset(bindparam("most", type_=Integer))
    .scalar_subquery()
)
_merge_several = into_home(
    select(follow.c.follower_id, post.c.id)
    .select_from(follow.join(post, post.c.author_id == follow.c.followed_id))
    .where(
        follow.c.follower_id == _follower,
        one_of_ids(follow.c.followed_id),
        post.c.id > func.coalesce(_oldest_merged, -1),
        comes_home(follow.c.followed_id),
    )
    .order_by(post.c.id.desc())
    .limit(limits.HOME_ENTRIES)
)


def leave(tx: WriteTx, follower: AccountId) -> None:
    """Take the posts of those whom an account reads in exclusive lists."""
    tx.run(_leave, {"follower": follower})


def come_home(tx: WriteTx, follower: AccountId, followed: Sequence[AccountId]) -> None:
    """Let an account find what those posted of late who were in exclusive lists; of many, less of each."""
    if followed:
        tx.run(_merge_several, {"follower": follower, "ids": followed, "most": merged_of_each(len(followed))})
        trim_one(tx, follower)


def merged_of_each(number: int) -> int:
    """Return how many posts of each of so many authors are merged at once, so that all of them have a bound."""
    return max(limits.LIST_MERGED_POSTS, limits.HOME_ENTRIES // number)
