"""Endorsements: people whom an account recommends on its profile, each by virtue of following them."""

from typing import Any

from sqlalchemy import BigInteger, bindparam, delete, or_, select

from bema.model.ids import AccountId
from bema.model.views import Account, Page
from bema.store.dialect import insert
from bema.store.people import page, selecting
from bema.store.tables import account, endorsement, follow
from bema.store.timelines import Paged, Range
from bema.store.tx import Tx, WriteTx
from bema.store.visible import meets, viewer

_by: Any = bindparam("by", type_=BigInteger)
_target: Any = bindparam("target", type_=BigInteger)
_add = (
    insert(endorsement)
    .from_select(
        ["id", "follow_id", "by_id", "target_id"],
        select(bindparam("id", type_=BigInteger), follow.c.id, follow.c.follower_id, follow.c.followed_id).where(
            follow.c.follower_id == _by, follow.c.followed_id == _target
        ),
    )
    .on_conflict_do_nothing()
)
_remove = delete(endorsement).where(endorsement.c.by_id == _by, endorsement.c.target_id == _target)
_theirs = selecting(endorsement, endorsement.c.target_id).where(endorsement.c.by_id == _by)
_all = Paged(_theirs, endorsement.c.id)
_met = Paged(_theirs.where(or_(viewer == _by, meets(account.c.id))), endorsement.c.id)


def add(tx: WriteTx, by: AccountId, target: AccountId) -> None:
    """Recommend somebody whom one follows; others are not, and twice changes nothing."""
    tx.run(_add, {"id": tx.new_id(), "by": by, "target": target})


def remove(tx: WriteTx, by: AccountId, target: AccountId) -> None:
    """Recommend somebody no more."""
    tx.run(_remove, {"by": by, "target": target})


def of(tx: Tx, by: AccountId, viewer_id: AccountId | None, range_: Range) -> Page[Account]:
    """Load a page of whom an account recommends, as far as the viewer wants to meet them; the newest first."""
    if viewer_id is None or viewer_id == by:
        return page(tx, _all, range_, {"by": by})
    return page(tx, _met, range_, {"by": by, "viewer": viewer_id, "now": tx.now})
