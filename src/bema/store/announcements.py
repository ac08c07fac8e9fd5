"""Announcements, what people reacted to them with, and who does not want to see them any more."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, delete, exists, func, or_, select, update

from bema.model import limits
from bema.model.ids import AccountId, Millis
from bema.store.dialect import insert, one_of_ids
from bema.store.tables import announcement, announcement_dismissal, announcement_reaction, announcement_tally
from bema.store.tx import Tx, WriteTx
from bema.store.visible import viewer


class Row(msgspec.Struct, frozen=True, gc=False):
    """An announcement as it was written."""

    id: int
    text: str
    starts_at: Millis | None
    ends_at: Millis | None
    all_day: bool
    published_at: Millis
    updated_at: Millis


_now: Any = bindparam("now", type_=BigInteger)
_id: Any = bindparam("id", type_=BigInteger)
_not_over = or_(announcement.c.ends_at.is_(None), announcement.c.ends_at > _now)
_add = insert(announcement).values({column.name: bindparam(column.name) for column in announcement.c})
_remove = delete(announcement).where(announcement.c.id == _id)
_shown = (
    select(announcement)
    .where(_not_over)
    .order_by(func.coalesce(announcement.c.starts_at, announcement.c.published_at), announcement.c.id)
    .limit(limits.ANNOUNCEMENTS)
)
_one = select(announcement).where(announcement.c.id == _id, _not_over)
_held = _one.with_for_update(key_share=True)


def add(tx: WriteTx, text: str, *, starts_at: Millis | None, ends_at: Millis | None, all_day: bool) -> int:
    """Say something to everybody from now on."""
    id_ = tx.new_id()
    row = Row(id_, text, starts_at, ends_at, all_day, tx.now, tx.now)
    tx.run(_add, msgspec.structs.asdict(row))
    return id_


def remove(tx: WriteTx, id_: int) -> bool:
    """Take back what was said; False when it is not there."""
    return tx.run(_remove, {"id": id_}) > 0


def shown(tx: Tx) -> list[Row]:
    """Return what is not over, by when it begins."""
    known: dict[Any, Any] = {} if tx.known is None else tx.known
    rows = known.get("announcements")
    if rows is None:
        rows = known["announcements"] = [Row(*row) for row in tx.all(_shown, {"now": tx.now})]
    return [row for row in rows if row.ends_at is None or row.ends_at > tx.now]


def one(tx: Tx, id_: int) -> Row | None:
    """Return an announcement that is not over."""
    row = tx.first(_one, {"id": id_, "now": tx.now})
    return None if row is None else Row(*row)


def hold(tx: WriteTx, id_: int) -> bool:
    """Tell whether an announcement is not over; nobody else reacts to it until this transaction ends."""
    return tx.first(_held, {"id": id_, "now": tx.now}) is not None


# --- Dismissing -------------------------------------------------------------------------------------------------------

_dismiss = (
    insert(announcement_dismissal)
    .values(account_id=bindparam("account"), announcement_id=bindparam("id"))
    .on_conflict_do_nothing()
)
_dismissed = select(announcement_dismissal.c.announcement_id).where(
    announcement_dismissal.c.account_id == viewer, one_of_ids(announcement_dismissal.c.announcement_id)
)


def dismiss(tx: WriteTx, account_id: AccountId, id_: int) -> None:
    """Remember that somebody read an announcement."""
    tx.run(_dismiss, {"account": account_id, "id": id_})


def dismissed(tx: Tx, account_id: AccountId, ids: Sequence[int]) -> set[int]:
    """Return which of the announcements somebody dismissed."""
    return set(tx.values(_dismissed, {"viewer": account_id, "ids": ids}))


# --- Reacting ---------------------------------------------------------------------------------------------------------

_react = (
    insert(announcement_reaction)
    .values(announcement_id=bindparam("id"), name=bindparam("name"), account_id=bindparam("account"))
    .on_conflict_do_nothing()
)
_take_back = delete(announcement_reaction).where(
    announcement_reaction.c.announcement_id == bindparam("id"),
    announcement_reaction.c.name == bindparam("name"),
    announcement_reaction.c.account_id == bindparam("account"),
)
_count = insert(announcement_tally).values(
    announcement_id=bindparam("id"), name=bindparam("name"), people=1, since=bindparam("now")
)
_count_one = _count.on_conflict_do_update(
    index_elements=["announcement_id", "name"], set_={"people": announcement_tally.c.people + 1}
)
_of_one = (announcement_tally.c.announcement_id == bindparam("id"), announcement_tally.c.name == bindparam("name"))
_people = select(announcement_tally.c.people).where(*_of_one)
_forget = delete(announcement_tally).where(*_of_one, announcement_tally.c.people <= 1)
_uncount = update(announcement_tally).where(*_of_one).values(people=announcement_tally.c.people - 1)
_others = select(func.count()).where(
    announcement_tally.c.announcement_id == bindparam("id"), announcement_tally.c.name != bindparam("name")
)
_is_own = exists(
    select(1).where(
        announcement_reaction.c.announcement_id == announcement_tally.c.announcement_id,
        announcement_reaction.c.name == announcement_tally.c.name,
        announcement_reaction.c.account_id == viewer,
    )
)
_tallies = (
    select(
        announcement_tally.c.announcement_id,
        announcement_tally.c.name,
        announcement_tally.c.people,
        _is_own.label("is_own"),
    )
    .where(one_of_ids(announcement_tally.c.announcement_id))
    .order_by(announcement_tally.c.since, announcement_tally.c.name)
)


def other_reactions(tx: WriteTx, id_: int, name: str) -> int:
    """Count the different reactions to an announcement beside one."""
    return int(tx.value(_others, {"id": id_, "name": name}))


def react(tx: WriteTx, account_id: AccountId, id_: int, name: str) -> bool:
    """React to an announcement that is held; False when one did so before."""
    if not tx.run(_react, {"id": id_, "name": name, "account": account_id}):
        return False
    tx.run(_count_one, {"id": id_, "name": name, "now": tx.now})
    return True


def take_back(tx: WriteTx, account_id: AccountId, id_: int, name: str) -> bool:
    """Take a reaction to an announcement that is held back; False when there was none."""
    if not tx.run(_take_back, {"id": id_, "name": name, "account": account_id}):
        return False
    if not tx.run(_forget, {"id": id_, "name": name}):
        tx.run(_uncount, {"id": id_, "name": name})
    return True


def people(tx: Tx, id_: int, name: str) -> int:
    """Return how many reacted to an announcement so."""
    return int(tx.value(_people, {"id": id_, "name": name}) or 0)


def reactions(tx: Tx, viewer_id: AccountId | None, ids: Sequence[int]) -> dict[int, list[Any]]:
    """Return the reactions to announcements as rows of name, people, is_own; which came first, first."""
    found: dict[int, list[Any]] = {id_: [] for id_ in ids}
    for row in tx.all(_tallies, {"viewer": viewer_id, "ids": ids}):
        found[row.announcement_id].append(row)
    return found
