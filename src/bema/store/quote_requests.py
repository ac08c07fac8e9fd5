"""Who waits for the word of an author to quote a post: posts of this server by their id, those of others by their address."""

from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Text, bindparam, delete, func, or_, select, update

from bema.model.ids import AccountId, Millis, PostId
from bema.store.dialect import insert
from bema.store.tables import quote_request
from bema.store.timelines import Paged, Range
from bema.store.tx import Tx, WriteTx
from bema.store.visible import meets

_SET_LATER = ("refused",)
_author: Any = bindparam("author", type_=BigInteger)
_asker: Any = bindparam("asker", type_=BigInteger)
_columns = (
    quote_request.c.id,
    quote_request.c.post_id,
    quote_request.c.asker_id,
    quote_request.c.quoting_id,
    quote_request.c.quoting_uri,
    quote_request.c.asked_as,
    quote_request.c.created_at,
)
_add = (
    insert(quote_request)
    .values({column.name: bindparam(column.name) for column in quote_request.c if column.name not in _SET_LATER})
    .on_conflict_do_nothing()
)
_waits = (quote_request.c.author_id == _author, quote_request.c.refused.is_(False))
_page = Paged(select(*_columns).where(*_waits, meets(quote_request.c.asker_id)), quote_request.c.id)
_one = select(*_columns).where(quote_request.c.id == bindparam("id"), *_waits).with_for_update()
_of_post = (
    select(*_columns)
    .where(
        *_waits,
        quote_request.c.post_id == bindparam("post", type_=BigInteger),
        or_(
            quote_request.c.quoting_id == bindparam("quoting", type_=BigInteger),
            quote_request.c.quoting_uri == bindparam("uri", type_=Text),
        ),
    )
    .with_for_update()
)
_refusal = select(quote_request.c.refused).where(
    quote_request.c.post_id == bindparam("post"), quote_request.c.quoting_uri == bindparam("uri")
)
_count = select(func.count()).where(*_waits)
_count_of = select(func.count()).where(*_waits, quote_request.c.asker_id == _asker)
_remove = delete(quote_request).where(quote_request.c.id == bindparam("id"))
_refuse = update(quote_request).where(quote_request.c.id == bindparam("key")).values(refused=True)


class Waiting(NamedTuple):
    """Somebody who wants to quote a post."""

    id: int
    post: PostId
    asker: AccountId
    quoting: PostId | None  # of this server
    quoting_uri: str | None  # of another
    asked_as: str | None
    created_at: Millis


def add(
    tx: WriteTx,
    post_id: PostId,
    author: AccountId,
    asker: AccountId,
    *,
    quoting: PostId | None = None,
    uri: str | None = None,
    asked_as: str | None = None,
) -> bool:
    """Let somebody wait; False where they do already, or were refused."""
    values = {"id": tx.new_id(), "post_id": post_id, "author_id": author, "asker_id": asker, "created_at": tx.now}
    return tx.run(_add, {**values, "quoting_id": quoting, "quoting_uri": uri, "asked_as": asked_as}) > 0


def page(tx: Tx, author: AccountId, range_: Range) -> list[Waiting]:
    """Return a page of those who wait for the word of an author."""
    parameters = {"author": author, "viewer": author, "now": tx.now}
    return [Waiting(*row) for row in _page.rows(tx, range_, parameters)]


def held(tx: WriteTx, author: AccountId, id_: int) -> Waiting | None:
    """Return one who waits for the word of an author, whom nobody else answers until this transaction ends."""
    row = tx.first(_one, {"id": id_, "author": author})
    return None if row is None else Waiting(*row)


def held_of(tx: WriteTx, author: AccountId, post_id: PostId, quoting: PostId, uri: str | None) -> Waiting | None:
    """Do the same by the post that wants to quote, and its address if it is of another server."""
    row = tx.first(_of_post, {"author": author, "post": post_id, "quoting": quoting, "uri": uri})
    return None if row is None else Waiting(*row)


def was_refused(tx: Tx, post_id: PostId, uri: str) -> bool | None:
    """Tell whether a post elsewhere may not quote one of this server; None where it was never asked."""
    found = tx.value(_refusal, {"post": post_id, "uri": uri})
    return None if found is None else bool(found)


def count(tx: Tx, author: AccountId) -> int:
    """Count who waits for the word of an author."""
    return int(tx.value(_count, {"author": author}))


def count_of(tx: Tx, author: AccountId, asker: AccountId) -> int:
    """Count how often somebody waits for the word of an author."""
    return int(tx.value(_count_of, {"author": author, "asker": asker}))


def remove(tx: WriteTx, id_: int) -> None:
    """Let somebody wait no more."""
    tx.run(_remove, {"id": id_})


def refuse(tx: WriteTx, id_: int) -> None:
    """Note that the answer was no."""
    tx.run(_refuse, {"key": id_})
