"""Electing: who is of the staff, and as what, is proposed by one and agreed to by others, as many as policy asks for.

Who proposes it is superior to whom it is about, before and after; who agrees is at least their equal, and may give roles.
Nobody speaks for themselves, or twice, and whoever lost their role meanwhile does not count. What nobody answers lapses.
"""

from collections.abc import Sequence

import msgspec

from bema.domain import appointing, deciding, policies, recording
from bema.model import limits
from bema.model.decisions import Act, Deed, State, Voice
from bema.model.errors import Conflict, Forbidden, Invalid, NotFound
from bema.model.ids import AccountId, LoginId
from bema.model.permissions import Permission, Staff, roles_that_may
from bema.model.policy import Role
from bema.model.views import Account
from bema.store import accounts, approvals, logins, role_proposals, staff_people, tasks
from bema.store.role_proposals import Proposal, Said
from bema.store.tx import Tx, WriteTx
from bema.wire.tlog import entries

ROLES = "roles"  # the tasks that end what nobody answered
_DAY = 86_400_000  # milliseconds
_MAY = Permission.MANAGE_ROLES

# --- Proposing and answering ------------------------------------------------------------------------------------------


def propose(tx: WriteTx, staff: Staff, account_id: AccountId, role: Role, reasons: str) -> Proposal:
    """Propose that who signs in for an account gets another role; where nobody else is needed, they have it at once."""
    staff.needs(_MAY)
    if staff.login is None:
        raise Forbidden
    if len(reasons) > limits.REASONS_CHARACTERS:
        raise Invalid(f"Validation failed: Text is too long (maximum is {limits.REASONS_CHARACTERS} characters)")
    login_id, before = appointing.holder(tx, account_id)
    if login_id == staff.login or max(before, role) >= staff.role:
        raise Forbidden
    if before is role:
        raise Invalid("Validation failed: Role is the one that they have")
    needs, until = _needs(tx, before, role), tx.now + policies.answer_days(tx) * _DAY
    made = role_proposals.add(tx, staff, (login_id, account_id), before, role, reasons.strip(), needs, until)
    if made is None:
        raise Invalid("Validation failed: Something is proposed about them already")
    deciding.note(tx, staff, Deed.PROPOSE_ROLE, deciding.about(account_id))
    alone = needs > 1 and not approvals.others(tx, staff.login, _able(before, role), account_id)
    if needs <= 1 or alone:
        return _change(tx, made, [staff.login], needs, alone=alone)
    tasks.add(tx, ROLES, str(made.id), str(made.id), due=until)
    return made


def approve(tx: WriteTx, staff: Staff, id_: int) -> Proposal:
    """Agree to what somebody else proposed; with the last who is needed, the role changes."""
    made = _answerable(tx, staff, id_)
    if not role_proposals.say(tx, id_, staff, Voice.APPROVED):
        raise Conflict("You have said what you think of this already")
    deciding.note(tx, staff, Deed.APPROVE_ROLE, deciding.about(made.account))
    standing = _standing(made, role_proposals.said(tx, [id_])[id_])
    needs = _needs(tx, made.before, made.after)
    if made.by_login not in standing:
        raise Conflict("Who proposed it may not propose it any more")
    return made if len(standing) < needs else _change(tx, made, standing, needs)


def refuse(tx: WriteTx, staff: Staff, id_: int) -> None:
    """Say no to what somebody else proposed."""
    made = _answerable(tx, staff, id_)
    if not role_proposals.say(tx, id_, staff, Voice.REFUSED):
        raise Conflict("You have said what you think of this already")
    deciding.note(tx, staff, Deed.REFUSE_ROLE, deciding.about(made.account))
    _close(tx, made, State.REFUSED)


def withdraw(tx: WriteTx, staff: Staff, id_: int) -> None:
    """Take back what one proposed oneself."""
    made = _held(tx, id_)
    if made.by_login != staff.login:
        raise Forbidden
    deciding.note(tx, staff, Deed.WITHDRAW_ROLE, deciding.about(made.account))
    _close(tx, made, State.WITHDRAWN)


def _needs(tx: Tx, before: Role, after: Role) -> int:
    return policies.approvals_needed(tx, (Act.APPOINT if after > before else Act.DISMISS).value)


def _able(before: Role, after: Role) -> list[Role]:
    """Return the roles that may agree."""
    return [role for role in roles_that_may(_MAY) if role >= max(before, after)]


def _held(tx: WriteTx, id_: int) -> Proposal:
    made = role_proposals.hold(tx, id_)
    if made is None:
        raise NotFound
    if made.state is not State.PROPOSED:
        raise Conflict("This was settled meanwhile")
    return made


def _answerable(tx: WriteTx, staff: Staff, id_: int) -> Proposal:
    made = _held(tx, id_)
    if not may_answer(staff, made):
        raise Forbidden
    return made


def may_answer(staff: Staff, made: Proposal) -> bool:
    """Tell whether somebody of the staff could say yes or no to a proposal."""
    if made.state is not State.PROPOSED or staff.login in (None, made.by_login, made.login):
        return False
    return staff.role in _able(made.before, made.after)


def _standing(made: Proposal, said: Sequence[Said]) -> list[LoginId]:
    """Return who stands behind a proposal and may at this moment."""
    able = _able(made.before, made.after)
    return [
        each.login
        for each in said
        if each.voice is not Voice.REFUSED
        and each.now in able
        and (each.login != made.by_login or each.now > max(made.before, made.after))
    ]


def _change(tx: WriteTx, made: Proposal, standing: Sequence[LoginId], needs: int, *, alone: bool = False) -> Proposal:
    """Let somebody have another role, which stands in the public log first."""
    if appointing.holder(tx, made.account) != (made.login, made.before):
        raise Conflict("They have another role by now")
    role_proposals.count(tx, made.id, standing)
    said = [each for each in role_proposals.said(tx, [made.id])[made.id] if each.counted]
    by, *agreed = [recording.signature(tx, each.login, each.role) for each in said]
    place = appointing.record(
        tx, made.login, made.before, made.after, by, agreed=agreed, needs=needs, single_operator=alone
    )
    appointing.change(tx, made.login, made.account, made.after)
    return _close(tx, made, State.IN_FORCE, needs=needs, alone=alone, place=place)


def _close(
    tx: WriteTx,
    made: Proposal,
    state: State,
    *,
    needs: int | None = None,
    alone: bool = False,
    place: int | None = None,
) -> Proposal:
    if not role_proposals.settle(tx, made.id, state, needs or made.needs, alone=alone, place=place):
        raise Conflict("This was settled meanwhile")
    tasks.withdraw(tx, ROLES, str(made.id))
    found = role_proposals.hold(tx, made.id)
    assert found is not None
    return found


# --- In time ----------------------------------------------------------------------------------------------------------


def come_due(tx: WriteTx, id_: int) -> Proposal | None:
    """Let a proposal lapse that nobody answered; return it where it did by this. Done twice, it changes nothing."""
    made = role_proposals.hold(tx, id_)
    if made is None or made.state is not State.PROPOSED or made.answer_until > tx.now:
        return None
    said = [each for each in role_proposals.said(tx, [id_])[id_] if each.voice is not Voice.REFUSED]
    by = [recording.signature(tx, each.login, each.role) for each in said]
    act = Act.APPOINT if made.after > made.before else Act.DISMISS
    body = entries.Unanswered(act.value, "account", by, [], made.needs, recording.moment(made.proposed_at))
    at = recording.moment(made.answer_until)
    place = recording.enter(
        tx, "decision.unanswered", lambda seq: entries.DecisionUnanswered(at=at, type_seq=seq, body=body)
    )
    return _close(tx, made, State.UNANSWERED, place=place)


# --- What the staff sees ----------------------------------------------------------------------------------------------


class Member(msgspec.Struct, frozen=True):
    """Somebody of the staff."""

    account: Account
    role: Role
    may_change: bool


class Shown(msgspec.Struct, frozen=True):
    """A proposal with whom it is about and who said what to it."""

    proposal: Proposal
    whom: Account | None
    said: list[tuple[Said, Account | None]]
    may_answer: bool
    is_mine: bool


def crew(tx: Tx, staff: Staff) -> list[Member]:
    """Return who is of the staff, the highest first."""
    rows = staff_people.page(tx, -1, limits.STAFF_SHOWN)
    held = {login_id: logins.accounts_of(tx, login_id) for login_id, _ in rows}
    people = accounts.by_ids(tx, sorted({id_ for ids in held.values() for id_ in ids}))
    found = [
        Member(people[id_], role, login_id != staff.login and role < staff.role)
        for login_id, role in rows
        for id_ in held[login_id]
        if id_ in people
    ]
    return sorted(found, key=lambda each: (-each.role, each.account.username))


def proposals(tx: Tx, staff: Staff) -> list[Shown]:
    """Return the newest proposals, those that wait first."""
    found = sorted(role_proposals.newest(tx, limits.UNDECIDED), key=lambda each: each.state is not State.PROPOSED)
    said = role_proposals.said(tx, [each.id for each in found])
    ids = {each.account for each in found} | {one.account for some in said.values() for one in some if one.account}
    people = accounts.by_ids(tx, sorted(ids))
    return [
        Shown(
            each,
            people.get(each.account),
            [(one, people.get(one.account or AccountId(0))) for one in said[each.id]],
            may_answer(staff, each) and all(one.login != staff.login for one in said[each.id]),
            each.by_login == staff.login,
        )
        for each in found
    ]
