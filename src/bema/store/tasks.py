"""Tasks: what is to be done to the world outside, at least once per key, and when it is tried again."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import BigInteger, SmallInteger, bindparam, delete, exists, func, select, update

from bema.model import limits
from bema.model.ids import Millis
from bema.store.dialect import insert, one_of_ids, one_of_texts
from bema.store.tables import task
from bema.store.tx import Tx, WriteTx

_add = (
    insert(task)
    .values(
        id=bindparam("id"),
        subscriber=bindparam("subscriber"),
        key=bindparam("key"),
        body=bindparam("body"),
        attempts=0,
        due_at=bindparam("due"),
    )
    .on_conflict_do_nothing()
)
_is_due = (task.c.due_at <= bindparam("now"), one_of_texts(task.c.subscriber, "subscribers"))
_due = select(task.c.id).where(*_is_due).order_by(task.c.due_at).limit(bindparam("limit"))
_take = (
    update(task)
    .where(task.c.id.in_(_due.with_for_update(skip_locked=True)))
    .values(attempts=task.c.attempts + 1, due_at=bindparam("lease"), held_by=bindparam("slot", type_=SmallInteger))
    .returning(task.c.id, task.c.subscriber, task.c.body, task.c.attempts)
)
_any_due = select(exists(select(1).where(*_is_due)))
_first_due = select(task.c.subscriber).where(task.c.due_at <= bindparam("now")).order_by(task.c.due_at)
_whose_due = select(_first_due.limit(bindparam("limit")).subquery().c.subscriber).distinct()
_due_at_all = select(func.count()).select_from(_first_due.limit(bindparam("limit")).subquery())
_remove = delete(task).where(task.c.id == bindparam("id"))
_withdraw = delete(task).where(task.c.subscriber == bindparam("subscriber"), task.c.key == bindparam("key"))
_fail = (
    update(task)
    .where(task.c.id == bindparam("key"))
    .values(due_at=bindparam("due"), error=bindparam("reason"), held_by=None)
)
_hold = update(task).where(task.c.id == bindparam("key")).values(due_at=bindparam("lease"))
_free_of = (
    update(task)
    .where(one_of_ids(task.c.held_by, "slots"), task.c.due_at.is_not(None))
    .values(due_at=bindparam("now", type_=BigInteger), held_by=None)
)
_given_up = select(func.count()).select_from(task).where(task.c.due_at.is_(None))


class Task(msgspec.Struct, frozen=True, gc=False):
    """A task that was taken; `attempts` counts this one too."""

    id: int
    subscriber: str
    body: str
    attempts: int


def add(tx: WriteTx, subscriber: str, key: str, body: str, *, due: Millis | None = None) -> None:
    """Ask for something to be done, now or when it is due. What has a task of this key already is not asked for twice."""
    at = tx.now if due is None else due
    tx.run(_add, {"id": tx.new_id(), "subscriber": subscriber, "key": key, "body": body, "due": at})


def withdraw(tx: WriteTx, subscriber: str, key: str) -> None:
    """Ask for something no more. What performs it at this moment must look for itself whether it is still wanted."""
    tx.run(_withdraw, {"subscriber": subscriber, "key": key})


def take(
    tx: WriteTx,
    subscribers: Sequence[str],
    limit: int,
    lease_seconds: int = limits.TASK_LEASE_SECONDS,
    *,
    slot: int | None = None,
) -> list[Task]:
    """Take what is due, so that nobody else does; it falls due again if it is heard of no more.

    `slot` is that of the process that takes it.
    """
    lease = tx.now + lease_seconds * 1_000
    taken = {"now": tx.now, "subscribers": subscribers, "limit": limit, "lease": lease, "slot": slot}
    rows = tx.all(_take, taken)
    return [Task(*row) for row in sorted(rows)]


def hold(tx: WriteTx, id_: int, lease_seconds: int) -> None:
    """Say that a task is still being performed."""
    tx.run(_hold, {"key": id_, "lease": tx.now + lease_seconds * 1_000})


def free(tx: WriteTx, slots: Sequence[int]) -> int:
    """Let others perform what dead processes had begun, which had these slots; return how much that was."""
    return tx.run(_free_of, {"slots": list(slots), "now": tx.now})


def any_due(tx: Tx, subscribers: Sequence[str]) -> bool:
    """Tell whether something is due."""
    return bool(tx.value(_any_due, {"now": tx.now, "subscribers": subscribers}))


def whose_due(tx: Tx) -> set[str] | None:
    """Return whose tasks are due; None where so many are that nobody should count them."""
    named = tx.values(_whose_due, {"now": tx.now, "limit": limits.TASKS_LOOKED_AT})
    if not named or tx.value(_due_at_all, {"now": tx.now, "limit": limits.TASKS_LOOKED_AT}) < limits.TASKS_LOOKED_AT:
        return set(named)
    return None


def done(tx: WriteTx, id_: int) -> None:
    """Forget a task that succeeded."""
    tx.run(_remove, {"id": id_})


def failed(tx: WriteTx, taken: Task, reason: str, *, hopeless: bool = False, wait_seconds: int = 0) -> bool:
    """Put off a task that failed, for longer each time; tell whether it was given up, to be seen by the operator."""
    give_up = hopeless or taken.attempts >= limits.TASK_ATTEMPTS
    due = None if give_up else tx.now + max(backoff_seconds(taken.attempts), wait_seconds) * 1_000
    tx.run(_fail, {"key": taken.id, "due": due, "reason": reason})
    return give_up


def backoff_seconds(attempts: int) -> int:
    """Return how long to wait after so many attempts: it doubles, up to a bound."""
    return int(min(limits.TASK_BACKOFF_SECONDS * 2 ** (attempts - 1), limits.TASK_BACKOFF_SECONDS_MAX))


def given_up(tx: Tx) -> int:
    """Count the tasks that wait for the operator."""
    return int(tx.value(_given_up))
