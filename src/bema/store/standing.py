"""What was decided about an account and took effect, as rows for the person whose account it is."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import bindparam, func, literal_column, select

from bema.model.decisions import Effect, Subject, SubjectKind
from bema.model.ids import AccountId, DomainId
from bema.model.policy import Standing
from bema.store.dialect import one_of_ids
from bema.store.tables import account, domain, effect, peer, remote_actor
from bema.store.tx import Tx


class Done(msgspec.Struct, frozen=True):
    """One effect of a decision, on one target."""

    effect: Effect
    target: Subject
    over: bool


class Elsewhere(msgspec.Struct, frozen=True):
    """Somebody of another server, and where it hears what is for them alone."""

    uri: str
    username: str
    domain: str
    domain_id: DomainId
    inbox: str


_elsewhere = (
    select(account.c.uri, account.c.username, domain.c.name, account.c.domain_id, remote_actor.c.inbox)
    .select_from(
        account.join(domain, domain.c.id == account.c.domain_id)
        .join(remote_actor, remote_actor.c.account_id == account.c.id)
        .outerjoin(peer, peer.c.domain_id == account.c.domain_id)
    )
    .where(
        account.c.id == bindparam("account"),
        domain.c.local.is_(False),
        account.c.standing != int(Standing.DELETED),
        func.coalesce(peer.c.dead, literal_column("false")).is_(False),
    )
)


def elsewhere(tx: Tx, account_id: AccountId) -> Elsewhere | None:
    """Return where somebody of another server is told something, also if a decision hides them here; None: nowhere."""
    row = tx.first(_elsewhere, {"account": account_id})
    return None if row is None or row[0] is None else Elsewhere(*row)


_done = (
    select(
        effect.c.decision_id,
        effect.c.effect,
        effect.c.target_kind,
        effect.c.target_id,
        effect.c.target_name,
        effect.c.ended_by,
    )
    .where(one_of_ids(effect.c.decision_id))
    .order_by(effect.c.decision_id, effect.c.number)
)


def done_by(tx: Tx, ids: Sequence[int]) -> dict[int, list[Done]]:
    """Return what decisions do, and what of it is over."""
    found: dict[int, list[Done]] = {id_: [] for id_ in ids}
    for row in tx.all(_done, {"ids": list(ids)}) if ids else ():
        target = Subject(SubjectKind(row.target_kind), row.target_id, row.target_name)
        found[row.decision_id].append(Done(Effect(row.effect), target, row.ended_by is not None))
    return found
