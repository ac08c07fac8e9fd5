"""Deliveries: what is said to other servers, to which inboxes each of it goes, and what still waits.

Inboxes are found and written in one statement: several people of a server who share an inbox are told once. To very many,
`spreading` does so bit by bit.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Integer,
    Text,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    select,
    true,
    union,
    update,
)

from bema.model import limits
from bema.model.federating import Lane
from bema.model.ids import AccountId, DomainId, Millis, PostId
from bema.store import audiences, peers, spreading
from bema.store.audiences import Audience
from bema.store.dialect import insert, one_of_ids
from bema.store.tables import (
    account,
    delivery,
    follow,
    former_reader,
    outgoing,
    peer,
    post,
    relay,
    remote_actor,
)
from bema.store.tx import Tx, WriteTx


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What is said, by whom, and about what: what one server is told of one thing, it is told in order."""

    body: str
    by: AccountId | None  # none: the server itself
    lane: Lane
    subject: int
    followers_only: bool = False


def subject(*ids: int) -> int:
    """Return what stands for a thing, or for what is between several."""
    if len(ids) == 1:
        return ids[0]
    digest = hashlib.blake2b(b",".join(str(id_).encode() for id_ in ids), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


# --- Writing down -----------------------------------------------------------------------------------------------------

_outgoing: Any = bindparam("outgoing", type_=BigInteger)
_common: tuple[Any, ...] = (
    bindparam("lane", type_=Integer).label("lane"),
    bindparam("subject", type_=BigInteger).label("subject"),
    literal_column("0").label("attempts"),
)
_now: Any = bindparam("now", type_=BigInteger)


_COLUMNS = ["outgoing_id", "domain_id", "inbox", "lane", "subject", "attempts", "due_at"]


def _into(source: Any, inbox: Any, domain_id: Any, *conditions: Any) -> Any:
    inboxes = (
        select(func.min(domain_id).label("domain_id"), inbox.label("inbox"))
        .select_from(source)
        .where(*conditions)
        .group_by(inbox)
        .subquery()
    )
    chosen = select(
        _outgoing.label("outgoing_id"),
        inboxes.c.domain_id,
        inboxes.c.inbox,
        *_common,
        spreading.due_after(inboxes.c.inbox),
    )
    # "where true": SQLite would take ON CONFLICT for a condition of a join
    return insert(delivery).from_select(_COLUMNS, chosen.where(true())).on_conflict_do_nothing()


_to_some = _into(
    audiences.source, audiences.inbox, account.c.domain_id, account.c.id.in_(audiences.whom), audiences.is_reached
)
_to_everybody = _into(audiences.source, audiences.inbox, account.c.domain_id, audiences.is_reached)
_to_former = _into(audiences.former_source, former_reader.c.inbox, former_reader.c.domain_id, *audiences.is_former)
_to_relays = _into(audiences.relay_source, relay.c.inbox, relay.c.domain_id, *audiences.is_asked_relay)
_to_one = insert(delivery).values(
    outgoing_id=_outgoing,
    domain_id=bindparam("domain", type_=BigInteger),
    inbox=bindparam("place", type_=Text),
    lane=bindparam("lane", type_=Integer),
    subject=bindparam("subject", type_=BigInteger),
    attempts=0,
    due_at=bindparam("now", type_=BigInteger),
)
_add_outgoing = insert(outgoing).values({column.name: bindparam(column.name) for column in outgoing.c})
_is_reached_by = select(
    exists(select(1).select_from(audiences.source).where(account.c.id.in_(audiences.whom), audiences.is_reached))
    | exists(select(1).where(former_reader.c.account_id == bindparam("former", type_=BigInteger)))
)
_any_elsewhere = select(func.max(remote_actor.c.account_id))  # one look at the end of an index


def anybody_elsewhere(tx: WriteTx) -> bool:
    """Tell whether anybody of another server is known at all."""
    known = tx.noted.get("anybody elsewhere")
    if known is None:
        known = tx.noted["anybody elsewhere"] = tx.value(_any_elsewhere) is not None
    return bool(known)


def has_readers(tx: Tx, audience: Audience) -> bool:
    """Tell whether anybody of another server belongs to an audience, as far as that is told in a moment."""
    if audience.everybody or audience.relays:
        return True
    return audiences.is_wide(tx, audience) or bool(tx.value(_is_reached_by, audiences.parameters(audience)))


def say(tx: WriteTx, words: Words, audience: Audience) -> int:
    """Write down what is said and to which inboxes it goes; return how many there are by now.

    To very many it is written down bit by bit, after this; so is what follows on that, as each hears of one thing in order.
    """
    id_ = _write(tx, words)
    wide = audiences.is_wide(tx, audience)
    follows_on = not audiences.is_of_some(audience) and spreading.is_under_way(tx, words.subject)
    parameters = {
        "outgoing": id_,
        "lane": int(words.lane),
        "subject": words.subject,
        "now": tx.now,
        **audiences.parameters(audience),
    }
    inboxes = 0
    if audience.people and audience.followers_of is not None and not follows_on:
        # whoever is addressed need not wait for all others
        of_people = audiences.parameters(Audience(people=audience.people))
        inboxes += tx.run(_to_some, {**parameters, **of_people, "lane": int(Lane.INTERACTIVE)})
    if wide or follows_on:
        spreading.begin(tx, id_, words.subject, words.lane, audience)
    else:
        inboxes += tx.run(_to_everybody if audience.everybody else _to_some, parameters)
        if audience.former_readers_of is not None:
            inboxes += tx.run(_to_former, parameters)
        if audience.relays:
            inboxes += tx.run(_to_relays, {**parameters, "forms": [each.value for each in audience.relays]})
    if inboxes:
        peers.await_delivery(tx, id_)
    else:
        spreading.forget_unheard(tx, [id_])
    return inboxes


def say_to(tx: WriteTx, words: Words, inbox: str, domain_id: DomainId) -> None:
    """Write down what is said to one inbox, whoever has it."""
    id_ = _write(tx, words)
    told = {"outgoing": id_, "domain": domain_id, "place": inbox, "lane": int(words.lane)}
    tx.run(_to_one, {**told, "subject": words.subject, "now": tx.now})
    peers.await_delivery(tx, id_)


def _write(tx: WriteTx, words: Words) -> int:
    id_ = tx.new_id()
    tx.run(
        _add_outgoing,
        {
            "id": id_,
            "account_id": words.by,
            "body": words.body,
            "followers_only": words.followers_only,
            "created_at": tx.now,
        },
    )
    return id_


_note_former = (
    insert(former_reader)
    .from_select(
        ["account_id", "inbox", "domain_id", "until"],
        select(bindparam("followed", type_=BigInteger), audiences.inbox, account.c.domain_id, _now)
        .select_from(account.join(remote_actor, remote_actor.c.account_id == account.c.id))
        .where(account.c.id == bindparam("follower", type_=BigInteger)),
    )
    .on_conflict_do_update(index_elements=["account_id", "inbox"], set_={"until": _now})
)


def note_former(tx: WriteTx, followed: AccountId, follower: AccountId, until: Millis) -> None:
    """Note where posts of an account went until a moment, if it was followed from another server."""
    tx.run(_note_former, {"followed": followed, "follower": follower, "now": until})


_is_unheld = ~exists(
    select(1).where(peer.c.domain_id == delivery.c.domain_id, peer.c.held_until > bindparam("now", type_=BigInteger))
)
_some_of_it = (
    select(delivery.c.id)
    .where(
        delivery.c.subject == bindparam("what", type_=BigInteger),
        delivery.c.outgoing_id < bindparam("before", type_=BigInteger),
        _is_unheld,
    )
    .limit(bindparam("limit", type_=Integer))
)
_withdraw = delete(delivery).where(delivery.c.id.in_(_some_of_it))


def withdraw(tx: WriteTx, about: int, *, before: int | None = None) -> bool:
    """Say nothing more about a thing to those who were not told yet, nor what was said `before`; tell if there may be more.

    What is under way at this moment arrives. More than can be withdrawn in a moment is when the next is written down for all.
    """
    asked = {"what": about, "before": before or tx.new_id(), "now": tx.now, "limit": limits.SPREAD_ABOVE}
    spreading.stop(tx, about, asked["before"])
    return tx.run(_withdraw, asked) == limits.SPREAD_ABOVE


# --- Taking -----------------------------------------------------------------------------------------------------------


class Waiting(msgspec.Struct, frozen=True, gc=False):
    """Something that is to be delivered to an inbox; `attempts` were made before."""

    id: int
    outgoing: int
    inbox: str
    subject: int
    attempts: int


class Said(msgspec.Struct, frozen=True, gc=False):
    """What is said, as it stands in the queue."""

    id: int
    by: AccountId | None
    body: str
    followers_only: bool
    created_at: Millis


_earlier = delivery.alias()
_told_in_order = ~exists(
    select(1).where(
        _earlier.c.subject == delivery.c.subject,
        _earlier.c.inbox == delivery.c.inbox,
        _earlier.c.id < delivery.c.id,
        _earlier.c.due_at.is_not(None),
    )
)
_of_domain = delivery.c.domain_id == bindparam("domain", type_=BigInteger)
_due = (
    select(delivery.c.id, delivery.c.outgoing_id, delivery.c.inbox, delivery.c.subject, delivery.c.attempts)
    .where(_of_domain, delivery.c.due_at <= bindparam("now", type_=BigInteger), _told_in_order)
    .order_by(delivery.c.lane, delivery.c.id)
    .limit(bindparam("limit", type_=Integer))
)
_said = select(
    outgoing.c.id, outgoing.c.account_id, outgoing.c.body, outgoing.c.followers_only, outgoing.c.created_at
).where(one_of_ids(outgoing.c.id))


def due(tx: Tx, domain_id: DomainId, limit: int) -> list[Waiting]:
    """Return what is to be delivered to a server next: what is urgent first, and of one thing the earliest alone."""
    rows = tx.all(_due, {"domain": domain_id, "now": tx.now, "limit": limit})
    return [Waiting(*row) for row in rows]


def said(tx: Tx, ids: Sequence[int]) -> list[Said]:
    """Return what is said under some ids."""
    return [
        Said(row.id, row.account_id, row.body, bool(row.followers_only), row.created_at)
        for row in tx.all(_said, {"ids": ids})
    ]


# --- What became of it ------------------------------------------------------------------------------------------------

_remove = delete(delivery).where(one_of_ids(delivery.c.id))
_put_off = (
    update(delivery)
    .where(delivery.c.id == bindparam("key", type_=BigInteger))
    .values(
        attempts=bindparam("attempts_"),
        due_at=bindparam("due", type_=BigInteger),
        error=bindparam("reason", type_=Text),
    )
)
_remove_of_domain = delete(delivery).where(_of_domain)


# What comes after it waits with it.
_put_off_later = (
    update(delivery)
    .where(
        delivery.c.subject == bindparam("about", type_=BigInteger),
        delivery.c.inbox == bindparam("place", type_=Text),
        delivery.c.id > bindparam("key", type_=BigInteger),
        delivery.c.due_at < bindparam("due", type_=BigInteger),
    )
    .values(due_at=bindparam("due", type_=BigInteger))
)


class PutOff(msgspec.Struct, frozen=True, gc=False):
    """Something that was not taken: when it is tried again (None: no more), and why."""

    what: Waiting
    attempts: int
    due: Millis | None
    error: str


def delivered(tx: WriteTx, ids: Sequence[int], outgoing_ids: Sequence[int]) -> None:
    """Forget what was taken, and what was said to all."""
    if ids:
        tx.run(_remove, {"ids": ids})
        spreading.forget_unheard(tx, outgoing_ids)


def put_off(tx: WriteTx, failed: Sequence[PutOff]) -> None:
    """Note what was not taken, and when it is tried again."""
    tx.run_each(
        _put_off,
        [{"key": each.what.id, "attempts_": each.attempts, "due": each.due, "reason": each.error} for each in failed],
    )
    tx.run_each(
        _put_off_later,
        [
            {"key": each.what.id, "about": each.what.subject, "place": each.what.inbox, "due": each.due}
            for each in failed
            if each.due is not None
        ],
    )


def drop(tx: WriteTx, domain_id: DomainId) -> int:
    """Deliver nothing of what waits to a server; return how much that was."""
    return tx.run(_remove_of_domain, {"domain": domain_id})


# --- Forgetting -------------------------------------------------------------------------------------------------------

_some_old = (
    select(outgoing.c.id)
    .where(outgoing.c.created_at < bindparam("before", type_=BigInteger))
    .order_by(outgoing.c.created_at)
    .limit(bindparam("limit", type_=Integer))
)
_end_outgoing = delete(outgoing).where(one_of_ids(outgoing.c.id))


def forget_some(tx: WriteTx) -> bool:
    """Forget some of what was said so long ago that nobody waits for it any more; tell whether there may be more."""
    before = tx.now - limits.DELIVERY_KEPT_SECONDS * 1_000
    some = tx.values(_some_old, {"before": before, "limit": limits.PEERS_AT_ONCE})
    if some:
        tx.run(_end_outgoing, {"ids": some})
    return len(some) == limits.PEERS_AT_ONCE


_followers_at = (
    select(follow.c.follower_id)
    .select_from(
        follow.join(account, account.c.id == follow.c.follower_id).join(
            remote_actor, remote_actor.c.account_id == account.c.id
        )
    )
    .where(follow.c.followed_id == bindparam("followed", type_=BigInteger), account.c.domain_id == bindparam("domain"))
    .where(audiences.inbox == bindparam("inbox", type_=Text))
    .limit(bindparam("limit", type_=Integer))
)


def followers_at(tx: Tx, followed: AccountId, domain_id: DomainId, inbox: str, limit: int) -> list[AccountId]:
    """Return some followers of an account whose inbox this is."""
    return tx.values(_followers_at, {"followed": followed, "domain": domain_id, "inbox": inbox, "limit": limit})


_concerned = (
    select(func.min(account.c.id))
    .select_from(audiences.source)
    .where(account.c.id.in_(union(*audiences.who_cares)), audiences.is_reached)
    .group_by(audiences.inbox)
    .limit(limits.DELIVERY_CONCERNED)
)
_origin = select(post.c.author_id, post.c.uri).where(post.c.id == bindparam("post", type_=BigInteger))


def concerned_with(tx: Tx, post_id: PostId) -> list[AccountId]:
    """Return people of other servers who had to do with a post, one for each inbox: they hear that it is gone."""
    return sorted(tx.values(_concerned, {"about": post_id}))


def origin(tx: Tx, post_id: PostId) -> tuple[AccountId | None, str | None]:
    """Return whose a post is, and its name where it is from another server."""
    row = tx.first(_origin, {"post": post_id})
    return (None, None) if row is None else (row.author_id, row.uri)
