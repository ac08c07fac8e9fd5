"""Letters: mail that was written in a transaction and waits to be sent."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec
from sqlalchemy import bindparam, delete, select

from bema.model.ids import Millis
from bema.store.dialect import insert
from bema.store.tables import letter
from bema.store.tx import Tx, WriteTx, text_of

_add = insert(letter).values({column.name: bindparam(column.name) for column in letter.c})
_by_id = select(letter).where(letter.c.id == bindparam("key"))
_ids = select(letter.c.id).order_by(letter.c.id)
_remove = delete(letter).where(letter.c.id == bindparam("key"))


_decode = msgspec.json.Decoder(dict[str, str]).decode
_NOTHING_MORE: Mapping[str, str] = {}


class Letter(NamedTuple):
    """A letter to one address."""

    id: int
    recipient: str
    subject: str
    text: str
    headers: dict[str, str]  # more than every letter has
    subscription: int | None  # that it comes of, and goes with
    created_at: Millis


def add(
    tx: WriteTx,
    *,
    recipient: str,
    subject: str,
    text: str,
    headers: Mapping[str, str] = _NOTHING_MORE,
    subscription: int | None = None,
) -> int:
    """Keep a letter until it is sent; who adds one says `LetterWritten`."""
    id_ = tx.new_id()
    more = {"headers": text_of(dict(headers)), "subscription_id": subscription, "created_at": tx.now}
    tx.run(_add, {"id": id_, "recipient": recipient, "subject": subject, "text": text, **more})
    return id_


def by_id(tx: Tx, id_: int) -> Letter | None:
    """Load a letter; None when it was sent."""
    row = tx.first(_by_id, {"key": id_})
    if row is None:
        return None
    return Letter(
        row.id, row.recipient, row.subject, row.text, _decode(row.headers), row.subscription_id, row.created_at
    )


def all_ids(tx: Tx) -> list[int]:
    """Return the letters that wait."""
    return tx.values(_ids)


def remove(tx: WriteTx, id_: int) -> None:
    """Forget a letter that was sent: what stands in it opens accounts."""
    tx.run(_remove, {"key": id_})
