"""What other servers brought and nobody has worked through yet; and the names of what was, so that nothing counts twice."""

import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    LargeBinary,
    SmallInteger,
    Text,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)

from bema.model import limits
from bema.model.ids import AccountId, Millis
from bema.store.dialect import insert, one_of_ids
from bema.store.tables import account, incoming, understood
from bema.store.tx import Tx, WriteTx

# --- Keys -------------------------------------------------------------------------------------------------------------


# --- Names ------------------------------------------------------------------------------------------------------------

_was_understood: Any = select(literal_column("1")).where(understood.c.digest == bindparam("digest"))
_understand = insert(understood).values(digest=bindparam("digest"), at=bindparam("now")).on_conflict_do_nothing()
_forget_understood = delete(understood).where(understood.c.at < bindparam("before"))


def named(sender: str, act: str) -> bytes:
    """Name an act by who says it and what they call it: nobody spoils another's by using its name first."""
    return hashlib.sha256(f"{sender}\n{act}".encode()).digest()


def was_understood(tx: Tx, digest: bytes) -> bool:
    """Tell whether an act was worked through before."""
    return tx.value(_was_understood, {"digest": digest}) is not None


_mistake = delete(understood).where(understood.c.digest == bindparam("digest"))


def forget(tx: WriteTx, digest: bytes) -> None:
    """Let an act count again if it is brought again."""
    tx.run(_mistake, {"digest": digest})


def understand(tx: WriteTx, digest: bytes) -> bool:
    """Note that an act is worked through; False when it was before."""
    return tx.run(_understand, {"digest": digest, "now": tx.now}) > 0


# --- Waiting ----------------------------------------------------------------------------------------------------------

_add = (
    insert(incoming)
    .values({column.name: bindparam(column.name) for column in incoming.c if column.name not in ("error", "held_by")})
    .on_conflict_do_nothing()
)
_waits_of_host = select(func.count()).select_from(
    select(incoming.c.id)
    .where(incoming.c.host == bindparam("host"), incoming.c.due_at.is_not(None))
    .limit(limits.INCOMING_OF_HOST)
    .subquery()
)
_waits = select(func.count()).select_from(
    select(incoming.c.id).where(incoming.c.due_at.is_not(None)).limit(limits.INCOMING).subquery()
)


def has_room(tx: Tx, host: str) -> bool:
    """Tell whether something more of a host can wait: each has its share, so that one that floods us stops itself alone."""
    if int(tx.value(_waits_of_host, {"host": host})) >= limits.INCOMING_OF_HOST:
        return False
    return int(tx.value(_waits)) < limits.INCOMING


_unproven = select(func.count()).select_from(
    select(incoming.c.id)
    .where(
        incoming.c.sender_id.is_(None),
        incoming.c.due_at.is_not(None),
        or_(
            incoming.c.host == bindparam("name"),
            *(incoming.c.host.like(bindparam(each), escape="\\") for each in ("port", "part", "both")),
        ),
    )
    .limit(limits.INCOMING_UNPROVEN)
    .subquery()
)


_unproven_of_all = select(func.count()).select_from(
    select(incoming.c.id)
    .where(incoming.c.sender_id.is_(None), incoming.c.due_at.is_not(None))
    .limit(limits.INCOMING_UNPROVEN_OF_ALL)
    .subquery()
)


def unproven_of_all(tx: Tx) -> int:
    """Count what waits of hosts that nobody knows, up to as much as may: names are cheap, and each must be asked."""
    return int(tx.value(_unproven_of_all))


def unproven(tx: Tx, name: str) -> int:
    """Count what waits of hosts under a registered name whose signatures were not seen to hold yet, up to as much as may.

    These are few in all, so that they are looked through.
    """
    plain = name.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%")
    patterns = {"port": f"{plain}:%", "part": f"%.{plain}", "both": f"%.{plain}:%"}
    return int(tx.value(_unproven, {"name": name, **patterns}))


def add(tx: WriteTx, *, digest: bytes, body: str, sender: AccountId | None, claim: str | None, host: str) -> bool:
    """Let something wait to be worked through; False when the same waits already."""
    values = {"id": tx.new_id(), "digest": digest, "body": body, "sender_id": sender, "headers": claim, "host": host}
    return tx.run(_add, {**values, "attempts": 0, "due_at": tx.now, "received_at": tx.now}) > 0


_add_of_sender: Any = (
    insert(incoming)
    .from_select(
        ["id", "digest", "body", "sender_id", "host", "attempts", "due_at", "received_at"],
        select(
            bindparam("id", type_=BigInteger),
            bindparam("digest", type_=LargeBinary),
            bindparam("body", type_=Text),
            account.c.id,
            bindparam("host", type_=Text),
            literal_column("0"),
            bindparam("now", type_=BigInteger),
            bindparam("now", type_=BigInteger),
        ).where(
            account.c.id == bindparam("sender", type_=BigInteger),
            or_(bindparam("repeats", type_=Boolean), ~exists(_was_understood)),
            _waits_of_host.scalar_subquery() < limits.INCOMING_OF_HOST,
            _waits.scalar_subquery() < limits.INCOMING,
        ),
    )
    .on_conflict_do_nothing()
)


def add_of(tx: WriteTx, sender: AccountId, *, digest: bytes, body: str, host: str, repeats: bool) -> bool:
    """Let something of somebody known wait, unless it was understood before and means nothing when repeated.

    False when it does not wait now: it was understood, waits already, nobody is known so any more, or there is no room.
    """
    values = {"id": tx.new_id(), "digest": digest, "body": body, "sender": sender, "host": host, "repeats": repeats}
    return tx.run(_add_of_sender, {**values, "now": tx.now}) > 0


class Waiting(NamedTuple):
    """Something that was brought; `attempts` counts this one too."""

    id: int
    body: str
    sender: AccountId | None
    claim: str | None
    host: str
    attempts: int
    received_at: Millis


# Each host has some places among what is taken, however much of another waits; and so have all whom nobody knows yet.
_due = (
    select(incoming.c.id, incoming.c.host, case((incoming.c.sender_id.is_(None), 1), else_=0).label("unproven"))
    .where(incoming.c.due_at <= bindparam("now", type_=BigInteger))
    .order_by(incoming.c.due_at)
    .limit(limits.INCOMING_LOOKED_AT)
    .subquery("due")
)
_ranked = select(
    _due.c.id,
    _due.c.unproven,
    func.row_number().over(partition_by=_due.c.host, order_by=_due.c.id).label("turn"),
    func.row_number().over(partition_by=_due.c.unproven, order_by=_due.c.id).label("place"),
).subquery("ranked")
_first = (
    select(_ranked.c.id)
    .where(
        _ranked.c.turn <= limits.INCOMING_TAKEN_OF_HOST,
        or_(_ranked.c.unproven == 0, _ranked.c.place <= bindparam("unproven")),
    )
    .order_by(_ranked.c.turn, _ranked.c.id)
    .limit(bindparam("limit"))
)
_is_due: Any = select(literal_column("1")).where(incoming.c.due_at <= bindparam("now", type_=BigInteger)).limit(1)
_take: Any = (
    update(incoming)
    .where(one_of_ids(incoming.c.id), incoming.c.due_at <= bindparam("now", type_=BigInteger))
    .values(
        attempts=incoming.c.attempts + 1,
        due_at=bindparam("lease", type_=BigInteger),
        held_by=bindparam("slot", type_=SmallInteger),
    )
    .returning(
        incoming.c.id,
        incoming.c.body,
        incoming.c.sender_id,
        incoming.c.headers,
        incoming.c.host,
        incoming.c.attempts,
        incoming.c.received_at,
    )
)
_done = delete(incoming).where(incoming.c.id == bindparam("id", type_=BigInteger))
_put_off = (
    update(incoming)
    .where(incoming.c.id == bindparam("key", type_=BigInteger))
    .values(due_at=bindparam("due", type_=BigInteger), error=bindparam("reason"), held_by=None)
)
_forget = delete(incoming).where(
    incoming.c.due_at.is_(None), incoming.c.received_at < bindparam("before", type_=BigInteger)
)


def any_due(tx: Tx) -> bool:
    """Tell whether something waits that could be worked through now."""
    return tx.value(_is_due, {"now": tx.now}) is not None


def take(
    tx: WriteTx, limit: int, unproven: int = limits.INCOMING_TAKEN_UNPROVEN, *, slot: int | None = None
) -> list[Waiting]:
    """Take some of what is due, of each host its share, and `unproven` of what nobody is known to have said.

    It falls due again if it is heard of no more; `slot` is that of the process that takes it.
    """
    ids: Sequence[int] = tx.values(_first, {"now": tx.now, "limit": limit, "unproven": unproven})
    if not ids:
        return []
    lease = tx.now + limits.INCOMING_LEASE_SECONDS * 1_000
    rows = tx.all(_take, {"ids": ids, "now": tx.now, "lease": lease, "slot": slot})
    return [Waiting(*row) for row in sorted(rows)]


def done(tx: WriteTx, id_: int) -> None:
    """Forget what was worked through."""
    tx.run(_done, {"id": id_})


def put_off(tx: WriteTx, waiting: Waiting, reason: str) -> bool:
    """Let something wait longer each time; tell whether it was given up, to be seen by the operator for a while."""
    give_up = waiting.attempts >= limits.INCOMING_ATTEMPTS
    seconds = min(limits.INCOMING_BACKOFF_SECONDS * 4 ** (waiting.attempts - 1), limits.INCOMING_BACKOFF_SECONDS_MAX)
    due = None if give_up else tx.now + seconds * 1_000
    tx.run(_put_off, {"key": waiting.id, "due": due, "reason": reason[-limits.EVENT_ERROR_CHARACTERS :]})
    return give_up


_release = (
    update(incoming)
    .where(incoming.c.id == bindparam("key", type_=BigInteger))
    .values(due_at=bindparam("now", type_=BigInteger), attempts=incoming.c.attempts - 1, held_by=None)
)
_given_up = select(func.count()).select_from(incoming).where(incoming.c.due_at.is_(None))


def release(tx: WriteTx, ids: Sequence[int]) -> None:
    """Let others work off what was taken and not begun."""
    tx.run_each(_release, [{"key": id_, "now": tx.now} for id_ in ids])


_free_of = (
    update(incoming)
    .where(one_of_ids(incoming.c.held_by, "slots"), incoming.c.due_at.is_not(None))
    .values(due_at=bindparam("now", type_=BigInteger), held_by=None)
)


def free(tx: WriteTx, slots: Sequence[int]) -> int:
    """Let others work off what dead processes had taken, which had these slots; return how much that was."""
    return tx.run(_free_of, {"slots": list(slots), "now": tx.now})


def given_up(tx: Tx) -> int:
    """Count what was given up and is kept for the operator."""
    return int(tx.value(_given_up))


def waiting(tx: Tx) -> int:
    """Count what waits, up to as much as may."""
    return int(tx.value(_waits))


def tidy(tx: WriteTx) -> None:
    """Forget what was given up long ago, and the names of what could not be repeated any more."""
    tx.run(_forget, {"before": tx.now - limits.INCOMING_KEPT_SECONDS * 1_000})
    tx.run(_forget_understood, {"before": tx.now - limits.UNDERSTOOD_SECONDS * 1_000})
