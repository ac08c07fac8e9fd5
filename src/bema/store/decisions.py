"""Decisions and their effects as rows: what they say never changes, their state does; an effect begins and ends once."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Text, and_, bindparam, exists, or_, select, text, update

from bema.model.decisions import (
    BEGUN,
    ENDING,
    STANDING,
    Act,
    Decision,
    Deed,
    Effect,
    Grounds,
    State,
    Subject,
    SubjectKind,
    Terms,
)
from bema.model.ids import AccountId, LoginId, Millis, PostId
from bema.model.permissions import Staff
from bema.model.policy import Role
from bema.store.dialect import insert, one_of_ids
from bema.store.tables import decision, effect, staff_act
from bema.store.timelines import Paged, Range
from bema.store.tx import Tx, WriteTx, text_of

_texts = msgspec.json.Decoder(list[str]).decode
_terms = msgspec.json.Decoder(Terms).decode
_ids = msgspec.json.Decoder(list[int]).decode

_add = insert(decision).values({column.name: bindparam(column.name) for column in decision.c})
_add_effect = insert(effect).values(
    {column.name: bindparam(column.name) for column in effect.c if column.name != "ended_by"}
)
_of_ids = select(decision).where(one_of_ids(decision.c.id))
_begun = or_(*(decision.c.state == state.value for state in BEGUN))
_held = select(decision).where(decision.c.id == bindparam("id", type_=BigInteger)).with_for_update()
_of_account = Paged(
    select(decision).where(
        decision.c.subject_kind == SubjectKind.ACCOUNT.value,
        decision.c.subject_id == bindparam("account", type_=BigInteger),
        and_(*(decision.c.act != act.value for act in ENDING)),
        _begun,
    ),
    decision.c.id,
)
_kind: Any = bindparam("kind", type_=Text)
_on_target = (effect.c.target_kind == _kind, effect.c.in_force.is_(True))
_by_id = effect.c.target_id == bindparam("id", type_=BigInteger)
_by_name = effect.c.target_name == bindparam("name", type_=Text)
_in_force = [
    select(effect.c.decision_id, effect.c.effect).where(*_on_target, which).order_by(effect.c.decision_id)
    for which in (_by_id, _by_name)
]
_end = [
    update(effect)
    .where(
        effect.c.decision_id == bindparam("decision"),
        effect.c.effect == bindparam("what"),
        *_on_target,
        which,
    )
    .values(in_force=False, ended_by=bindparam("by"))
    for which in (_by_id, _by_name)
]
_key: Any = bindparam("key", type_=BigInteger)
_begin_effects = update(effect).where(effect.c.decision_id == _key, effect.c.ended_by.is_(None)).values(in_force=True)
_rest_effects = update(effect).where(effect.c.decision_id == _key).values(in_force=False)
_end_all = (
    update(effect)
    .where(effect.c.decision_id == _key, effect.c.in_force.is_(True))
    .values(in_force=False, ended_by=bindparam("by", type_=BigInteger))
)
_any_in_force = select(exists(select(1).where(effect.c.decision_id == _key, effect.c.in_force.is_(True))))
_begin = (
    update(decision)
    .where(decision.c.id == _key)
    .values(
        state=bindparam("as_state"),
        starts_at=bindparam("now"),
        ends_at=bindparam("until"),
        needs=bindparam("asked"),
    )
)
_approve = (
    update(decision).where(decision.c.id == _key).values(state=State.IN_FORCE.value, approved_at=bindparam("now"))
)
_set_state = update(decision).where(decision.c.id == _key).values(state=bindparam("as_state"))


def add(
    tx: WriteTx,
    subject: Subject,
    act: Act,
    staff: Staff,
    grounds: Grounds,
    effects: Sequence[tuple[Effect, Subject]],
    *,
    words: str | None = None,
    terms: Terms | None = None,
    answer_until: Millis | None = None,
    reverses: int | None = None,
    lasts: Millis | None = None,
    needs: int = 1,
    automated: bool = False,
    state: State = State.PROPOSED,
    alone: bool = False,
) -> Decision:
    """Record a decision with its effects, as it is proposed, or in force from now on."""
    id_, begun = tx.new_id(), state in STANDING
    ends_at = tx.now + lasts if begun and lasts is not None else None
    provisional = state is State.PROVISIONAL
    tx.run(
        _add,
        {
            "id": id_,
            "subject_kind": subject.kind.value,
            "subject_id": subject.id,
            "subject_name": subject.name,
            "act": act.value,
            "state": state.value,
            "by_login": staff.login,
            "by_account": staff.account,
            "by_role": int(staff.role),
            "reasons": grounds.reasons,
            "facts": grounds.facts,
            "clauses": text_of(grounds.clauses),
            "law": grounds.law,
            "territory": text_of(grounds.territory),
            "detected": grounds.detected,
            "automated": automated,
            "post_ids": text_of(grounds.posts),
            "report_id": grounds.report,
            "case_id": grounds.case,
            "reverses_id": reverses,
            "needs": needs,
            "provisional": provisional,
            "single_operator": alone,
            "proposed_at": tx.now,
            "starts_at": tx.now,
            "approved_at": None,
            "lasts": lasts,
            "ends_at": ends_at,
            "answer_until": answer_until,
            "terms": None if terms is None else text_of(terms),
        },
    )
    tx.run_each(
        _add_effect,
        [
            {
                "decision_id": id_,
                "number": number,
                "effect": what.value,
                "target_kind": target.kind.value,
                "target_id": target.id,
                "target_name": target.name,
                "words": words,
                "in_force": begun,
            }
            for number, (what, target) in enumerate(effects)
        ],
    )
    return Decision(
        id_,
        subject,
        act,
        state,
        staff.login,
        staff.account,
        staff.role,
        grounds.reasons,
        grounds.facts,
        list(grounds.clauses),
        grounds.law,
        list(grounds.territory),
        grounds.detected,
        automated,
        list(grounds.posts),
        grounds.report,
        grounds.case,
        reverses,
        needs,
        provisional,
        alone,
        tx.now,
        tx.now,
        None,
        lasts,
        ends_at,
        answer_until,
        terms,
    )


def hold(tx: WriteTx, id_: int) -> Decision | None:
    """Load a decision, and let nobody else change its state until this transaction ends."""
    row = tx.first(_held, {"id": id_})
    return None if row is None else _of_row(row)


def begin(tx: WriteTx, decision_: Decision, needs: int) -> Decision:
    """Let a decision that was proposed take effect, now, and return it as it is then."""
    ends_at = None if decision_.lasts is None else tx.now + decision_.lasts
    begun = msgspec.structs.replace(decision_, state=State.IN_FORCE, starts_at=tx.now, ends_at=ends_at, needs=needs)
    changed = {"key": begun.id, "as_state": begun.state.value, "now": tx.now, "until": ends_at, "asked": needs}
    tx.run(_begin, changed)
    tx.run(_begin_effects, {"key": begun.id})
    return begun


def approve(tx: WriteTx, id_: int) -> None:
    """Let a provisional decision stay in force."""
    tx.run(_approve, {"key": id_, "now": tx.now})


def set_state(tx: WriteTx, id_: int, state: State) -> None:
    """Say where a decision stands."""
    tx.run(_set_state, {"key": id_, "as_state": state.value})


def end_all(tx: WriteTx, id_: int, by: int) -> None:
    """End whatever is left of what a decision does, by another decision."""
    tx.run(_end_all, {"key": id_, "by": by})


def put_right(tx: WriteTx, id_: int) -> None:
    """Let what a decision does be in force if it is, but for what was ended."""
    found = by_ids(tx, [id_])[id_]
    tx.run(_begin_effects if found.state in STANDING else _rest_effects, {"key": id_})


def is_in_force(tx: Tx, id_: int) -> bool:
    """Tell whether something is left of what a decision does."""
    return bool(tx.value(_any_in_force, {"key": id_}))


def in_force(tx: Tx, target: Subject) -> list[tuple[int, Effect]]:
    """Return the effects that a target is under, each with the decision it comes from, the oldest first."""
    statement, parameters = _of_target(_in_force, target)
    return [(row[0], Effect(row[1])) for row in tx.all(statement, parameters)]


def end(tx: WriteTx, decision_id: int, what: Effect, target: Subject, by: int) -> bool:
    """End an effect of a decision by another decision; False when it had ended."""
    statement, parameters = _of_target(_end, target)
    return tx.run(statement, {**parameters, "decision": decision_id, "what": what.value, "by": by}) > 0


def _of_target(statements: list[Any], target: Subject) -> tuple[Any, dict[str, Any]]:
    if target.id is not None:
        return statements[0], {"kind": target.kind.value, "id": target.id}
    return statements[1], {"kind": target.kind.value, "name": target.name}


_effects = (
    select(effect.c.decision_id, effect.c.effect, effect.c.target_kind, effect.c.target_id, effect.c.target_name)
    .where(one_of_ids(effect.c.decision_id))
    .order_by(effect.c.decision_id, effect.c.number)
)
_ended = (
    select(effect.c.ended_by, effect.c.effect, effect.c.target_kind, effect.c.target_id, effect.c.target_name)
    .where(one_of_ids(effect.c.ended_by))
    .order_by(effect.c.decision_id, effect.c.number)
)
_undecided = (
    select(decision)
    .where(
        text("state IN ('proposed', 'provisional', 'unanswered')"), decision.c.state == bindparam("state", type_=Text)
    )
    .order_by(decision.c.id)
    .limit(bindparam("limit"))
)
_standing = or_(*(decision.c.state == state.value for state in STANDING))
_standing_about = (
    select(decision)
    .where(
        decision.c.subject_name == bindparam("name", type_=Text),
        decision.c.subject_kind == bindparam("kind", type_=Text),
        decision.c.act == bindparam("act", type_=Text),
        _standing,
    )
    .order_by(decision.c.starts_at.desc(), decision.c.id.desc())
)
_measures = (
    select(decision)
    .where(decision.c.id > bindparam("after", type_=BigInteger), decision.c.terms.is_not(None), _standing)
    .order_by(decision.c.id)
    .limit(bindparam("limit"))
)
_newest_in = _undecided.order_by(None).order_by(decision.c.id.desc())
_unanswered = (
    select(decision.c.id)
    .where(
        text("state IN ('proposed', 'provisional', 'unanswered')"),
        decision.c.state == State.UNANSWERED.value,
        decision.c.id > bindparam("after", type_=BigInteger),
    )
    .order_by(decision.c.id)
    .limit(bindparam("limit"))
)
_of_case = select(decision).where(decision.c.case_id == bindparam("case", type_=BigInteger)).order_by(decision.c.id)
_after = (
    select(decision.c.id)
    .where(decision.c.id > bindparam("after", type_=BigInteger), _begun)
    .order_by(decision.c.id)
    .limit(bindparam("limit"))
)


def effects_of(tx: Tx, ids: Sequence[int]) -> list[tuple[int, Effect, Subject]]:
    """Return what decisions do or did, each with the decision and its target."""
    return [_effect_of_row(row) for row in tx.all(_effects, {"ids": list(ids)})]


def ended_by(tx: Tx, ids: Sequence[int]) -> list[tuple[int, Effect, Subject]]:
    """Return what decisions ended, each with the decision that ended it and its target."""
    return [_effect_of_row(row) for row in tx.all(_ended, {"ids": list(ids)})]


def _effect_of_row(row: Any) -> tuple[int, Effect, Subject]:
    id_, what, kind, target_id, target_name = row
    return id_, Effect(what), Subject(SubjectKind(kind), target_id, target_name)


def undecided(tx: Tx, state: State, limit: int) -> list[Decision]:
    """Load decisions that wait for others in this state, those that wait longest first."""
    return [_of_row(row) for row in tx.all(_undecided, {"state": state.value, "limit": limit})]


def unanswered(tx: Tx, after: int, limit: int) -> list[int]:
    """Return some of the proposals that nobody answered in time, in the order in which they were made."""
    return tx.values(_unanswered, {"after": after, "limit": limit})


def newest_in(tx: Tx, state: State, limit: int) -> list[Decision]:
    """Load decisions that wait for others, or waited in vain, the newest first."""
    return [_of_row(row) for row in tx.all(_newest_in, {"state": state.value, "limit": limit})]


def standing_about(tx: Tx, subject: Subject, act: Act) -> list[Decision]:
    """Load what is in force about something that has a name, what took effect last first."""
    asked = {"kind": subject.kind.value, "name": subject.name, "act": act.value}
    return [_of_row(row) for row in tx.all(_standing_about, asked)]


def measures(tx: Tx, after: int, limit: int) -> list[Decision]:
    """Load some of the measures that are in force, by their ids."""
    return [_of_row(row) for row in tx.all(_measures, {"after": after, "limit": limit})]


def of_case(tx: Tx, case_id: int) -> list[Decision]:
    """Load what was decided or proposed in a case, the oldest first."""
    return [_of_row(row) for row in tx.all(_of_case, {"case": case_id})]


def ids_after(tx: Tx, after: int, limit: int) -> list[int]:
    """Return some of the decisions that took effect, in the order in which they were proposed."""
    return tx.values(_after, {"after": after, "limit": limit})


def by_ids(tx: Tx, ids: Sequence[int]) -> dict[int, Decision]:
    """Load decisions."""
    return {row.id: _of_row(row) for row in tx.all(_of_ids, {"ids": list(ids)})} if ids else {}


def of_account(tx: Tx, account_id: AccountId, range_: Range) -> list[Decision]:
    """Load a page of what was decided about an account, the newest first, without what ended it."""
    return [_of_row(row) for row in _of_account.rows(tx, range_, {"account": account_id})]


def _of_row(row: Any) -> Decision:
    return Decision(
        row.id,
        Subject(SubjectKind(row.subject_kind), row.subject_id, row.subject_name),
        Act(row.act),
        State(row.state),
        None if row.by_login is None else LoginId(row.by_login),
        None if row.by_account is None else AccountId(row.by_account),
        Role(row.by_role),
        row.reasons,
        row.facts,
        _texts(row.clauses),
        row.law,
        _texts(row.territory),
        row.detected,
        row.automated,
        [PostId(id_) for id_ in _ids(row.post_ids)],
        row.report_id,
        row.case_id,
        row.reverses_id,
        row.needs,
        row.provisional,
        row.single_operator,
        row.proposed_at,
        row.starts_at,
        row.approved_at,
        row.lasts,
        row.ends_at,
        row.answer_until,
        None if row.terms is None else _terms(row.terms),
    )


# --- What the staff did -----------------------------------------------------------------------------------------------

_add_act = insert(staff_act).values({column.name: bindparam(column.name) for column in staff_act.c})
_DONE = {each.value for each in (*Act, *Deed)}
_acts = Paged(select(staff_act), staff_act.c.id)


def add_act(
    tx: WriteTx, staff: Staff, act: str, subject: Subject, decision_id: int | None, to: AccountId | None = None
) -> int:
    """Record what somebody of the staff did, perhaps giving something to somebody, and return the id of the record."""
    if act not in _DONE:
        raise ValueError(f"{act} is called nothing")
    id_ = tx.new_id()
    tx.run(
        _add_act,
        {
            "id": id_,
            "login_id": staff.login,
            "account_id": staff.account,
            "role": int(staff.role),
            "act": act,
            "subject_kind": subject.kind.value,
            "subject_id": subject.id,
            "subject_name": subject.name,
            "decision_id": decision_id,
            "to_id": to,
            "at": tx.now,
        },
    )
    return id_


def acts(tx: Tx, range_: Range) -> list[Any]:
    """Return a page of what the staff did, the newest first: rows of the table."""
    return _acts.rows(tx, range_, {})
