"""Severances: follows that end because a server or a person is shut out are kept as they were, with whom they are told to."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import BigInteger, Text, and_, bindparam, func, insert, literal, or_, select, update
from sqlalchemy.types import Boolean

from bema.model.ids import AccountId, ListId
from bema.model.policy import Standing
from bema.model.severing import Cause, Severance, Severed
from bema.model.views import Page
from bema.store.dialect import insert as insert_or
from bema.store.dialect import one_of_ids, one_of_texts
from bema.store.tables import account, domain, follow, severance, severed_follow
from bema.store.timelines import Paged, Range
from bema.store.tx import Tx, WriteTx, text_of

_severance: Any = bindparam("severance", type_=BigInteger)
_account: Any = bindparam("account", type_=BigInteger)
_at: Any = bindparam("at", type_=BigInteger)  # the person of another server where a walk goes on
_after: Any = bindparam("after", type_=BigInteger)  # and after which of their follows
_scope: Any = bindparam("scope", type_=BigInteger)
_languages = msgspec.json.Decoder(list[str]).decode
_lists = msgspec.json.Decoder(list[ListId]).decode


class Place(NamedTuple):
    """Where a walk through the follows of many people goes on."""

    at: int = -1
    after: int = -1


class Tie(NamedTuple):
    """A follow between somebody here and somebody elsewhere."""

    id: int
    here: AccountId
    there: AccountId


# --- Ending -----------------------------------------------------------------------------------------------------------

_me = account.alias()


def _ties(of_scope: Any, there: Any, here: Any) -> Any:
    """Select follows between people here and those of a server, or one of them, in order."""
    return (
        select(follow.c.id, here.label("here"), account.c.id.label("there"))
        .select_from(account.join(follow, there == account.c.id).join(_me, _me.c.id == here))
        .where(
            of_scope == _scope,
            account.c.id >= _at,
            or_(account.c.id > _at, follow.c.id > _after),
            account.c.uri.is_not(None),
            _me.c.uri.is_(None),
        )
        .order_by(account.c.id, follow.c.id)
        .limit(bindparam("limit"))
    )


_TIES = {
    (whole, is_follower): _ties(
        account.c.domain_id if whole else account.c.id,
        *(
            (follow.c.follower_id, follow.c.followed_id)
            if is_follower
            else (follow.c.followed_id, follow.c.follower_id)
        ),
    )
    for whole in (True, False)
    for is_follower in (True, False)
}
_begin = (
    insert_or(severance)
    .values(
        id=bindparam("id"),
        account_id=_account,
        cause=bindparam("cause"),
        name=bindparam("name"),
        decision_id=bindparam("decision"),
        followers=0,
        following=0,
        told=False,
    )
    .on_conflict_do_nothing()
)
_untold = select(severance.c.id).where(
    severance.c.account_id == _account,
    severance.c.cause == bindparam("cause"),
    severance.c.name == bindparam("name"),
    severance.c.told.is_(False),
)
_keep = insert(severed_follow).from_select(
    ["id", "severance_id", "other_id", "handle", "is_follower", "boosts", "notify", "languages", "uri", "lists"],
    select(
        bindparam("id", type_=BigInteger),
        _severance,
        account.c.id,
        account.c.username + literal("@", Text) + domain.c.name,
        bindparam("is_follower", type_=Boolean),
        follow.c.boosts,
        follow.c.notify,
        follow.c.languages,
        follow.c.uri,
        bindparam("lists", type_=Text),
    )
    .select_from(
        follow.join(account, account.c.id == bindparam("other", type_=BigInteger)).join(
            domain, domain.c.id == account.c.domain_id
        )
    )
    .where(
        follow.c.follower_id == bindparam("follower", type_=BigInteger),
        follow.c.followed_id == bindparam("followed", type_=BigInteger),
    )
    .with_for_update(of=follow),  # who ends it themselves at this moment lost nothing
)
_count = (
    update(severance)
    .where(severance.c.id == bindparam("key", type_=BigInteger))
    .values(
        followers=severance.c.followers + bindparam("more_followers"),
        following=severance.c.following + bindparam("more_following"),
    )
)


def ties(tx: Tx, scope: int, *, whole: bool, is_follower: bool, place: Place, limit: int) -> list[Tie]:
    """Return some follows between people here and a server (`whole`) or one account, by who follows."""
    parameters = {"scope": scope, "at": place.at, "after": place.after, "limit": limit}
    return [Tie(*row) for row in tx.all(_TIES[whole, is_follower], parameters)]


def begin(tx: WriteTx, account_id: AccountId, cause: Cause, name: str, decision: int | None) -> int:
    """Return what is written down for somebody at this time, begun if it is the first."""
    named = {"account": account_id, "cause": cause.value, "name": name}
    found: int | None = tx.value(_untold, named)
    if found is None:
        tx.run(_begin, {**named, "id": tx.new_id(), "decision": decision})
        found = tx.value(_untold, named)
    assert found is not None
    return found


def keep(
    tx: WriteTx,
    severance_id: int,
    other: AccountId,
    mine: AccountId,
    *,
    is_follower: bool,
    lists: Sequence[ListId] = (),
) -> None:
    """Write a follow down as it is, with the `lists` that the other is in by it, before it ends."""
    follower, followed = (other, mine) if is_follower else (mine, other)
    pair = {"follower": follower, "followed": followed}
    values = {"id": tx.new_id(), "severance": severance_id, "other": other, "is_follower": is_follower, **pair}
    if tx.run(_keep, {**values, "lists": text_of(list(lists)) if lists else None}):
        tx.run(
            _count, {"key": severance_id, "more_followers": int(is_follower), "more_following": int(not is_follower)}
        )


# --- Telling ----------------------------------------------------------------------------------------------------------

_to_tell = (
    select(severance.c.id, severance.c.account_id)
    .where(
        severance.c.cause == bindparam("cause"),
        severance.c.name == bindparam("name"),
        severance.c.told.is_(False),
    )
    .order_by(severance.c.id)
    .limit(bindparam("limit"))
    .with_for_update()
)
_to_tell_one = _untold.with_for_update()
_set_told = update(severance).where(one_of_ids(severance.c.id)).values(told=True)


def untold(tx: WriteTx, cause: Cause, name: str, limit: int) -> list[tuple[int, AccountId]]:
    """Return some of those who were not told yet what they lost, and note that they are now."""
    found = [(row.id, row.account_id) for row in tx.all(_to_tell, {"cause": cause.value, "name": name, "limit": limit})]
    if found:
        tx.run(_set_told, {"ids": [id_ for id_, _ in found]})
    return found


def untold_of(tx: WriteTx, account_id: AccountId, cause: Cause, name: str) -> int | None:
    """Return what somebody was not told yet, and note that they are now; None where there is nothing."""
    found: int | None = tx.value(_to_tell_one, {"account": account_id, "cause": cause.value, "name": name})
    if found is not None:
        tx.run(_set_told, {"ids": [found]})
    return found


# --- Bringing back ----------------------------------------------------------------------------------------------------


class Lost(NamedTuple):
    """A follow that ended and may come back."""

    id: int
    here: AccountId
    there: AccountId
    is_follower: bool
    boosts: bool
    notify: bool
    languages: list[str] | None
    uri: str | None
    lists: list[ListId]
    cause: Cause


def _lost(of_scope: Any) -> Any:
    return (
        select(
            severed_follow.c.id,
            severance.c.account_id,
            account.c.id.label("there"),
            severed_follow.c.is_follower,
            severed_follow.c.boosts,
            severed_follow.c.notify,
            severed_follow.c.languages,
            severed_follow.c.uri,
            severed_follow.c.lists,
            severance.c.cause,
        )
        .select_from(
            account.join(severed_follow, severed_follow.c.other_id == account.c.id)
            .join(severance, severance.c.id == severed_follow.c.severance_id)
            .join(_me, _me.c.id == severance.c.account_id)
        )
        .where(
            of_scope == _scope,
            account.c.id >= _at,
            or_(account.c.id > _at, severed_follow.c.id > _after),
            account.c.standing == int(Standing.ACTIVE),
            _me.c.standing == int(Standing.ACTIVE),
            severed_follow.c.restored_at.is_(None),
            one_of_texts(severance.c.cause, "causes"),
        )
        .order_by(account.c.id, severed_follow.c.id)
        .limit(bindparam("limit"))
    )


_LOST = {True: _lost(account.c.domain_id), False: _lost(account.c.id)}
_BY_STAFF = [Cause.DOMAIN.value, Cause.ACCOUNT.value]
_set_restored = (
    update(severed_follow).where(one_of_ids(severed_follow.c.id)).values(restored_at=bindparam("now", type_=BigInteger))
)


def lost(tx: Tx, scope: int, *, whole: bool, place: Place, limit: int) -> list[Lost]:
    """Return some follows with a server, or one account of it, that the staff's decisions ended."""
    parameters = {"scope": scope, "at": place.at, "after": place.after, "limit": limit, "causes": _BY_STAFF}
    return [
        Lost(
            row.id,
            row.account_id,
            row.there,
            bool(row.is_follower),
            bool(row.boosts),
            bool(row.notify),
            None if row.languages is None else _languages(row.languages),
            row.uri,
            [] if row.lists is None else _lists(row.lists),
            Cause(row.cause),
        )
        for row in tx.all(_LOST[whole], parameters)
    ]


def restored(tx: WriteTx, ids: Sequence[int]) -> None:
    """Note that follows came back."""
    tx.run(_set_restored, {"ids": list(ids), "now": tx.now})


# --- Reading ----------------------------------------------------------------------------------------------------------

_back = (
    select(func.count())
    .where(severed_follow.c.severance_id == severance.c.id, severed_follow.c.restored_at.is_not(None))
    .scalar_subquery()
    .label("back")
)
_columns = select(
    severance.c.id,
    severance.c.account_id,
    severance.c.cause,
    severance.c.name,
    severance.c.decision_id,
    severance.c.followers,
    severance.c.following,
)
_by_ids = _columns.add_columns(literal(0).label("back")).where(one_of_ids(severance.c.id))
_one = _columns.add_columns(_back).where(severance.c.id == _severance, severance.c.account_id == _account)
_of_account = Paged(
    _columns.add_columns(_back).where(severance.c.account_id == _account, severance.c.told.is_(True)), severance.c.id
)
_follows = (
    select(severed_follow.c.handle, severed_follow.c.boosts, severed_follow.c.notify, severed_follow.c.languages)
    .where(
        and_(
            severed_follow.c.severance_id == _severance,
            severed_follow.c.is_follower == bindparam("is_follower", type_=Boolean),
        )
    )
    .order_by(severed_follow.c.id)
    .limit(bindparam("limit"))
)


def by_ids(tx: Tx, ids: Sequence[int]) -> dict[int, Severance]:
    """Load severances, without how much of them came back."""
    return {row.id: _of_row(row) for row in tx.all(_by_ids, {"ids": list(ids)})} if ids else {}


def one(tx: Tx, account_id: AccountId, id_: int) -> Severance | None:
    """Load one of those of an account."""
    row = tx.first(_one, {"severance": id_, "account": account_id})
    return None if row is None else _of_row(row)


def page(tx: Tx, account_id: AccountId, range_: Range) -> Page[Severance]:
    """Load a page of what an account lost, the newest first."""
    rows = _of_account.rows(tx, range_, {"account": account_id})
    return Page([_of_row(row) for row in rows], rows[0].id, rows[-1].id) if rows else Page([])


def follows(tx: Tx, id_: int, limit: int, *, is_follower: bool) -> list[Severed]:
    """Load the follows of a severance, by who followed."""
    rows = tx.all(_follows, {"severance": id_, "is_follower": is_follower, "limit": limit})
    return [
        Severed(
            row.handle, bool(row.boosts), bool(row.notify), None if row.languages is None else _languages(row.languages)
        )
        for row in rows
    ]


def _of_row(row: Any) -> Severance:
    return Severance(
        row.id,
        AccountId(row.account_id),
        Cause(row.cause),
        row.name,
        row.decision_id,
        row.followers,
        row.following,
        row.back,
    )
