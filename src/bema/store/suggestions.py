"""Suggestions: whom somebody might want to follow, found among a bounded number of rows however large the server is."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, and_, bindparam, exists, func, not_, select

from bema.model import limits
from bema.model.ids import AccountId
from bema.store.dialect import insert, one_of_texts
from bema.store.tables import (
    account,
    directory_entry,
    domain,
    follow,
    follow_request,
    refused_suggestion,
    tag_day,
)
from bema.store.tx import Tx, WriteTx
from bema.store.visible import meets, viewer

_DAY = 86_400_000  # milliseconds
_before: Any = bindparam("before", type_=Integer)


def _unknown(id_: ColumnElement[Any]) -> ColumnElement[bool]:
    """The viewer neither is the account nor follows it."""
    followed = exists(select(1).where(follow.c.follower_id == viewer, follow.c.followed_id == id_))
    return and_(id_ != viewer, not_(followed))


def _welcome(id_: ColumnElement[Any]) -> ColumnElement[bool]:
    """The account takes part, is not limited, and the viewer did not ask to follow it, keep it away or refuse it."""
    asked = exists(select(1).where(follow_request.c.follower_id == viewer, follow_request.c.followed_id == id_))
    refused = exists(select(1).where(refused_suggestion.c.by_id == viewer, refused_suggestion.c.target_id == id_))
    found = exists(select(1).where(account.c.id == id_, account.c.limited.is_(False), account.c.demoted.is_(False)))
    return and_(not_(asked), not_(refused), found, meets(id_))


def _best(candidates: Any) -> Any:
    """Choose from a table of candidates (`id`, `weight`) whom to suggest, the heaviest first."""
    strongest = (
        select(candidates.c.id, candidates.c.weight, directory_entry.c.followers)
        .select_from(candidates.join(directory_entry, directory_entry.c.account_id == candidates.c.id))
        .where(_unknown(candidates.c.id))
        .order_by(candidates.c.weight.desc(), directory_entry.c.followers.desc(), candidates.c.id)
        .limit(limits.SUGGESTION_CANDIDATES)
        .subquery()
    )
    return (
        select(strongest.c.id)
        .where(_welcome(strongest.c.id))
        .order_by(strongest.c.weight.desc(), strongest.c.followers.desc(), strongest.c.id)
        .limit(bindparam("limit"))
    )


# --- Followed by those whom one follows -------------------------------------------------------------------------------

_mine = (
    select(follow.c.followed_id.label("id"))
    .join(account, account.c.id == follow.c.followed_id)
    .where(follow.c.follower_id == viewer, account.c.hide_collections.is_(False))
    .order_by(follow.c.id.desc())
    .limit(limits.SUGGESTION_FRIENDS)
    .subquery("mine")
)
_theirs, _last = follow.alias(), follow.alias()
_too_old = (
    select(_last.c.id)
    .where(_last.c.follower_id == _mine.c.id)
    .order_by(_last.c.id.desc())
    .offset(limits.SUGGESTION_FRIENDS_FOLLOWS)
    .limit(1)
    .scalar_subquery()
)
_of_friends = _best(
    select(_theirs.c.followed_id.label("id"), func.count().label("weight"))
    .select_from(_mine.join(_theirs, _theirs.c.follower_id == _mine.c.id))
    .where(_theirs.c.id > func.coalesce(_too_old, 0))
    .group_by(_theirs.c.followed_id)
    .subquery()
)


def followed_by_friends(tx: Tx, viewer_id: AccountId, limit: int) -> list[AccountId]:
    """Return whom those follow, of late, whom the viewer follows and who show it; by how many do."""
    return tx.values(_of_friends, {"viewer": viewer_id, "now": tx.now, "limit": limit})


# --- Who speaks of the same -------------------------------------------------------------------------------------------

_recent = (
    select(follow.c.followed_id.label("id"))
    .where(follow.c.follower_id == viewer)
    .order_by(follow.c.id.desc())
    .limit(limits.SUGGESTION_RECENT)
    .subquery("mine")
)
_subjects = (
    select(tag_day.c.tag_id.label("id"))
    .select_from(_recent.join(tag_day, tag_day.c.account_id == _recent.c.id))
    .where(tag_day.c.day > _before)
    .group_by(tag_day.c.tag_id)
    .order_by(func.count().desc(), tag_day.c.tag_id)
    .limit(limits.SUGGESTION_TAGS)
    .subquery()
)
_uses = (
    select(tag_day.c.account_id, tag_day.c.tag_id)
    .select_from(_subjects.join(tag_day, tag_day.c.tag_id == _subjects.c.id))
    .where(tag_day.c.day > _before)
    .limit(limits.SUGGESTION_TAG_USES)
    .subquery()
)
_alike = _best(
    select(_uses.c.account_id.label("id"), func.count(_uses.c.tag_id.distinct()).label("weight"))
    .group_by(_uses.c.account_id)
    .subquery()
)


def alike(tx: Tx, viewer_id: AccountId, limit: int) -> list[AccountId]:
    """Return who used the same tags of late as those whom the viewer followed last; by how many of them."""
    before = tx.now // _DAY - limits.TAG_HISTORY_DAYS
    return tx.values(_alike, {"viewer": viewer_id, "now": tx.now, "limit": limit, "before": before})


# --- Known to all -----------------------------------------------------------------------------------------------------

_most_followed = _best(
    select(directory_entry.c.account_id.label("id"), directory_entry.c.followers.label("weight"))
    .where(directory_entry.c.followers > 0)
    .order_by(directory_entry.c.followers.desc(), directory_entry.c.account_id)
    .limit(limits.SUGGESTION_MOST_FOLLOWED)
    .subquery()
)
_named = (
    select(account.c.id)
    .join(domain, domain.c.id == account.c.domain_id)
    .where(
        one_of_texts(account.c.username_folded, "names"), domain.c.local, _unknown(account.c.id), _welcome(account.c.id)
    )
    .order_by(account.c.id)
    .limit(bindparam("limit"))
)


def most_followed(tx: Tx, viewer_id: AccountId, limit: int) -> list[AccountId]:
    """Return whom most people follow, as far as this server knows."""
    return tx.values(_most_followed, {"viewer": viewer_id, "now": tx.now, "limit": limit})


def named(tx: Tx, viewer_id: AccountId, names: Sequence[str], limit: int) -> list[AccountId]:
    """Return those of the people of this server with these names whom the viewer does not follow yet."""
    return tx.values(_named, {"viewer": viewer_id, "now": tx.now, "names": list(names), "limit": limit})


# --- Refusing ---------------------------------------------------------------------------------------------------------

_refuse = (
    insert(refused_suggestion)
    .from_select(
        ["by_id", "target_id"],
        select(bindparam("by", type_=BigInteger), account.c.id).where(
            account.c.id == bindparam("target", type_=BigInteger)
        ),
    )
    .on_conflict_do_nothing()
)
_refused = select(func.count()).where(refused_suggestion.c.by_id == bindparam("by", type_=BigInteger))


def refuse(tx: WriteTx, by: AccountId, target: AccountId) -> None:
    """Never suggest an account to somebody again; who is not there needs no row."""
    tx.run(_refuse, {"by": by, "target": target})


def refused(tx: Tx, by: AccountId) -> int:
    """Count what somebody refused."""
    return int(tx.value(_refused, {"by": by}))
