"""What was decided about an account and took effect, as rows for the person whose account it is."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import select

from bema.model.decisions import Effect, Subject, SubjectKind
from bema.store.dialect import one_of_ids
from bema.store.tables import effect
from bema.store.tx import Tx


class Done(msgspec.Struct, frozen=True):
    """One effect of a decision, on one target."""

    effect: Effect
    target: Subject
    over: bool


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
