"""E-mail subscriptions: who gets whose posts as letters, and the letters that are about to be written."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import bindparam, delete, exists, func, select, update

from bema.model.ids import AccountId, Millis, PostId
from bema.store.dialect import insert
from bema.store.grants import digest
from bema.store.tables import email_issue, email_subscription
from bema.store.tx import Tx, WriteTx, text_of

_decode = msgspec.json.Decoder(list[PostId]).decode
_waits = email_subscription.c.confirmed_at.is_(None)
_is_confirmed = email_subscription.c.confirmed_at.is_not(None)
_of_account = email_subscription.c.account_id == bindparam("account")

# --- Subscriptions ----------------------------------------------------------------------------------------------------

_all = select(
    email_subscription.c.id,
    email_subscription.c.account_id,
    email_subscription.c.address,
    email_subscription.c.locale,
    email_subscription.c.asked_at,
    email_subscription.c.confirmed_at,
)
_add = (
    insert(email_subscription)
    .values({column.name: bindparam(column.name) for column in email_subscription.c if column.name != "confirmed_at"})
    .on_conflict_do_nothing()
)
_held = _all.where(_of_account, email_subscription.c.address == bindparam("to")).with_for_update()
_by_id = _all.where(email_subscription.c.id == bindparam("key"))
_by_secret = _all.where(email_subscription.c.secret_hash == bindparam("hash"))
_ask_again = (
    update(email_subscription)
    .where(email_subscription.c.id == bindparam("key"), _waits)
    .values(secret_hash=bindparam("hash"), locale=bindparam("language"), asked_at=bindparam("now"))
)
_confirm = (
    update(email_subscription)
    .where(email_subscription.c.id == bindparam("key"), _waits)
    .values(confirmed_at=bindparam("now"))
)
_to_address = _all.where(email_subscription.c.address == bindparam("to"), _is_confirmed).limit(bindparam("most"))
_remove = delete(email_subscription).where(email_subscription.c.id == bindparam("key"))
_forget = delete(email_subscription).where(_waits, email_subscription.c.asked_at <= bindparam("oldest"))


class Subscription(NamedTuple):
    """An address that gets an author's posts, once that was confirmed."""

    id: int
    account: AccountId
    address: str
    locale: str
    asked_at: Millis
    confirmed_at: Millis | None


def add(tx: WriteTx, account: AccountId, address: str, locale: str, secret: str) -> int | None:
    """Add an address that was not confirmed yet; None when it is there already."""
    id_ = tx.new_id()
    values = {"id": id_, "account_id": account, "address": address, "locale": locale, "asked_at": tx.now}
    return id_ if tx.run(_add, {**values, "secret_hash": digest(secret)}) else None


def held(tx: WriteTx, account: AccountId, address: str) -> Subscription | None:
    """Load the subscription of an address, and let nobody else change it."""
    return _one(tx.first(_held, {"account": account, "to": address}))


def by_id(tx: Tx, id_: int) -> Subscription | None:
    """Load a subscription."""
    return _one(tx.first(_by_id, {"key": id_}))


def by_secret(tx: Tx, secret: str) -> Subscription | None:
    """Load the subscription that the link of a letter confirms."""
    return _one(tx.first(_by_secret, {"hash": digest(secret)}))


def _one(row: Any) -> Subscription | None:
    return None if row is None else Subscription(*row)


def to_address(tx: Tx, address: str, limit: int) -> list[Subscription]:
    """Load some of what an address gets."""
    return [Subscription(*row) for row in tx.all(_to_address, {"to": address, "most": limit})]


def ask_again(tx: WriteTx, id_: int, locale: str, secret: str) -> None:
    """Give a subscription that waits another secret; the former one is void."""
    tx.run(_ask_again, {"key": id_, "hash": digest(secret), "language": locale, "now": tx.now})


def confirm(tx: WriteTx, id_: int) -> None:
    """Take note that whoever has the mailbox wants the letters."""
    tx.run(_confirm, {"key": id_, "now": tx.now})


def remove(tx: WriteTx, id_: int) -> None:
    """Forget an address; letters to it that were not sent go with it."""
    tx.run(_remove, {"key": id_})


def forget_unconfirmed(tx: WriteTx, before: Millis) -> None:
    """Forget the addresses that nobody confirmed in time."""
    tx.run(_forget, {"oldest": before})


# --- How many there are -----------------------------------------------------------------------------------------------


def _at_most(*conditions: Any) -> Any:
    some = select(email_subscription.c.id).where(_of_account, *conditions).limit(bindparam("most")).subquery()
    return select(func.count()).select_from(some)


_count_all, _count_waiting = _at_most(), _at_most(_waits)
_count_confirmed = select(func.count()).select_from(email_subscription).where(_of_account, _is_confirmed)
_any_confirmed = select(exists(select(1).where(_of_account, _is_confirmed)))
_readers = (
    _all.where(_of_account, _is_confirmed, email_subscription.c.id > bindparam("after"))
    .order_by(email_subscription.c.id)
    .limit(bindparam("most"))
)


def has_room(tx: Tx, account: AccountId, *, most: int, waiting: int) -> bool:
    """Tell whether an account has fewer subscriptions than these."""
    if int(tx.value(_count_all, {"account": account, "most": most})) >= most:
        return False
    return int(tx.value(_count_waiting, {"account": account, "most": waiting})) < waiting


def count(tx: Tx, account: AccountId) -> int:
    """Count who gets an account's posts."""
    return int(tx.value(_count_confirmed, {"account": account}))


def any_confirmed(tx: Tx, account: AccountId) -> bool:
    """Tell whether anybody gets an account's posts."""
    return bool(tx.value(_any_confirmed, {"account": account}))


def readers(tx: Tx, account: AccountId, after: int, limit: int) -> list[Subscription]:
    """Load some of those who get an account's posts, by their ids."""
    return [Subscription(*row) for row in tx.all(_readers, {"account": account, "after": after, "most": limit})]


# --- For the staff ----------------------------------------------------------------------------------------------------

_counted = (
    select(
        email_subscription.c.account_id,
        func.count(email_subscription.c.confirmed_at),
        func.count(),
    )
    .where(email_subscription.c.account_id > bindparam("after"))
    .group_by(email_subscription.c.account_id)
    .order_by(email_subscription.c.account_id)
    .limit(bindparam("most"))
)
_some = (
    _all.where(_of_account, email_subscription.c.id > bindparam("after"))
    .order_by(email_subscription.c.id)
    .limit(bindparam("most"))
)
_remove_some = delete(email_subscription).where(
    email_subscription.c.id.in_(select(email_subscription.c.id).where(_of_account).limit(bindparam("most")))
)


class Counted(NamedTuple):
    """How many asked for an author's posts."""

    account: AccountId
    confirmed: int
    waiting: int


def counted(tx: Tx, after: int, limit: int) -> list[Counted]:
    """Count who asked for the posts of some authors, from an account on."""
    rows = tx.all(_counted, {"after": after, "most": limit})
    return [Counted(AccountId(row[0]), int(row[1]), int(row[2]) - int(row[1])) for row in rows]


def some(tx: Tx, account: AccountId, after: int, limit: int) -> list[Subscription]:
    """Load some of the addresses of an author, confirmed or not, by their ids."""
    return [Subscription(*row) for row in tx.all(_some, {"account": account, "after": after, "most": limit})]


def remove_some(tx: WriteTx, account: AccountId, limit: int) -> int:
    """Forget some addresses of an author, and tell how many these were."""
    return tx.run(_remove_some, {"account": account, "most": limit})


# --- Letters about to be written --------------------------------------------------------------------------------------

_issue = select(email_issue.c.id, email_issue.c.account_id, email_issue.c.posts, email_issue.c.reached)
_open = _issue.where(email_issue.c.account_id == bindparam("account"), email_issue.c.reached.is_(None))
_open_held = _open.with_for_update()
_issue_held = _issue.where(email_issue.c.id == bindparam("key")).with_for_update()
_issue_ids = select(email_issue.c.id).order_by(email_issue.c.id)
_begin = insert(email_issue).values(
    id=bindparam("id"), account_id=bindparam("account"), posts=bindparam("posts"), reached=None
)
_take_up = update(email_issue).where(email_issue.c.id == bindparam("key")).values(posts=bindparam("listed"))
_reach = update(email_issue).where(email_issue.c.id == bindparam("key")).values(reached=bindparam("last"))
_end = delete(email_issue).where(email_issue.c.id == bindparam("key"))


class Issue(NamedTuple):
    """Posts that go into one letter; `reached` is the subscription last written to, None while posts may come."""

    id: int
    account: AccountId
    posts: list[PostId]
    reached: int | None


def open_issue(tx: WriteTx, account: AccountId) -> Issue | None:
    """Load the letter of an account that still takes up posts."""
    return _of_row(tx.first(_open_held, {"account": account}))


def issue(tx: WriteTx, id_: int) -> Issue | None:
    """Load a letter about to be written, and let nobody else write it; None when all of them are written."""
    return _of_row(tx.first(_issue_held, {"key": id_}))


def _of_row(row: Any) -> Issue | None:
    return None if row is None else Issue(row[0], row[1], _decode(row[2]), row[3])


def begin(tx: WriteTx, account: AccountId, post: PostId) -> int:
    """Begin a letter with a post."""
    id_ = tx.new_id()
    tx.run(_begin, {"id": id_, "account": account, "posts": text_of([post])})
    return id_


def take_up(tx: WriteTx, id_: int, posts: Sequence[PostId]) -> None:
    """Say which posts a letter has."""
    tx.run(_take_up, {"key": id_, "listed": text_of(list(posts))})


def reach(tx: WriteTx, id_: int, last: int) -> None:
    """Note to whom a letter was written; it takes up no more posts."""
    tx.run(_reach, {"key": id_, "last": last})


def end(tx: WriteTx, id_: int) -> None:
    """Forget a letter that was written to all."""
    tx.run(_end, {"key": id_})


def issue_ids(tx: Tx) -> list[int]:
    """Return the letters that are about to be written."""
    return tx.values(_issue_ids)
