"""Appealing: whoever is decided about objects, and somebody who took no part in the decision looks at it again.

One appeal against a decision is open at a time, and one that was answered is final here. It is answered by one reviewer,
who takes it, may ask, and gives reasons. Whoever had a part in the decision is refused as long as anybody else could do
it; where nobody could, the appeal says so, and so does the public log.
"""

from collections.abc import Sequence

import msgspec

from bema.domain import deciding, letters, recording
from bema.model import limits
from bema.model.appealing import OUTCOMES, Appeal, AppealState, Turn
from bema.model.decisions import BEGUN, ENDING, STANDING, Decision, Effect, Grounds, State, Subject
from bema.model.errors import Conflict, Forbidden, Invalid, NotFound
from bema.model.events import StaffActed
from bema.model.ids import AccountId, Millis
from bema.model.permissions import Permission, Staff, roles_that_may
from bema.model.site import Site
from bema.store import appeals, approvals, decisions, logins, public_log
from bema.store.timelines import Range
from bema.store.tx import Tx, WriteTx
from bema.wire.tlog import entries

_WHO = Permission.MANAGE_APPEALS

# --- The person -------------------------------------------------------------------------------------------------------


def object_to(tx: WriteTx, actor: AccountId, decision_id: int, words: str) -> int:
    """Appeal against a decision about oneself, and return the id of the appeal."""
    words = _checked(words)
    decision = decisions.by_ids(tx, [decision_id]).get(decision_id)
    if decision is None or decision.subject != deciding.about(actor) or decision.state not in BEGUN:
        raise NotFound
    if not is_contestable(decision, appeals.of_decisions(tx, [decision_id])[decision_id], tx.now):
        raise Invalid("There is nothing to object to any more, or you did")
    due_at = Millis(tx.now + limits.APPEAL_DUE_SECONDS * 1_000)
    place, content = public_log.of_decisions(tx, [decision_id])[decision_id]
    subject = _subject_of(content)

    def opened(type_seq: int) -> entries.AppealOpened:
        body = entries.Appealed(place, subject, recording.moment(due_at))
        return entries.AppealOpened(at=recording.moment(tx.now), type_seq=type_seq, body=body)

    entered = recording.enter(tx, "appeal.opened", opened)
    id_ = appeals.add(tx, decision_id, actor, words, due_at=due_at, place=entered)
    if id_ is None:
        raise Conflict
    return id_


def is_contestable(decision: Decision, made: Sequence[Appeal], now: Millis) -> bool:
    """Tell whether somebody can object: within six months, while it is in force, and unless they did."""
    in_time = now <= decision.starts_at + limits.APPEAL_WINDOW_SECONDS * 1_000
    fresh = all(each.state is AppealState.WITHDRAWN for each in made)
    return in_time and fresh and decision.act not in ENDING and decision.state in (*STANDING, State.EXPIRED)


def answer(tx: WriteTx, actor: AccountId, appeal_id: int, words: str) -> None:
    """Answer what the reviewer asked."""
    _own(tx, actor, appeal_id)
    if not appeals.answer(tx, appeal_id, _checked(words)):
        raise Conflict


def withdraw(tx: WriteTx, actor: AccountId, appeal_id: int) -> None:
    """Object no more."""
    found = _own(tx, actor, appeal_id)
    place = _enter_outcome(tx, found, AppealState.WITHDRAWN, None, took_part=False)
    if not appeals.decide(tx, appeal_id, AppealState.WITHDRAWN, by=None, place=place):
        raise Conflict


def _own(tx: WriteTx, actor: AccountId, appeal_id: int) -> Appeal:
    found = appeals.held(tx, appeal_id)
    if found is None or found.account != actor:
        raise NotFound
    return found


def _checked(words: str, most: int = limits.APPEAL_CHARACTERS) -> str:
    words = words.strip()
    if not words:
        raise Invalid("Say why")
    if len(words) > most:
        raise Invalid(f"Validation failed: Text is too long (maximum is {most} characters)")
    return words


# --- The staff --------------------------------------------------------------------------------------------------------


class Review(msgspec.Struct, frozen=True):
    """An appeal as the staff sees it, and what one of them may do."""

    appeal: Appeal
    decision: Decision
    turns: list[Turn]
    may: bool  # review it
    took_part: bool  # in the decision
    mine: bool


def queue(tx: Tx) -> list[Appeal]:
    """Return the open appeals, what is due first at the head."""
    return appeals.queue(tx, limits.APPEALS_SHOWN)


def closed(tx: Tx, range_: Range) -> list[Appeal]:
    """Return a page of those that were answered or withdrawn, the newest first."""
    return appeals.closed(tx, range_)


def review(tx: Tx, staff: Staff, appeal_id: int) -> Review:
    """Return an appeal with all that was said."""
    staff.needs(_WHO)
    found = appeals.by_id(tx, appeal_id)
    if found is None:
        raise NotFound
    may, took_part = _fit(tx, staff, found)
    decision = decisions.by_ids(tx, [found.decision])[found.decision]
    mine = found.is_open and found.reviewer is not None and found.reviewer == staff.login
    return Review(found, decision, appeals.turns(tx, appeal_id), may, took_part, mine)


def take(tx: WriteTx, staff: Staff, appeal_id: int) -> None:
    """Review an appeal, which nobody else does then."""
    _fitting(tx, staff, appeal_id)
    if not appeals.take(tx, appeal_id, staff):
        raise Conflict
    _note(tx, staff, "take_appeal", _held(tx, appeal_id))


def let_go(tx: WriteTx, staff: Staff, appeal_id: int) -> None:
    """Leave an appeal to others."""
    if not appeals.let_go(tx, appeal_id, staff.login):
        raise Conflict


def ask(tx: WriteTx, site: Site, staff: Staff, appeal_id: int, words: str) -> None:
    """Ask the person something; until they answer, the clock stands still."""
    found = _fitting(tx, staff, appeal_id)[0]
    if appeals.count_turns(tx, appeal_id) >= limits.APPEAL_TURNS:
        raise Invalid("Enough was asked; please answer the appeal")
    if not appeals.ask(tx, appeal_id, staff.login, _checked(words)):
        raise Conflict
    for to in _addresses(tx, found.account):
        letters.appeal_asked(tx, site, to=to, decision=found.decision, question=words.strip())


def decide(
    tx: WriteTx,
    site: Site,
    staff: Staff,
    appeal_id: int,
    outcome: AppealState,
    reasons: str,
    parts: Sequence[tuple[Effect, Subject]] = (),
) -> None:
    """Answer an appeal with reasons; what is taken back ends at once, wholly or in the parts that are named."""
    reasons = _checked(reasons, limits.REASONS_CHARACTERS)
    found, took_part = _fitting(tx, staff, appeal_id)
    if outcome not in OUTCOMES or (outcome is AppealState.PARTLY and not parts):
        raise Invalid("Say what of it is taken back")
    if not found.is_open or found.reviewer != staff.login:
        raise Conflict
    decision = decisions.hold(tx, found.decision)
    if decision is not None and decision.state in STANDING:
        if outcome is AppealState.REVERSED:
            deciding.take_back(tx, staff, decision.id, Grounds(reasons=reasons))
        elif outcome is AppealState.PARTLY:
            deciding.take_back_part(tx, staff, decision.id, parts, Grounds(reasons=reasons))
    place = _enter_outcome(tx, found, outcome, staff, took_part=took_part)
    if not appeals.decide(tx, appeal_id, outcome, reasons, by=staff.login, took_part=took_part, place=place):
        raise Conflict
    _note(tx, staff, f"appeal_{outcome.value}", found)
    for to in _addresses(tx, found.account):
        letters.appeal_decided(tx, site, to=to, decision=found.decision, outcome=outcome, reasons=reasons)


def _fitting(tx: WriteTx, staff: Staff, appeal_id: int) -> tuple[Appeal, bool]:
    """Return an appeal that one of the staff may review, and whether they had a part in the decision."""
    staff.needs(_WHO)
    found = _held(tx, appeal_id)
    may, took_part = _fit(tx, staff, found)
    if not may:
        raise Forbidden("Somebody who took no part in the decision answers this appeal")
    return found, took_part


def _held(tx: WriteTx, appeal_id: int) -> Appeal:
    found = appeals.held(tx, appeal_id)
    if found is None:
        raise NotFound
    return found


def _fit(tx: Tx, staff: Staff, appeal: Appeal) -> tuple[bool, bool]:
    """Tell whether one of the staff may review an appeal, and whether they had a part in the decision."""
    if staff.login is None or staff.login in logins.logins_of(tx, appeal.account):
        return False, False
    part = {each.login for each in approvals.of(tx, [appeal.decision])[appeal.decision]}
    part |= {each.by_login for each in decisions.by_ids(tx, [appeal.decision]).values()}
    if staff.login not in part:
        return True, False
    others = appeals.reviewers(tx, roles_that_may(_WHO), appeal.account, limits.REVIEWERS)
    return not set(others) - part, True


def _note(tx: WriteTx, staff: Staff, act: str, appeal: Appeal) -> None:
    tx.emit(StaffActed(act=decisions.add_act(tx, staff, act, deciding.about(appeal.account), appeal.decision)))


def _addresses(tx: WriteTx, account: AccountId) -> list[letters.To]:
    found = [logins.by_id(tx, login_id) for login_id in logins.logins_of(tx, account)]
    return [letters.To(row.email, row.locale) for row in found if row is not None]


# --- In public --------------------------------------------------------------------------------------------------------


IN_THE_LOG: dict[AppealState, entries.Outcome] = {
    AppealState.UPHELD: "upheld",
    AppealState.REVERSED: "reversed",
    AppealState.PARTLY: "partly",
    AppealState.WITHDRAWN: "withdrawn",
}


def _enter_outcome(tx: WriteTx, found: Appeal, outcome: AppealState, staff: Staff | None, *, took_part: bool) -> int:
    by = [] if staff is None else [recording.signature(tx, staff.login, staff.role)]
    turns = appeals.count_turns(tx, found.id)
    late = found.is_overdue(tx.now)

    def answered(type_seq: int) -> entries.AppealDecided:
        body = entries.Answered(found.place, IN_THE_LOG[outcome], by, took_part, turns, late)
        return entries.AppealDecided(at=recording.moment(tx.now), type_seq=type_seq, body=body)

    return recording.enter(tx, "appeal.decided", answered)


def _subject_of(content: bytes) -> entries.About:
    entry = entries.decode(content)
    assert isinstance(entry, entries.DecisionMade)
    return entry.body.subject


def waiting(tx: Tx) -> tuple[int, int]:
    """Count the appeals that are open, and of these those that should have been answered."""
    return appeals.count_open(tx)
