"""Approvals as rows: who stands behind a decision, each once, and whether they still may."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, and_, bindparam, exists, func, or_, select, text, update

from bema.model.decisions import Approval, Voice
from bema.model.ids import AccountId, LoginId
from bema.model.permissions import Staff
from bema.model.policy import Role
from bema.store.dialect import insert, one_of_ids
from bema.store.tables import approval, login, membership
from bema.store.tx import Tx, WriteTx

_COMMAND_LINE = 0  # in the place of a login: who has the command line
_decision: Any = bindparam("decision", type_=BigInteger)
_add = insert(approval).values({column.name: bindparam(column.name) for column in approval.c}).on_conflict_do_nothing()
_may: Any = and_(
    login.c.role > text("0"),
    one_of_ids(login.c.role, "roles"),
    login.c.disabled_at.is_(None),
    login.c.confirmed_at.is_not(None),
    login.c.approved_at.is_not(None),
)
_not_affected = ~exists(
    select(1).where(
        membership.c.login_id == login.c.id, membership.c.account_id == bindparam("affected", type_=BigInteger)
    )
)
_standing = select(approval.c.login_id).where(
    approval.c.decision_id == _decision,
    approval.c.voice != Voice.REFUSED.value,
    or_(
        approval.c.login_id == _COMMAND_LINE,
        exists(select(1).where(login.c.id == approval.c.login_id, _may, _not_affected)),
    ),
)
_count = (
    update(approval)
    .where(approval.c.decision_id == bindparam("key", type_=BigInteger), one_of_ids(approval.c.login_id))
    .values(counted=True)
)
_others = select(func.count()).select_from(
    select(login.c.id)
    .where(_may, _not_affected, login.c.id != bindparam("but", type_=BigInteger))
    .limit(bindparam("limit"))
    .subquery()
)
_of = (
    select(approval)
    .where(one_of_ids(approval.c.decision_id))
    .order_by(approval.c.decision_id, approval.c.at, approval.c.login_id)
)


def add(tx: WriteTx, decision_id: int, staff: Staff, voice: Voice, *, counted: bool = False) -> bool:
    """Record what somebody says to a decision; False where they said something before."""
    row = {
        "decision_id": decision_id,
        "login_id": _COMMAND_LINE if staff.login is None else staff.login,
        "account_id": staff.account,
        "role": int(staff.role),
        "voice": voice.value,
        "counted": counted,
        "at": tx.now,
    }
    return tx.run(_add, row) > 0


def standing(tx: Tx, decision_id: int, roles: Sequence[Role], affected: AccountId | None) -> list[int]:
    """Return who stands behind a decision and has one of the roles at this moment; 0 is who has the command line."""
    return tx.values(_standing, {"decision": decision_id, "roles": [int(role) for role in roles], "affected": affected})


def count(tx: WriteTx, decision_id: int, logins: Sequence[int]) -> None:
    """Record by whom a decision took effect, or stayed in force."""
    tx.run(_count, {"key": decision_id, "ids": list(logins)})


def others(tx: Tx, but: LoginId | None, roles: Sequence[Role], affected: AccountId | None, *, most: int = 2) -> int:
    """Count who else could approve a decision: two at most, unless more make a difference."""
    asked = {"but": but or _COMMAND_LINE, "roles": [int(role) for role in roles], "affected": affected, "limit": most}
    return int(tx.value(_others, asked))


def of(tx: Tx, decisions: Sequence[int]) -> dict[int, list[Approval]]:
    """Return what was said to decisions, in the order in which it was."""
    found: dict[int, list[Approval]] = {id_: [] for id_ in decisions}
    for row in tx.all(_of, {"ids": list(decisions)}) if decisions else ():
        login_id = None if row.login_id == _COMMAND_LINE else LoginId(row.login_id)
        found[row.decision_id].append(
            Approval(row.decision_id, login_id, row.account_id, Role(row.role), Voice(row.voice), row.counted, row.at)
        )
    return found
