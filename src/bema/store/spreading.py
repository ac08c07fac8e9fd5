"""Spreading: what goes to very many inboxes is written down for some of them at a time, so that others write in between.

The inboxes are looked up by whoever reads, in the order of their names, and the last one that was written down for is noted
with the deliveries: whoever goes on begins behind it, after a crash too, so that each is told once.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Integer,
    Text,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    select,
    union_all,
    update,
)

from bema.model import limits
from bema.model.federating import Lane
from bema.model.ids import DomainId
from bema.store import audiences, peers, tasks
from bema.store.audiences import Audience
from bema.store.dialect import insert, one_of_ids
from bema.store.tables import account, delivery, domain, former_reader, outgoing, relay, spreading
from bema.store.tx import Tx, WriteTx

SPREADING = "spreading"  # the name under which the rest waits to be written down


class Spread(msgspec.Struct, frozen=True):
    """Something that is being written down for very many, and how far that came."""

    outgoing: int
    subject: int
    lane: Lane
    audience: Audience
    told: Sequence[str]  # inboxes that it was written down for before all others
    reached: str  # the last inbox that it was written down for


class Inbox(msgspec.Struct, frozen=True, gc=False):
    """Where something goes."""

    domain_id: DomainId
    address: str


_audience = msgspec.json.Decoder(Audience).decode
_texts = msgspec.json.Decoder(list[str]).decode
_encoded = msgspec.json.Encoder().encode
_key: Any = bindparam("key", type_=BigInteger)
_subject: Any = bindparam("subject", type_=BigInteger)
_reached: Any = bindparam("before", type_=Text)
_now: Any = bindparam("now", type_=BigInteger)

# --- Beginning --------------------------------------------------------------------------------------------------------

_begin = insert(spreading).values(
    outgoing_id=_key,
    subject=_subject,
    lane=bindparam("lane", type_=Integer),
    audience=bindparam("whom", type_=Text),
    told=bindparam("told", type_=Text),
    reached="",
)
_told = select(delivery.c.inbox).where(delivery.c.outgoing_id == _key)
_of_subject = select(spreading.c.outgoing_id).where(spreading.c.subject == _subject)
_is_under_way = select(exists(_of_subject))


def is_under_way(tx: Tx, subject: int) -> bool:
    """Tell whether something that was said of a thing is not written down yet for all."""
    return bool(tx.value(_is_under_way, {"subject": subject}))


def begin(tx: WriteTx, outgoing_id: int, subject: int, lane: Lane, audience: Audience) -> None:
    """Let something be written down for an audience, after this and bit by bit; for whom it is by now, it is not again."""
    whom, told = _encoded(audience).decode(), _encoded(tx.values(_told, {"key": outgoing_id})).decode()
    tx.run(_begin, {"key": outgoing_id, "subject": subject, "lane": int(lane), "whom": whom, "told": told})
    tasks.add(tx, SPREADING, str(outgoing_id), str(outgoing_id))


_of_one = select(spreading.c.subject).where(spreading.c.outgoing_id == _key).scalar_subquery()
_first = (
    select(
        spreading.c.outgoing_id,
        spreading.c.subject,
        spreading.c.lane,
        spreading.c.audience,
        spreading.c.told,
        spreading.c.reached,
    )
    .where(spreading.c.subject == _of_one)
    .order_by(spreading.c.outgoing_id)
    .limit(1)
)


def first(tx: Tx, outgoing_id: int) -> Spread | None:
    """Return what is to be written down before something, or itself; None where that is done."""
    row = tx.first(_first, {"key": outgoing_id})
    if row is None:
        return None
    return Spread(
        outgoing=row.outgoing_id,
        subject=row.subject,
        lane=Lane(row.lane),
        audience=_audience(row.audience),
        told=_texts(row.told),
        reached=row.reached,
    )


# --- Looking up -------------------------------------------------------------------------------------------------------


def _rows(source: Any, inbox: Any, domain_id: Any, *conditions: Any) -> Any:
    rows = select(domain_id.label("domain_id"), inbox.label("inbox")).select_from(source)
    return rows.where(*conditions, inbox > _reached)


def _next(*conditions: Any) -> Any:
    found = union_all(
        _rows(audiences.source, audiences.inbox, account.c.domain_id, audiences.is_reached, *conditions),
        _rows(audiences.former_source, former_reader.c.inbox, former_reader.c.domain_id, *audiences.is_former),
        _rows(audiences.relay_source, relay.c.inbox, relay.c.domain_id, *audiences.is_asked_relay),
    ).subquery()
    chosen = select(func.min(found.c.domain_id), found.c.inbox).group_by(found.c.inbox).order_by(found.c.inbox)
    return chosen.limit(bindparam("limit", type_=Integer))


_next_of_some = _next(account.c.id.in_(audiences.whom))
_next_of_all = _next()


def next_inboxes(tx: Tx, spread: Spread) -> tuple[list[Inbox], bool]:
    """Return the next inboxes that something goes to, and whether there may be more."""
    audience = spread.audience
    asked = {
        **audiences.parameters(audience),
        "forms": [each.value for each in audience.relays],
        "before": spread.reached,
        "limit": limits.SPREAD_PAGE,
    }
    rows = tx.all(_next_of_all if audience.everybody else _next_of_some, asked)
    found = [Inbox(*row) for row in rows]
    return [each for each in found if each.address not in spread.told], len(found) == limits.SPREAD_PAGE


# --- Writing down -----------------------------------------------------------------------------------------------------


def due_after(inbox: Any) -> Any:
    """Work out when something new falls due: what is told of one thing waits for what was told of it before."""
    before = select(func.max(delivery.c.due_at)).where(
        delivery.c.subject == _subject, delivery.c.inbox == inbox, delivery.c.due_at > _now
    )
    return func.coalesce(before.scalar_subquery(), _now).label("due_at")


_place: Any = bindparam("place", type_=Text)
_to_one = (
    insert(delivery)
    .from_select(
        ["outgoing_id", "domain_id", "inbox", "lane", "subject", "attempts", "due_at"],
        select(
            _key,
            domain.c.id,
            _place,
            bindparam("lane", type_=Integer),
            _subject,
            literal_column("0"),
            due_after(_place),
        ).where(domain.c.id == bindparam("domain", type_=BigInteger)),
    )
    .on_conflict_do_nothing()
)
_is_where_it_was = (spreading.c.outgoing_id == _key, spreading.c.reached == _reached)
_move = update(spreading).where(*_is_where_it_was).values(reached=bindparam("last", type_=Text))
_end = delete(spreading).where(*_is_where_it_was)


def write_down(tx: WriteTx, spread: Spread, inboxes: Sequence[Inbox]) -> Spread | None:
    """Write down that something goes to the next inboxes; return how far that came, or None: it is not ours to go on."""
    last = inboxes[-1].address
    if not tx.run(_move, {"key": spread.outgoing, "before": spread.reached, "last": last}):
        return None
    common = {"key": spread.outgoing, "lane": int(spread.lane), "subject": spread.subject, "now": tx.now}
    tx.run_each(_to_one, [{**common, "domain": each.domain_id, "place": each.address} for each in inboxes])
    peers.await_delivery_to(tx, spread.outgoing, first=inboxes[0].address, last=last)
    return msgspec.structs.replace(spread, reached=last)


def end(tx: WriteTx, spread: Spread) -> None:
    """Forget how far it came, as all is written down; and what it was, if nobody was to hear of it."""
    if tx.run(_end, {"key": spread.outgoing, "before": spread.reached}):
        forget_unheard(tx, [spread.outgoing])


# --- Taking back ------------------------------------------------------------------------------------------------------

_stop = (
    delete(spreading)
    .where(spreading.c.subject == _subject, spreading.c.outgoing_id < _key)
    .returning(spreading.c.outgoing_id)
)


def stop(tx: WriteTx, subject: int, before: int) -> None:
    """Write nothing more down of what was said of a thing before something."""
    stopped = tx.values(_stop, {"subject": subject, "key": before})
    if stopped:
        forget_unheard(tx, stopped)


_remove_outgoing = delete(outgoing).where(
    one_of_ids(outgoing.c.id),
    ~exists(select(1).where(delivery.c.outgoing_id == outgoing.c.id)),
    ~exists(select(1).where(spreading.c.outgoing_id == outgoing.c.id)),
)


def forget_unheard(tx: WriteTx, outgoing_ids: Sequence[int]) -> None:
    """Forget what was said to all, or to nobody."""
    tx.run(_remove_outgoing, {"ids": outgoing_ids})
