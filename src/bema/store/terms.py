"""Terms of service: every version stays, known by the day from which it holds."""

from typing import Any

from sqlalchemy import Integer, bindparam, func, select

from bema.model.ids import Millis
from bema.store.dialect import insert
from bema.store.tables import terms_of_service
from bema.store.tx import Tx, WriteTx

_DAY = 86_400_000  # milliseconds
_day: Any = bindparam("day", type_=Integer)
_add = (
    insert(terms_of_service)
    .values(day=_day, text=bindparam("text"), published_at=bindparam("now"))
    .on_conflict_do_nothing()
)
_on = select(terms_of_service.c.day, terms_of_service.c.text).where(terms_of_service.c.day == _day)
_in_force = (
    select(terms_of_service.c.day, terms_of_service.c.text)
    .where(terms_of_service.c.day <= _day)
    .order_by(terms_of_service.c.day.desc())
    .limit(1)
)
_first = select(terms_of_service.c.day, terms_of_service.c.text).order_by(terms_of_service.c.day).limit(1)
_next = select(func.min(terms_of_service.c.day)).where(terms_of_service.c.day > _day)


def add(tx: WriteTx, day: int, text: str) -> bool:
    """Add a version that holds from a day; False when there is one for that day."""
    return tx.run(_add, {"day": day, "text": text, "now": tx.now}) > 0


def on(tx: Tx, day: int) -> Any:
    """Return the version that holds from just this day, as a row of day and text, or None."""
    return tx.first(_on, {"day": day})


def current(tx: Tx) -> Any:
    """Return the version in force, or the first that will be."""
    return tx.first(_in_force, {"day": today(tx.now)}) or tx.first(_first)


def next_day(tx: Tx, day: int) -> int | None:
    """Return from which day the version after this one holds."""
    found: int | None = tx.value(_next, {"day": day})
    return found


def exist(tx: Tx) -> bool:
    """Tell whether there are any."""
    known: dict[Any, Any] = {} if tx.known is None else tx.known
    if "terms" not in known:
        known["terms"] = tx.first(_first) is not None
    return bool(known["terms"])


def today(now: Millis) -> int:
    """Return the day of a moment."""
    return now // _DAY
