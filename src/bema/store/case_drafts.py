"""Drafts of decisions as rows: what somebody of the staff means to decide in a case, one for each of them."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, delete, select

from bema.model.casework import Drafted, Sketch
from bema.model.ids import AccountId, LoginId
from bema.model.permissions import Staff
from bema.store.dialect import insert
from bema.store.tables import case_draft
from bema.store.tx import Tx, WriteTx, text_of

_sketch = msgspec.json.Decoder(Sketch).decode
_case: Any = bindparam("case", type_=BigInteger)
_put = insert(case_draft).values({column.name: bindparam(column.name) for column in case_draft.c})
_put = _put.on_conflict_do_update(
    index_elements=["case_id", "login_id"],
    set_={name: _put.excluded[name] for name in ("account_id", "content", "updated_at")},
)
_of = select(case_draft).where(case_draft.c.case_id == _case).order_by(case_draft.c.updated_at, case_draft.c.login_id)
_drop = delete(case_draft).where(
    case_draft.c.case_id == _case, case_draft.c.login_id == bindparam("login", type_=BigInteger)
)


def put(tx: WriteTx, case: int, staff: Staff, sketch: Sketch) -> None:
    """Keep what somebody means to decide, in the place of what they meant before."""
    row = {"case_id": case, "login_id": staff.login, "account_id": staff.account, "updated_at": tx.now}
    tx.run(_put, {**row, "content": text_of(sketch)})


def of(tx: Tx, case: int) -> Sequence[Drafted]:
    """Return the drafts in a case, the oldest first."""
    return [
        Drafted(
            row.case_id,
            LoginId(row.login_id),
            None if row.account_id is None else AccountId(row.account_id),
            _sketch(row.content),
            row.updated_at,
        )
        for row in tx.all(_of, {"case": case})
    ]


def drop(tx: WriteTx, case: int, staff: Staff) -> bool:
    """Forget what somebody meant to decide; False where they had not said."""
    return tx.run(_drop, {"case": case, "login": staff.login}) > 0
