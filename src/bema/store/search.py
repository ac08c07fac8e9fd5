"""Searching: what the index holds, looked up within bounds and checked again by the rule of `visible.py`."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    and_,
    bindparam,
    cast,
    column,
    exists,
    func,
    literal_column,
    or_,
    select,
    table,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from bema.model import limits
from bema.model.ids import MAX_ID, AccountId, PostId
from bema.model.policy import Standing, Visibility
from bema.store.dialect import begins_with, one_of_ids
from bema.store.search_index import ANYBODY
from bema.store.tables import account, account_counts, bookmark, favourite, follow, mention, post, tag
from bema.store.tables import search_account as account_index
from bema.store.tables import search_post as post_index
from bema.store.timelines import Range
from bema.store.tx import Tx
from bema.store.visible import sees, there_is, viewer, wants


class Terms(msgspec.Struct, frozen=True):
    """What a query looks for: all of the wanted and none of the unwanted; one that ends in `*` is a token's beginning.

    Terms hold letters and digits alone: nothing in them can be an operator of either database.
    """

    wanted: Sequence[str]
    unwanted: Sequence[str] = ()


def _fts5(terms: Terms, finders: Sequence[str] = (), author: str | None = None) -> str:
    """Write a query for FTS5."""

    def quoted(term: str) -> str:
        return f'"{term[:-1]}"*' if term.endswith("*") else f'"{term}"'

    parts = [quoted(term) for term in ([author] if author else []) + list(terms.wanted)]
    if finders:
        parts.insert(0, f"({' OR '.join(map(quoted, finders))})")
    query = " AND ".join(parts)
    return f"({query}) NOT ({' OR '.join(map(quoted, terms.unwanted))})" if terms.unwanted else query


def _tsquery(terms: Terms, finders: Sequence[str] = (), author: str | None = None) -> str:
    """Write a query for PostgreSQL, as its type tsquery is written."""

    def quoted(term: str) -> str:
        return f"'{term[:-1]}':*" if term.endswith("*") else f"'{term}'"

    parts = [quoted(term) for term in ([author] if author else []) + list(terms.wanted)]
    if finders:
        parts.insert(0, f"({' | '.join(map(quoted, finders))})")
    return " & ".join([*parts, *(f"!{quoted(term)}" for term in terms.unwanted)])


_WRITERS = {"sqlite": _fts5, "postgresql": _tsquery}
_query: Any = bindparam("query", type_=Text, required=True)
_below: Any = bindparam("below", type_=BigInteger, required=True)
_above: Any = bindparam("above", type_=BigInteger, required=True)


def _matching(dialect: str, index: Any, key: Any, *, newest: bool) -> Any:
    """Select the ids of a bounded number of matches, in the order of the index: those that are not needed cost nothing."""
    if dialect == "sqlite":
        key = column("rowid", BigInteger)
        matches = literal_column(f"{index.name}_index").op("match")(_query)
        found = select(key.label("id")).select_from(table(f"{index.name}_index", key)).where(matches)
    else:
        lexemes = func.array_to_tsvector(func.string_to_array(index.c.tokens, literal_column("' '")))
        found = select(key.label("id")).where(lexemes.op("@@")(cast(_query, TSQUERY)))
    order = key.desc() if newest else key
    return found.where(key < _below, key > _above).order_by(order).limit(bindparam("limit"))


# --- Posts ------------------------------------------------------------------------------------------------------------

# Whoever may see a public post must not therefore find it: its author says so.
_may_find = or_(
    post.c.author_id == viewer,
    exists(select(1).where(mention.c.post_id == post.c.id, mention.c.account_id == viewer)),
    and_(
        post.c.visibility == int(Visibility.PUBLIC),
        there_is(account.c.id, post.c.author_id, account.c.indexable),
    ),
)


_hits = {
    (dialect, newest): _matching(dialect, post_index, post_index.c.post_id, newest=newest)
    for dialect in _WRITERS
    for newest in (True, False)
}
_of_those_found = select(post.c.id).where(one_of_ids(post.c.id), sees(unasked=True), wants(), _may_find)


def post_ids(
    tx: Tx, viewer_id: AccountId | None, terms: Terms, range_: Range, author: AccountId | None = None
) -> list[PostId]:
    """Return posts that the viewer may find: own ones, those addressed to the viewer, and those of who lets all search.

    Whole words are looked up first: all words with one beginning cost as much as they have posts. Nearly all that the
    index returns may be found, hence it is asked for few, and for many only if those are not enough.
    """
    finders = [ANYBODY] if viewer_id is None else [ANYBODY, f"={viewer_id}"]
    written_by = None if author is None else f"=a{author}"
    newest, few = range_.min_id is None, 2 * range_.limit
    whole = Terms([term.removesuffix("*") for term in terms.wanted], terms.unwanted)
    attempts = [(whole, few), (terms, few), (terms, limits.SEARCH_CANDIDATES)]
    found: list[PostId] = []
    for asked, most in attempts if whole != terms else attempts[1:]:
        query = _WRITERS[tx.dialect](asked, finders, written_by)
        hits = tx.values(_hits[tx.dialect, newest], {"query": query, **_bounds(range_), "limit": most})
        found = tx.values(_of_those_found, {"ids": hits, "viewer": viewer_id, "now": tx.now}) if hits else []
        if len(found) >= range_.limit or (asked is terms and len(hits) < most):
            break
    return sorted(found, reverse=newest)[: range_.limit]


def _bounds(range_: Range) -> dict[str, int]:
    lowest = range_.since_id if range_.min_id is None else range_.min_id
    return {
        "below": MAX_ID if range_.max_id is None else range_.max_id,
        "above": -1 if lowest is None else lowest,
    }


def _newest_kept(relation: Any) -> Any:
    newest = (
        select(relation.c.post_id)
        .where(relation.c.account_id == viewer)
        .order_by(relation.c.id.desc())
        .limit(limits.SEARCH_KEPT_POSTS)
        .subquery()
    )
    return select(newest.c.post_id)


_kept_ids = union_all(_newest_kept(favourite), _newest_kept(bookmark)).subquery()
_kept = (
    select(post_index.c.post_id, post_index.c.tokens)
    .select_from(_kept_ids.join(post_index, post_index.c.post_id == _kept_ids.c.post_id))
    .where(post_index.c.post_id < _below, post_index.c.post_id > _above)
)
_of_those_seen = select(post.c.id).where(one_of_ids(post.c.id), sees(), wants())


def kept_ids(
    tx: Tx, viewer_id: AccountId, terms: Terms, range_: Range, author: AccountId | None = None
) -> list[PostId]:
    """Return posts among the newest that the viewer favourited or bookmarked, whoever lets them be found."""
    rows = tx.all(_kept, {"viewer": viewer_id, **_bounds(range_)})
    required = Terms([*terms.wanted, *([f"=a{author}"] if author else [])], terms.unwanted)
    found = {id_ for id_, tokens in rows if _fits(f" {tokens} ", required)}
    if not found:
        return []
    return tx.values(_of_those_seen, {"ids": list(found), "viewer": viewer_id, "now": tx.now})


def _fits(tokens: str, terms: Terms) -> bool:
    return all(_has(tokens, term) for term in terms.wanted) and not any(_has(tokens, term) for term in terms.unwanted)


def _has(tokens: str, term: str) -> bool:
    return f" {term[:-1]}" in tokens if term.endswith("*") else f" {term} " in tokens


_texts = select(post.c.id, post.c.warning, post.c.text).where(one_of_ids(post.c.id))


def texts(tx: Tx, ids: Sequence[PostId]) -> dict[PostId, str]:
    """Load what the posts say, to look for words that stand side by side."""
    return {row.id: f"{row.warning}\n{row.text}" for row in tx.all(_texts, {"ids": ids})}


_post_by_uri = select(post.c.id).where(post.c.uri == bindparam("uri"))


def post_by_uri(tx: Tx, uri: str) -> PostId | None:
    """Return the post of another server that has this id."""
    found: PostId | None = tx.value(_post_by_uri, {"uri": uri})
    return found


# --- Accounts ---------------------------------------------------------------------------------------------------------


_accounts = {
    dialect: _matching(dialect, account_index, account_index.c.account_id, newest=False) for dialect in _WRITERS
}
_followed_tokens = (
    select(account_index.c.account_id, account_index.c.tokens)
    .select_from(follow.join(account_index, account_index.c.account_id == follow.c.followed_id))
    .where(follow.c.follower_id == viewer)
)
_is_followed: ColumnElement[bool] = exists(
    select(1).where(follow.c.follower_id == viewer, follow.c.followed_id == account.c.id)
)
_is_named: ColumnElement[bool] = account.c.username_folded == bindparam("name", type_=Text)
_ranked = (
    select(account.c.id)
    .select_from(account.outerjoin(account_counts, account_counts.c.account_id == account.c.id))
    .where(
        one_of_ids(account.c.id),
        account.c.standing == int(Standing.ACTIVE),
        or_(account.c.limited.is_(False), _is_followed, _is_named, account.c.id == viewer),
    )
    .order_by(
        _is_named.desc(),
        _is_followed.desc(),
        func.coalesce(account_counts.c.followers, literal_column("0")).desc(),
        account.c.id,
    )
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_account_by_uri = select(account.c.id).where(account.c.uri == bindparam("uri"))


def account_candidates(tx: Tx, terms: Terms) -> list[AccountId]:
    """Return accounts whose names fit, whatever their standing: for the staff."""
    query = _WRITERS[tx.dialect](terms)
    bounds = {"below": MAX_ID, "above": -1, "limit": limits.SEARCH_CANDIDATES}
    return tx.values(_accounts[tx.dialect], {"query": query, **bounds})


def account_ids(
    tx: Tx,
    viewer_id: AccountId | None,
    terms: Terms,
    *,
    name: str,
    limit: int,
    offset: int = 0,
    following: bool = False,
    also: Sequence[AccountId] = (),
) -> list[AccountId]:
    """Return accounts whose names fit, whoever is called exactly so and whom the viewer follows first."""
    found = set(also)
    if viewer_id is not None:
        rows = tx.all(_followed_tokens, {"viewer": viewer_id})
        found |= {id_ for id_, tokens in rows if _fits(f" {tokens} ", terms)}
    if not following:
        query = _WRITERS[tx.dialect](terms)
        found |= set(
            tx.values(
                _accounts[tx.dialect], {"query": query, "below": MAX_ID, "above": -1, "limit": limits.SEARCH_CANDIDATES}
            )
        )
    if not found:
        return []
    parameters = {"ids": list(found), "viewer": viewer_id, "name": name, "limit": limit, "offset": offset}
    return tx.values(_ranked, parameters)


def account_by_uri(tx: Tx, uri: str) -> AccountId | None:
    """Return the account of another server that has this id."""
    found: AccountId | None = tx.value(_account_by_uri, {"uri": uri})
    return found


# --- Tags -------------------------------------------------------------------------------------------------------------

_tags = (
    select(tag.c.id)
    .where(begins_with(tag.c.name, "beginning"), tag.c.listable.is_not(False))
    .order_by(func.length(tag.c.name), tag.c.id)
    .limit(bindparam("limit"))
)


def tag_ids(tx: Tx, beginning: str, limit: int) -> list[int]:
    """Return tags whose folded name begins so, the shortest first."""
    return tx.values(_tags, {"beginning": beginning, "limit": limit})
