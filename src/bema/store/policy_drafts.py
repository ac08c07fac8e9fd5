"""Documents of the policy as rows: their names, the numbers that they give away, and what the staff is writing."""

from typing import Any

import msgspec
from sqlalchemy import Integer, Text, bindparam, delete, select, update

from bema.model import limits
from bema.model.policies import Text as Words
from bema.store.dialect import insert
from bema.store.tables import policy_document, policy_draft
from bema.store.tx import Tx, WriteTx

_encode = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.Decoder(Words).decode

_name: Any = bindparam("name", type_=Text)
_documents = select(policy_document.c.name).order_by(policy_document.c.id).limit(limits.POLICY_DOCUMENTS)
_document = select(policy_document.c.id).where(policy_document.c.name == _name)
_add_document = (
    insert(policy_document)
    .values(id=bindparam("id"), name=_name, versions=0, clauses=0, created_at=bindparam("now"))
    .on_conflict_do_nothing()
)
_hold = (
    update(policy_document)
    .where(policy_document.c.name == _name)
    .values(
        versions=policy_document.c.versions + bindparam("more_versions", type_=Integer),
        clauses=policy_document.c.clauses + bindparam("more_clauses", type_=Integer),
    )
)
_counters = select(policy_document.c.id, policy_document.c.versions, policy_document.c.clauses).where(
    policy_document.c.name == _name
)
_draft = (
    select(policy_draft.c.content)
    .join(policy_document, policy_document.c.id == policy_draft.c.document_id)
    .where(policy_document.c.name == _name)
)
_write = insert(policy_draft).values(
    document_id=bindparam("document_id"), content=bindparam("content"), updated_at=bindparam("now")
)
_write = _write.on_conflict_do_update(
    index_elements=["document_id"],
    set_={"content": _write.excluded.content, "updated_at": _write.excluded.updated_at},
)
_drop = delete(policy_draft).where(policy_draft.c.document_id == bindparam("document_id"))


def names(tx: Tx) -> list[str]:
    """Name all documents, in the order in which they were made."""
    return tx.values(_documents)


def exists_named(tx: Tx, name: str) -> bool:
    """Tell whether there is such a document."""
    return tx.first(_document, {"name": name}) is not None


def add_document(tx: WriteTx, name: str) -> None:
    """Make a document; where there is one of this name, nothing changes."""
    tx.run(_add_document, {"id": tx.new_id(), "name": name, "now": tx.now})


class Counters(msgspec.Struct, frozen=True):
    """How many numbers a document gave away."""

    id: int
    versions: int
    clauses: int


def hold(tx: WriteTx, name: str, *, versions: int = 0, clauses: int = 0) -> Counters:
    """Give numbers away, and let nobody else change this document until the transaction ends."""
    tx.run(_hold, {"name": name, "more_versions": versions, "more_clauses": clauses})
    row = tx.first(_counters, {"name": name})
    assert row is not None
    return Counters(*row)


def draft(tx: Tx, name: str) -> Words | None:
    """Return what the staff is writing."""
    content = tx.value(_draft, {"name": name})
    return None if content is None else _decode(content)


def write_draft(tx: WriteTx, document_id: int, text: Words) -> int:
    """Keep what the staff is writing, and return how many bytes it takes."""
    content = _encode(text)
    tx.run(_write, {"document_id": document_id, "content": content, "now": tx.now})
    return len(content)


def drop_draft(tx: WriteTx, document_id: int) -> None:
    """Forget what was being written."""
    tx.run(_drop, {"document_id": document_id})
