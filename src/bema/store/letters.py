"""Letters: mail that was written in a transaction and waits to be sent."""

from typing import NamedTuple

from sqlalchemy import bindparam, delete, select

from bema.model.ids import Millis
from bema.store.dialect import insert
from bema.store.tables import letter
from bema.store.tx import Tx, WriteTx

_add = insert(letter).values({column.name: bindparam(column.name) for column in letter.c})
_by_id = select(letter).where(letter.c.id == bindparam("key"))
_ids = select(letter.c.id).order_by(letter.c.id)
_remove = delete(letter).where(letter.c.id == bindparam("key"))


class Letter(NamedTuple):
    """A letter to one address."""

    id: int
    recipient: str
    subject: str
    text: str
    created_at: Millis


def add(tx: WriteTx, *, recipient: str, subject: str, text: str) -> int:
    """Keep a letter until it is sent; who adds one says `LetterWritten`."""
    id_ = tx.new_id()
    tx.run(_add, {"id": id_, "recipient": recipient, "subject": subject, "text": text, "created_at": tx.now})
    return id_


def by_id(tx: Tx, id_: int) -> Letter | None:
    """Load a letter; None when it was sent."""
    row = tx.first(_by_id, {"key": id_})
    return Letter(*row) if row else None


def all_ids(tx: Tx) -> list[int]:
    """Return the letters that wait."""
    return tx.values(_ids)


def remove(tx: WriteTx, id_: int) -> None:
    """Forget a letter that was sent: what stands in it opens accounts."""
    tx.run(_remove, {"key": id_})
