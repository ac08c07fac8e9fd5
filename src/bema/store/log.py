"""The event log: what was committed, in the order of the commits, read by each subscriber from its own cursor.

On SQLite a single writer makes row order the order of commits. On PostgreSQL identity values commit out of order, and
a reader that asks for "greater than the last I saw" would lose rows; therefore `number_committed`, under an advisory
lock, numbers rows after they were committed, and readers see numbered rows only.
"""

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

import msgspec
from sqlalchemy import bindparam, delete, exists, func, select, text
from sqlalchemy.sql import Select

from bema.model.events import AnyEvent, Event
from bema.model.ids import Millis
from bema.store.dialect import insert, one_of_texts
from bema.store.tables import cursor, event, parked_event
from bema.store.tx import Tx, WriteTx

_encode = msgspec.json.Encoder().encode
_decode: Callable[[str], Event] = msgspec.json.Decoder(AnyEvent).decode


E = TypeVar("E", bound=Event)


class Entry(NamedTuple, Generic[E]):
    """A fact with its place in the log."""

    position: int
    at: Millis
    event: E


class Unreadable(Event, frozen=True, gc=False):
    """A row of the log that this release cannot read; nobody emits it."""

    body: str


_append = event.insert().values(body=bindparam("body"), at=bindparam("at"))


def append(tx: WriteTx) -> bool:
    """Write what the transaction emitted; answer whether there was anything."""
    if not tx.emitted:
        return False
    rows = [{"body": _encode(fact).decode(), "at": tx.now} for fact in tx.emitted]
    tx.run_each(_append, rows)
    return True


_SEQUENCER_LOCK = 0x62656D6102
_lock_sequencer = text(f"select pg_advisory_xact_lock({_SEQUENCER_LOCK})")
_number = text(
    "update event set seq = numbered.seq from ("
    " select id, (select coalesce(max(seq), 0) from event) + row_number() over (order by id) as seq"
    " from event where seq is null order by id limit 10000"
    ") as numbered where event.id = numbered.id"
)


def number_committed(tx: WriteTx) -> int:
    """Give committed, unnumbered rows their place in the log; return how many (always 0 on SQLite, which needs none)."""
    if tx.dialect == "sqlite":
        return 0
    tx.run(_lock_sequencer)
    return tx.run(_number)


_lock_out_writers = text("lock table event in exclusive mode")


def stand_still(tx: WriteTx) -> int:
    """Keep others from adding to the log until this transaction ends, and return its end.

    Whatever this transaction sees in other tables is then spoken of before that end, and nothing after it is seen.
    """
    if tx.dialect != "sqlite":  # there, the one writer is us
        tx.run(_lock_sequencer)  # in the order of `number_committed`, which needs the table after it
        tx.run(_lock_out_writers)
        while number_committed(tx):
            pass
    return end(tx)


def _after(position: object) -> Select[tuple[int, int, str]]:
    place = event.c.id if position is event.c.id else event.c.seq
    return (
        select(place, event.c.at, event.c.body)
        .where(place > bindparam("after"))
        .order_by(place)
        .limit(bindparam("limit"))
    )


_after_sqlite, _after_postgresql = _after(event.c.id), _after(event.c.seq)
_unnumbered = select(exists(select(1).where(event.c.seq.is_(None))))
_end_sqlite, _end_postgresql = select(func.max(event.c.id)), select(func.max(event.c.seq))


def after(tx: Tx, position: int, limit: int) -> list[Entry[Event]]:
    """Return the next facts after a position, in order."""
    rows = tx.all(_after_sqlite if tx.dialect == "sqlite" else _after_postgresql, {"after": position, "limit": limit})
    return [Entry(place, at, _fact(body)) for place, at, body in rows]


def _fact(body: str) -> Event:
    try:
        return _decode(body)
    except msgspec.DecodeError:
        return Unreadable(body=body)


def end(tx: Tx) -> int:
    """Return the position of the newest fact, 0 for an empty log."""
    return int(tx.value(_end_sqlite if tx.dialect == "sqlite" else _end_postgresql) or 0)


# --- Cursors and parked events ----------------------------------------------------------------------------------------

_cursor = select(cursor.c.position).where(cursor.c.subscriber == bindparam("name"))
_cursors_for_update = (
    select(cursor.c.subscriber, cursor.c.position)
    .where(one_of_texts(cursor.c.subscriber, "names"))
    .order_by(cursor.c.subscriber)
    .with_for_update()
)
_cursors = select(cursor.c.subscriber, cursor.c.position)
_begin_cursor = insert(cursor).values(subscriber=bindparam("name"), position=0).on_conflict_do_nothing()
_set_cursor = insert(cursor).values(subscriber=bindparam("name"), position=bindparam("position"))
_set_cursor = _set_cursor.on_conflict_do_update(
    index_elements=["subscriber"], set_={"position": _set_cursor.excluded.position}
)


def cursor_of(tx: Tx, name: str) -> int:
    """Return how far a subscriber has read."""
    return int(tx.value(_cursor, {"name": name}) or 0)


def reached(tx: Tx, names: Sequence[str]) -> int:
    """Return how far all of these subscribers have read."""
    cursors: dict[str, int] = {row.subscriber: row.position for row in tx.all(_cursors)}
    return min(cursors.get(name, 0) for name in names)


def hold_cursors(tx: WriteTx, names: Sequence[str]) -> dict[str, int]:
    """Return how far subscribers have read, and keep others from reading on for them until this transaction ends."""
    held = dict(tx.all(_cursors_for_update, {"names": names}))
    if len(held) == len(names):
        return held
    for name in names:
        tx.run(_begin_cursor, {"name": name})
    return dict(tx.all(_cursors_for_update, {"names": names}))


def move_cursors(tx: WriteTx, names: Sequence[str], position: int) -> None:
    """Remember how far subscribers have read."""
    tx.run_each(_set_cursor, [{"name": name, "position": position} for name in names])


def has_news(tx: Tx, names: Sequence[str]) -> bool:
    """Tell whether a subscriber is behind the log, or rows wait for their place in it."""
    if tx.dialect != "sqlite" and tx.value(_unnumbered):
        return True
    return any(lags(tx, names).values())


def lags(tx: Tx, names: Sequence[str]) -> dict[str, int]:
    """Return how many places each subscriber is behind the end of the log."""
    newest = end(tx)
    cursors = {row.subscriber: row.position for row in tx.all(_cursors)}
    return {name: newest - cursors.get(name, 0) for name in names}


_park = (
    insert(parked_event)
    .values(
        subscriber=bindparam("name"),
        position=bindparam("position"),
        body=bindparam("body"),
        error=bindparam("error"),
        parked_at=bindparam("at"),
    )
    .on_conflict_do_nothing()
)
_parked = select(parked_event).order_by(parked_event.c.parked_at.desc()).limit(bindparam("limit"))
_forget_parked = delete(parked_event).where(parked_event.c.subscriber == bindparam("name"))
_parked_count = select(func.count()).select_from(parked_event)


def park(tx: WriteTx, name: str, entry: Entry[Event], error: str) -> None:
    """Put aside a fact that a subscriber cannot digest, with the reason, so that the others go on."""
    fact = entry.event
    body = fact.body if isinstance(fact, Unreadable) else _encode(fact).decode()
    tx.run(_park, {"name": name, "position": entry.position, "body": body, "error": error, "at": tx.now})


class Parked(NamedTuple):
    """A fact that was put aside."""

    subscriber: str
    position: int
    body: str
    error: str
    parked_at: Millis


def parked(tx: Tx, limit: int) -> list[Parked]:
    """Return what was put aside, newest first."""
    return [Parked(*row) for row in tx.all(_parked, {"limit": limit})]


def parked_count(tx: Tx) -> int:
    """Count what was put aside."""
    return int(tx.value(_parked_count))


def forget_parked(tx: WriteTx, name: str) -> None:
    """Forget what a subscriber put aside: it starts anew."""
    tx.run(_forget_parked, {"name": name})
