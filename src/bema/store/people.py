"""People: pages of accounts that stand in some relation to another, paged by the relation's own id."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, bindparam, func, literal, not_, or_, select

from bema.model import limits
from bema.model.ids import AccountId
from bema.model.policy import Standing
from bema.model.views import Account, MutedAccount, Page
from bema.store import accounts
from bema.store.dialect import one_of_ids
from bema.store.tables import account, block, follow, follow_request, mute
from bema.store.timelines import Paged, Range
from bema.store.tx import Tx
from bema.store.visible import meets, viewer

_now = bindparam("now", type_=BigInteger, required=True)
_account: Any = bindparam("account", type_=BigInteger, required=True)
_RELATION = len(accounts.COLUMNS)


def selecting(relation: Any, other: ColumnElement[int], *more: Any) -> Select[Any]:
    """Start a statement that loads the accounts in the column `other` of a relation, with the relation's id after them."""
    return (
        accounts.selecting(relation.c.id.label("relation"), *more)
        .join(relation, other == account.c.id)
        .where(account.c.standing == int(Standing.ACTIVE))
    )


def page(tx: Tx, paged: Paged, range_: Range, parameters: dict[str, Any]) -> Page[Account]:
    """Load a page of accounts from a statement made by `selecting`."""
    rows = paged.rows(tx, range_, parameters)
    if not rows:
        return Page([])
    return Page([accounts.of_row(row) for row in rows], rows[0][_RELATION], rows[-1][_RELATION])


# Whoever looks at the followers of another does not meet there whom they block or mute, or who blocks them.
_met = or_(viewer == _account, meets(account.c.id))
_followers = Paged(selecting(follow, follow.c.follower_id).where(follow.c.followed_id == _account, _met), follow.c.id)
_following = Paged(selecting(follow, follow.c.followed_id).where(follow.c.follower_id == _account, _met), follow.c.id)
_all_followers = Paged(selecting(follow, follow.c.follower_id).where(follow.c.followed_id == _account), follow.c.id)
_all_following = Paged(selecting(follow, follow.c.followed_id).where(follow.c.follower_id == _account), follow.c.id)


def followers(tx: Tx, id_: AccountId, viewer_id: AccountId | None, range_: Range) -> Page[Account]:
    """Load a page of those who follow an account, the newest follow first."""
    if viewer_id is None or viewer_id == id_:
        return page(tx, _all_followers, range_, {"account": id_})
    return page(tx, _followers, range_, {"account": id_, "viewer": viewer_id, "now": tx.now})


def following(tx: Tx, id_: AccountId, viewer_id: AccountId | None, range_: Range) -> Page[Account]:
    """Load a page of those whom an account follows, the newest follow first."""
    if viewer_id is None or viewer_id == id_:
        return page(tx, _all_following, range_, {"account": id_})
    return page(tx, _following, range_, {"account": id_, "viewer": viewer_id, "now": tx.now})


_requests = Paged(
    selecting(follow_request, follow_request.c.follower_id).where(follow_request.c.followed_id == _account),
    follow_request.c.id,
)
_blocked = Paged(selecting(block, block.c.target_id).where(block.c.by_id == _account), block.c.id)
_muted = Paged(
    selecting(mute, mute.c.target_id, mute.c.expires_at.label("mute_expires_at")).where(
        mute.c.by_id == _account, or_(mute.c.expires_at.is_(None), mute.c.expires_at > _now)
    ),
    mute.c.id,
)


def follow_requests(tx: Tx, id_: AccountId, range_: Range) -> Page[Account]:
    """Load a page of those who ask to follow an account."""
    return page(tx, _requests, range_, {"account": id_})


def blocked(tx: Tx, id_: AccountId, range_: Range) -> Page[Account]:
    """Load a page of those whom an account blocks."""
    return page(tx, _blocked, range_, {"account": id_})


def muted(tx: Tx, id_: AccountId, range_: Range) -> Page[MutedAccount]:
    """Load a page of those whom an account mutes now."""
    rows = _muted.rows(tx, range_, {"account": id_, "now": tx.now})
    if not rows:
        return Page([])
    people = [MutedAccount(accounts.of_row(row), row.mute_expires_at) for row in rows]
    return Page(people, rows[0][_RELATION], rows[-1][_RELATION])


# --- Followers one knows ----------------------------------------------------------------------------------------------

_mine = (
    select(follow.c.followed_id)
    .where(follow.c.follower_id == viewer)
    .order_by(follow.c.id.desc())
    .limit(limits.FAMILIAR_FOLLOWS)
    .subquery("mine")
)
_theirs = follow.alias()
_target = account.alias()
_rank = func.row_number().over(partition_by=_theirs.c.followed_id, order_by=_theirs.c.id.desc()).label("rank")
_familiar_all = (
    select(_theirs.c.followed_id.label("target"), account.c.id, _rank)
    .select_from(
        _mine.join(_theirs, _theirs.c.follower_id == _mine.c.followed_id)
        .join(account, account.c.id == _theirs.c.follower_id)
        .join(_target, _target.c.id == _theirs.c.followed_id)
    )
    .where(
        one_of_ids(_theirs.c.followed_id),
        and_(account.c.standing == int(Standing.ACTIVE), not_(account.c.hide_collections)),
        and_(_target.c.standing == int(Standing.ACTIVE), not_(_target.c.hide_collections)),
    )
    .subquery()
)
_familiar = (
    select(_familiar_all.c.target, _familiar_all.c.id)
    .where(_familiar_all.c.rank <= literal(limits.FAMILIAR_FOLLOWERS))
    .order_by(_familiar_all.c.target, _familiar_all.c.rank)
)


def familiar_followers(tx: Tx, viewer_id: AccountId, ids: list[AccountId]) -> dict[AccountId, list[Account]]:
    """Load which of those whom the viewer follows follow the accounts too, as far as both sides show whom they follow."""
    found = tx.all(_familiar, {"viewer": viewer_id, "ids": ids})
    people = accounts.by_ids(tx, {row.id for row in found}) if found else {}
    familiar: dict[AccountId, list[Account]] = {id_: [] for id_ in ids}
    for row in found:
        familiar[row.target].append(people[row.id])
    return familiar
