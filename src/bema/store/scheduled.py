"""Posts for later: drafts with the time at which they are due, or, while they are only drafts, none."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, delete, func, insert, select, update

from bema.model.ids import AccountId, AppId, Millis, ScheduledId
from bema.store.tables import account, scheduled_post
from bema.store.timelines import Paged, Range
from bema.store.tx import Tx, WriteTx

_account = bindparam("account", type_=BigInteger)
_columns = (
    scheduled_post.c.id,
    scheduled_post.c.account_id,
    scheduled_post.c.app_id,
    scheduled_post.c.due_at,
    scheduled_post.c.draft,
    scheduled_post.c.refusal,
    scheduled_post.c.changed_at,
)
_rows = select(*_columns).where(scheduled_post.c.account_id == _account)
_page = Paged(_rows.where(scheduled_post.c.due_at.is_not(None)), scheduled_post.c.id)
_drafts = _rows.where(scheduled_post.c.due_at.is_(None)).order_by(
    scheduled_post.c.changed_at.desc(), scheduled_post.c.id.desc()
)
_one = _rows.where(scheduled_post.c.id == bindparam("id"))
_own_held = _one.with_for_update()
_held = select(*_columns).where(scheduled_post.c.id == bindparam("id")).with_for_update()


class Row(msgspec.Struct, frozen=True):
    """A post for later as it is stored; `refusal` says why it could not be published when it was due.

    Without `due_at` it is a draft.
    """

    id: ScheduledId
    author: AccountId
    app: AppId | None
    due_at: Millis | None
    draft: str
    refusal: str | None
    changed_at: Millis


def page(tx: Tx, account_id: AccountId, range_: Range) -> list[Row]:
    """Load a page of what an account has scheduled, the newest first."""
    return [Row(*row) for row in _page.rows(tx, range_, {"account": account_id})]


def drafts(tx: Tx, account_id: AccountId) -> list[Row]:
    """Load the drafts of an account, the last changed first."""
    return [Row(*row) for row in tx.all(_drafts, {"account": account_id})]


def own(tx: Tx, account_id: AccountId, id_: ScheduledId) -> Row | None:
    """Load one post that an account has scheduled."""
    return _row(tx.first(_one, {"account": account_id, "id": id_}))


def own_held(tx: WriteTx, account_id: AccountId, id_: ScheduledId) -> Row | None:
    """Do what `own` does, and let nobody publish, change or cancel it until this transaction ends."""
    return _row(tx.first(_own_held, {"account": account_id, "id": id_}))


def held(tx: WriteTx, id_: ScheduledId) -> Row | None:
    """Load a scheduled post of whomever, and let nobody else publish, change or cancel it until this transaction ends."""
    return _row(tx.first(_held, {"id": id_}))


def _row(row: Any) -> Row | None:
    return None if row is None else Row(*row)


# --- Writing ----------------------------------------------------------------------------------------------------------

_add = insert(scheduled_post).values({column.name: bindparam(column.name) for column in scheduled_post.c})
_move = (
    update(scheduled_post)
    .where(scheduled_post.c.id == bindparam("key"))
    .values(due_at=bindparam("due"), refusal=bindparam("reason"))
)
_rewrite = (
    update(scheduled_post)
    .where(scheduled_post.c.id == bindparam("key"))
    .values(draft=bindparam("words"), changed_at=bindparam("now"))
)
_remove = delete(scheduled_post).where(scheduled_post.c.id == bindparam("id"))
# Of several transactions that schedule for one account, each waits for the one before; SQLite lets only one write anyway.
_await_others = select(account.c.id).where(account.c.id == _account).with_for_update(key_share=True)
_others = (scheduled_post.c.account_id == _account, scheduled_post.c.id != bindparam("id"))
_count = select(func.count()).select_from(scheduled_post).where(*_others, scheduled_post.c.due_at.is_not(None))
_count_drafts = select(func.count()).select_from(scheduled_post).where(*_others, scheduled_post.c.due_at.is_(None))
_count_within = _count.where(
    scheduled_post.c.due_at >= bindparam("since"), scheduled_post.c.due_at < bindparam("until")
)


def add(tx: WriteTx, row: Row) -> None:
    """Store a post for later."""
    values = {"id": row.id, "account_id": row.author, "app_id": row.app, "due_at": row.due_at}
    tx.run(_add, {**values, "draft": row.draft, "refusal": row.refusal, "changed_at": row.changed_at})


def rewrite(tx: WriteTx, id_: ScheduledId, draft: str) -> None:
    """Store other words in the place of those of a draft."""
    tx.run(_rewrite, {"key": id_, "words": draft, "now": tx.now})


def move(tx: WriteTx, id_: ScheduledId, due: Millis | None, refusal: str | None = None) -> None:
    """Store another time, or why nothing came of it at its time; without a time it is a draft."""
    tx.run(_move, {"key": id_, "due": due, "reason": refusal})


def remove(tx: WriteTx, id_: ScheduledId) -> None:
    """Forget a post for later; its files are free again."""
    tx.run(_remove, {"id": id_})


def others(tx: WriteTx, account_id: AccountId, id_: ScheduledId, since: Millis, until: Millis) -> tuple[int, int]:
    """Count what else an account has scheduled, in all and between two moments; nobody schedules for it meanwhile."""
    tx.first(_await_others, {"account": account_id})
    parameters = {"account": account_id, "id": id_}
    return int(tx.value(_count, parameters)), int(
        tx.value(_count_within, {**parameters, "since": since, "until": until})
    )


def other_drafts(tx: WriteTx, account_id: AccountId, id_: ScheduledId) -> int:
    """Count the other drafts of an account; nobody adds one for it meanwhile."""
    tx.first(_await_others, {"account": account_id})
    return int(tx.value(_count_drafts, {"account": account_id, "id": id_}))
