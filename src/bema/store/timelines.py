"""Timelines: pages of post ids, newest first, of what a viewer may see and wants to see."""

from functools import cache
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, not_, or_, select, true
from sqlalchemy.types import BigInteger

from bema.model import limits
from bema.model.ids import MAX_ID, AccountId, CardId, PostId
from bema.model.policy import Visibility
from bema.store.dialect import one_of_ids
from bema.store.homes import is_for
from bema.store.tables import (
    LISTED,
    WITH_MEDIA,
    account,
    bookmark,
    favourite,
    follow,
    home,
    pin,
    post,
    post_tag,
    widely_followed,
)
from bema.store.tx import Tx
from bema.store.visible import sees, sees_with_boosted, viewer, wants, wants_boosted


class Range(msgspec.Struct, frozen=True, gc=False):
    """Which part of a list is asked for: ids below `max_id`, above `since_id`, or those just above `min_id`."""

    limit: int
    max_id: int | None = None
    since_id: int | None = None
    min_id: int | None = None


class Paged:
    """A statement that pages by an id column in both directions."""

    def __init__(self, statement: Select[Any], column: ColumnElement[Any]) -> None:
        below = bindparam("below", type_=BigInteger, required=True)
        above = bindparam("above", type_=BigInteger, required=True)
        within = statement.where(column < below, column > above).limit(bindparam("limit"))
        self._newest = within.order_by(column.desc())
        self._oldest = within.order_by(column.asc())

    def rows(self, tx: Tx, range_: Range, parameters: dict[str, Any]) -> list[Any]:
        """Return the rows of a page, newest first."""
        parameters["below"] = range_.max_id if range_.max_id is not None else MAX_ID
        parameters["limit"] = range_.limit
        if range_.min_id is not None:
            parameters["above"] = range_.min_id
            return tx.all_known(self._oldest, parameters)[::-1]
        parameters["above"] = range_.since_id if range_.since_id is not None else -1
        return tx.all_known(self._newest, parameters)

    def ids(self, tx: Tx, range_: Range, parameters: dict[str, Any]) -> list[Any]:
        """Return the first column of a page, newest first."""
        return [row[0] for row in self.rows(tx, range_, parameters)]


class Filter(msgspec.Struct, frozen=True, gc=False):
    """What a timeline is narrowed to. `local` is None for posts from anywhere."""

    local: bool | None = None
    only_media: bool = False


_ANYTHING = Filter()

# --- Home -------------------------------------------------------------------------------------------------------------

_home = Paged(
    select(home.c.post_id)
    .select_from(home.join(post, post.c.id == home.c.post_id))
    .where(home.c.account_id == viewer, sees_with_boosted(), wants()),
    home.c.post_id,
)


_all_widely_followed = select(widely_followed.c.account_id).limit(1)
_widely_followed = select(widely_followed.c.account_id).where(
    exists(
        select(1).where(
            follow.c.follower_id == viewer, follow.c.followed_id == widely_followed.c.account_id, follow.c.at_home
        )
    )
)
_original_found = exists(select(1).where(home.c.account_id == viewer, home.c.post_id == post.c.boost_of_id))
_terms = follow.alias()
_of_widely_followed = Paged(
    select(post.c.id)
    .select_from(post.join(_terms, _terms.c.followed_id == post.c.author_id))
    .where(
        post.c.author_id == bindparam("author"),
        _terms.c.follower_id == viewer,
        is_for(post, _terms),
        or_(post.c.boost_of_id.is_(None), and_(_terms.c.boosts, not_(_original_found))),
        sees_with_boosted(),
        wants(),
    ),
    post.c.id,
)


def home_ids(tx: Tx, account_id: AccountId, range_: Range) -> list[PostId]:
    """Return a page of an account's home: what was written into it, and the posts of authors whom very many follow."""
    parameters = {"viewer": account_id, "now": tx.now}
    found = _home.ids(tx, range_, parameters)
    authors = _followed_widely(tx, account_id)
    return joined(tx, range_, found, authors, _of_widely_followed, parameters)


def _followed_widely(tx: Tx, account_id: AccountId) -> list[AccountId]:
    """Return whom an account follows of those whose posts are not written into homes."""
    known: dict[Any, Any] = {} if tx.known is None else tx.known
    anybody = known.get("widely followed")
    if anybody is None:
        anybody = known["widely followed"] = tx.values(_all_widely_followed)
    return tx.values(_widely_followed, {"viewer": account_id}) if anybody else []


def joined(
    tx: Tx, range_: Range, found: list[PostId], authors: list[AccountId], theirs: Paged, parameters: dict[str, Any]
) -> list[PostId]:
    """Join what was written for a reader with the posts of authors whom very many follow."""
    for author in authors:
        ids = theirs.ids(tx, _within(range_, found), {**parameters, "author": author})
        newest_first = sorted({*found, *ids}, reverse=True)
        found = newest_first[: range_.limit] if range_.min_id is None else newest_first[-range_.limit :]
    return found


def _within(range_: Range, page: list[PostId]) -> Range:
    """Narrow a range to what can still come onto a page, so that nothing is looked at that falls off it again."""
    if len(page) < range_.limit or not page:
        return range_
    if range_.min_id is None:
        return Range(range_.limit, max_id=range_.max_id, since_id=page[-1])
    return Range(range_.limit, max_id=page[0], min_id=range_.min_id)


# --- Public -----------------------------------------------------------------------------------------------------------


def _narrowed(filter_: Filter) -> ColumnElement[bool]:
    return and_(
        true() if filter_.local is None else post.c.local.is_(filter_.local),
        WITH_MEDIA if filter_.only_media else true(),
    )


@cache
def _public(filter_: Filter) -> Paged:
    return Paged(select(post.c.id).where(LISTED, _narrowed(filter_), sees(unasked=True), wants()), post.c.id)


def public_ids(tx: Tx, viewer_id: AccountId | None, filter_: Filter, range_: Range) -> list[PostId]:
    """Return a page of what everybody may read, without boosts and answers to others."""
    return _public(filter_).ids(tx, range_, {"viewer": viewer_id, "now": tx.now})


# --- By link ----------------------------------------------------------------------------------------------------------

_linking = Paged(
    select(post.c.id)
    .select_from(post.join(account, account.c.id == post.c.author_id))
    .where(
        post.c.card_id == bindparam("card", type_=BigInteger),
        post.c.visibility == int(Visibility.PUBLIC),
        account.c.discoverable,
        sees(unasked=True),
        wants(),
    ),
    post.c.id,
)


def linking_ids(tx: Tx, viewer_id: AccountId | None, card_id: CardId, range_: Range) -> list[PostId]:
    """Return a page of the public posts that link to a page, of people who wish to be found."""
    return _linking.ids(tx, range_, {"viewer": viewer_id, "now": tx.now, "card": card_id})


# --- By tag -----------------------------------------------------------------------------------------------------------

_for_all = post.c.visibility == int(Visibility.PUBLIC)
_tagged = Paged(
    select(post_tag.c.post_id)
    .select_from(post_tag.join(post, post.c.id == post_tag.c.post_id))
    .where(post_tag.c.tag_id == bindparam("tag"), _for_all, sees(unasked=True), wants()),
    post_tag.c.post_id,
)


class TagFilter(msgspec.Struct, frozen=True, gc=False):
    """Tags beside the first: a post has one of `any_of` in its stead, all of `all_of`, and none of `none_of`."""

    any_of: tuple[int, ...] = ()
    all_of: tuple[int, ...] = ()
    none_of: tuple[int, ...] = ()


_NO_OTHERS = TagFilter()


class _Filtered:
    """Posts of one tag that fit a filter, looked for among its newest within the range, so that the cost has a bound."""

    def __init__(self, filter_: Filter) -> None:
        self._newest = self._among(filter_, newest_first=True)
        self._oldest = self._among(filter_, newest_first=False)

    @staticmethod
    def _among(filter_: Filter, *, newest_first: bool) -> Select[Any]:
        inner, other = post_tag.alias(), post_tag.alias()
        below, above = bindparam("below", type_=BigInteger), bindparam("above", type_=BigInteger)
        place = inner.c.post_id.desc() if newest_first else inner.c.post_id.asc()
        looked_at = (
            select(inner.c.post_id)
            .where(inner.c.tag_id == bindparam("tag"), inner.c.post_id < below, inner.c.post_id > above)
            .order_by(place)
            .limit(bindparam("most"))
            .subquery()
        )
        has = select(func.count()).where(other.c.post_id == post.c.id, one_of_ids(other.c.tag_id, "all_of"))
        has_none = exists(select(1).where(other.c.post_id == post.c.id, one_of_ids(other.c.tag_id, "none_of")))
        return (
            select(post.c.id)
            .select_from(looked_at.join(post, post.c.id == looked_at.c.post_id))
            .where(
                _for_all,
                _narrowed(filter_),
                has.scalar_subquery() == bindparam("all_count", type_=BigInteger),
                not_(has_none),
                sees(unasked=True),
                wants(),
            )
            .order_by(post.c.id.desc() if newest_first else post.c.id.asc())
            .limit(bindparam("limit"))
        )

    def ids(self, tx: Tx, tag_id: int, range_: Range, parameters: dict[str, Any]) -> list[PostId]:
        """Return up to `limit` posts, next to that end of the range that is asked for."""
        newest_first = range_.min_id is None
        above = range_.since_id if newest_first else range_.min_id
        parameters |= {
            "tag": tag_id,
            "below": MAX_ID if range_.max_id is None else range_.max_id,
            "above": -1 if above is None else above,
            "limit": range_.limit,
        }
        found: list[PostId] = []
        for most in (4 * range_.limit, limits.FILTERED_ENTRIES):  # a filter that most posts fit is soon satisfied
            found = tx.values(self._newest if newest_first else self._oldest, parameters | {"most": most})
            if len(found) == range_.limit:
                break
        return found


_filtered = cache(_Filtered)


def tag_ids(
    tx: Tx,
    viewer_id: AccountId | None,
    tag_id: int,
    range_: Range,
    filter_: Filter = _ANYTHING,
    tags: TagFilter = _NO_OTHERS,
) -> list[PostId]:
    """Return a page of public posts with a tag."""
    who = {"viewer": viewer_id, "now": tx.now}
    if filter_ == _ANYTHING and tags == _NO_OTHERS:
        return _tagged.ids(tx, range_, {"tag": tag_id, **who})
    others = {"all_of": tags.all_of, "all_count": len(tags.all_of), "none_of": tags.none_of}
    found: set[PostId] = set()
    for each in dict.fromkeys((tag_id, *tags.any_of)):
        found.update(_filtered(filter_).ids(tx, each, range_, who | others))
    if range_.min_id is None:
        return sorted(found, reverse=True)[: range_.limit]
    return sorted(found)[: range_.limit][::-1]


# --- What one keeps ---------------------------------------------------------------------------------------------------


def _kept(relation: Any) -> Paged:
    return Paged(
        select(relation.c.id, relation.c.post_id)
        .select_from(relation.join(post, post.c.id == relation.c.post_id))
        .where(relation.c.account_id == viewer, sees()),
        relation.c.id,
    )


_favourites, _bookmarks = _kept(favourite), _kept(bookmark)


def favourites(tx: Tx, account_id: AccountId, range_: Range) -> list[tuple[int, PostId]]:
    """Return a page of what an account favourited, with the ids of the favourites, by which it is paged."""
    return _favourites.rows(tx, range_, {"viewer": account_id})


def bookmarks(tx: Tx, account_id: AccountId, range_: Range) -> list[tuple[int, PostId]]:
    """Return a page of what an account bookmarked, with the ids of the bookmarks, by which it is paged."""
    return _bookmarks.rows(tx, range_, {"viewer": account_id})


# --- By author --------------------------------------------------------------------------------------------------------


class AuthorFilter(msgspec.Struct, frozen=True, gc=False):
    """Which posts of an account are asked for."""

    without_replies: bool = False
    without_boosts: bool = False
    only_media: bool = False
    tag: int | None = None


@cache
def _by_author(without_replies: bool, without_boosts: bool, only_media: bool, with_tag: bool) -> Paged:
    conditions = [post.c.author_id == bindparam("author"), sees_with_boosted(), wants_boosted()]
    if without_replies:
        conditions.append(or_(post.c.in_reply_to_author_id.is_(None), post.c.in_reply_to_author_id == post.c.author_id))
    if without_boosts:
        conditions.append(post.c.boost_of_id.is_(None))
    if only_media:
        conditions.append(WITH_MEDIA)
    if with_tag:
        conditions.append(
            exists(select(1).where(post_tag.c.post_id == post.c.id, post_tag.c.tag_id == bindparam("tag")))
        )
    return Paged(select(post.c.id).where(*conditions), post.c.id)


def author_ids(
    tx: Tx, viewer_id: AccountId | None, author: AccountId, filter_: AuthorFilter, range_: Range
) -> list[PostId]:
    """Return a page of what an account posted and boosted."""
    paged = _by_author(filter_.without_replies, filter_.without_boosts, filter_.only_media, filter_.tag is not None)
    parameters = {"author": author, "viewer": viewer_id, "now": tx.now}
    return paged.ids(tx, range_, parameters if filter_.tag is None else parameters | {"tag": filter_.tag})


_pinned = (
    select(pin.c.post_id)
    .select_from(pin.join(post, post.c.id == pin.c.post_id))
    .where(pin.c.account_id == bindparam("author"), sees())
    .order_by(pin.c.id.desc())
    .limit(limits.PINNED_POSTS)
)


def pinned_ids(tx: Tx, viewer_id: AccountId | None, author: AccountId) -> list[PostId]:
    """Return what an account pinned to its profile, the newest pin first; they are few, and not paged."""
    return tx.values(_pinned, {"author": author, "viewer": viewer_id})
