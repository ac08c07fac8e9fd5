"""Lists of people: what they are called, and who is in them by virtue of which follow."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.types import BigInteger

from bema.model.ids import AccountId, ListId
from bema.model.lists import PeopleList, Replies
from bema.model.views import Account, Page
from bema.store import accounts, people
from bema.store.dialect import insert, one_of_ids
from bema.store.tables import account, follow, follow_request, list_member, people_list
from bema.store.timelines import Paged, Range
from bema.store.tx import Tx, WriteTx

_REPLIES = {int(replies): replies for replies in Replies}
_owner: Any = bindparam("owner", type_=BigInteger)
_list: Any = bindparam("list", type_=BigInteger)
_account: Any = bindparam("account", type_=BigInteger)

# --- Lists ------------------------------------------------------------------------------------------------------------

_columns = (people_list.c.id, people_list.c.title, people_list.c.replies, people_list.c.exclusive)
_of_owner = select(*_columns).where(people_list.c.owner_id == _owner).order_by(people_list.c.id)
_one = select(*_columns).where(people_list.c.id == _list, people_list.c.owner_id == _owner)
_held = _one.with_for_update()
_with_member = (
    select(*_columns)
    .select_from(list_member.join(people_list, people_list.c.id == list_member.c.list_id))
    .where(list_member.c.account_id == _account, people_list.c.owner_id == _owner)
    .order_by(people_list.c.id)
)
# Of several transactions that make lists for one account, each waits for the one before; on SQLite they do anyway.
_await_others = select(account.c.id).where(account.c.id == _owner).with_for_update(key_share=True)
_count = select(func.count()).select_from(people_list).where(people_list.c.owner_id == _owner)
_add = insert(people_list).values(
    id=bindparam("id"),
    owner_id=_owner,
    title=bindparam("title"),
    replies=bindparam("replies"),
    exclusive=bindparam("exclusive"),
)
_change = (
    update(people_list)
    .where(people_list.c.id == bindparam("key"))
    .values(title=bindparam("title"), replies=bindparam("replies"), exclusive=bindparam("exclusive"))
)
_remove = delete(people_list).where(people_list.c.id == bindparam("key"))


def _of_row(row: Any) -> PeopleList:
    return PeopleList(row[0], row[1], _REPLIES[row[2]], bool(row[3]))


def of_owner(tx: Tx, owner: AccountId) -> list[PeopleList]:
    """Load the lists of an account, the eldest first."""
    return [_of_row(row) for row in tx.all(_of_owner, {"owner": owner})]


def one(tx: Tx, owner: AccountId, id_: ListId) -> PeopleList | None:
    """Load one list of an account."""
    row = tx.first(_one, {"owner": owner, "list": id_})
    return None if row is None else _of_row(row)


def held(tx: WriteTx, owner: AccountId, id_: ListId) -> PeopleList | None:
    """Do what `one` does, and let nobody change the list or its members until this transaction ends."""
    row = tx.first(_held, {"owner": owner, "list": id_})
    return None if row is None else _of_row(row)


def with_member(tx: Tx, owner: AccountId, member: AccountId) -> list[PeopleList]:
    """Load those lists of an account that another is in."""
    return [_of_row(row) for row in tx.all(_with_member, {"owner": owner, "account": member})]


def count(tx: WriteTx, owner: AccountId) -> int:
    """Count the lists of an account; nobody makes another for it until this transaction ends."""
    tx.first(_await_others, {"owner": owner})
    return int(tx.value(_count, {"owner": owner}))


def add(tx: WriteTx, owner: AccountId, new: PeopleList) -> None:
    """Store a list."""
    values = {"title": new.title, "replies": int(new.replies), "exclusive": new.exclusive}
    tx.run(_add, {"id": new.id, "owner": owner, **values})


def change(tx: WriteTx, new: PeopleList) -> None:
    """Store what a list is from now on."""
    values = {"title": new.title, "replies": int(new.replies), "exclusive": new.exclusive}
    tx.run(_change, {"key": new.id, **values})


def remove(tx: WriteTx, id_: ListId) -> None:
    """Delete a list."""
    tx.run(_remove, {"key": id_})


# --- Members ----------------------------------------------------------------------------------------------------------

_members = Paged(
    people.selecting(list_member, list_member.c.account_id).where(list_member.c.list_id == _list), list_member.c.id
)
_all_members = (
    people.selecting(list_member, list_member.c.account_id)
    .where(list_member.c.list_id == _list)
    .order_by(list_member.c.id.desc())
)
_member_ids = select(list_member.c.account_id).where(list_member.c.list_id == _list)
_member_count = select(func.count()).select_from(list_member).where(list_member.c.list_id == _list)
_present = _member_ids.where(one_of_ids(list_member.c.account_id))
# A request that is being accepted stays what it is until this transaction ends.
_followed = (
    select(follow.c.followed_id, follow.c.id)
    .where(follow.c.follower_id == _owner, one_of_ids(follow.c.followed_id))
    .with_for_update(read=True, key_share=True)
)
_requested = (
    select(follow_request.c.followed_id, follow_request.c.id)
    .where(follow_request.c.follower_id == _owner, one_of_ids(follow_request.c.followed_id))
    .with_for_update(read=True, key_share=True)
)
_add_member = insert(list_member).values(
    id=bindparam("id"),
    list_id=_list,
    account_id=_account,
    follow_id=bindparam("follow"),
    request_id=bindparam("request"),
)
_remove_members = delete(list_member).where(list_member.c.list_id == _list, one_of_ids(list_member.c.account_id))


class Ties(msgspec.Struct, frozen=True):
    """By what an account can be a member of somebody's lists: the ids of follows and of requests for them."""

    follows: dict[AccountId, int]
    requests: dict[AccountId, int]


def members(tx: Tx, id_: ListId, range_: Range) -> Page[Account]:
    """Load a page of the members of a list, the newest first."""
    return people.page(tx, _members, range_, {"list": id_})


def all_members(tx: Tx, id_: ListId) -> list[Account]:
    """Load all members of a list, the newest first."""
    return [accounts.of_row(row) for row in tx.all(_all_members, {"list": id_})]


def member_ids(tx: Tx, id_: ListId) -> list[AccountId]:
    """Return who is in a list."""
    return tx.values(_member_ids, {"list": id_})


def member_count(tx: Tx, id_: ListId) -> int:
    """Count the members of a list."""
    return int(tx.value(_member_count, {"list": id_}))


def present(tx: Tx, id_: ListId, ids: Collection[AccountId]) -> list[AccountId]:
    """Return which of the accounts are in a list."""
    return tx.values(_present, {"list": id_, "ids": ids})


def ties(tx: WriteTx, owner: AccountId, ids: Collection[AccountId]) -> Ties:
    """Load by what accounts can be in the lists of `owner`."""
    of = {"owner": owner, "ids": ids}
    return Ties(dict(tx.all(_followed, of)), dict(tx.all(_requested, of)))


def add_members(tx: WriteTx, id_: ListId, ids: Sequence[AccountId], ties: Ties) -> None:
    """Put accounts into a list."""
    rows = [
        {
            "id": tx.new_id(),
            "list": id_,
            "account": each,
            "follow": ties.follows.get(each),
            "request": None if each in ties.follows else ties.requests.get(each),
        }
        for each in ids
    ]
    tx.run_each(_add_member, rows)


def remove_members(tx: WriteTx, id_: ListId, ids: Sequence[AccountId]) -> None:
    """Take accounts out of a list."""
    tx.run(_remove_members, {"list": id_, "ids": ids})


# --- For others -------------------------------------------------------------------------------------------------------

_containing = select(list_member.c.list_id).where(
    list_member.c.account_id == _account, one_of_ids(list_member.c.list_id)
)


def containing(tx: Tx, ids: Collection[ListId], member: AccountId) -> set[ListId]:
    """Return which of these lists an account is in."""
    return set(tx.values(_containing, {"ids": ids, "account": member}))
