"""Peers: how other servers can be reached, which of them is delivered to next, and when one is left alone.

A server is held by whoever delivers to it: one at a time, for a bounded time. What fails lets it rest, as a whole: a
server that is away costs one question now and then, however much waits for it.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Integer,
    SmallInteger,
    Text,
    bindparam,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from bema.model import limits
from bema.model.federating import SignatureStyle
from bema.model.ids import DomainId, Millis
from bema.store.dialect import begins_with, insert, one_of_ids
from bema.store.tables import account, delivery, domain, peer
from bema.store.tx import Tx, WriteTx


class Held(msgspec.Struct, frozen=True, gc=False):
    """A server that is held to be delivered to. `proven`: it took what it was given last."""

    id: DomainId
    host: str
    proven: bool
    failures: int
    failing_since: Millis | None


class Standing(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What became of a server while it was held."""

    id: DomainId
    failures: int
    failing_since: Millis | None
    closed_until: Millis | None
    dead: bool
    succeeded: bool
    error: str | None


# --- What waits -------------------------------------------------------------------------------------------------------

_now: Any = bindparam("now", type_=BigInteger)
_at: Any = func.coalesce(peer.c.closed_until, 0)
_waits = select(
    delivery.c.domain_id.label("domain_id"), func.min(delivery.c.lane).label("lane"), _now.label("due_at")
).where(delivery.c.outgoing_id == bindparam("outgoing", type_=BigInteger))
_until_open = case((_at > _now, _at), else_=_now)


def _awaiting(*conditions: Any) -> Any:
    waits = _waits.where(delivery.c.due_at.is_not(None), *conditions).group_by(delivery.c.domain_id)
    new = insert(peer).from_select(["domain_id", "lane", "due_at"], waits)
    is_urgent = peer.c.due_at.is_(None) | (peer.c.lane > new.excluded.lane)
    return new.on_conflict_do_update(
        index_elements=[peer.c.domain_id],
        set_={
            "lane": case((is_urgent, new.excluded.lane), else_=peer.c.lane),
            "due_at": case((peer.c.due_at < _until_open, peer.c.due_at), else_=_until_open),
        },
    )


_await = _awaiting()
_await_some = _awaiting(
    delivery.c.inbox >= bindparam("first", type_=Text), delivery.c.inbox <= bindparam("last", type_=Text)
)


def await_delivery(tx: WriteTx, outgoing_id: int) -> None:
    """Let all servers that something goes to be delivered to as soon as each is open."""
    tx.run(_await, {"outgoing": outgoing_id, "now": tx.now})


def await_delivery_to(tx: WriteTx, outgoing_id: int, *, first: str, last: str) -> None:
    """Do so for those whose inboxes are between two, in the order of their names."""
    tx.run(_await_some, {"outgoing": outgoing_id, "now": tx.now, "first": first, "last": last})


# --- Holding ----------------------------------------------------------------------------------------------------------

_proven = (peer.c.failures == 0) & peer.c.last_success_at.is_not(None)
_free = or_(peer.c.held_until.is_(None), peer.c.held_until <= _now)
_is_due = (
    peer.c.due_at <= _now,
    peer.c.due_at.is_not(None),
    _free,
    case((_proven, 1), else_=0) == bindparam("proven", type_=Integer),
)
_next = (
    select(peer.c.domain_id)
    .where(*_is_due)
    .order_by(peer.c.lane, peer.c.due_at)
    .limit(bindparam("limit", type_=Integer))
)
_any_due = select(exists(select(1).where(*_is_due)))
_taken = _next.with_for_update(skip_locked=True)
_host = select(domain.c.name).where(domain.c.id == peer.c.domain_id).scalar_subquery()
_hold = (
    update(peer)
    .where(peer.c.domain_id.in_(_taken))
    .values(held_until=bindparam("lease", type_=BigInteger), held_by=bindparam("slot", type_=SmallInteger))
    .returning(peer.c.domain_id, _host.label("host"), peer.c.failures, peer.c.failing_since)
)


def hold(tx: WriteTx, limit: int, *, proven: bool, slot: int | None = None) -> list[Held]:
    """Hold some servers that something is due for, so that nobody else delivers to them; what is urgent comes first."""
    lease = tx.now + limits.DELIVERY_LEASE_SECONDS * 1_000
    rows = tx.all(_hold, {"limit": limit, "proven": proven, "now": tx.now, "lease": lease, "slot": slot})
    return [Held(DomainId(row.domain_id), row.host, proven, row.failures, row.failing_since) for row in rows]


def any_due(tx: Tx, *, proven: bool) -> bool:
    """Tell whether something can be delivered."""
    return bool(tx.value(_any_due, {"now": tx.now, "proven": proven}))


_key: Any = bindparam("key", type_=BigInteger)
_of_peer = delivery.c.domain_id == peer.c.domain_id
_first_due = select(func.min(delivery.c.due_at)).where(_of_peer).scalar_subquery()
_first_lane = (
    select(delivery.c.lane)
    .where(_of_peer, delivery.c.due_at.is_not(None))
    .order_by(delivery.c.lane, delivery.c.id)
    .limit(1)
    .scalar_subquery()
)
_closed: Any = bindparam("closed_until_", type_=BigInteger)
_next_due = case((_first_due < func.coalesce(_closed, 0), _closed), else_=_first_due)
_error: Any = bindparam("error", type_=Text)
_release = (
    update(peer)
    .where(peer.c.domain_id == _key)
    .values(
        held_until=None,
        held_by=None,
        failures=bindparam("failures_"),
        failing_since=bindparam("failing_since_"),
        closed_until=_closed,
        dead=bindparam("dead_"),
        last_success_at=case((bindparam("succeeded", type_=Boolean).is_(True), _now), else_=peer.c.last_success_at),
        last_error=func.coalesce(_error, peer.c.last_error),
        last_error_at=case((_error.is_not(None), _now), else_=peer.c.last_error_at),
        lane=func.coalesce(_first_lane, peer.c.lane),
        due_at=_next_due,
    )
)


# What is said at this moment is committed before its server is let go of, or after: each statement sees what was
# committed before it began, so that one which waited for the row of the server would not see what made it wait.
_of_these = select(peer.c.domain_id).where(one_of_ids(peer.c.domain_id)).order_by(peer.c.domain_id).with_for_update()


def release(tx: WriteTx, standings: Sequence[Standing]) -> None:
    """Let go of servers, and note what became of them and when the next of what waits for each falls due."""
    if standings:
        tx.all(_of_these, {"ids": [each.id for each in standings]})
    tx.run_each(
        _release,
        [
            {
                "key": each.id,
                "failures_": each.failures,
                "failing_since_": each.failing_since,
                "closed_until_": each.closed_until,
                "dead_": each.dead,
                "succeeded": each.succeeded,
                "error": each.error,
                "now": tx.now,
            }
            for each in standings
        ],
    )


_free_of = update(peer).where(one_of_ids(peer.c.held_by, "slots")).values(held_until=None, held_by=None)


def free(tx: WriteTx, slots: Sequence[int]) -> int:
    """Let go of the servers that dead processes held, which had these slots; return how many there were."""
    return tx.run(_free_of, {"slots": list(slots)})


# --- Hearing of them --------------------------------------------------------------------------------------------------

_is_away = select(peer.c.domain_id).where(
    peer.c.domain_id == bindparam("key", type_=BigInteger), or_(peer.c.dead, peer.c.closed_until > _now)
)
_hasten = (
    update(delivery)
    .where(delivery.c.domain_id == bindparam("which", type_=BigInteger), delivery.c.due_at > _now)
    .values(due_at=_now)
)
_new_heard = insert(peer).values(domain_id=_key, heard_at=_now)
_heard: Any = _new_heard.on_conflict_do_update(
    index_elements=[peer.c.domain_id],
    set_={
        "heard_at": _now,
        "dead": False,
        "failures": case((peer.c.dead, 0), else_=peer.c.failures),
        "failing_since": case((peer.c.dead, None), else_=peer.c.failing_since),
        "closed_until": None,
        "due_at": case((peer.c.due_at > _now, _now), else_=peer.c.due_at),
    },
    where=or_(
        peer.c.heard_at.is_(None),
        peer.c.heard_at < bindparam("before", type_=BigInteger),
        peer.c.dead,
        peer.c.closed_until > _now,
    ),
)


def heard(tx: WriteTx, domain_id: DomainId) -> None:
    """Note that a server sent something that it signed: who speaks is there again, and is delivered to at once."""
    before = tx.now - limits.PEER_HEARD_SECONDS * 1_000
    if tx.value(_is_away, {"key": domain_id, "now": tx.now}) is not None:
        tx.run(_hasten, {"which": domain_id, "now": tx.now})
    tx.run(_heard, {"key": domain_id, "now": tx.now, "before": before})


_new_style = insert(peer).values(domain_id=_key, signature=bindparam("style", type_=Integer))
_set_signature: Any = _new_style.on_conflict_do_update(
    index_elements=[peer.c.domain_id], set_={"signature": _new_style.excluded.signature}
)
_domain = select(domain.c.id).where(domain.c.name == bindparam("host", type_=Text))


def took_signature(tx: WriteTx, host: str, style: SignatureStyle) -> None:
    """Remember which kind of signature a server took; of a server that nobody is known of, nothing is remembered."""
    id_ = tx.value(_domain, {"host": host})
    if id_ is not None:
        tx.run(_set_signature, {"key": id_, "style": int(style)})


# --- Forgetting -------------------------------------------------------------------------------------------------------

_old: Any = bindparam("before", type_=BigInteger)
_is_quiet = (
    peer.c.due_at.is_(None),
    func.coalesce(peer.c.held_until, 0) < _now,
    func.coalesce(peer.c.heard_at, 0) < _old,
    func.coalesce(peer.c.last_success_at, 0) < _old,
    func.coalesce(peer.c.last_error_at, 0) < _old,
    ~exists(select(1).where(account.c.domain_id == peer.c.domain_id)),
    ~exists(select(1).where(delivery.c.domain_id == peer.c.domain_id)),
)
# Locked: or what is said to one at this moment would wait for a server that was forgotten.
_some_quiet = (
    select(peer.c.domain_id)
    .where(peer.c.domain_id > bindparam("after", type_=BigInteger), *_is_quiet)
    .order_by(peer.c.domain_id)
    .limit(bindparam("limit", type_=Integer))
    .with_for_update(skip_locked=True)
)
_forget = delete(peer).where(one_of_ids(peer.c.domain_id))


def forget_some(tx: WriteTx) -> bool:
    """Forget some servers that nobody is known of and nothing was heard of for long; tell whether there may be more."""
    before = tx.now - limits.PEER_FORGOTTEN_SECONDS * 1_000
    some = tx.values(_some_quiet, {"after": -1, "limit": limits.PEERS_AT_ONCE, "before": before, "now": tx.now})
    forget(tx, some)
    return len(some) == limits.PEERS_AT_ONCE


def forget(tx: WriteTx, ids: Iterable[int]) -> None:
    """Forget how servers can be reached."""
    if listed := list(ids):
        tx.run(_forget, {"ids": listed})


# --- For the operators ------------------------------------------------------------------------------------------------


class Peer(msgspec.Struct, frozen=True, kw_only=True):
    """How another server stands, as the operators see it."""

    id: DomainId
    host: str
    waiting: int  # things that wait to be delivered
    given_up: int  # of those that were tried in vain for long
    failures: int
    failing_since: Millis | None
    closed_until: Millis | None
    dead: bool
    last_success_at: Millis | None
    last_error: str | None
    last_error_at: Millis | None
    heard_at: Millis | None


class Queue(msgspec.Struct, frozen=True):
    """How much is to be said to other servers."""

    waiting: int
    given_up: int
    failing: int  # servers that did not take what they were given last
    closed: int  # that are left alone for a while
    dead: int  # that nothing is delivered to


class Selection(msgspec.Struct, frozen=True):
    """Which servers are looked at."""

    begins: str = ""  # their names
    failing: bool = False  # only those that did not take what they were given last
    waiting: bool = False  # only those that something waits for


def _number(*conditions: Any) -> Any:
    return select(func.count()).select_from(delivery).where(delivery.c.domain_id == peer.c.domain_id, *conditions)


_peers = (
    select(
        peer.c.domain_id,
        domain.c.name,
        _number(delivery.c.due_at.is_not(None)).scalar_subquery(),
        _number(delivery.c.due_at.is_(None)).scalar_subquery(),
        peer.c.failures,
        peer.c.failing_since,
        peer.c.closed_until,
        peer.c.dead,
        peer.c.last_success_at,
        peer.c.last_error,
        peer.c.last_error_at,
        peer.c.heard_at,
    )
    .select_from(peer.join(domain, domain.c.id == peer.c.domain_id))
    .where(
        domain.c.name > bindparam("after", type_=Text),
        begins_with(domain.c.name, "begins"),
        or_(bindparam("any_state", type_=Boolean), peer.c.failures > 0, peer.c.dead),
        or_(bindparam("any_queue", type_=Boolean), exists(select(1).where(delivery.c.domain_id == peer.c.domain_id))),
    )
    .order_by(domain.c.name)
    .limit(bindparam("limit", type_=Integer))
)
_named = select(domain.c.id).where(domain.c.name == bindparam("host", type_=Text), domain.c.local.is_(False))
_waiting_count = select(func.count()).select_from(delivery).where(delivery.c.due_at.is_not(None))
_given_up_count = select(func.count()).select_from(delivery).where(delivery.c.due_at.is_(None))
_failing_count = select(func.count()).select_from(peer).where(peer.c.failing_since.is_not(None))
_closed_count = _failing_count.where(peer.c.closed_until > _now)
_dead_count = _failing_count.where(peer.c.dead)
_open = (
    update(peer)
    .where(peer.c.domain_id == bindparam("which", type_=BigInteger))
    .values(
        dead=False,
        failures=0,
        failing_since=None,
        closed_until=None,
        due_at=select(func.min(delivery.c.due_at)).where(_of_peer).scalar_subquery(),
    )
)
_try_all = (
    update(delivery).where(delivery.c.domain_id == bindparam("which", type_=BigInteger)).values(due_at=_now, attempts=0)
)


def listed(tx: Tx, selection: Selection, after: str, limit: int) -> list[Peer]:
    """Return other servers by their names, from after a name."""
    rows = tx.all(
        _peers,
        {
            "after": after,
            "begins": selection.begins,
            "any_state": not selection.failing,
            "any_queue": not selection.waiting,
            "limit": limit,
        },
    )
    return [
        Peer(
            id=DomainId(row[0]),
            host=row[1],
            waiting=row[2],
            given_up=row[3],
            failures=row[4],
            failing_since=row[5],
            closed_until=row[6],
            dead=bool(row[7]),
            last_success_at=row[8],
            last_error=row[9],
            last_error_at=row[10],
            heard_at=row[11],
        )
        for row in rows
    ]


def queue(tx: Tx) -> Queue:
    """Count what is to be said, and the servers that do not take it."""
    now = {"now": tx.now}
    return Queue(
        int(tx.value(_waiting_count)),
        int(tx.value(_given_up_count)),
        int(tx.value(_failing_count)),
        int(tx.value(_closed_count, now)),
        int(tx.value(_dead_count)),
    )


def named(tx: Tx, host: str) -> DomainId | None:
    """Return the id of another server."""
    found: int | None = tx.value(_named, {"host": host})
    return None if found is None else DomainId(found)


def try_again(tx: WriteTx, id_: DomainId) -> int:
    """Deliver to a server as if nothing had gone wrong before, what was given up too; return how much that is."""
    tried = tx.run(_try_all, {"which": id_, "now": tx.now})
    tx.run(_open, {"which": id_})
    return tried
