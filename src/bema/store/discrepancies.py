"""Discrepancies: rows that restrict somebody otherwise than the decisions in force say; for the audit, in batches."""

from typing import Any, NamedTuple

from sqlalchemy import BigInteger, and_, bindparam, exists, func, not_, or_, select, text

from bema.model.decisions import BEGUN, STANDING, Effect, State, SubjectKind
from bema.model.ids import AccountId, LoginId, Millis, PostId
from bema.model.policy import Standing
from bema.store.effects import closed_at_home, in_force, is_frozen, words_in_force
from bema.store.tables import (
    account,
    approval,
    decision,
    domain,
    effect,
    login,
    membership,
    post,
    public_entry,
    role_proposal,
)
from bema.store.tx import Tx

_after: Any = bindparam("after", type_=BigInteger)
_limit: Any = bindparam("limit")


def _differ(column: Any, what: Any) -> Any:
    return or_(and_(column, not_(what)), and_(not_(column), what))


_posts = (
    select(post.c.id)
    .where(
        post.c.id > _after,
        or_(
            _differ(post.c.removed, in_force(Effect.REMOVE, SubjectKind.POST, post.c.id)),
            _differ(post.c.marked_sensitive, in_force(Effect.SENSITIVE, SubjectKind.POST, post.c.id)),
            _differ(post.c.demoted, in_force(Effect.DEMOTE, SubjectKind.POST, post.c.id)),
            _differ(post.c.quiet, in_force(Effect.QUIET, SubjectKind.POST, post.c.id)),
            post.c.cover.is_distinct_from(words_in_force(Effect.COVER, SubjectKind.POST, post.c.id)),
            post.c.label.is_distinct_from(words_in_force(Effect.LABEL, SubjectKind.POST, post.c.id)),
            post.c.staff_note.is_distinct_from(words_in_force(Effect.NOTE, SubjectKind.POST, post.c.id)),
        ),
    )
    .order_by(post.c.id)
    .limit(_limit)
)


def posts(tx: Tx, after: int, limit: int) -> list[PostId]:
    """Return posts that are hidden or covered without a decision, or not although one says so."""
    return tx.values(_posts, {"after": after, "limit": limit})


def _on_account(what: Effect) -> Any:
    return in_force(what, SubjectKind.ACCOUNT, account.c.id)


_spoken_of = or_(
    _differ(account.c.demoted, _on_account(Effect.DEMOTE)),
    _differ(account.c.quiet, _on_account(Effect.QUIET)),
    account.c.label.is_distinct_from(words_in_force(Effect.LABEL, SubjectKind.ACCOUNT, account.c.id)),
    account.c.staff_note.is_distinct_from(words_in_force(Effect.NOTE, SubjectKind.ACCOUNT, account.c.id)),
)
_suspended = account.c.standing == int(Standing.SUSPENDED)
_to_suspend = or_(_on_account(Effect.SUSPEND), closed_at_home)
_accounts = (
    select(
        account.c.id,
        _suspended.label("suspended"),
        _to_suspend.label("to_suspend"),
        account.c.limited,
        _on_account(Effect.LIMIT).label("to_limit"),
        account.c.sensitized,
        _on_account(Effect.SENSITIVE).label("to_cover"),
        _spoken_of.label("spoken_of"),
    )
    .where(
        account.c.id > _after,
        account.c.standing != int(Standing.DELETED),
        or_(
            _differ(_suspended, _to_suspend),
            _differ(account.c.limited, _on_account(Effect.LIMIT)),
            _differ(account.c.sensitized, _on_account(Effect.SENSITIVE)),
            _spoken_of,
        ),
    )
    .order_by(account.c.id)
    .limit(_limit)
)


class Restricted(NamedTuple):
    """How an account is restricted, and how decisions about itself, its own server's too, want it; its domain may want more."""

    id: AccountId
    suspended: bool
    to_suspend: bool
    limited: bool
    to_limit: bool
    sensitized: bool
    to_cover: bool
    spoken_of: bool  # it bears words otherwise than decided, or is demoted or quiet otherwise


def accounts(tx: Tx, after: int, limit: int) -> list[Restricted]:
    """Return accounts that are restricted otherwise than the decisions about themselves say."""
    rows = tx.all(_accounts, {"after": after, "limit": limit})
    return [Restricted(row[0], *(bool(value) for value in row[1:])) for row in rows]


def _forged(column: Any, what: Effect) -> Any:
    """Select accounts of ours that are under what no entry of the public log tells of: by an index of those that are."""
    entered = effect.join(public_entry, public_entry.c.decision_id == effect.c.decision_id)
    decided = (
        select(1)
        .select_from(entered)
        .where(
            effect.c.target_kind == SubjectKind.ACCOUNT.value,
            effect.c.target_id == account.c.id,
            effect.c.in_force.is_(True),
            effect.c.effect == what.value,
        )
    )
    ours = select(domain.c.id).where(domain.c.local.is_(True)).scalar_subquery()
    return select(account.c.id).where(column, account.c.domain_id == ours, ~exists(decided)).limit(_limit)


_taken_away = (
    _forged(and_(account.c.standing > text("0"), _suspended), Effect.SUSPEND),
    _forged(account.c.limited.is_(True), Effect.LIMIT),
    _forged(account.c.sensitized.is_(True), Effect.SENSITIVE),
)


def taken_away(tx: Tx, limit: int) -> list[AccountId]:
    """Return some accounts of ours that are kept from readers though no entry of the public log tells of it."""
    return sorted({id_ for statement in _taken_away for id_ in tx.values(statement, {"limit": limit})})


_logins = (
    select(login.c.id, membership.c.account_id)
    .select_from(login.join(membership, membership.c.login_id == login.c.id))
    .where(login.c.id > _after, _differ(login.c.disabled_at.is_not(None), is_frozen))
    .order_by(login.c.id)
    .limit(_limit)
)


def logins(tx: Tx, after: int, limit: int) -> list[tuple[LoginId, AccountId]]:
    """Return logins that are shut out without a decision, or not although one says so; each with an account of theirs."""
    return [(row[0], row[1]) for row in tx.all(_logins, {"after": after, "limit": limit})]


_WORDS = ("made", "approved", "reversed", "lapsed", "expired", "unanswered")
_of_entries = or_(*(public_entry.c.type == f"decision.{word}" for word in _WORDS))
_orphans = (
    select(public_entry.c.place)
    .where(
        public_entry.c.place > _after,
        _of_entries,
        or_(
            public_entry.c.decision_id.is_(None),
            ~exists(select(1).where(decision.c.id == public_entry.c.decision_id)),
        ),
        ~exists(select(1).where(role_proposal.c.place == public_entry.c.place)),
    )
    .order_by(public_entry.c.place)
    .limit(_limit)
)


def entries_alone(tx: Tx, after: int, limit: int) -> list[int]:
    """Return entries of the public log about decisions that are not there."""
    return tx.values(_orphans, {"after": after, "limit": limit})


_standing = or_(*(decision.c.state == state.value for state in STANDING))
_effects = (
    select(effect.c.decision_id)
    .join(decision, decision.c.id == effect.c.decision_id)
    .where(
        effect.c.decision_id > _after,
        _differ(effect.c.in_force.is_(True), and_(_standing, effect.c.ended_by.is_(None))),
    )
    .distinct()
    .order_by(effect.c.decision_id)
    .limit(_limit)
)
_counted = (
    select(func.count())
    .where(approval.c.decision_id == decision.c.id, approval.c.counted.is_(True))
    .correlate(decision)
    .scalar_subquery()
)
_begun = or_(*(decision.c.state == state.value for state in BEGUN))
_too_few = (
    select(decision.c.id)
    .where(
        decision.c.id > _after,
        _begun,
        decision.c.automated.is_(False),
        decision.c.single_operator.is_(False),
        or_(decision.c.provisional.is_(False), decision.c.approved_at.is_not(None)),
        _counted < decision.c.needs,
    )
    .order_by(decision.c.id)
    .limit(_limit)
)
_late: Any = bindparam("late", type_=BigInteger)
_lapse_late: Any = bindparam("lapse_late", type_=BigInteger)
_overdue = (
    select(decision.c.id)
    .where(
        decision.c.id > _after,
        _standing,
        or_(
            and_(decision.c.state == State.PROVISIONAL.value, decision.c.starts_at < _lapse_late),
            and_(decision.c.ends_at.is_not(None), decision.c.ends_at < _late),
        ),
    )
    .order_by(decision.c.id)
    .limit(_limit)
)


def effects(tx: Tx, after: int, limit: int) -> list[int]:
    """Return decisions with effects that are in force though they are not, or not in force though they are."""
    return tx.values(_effects, {"after": after, "limit": limit})


def by_too_few(tx: Tx, after: int, limit: int) -> list[int]:
    """Return decisions that took effect, or stayed in force, by fewer people than they needed."""
    return tx.values(_too_few, {"after": after, "limit": limit})


def overdue(tx: Tx, after: int, limit: int, late: Millis, lapse_late: Millis) -> list[int]:
    """Return decisions that are in force though their time was over before `late`, or they should have lapsed."""
    return tx.values(_overdue, {"after": after, "limit": limit, "late": late, "lapse_late": lapse_late})
