"""Weighing: how many people must stand behind a decision, who may, and until when it is in force without them."""

from bema.domain import policies
from bema.model import limits
from bema.model.decisions import Decision, State, Subject, SubjectKind
from bema.model.events import StaffActed
from bema.model.ids import AccountId, Millis
from bema.model.permissions import Permission, Staff, roles_that_may
from bema.model.policy import Role
from bema.store import approvals, decisions, staff_people
from bema.store.tx import Tx, WriteTx

_PROVISIONAL = limits.PROVISIONAL_SECONDS * 1_000

_WHO = {
    SubjectKind.DOMAIN: Permission.MANAGE_FEDERATION,
    SubjectKind.EMAIL_DOMAIN: Permission.MANAGE_BLOCKS,
    SubjectKind.EMAIL: Permission.MANAGE_BLOCKS,
    SubjectKind.NETWORK: Permission.MANAGE_BLOCKS,
}


def needs(tx: Tx, decision: Decision) -> int:
    """Return how many people policy asks for, at this moment, behind a decision."""
    what = {effect for _, effect, _ in decisions.effects_of(tx, [decision.id])}
    return max((policies.approvals_needed(tx, effect.value) for effect in what), default=1)


def lapses_at(decision: Decision) -> Millis:
    """Return until when a decision waits for others: a proposal, or one that is in force without them."""
    if decision.state is State.PROPOSED and decision.answer_until is not None:
        return decision.answer_until
    return decision.starts_at + _PROVISIONAL


def is_overdue(decision: Decision, now: Millis) -> bool:
    """Tell whether more than half of the time is over in which others should answer."""
    return now - decision.proposed_at > lapses_at(decision) - now


def able(tx: Tx, decision: Decision) -> int:
    """Return how many people could stand behind a decision, who proposed it among them; no more than are needed."""
    return 1 + approvals.others(tx, decision.by_login, *approvers(tx, decision.subject), most=decision.needs)


def lapse_key(decision_id: int) -> str:
    """Name the task by which a provisional decision lapses."""
    return f"lapse {decision_id}"


def expiry_key(decision_id: int) -> str:
    """Name the task by which a decision ends whose time is over."""
    return f"expire {decision_id}"


def permission_for(kind: SubjectKind) -> Permission:
    """Return what one must be permitted to decide, or approve, something of this kind."""
    return _WHO.get(kind, Permission.MANAGE_USERS)


def approvers(tx: Tx, subject: Subject) -> tuple[list[Role], AccountId | None]:
    """Return the roles that may approve a decision about something: superior to whom it affects; and who that is."""
    affected = account_of(subject)
    above = Role.MEMBER if affected is None else staff_people.highest_role(tx, affected)
    return [role for role in roles_that_may(permission_for(subject.kind)) if role > above], affected


def account_of(subject: Subject) -> AccountId | None:
    """Return whom a decision affects, if it is about an account."""
    return AccountId(subject.id) if subject.kind is SubjectKind.ACCOUNT and subject.id is not None else None


def note(
    tx: WriteTx,
    staff: Staff,
    act: str,
    subject: Subject,
    decision_id: int | None = None,
    *,
    to: AccountId | None = None,
) -> None:
    """Leave a trace of what somebody of the staff did, restricting or not, and whom they gave something to."""
    tx.emit(StaffActed(act=decisions.add_act(tx, staff, act, subject, decision_id, to)))
