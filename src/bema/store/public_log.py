"""The public log as rows: entries one after the other without a gap, the hashes over them, and what was signed of them.

An entry is added in the transaction of what it tells of, so that there is never one without the other. On PostgreSQL
those who add take turns by a lock that they hold until they commit: places go in the order of the commits.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Text, bindparam, delete, func, select, text

from bema.model.ids import Millis
from bema.store.dialect import insert, listed_texts, one_of_ids
from bema.store.tables import pseudonym, public_checkpoint, public_entry, public_hash, public_salt
from bema.store.tx import Tx, WriteTx
from bema.wire.tlog.tree import TILE_WIDTH, Tree, fold, leaf_hash

_TURN_LOCK = 0x62656D6103
_take_turn = text(f"select pg_advisory_xact_lock({_TURN_LOCK})")
_type: Any = bindparam("type", type_=Text)
_next = select(
    select(func.coalesce(func.max(public_entry.c.place), -1) + 1).scalar_subquery(),
    select(func.coalesce(func.max(public_entry.c.type_seq), -1) + 1)
    .where(public_entry.c.type == _type)
    .scalar_subquery(),
)
_add = insert(public_entry).values({column.name: bindparam(column.name) for column in public_entry.c})
_add_hash = insert(public_hash).values({column.name: bindparam(column.name) for column in public_hash.c})
_add_salt = insert(public_salt).values(place=bindparam("place"), secret=bindparam("secret"))


class Next(NamedTuple):
    """Where the next entry goes."""

    place: int
    type_seq: int


def next_of(tx: WriteTx, type_: str) -> Next:
    """Return where an entry of this type goes, and let nobody else add one until this transaction ends."""
    if tx.dialect != "sqlite":  # there, the one writer is us
        tx.run(_take_turn)
    return Next(*tx.all(_next, {"type": type_})[0])


def add(
    tx: WriteTx, at: Next, type_: str, content: bytes, *, decision: int | None = None, secret: bytes | None = None
) -> None:
    """Add an entry at the place that `next_of` named, with the secret of what it only promises."""
    tx.run(
        _add,
        {
            "place": at.place,
            "type": type_,
            "type_seq": at.type_seq,
            "content": content,
            "at": tx.now,
            "decision_id": decision,
        },
    )
    tx.run(_add_hash, {"level": 0, "place": at.place, "hash": leaf_hash(content)})
    if secret is not None:
        tx.run(_add_salt, {"place": at.place, "secret": secret})
    _close_tiles(tx, at.place)


def _close_tiles(tx: WriteTx, place: int) -> None:
    """Where a tile is full, add its hash to the tile above."""
    level = 0
    while (place + 1) % TILE_WIDTH == 0:
        number = place // TILE_WIDTH
        root = fold(tile(tx, level, number, TILE_WIDTH))
        level, place = level + 1, number
        tx.run(_add_hash, {"level": level, "place": place, "hash": root})


# --- Reading ----------------------------------------------------------------------------------------------------------

_size = select(func.coalesce(func.max(public_entry.c.place), -1) + 1)
_first: Any = bindparam("first", type_=BigInteger)
_limit: Any = bindparam("limit")
_tile = (
    select(public_hash.c.hash)
    .where(public_hash.c.level == bindparam("level"), public_hash.c.place >= _first)
    .order_by(public_hash.c.place)
    .limit(_limit)
)
_entries = (
    select(public_entry.c.content).where(public_entry.c.place >= _first).order_by(public_entry.c.place).limit(_limit)
)
_at_places = select(public_entry.c.place, public_entry.c.content).where(one_of_ids(public_entry.c.place))
# Of a decision there is the entry by which it took effect; and of one that was provisional, of its approval.
_is_approval = public_entry.c.type == "decision.approved"
_of_decisions = {
    approvals: select(public_entry.c.decision_id, public_entry.c.place, public_entry.c.content).where(
        one_of_ids(public_entry.c.decision_id), which
    )
    for approvals, which in ((False, ~_is_approval), (True, _is_approval))
}
_last_of_type = (
    select(public_entry.c.place, public_entry.c.content)
    .where(public_entry.c.type == _type)
    .order_by(public_entry.c.type_seq.desc())
    .limit(1)
)
_wanted_types = listed_texts("types").subquery("wanted")
_newest_of_type = (
    select(public_entry.c.type_seq)
    .where(public_entry.c.type == _wanted_types.c.text, public_entry.c.place < bindparam("size", type_=BigInteger))
    .order_by(public_entry.c.type_seq.desc())
    .limit(1)
    .scalar_subquery()
)
_by_type = select(_wanted_types.c.text, func.coalesce(_newest_of_type, -1) + 1)
_salts = select(public_salt.c.place, public_salt.c.secret).where(one_of_ids(public_salt.c.place))


def size(tx: Tx) -> int:
    """Count the entries."""
    return int(tx.value(_size))


def tile(tx: Tx, level: int, number: int, width: int) -> list[bytes]:
    """Return the first hashes of a tile."""
    asked = {"level": level, "first": number * TILE_WIDTH, "limit": width}
    return [bytes(each) for each in tx.values(_tile, asked)]


def tree(tx: Tx, entries: int) -> Tree:
    """Return the tree over the first entries."""
    return Tree(lambda level, number, width: tile(tx, level, number, width), entries)


def entries(tx: Tx, first: int, count: int) -> list[bytes]:
    """Return entries, from one on."""
    return [bytes(each) for each in tx.values(_entries, {"first": first, "limit": count})]


def at_places(tx: Tx, places: Sequence[int]) -> dict[int, bytes]:
    """Return some entries by their places."""
    return {place: bytes(content) for place, content in tx.all(_at_places, {"ids": list(places)})}


def by_type(tx: Tx, types: Sequence[str], size_: int) -> dict[str, int]:
    """Count the entries of each type among the first entries of the log."""
    return dict(tx.all(_by_type, {"types": list(types), "size": size_}))


def of_decisions(tx: Tx, ids: Sequence[int], *, approvals: bool = False) -> dict[int, tuple[int, bytes]]:
    """Return where decisions, or the approvals of provisional ones, stand in the log, and what stands there."""
    rows = tx.all(_of_decisions[approvals], {"ids": list(ids)})
    return {id_: (place, bytes(content)) for id_, place, content in rows}


def last_of_type(tx: Tx, type_: str) -> tuple[int, bytes] | None:
    """Return the newest entry of a type, with its place."""
    row = tx.first(_last_of_type, {"type": type_})
    return None if row is None else (row[0], bytes(row[1]))


_decisions_at = select(public_entry.c.place, public_entry.c.decision_id).where(
    one_of_ids(public_entry.c.place), public_entry.c.decision_id.is_not(None)
)


def decisions_at(tx: Tx, places: Sequence[int]) -> dict[int, int]:
    """Return which decisions entries tell of, as far as these are here."""
    return dict(tx.all(_decisions_at, {"ids": list(places)}))


def secrets_of(tx: Tx, places: Sequence[int]) -> dict[int, bytes]:
    """Return the secrets of what entries promise, as far as they are still there."""
    return {place: bytes(secret) for place, secret in tx.all(_salts, {"ids": list(places)})}


# --- Pseudonyms and what is forgotten ---------------------------------------------------------------------------------

_kind: Any = bindparam("kind", type_=Text)
_id: Any = bindparam("id", type_=BigInteger)
_names = select(pseudonym.c.of_id, pseudonym.c.name).where(pseudonym.c.kind == _kind, one_of_ids(pseudonym.c.of_id))
_name = select(pseudonym.c.name).where(pseudonym.c.kind == _kind, pseudonym.c.of_id == _id)
_add_name = insert(pseudonym).values(kind=_kind, of_id=_id, name=bindparam("name"))
_forget_name = delete(pseudonym).where(pseudonym.c.kind == _kind, pseudonym.c.of_id == _id)
_forget_salts = delete(public_salt).where(one_of_ids(public_salt.c.place))


def names(tx: Tx, kind: str, ids: Sequence[int]) -> dict[int, str]:
    """Return under which names the log speaks of accounts or logins."""
    if len(ids) == 1:  # as with each decision: half the time
        name = tx.value(_name, {"kind": kind, "id": ids[0]})
        return {} if name is None else {ids[0]: name}
    return {row.of_id: row.name for row in tx.all(_names, {"kind": kind, "ids": list(ids)})}


def add_name(tx: WriteTx, kind: str, id_: int, name: str) -> None:
    """Let the log speak of an account or login under this name."""
    tx.run(_add_name, {"kind": kind, "id": id_, "name": name})


def forget_name(tx: WriteTx, kind: str, id_: int) -> None:
    """Forget of whom the log spoke under a name."""
    tx.run(_forget_name, {"kind": kind, "id": id_})


def forget_secrets(tx: WriteTx, places: Sequence[int]) -> int:
    """Forget what could open the promises of entries; return of how many it was known."""
    return tx.run(_forget_salts, {"ids": list(places)})


# --- What was signed --------------------------------------------------------------------------------------------------

_newest = (  # the condition holds always: with it, plans say that the index is searched and not walked through
    select(public_checkpoint).where(public_checkpoint.c.size >= 0).order_by(public_checkpoint.c.size.desc()).limit(1)
)
_sign = insert(public_checkpoint).values({column.name: bindparam(column.name) for column in public_checkpoint.c})
_sign = _sign.on_conflict_do_update(index_elements=["size"], set_={"note": _sign.excluded.note})


class Signed(NamedTuple):
    """A state of the log that was signed."""

    size: int
    root: bytes
    note: str
    signed_at: Millis


def newest_signed(tx: Tx) -> Signed | None:
    """Return the newest state that was signed."""
    row = tx.first(_newest)
    return None if row is None else Signed(row.size, bytes(row.root), row.note, row.signed_at)


def add_signed(tx: WriteTx, size_: int, root: bytes, note: str) -> None:
    """Keep a state that was signed, or signed by others besides."""
    tx.run(_sign, {"size": size_, "root": root, "note": note, "signed_at": tx.now})
