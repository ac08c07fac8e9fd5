"""Appeals as rows: one that is open for each decision at most; who reviews it takes it, and answers it once."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, and_, bindparam, exists, func, or_, select, text, update

from bema.model.appealing import Appeal, AppealState, Turn, Warned
from bema.model.decisions import Decision
from bema.model.ids import AccountId, LoginId, Millis
from bema.model.permissions import Staff
from bema.model.policy import Role
from bema.store.dialect import insert, one_of_ids
from bema.store.tables import appeal, appeal_turn, login, membership
from bema.store.timelines import Paged, Range
from bema.store.tx import Tx, WriteTx

_key: Any = bindparam("key", type_=BigInteger)
_me: Any = bindparam("me", type_=BigInteger)
_now: Any = bindparam("now", type_=BigInteger)
_is_open = appeal.c.state == text("'open'")  # in the same words for a database to see that the index fits
_add = insert(appeal).values({column.name: bindparam(column.name) for column in appeal.c}).on_conflict_do_nothing()
_by_id = select(appeal).where(appeal.c.id == _key)
_by_ids = select(appeal).where(one_of_ids(appeal.c.id)).order_by(appeal.c.id)
_held = _by_id.with_for_update()
_of_decisions = select(appeal).where(one_of_ids(appeal.c.decision_id)).order_by(appeal.c.id)
_queue = select(appeal).where(_is_open).order_by(appeal.c.due_at, appeal.c.id).limit(bindparam("limit"))
_closed = Paged(select(appeal).where(~_is_open), appeal.c.id)
_take = (
    update(appeal)
    .where(appeal.c.id == _key, _is_open, or_(appeal.c.reviewer_login.is_(None), appeal.c.reviewer_login == _me))
    .values(
        reviewer_login=_me,
        reviewer_account=bindparam("my_account", type_=BigInteger),
        reviewer_role=bindparam("my_role"),
    )
)
_mine = (appeal.c.id == _key, _is_open, appeal.c.reviewer_login == _me)
_let_go = (
    update(appeal)
    .where(*_mine, appeal.c.asked_at.is_(None))
    .values(reviewer_login=None, reviewer_account=None, reviewer_role=None)
)
_ask = update(appeal).where(*_mine, appeal.c.asked_at.is_(None)).values(asked_at=_now)
_answer = (
    update(appeal)
    .where(appeal.c.id == _key, _is_open, appeal.c.asked_at.is_not(None))
    .values(due_at=appeal.c.due_at + (_now - appeal.c.asked_at), asked_at=None)
)
_ending = {
    "state": bindparam("as_state"),
    "reasons": bindparam("why"),
    "took_part": bindparam("part"),
    "decided_at": _now,
    "decided_place": bindparam("at_place", type_=BigInteger),
    "asked_at": None,
}
_decide = update(appeal).where(*_mine).values(_ending)
_withdraw = update(appeal).where(appeal.c.id == _key, _is_open).values(_ending)
_add_turn = insert(appeal_turn).values({column.name: bindparam(column.name) for column in appeal_turn.c})
_turns = select(appeal_turn).where(appeal_turn.c.appeal_id == _key).order_by(appeal_turn.c.id)
_count_turns = select(func.count()).select_from(appeal_turn).where(appeal_turn.c.appeal_id == _key)
_count_open = select(
    func.count(),
    func.count().filter(and_(appeal.c.asked_at.is_(None), appeal.c.due_at < _now)),
).where(_is_open)
_reviewers = (
    select(login.c.id)
    .where(
        login.c.role > text("0"),
        one_of_ids(login.c.role, "roles"),
        login.c.disabled_at.is_(None),
        login.c.confirmed_at.is_not(None),
        login.c.approved_at.is_not(None),
        ~exists(
            select(1).where(
                membership.c.login_id == login.c.id,
                membership.c.account_id == bindparam("affected", type_=BigInteger),
            )
        ),
    )
    .limit(bindparam("limit"))
)


def add(tx: WriteTx, decision_id: int, account: AccountId, words: str, *, due_at: Millis, place: int) -> int | None:
    """Record an appeal, and return its id; None where one against this decision is open."""
    id_ = tx.new_id()
    row: dict[str, Any] = {column.name: None for column in appeal.c}
    row |= {"id": id_, "decision_id": decision_id, "account_id": account, "text": words, "opened_at": tx.now}
    row |= {"state": AppealState.OPEN.value, "due_at": due_at, "reasons": "", "took_part": False, "place": place}
    return id_ if tx.run(_add, row) else None


def by_id(tx: Tx, id_: int) -> Appeal | None:
    """Load an appeal."""
    return _of_row(tx.first(_by_id, {"key": id_}))


def by_ids(tx: Tx, ids: Sequence[int]) -> list[Appeal]:
    """Load appeals, in the order in which they were made."""
    rows = tx.all(_by_ids, {"ids": list(ids)}) if ids else []
    return [each for row in rows if (each := _of_row(row)) is not None]


def held(tx: WriteTx, id_: int) -> Appeal | None:
    """Load an appeal, and let nobody change it until this transaction ends."""
    return _of_row(tx.first(_held, {"key": id_}))


def of_decisions(tx: Tx, ids: Sequence[int]) -> dict[int, list[Appeal]]:
    """Return the appeals against decisions, the first first."""
    found: dict[int, list[Appeal]] = {id_: [] for id_ in ids}
    for row in tx.all(_of_decisions, {"ids": list(ids)}) if ids else ():
        if (each := _of_row(row)) is not None:
            found[each.decision].append(each)
    return found


def with_appeals(tx: Tx, found: dict[int, Decision]) -> dict[int, Warned]:
    """Return decisions with the newest appeal against each."""
    made = of_decisions(tx, list(found))
    return {id_: Warned(each, made[id_][-1] if made[id_] else None) for id_, each in found.items()}


def queue(tx: Tx, limit: int) -> list[Appeal]:
    """Return those that are open, what is due first at the head."""
    return [each for row in tx.all(_queue, {"limit": limit}) if (each := _of_row(row)) is not None]


def closed(tx: Tx, range_: Range) -> list[Appeal]:
    """Return a page of those that are not open any more, the newest first."""
    return [each for row in _closed.rows(tx, range_, {}) if (each := _of_row(row)) is not None]


def count_open(tx: Tx) -> tuple[int, int]:
    """Count those that are open, and of these those that are overdue."""
    row = tx.first(_count_open, {"now": tx.now})
    return (int(row[0]), int(row[1])) if row else (0, 0)


def take(tx: WriteTx, id_: int, staff: Staff) -> bool:
    """Let one of the staff review an appeal; False where another does, or it is closed."""
    parameters = {"key": id_, "me": staff.login, "my_account": staff.account, "my_role": int(staff.role)}
    return tx.run(_take, parameters) > 0


def let_go(tx: WriteTx, id_: int, login_id: LoginId | None) -> bool:
    """Let others review an appeal; False where it is not this one's, or waits for the person's answer."""
    return tx.run(_let_go, {"key": id_, "me": login_id}) > 0


def ask(tx: WriteTx, id_: int, login_id: LoginId | None, words: str) -> bool:
    """Record a question of the reviewer; False where it is not theirs to ask one now."""
    if not tx.run(_ask, {"key": id_, "me": login_id, "now": tx.now}):
        return False
    _say(tx, id_, words, by_reviewer=True)
    return True


def answer(tx: WriteTx, id_: int, words: str) -> bool:
    """Record the person's answer; False where nothing was asked."""
    if not tx.run(_answer, {"key": id_, "now": tx.now}):
        return False
    _say(tx, id_, words, by_reviewer=False)
    return True


def decide(
    tx: WriteTx,
    id_: int,
    state: AppealState,
    reasons: str = "",
    *,
    by: LoginId | None,
    took_part: bool = False,
    place: int,
) -> bool:
    """Record what came of an appeal; False where it was closed meanwhile, or is another's to decide."""
    values = {"as_state": state.value, "why": reasons, "part": took_part, "at_place": place}
    if state is AppealState.WITHDRAWN:
        return tx.run(_withdraw, {"key": id_, "now": tx.now, **values}) > 0
    return tx.run(_decide, {"key": id_, "me": by, "now": tx.now, **values}) > 0


def turns(tx: Tx, id_: int) -> list[Turn]:
    """Return what was said in an appeal, in its order."""
    return [Turn(bool(row.by_reviewer), row.text, row.at) for row in tx.all(_turns, {"key": id_})]


def count_turns(tx: Tx, id_: int) -> int:
    """Count what was said in an appeal."""
    return int(tx.value(_count_turns, {"key": id_}))


def reviewers(tx: Tx, roles: Sequence[Role], affected: AccountId, limit: int) -> list[LoginId]:
    """Return who has one of the roles, and does not speak for the account."""
    asked = {"roles": [int(role) for role in roles], "affected": affected, "limit": limit}
    return tx.values(_reviewers, asked)


def _say(tx: WriteTx, id_: int, words: str, *, by_reviewer: bool) -> None:
    row = {"id": tx.new_id(), "appeal_id": id_, "by_reviewer": by_reviewer, "text": words, "at": tx.now}
    tx.run(_add_turn, row)


def _of_row(row: Any) -> Appeal | None:
    if row is None:
        return None
    return Appeal(
        id=row.id,
        decision=row.decision_id,
        account=AccountId(row.account_id),
        text=row.text,
        state=AppealState(row.state),
        opened_at=row.opened_at,
        due_at=row.due_at,
        asked_at=row.asked_at,
        reviewer=None if row.reviewer_login is None else LoginId(row.reviewer_login),
        reviewer_account=None if row.reviewer_account is None else AccountId(row.reviewer_account),
        reviewer_role=None if row.reviewer_role is None else Role(row.reviewer_role),
        reasons=row.reasons,
        took_part=bool(row.took_part),
        decided_at=row.decided_at,
        place=row.place,
        decided_place=row.decided_place,
    )
