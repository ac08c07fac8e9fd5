"""Restoring: what was taken out of sight is kept, compared when it comes back, and destroyed only when nobody can object.

What an account holds is measured as soon as it is suspended, and again when that is over; the two are kept side by side.
As long as one can object to a decision, or an appeal against it is open, what it took away is kept. Then a removed post is
destroyed with its files, and a suspended account of ours leaves. Whoever it belongs to may delete their account before
that, as everybody may: what was promised in the public log then stays a promise.
"""

import hashlib
import secrets
from collections.abc import Iterable
from typing import Any

from bema.domain import leaving, posting, recording
from bema.model import limits
from bema.model.decisions import STANDING, Decision, Effect, Subject, SubjectKind
from bema.model.events import StaffActed
from bema.model.ids import AccountId, Millis, PostId
from bema.model.permissions import COMMAND_LINE
from bema.model.policy import Standing
from bema.model.restoring import Measure, Part, Report
from bema.store import accounts, appeals, decisions, posts, public_log, remedies, restorations, tasks
from bema.store.remedies import Destroyed
from bema.store.tx import Tx, WriteTx, text_of
from bema.wire.tlog import entries

MEASURING, PURGING = "measuring", "purging"  # the tasks
_WINDOW = limits.APPEAL_WINDOW_SECONDS * 1_000
_AGAIN = 86_400_000  # milliseconds until it is looked again whether an appeal is still open

# --- Measuring --------------------------------------------------------------------------------------------------------


class Measuring:
    """Counts and digests what an account holds of one kind, piece by piece."""

    def __init__(self) -> None:
        self._count, self._digest = 0, hashlib.sha256()

    def take(self, rows: Iterable[Any]) -> None:
        """Take some more."""
        for row in rows:
            self._count += 1
            self._digest.update(repr(tuple(row)).encode())

    @property
    def part(self) -> Part:
        """What was taken so far."""
        return Part(self._count, self._digest.hexdigest())


def suspended(tx: Tx, decision_id: int) -> AccountId | None:
    """Return which account a decision suspends, or did."""
    for _, effect, target in decisions.effects_of(tx, [decision_id]):
        if effect is Effect.SUSPEND and target.kind is SubjectKind.ACCOUNT and target.id is not None:
            return AccountId(target.id)
    return None


def report(tx: Tx, actor: AccountId, decision_id: int) -> Report | None:
    """Return what one held before and after a decision about oneself."""
    found = restorations.of_decision(tx, decision_id)
    return found[1] if found is not None and found[0] == actor else None


def finish(tx: WriteTx, decision_id: int, measure: Measure, by: int) -> None:
    """Keep what an account holds now that a decision is over, and enter into the public log whether it is the same."""
    if not restorations.finish(tx, decision_id, measure, by):
        return
    found = restorations.of_decision(tx, decision_id)
    about = public_log.of_decisions(tx, [decision_id, by])
    if found is None or decision_id not in about:
        return
    secret = secrets.token_bytes(entries.SALT_BYTES)
    body = told(found[1], about[decision_id][0], about[by][0] if by in about else None)
    promised = entries.measured(secret, *counted(found[1]))

    def restored(type_seq: int) -> entries.DecisionRestored:
        return entries.DecisionRestored(at=recording.moment(tx.now), type_seq=type_seq, body=body, commitments=promised)

    restorations.entered(tx, decision_id, recording.enter(tx, "decision.restored", restored, secret=secret))


def told(report: Report, decision: int, reversal: int | None) -> entries.Restored:
    """Write what the public log says of a report; the two are places of entries."""
    return entries.Restored(decision, reversal, not report.differing, report.differing)


def counted(report: Report) -> tuple[str, str]:
    """Write what the public log only promises of a report: what was held before, and after."""
    return text_of(report.before), text_of(report.after)


# --- Destroying -------------------------------------------------------------------------------------------------------


def took_effect(tx: WriteTx, decision_id: int) -> None:
    """Have a decision that takes something out of sight measured, and looked at again when nobody can object any more."""
    what = {effect for _, effect, _ in decisions.effects_of(tx, [decision_id])}
    if suspended(tx, decision_id) is not None:
        tasks.add(tx, MEASURING, f"before {decision_id}", f"before {decision_id}")
    if what & {Effect.SUSPEND, Effect.REMOVE}:
        _look_again(tx, decision_id, Millis(tx.now + _WINDOW))


def is_over(tx: WriteTx, decision_id: int, by: int) -> None:
    """Have what comes back compared with what there was."""
    if suspended(tx, decision_id) is not None:
        tasks.add(tx, MEASURING, f"after {decision_id}", f"after {decision_id} {by}")


def purge(tx: WriteTx, decision_id: int) -> None:
    """Destroy what a decision took away, if nobody can object to it, or to another that took it away, any more."""
    decision = decisions.hold(tx, decision_id)
    if decision is None or decision.state not in STANDING:
        return
    due = kept_until(tx, decision)
    if due is not None:
        _look_again(tx, decision_id, due)
        return
    gone: list[tuple[str, str]] = []
    for _, effect, target in decisions.effects_of(tx, [decision_id]):
        if (decision_id, effect) not in decisions.in_force(tx, target):
            continue
        later = [until for each, _ in decisions.in_force(tx, target) if (until := _kept_by(tx, each)) is not None]
        if later:
            _look_again(tx, decision_id, max(later))
        elif effect is Effect.REMOVE and target.id is not None:
            destroyed = _destroy(tx, PostId(target.id), target, decision_id)
            gone += [(effect.value, target.kind.value)] if destroyed else []
        elif effect is Effect.SUSPEND and target.kind is SubjectKind.ACCOUNT and target.id is not None:
            left = _let_leave(tx, AccountId(target.id), target, decision_id)
            gone += [(effect.value, target.kind.value)] if left else []
    if gone:
        _enter(tx, decision_id, gone)


def _enter(tx: WriteTx, decision_id: int, gone: list[tuple[str, str]]) -> None:
    """Say in public that something was destroyed, and how much."""
    about = public_log.of_decisions(tx, [decision_id])
    body = entries.Purged(about[decision_id][0], entries.counted(gone))

    def purged(type_seq: int) -> entries.DecisionPurged:
        return entries.DecisionPurged(at=recording.moment(tx.now), type_seq=type_seq, body=body)

    place = recording.enter(tx, "decision.purged", purged)
    remedies.add_destruction(tx, Destroyed(place, decision_id, gone, tx.now))


def kept_until(tx: Tx, decision: Decision) -> Millis | None:
    """Return until when what a decision took away is kept at least; None where nothing keeps it any more."""
    closes = max(decision.starts_at, decision.approved_at or 0) + _WINDOW
    if tx.now <= closes:
        return Millis(closes + 1)
    if any(each.is_open for each in appeals.of_decisions(tx, [decision.id])[decision.id]):
        return Millis(tx.now + _AGAIN)
    return None


def is_kept(tx: Tx, account_id: AccountId) -> bool:
    """Tell whether a suspended account must not be deleted by the staff, because its suspension can still be taken back."""
    target = Subject(SubjectKind.ACCOUNT, account_id)
    return any(
        effect is Effect.SUSPEND and _kept_by(tx, decision_id) is not None
        for decision_id, effect in decisions.in_force(tx, target)
    )


def _kept_by(tx: Tx, decision_id: int) -> Millis | None:
    decision = decisions.by_ids(tx, [decision_id])[decision_id]
    return kept_until(tx, decision)


def _look_again(tx: WriteTx, decision_id: int, due: Millis) -> None:
    tasks.add(tx, PURGING, f"{decision_id} {due}", str(decision_id), due=due)


def _destroy(tx: WriteTx, post_id: PostId, target: Subject, decision_id: int) -> bool:
    post = posts.held(tx, post_id, in_any_case=True)
    if post is None:
        return False
    posting.destroy(tx, post, with_files=True)
    _note(tx, target, decision_id)
    return True


def _let_leave(tx: WriteTx, account_id: AccountId, target: Subject, decision_id: int) -> bool:
    account = accounts.by_id(tx, account_id)
    if account is None or account.domain is not None or account.standing is not Standing.SUSPENDED:
        return False
    leaving.leave(tx, account_id)
    _note(tx, target, decision_id)
    return True


def _note(tx: WriteTx, target: Subject, decision_id: int) -> None:
    tx.emit(StaffActed(act=decisions.add_act(tx, COMMAND_LINE, "purge", target, decision_id)))
