"""Attempts: how often something was tried, counted in the database so that every process counts the same."""

from sqlalchemy import bindparam, case, delete, update

from bema.store.dialect import insert
from bema.store.tables import attempt
from bema.store.tx import WriteTx

_LONGEST_WINDOW_SECONDS = 86_400  # what is older is forgotten

_over = attempt.c.since <= bindparam("oldest")
_count = (
    insert(attempt)
    .values(key=bindparam("name"), count=1, since=bindparam("now"))
    .on_conflict_do_update(
        index_elements=["key"],
        set_={
            "count": case((_over, 1), else_=attempt.c.count + 1),
            "since": case((_over, bindparam("now")), else_=attempt.c.since),
        },
    )
    .returning(attempt.c.count)
)
_give_back = (
    update(attempt)
    .where(attempt.c.key == bindparam("name"), attempt.c.count > 0)
    .values({"count": attempt.c.count - 1})
)
_forget = delete(attempt).where(attempt.c.key == bindparam("name"))
_forget_old = delete(attempt).where(attempt.c.since <= bindparam("oldest"))


def count(tx: WriteTx, key: str, *, window_seconds: int) -> int:
    """Count an attempt, and tell how many there were since the window of the first of them began."""
    tx.run(_forget_old, {"oldest": tx.now - _LONGEST_WINDOW_SECONDS * 1_000})
    oldest = tx.now - window_seconds * 1_000
    return int(tx.value(_count, {"name": key, "now": tx.now, "oldest": oldest}))


def give_back(tx: WriteTx, key: str) -> None:
    """Count one attempt less: it did not fail."""
    tx.run(_give_back, {"name": key})


def forget(tx: WriteTx, key: str) -> None:
    """Forget the attempts: who succeeds begins anew."""
    tx.run(_forget, {"name": key})
