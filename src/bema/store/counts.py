"""Counts: how much an account and a post have, kept up by one small change per fact; as Mastodon counts.

Of an account: its posts and boosts, direct ones not. Of a post: answers that everybody may read, boosts, favourites,
and quotes that its author allows. What is gone is not counted, and no error either.
"""

from typing import Any

from sqlalchemy import BigInteger, Integer, and_, bindparam, case, delete, func, literal, or_, select, union_all, update

from bema.model.ids import AccountId, Millis, PostId
from bema.model.policy import QuoteState, Visibility
from bema.store.dialect import insert
from bema.store.tables import account, account_counts, favourite, follow, post, post_counts
from bema.store.tx import WriteTx


def counts_for_author(visibility: Visibility) -> bool:
    """Tell whether a post is one of its author's posts, as shown to all."""
    return visibility is not Visibility.DIRECT


def counts_as_reply(visibility: Visibility) -> bool:
    """Tell whether a post is one of the answers, as shown to all."""
    return visibility <= Visibility.UNLISTED


# --- One by one -------------------------------------------------------------------------------------------------------


def _by(name: str) -> Any:
    return bindparam(name, type_=Integer)


def _never_below_zero(value: Any) -> Any:
    return case((value > 0, value), else_=0)


def _change(counts: Any, key: Any, thing: Any, names: tuple[str, ...], **more: Any) -> Any:
    """Add to the counts of something that exists; the first time, from nothing."""
    begun = select(
        thing.c.id, *(_never_below_zero(_by(name)) for name in names), *(value for value, _ in more.values())
    )
    begin = insert(counts).from_select([key.name, *names, *more], begun.where(thing.c.id == bindparam("id")))
    return begin.on_conflict_do_update(
        index_elements=[key],
        set_={
            **{name: _never_below_zero(counts.c[name] + _by(name)) for name in names},
            **{name: value for name, (_, value) in more.items()},
        },
    )


_at = bindparam("at", type_=BigInteger)
_last = account_counts.c.last_post_at
_last_post_at = (_at, case((or_(_last.is_(None), _at > _last), func.coalesce(_at, _last)), else_=_last))
_change_account = _change(
    account_counts,
    account_counts.c.account_id,
    account,
    ("posts", "followers", "following"),
    last_post_at=_last_post_at,
)
_OF_POST = ("replies", "boosts", "favourites", "quotes")
_change_post = _change(post_counts, post_counts.c.post_id, post, _OF_POST)

_counted = post.c.visibility != int(Visibility.DIRECT)
_newest = (
    select(post.c.created_at)
    .where(post.c.author_id == account_counts.c.account_id, _counted)
    .order_by(post.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_find_last_post = (
    update(account_counts).where(account_counts.c.account_id == bindparam("id")).values(last_post_at=_newest)
)


def change_account(
    tx: WriteTx, id_: AccountId, *, posts: int = 0, followers: int = 0, following: int = 0, at: Millis | None = None
) -> None:
    """Add to the counts of an account; `at` is when it posted."""
    changes = {"posts": posts, "followers": followers, "following": following, "at": at}
    tx.run(_change_account, {"id": id_, **changes})


def change_post(
    tx: WriteTx, id_: PostId, *, replies: int = 0, boosts: int = 0, favourites: int = 0, quotes: int = 0
) -> None:
    """Add to the counts of a post."""
    changes = {"replies": replies, "boosts": boosts, "favourites": favourites, "quotes": quotes}
    tx.run(_change_post, {"id": id_, **changes})


def find_last_post(tx: WriteTx, id_: AccountId) -> None:
    """Set when an account last posted, after a deletion."""
    tx.run(_find_last_post, {"id": id_})


# --- All anew ---------------------------------------------------------------------------------------------------------


def _summed(counts: Any, key: str, parts: list[Any], names: tuple[str, ...], last: Any = None) -> Any:
    every = union_all(*parts).subquery()
    sums: list[Any] = [func.sum(every.c[name]) for name in names]
    if last is not None:
        sums.append(func.max(every.c[last]))
    columns = [key, *names] if last is None else [key, *names, last]
    return insert(counts).from_select(columns, select(every.c.id, *sums).group_by(every.c.id))


def _part(id_: Any, names: tuple[str, ...], counted: str, *where: Any, last: Any = None) -> Any:
    numbers = [literal(int(name == counted), Integer).label(name) for name in names]
    if last is not None:
        numbers.append(last.label("last_post_at"))
    return select(id_.label("id"), *numbers).where(*where)


_OF_ACCOUNT = ("posts", "followers", "following")
_nothing = literal(None, BigInteger)
_count_accounts = _summed(
    account_counts,
    "account_id",
    [
        _part(post.c.author_id, _OF_ACCOUNT, "posts", _counted, last=post.c.created_at),
        _part(follow.c.followed_id, _OF_ACCOUNT, "followers", last=_nothing),
        _part(follow.c.follower_id, _OF_ACCOUNT, "following", last=_nothing),
    ],
    _OF_ACCOUNT,
    "last_post_at",
)
_is_public_reply = and_(post.c.in_reply_to_id.is_not(None), post.c.visibility <= int(Visibility.UNLISTED))
_is_quote = and_(post.c.quote_of_id.is_not(None), post.c.quote_state == int(QuoteState.ACCEPTED))
_count_posts = _summed(
    post_counts,
    "post_id",
    [
        _part(post.c.in_reply_to_id, _OF_POST, "replies", _is_public_reply),
        _part(post.c.boost_of_id, _OF_POST, "boosts", post.c.boost_of_id.is_not(None)),
        _part(favourite.c.post_id, _OF_POST, "favourites"),
        _part(post.c.quote_of_id, _OF_POST, "quotes", _is_quote),
    ],
    _OF_POST,
)
_clear_accounts, _clear_posts = delete(account_counts), delete(post_counts)


def rebuild(tx: WriteTx) -> None:
    """Count everything."""
    tx.run(_clear_accounts)
    tx.run(_clear_posts)
    tx.run(_count_accounts)
    tx.run(_count_posts)
