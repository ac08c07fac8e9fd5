"""Proposals of roles as rows: they are settled once, and whoever spoke to one speaks once."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Text, and_, bindparam, func, select, update

from bema.model.decisions import State, Voice
from bema.model.ids import AccountId, LoginId, Millis
from bema.model.permissions import Staff
from bema.model.policy import Role
from bema.store.dialect import insert, one_of_ids
from bema.store.tables import login, role_proposal, role_voice
from bema.store.tx import Tx, WriteTx


class Proposal(msgspec.Struct, frozen=True):
    """A proposal to give somebody another role, and where it stands."""

    id: int
    login: LoginId
    account: AccountId
    before: Role
    after: Role
    by_login: LoginId
    by_account: AccountId | None
    by_role: Role
    reasons: str
    state: State
    needs: int
    single_operator: bool
    proposed_at: Millis
    answer_until: Millis
    settled_at: Millis | None
    place: int | None


class Said(msgspec.Struct, frozen=True):
    """What somebody said to a proposal, and the role that they have at this moment."""

    proposal: int
    login: LoginId
    account: AccountId | None
    role: Role
    voice: Voice
    counted: bool
    at: Millis
    now: Role | None  # None: they cannot sign in any more


_key: Any = bindparam("key", type_=BigInteger)
_add = insert(role_proposal).values({column.name: bindparam(column.name) for column in role_proposal.c})
_add = _add.on_conflict_do_nothing()
_held = select(role_proposal).where(role_proposal.c.id == _key).with_for_update()
_settle = (
    update(role_proposal)
    .where(role_proposal.c.id == _key, role_proposal.c.state == State.PROPOSED.value)
    .values(
        state=bindparam("as_state"),
        settled_at=bindparam("now"),
        needs=bindparam("asked"),
        single_operator=bindparam("alone"),
        place=bindparam("at_place"),
    )
)
_open = (
    select(role_proposal)
    .where(role_proposal.c.state == bindparam("state", type_=Text))
    .order_by(role_proposal.c.id.desc())
    .limit(bindparam("limit"))
)
_newest = select(role_proposal).order_by(role_proposal.c.id.desc()).limit(bindparam("limit"))
_say = insert(role_voice).values({column.name: bindparam(column.name) for column in role_voice.c})
_say = _say.on_conflict_do_nothing()
_count = (
    update(role_voice).where(role_voice.c.proposal_id == _key, one_of_ids(role_voice.c.login_id)).values(counted=True)
)
_signs_in = and_(
    login.c.id == role_voice.c.login_id,
    login.c.disabled_at.is_(None),
    login.c.confirmed_at.is_not(None),
    login.c.approved_at.is_not(None),
)
_said = (
    select(role_voice, login.c.role.label("now"))
    .select_from(role_voice.outerjoin(login, _signs_in))
    .where(one_of_ids(role_voice.c.proposal_id))
    .order_by(role_voice.c.proposal_id, role_voice.c.at, role_voice.c.login_id)
)
_counted = (
    select(func.count())
    .where(role_voice.c.proposal_id == role_proposal.c.id, role_voice.c.counted.is_(True))
    .correlate(role_proposal)
    .scalar_subquery()
)
_by_too_few = (
    select(role_proposal.c.id)
    .where(
        role_proposal.c.id > bindparam("after", type_=BigInteger),
        role_proposal.c.state == State.IN_FORCE.value,
        role_proposal.c.single_operator.is_(False),
        _counted < role_proposal.c.needs,
    )
    .order_by(role_proposal.c.id)
    .limit(bindparam("limit"))
)


def add(
    tx: WriteTx,
    staff: Staff,
    whom: tuple[LoginId, AccountId],
    before: Role,
    after: Role,
    reasons: str,
    needs: int,
    until: Millis,
) -> Proposal | None:
    """Record a proposal and that who made it stands behind it; None where there is one about the same person."""
    assert staff.login is not None
    id_ = tx.new_id()
    row = {
        "id": id_,
        "login_id": whom[0],
        "account_id": whom[1],
        "before": int(before),
        "after": int(after),
        "by_login": staff.login,
        "by_account": staff.account,
        "by_role": int(staff.role),
        "reasons": reasons,
        "state": State.PROPOSED.value,
        "needs": needs,
        "single_operator": False,
        "proposed_at": tx.now,
        "answer_until": until,
        "settled_at": None,
        "place": None,
    }
    if not tx.run(_add, row):
        return None
    say(tx, id_, staff, Voice.PROPOSED)
    return hold(tx, id_)


def hold(tx: WriteTx, id_: int) -> Proposal | None:
    """Load a proposal, and let nobody else settle it until this transaction ends."""
    row = tx.first(_held, {"key": id_})
    return None if row is None else _of_row(row)


def settle(tx: WriteTx, id_: int, state: State, needs: int, *, alone: bool = False, place: int | None = None) -> bool:
    """Say what a proposal came to; False where it was settled before."""
    changed = {"key": id_, "as_state": state.value, "now": tx.now, "asked": needs, "alone": alone, "at_place": place}
    return tx.run(_settle, changed) > 0


def open_(tx: Tx, limit: int) -> list[Proposal]:
    """Load the proposals that wait for others, the newest first."""
    return [_of_row(row) for row in tx.all(_open, {"state": State.PROPOSED.value, "limit": limit})]


def newest(tx: Tx, limit: int) -> list[Proposal]:
    """Load the newest proposals, whatever they came to."""
    return [_of_row(row) for row in tx.all(_newest, {"limit": limit})]


def say(tx: WriteTx, id_: int, staff: Staff, voice: Voice) -> bool:
    """Record what somebody says to a proposal; False where they said something before."""
    row = {"proposal_id": id_, "login_id": staff.login, "account_id": staff.account, "role": int(staff.role)}
    return tx.run(_say, {**row, "voice": voice.value, "counted": False, "at": tx.now}) > 0


def count(tx: WriteTx, id_: int, logins: Sequence[LoginId]) -> None:
    """Record by whom a role changed."""
    tx.run(_count, {"key": id_, "ids": list(logins)})


def said(tx: Tx, ids: Sequence[int]) -> dict[int, list[Said]]:
    """Return what was said to proposals, in the order in which it was."""
    found: dict[int, list[Said]] = {id_: [] for id_ in ids}
    for row in tx.all(_said, {"ids": list(ids)}) if ids else ():
        found[row.proposal_id].append(
            Said(
                row.proposal_id,
                LoginId(row.login_id),
                None if row.account_id is None else AccountId(row.account_id),
                Role(row.role),
                Voice(row.voice),
                row.counted,
                row.at,
                None if row.now is None else Role(row.now),
            )
        )
    return found


def by_too_few(tx: Tx, after: int, limit: int) -> list[int]:
    """Return proposals by which a role changed though fewer people stood behind them than they needed."""
    return tx.values(_by_too_few, {"after": after, "limit": limit})


def _of_row(row: Any) -> Proposal:
    return Proposal(
        row.id,
        LoginId(row.login_id),
        AccountId(row.account_id),
        Role(row.before),
        Role(row.after),
        LoginId(row.by_login),
        None if row.by_account is None else AccountId(row.by_account),
        Role(row.by_role),
        row.reasons,
        State(row.state),
        row.needs,
        row.single_operator,
        row.proposed_at,
        row.answer_until,
        row.settled_at,
        row.place,
    )
