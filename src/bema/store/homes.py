"""Homes: which posts each account of this server finds in its home timeline, the newest of them.

Posts of authors whom very many follow are not here: whoever reads a home takes them from the posts themselves.
A home follows from the other tables alone: who follows whom on what terms, and what was posted. Blocks and mutes play no
part; they are looked at when a home is read. Of several boosts of one post within a day, a home has the first.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
)

from bema.model import limits
from bema.model.ids import AccountId, PostId, lowest_id_at
from bema.model.policy import Visibility
from bema.store.dialect import insert
from bema.store.tables import (
    account,
    account_counts,
    follow,
    home,
    mention,
    post,
    post_tag,
    tag_follow,
    widely_followed,
)
from bema.store.trimming import SLICES, cuts, in_turn, overfull
from bema.store.tx import Tx, WriteTx

DAY = lowest_id_at(86_400_000)  # how far ids are apart that were made a day apart
_post_id = bindparam("post", type_=BigInteger)
_author = bindparam("author", type_=BigInteger)
_follower = bindparam("follower", type_=BigInteger)
_followed = bindparam("followed", type_=BigInteger)


def into_home(entries: Select[Any]) -> Any:
    """Write entries into homes; those that are there stay."""
    return insert(home).from_select(["account_id", "post_id"], entries).on_conflict_do_nothing()


# --- What a follower finds --------------------------------------------------------------------------------------------


def is_for(shown: FromClause, terms: FromClause) -> ColumnElement[bool]:
    """The post is for the follower: its visibility, its language, and whom it answers."""
    mentioned = exists(select(1).where(mention.c.post_id == shown.c.id, mention.c.account_id == terms.c.follower_id))
    other = follow.alias()
    follows_answered = exists(
        select(1).where(
            other.c.follower_id == terms.c.follower_id, other.c.followed_id == shown.c.in_reply_to_author_id
        )
    )
    language_wanted = terms.c.languages.like(literal('%"').concat(shown.c.language).concat('"%'))
    return and_(
        or_(shown.c.visibility != int(Visibility.DIRECT), mentioned),
        or_(terms.c.languages.is_(None), shown.c.language.is_(None), language_wanted),
        or_(
            shown.c.in_reply_to_author_id.is_(None),
            shown.c.in_reply_to_author_id == shown.c.author_id,
            shown.c.in_reply_to_author_id == terms.c.follower_id,
            follows_answered,
        ),
    )


is_local = exists(select(1).where(account.c.id == follow.c.follower_id, account.c.uri.is_(None)))


def is_written(author: ColumnElement[Any]) -> ColumnElement[bool]:
    """Posts of this author are written into homes and lists; asked of a parameter, it is found out once."""
    return ~exists(select(1).where(widely_followed.c.account_id == author))


_add_to_followers = into_home(
    select(follow.c.follower_id, post.c.id)
    .select_from(post.join(follow, follow.c.followed_id == post.c.author_id))
    .where(post.c.id == _post_id, follow.c.at_home, is_for(post, follow), is_local, is_written(_author))
)

# A boost says something new only where neither what it boosts nor another boost of it came within the day before.
_original = bindparam("original", type_=BigInteger)
EARLIER_BOOSTS = (
    select(post.c.id, post.c.author_id)
    .where(post.c.boost_of_id == _original, post.c.id < _post_id, post.c.id > _post_id - DAY)
    .order_by(post.c.id.desc())
    .limit(limits.HOME_EARLIER_BOOSTS)
    .subquery()
)
_other_follow = follow.alias()
_has_original = exists(
    select(1).where(home.c.account_id == follow.c.follower_id, home.c.post_id == _original, _original > _post_id - DAY)
)
_has_earlier = exists(
    select(1)
    .select_from(EARLIER_BOOSTS.join(_other_follow, _other_follow.c.followed_id == EARLIER_BOOSTS.c.author_id))
    .where(_other_follow.c.follower_id == follow.c.follower_id, _other_follow.c.boosts, _other_follow.c.at_home)
)
_boosted_it_before = exists(select(1).where(EARLIER_BOOSTS.c.author_id == follow.c.follower_id))
_add_boost_to_followers = into_home(
    select(follow.c.follower_id, post.c.id)
    .select_from(post.join(follow, follow.c.followed_id == post.c.author_id))
    .where(
        post.c.id == _post_id,
        follow.c.boosts,
        follow.c.at_home,
        is_local,
        is_written(_author),
        ~_has_original,
        ~_has_earlier,
        ~_boosted_it_before,
    )
)

_add_own = into_home(
    select(account.c.id, post.c.id)
    .select_from(post.join(account, account.c.id == post.c.author_id))
    .where(post.c.id == _post_id, account.c.id == _author, account.c.uri.is_(None))
)
_is_for_tags = and_(
    post.c.visibility == int(Visibility.PUBLIC), post.c.boost_of_id.is_(None), post.c.in_reply_to_author_id.is_(None)
)
_any_tag = select(post_tag.c.tag_id).where(post_tag.c.post_id == _post_id).limit(1)
_tag_followers = post_tag.join(tag_follow, tag_follow.c.tag_id == post_tag.c.tag_id)
_add_to_tag_followers = into_home(
    select(tag_follow.c.account_id, post.c.id)
    .select_from(_tag_followers.join(post, post.c.id == post_tag.c.post_id))
    .where(post_tag.c.post_id == _post_id, _is_for_tags)
    .distinct()
)


def add_own(tx: WriteTx, author: AccountId, post_id: PostId) -> None:
    """Let authors find what they wrote or boosted, if they are of this server."""
    tx.run(_add_own, {"author": author, "post": post_id})


def add(
    tx: WriteTx, author: AccountId, post_id: PostId, *, ours: bool | None = None, tagged: bool | None = None
) -> None:
    """Let a post be found by its author, and by those followers of the author and of its tags whom it is for.

    `ours` and `tagged` spare a look: whether the author is of this server, and whether the post has tags.
    """
    if ours is not False:
        add_own(tx, author, post_id)
    tx.run(_add_to_followers, {"author": author, "post": post_id})
    if _has_tags(tx, post_id) if tagged is None else tagged:
        tx.run(_add_to_tag_followers, {"post": post_id})


def _has_tags(tx: Tx, post_id: PostId) -> bool:
    return tx.value(_any_tag, {"post": post_id}) is not None


def add_boost(tx: WriteTx, author: AccountId, boost: PostId, original: PostId) -> None:
    """Let a boost be found by whoever made it, and by those followers to whom it says something new."""
    add_own(tx, author, boost)
    tx.run(_add_boost_to_followers, {"author": author, "post": boost, "original": original})


# --- Following and unfollowing ----------------------------------------------------------------------------------------

_passed_on = post.alias()
_passed_on_already = (
    select(_passed_on.c.boost_of_id)
    .select_from(home.join(_passed_on, _passed_on.c.id == home.c.post_id))
    .where(home.c.account_id == _follower, _passed_on.c.boost_of_id.is_not(None))
)
_found_already = select(home.c.post_id).where(home.c.account_id == _follower)


def comes_home(author: ColumnElement[Any]) -> ColumnElement[bool]:
    """An older post of somebody who is followed belongs into the home, and says there what nothing in it said before."""
    return and_(
        follow.c.at_home,
        is_for(post, follow),
        is_local,
        is_written(author),
        or_(
            post.c.boost_of_id.is_(None),
            and_(
                follow.c.boosts,
                post.c.boost_of_id.not_in(_passed_on_already),
                post.c.boost_of_id.not_in(_found_already),
            ),
        ),
    )


_merge = into_home(
    select(follow.c.follower_id, post.c.id)
    .select_from(follow.join(post, post.c.author_id == follow.c.followed_id))
    .where(
        follow.c.follower_id == _follower,
        follow.c.followed_id == _followed,
        comes_home(_followed),
    )
    .order_by(post.c.id.desc())
    .limit(limits.HOME_ENTRIES)
)
_becomes_widely_followed = (
    insert(widely_followed)
    .from_select(
        ["account_id"],
        select(account_counts.c.account_id).where(
            account_counts.c.account_id == _followed, account_counts.c.followers > limits.FANOUT_FOLLOWERS
        ),
    )
    .on_conflict_do_nothing()
)
by_tag = exists(
    select(1)
    .select_from(_tag_followers)
    .where(post_tag.c.post_id == post.c.id, tag_follow.c.account_id == _follower, _is_for_tags)
)
_still_follows = exists(select(1).where(follow.c.follower_id == _follower, follow.c.followed_id == _followed))
_theirs = (
    select(home.c.post_id)
    .select_from(home.join(post, post.c.id == home.c.post_id))
    .where(home.c.account_id == _follower, post.c.author_id == _followed, ~by_tag, ~_still_follows)
)
_unmerge = delete(home).where(home.c.account_id == _follower, home.c.post_id.in_(_theirs))


def merge(tx: WriteTx, follower: AccountId, followed: AccountId) -> None:
    """Let a new follower find what was posted before, as far as it is for them."""
    tx.run(_merge, {"follower": follower, "followed": followed})
    trim_one(tx, follower)


def note_wide_following(tx: WriteTx, followed: AccountId) -> None:
    """From now on write an author's posts into no home, if too many follow; those who are it once remain it."""
    tx.run(_becomes_widely_followed, {"followed": followed})


def unmerge(tx: WriteTx, follower: AccountId, followed: AccountId) -> None:
    """Take the posts of somebody who is followed no more, except those with a tag that is followed."""
    tx.run(_unmerge, {"follower": follower, "followed": followed})


_tag = bindparam("tag", type_=BigInteger)
_merge_tag = into_home(
    select(tag_follow.c.account_id, post.c.id)
    .select_from(_tag_followers.join(post, post.c.id == post_tag.c.post_id))
    .where(post_tag.c.tag_id == _tag, tag_follow.c.account_id == _follower, _is_for_tags)
    .order_by(post.c.id.desc())
    .limit(limits.HOME_ENTRIES)
)
_follows_author = exists(select(1).where(follow.c.follower_id == _follower, follow.c.followed_id == post.c.author_id))
_tagged = (
    select(home.c.post_id)
    .select_from(
        home.join(post, post.c.id == home.c.post_id).join(
            post_tag, and_(post_tag.c.post_id == home.c.post_id, post_tag.c.tag_id == _tag)
        )
    )
    .where(home.c.account_id == _follower, post.c.author_id != _follower, ~_follows_author)
)
_still_by_tag = exists(
    select(1)
    .select_from(_tag_followers)
    .where(post_tag.c.post_id == home.c.post_id, tag_follow.c.account_id == _follower)
)
_unmerge_tag = delete(home).where(home.c.account_id == _follower, home.c.post_id.in_(_tagged), ~_still_by_tag)


def merge_tag(tx: WriteTx, follower: AccountId, tag_id: int) -> None:
    """Let a new follower of a tag find what was posted with it before."""
    tx.run(_merge_tag, {"follower": follower, "tag": tag_id})
    trim_one(tx, follower)


def unmerge_tag(tx: WriteTx, follower: AccountId, tag_id: int) -> None:
    """Take the posts with a tag that is followed no more, except those that come for another reason."""
    tx.run(_unmerge_tag, {"follower": follower, "tag": tag_id})


# --- Deleting and trimming --------------------------------------------------------------------------------------------

_followers = select(follow.c.follower_id).where(follow.c.followed_id == _author)
_remove_from_author = delete(home).where(home.c.account_id == _author, home.c.post_id == _post_id)
_remove_from_followers = delete(home).where(home.c.account_id.in_(_followers), home.c.post_id == _post_id)


def remove(tx: WriteTx, author: AccountId, post_id: PostId) -> None:
    """Take a deleted post from the homes of its author's followers. Elsewhere it is found no more either: it is gone."""
    tx.run(_remove_from_author, {"author": author, "post": post_id})
    tx.run(_remove_from_followers, {"author": author, "post": post_id})


def _overfull(account_id: ColumnElement[int], *conditions: ColumnElement[bool]) -> Select[Any]:
    return overfull(home, "account_id", account_id, limits.HOME_ENTRIES, *conditions)


_written_author = select(account.c.id).where(account.c.id == _author, is_written(_author)).scalar_subquery()
_overfull_followers = _overfull(
    follow.c.follower_id, follow.c.followed_id == _written_author, in_turn(follow.c.follower_id)
)
_overfull_tag_followers = _overfull(
    tag_follow.c.account_id,
    tag_follow.c.tag_id.in_(select(post_tag.c.tag_id).where(post_tag.c.post_id == _post_id)),
    in_turn(tag_follow.c.account_id),
)
_overfull_account = _overfull(account.c.id, account.c.id == bindparam("account"))
_overfull_anywhere = _overfull(
    account.c.id,
    account.c.id.in_(select(home.c.account_id).group_by(home.c.account_id).having(func.count() > limits.HOME_ENTRIES)),
)
_cut = delete(home).where(home.c.account_id == bindparam("key"), home.c.post_id <= bindparam("bound"))


def trim(tx: WriteTx, author: AccountId, post_id: PostId, turn: int, *, tagged: bool | None = None) -> None:
    """Cut the homes that a post may have made too long: of the author, and of those followers whose turn it is."""
    which = {"slice": turn % SLICES}
    too_long = tx.all(_overfull_followers, {"author": author, **which})
    if _has_tags(tx, post_id) if tagged is None else tagged:
        too_long += tx.all(_overfull_tag_followers, {"post": post_id, **which})
    if turn % SLICES == 0:
        too_long += tx.all(_overfull_account, {"account": author})
    _trim(tx, too_long)


def trim_one(tx: WriteTx, account_id: AccountId) -> None:
    """Cut the home of one account."""
    _trim(tx, tx.all(_overfull_account, {"account": account_id}))


def _trim(tx: WriteTx, too_long: list[Any]) -> None:
    tx.run_each(_cut, cuts(too_long))


# --- Starting anew ----------------------------------------------------------------------------------------------------

_page = (
    select(post.c.id, post.c.author_id, post.c.boost_of_id)
    .where(post.c.id > bindparam("after"))
    .order_by(post.c.id)
    .limit(bindparam("limit"))
)
_clear, _clear_widely_followed = delete(home), delete(widely_followed)
_find_widely_followed = insert(widely_followed).from_select(
    ["account_id"],
    select(follow.c.followed_id).group_by(follow.c.followed_id).having(func.count() > limits.FANOUT_FOLLOWERS),
)


def rebuild(tx: WriteTx) -> None:
    """Fill all homes from the posts and follows that there are."""
    tx.run(_clear)
    tx.run(_clear_widely_followed)
    tx.run(_find_widely_followed)
    after = -1
    while page := _posts_after(tx, after):
        for id_, author, boost_of in page:
            if boost_of is None:
                add(tx, author, id_)
            else:
                add_boost(tx, author, id_, boost_of)
        after = page[-1][0]
    _trim(tx, tx.all(_overfull_anywhere))


def _posts_after(tx: Tx, after: int) -> list[Any]:
    return tx.all(_page, {"after": after, "limit": limits.EVENT_BATCH})
