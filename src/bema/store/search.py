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
    case,
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
from bema.model.asking import ANYBODY
from bema.model.ids import MAX_ID, AccountId, PostId
from bema.model.policy import Standing, Visibility
from bema.store.dialect import begins_with, one_of_ids
from bema.store.tables import (
    account,
    account_counts,
    bookmark,
    domain,
    favourite,
    follow,
    mention,
    poll_vote,
    post,
    tag,
)
from bema.store.tables import search_account as account_index
from bema.store.tables import search_post as post_index
from bema.store.timelines import Range
from bema.store.tx import Tx
from bema.store.visible import sees, there_is, viewer, wants


class Terms(msgspec.Struct, frozen=True):
    """What is looked for: all of the wanted, one of each group, none of the unwanted; `*` ends a token's beginning.

    Terms hold letters, digits and an equals sign alone: nothing in them can be an operator of either database.
    """

    wanted: Sequence[str]
    unwanted: Sequence[str] = ()
    groups: Sequence[Sequence[str]] = ()

    def fit(self, tokens: str) -> bool:
        """The terms are met by tokens, which stand between spaces."""
        return (
            all(_has(tokens, term) for term in self.wanted)
            and all(any(_has(tokens, term) for term in group) for group in self.groups)
            and not any(_has(tokens, term) for term in self.unwanted)
        )


def _has(tokens: str, term: str) -> bool:
    return f" {term[:-1]}" in tokens if term.endswith("*") else f" {term} " in tokens


def _fts5(terms: Terms) -> str:
    """Write a query for FTS5."""

    def quoted(term: str) -> str:
        return f'"{term[:-1]}"*' if term.endswith("*") else f'"{term}"'

    parts = [f"({' OR '.join(map(quoted, group))})" for group in terms.groups] + list(map(quoted, terms.wanted))
    query = " AND ".join(parts)
    return f"({query}) NOT ({' OR '.join(map(quoted, terms.unwanted))})" if terms.unwanted else query


def _tsquery(terms: Terms) -> str:
    """Write a query for PostgreSQL, as its type tsquery is written."""

    def quoted(term: str) -> str:
        return f"'{term[:-1]}':*" if term.endswith("*") else f"'{term}'"

    parts = [f"({' | '.join(map(quoted, group))})" for group in terms.groups] + list(map(quoted, terms.wanted))
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


_permitted = (sees(unasked=True), wants(), _may_find)
_hits = {
    (dialect, newest): _matching(dialect, post_index, post_index.c.post_id, newest=newest)
    for dialect in _WRITERS
    for newest in (True, False)
}
_of_those_found = select(post.c.id).where(one_of_ids(post.c.id), *_permitted)


def _with_leave(newest: bool) -> Any:
    hits = _hits["sqlite", newest].cte("hits")
    return select(hits.c.id, exists(select(1).where(post.c.id == hits.c.id, *_permitted)))


_hits_with_leave = {newest: _with_leave(newest) for newest in (True, False)}


def _beginning_with_leave(newest: bool) -> Any:
    """Go through a bounded number of matches, and keep those that have a token with this beginning."""
    walked = _hits["sqlite", newest].limit(limits.SEARCH_WALK).cte("walked")
    held = select(post_index.c.tokens).where(post_index.c.post_id == walked.c.id).scalar_subquery()
    begins = func.instr(literal_column("' '", Text) + held, _says) > literal_column("0")
    hits = select(walked.c.id).where(begins).limit(bindparam("limit")).cte("hits")
    return select(hits.c.id, exists(select(1).where(post.c.id == hits.c.id, *_permitted)))


def _without_with_leave(newest: bool) -> Any:
    """Keep of the matches between two ids those that are not among the matches of what is not wanted there.

    Asked for both at once, FTS5 would go on past the lower id until it finds a match, perhaps to the first post of all.
    """
    index, key = f"{post_index.name}_index", column("rowid", BigInteger)
    matches = literal_column(index).op("match")(bindparam("no", type_=Text, required=True))
    unwanted = select(key).select_from(table(index, key)).where(matches, key < _below, key > _above)
    walked = _hits["sqlite", newest].limit(limits.SEARCH_WINDOW).cte("walked")
    hits = select(walked.c.id).where(walked.c.id.not_in(unwanted)).limit(bindparam("limit")).cte("hits")
    return select(hits.c.id, exists(select(1).where(post.c.id == hits.c.id, *_permitted)))


_says: Any = bindparam("says", type_=Text, required=True)
_without_by_order = {newest: _without_with_leave(newest) for newest in (True, False)}
_beginnings_with_leave = {newest: _beginning_with_leave(newest) for newest in (True, False)}
_walked = {
    newest: select(func.count()).select_from(_hits["sqlite", newest].limit(limits.SEARCH_WALK).subquery())
    for newest in (True, False)
}
_KEPT_BEGINNINGS = (2, 3)  # letters of the beginnings that the index of SQLite keeps, as the first migration says


def _part(terms: Terms) -> tuple[Terms, str | None]:
    """Take the last beginning that the index of SQLite does not keep out of the terms: only its first letters stay.

    Of such a beginning FTS5 puts together all posts that have it before it names the first one.
    """
    for place in reversed(range(len(terms.wanted))):
        term = terms.wanted[place]
        if term.endswith("*") and len(term) - 1 not in _KEPT_BEGINNINGS:
            short = [f"{term[: _KEPT_BEGINNINGS[-1]]}*"] if len(term) - 1 > _KEPT_BEGINNINGS[-1] else []
            wanted = [*terms.wanted[:place], *short, *terms.wanted[place + 1 :]]
            return msgspec.structs.replace(terms, wanted=wanted), f" {term[:-1]}"
    return terms, None


def _look_up(
    tx: Tx, asked: Terms, parameters: dict[str, Any], *, newest: bool, within_window: bool, says: str | None
) -> tuple[list[PostId], bool]:
    """Ask the index; return what of it the viewer may find, and whether the index has no more.

    PostgreSQL has two ways: it walks from the newest post on, or has GIN tell all posts that match and puts them into an
    order. Only a plan for these very words takes the right one, and such plans are made quickly for small statements alone.
    """
    if tx.dialect == "sqlite":
        statements = _hits_with_leave if says is None else _beginnings_with_leave
        if within_window:
            statements, parameters["no"] = _without_by_order, _fts5(Terms((), groups=[asked.unwanted]))
            asked = msgspec.structs.replace(asked, unwanted=())
        parameters |= {"query": _fts5(asked), "says": says}
        hits = tx.all_known(statements[newest], parameters)
        that_is_all = len(hits) < parameters["limit"]
        if that_is_all and says is not None:  # if the walk came to the end of what begins with those letters
            that_is_all = tx.all_known(_walked[newest], parameters)[0][0] < limits.SEARCH_WALK
        return [id_ for id_, may in hits if may], that_is_all
    parameters["query"] = _tsquery(asked)
    ids = [row[0] for row in tx.all_planned(_hits["postgresql", newest], parameters)]
    found = tx.values(_of_those_found, {**parameters, "ids": ids}) if ids else []
    return found, len(ids) < parameters["limit"]


def post_ids(
    tx: Tx, viewer_id: AccountId | None, terms: Terms, range_: Range, *, among_all: bool = True
) -> list[PostId]:
    """Return posts that the viewer may find: own ones, those addressed to the viewer, and those of who lets all search.

    Whole words are looked up first: all words with one beginning cost as much as they have posts. Then what begins so is
    looked for among the newest posts that share its first letters, where it is when it is frequent; if these were all of
    them, there is no more, and the index is not asked to put together all posts with that beginning. Nearly all that the
    index returns may be found, hence it is asked for few, and for many only if those are not enough. What only says what
    is not wanted is looked for among the newest posts alone: all others might be such that are not wanted.
    """
    within_window = bool(among_all and terms.unwanted and not terms.groups and not {*terms.wanted} - {ANYBODY})
    if within_window:
        range_ = _within_window(tx, range_)
    finders = [ANYBODY] * among_all + ([] if viewer_id is None else [f"={viewer_id}"])
    terms = Terms(terms.wanted, terms.unwanted, [finders, *terms.groups])
    newest, few = range_.min_id is None, range_.limit + limits.SEARCH_SPARE
    whole = Terms([term.removesuffix("*") for term in terms.wanted], terms.unwanted, terms.groups)
    attempts: list[tuple[Terms, int, str | None]] = [(terms, few, None), (terms, limits.SEARCH_CANDIDATES, None)]
    if whole != terms:
        begun, says = _part(terms)
        if says is not None and tx.dialect == "sqlite":
            attempts.insert(0, (begun, few, says))
        attempts.insert(0, (whole, few, None))
    found: list[PostId] = []
    for asked, most, says in attempts:
        parameters = {**_bounds(range_), "limit": most, "viewer": viewer_id, "now": tx.now}
        found, that_is_all = _look_up(tx, asked, parameters, newest=newest, within_window=within_window, says=says)
        if len(found) >= range_.limit or (that_is_all and (asked is terms or says is not None)):
            break
    return sorted(found, reverse=newest)[: range_.limit]


_of_all = select(post_index.c.post_id).where(post_index.c.post_id < _below, post_index.c.post_id > _above)
_edges = {
    newest: _of_all.order_by(post_index.c.post_id.desc() if newest else post_index.c.post_id)
    .limit(1)
    .offset(limits.SEARCH_WINDOW)
    for newest in (True, False)
}


def _within_window(tx: Tx, range_: Range) -> Range:
    """Cut a part of a list to as many posts as are gone through, whatever they are."""
    newest = range_.min_id is None
    edge = tx.value(_edges[newest], _bounds(range_))
    if edge is None:
        return range_
    return msgspec.structs.replace(range_, **({"since_id": edge} if newest else {"max_id": edge}))


def _bounds(range_: Range) -> dict[str, int]:
    lowest = range_.since_id if range_.min_id is None else range_.min_id
    return {
        "below": MAX_ID if range_.max_id is None else range_.max_id,
        "above": -1 if lowest is None else lowest,
    }


def _newest_kept(relation: Any, id_: Any, kept: Any, by: Any, *conditions: Any) -> Any:
    newest = select(kept.label("post_id")).select_from(relation).where(by == viewer, *conditions)
    return select(newest.order_by(id_.desc()).limit(limits.SEARCH_KEPT_POSTS).subquery().c.post_id)


# What the viewer favourited, bookmarked, boosted and voted in.
_kept_ids = union_all(
    _newest_kept(favourite, favourite.c.id, favourite.c.post_id, favourite.c.account_id),
    _newest_kept(bookmark, bookmark.c.id, bookmark.c.post_id, bookmark.c.account_id),
    _newest_kept(post, post.c.id, post.c.boost_of_id, post.c.author_id, post.c.boost_of_id.is_not(None)),
    _newest_kept(poll_vote, poll_vote.c.post_id, poll_vote.c.post_id, poll_vote.c.account_id),
).subquery()
_holds = {
    "sqlite": func.instr(literal_column("' '", Text) + post_index.c.tokens, _says) > literal_column("0"),
    "postgresql": func.strpos(literal_column("' '", Text) + post_index.c.tokens, _says) > literal_column("0"),
}
_kept = {
    dialect: select(post_index.c.post_id, post_index.c.tokens)
    .select_from(_kept_ids.join(post_index, post_index.c.post_id == _kept_ids.c.post_id))
    .where(post_index.c.post_id < _below, post_index.c.post_id > _above, holds)
    for dialect, holds in _holds.items()
}
_of_those_seen = select(post.c.id).where(one_of_ids(post.c.id), sees(), wants())


def kept_ids(tx: Tx, viewer_id: AccountId, terms: Terms, range_: Range) -> list[PostId]:
    """Return posts among the newest that the viewer kept or took part in, whoever lets them be found."""
    longest = max(terms.wanted, key=len, default="")
    says = f" {longest.removesuffix('*')}"  # most rows do not, and are left where they are
    rows = tx.all_known(_kept[tx.dialect], {"viewer": viewer_id, "says": says, **_bounds(range_)})
    found = {id_ for id_, tokens in rows if terms.fit(f" {tokens} ")}
    if not found:
        return []
    return [row[0] for row in tx.all_known(_of_those_seen, {"ids": sorted(found), "viewer": viewer_id, "now": tx.now})]


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
_host: Any = bindparam("host", type_=Text)
_exactly = (
    select(account.c.id)
    .join(domain, domain.c.id == account.c.domain_id)
    .where(_is_named, case((_host.is_(None), domain.c.local), else_=domain.c.name == _host))
)


def _ranked(among: Any, *more: Any) -> Any:
    return (
        select(account.c.id, *more)
        .select_from(account.outerjoin(account_counts, account_counts.c.account_id == account.c.id))
        .where(
            among,
            account.c.standing == int(Standing.ACTIVE),
            or_(
                and_(account.c.limited.is_(False), account.c.demoted.is_(False)),
                _is_followed,
                _is_named,
                account.c.id == viewer,
            ),
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


def _found_and_ranked(dialect: str) -> Any:
    """Rank the matches and whoever has the whole address; say how many matches there were, and who is called so."""
    hits = _accounts[dialect].limit(limits.SEARCH_CANDIDATES).cte("hits")
    among = union_all(select(hits.c.id), _exactly).subquery()
    count = select(func.count()).select_from(hits).scalar_subquery()
    return _ranked(account.c.id.in_(select(among.c.id)), count, _is_named)


_people = {dialect: _found_and_ranked(dialect) for dialect in _WRITERS}
_people_followed = _ranked(one_of_ids(account.c.id), _is_named)
_account_by_uri = select(account.c.id).where(account.c.uri == bindparam("uri"))


def account_candidates(tx: Tx, terms: Terms) -> list[AccountId]:
    """Return accounts whose names fit, whatever their standing: for the staff."""
    query = _WRITERS[tx.dialect](terms)
    bounds = {"below": MAX_ID, "above": -1, "limit": limits.SEARCH_CANDIDATES}
    return [row[0] for row in tx.all_planned(_accounts[tx.dialect], {"query": query, **bounds})]


def account_ids(
    tx: Tx,
    viewer_id: AccountId | None,
    terms: Terms,
    *,
    name: str,
    host: str | None,
    limit: int,
    offset: int = 0,
    following: bool = False,
) -> list[AccountId]:
    """Return accounts whose names fit, whoever is called exactly so and whom the viewer follows first."""
    parameters: dict[str, Any] = {"viewer": viewer_id, "name": name, "limit": limit, "offset": offset}
    if following and viewer_id is not None:
        ids = _followed(tx, viewer_id, terms)
        return tx.values(_people_followed, {**parameters, "ids": ids}) if ids else []
    query = _WRITERS[tx.dialect](terms)
    parameters |= {"query": query, "below": MAX_ID, "above": -1, "host": host}
    return tx.once(("people", *parameters.values()), lambda: _ranked_ids(tx, viewer_id, terms, parameters))


def _ranked_ids(tx: Tx, viewer_id: AccountId | None, terms: Terms, parameters: dict[str, Any]) -> list[AccountId]:
    first, most = parameters["offset"], parameters["limit"]
    whole = {**parameters, "offset": 0, "limit": first + most}
    rows = tx.all_planned(_people[tx.dialect], whole)
    ids = [row[0] for row in rows]
    if viewer_id is not None and rows and rows[0][1] == limits.SEARCH_CANDIDATES:
        # Whom the viewer follows may be missing; they come before all but who is called exactly so.
        followed = _followed(tx, viewer_id, terms)
        ranked = tx.all(_people_followed, {**whole, "ids": followed}) if followed else []
        named = [row[0] for row in (*ranked, *rows) if row[-1]]
        ids = list(dict.fromkeys([*named, *(row[0] for row in ranked), *ids]))
    return ids[first : first + most]


def _followed(tx: Tx, viewer_id: AccountId, terms: Terms) -> list[AccountId]:
    rows = tx.all(_followed_tokens, {"viewer": viewer_id})
    return [id_ for id_, tokens in rows if terms.fit(f" {tokens} ")]


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
    return [row[0] for row in tx.all_known(_tags, {"beginning": beginning, "limit": limit})]
