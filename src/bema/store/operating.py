"""Operating: what tells an operator, and their instruments, whether the server is well."""

import msgspec
from sqlalchemy import BigInteger, bindparam, func, select, text

from bema.model.ids import Millis
from bema.store import log
from bema.store.tables import cursor, event, parked_event, task
from bema.store.tx import Tx


class Standing(msgspec.Struct, frozen=True):
    """How the log, its readers and the tasks stand."""

    log_end: int  # position of the newest fact
    unnumbered: int  # committed facts that have no position yet; always 0 on SQLite
    lags: dict[str, int]  # subscriber -> facts that it has not read yet
    parked: dict[str, int]  # subscriber -> facts that it could not digest
    tasks_waiting: dict[str, int]  # subscriber -> tasks that will be tried
    tasks_due: dict[str, int]  # subscriber -> those of them whose time has come
    tasks_given_up: dict[str, int]  # subscriber -> tasks that the operator must look at
    newest_fact_at: Millis | None


_subscribers = select(cursor.c.subscriber)
_parked = select(parked_event.c.subscriber, func.count()).group_by(parked_event.c.subscriber)
_waiting = select(task.c.subscriber, func.count()).where(task.c.due_at.is_not(None)).group_by(task.c.subscriber)
_due = (
    select(task.c.subscriber, func.count())
    .where(task.c.due_at <= bindparam("now", type_=BigInteger))
    .group_by(task.c.subscriber)
)
_given_up = select(task.c.subscriber, func.count()).where(task.c.due_at.is_(None)).group_by(task.c.subscriber)
_unnumbered = select(func.count()).select_from(event).where(event.c.seq.is_(None))
_newest_fact_at = select(event.c.at).order_by(event.c.id.desc()).limit(1)


def standing(tx: Tx) -> Standing:
    """Look how the log, its readers and the tasks stand; the cost does not depend on how much the server holds."""
    return Standing(
        log_end=log.end(tx),
        unnumbered=0 if tx.dialect == "sqlite" else int(tx.value(_unnumbered)),
        lags=log.lags(tx, tx.values(_subscribers)),
        parked=dict(tuple(row) for row in tx.all(_parked)),
        tasks_waiting=dict(tuple(row) for row in tx.all(_waiting)),
        tasks_due=dict(tuple(row) for row in tx.all(_due, {"now": tx.now})),
        tasks_given_up=dict(tuple(row) for row in tx.all(_given_up)),
        newest_fact_at=tx.value(_newest_fact_at),
    )


_integrity = text("PRAGMA quick_check(10)")
_foreign_keys = text("PRAGMA foreign_key_check")
_invalid_indexes = text("select indexrelid::regclass::text from pg_index where not indisvalid limit 10")
_CHECKS_AT_MOST = 10


def faults(tx: Tx) -> list[str]:
    """Look whether the database is whole; return what is not. On SQLite it reads the whole file, beside the running server."""
    if tx.dialect == "sqlite":
        found = [row[0] for row in tx.all(_integrity) if row[0] != "ok"]
        return found + [
            f"{row[0]} {row[1]} names a missing {row[2]}" for row in tx.all(_foreign_keys)[:_CHECKS_AT_MOST]
        ]
    return [f"index {row[0]} is not valid" for row in tx.all(_invalid_indexes)]
