"""Relays, as the operators added them."""

from typing import Any

from sqlalchemy import BigInteger, Text, and_, bindparam, case, delete, func, or_, select, update

from bema.model.ids import AccountId, DomainId, Millis
from bema.model.relaying import Form, Relay, State
from bema.store.dialect import insert
from bema.store.tables import domain, relay
from bema.store.tx import Tx, WriteTx

_MINUTE = 60_000
_key: Any = bindparam("key", type_=BigInteger)
_now: Any = bindparam("now", type_=BigInteger)
_columns = select(
    relay.c.id,
    relay.c.address,
    relay.c.form,
    relay.c.state,
    domain.c.name.label("host"),
    relay.c.domain_id,
    relay.c.inbox,
    relay.c.actor_id,
    relay.c.error,
    relay.c.added_at,
    relay.c.answered_at,
    relay.c.brought,
    relay.c.brought_at,
    relay.c.brought_then,
).join(domain, domain.c.id == relay.c.domain_id)
_all = _columns.order_by(relay.c.id).limit(bindparam("limit"))
_one = _columns.where(relay.c.id == _key)
_at = _columns.where(relay.c.address == bindparam("address", type_=Text))
_of_actor = _columns.where(relay.c.actor_id == _key)
_of_host = _columns.where(relay.c.domain_id == _key).order_by(relay.c.id).limit(1)
_forms = select(relay.c.form).where(relay.c.state == State.ACCEPTED.value).distinct()
_count = select(func.count()).select_from(relay)
_add = (
    insert(relay)
    .values(
        id=bindparam("id"),
        address=bindparam("address"),
        form=bindparam("form"),
        state=State.ASKED.value,
        domain_id=bindparam("domain"),
        inbox=bindparam("inbox"),
        added_at=_now,
    )
    .on_conflict_do_nothing()
)
_found = (
    update(relay).where(relay.c.id == _key).values(inbox=bindparam("place", type_=Text), actor_id=bindparam("actor"))
)
_answered = (
    update(relay)
    .where(relay.c.id == _key)
    .values(state=bindparam("as_state"), actor_id=bindparam("actor", type_=BigInteger), answered_at=_now, error=None)
)
_failed = (
    update(relay)
    .where(relay.c.id == _key)
    .values(state=State.UNREACHABLE.value, error=bindparam("reason", type_=Text), answered_at=_now)
)
_not_taken = (
    update(relay)
    .where(relay.c.id == _key, relay.c.state == State.ASKED.value)
    .values(state=bindparam("as_state"), error=bindparam("reason", type_=Text), answered_at=_now)
)
_remove = delete(relay).where(relay.c.id == _key)
_same_minute = relay.c.brought_at / _MINUTE == _now / _MINUTE
_bring = (
    update(relay)
    .where(
        relay.c.id == _key,
        or_(relay.c.brought_at.is_(None), ~_same_minute, relay.c.brought_then < bindparam("most")),
    )
    .values(
        brought=relay.c.brought + 1,
        brought_then=case((and_(relay.c.brought_at.is_not(None), _same_minute), relay.c.brought_then + 1), else_=1),
        brought_at=_now,
    )
)


def add(tx: WriteTx, address: str, form: Form, domain_id: DomainId, inbox: str | None) -> int | None:
    """Add a relay; None where its address is there already."""
    id_ = tx.new_id()
    values = {"id": id_, "address": address, "form": form.value, "domain": domain_id, "inbox": inbox, "now": tx.now}
    return id_ if tx.run(_add, values) else None


def every(tx: Tx, limit: int) -> list[Relay]:
    """Load all relays, the oldest first."""
    return [_of_row(row) for row in tx.all(_all, {"limit": limit})]


def one(tx: Tx, id_: int) -> Relay | None:
    """Load a relay."""
    return _first(tx, _one, {"key": id_})


def at(tx: Tx, address: str) -> Relay | None:
    """Load a relay by the address that it was given."""
    return _first(tx, _at, {"address": address})


def of_actor(tx: Tx, actor: AccountId) -> Relay | None:
    """Load the relay that an account of another server is."""
    return _first(tx, _of_actor, {"key": actor})


def of_host(tx: Tx, domain_id: DomainId) -> Relay | None:
    """Load the first relay of a server."""
    return _first(tx, _of_host, {"key": domain_id})


def forms(tx: Tx) -> list[Form]:
    """Return how the relays are spoken with that took us up."""
    return [Form(each) for each in tx.values(_forms, {})]


def count(tx: Tx) -> int:
    """Count the relays."""
    return int(tx.value(_count, {}))


def found(tx: WriteTx, id_: int, inbox: str, actor: AccountId) -> None:
    """Note who a relay is and where it takes what it is told."""
    tx.run(_found, {"key": id_, "place": inbox, "actor": actor})


def answered(tx: WriteTx, id_: int, state: State, actor: AccountId) -> None:
    """Note what a relay said."""
    tx.run(_answered, {"key": id_, "as_state": state.value, "actor": actor, "now": tx.now})


def failed(tx: WriteTx, id_: int, reason: str) -> None:
    """Note that nobody is found at a relay's address."""
    tx.run(_failed, {"key": id_, "reason": reason, "now": tx.now})


def not_taken(tx: WriteTx, id_: int, state: State, reason: str) -> None:
    """Note that a relay did not even take that it was asked; of what is no relay, or answered, nothing."""
    tx.run(_not_taken, {"key": id_, "as_state": state.value, "reason": reason, "now": tx.now})


def remove(tx: WriteTx, id_: int) -> bool:
    """Forget a relay; False where it was forgotten."""
    return tx.run(_remove, {"key": id_}) > 0


def has_room(tx: Tx, relay: Relay, most: int) -> bool:
    """Tell whether a relay brought fewer than `most` posts in this minute."""
    return relay.brought_at is None or relay.brought_at // _MINUTE != tx.now // _MINUTE or relay.brought_then < most


def bring(tx: WriteTx, id_: int, most: int) -> bool:
    """Count a post that a relay brought; False where there were `most` in this minute."""
    return tx.run(_bring, {"key": id_, "now": tx.now, "most": most}) > 0


def _first(tx: Tx, statement: Any, parameters: dict[str, Any]) -> Relay | None:
    row = tx.first(statement, parameters)
    return None if row is None else _of_row(row)


def _of_row(row: Any) -> Relay:
    return Relay(
        row.id,
        row.address,
        Form(row.form),
        State(row.state),
        row.host,
        DomainId(row.domain_id),
        row.inbox,
        None if row.actor_id is None else AccountId(row.actor_id),
        row.error,
        Millis(row.added_at),
        row.answered_at,
        row.brought,
        row.brought_at,
        row.brought_then,
    )
