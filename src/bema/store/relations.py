"""Relations: how one account stands to others, loaded in one statement whatever their number."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import BigInteger, and_, bindparam, func, or_, select

from bema.model.ids import AccountId
from bema.model.policy import Standing
from bema.model.views import Relationship
from bema.store.dialect import one_of_ids
from bema.store.tables import account, block, endorsement, follow, follow_request, mute, private_note
from bema.store.tx import Tx
from bema.store.visible import from_blocked_domain, viewer

_languages = msgspec.json.Decoder(list[str]).decode
_now = bindparam("now", type_=BigInteger, required=True)
_followed_by = follow.alias()
_requested_by = follow_request.alias()
_blocked_by = block.alias()
_other = account.c.id
_standing_to = (
    select(
        _other,
        follow.c.id.label("following"),
        follow_request.c.id.label("requested"),
        func.coalesce(follow.c.boosts, follow_request.c.boosts).label("boosts"),
        func.coalesce(follow.c.notify, follow_request.c.notify).label("notify"),
        func.coalesce(follow.c.languages, follow_request.c.languages).label("languages"),
        _followed_by.c.id.label("followed_by"),
        _requested_by.c.id.label("requested_by"),
        block.c.id.label("blocking"),
        _blocked_by.c.id.label("blocked_by"),
        mute.c.id.label("muting"),
        mute.c.notifications,
        mute.c.expires_at,
        private_note.c.note,
        endorsement.c.id.label("endorsed"),
        from_blocked_domain(_other).label("domain_blocking"),
    )
    .select_from(
        account.outerjoin(follow, and_(follow.c.follower_id == viewer, follow.c.followed_id == _other))
        .outerjoin(endorsement, endorsement.c.follow_id == follow.c.id)
        .outerjoin(follow_request, and_(follow_request.c.follower_id == viewer, follow_request.c.followed_id == _other))
        .outerjoin(_followed_by, and_(_followed_by.c.follower_id == _other, _followed_by.c.followed_id == viewer))
        .outerjoin(_requested_by, and_(_requested_by.c.follower_id == _other, _requested_by.c.followed_id == viewer))
        .outerjoin(block, and_(block.c.by_id == viewer, block.c.target_id == _other))
        .outerjoin(_blocked_by, and_(_blocked_by.c.by_id == _other, _blocked_by.c.target_id == viewer))
        .outerjoin(
            mute,
            and_(
                mute.c.by_id == viewer,
                mute.c.target_id == _other,
                or_(mute.c.expires_at.is_(None), mute.c.expires_at > _now),
            ),
        )
        .outerjoin(private_note, and_(private_note.c.by_id == viewer, private_note.c.target_id == _other))
    )
    .where(one_of_ids(_other), account.c.standing == int(Standing.ACTIVE))
)


def load(tx: Tx, viewer_id: AccountId, ids: Sequence[AccountId]) -> list[Relationship]:
    """Load how the viewer stands to accounts, in the order given; those that take no part are left out."""
    if not ids:
        return []
    found = {}
    for row in tx.all(_standing_to, {"viewer": viewer_id, "now": tx.now, "ids": ids}):
        found[row.id] = Relationship(
            id=row.id,
            following=row.following is not None,
            showing_boosts=bool(row.boosts),
            notifying=bool(row.notify),
            languages=None if row.languages is None else _languages(row.languages),
            followed_by=row.followed_by is not None,
            blocking=row.blocking is not None,
            blocked_by=row.blocked_by is not None,
            muting=row.muting is not None,
            muting_notifications=bool(row.notifications),
            muting_expires_at=row.expires_at,
            requested=row.requested is not None,
            requested_by=row.requested_by is not None,
            note=row.note or "",
            domain_blocking=bool(row.domain_blocking),
            endorsed=row.endorsed is not None,
        )
    return [found[id_] for id_ in dict.fromkeys(ids) if id_ in found]
