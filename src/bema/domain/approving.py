"""Approving: what others of the staff say to a decision that one of them proposed, and what becomes of it in time.

Nobody speaks twice, for themselves, or about an equal. Whoever lost their role since does not count any more.
"""

from bema.domain import deciding, recording, weighing
from bema.model.decisions import ENDING, STANDING, Act, Approval, Decision, State, Subject, SubjectKind, Voice
from bema.model.errors import Conflict, Forbidden, NotFound
from bema.model.events import DecisionApproved, DecisionRefused
from bema.model.ids import AccountId
from bema.model.permissions import CLOCK, Staff
from bema.store import approvals, decisions, tasks
from bema.store.tx import Tx, WriteTx

_WAITING = (State.PROPOSED, State.PROVISIONAL)


def approve(tx: WriteTx, staff: Staff, decision_id: int) -> Decision:
    """Stand behind what somebody else decided; with the last who is needed it takes effect, or stays in force."""
    decision = _waiting(tx, staff, decision_id)
    if not approvals.add(tx, decision_id, staff, Voice.APPROVED):
        raise Conflict("You have said what you think of this already")
    weighing.note(tx, staff, "approve_decision", decision.subject, decision_id)
    _weigh(tx, staff, decision)
    return decisions.by_ids(tx, [decision_id])[decision_id]


def refuse(tx: WriteTx, staff: Staff, decision_id: int) -> Decision:
    """Say no to what somebody else decided: it does not take effect, or ends."""
    decision = _waiting(tx, staff, decision_id)
    if not approvals.add(tx, decision_id, staff, Voice.REFUSED):
        raise Conflict("You have said what you think of this already")
    weighing.note(tx, staff, "refuse_decision", decision.subject, decision_id)
    return _give_up(tx, staff, decision, State.REFUSED)


def withdraw(tx: WriteTx, staff: Staff, decision_id: int) -> Decision:
    """Take back what one decided oneself, as long as it waits for others."""
    decision = _held(tx, decision_id)
    if decision.by_login != staff.login:
        raise Forbidden
    weighing.note(tx, staff, "withdraw_decision", decision.subject, decision_id)
    return _give_up(tx, staff, decision, State.WITHDRAWN)


def may_approve(tx: Tx, staff: Staff, decision: Decision) -> bool:
    """Tell whether somebody of the staff could say yes or no to a decision, and has not."""
    if decision.state not in _WAITING or any(each.login == staff.login for each in said(tx, decision.id)):
        return False
    return _is_fit(tx, staff, decision)


def said(tx: Tx, decision_id: int) -> list[Approval]:
    """Return what was said to a decision, in the order in which it was."""
    return approvals.of(tx, [decision_id])[decision_id]


def _held(tx: WriteTx, decision_id: int) -> Decision:
    decision = decisions.hold(tx, decision_id)
    if decision is None or decision.act in ENDING:
        raise NotFound
    if decision.state not in _WAITING:
        raise Conflict("This was settled meanwhile")
    return decision


def _waiting(tx: WriteTx, staff: Staff, decision_id: int) -> Decision:
    """Return a decision that somebody of the staff may say yes or no to."""
    decision = _held(tx, decision_id)
    if not _is_fit(tx, staff, decision):
        raise Forbidden
    return decision


def _is_fit(tx: Tx, staff: Staff, decision: Decision) -> bool:
    roles, _ = weighing.approvers(tx, decision.subject)
    if staff.login is not None and staff.role not in roles:
        return False
    if decision.by_login == staff.login:
        return False
    subject = decision.subject
    if subject.kind is not SubjectKind.ACCOUNT or subject.id is None:
        return True
    return deciding.may_act_on(tx, staff, AccountId(subject.id))


def _weigh(tx: WriteTx, staff: Staff, decision: Decision) -> None:
    """Let a decision take effect, or stay in force, if all whom policy asks for at this moment stand behind it."""
    needs = weighing.needs(tx, decision)
    standing = approvals.standing(tx, decision.id, *weighing.approvers(tx, decision.subject))
    if len(standing) < needs:
        return
    tasks.withdraw(tx, deciding.DECISIONS, weighing.lapse_key(decision.id))
    if decision.state is State.PROPOSED:
        deciding.begin(tx, decision, needs, standing)
        return
    approvals.count(tx, decision.id, standing)
    decisions.approve(tx, decision.id)
    recording.record_approval(tx, decision.id)
    tx.emit(DecisionApproved(decision=decision.id, account=weighing.account_of(decision.subject)))
    end_replaced(tx, staff, decision)


def end_replaced(tx: WriteTx, staff: Staff, decision: Decision) -> None:
    """End what a measure is in the place of under another name, and what that was in the place of."""
    if decision.terms is None or decision.terms.replaces is None:
        return
    before = Subject(decision.subject.kind, name=decision.terms.replaces)
    for each in decisions.standing_about(tx, before, decision.act):
        held = decisions.hold(tx, each.id)
        if held is not None and held.state in STANDING:
            deciding.end(tx, staff, held, Act.REVERSE)
            end_replaced(tx, staff, held)


def _give_up(tx: WriteTx, staff: Staff, decision: Decision, state: State) -> Decision:
    if decision.state is State.PROVISIONAL:
        deciding.end(tx, staff, decision, Act.REVERSE)
    else:
        decisions.set_state(tx, decision.id, state)
        tasks.withdraw(tx, deciding.DECISIONS, weighing.lapse_key(decision.id))
        tx.emit(DecisionRefused(decision=decision.id))
    return decisions.by_ids(tx, [decision.id])[decision.id]


# --- In time ----------------------------------------------------------------------------------------------------------


def come_due(tx: WriteTx, decision_id: int) -> None:
    """End a decision whose time is over, or that waited for others for too long. Done twice, it changes nothing."""
    decision = decisions.hold(tx, decision_id)
    if decision is None:
        return
    if decision.state is State.PROPOSED and decision.answer_until is not None and decision.answer_until <= tx.now:
        _leave(tx, decision)
    if decision.state not in STANDING:
        return
    if decision.ends_at is not None and decision.ends_at <= tx.now:
        deciding.end(tx, CLOCK, decision, Act.EXPIRE)
    elif decision.state is State.PROVISIONAL and weighing.lapses_at(decision) <= tx.now:
        deciding.end(tx, CLOCK, decision, Act.LAPSE)


def _leave(tx: WriteTx, decision: Decision) -> None:
    """Let a proposal that nobody answered in time never take effect; the public log says that there was one."""
    decisions.set_state(tx, decision.id, State.UNANSWERED)
    recording.record_unanswered(tx, decision)
    tx.emit(DecisionRefused(decision=decision.id))
