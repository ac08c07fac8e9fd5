"""Follows and requests to follow."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy import exists as there_exists

from bema.model.ids import AccountId
from bema.store.dialect import insert, one_of_ids
from bema.store.tables import follow, follow_request, list_member, people_list
from bema.store.tx import Tx, WriteTx, text_of


class Terms(msgspec.Struct, frozen=True):
    """What a follower wants to see of whom they follow."""

    boosts: bool = True
    notify: bool = False
    languages: list[str] | None = None  # None: all


class Ended(msgspec.Struct, frozen=True):
    """A follow or request that is no more."""

    uri: str | None  # what it is called among servers


_languages = msgspec.json.Decoder(list[str]).decode
_follower: Any = bindparam("follower")
_followed: Any = bindparam("followed")
_TERMS = ("boosts", "notify", "languages")


def _statements(table: Any) -> tuple[Any, Any, Any, Any]:
    pair = (table.c.follower_id == bindparam("follower_key")) & (table.c.followed_id == bindparam("followed_key"))
    add = insert(table).values(
        id=bindparam("id"),
        follower_id=_follower,
        followed_id=_followed,
        boosts=bindparam("boosts"),
        notify=bindparam("notify"),
        languages=bindparam("languages"),
        uri=bindparam("uri"),
    )
    change = update(table).where(pair).values({name: bindparam(name) for name in _TERMS})
    remove = delete(table).where(pair).returning(table.c.uri)
    return add.on_conflict_do_nothing(), change, remove, select(table.c.id).where(pair)


_add, _change, _remove, _exists = _statements(follow)
_add_request, _change_request, _remove_request, _request_exists = _statements(follow_request)
_request_terms = select(follow_request.c.boosts, follow_request.c.notify, follow_request.c.languages).where(
    follow_request.c.follower_id == bindparam("follower_key"), follow_request.c.followed_id == bindparam("followed_key")
)
_held_request = (
    select(
        follow_request.c.id,
        follow_request.c.boosts,
        follow_request.c.notify,
        follow_request.c.languages,
        follow_request.c.uri,
    )
    .where(follow_request.c.follower_id == bindparam("follower_key"))
    .where(follow_request.c.followed_id == bindparam("followed_key"))
    .with_for_update()
)
_own_terms = (
    select(follow.c.boosts, follow.c.notify, follow.c.languages)
    .where(follow.c.follower_id == bindparam("follower_key"), follow.c.followed_id == bindparam("followed_key"))
    .union_all(_request_terms)
)
_requests = (
    select(follow_request.c.follower_id)
    .where(follow_request.c.followed_id == bindparam("followed_key"))
    .order_by(follow_request.c.id)
)


def _keys(follower: AccountId, followed: AccountId) -> dict[str, Any]:
    return {"follower_key": follower, "followed_key": followed}


def _terms(terms: Terms) -> dict[str, Any]:
    return {
        "boosts": terms.boosts,
        "notify": terms.notify,
        "languages": None if terms.languages is None else text_of(terms.languages),
    }


def add(tx: WriteTx, follower: AccountId, followed: AccountId, terms: Terms, uri: str | None = None) -> bool:
    """Record a follow, and what it is called among servers; False when it was there (its terms stay)."""
    pair = {"follower": follower, "followed": followed}
    return tx.run(_add, {"id": tx.new_id(), **pair, **_terms(terms), "uri": uri}) > 0


def change(tx: WriteTx, follower: AccountId, followed: AccountId, terms: Terms) -> bool:
    """Set the terms of a follow; False when there is none."""
    return tx.run(_change, {**_keys(follower, followed), **_terms(terms)}) > 0


def remove(tx: WriteTx, follower: AccountId, followed: AccountId) -> Ended | None:
    """End a follow; None when there was none."""
    return _ended(tx.first(_remove, _keys(follower, followed)))


def _ended(row: Any | None) -> Ended | None:
    return None if row is None else Ended(row.uri)


def terms(tx: Tx, follower: AccountId, followed: AccountId) -> Terms | None:
    """Load the terms of a follow, or of a request for one; None when there is neither."""
    row = tx.first(_own_terms, _keys(follower, followed))
    if row is None:
        return None
    return Terms(bool(row.boosts), bool(row.notify), None if row.languages is None else _languages(row.languages))


def exists(tx: Tx, follower: AccountId, followed: AccountId) -> bool:
    """Tell whether one follows the other."""
    return tx.value(_exists, _keys(follower, followed)) is not None


def add_request(tx: WriteTx, follower: AccountId, followed: AccountId, terms: Terms, uri: str | None = None) -> bool:
    """Record a request to follow, and what it is called among servers; False when it was there."""
    pair = {"follower": follower, "followed": followed}
    return tx.run(_add_request, {"id": tx.new_id(), **pair, **_terms(terms), "uri": uri}) > 0


def change_request(tx: WriteTx, follower: AccountId, followed: AccountId, terms: Terms) -> bool:
    """Set the terms of a request; False when there is none."""
    return tx.run(_change_request, {**_keys(follower, followed), **_terms(terms)}) > 0


def remove_request(tx: WriteTx, follower: AccountId, followed: AccountId) -> Ended | None:
    """Take back or answer a request; None when there was none."""
    return _ended(tx.first(_remove_request, _keys(follower, followed)))


def accept_request(tx: WriteTx, follower: AccountId, followed: AccountId) -> bool:
    """Turn a request into a follow, on its terms; False when there was none."""
    request = tx.first(_held_request, _keys(follower, followed))
    if request is None:
        return False
    id_ = tx.new_id()
    terms = {name: getattr(request, name) for name in _TERMS}
    tx.run(_add, {"id": id_, "follower": follower, "followed": followed, "uri": request.uri, **terms})
    if tx.all(_lists_by_request, {"request": request.id}):
        tx.run(_now_by_follow, {"request": request.id, "follow": id_})
        settle_home(tx, follower, [followed])
    return remove_request(tx, follower, followed) is not None


# --- Among servers ----------------------------------------------------------------------------------------------------

_uri = (
    select(follow.c.uri)
    .where(follow.c.follower_id == bindparam("follower_key"), follow.c.followed_id == bindparam("followed_key"))
    .union_all(
        select(follow_request.c.uri).where(
            follow_request.c.follower_id == bindparam("follower_key"),
            follow_request.c.followed_id == bindparam("followed_key"),
        )
    )
)
_name_request = (
    update(follow_request)
    .where(
        follow_request.c.follower_id == bindparam("follower_key"),
        follow_request.c.followed_id == bindparam("followed_key"),
    )
    .values(uri=bindparam("uri"))
)


def uri(tx: Tx, follower: AccountId, followed: AccountId) -> str | None:
    """Return what a follow or request is called among servers."""
    found: str | None = tx.value(_uri, _keys(follower, followed))
    return found


def request_id(tx: Tx, follower: AccountId, followed: AccountId) -> int | None:
    """Return the id of a request that waits for an answer."""
    found: int | None = tx.value(_request_exists, _keys(follower, followed))
    return found


def name_request(tx: WriteTx, follower: AccountId, followed: AccountId, uri: str) -> None:
    """Note what a request, and the follow that comes of it, is called among servers."""
    tx.run(_name_request, {**_keys(follower, followed), "uri": uri})


# --- Lists ------------------------------------------------------------------------------------------------------------

# A list whose owner makes it exclusive at this moment is waited for, and waits.
_lists_by_request = (
    select(people_list.c.id)
    .select_from(list_member.join(people_list, people_list.c.id == list_member.c.list_id))
    .where(list_member.c.request_id == bindparam("request"))
    .with_for_update()
)
_now_by_follow = (
    update(list_member)
    .where(list_member.c.request_id == bindparam("request"))
    .values(follow_id=bindparam("follow"), request_id=None)
)
_in_exclusive_list = there_exists(
    select(1)
    .select_from(list_member.join(people_list, people_list.c.id == list_member.c.list_id))
    .where(list_member.c.follow_id == follow.c.id, people_list.c.exclusive)
)
_settle_home = (
    update(follow)
    .where(follow.c.follower_id == bindparam("follower_key"), one_of_ids(follow.c.followed_id))
    .values(at_home=~_in_exclusive_list)
)


def settle_home(tx: WriteTx, follower: AccountId, followed: Sequence[AccountId]) -> None:
    """Note which of these accounts are read at home: those in no exclusive list of the follower."""
    tx.run(_settle_home, {"follower_key": follower, "ids": followed})


def all_requests(tx: Tx, followed: AccountId) -> list[AccountId]:
    """Return all who ask to follow an account, who asked first first."""
    return tx.values(_requests, {"followed_key": followed})


def request_exists(tx: Tx, follower: AccountId, followed: AccountId) -> bool:
    """Tell whether a request waits for an answer."""
    return tx.value(_request_exists, _keys(follower, followed)) is not None


_name_follow = (
    update(follow)
    .where(follow.c.follower_id == bindparam("follower_key"), follow.c.followed_id == bindparam("followed_key"))
    .values(uri=bindparam("uri"))
)
_follows_by_uri = select(follow.c.follower_id, follow.c.followed_id).where(follow.c.uri == bindparam("uri"))
_requests_by_uri = select(follow_request.c.follower_id, follow_request.c.followed_id).where(
    follow_request.c.uri == bindparam("uri")
)
_followed_by_uri = _follows_by_uri.where(follow.c.follower_id == _follower).union_all(
    _requests_by_uri.where(follow_request.c.follower_id == _follower)
)
_follower_by_uri = _follows_by_uri.where(follow.c.followed_id == _followed).union_all(
    _requests_by_uri.where(follow_request.c.followed_id == _followed)
)


def name(tx: WriteTx, follower: AccountId, followed: AccountId, uri: str | None) -> None:
    """Note what a follow is called among servers from now on: whoever asks again calls it anew."""
    tx.run(_name_follow, {**_keys(follower, followed), "uri": uri})


def followed_by_uri(tx: Tx, follower: AccountId, uri: str) -> AccountId | None:
    """Return whom somebody follows, or asks to, by what they call it."""
    row = tx.first(_followed_by_uri, {"follower": follower, "uri": uri})
    return None if row is None else AccountId(row[1])


def follower_by_uri(tx: Tx, followed: AccountId, uri: str) -> AccountId | None:
    """Return who follows somebody, or asks to, by what it is called among servers."""
    row = tx.first(_follower_by_uri, {"followed": followed, "uri": uri})
    return None if row is None else AccountId(row[0])
