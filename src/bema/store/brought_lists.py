"""Lists that somebody brings from another server: what they say, how far they have come, and what did not go."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, delete, func, select, update

from bema.model.belongings import Brought, Line
from bema.model.ids import AccountId, LoginId, Millis
from bema.store.dialect import insert
from bema.store.tables import brought_failure, brought_list, brought_part
from bema.store.tx import Tx, WriteTx

_key: Any = bindparam("key", type_=BigInteger)
_account: Any = bindparam("account", type_=BigInteger)
_encode = msgspec.json.Encoder().encode
_lines = msgspec.json.Decoder(list[Line]).decode
_line = msgspec.json.Decoder(Line).decode


class Failure(msgspec.Struct, frozen=True):
    """A line of which nothing came, and why."""

    id: int
    line: Line
    reason: str


_own = select(brought_list).where(brought_list.c.account_id == _account)
_newest = _own.order_by(brought_list.c.id.desc()).limit(bindparam("limit"))
_one = _own.where(brought_list.c.id == _key)
_of_all = select(brought_list).where(brought_list.c.id == _key)
_held = _of_all.with_for_update()
_unfinished = (
    select(func.count())
    .select_from(brought_list)
    .where(brought_list.c.account_id == _account, brought_list.c.finished_at.is_(None))
)
_unsaid = select(brought_list.c.id).where(
    brought_list.c.account_id == _account, brought_list.c.begun_at.is_(None), brought_list.c.finished_at.is_(None)
)
_add = insert(brought_list).values({column.name: bindparam(column.name) for column in brought_list.c})
_begin = (
    update(brought_list)
    .where(brought_list.c.id == _key, brought_list.c.begun_at.is_(None))
    .values(begun_at=bindparam("now"), ended_to=bindparam("first"))
)
_ended = (
    update(brought_list)
    .where(brought_list.c.id == _key)
    .values(ended_to=bindparam("up_to"), ended=brought_list.c.ended + bindparam("more"))
)
_move = (
    update(brought_list)
    .where(brought_list.c.id == _key)
    .values(
        done=brought_list.c.done + bindparam("more_done"), refused=brought_list.c.refused + bindparam("more_refused")
    )
)
_finish = (
    update(brought_list)
    .where(brought_list.c.id == _key, brought_list.c.finished_at.is_(None))
    .values(finished_at=bindparam("now"), stopped=bindparam("early"))
)
_remove = delete(brought_list).where(brought_list.c.id == _key)
_remove_all = delete(brought_list).where(brought_list.c.account_id == _account)

_parts = select(brought_part.c.lines).where(brought_part.c.list_id == _key).order_by(brought_part.c.id)
_first_part = (
    select(brought_part.c.id, brought_part.c.lines)
    .where(brought_part.c.list_id == _key)
    .order_by(brought_part.c.id)
    .limit(1)
)
_add_part = insert(brought_part).values(id=bindparam("id"), list_id=bindparam("list"), lines=bindparam("text"))
_remove_part = delete(brought_part).where(brought_part.c.id == _key)
_remove_parts = delete(brought_part).where(brought_part.c.list_id == _key)

_failures = (
    select(brought_failure.c.id, brought_failure.c.line, brought_failure.c.reason)
    .where(brought_failure.c.list_id == _key, brought_failure.c.id > bindparam("after", type_=BigInteger))
    .order_by(brought_failure.c.id)
    .limit(bindparam("limit"))
)
_add_failure = insert(brought_failure).values(
    id=bindparam("id"), list_id=bindparam("list"), line=bindparam("text"), reason=bindparam("why")
)


def add(tx: WriteTx, new: Brought, parts: Iterable[Sequence[Line]]) -> None:
    """Write down a list with its lines, some of them together."""
    values = msgspec.structs.asdict(new)
    values |= {"account_id": values.pop("account"), "login_id": values.pop("login")}
    tx.run(_add, values)
    rows = [{"id": tx.new_id(), "list": new.id, "text": _encode(part).decode()} for part in parts]
    if rows:
        tx.run_each(_add_part, rows)


def newest(tx: Tx, of: AccountId, limit: int) -> list[Brought]:
    """Load somebody's newest lists."""
    return [_of_row(row) for row in tx.all(_newest, {"account": of, "limit": limit})]


def one(tx: Tx, of: AccountId, id_: int) -> Brought | None:
    """Load one of somebody's lists."""
    row = tx.first(_one, {"account": of, "key": id_})
    return None if row is None else _of_row(row)


def one_of_all(tx: Tx, id_: int) -> Brought | None:
    """Load a list, whoever brought it."""
    row = tx.first(_of_all, {"key": id_})
    return None if row is None else _of_row(row)


def hold(tx: WriteTx, id_: int) -> Brought | None:
    """Load a list that nobody else may work on meanwhile."""
    row = tx.first(_held, {"key": id_})
    return None if row is None else _of_row(row)


def count_unfinished(tx: Tx, of: AccountId) -> int:
    """Count somebody's lists that wait for a yes or are being worked off."""
    return int(tx.value(_unfinished, {"account": of}))


def unsaid(tx: Tx, of: AccountId) -> list[int]:
    """Return which of somebody's lists wait for a yes."""
    return tx.values(_unsaid, {"account": of})


def begin(tx: WriteTx, id_: int, ended_to: int | None) -> bool:
    """Note that somebody said yes; False where they had."""
    return tx.run(_begin, {"key": id_, "now": tx.now, "first": ended_to}) > 0


def note_ended(tx: WriteTx, id_: int, ended_to: int | None, more: int) -> None:
    """Note how far was ended what is not in the list."""
    tx.run(_ended, {"key": id_, "up_to": ended_to, "more": more})


def move(tx: WriteTx, id_: int, part: int, done: int, failures: Sequence[tuple[Line, str]]) -> None:
    """Note that a part is worked off, and of which of its lines nothing came."""
    tx.run(_remove_part, {"key": part})
    tx.run(_move, {"key": id_, "more_done": done, "more_refused": len(failures)})
    rows = [
        {"id": tx.new_id(), "list": id_, "text": _encode(line).decode(), "why": reason} for line, reason in failures
    ]
    if rows:
        tx.run_each(_add_failure, rows)


def finish(tx: WriteTx, id_: int, *, stopped: bool) -> bool:
    """Note that nothing more comes of a list; False where that was so."""
    tx.run(_remove_parts, {"key": id_})
    return tx.run(_finish, {"key": id_, "now": tx.now, "early": stopped}) > 0


def remove(tx: WriteTx, id_: int) -> bool:
    """Forget a list with all that it says."""
    return tx.run(_remove, {"key": id_}) > 0


def remove_all(tx: WriteTx, of: AccountId) -> None:
    """Forget all that somebody brought."""
    tx.run(_remove_all, {"account": of})


def lines(tx: Tx, id_: int) -> list[Line]:
    """Load all lines that are not worked off yet."""
    return [line for text in tx.values(_parts, {"key": id_}) for line in _lines(text)]


def first_part(tx: Tx, id_: int) -> tuple[int, list[Line]] | None:
    """Load the next lines that are to be worked off, with what they are called together."""
    row = tx.first(_first_part, {"key": id_})
    return None if row is None else (row[0], _lines(row[1]))


def failures(tx: Tx, id_: int, after: int, limit: int) -> list[Failure]:
    """Load some of the lines of which nothing came."""
    rows = tx.all(_failures, {"key": id_, "after": after, "limit": limit})
    return [Failure(row[0], _line(row[1]), row[2]) for row in rows]


def _of_row(row: Any) -> Brought:
    return Brought(
        row.id,
        AccountId(row.account_id),
        LoginId(row.login_id),
        row.kind,
        bool(row.replaces),
        row.file_name,
        row.looks_like,
        row.total,
        row.done,
        row.refused,
        row.ended,
        row.ended_to,
        Millis(row.created_at),
        row.begun_at,
        row.finished_at,
        bool(row.stopped),
    )
