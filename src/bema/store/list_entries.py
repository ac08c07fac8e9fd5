"""What lists show: the newest of what their members posted, written for each list when it is posted, like homes.

An entry is there for whoever the owner of the list follows, on the terms of that follow. Which answers to others a list
shows is looked at when it is read, and so is whether the author is still a member.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    union_all,
)

from bema.model import limits
from bema.model.ids import AccountId, ListId, PostId
from bema.model.lists import PeopleList, Replies
from bema.store.dialect import insert, one_of_ids
from bema.store.homes import DAY, EARLIER_BOOSTS, is_for, is_written
from bema.store.tables import follow, list_entry, list_member, people_list, post, widely_followed
from bema.store.timelines import Paged, Range, joined
from bema.store.trimming import SLICES, cuts, in_turn, overfull
from bema.store.tx import Tx, WriteTx
from bema.store.visible import sees_with_boosted, there_is, viewer, wants

_list: Any = bindparam("list", type_=BigInteger)
_post_id: Any = bindparam("post", type_=BigInteger)
_author: Any = bindparam("author", type_=BigInteger)
_original: Any = bindparam("original", type_=BigInteger)
_by_virtue = follow.c.id == list_member.c.follow_id
_is_owner = and_(list_member.c.follow_id.is_(None), list_member.c.request_id.is_(None))
_posted = post.join(list_member, list_member.c.account_id == post.c.author_id)
_entries = select(list_member.c.list_id, post.c.id)


def _into_lists(entries: Any) -> Any:
    return insert(list_entry).from_select(["list_id", "post_id"], entries).on_conflict_do_nothing()


# --- Writing ----------------------------------------------------------------------------------------------------------

_own_entries = _entries.select_from(_posted).where(post.c.id == _post_id, _is_owner)
_add = _into_lists(
    union_all(
        _entries.select_from(_posted.join(follow, _by_virtue)).where(
            post.c.id == _post_id, is_for(post, follow), is_written(_author)
        ),
        _own_entries,
    )
)
_has_original = exists(
    select(1).where(
        list_entry.c.list_id == list_member.c.list_id, list_entry.c.post_id == _original, _original > _post_id - DAY
    )
)
_has_earlier = exists(
    select(1)
    .select_from(EARLIER_BOOSTS.join(list_entry, list_entry.c.post_id == EARLIER_BOOSTS.c.id))
    .where(list_entry.c.list_id == list_member.c.list_id)
)
_add_boost = _into_lists(
    union_all(
        _entries.select_from(_posted.join(follow, _by_virtue)).where(
            post.c.id == _post_id, follow.c.boosts, is_written(_author), ~_has_original, ~_has_earlier
        ),
        _own_entries,
    )
)
_remove = delete(list_entry).where(
    list_entry.c.list_id.in_(select(list_member.c.list_id).where(list_member.c.account_id == _author)),
    list_entry.c.post_id == _post_id,
)


def add(tx: WriteTx, author: AccountId, post_id: PostId, turn: int) -> None:
    """Let a post be found in the lists that its author is in, as far as it is for their owners."""
    if tx.run(_add, {"author": author, "post": post_id}):
        _trim_some(tx, author, turn)


def add_boost(tx: WriteTx, author: AccountId, boost: PostId, original: PostId, turn: int) -> None:
    """Let a boost be found in the lists that who made it is in, where it says something new."""
    if tx.run(_add_boost, {"author": author, "post": boost, "original": original}):
        _trim_some(tx, author, turn)


def remove(tx: WriteTx, author: AccountId, post_id: PostId) -> None:
    """Take a deleted post from the lists that its author is in."""
    tx.run(_remove, {"author": author, "post": post_id})


# --- Members come and go ----------------------------------------------------------------------------------------------

_newer, _there, _passed_on = post.alias(), list_entry.alias(), post.alias()
_oldest_merged = (
    select(_newer.c.id)
    .where(_newer.c.author_id == list_member.c.account_id)
    .order_by(_newer.c.id.desc())
    .limit(1)
    .offset(bindparam("most", type_=Integer))
    .scalar_subquery()
)
_found_already = select(_there.c.post_id).where(_there.c.list_id == _list)
_passed_on_already = (
    select(_passed_on.c.boost_of_id)
    .select_from(_there.join(_passed_on, _passed_on.c.id == _there.c.post_id))
    .where(_there.c.list_id == _list, _passed_on.c.boost_of_id.is_not(None))
)
_says_something_new = or_(
    post.c.boost_of_id.is_(None),
    and_(post.c.boost_of_id.not_in(_passed_on_already), post.c.boost_of_id.not_in(_found_already)),
)


def _merging(source: FromClause, *conditions: ColumnElement[bool]) -> Any:
    return _into_lists(
        _entries.select_from(source.join(post, post.c.author_id == list_member.c.account_id))
        .where(
            list_member.c.list_id == _list,
            one_of_ids(list_member.c.account_id),
            post.c.id > func.coalesce(_oldest_merged, -1),
            _says_something_new,
            *conditions,
        )
        .order_by(post.c.id.desc())
        .limit(limits.LIST_ENTRIES)
    )


_merge = _merging(
    list_member.join(follow, _by_virtue),
    is_for(post, follow),
    is_written(list_member.c.account_id),
    or_(post.c.boost_of_id.is_(None), follow.c.boosts),
)
_merge_own = _merging(list_member, _is_owner)
_theirs = (
    select(_there.c.post_id)
    .select_from(_there.join(post, post.c.id == _there.c.post_id))
    .where(_there.c.list_id == _list, one_of_ids(post.c.author_id))
)
_unmerge = delete(list_entry).where(list_entry.c.list_id == _list, list_entry.c.post_id.in_(_theirs))


def merge(tx: WriteTx, id_: ListId, owner: AccountId, members: Sequence[AccountId]) -> None:
    """Let a list show what new members posted before; of many, less of each."""
    if not members:
        return
    most = max(limits.LIST_MERGED_POSTS, limits.LIST_ENTRIES // len(members))
    tx.run(_merge, {"list": id_, "ids": members, "most": most})
    if owner in members:
        tx.run(_merge_own, {"list": id_, "ids": [owner], "most": most})
    _trim(tx, tx.all(_overfull_list, {"list": id_}))


def unmerge(tx: WriteTx, id_: ListId, members: Sequence[AccountId]) -> None:
    """Take from a list what those posted who are in it no more."""
    tx.run(_unmerge, {"list": id_, "ids": members})


_lists_with = (
    select(people_list.c.id)
    .select_from(list_member.join(people_list, people_list.c.id == list_member.c.list_id))
    .where(list_member.c.account_id == bindparam("member"), people_list.c.owner_id == bindparam("owner"))
)


def leave_all(tx: WriteTx, owner: AccountId, member: AccountId) -> None:
    """Take from all lists of an account what somebody posted who is about to be in none of them."""
    for id_ in tx.values(_lists_with, {"owner": owner, "member": member}):
        unmerge(tx, id_, [member])


def merge_followed(tx: WriteTx, owner: AccountId, member: AccountId) -> None:
    """Let the lists that somebody is in show what was posted before they let `owner` follow."""
    for id_ in tx.values(_lists_with, {"owner": owner, "member": member}):
        merge(tx, id_, owner, [member])


# --- Trimming ---------------------------------------------------------------------------------------------------------


def _overfull(list_id: ColumnElement[int], *conditions: ColumnElement[bool]) -> Select[Any]:
    return overfull(list_entry, "list_id", list_id, limits.LIST_ENTRIES, *conditions)


_overfull_some = _overfull(list_member.c.list_id, list_member.c.account_id == _author, in_turn(list_member.c.list_id))
_overfull_list = _overfull(people_list.c.id, people_list.c.id == _list)
_overfull_anywhere = _overfull(people_list.c.id)
_cut = delete(list_entry).where(list_entry.c.list_id == bindparam("key"), list_entry.c.post_id <= bindparam("bound"))


def _trim_some(tx: WriteTx, author: AccountId, turn: int) -> None:
    """Cut those of the lists with an author whose turn it is."""
    _trim(tx, tx.all(_overfull_some, {"author": author, "slice": turn % SLICES}))


def _trim(tx: WriteTx, too_long: list[Any]) -> None:
    tx.run_each(_cut, cuts(too_long))


# --- Reading ----------------------------------------------------------------------------------------------------------

_member, _answered, _terms = list_member.alias(), list_member.alias(), follow.alias()


def _shows_answer(
    list_id: ColumnElement[int], replies: ColumnElement[int], owner: ColumnElement[int]
) -> ColumnElement[bool]:
    """The post is no answer to somebody else, or one that the list shows."""
    return or_(
        post.c.in_reply_to_author_id.is_(None),
        post.c.in_reply_to_author_id == post.c.author_id,
        post.c.in_reply_to_author_id == owner,
        replies == int(Replies.FOLLOWED),
        and_(
            replies == int(Replies.LIST),
            there_is(_answered.c.account_id, post.c.in_reply_to_author_id, _answered.c.list_id == list_id),
        ),
    )


_shown = (
    _shows_answer(_list, bindparam("replies", type_=Integer, required=True), viewer),
    sees_with_boosted(),
    wants(),
)
_timeline = Paged(
    select(list_entry.c.post_id)
    .select_from(list_entry.join(post, post.c.id == list_entry.c.post_id))
    .where(
        list_entry.c.list_id == _list,
        there_is(_member.c.account_id, post.c.author_id, _member.c.list_id == _list),
        *_shown,
    ),
    list_entry.c.post_id,
)
_widely_followed = select(widely_followed.c.account_id).where(
    exists(select(1).where(_member.c.list_id == _list, _member.c.account_id == widely_followed.c.account_id))
)
_original_found = exists(select(1).where(_there.c.list_id == _list, _there.c.post_id == post.c.boost_of_id))
_of_widely_followed = Paged(
    select(post.c.id)
    .select_from(post.join(_terms, _terms.c.followed_id == post.c.author_id))
    .where(
        post.c.author_id == _author,
        _terms.c.follower_id == viewer,
        is_for(post, _terms),
        or_(post.c.boost_of_id.is_(None), and_(_terms.c.boosts, ~_original_found)),
        *_shown,
    ),
    post.c.id,
)


def ids(tx: Tx, owner: AccountId, shown: PeopleList, range_: Range) -> list[PostId]:
    """Return a page of what a list shows."""
    parameters = {"viewer": owner, "now": tx.now, "list": shown.id, "replies": int(shown.replies)}
    found = _timeline.ids(tx, range_, parameters)
    authors = tx.values(_widely_followed, {"list": shown.id})
    return joined(tx, range_, found, authors, _of_widely_followed, parameters)


_showing = (
    select(people_list.c.id)
    .select_from(
        _posted.join(people_list, people_list.c.id == list_member.c.list_id).outerjoin(
            _terms, _terms.c.id == list_member.c.follow_id
        )
    )
    .where(
        post.c.id == _post_id,
        one_of_ids(list_member.c.list_id),
        or_(
            _is_owner,
            and_(_terms.c.id.is_not(None), is_for(post, _terms), or_(post.c.boost_of_id.is_(None), _terms.c.boosts)),
        ),
        _shows_answer(people_list.c.id, people_list.c.replies, people_list.c.owner_id),
    )
)


def showing(tx: Tx, lists: Collection[ListId], post_id: PostId) -> set[ListId]:
    """Return which of these lists show a post, as far as their owners may see it and want to."""
    return set(tx.values(_showing, {"ids": lists, "post": post_id}))


# --- Starting anew ----------------------------------------------------------------------------------------------------

_clear = delete(list_entry)
_page = (
    select(post.c.id, post.c.author_id, post.c.boost_of_id)
    .where(post.c.id > bindparam("after"), post.c.author_id.in_(select(list_member.c.account_id)))
    .order_by(post.c.id)
    .limit(bindparam("limit"))
)


def rebuild(tx: WriteTx) -> None:
    """Fill all lists from the posts and members that there are."""
    tx.run(_clear)
    after = -1
    while page := tx.all(_page, {"after": after, "limit": limits.EVENT_BATCH}):
        for id_, author, boost_of in page:
            if boost_of is None:
                tx.run(_add, {"author": author, "post": id_})
            else:
                tx.run(_add_boost, {"author": author, "post": id_, "original": boost_of})
        after = page[-1][0]
    _trim(tx, tx.all(_overfull_anywhere))
