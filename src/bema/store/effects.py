"""Effects: the columns by which readers see a decision are worked out from the decisions in force, here and nowhere else."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, and_, bindparam, case, delete, exists, or_, select, update

from bema.model.decisions import Effect, Severity, SubjectKind
from bema.model.ids import AccountId, PostId
from bema.model.policy import Standing
from bema.store.tables import account, effect, login, membership, post, public_entry, remote_actor, session
from bema.store.tx import Tx, WriteTx

_key: Any = bindparam("key", type_=BigInteger)
_severity: Any = bindparam("severity", type_=Integer)


def in_force(what: Effect, kind: SubjectKind, target: ColumnElement[Any]) -> ColumnElement[bool]:
    """Make the condition that an effect is in force on the target."""
    return exists(
        select(1).where(
            effect.c.target_kind == kind.value,
            effect.c.target_id == target,
            effect.c.in_force.is_(True),
            effect.c.effect == what.value,
        )
    )


def words_in_force(what: Effect, kind: SubjectKind, target: ColumnElement[Any]) -> ColumnElement[Any]:
    """Make the words of the newest effect of a kind that is in force on the target; null where there is none."""
    return (
        select(effect.c.words)
        .where(
            effect.c.target_kind == kind.value,
            effect.c.target_id == target,
            effect.c.in_force.is_(True),
            effect.c.effect == what.value,
        )
        .order_by(effect.c.decision_id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _on_account(what: Effect) -> ColumnElement[bool]:
    return in_force(what, SubjectKind.ACCOUNT, account.c.id)


_signs_in = membership.join(login, login.c.id == membership.c.login_id)
_of_it = membership.c.account_id == account.c.id
_waits = and_(
    exists(select(1).select_from(_signs_in).where(_of_it)),
    ~exists(
        select(1)
        .select_from(_signs_in)
        .where(_of_it, login.c.confirmed_at.is_not(None), login.c.approved_at.is_not(None))
    ),
)
# What the server of somebody elsewhere decided about them, and may take back: it holds here, too.
closed_at_home = exists(select(1).where(remote_actor.c.account_id == account.c.id, remote_actor.c.suspended.is_(True)))
_standing = case(
    (
        or_(_on_account(Effect.SUSPEND), _severity == int(Severity.SUSPEND), closed_at_home),
        int(Standing.SUSPENDED),
    ),
    (_waits, int(Standing.PENDING)),
    else_=int(Standing.ACTIVE),
)
_set_account = (
    update(account)
    .where(account.c.id == _key, account.c.standing != int(Standing.DELETED))
    .values(
        standing=_standing,
        limited=or_(_on_account(Effect.LIMIT), _severity == int(Severity.LIMIT)),
        sensitized=_on_account(Effect.SENSITIVE),
        demoted=_on_account(Effect.DEMOTE),
        quiet=_on_account(Effect.QUIET),
        label=words_in_force(Effect.LABEL, SubjectKind.ACCOUNT, account.c.id),
        staff_note=words_in_force(Effect.NOTE, SubjectKind.ACCOUNT, account.c.id),
    )
)
_owned = membership.alias()
is_frozen = exists(  # an account that the login speaks for
    select(1)
    .select_from(_owned.join(effect, effect.c.target_id == _owned.c.account_id))
    .where(
        _owned.c.login_id == login.c.id,
        effect.c.target_kind == SubjectKind.ACCOUNT.value,
        effect.c.in_force.is_(True),
        effect.c.effect == Effect.FREEZE.value,
    )
)
_logins_of = select(membership.c.login_id).where(membership.c.account_id == _key)
_now: Any = bindparam("now", type_=BigInteger)
_freeze_or_thaw = (
    update(login)
    .where(login.c.id.in_(_logins_of), login.c.disabled_at.is_(None) == is_frozen)
    .values(disabled_at=case((login.c.disabled_at.is_(None), _now), else_=None))
)
_frozen_now = select(login.c.id).where(login.c.id.in_(_logins_of), login.c.disabled_at == _now)
_end_sessions = delete(session).where(session.c.login_id.in_(_frozen_now))
_set_post = (
    update(post)
    .where(post.c.id == _key)
    .values(
        removed=in_force(Effect.REMOVE, SubjectKind.POST, post.c.id),
        marked_sensitive=in_force(Effect.SENSITIVE, SubjectKind.POST, post.c.id),
        demoted=in_force(Effect.DEMOTE, SubjectKind.POST, post.c.id),
        quiet=in_force(Effect.QUIET, SubjectKind.POST, post.c.id),
        cover=words_in_force(Effect.COVER, SubjectKind.POST, post.c.id),
        label=words_in_force(Effect.LABEL, SubjectKind.POST, post.c.id),
        staff_note=words_in_force(Effect.NOTE, SubjectKind.POST, post.c.id),
    )
)


def apply_to_account(tx: WriteTx, account_id: AccountId, severity: Severity = Severity.NOOP) -> None:
    """Let an account be under what is in force on it, and on its domain; its frozen logins are signed out."""
    tx.run(_set_account, {"key": account_id, "severity": int(severity)})
    if tx.run(_freeze_or_thaw, {"key": account_id, "now": tx.now}):
        tx.run(_end_sessions, {"key": account_id, "now": tx.now})


def apply_to_post(tx: WriteTx, post_id: PostId) -> None:
    """Let a post be under what is in force on it."""
    tx.run(_set_post, {"key": post_id})


_disown = (
    update(effect)
    .where(
        effect.c.target_kind == SubjectKind.ACCOUNT.value,
        effect.c.target_id == _key,
        effect.c.in_force.is_(True),
        ~exists(select(1).where(public_entry.c.decision_id == effect.c.decision_id)),
    )
    .values(in_force=False)
)


def disown(tx: WriteTx, account_id: AccountId) -> int:
    """Let nothing be in force on an account that no entry of the public log tells of; return of how much it was so."""
    return tx.run(_disown, {"key": account_id})


_some_of_domain = (
    select(account.c.id)
    .where(account.c.domain_id == bindparam("domain"), account.c.id > bindparam("after"))
    .order_by(account.c.id)
    .limit(bindparam("limit"))
)


def accounts_of_domain(tx: Tx, domain_id: int, after: int, limit: int) -> list[AccountId]:
    """Return some accounts of a domain, by their ids."""
    return tx.values(_some_of_domain, {"domain": domain_id, "after": after, "limit": limit})
