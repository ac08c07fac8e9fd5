"""Collections: what they are called, who keeps them, and which accounts are in them."""

from collections.abc import Collection as Some
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, delete, exists, func, not_, or_, select, update

from bema.model.collecting import Collection, Item, State
from bema.model.ids import AccountId
from bema.model.policy import Standing
from bema.store.dialect import insert, one_of_ids
from bema.store.tables import account, block, collection, collection_item
from bema.store.tx import Tx, WriteTx
from bema.store.visible import viewer

_STATES = {int(state): state for state in State}
_owner: Any = bindparam("owner", type_=BigInteger)
_collection: Any = bindparam("collection", type_=BigInteger)
_account: Any = bindparam("account", type_=BigInteger)
_ACCEPTED = collection_item.c.state == int(State.ACCEPTED)

# --- Collections ------------------------------------------------------------------------------------------------------

_columns = (
    collection.c.id,
    collection.c.owner_id,
    collection.c.name,
    collection.c.description,
    collection.c.language,
    collection.c.tag,
    collection.c.sensitive,
    collection.c.discoverable,
    collection.c.updated_at,
)
_open = select(*_columns).where(
    # Its owner takes part, and does not block the viewer.
    exists(select(1).where(account.c.id == collection.c.owner_id, account.c.standing == int(Standing.ACTIVE))),
    not_(exists(select(1).where(block.c.by_id == collection.c.owner_id, block.c.target_id == viewer))),
)
_limit: Any = bindparam("limit")
_offset: Any = bindparam("offset")
_by_ids = _open.where(one_of_ids(collection.c.id))
_of_owner = (
    _open.where(collection.c.owner_id == _owner, or_(collection.c.owner_id == viewer, collection.c.discoverable))
    .order_by(collection.c.id.desc())
    .limit(_limit)
    .offset(_offset)
)
_with_account = (
    _open.join(collection_item, collection_item.c.collection_id == collection.c.id)
    .where(collection_item.c.account_id == _account, _ACCEPTED)
    .order_by(collection_item.c.id.desc())
    .limit(_limit)
    .offset(_offset)
)
_held = select(*_columns).where(collection.c.id == _collection).with_for_update()
# Of several transactions that make collections for one account, each waits for the one before.
_await_others = select(account.c.id).where(account.c.id == _owner).with_for_update(key_share=True)
_count = select(func.count()).select_from(collection).where(collection.c.owner_id == _owner)
_said: dict[str, Any] = {
    name: bindparam(name) for name in ("name", "description", "language", "tag", "sensitive", "discoverable")
} | {"updated_at": bindparam("now")}
_add = insert(collection).values(id=bindparam("id"), owner_id=_owner, **_said)
_change = update(collection).where(collection.c.id == bindparam("key")).values(**_said)
_remove = delete(collection).where(collection.c.id == bindparam("key"))


def by_ids(tx: Tx, ids: Some[int], viewer_id: AccountId | None) -> dict[int, Collection]:
    """Load those of the collections that the viewer may see, with who is in them."""
    if not ids:
        return {}
    found = _filled(tx, tx.all(_by_ids, {"ids": list(ids), "viewer": viewer_id}), viewer_id)
    return {each.id: each for each in found}


def of_owner(tx: Tx, owner: AccountId, viewer_id: AccountId | None, limit: int, offset: int) -> list[Collection]:
    """Load the collections of an account that the viewer may find there, the newest first."""
    rows = tx.all(_of_owner, {"owner": owner, "viewer": viewer_id, "limit": limit, "offset": offset})
    return _filled(tx, rows, viewer_id)


def with_account(tx: Tx, account_id: AccountId, limit: int, offset: int) -> list[Collection]:
    """Load the collections that an account is in, as it may see them, those it came into last first."""
    rows = tx.all(_with_account, {"account": account_id, "viewer": account_id, "limit": limit, "offset": offset})
    return _filled(tx, rows, account_id)


def held(tx: WriteTx, id_: int) -> Collection | None:
    """Load a collection without its items, and let nobody change it or them until this transaction ends."""
    row = tx.first(_held, {"collection": id_})
    return None if row is None else _of_row(row)


def count(tx: WriteTx, owner: AccountId) -> int:
    """Count the collections of an account; nobody makes another for it until this transaction ends."""
    tx.first(_await_others, {"owner": owner})
    return int(tx.value(_count, {"owner": owner}))


def add(tx: WriteTx, new: Collection) -> None:
    """Store a collection."""
    tx.run(_add, {"id": new.id, "owner": new.owner, **_values(new)})


def change(tx: WriteTx, new: Collection) -> None:
    """Store what a collection is from now on."""
    tx.run(_change, {"key": new.id, **_values(new)})


def remove(tx: WriteTx, id_: int) -> None:
    """Delete a collection."""
    tx.run(_remove, {"key": id_})


def _values(new: Collection) -> dict[str, Any]:
    return {
        "name": new.name,
        "description": new.description,
        "language": new.language,
        "tag": new.tag,
        "sensitive": new.sensitive,
        "discoverable": new.discoverable,
        "now": new.updated_at,
    }


def _of_row(row: Any) -> Collection:
    return Collection(row[0], row[1], row[2], row[3], row[4], row[5], bool(row[6]), bool(row[7]), row[8])


# --- Who is in them ---------------------------------------------------------------------------------------------------

_item = (collection_item.c.id, collection_item.c.account_id, collection_item.c.state)
_shown = (
    select(*_item, collection_item.c.collection_id)
    .select_from(
        collection_item.join(collection, collection.c.id == collection_item.c.collection_id).join(
            account, account.c.id == collection_item.c.account_id
        )
    )
    .where(
        one_of_ids(collection_item.c.collection_id),
        account.c.standing == int(Standing.ACTIVE),
        or_(_ACCEPTED, (collection_item.c.state == int(State.PENDING)) & (collection.c.owner_id == viewer)),
        not_(exists(select(1).where(block.c.by_id == viewer, block.c.target_id == collection_item.c.account_id))),
    )
    .order_by(collection_item.c.id)
)
_one = select(*_item).where(
    collection_item.c.id == bindparam("id", type_=BigInteger), collection_item.c.collection_id == _collection
)
_standing = select(*_item).where(collection_item.c.collection_id == _collection).order_by(collection_item.c.id)
_add_item = insert(collection_item).values(
    id=bindparam("id"), collection_id=_collection, account_id=_account, state=bindparam("state")
)
_set_state = update(collection_item).where(collection_item.c.id == bindparam("key")).values(state=bindparam("state"))
_remove_item = delete(collection_item).where(collection_item.c.id == bindparam("key"))


def items(tx: Tx, id_: int) -> list[Item]:
    """Load all items of a collection, also those of people who do not want to be in it."""
    return [_item_of_row(row) for row in tx.all(_standing, {"collection": id_})]


def item(tx: Tx, id_: int, item_id: int) -> Item | None:
    """Load one item of a collection."""
    row = tx.first(_one, {"collection": id_, "id": item_id})
    return None if row is None else _item_of_row(row)


def add_items(tx: WriteTx, id_: int, new: Sequence[Item]) -> None:
    """Put accounts into a collection."""
    tx.run_each(
        _add_item,
        [{"id": each.id, "collection": id_, "account": each.account, "state": int(each.state)} for each in new],
    )


def set_state(tx: WriteTx, item_id: int, state: State) -> None:
    """Let an account stand otherwise to a collection."""
    tx.run(_set_state, {"key": item_id, "state": int(state)})


def remove_item(tx: WriteTx, item_id: int) -> None:
    """Take an account out of a collection."""
    tx.run(_remove_item, {"key": item_id})


def _item_of_row(row: Any) -> Item:
    return Item(row[0], row[1], _STATES[row[2]])


def _filled(tx: Tx, rows: Sequence[Any], viewer_id: AccountId | None) -> list[Collection]:
    """Make collections of rows, with those in them whom the viewer may see there."""
    found = {row[0]: _of_row(row) for row in rows}
    if not found:
        return []
    inside: dict[int, list[Item]] = {id_: [] for id_ in found}
    for row in tx.all(_shown, {"ids": list(found), "viewer": viewer_id}):
        inside[row.collection_id].append(_item_of_row(row))
    return [msgspec.structs.replace(each, items=tuple(inside[each.id])) for each in found.values()]
