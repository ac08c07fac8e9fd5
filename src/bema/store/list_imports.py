"""Lists of servers that are worked off: how far each has come."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, Text, bindparam, delete, exists, select, update

from bema.model.ids import AccountId, LoginId, Millis
from bema.model.permissions import Staff
from bema.model.policy import Role
from bema.model.views import View
from bema.store.dialect import insert
from bema.store.tables import list_import
from bema.store.tx import Tx, WriteTx, text_of

_key: Any = bindparam("key", type_=BigInteger)
_now: Any = bindparam("now", type_=BigInteger)
_texts = msgspec.json.Decoder(list[str]).decode


class ListImport(View, frozen=True):
    """A list, and how far it has come."""

    id: int
    by: Staff
    total: int
    done: int
    added: int
    known: int
    refused: int
    examples: list[str]
    stopped: bool
    created_at: Millis
    finished_at: Millis | None


_columns = select(*[column for column in list_import.c if column.name != "body"])
_newest = _columns.order_by(list_import.c.id.desc()).limit(bindparam("limit"))
_held = _columns.where(list_import.c.id == _key).with_for_update()
_body = select(list_import.c.body).where(list_import.c.id == _key, list_import.c.finished_at.is_(None))
_any_under_way = select(exists(select(1).where(list_import.c.finished_at.is_(None))))
_add = insert(list_import).values({column.name: bindparam(column.name) for column in list_import.c})
_move = (
    update(list_import)
    .where(list_import.c.id == _key)
    .values(
        done=bindparam("so_far"),
        added=list_import.c.added + bindparam("more_added"),
        known=list_import.c.known + bindparam("more_known"),
        refused=list_import.c.refused + bindparam("more_refused"),
        examples=bindparam("some", type_=Text),
    )
)
_finish = (
    update(list_import)
    .where(list_import.c.id == _key, list_import.c.finished_at.is_(None))
    .values(finished_at=_now, stopped=bindparam("early"), body="")
)
_forget = delete(list_import).where(
    list_import.c.finished_at.is_not(None), list_import.c.finished_at < bindparam("before", type_=BigInteger)
)


def add(tx: WriteTx, login: LoginId, account: AccountId | None, role: Role, body: str, total: int) -> int:
    """Write down a list that is to be worked off."""
    id_ = tx.new_id()
    values: dict[str, Any] = dict.fromkeys(("done", "added", "known", "refused"), 0)
    values |= {"id": id_, "by_login": login, "by_account": account, "by_role": int(role), "body": body, "total": total}
    tx.run(_add, {**values, "examples": "[]", "stopped": False, "created_at": tx.now, "finished_at": None})
    return id_


def any_under_way(tx: Tx) -> bool:
    """Tell whether a list is being worked off."""
    return bool(tx.value(_any_under_way, {}))


def newest(tx: Tx, limit: int) -> list[ListImport]:
    """Load some lists, the newest first."""
    return [_of_row(row) for row in tx.all(_newest, {"limit": limit})]


def hold(tx: WriteTx, id_: int) -> ListImport | None:
    """Load a list that nobody else may work on meanwhile."""
    row = tx.first(_held, {"key": id_})
    return None if row is None else _of_row(row)


def body(tx: Tx, id_: int) -> str | None:
    """Return what a list says; None where it is worked off."""
    found: str | None = tx.value(_body, {"key": id_})
    return found


def move(tx: WriteTx, id_: int, done: int, *, added: int, known: int, refused: int, examples: list[str]) -> None:
    """Note how far a list has come, and what came of the last part."""
    counts = {"more_added": added, "more_known": known, "more_refused": refused}
    tx.run(_move, {"key": id_, "so_far": done, "some": text_of(examples), **counts})


def finish(tx: WriteTx, id_: int, *, stopped: bool) -> bool:
    """Note that nothing more is done about a list; False where that was so."""
    return tx.run(_finish, {"key": id_, "now": tx.now, "early": stopped}) > 0


def forget(tx: WriteTx, before: Millis) -> None:
    """Forget lists that were worked off before a moment: their decisions stay."""
    tx.run(_forget, {"before": before})


def _of_row(row: Any) -> ListImport:
    return ListImport(
        row.id,
        Staff(
            login=LoginId(row.by_login),
            account=None if row.by_account is None else AccountId(row.by_account),
            role=Role(row.by_role),
        ),
        row.total,
        row.done,
        row.added,
        row.known,
        row.refused,
        _texts(row.examples),
        bool(row.stopped),
        Millis(row.created_at),
        row.finished_at,
    )
