"""Audiences: whom something that is said goes to, of the people of other servers, and where that is found.

Both ways of writing down where it goes use this: at once (`deliveries`) and, to very many, bit by bit (`spreading`).
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, and_, bindparam, func, literal_column, select, union

from bema.model import limits
from bema.model.ids import AccountId, Millis, PostId
from bema.model.policy import Standing
from bema.model.relaying import Form, State
from bema.store.dialect import listed_ids, one_of_texts
from bema.store.tables import account, favourite, follow, former_reader, peer, post, relay, remote_actor
from bema.store.tx import Tx


class Audience(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whom something is for, of the people of other servers; all of it together."""

    followers_of: AccountId | None = None
    people: Sequence[AccountId] = ()
    concerned_with: PostId | None = None  # who favourited, boosted, quoted or answered a post
    former_readers_of: AccountId | None = None  # who was followed from there
    former_since: Millis = 0  # and was so after this moment
    everybody: bool = False
    relays: Sequence[Form] = ()  # that took us up, by how they are spoken with


def parameters(audience: Audience) -> dict[str, Any]:
    """Return what the statements about an audience ask for."""
    return {
        "followed": audience.followers_of,
        "people": list(audience.people),
        "about": audience.concerned_with,
        "former": audience.former_readers_of,
        "since": audience.former_since,
    }


# --- Where it is found ------------------------------------------------------------------------------------------------

inbox = func.coalesce(remote_actor.c.shared_inbox, remote_actor.c.inbox)
_is_alive = func.coalesce(peer.c.dead, literal_column("false")).is_(False)
source = account.join(remote_actor, remote_actor.c.account_id == account.c.id).outerjoin(
    peer, peer.c.domain_id == account.c.domain_id
)
is_reached = and_(account.c.standing == int(Standing.ACTIVE), _is_alive)
_about: Any = bindparam("about", type_=BigInteger)
_followed: Any = bindparam("followed", type_=BigInteger)
who_cares = (
    select(favourite.c.account_id).where(favourite.c.post_id == _about),
    select(post.c.author_id).where(post.c.boost_of_id == _about, post.c.local.is_(False)),
    select(post.c.author_id).where(post.c.in_reply_to_id == _about, post.c.local.is_(False)),
    select(post.c.author_id).where(post.c.quote_of_id == _about, post.c.local.is_(False)),
)
whom = union(select(follow.c.follower_id).where(follow.c.followed_id == _followed), listed_ids("people"), *who_cares)
former_source = former_reader.outerjoin(peer, peer.c.domain_id == former_reader.c.domain_id)
is_former = (
    former_reader.c.account_id == bindparam("former", type_=BigInteger),
    former_reader.c.until > bindparam("since", type_=BigInteger),
    _is_alive,
)
relay_source = relay.outerjoin(peer, peer.c.domain_id == relay.c.domain_id)
is_asked_relay = (
    relay.c.state == State.ACCEPTED.value,
    relay.c.inbox.is_not(None),
    one_of_texts(relay.c.form, "forms"),
    _is_alive,
)

# --- How many they are ------------------------------------------------------------------------------------------------


def _count(column: Any, key: Any) -> Any:
    """Count the rows of one kind, no further than to where they are many."""
    some = select(column).where(column == key).limit(limits.SPREAD_ABOVE + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


_size = select(
    _count(follow.c.followed_id, _followed)
    + _count(favourite.c.post_id, _about)
    + _count(post.c.boost_of_id, _about)
    + _count(post.c.in_reply_to_id, _about)
    + _count(post.c.quote_of_id, _about)
    + _count(former_reader.c.account_id, bindparam("former", type_=BigInteger))
)
_anybody = select(remote_actor.c.account_id).limit(limits.SPREAD_ABOVE + 1).subquery()
_size_of_all = select(func.count()).select_from(_anybody)


def is_wide(tx: Tx, audience: Audience) -> bool:
    """Tell whether so many belong to an audience that their inboxes are not found and written in a moment."""
    if audience.everybody:
        return int(tx.value(_size_of_all)) > limits.SPREAD_ABOVE
    if is_of_some(audience):
        return False
    return int(tx.value(_size, parameters(audience))) > limits.SPREAD_ABOVE


def is_of_some(audience: Audience) -> bool:
    """Tell whether only those belong to an audience who are named."""
    ways = (audience.followers_of, audience.concerned_with, audience.former_readers_of)
    return not audience.everybody and all(each is None for each in ways)
