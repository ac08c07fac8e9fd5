"""A projection of the tests: how often each account was updated, kept where nothing else writes."""

from sqlalchemy import bindparam, select

from bema.model.events import AccountUpdated
from bema.model.ids import AccountId
from bema.store.dialect import insert
from bema.store.log import Entry
from bema.store.tables import private_note
from bema.store.tx import Tx, WriteTx
from bema.subscribers.runner import Handler, Subscriber

_count = insert(private_note).values(by_id=bindparam("account"), target_id=bindparam("account"), note=bindparam("mark"))
count_up = _count.on_conflict_do_update(
    index_elements=["by_id", "target_id"], set_={"note": private_note.c.note + _count.excluded.note}
)
_marks = select(private_note.c.note).where(private_note.c.by_id == bindparam("account"))


def count(tx: WriteTx, entry: Entry[AccountUpdated]) -> None:
    """Add a stroke."""
    tx.run(count_up, {"account": entry.event.account, "mark": "|"})


def marks(tx: Tx, account: AccountId) -> str:
    """Read the strokes."""
    return tx.value(_marks, {"account": account}) or ""


def nothing(_tx: WriteTx) -> None:
    """Rebuild nothing."""


def counting(name: str = "counting", handler: Handler = count) -> Subscriber:
    """Follow the updates of accounts."""
    return Subscriber(name, {AccountUpdated: handler}, nothing)
