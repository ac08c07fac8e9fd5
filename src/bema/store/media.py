"""Uploaded files: first their uploader's, then a post's."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Text, and_, bindparam, delete, exists, func, or_, select, union_all, update

from bema.model.ids import AccountId, MediaId, Millis, PostId, ScheduledId
from bema.model.policy import Standing
from bema.model.views import Attachment
from bema.store.dialect import insert, one_of_ids
from bema.store.tables import account, media, post
from bema.store.tables.posts import WAITING
from bema.store.tx import Tx, WriteTx, text_of
from bema.store.visible import taken_away

_attachment = msgspec.json.Decoder(Attachment).decode

_add = insert(media).values({column.name: bindparam(column.name) for column in media.c})
_is_free = and_(media.c.post_id.is_(None), media.c.scheduled_id.is_(None))
_free = select(media.c.id, media.c.attachment).where(
    one_of_ids(media.c.id), media.c.account_id == bindparam("account"), _is_free
)
_take = (
    update(media)
    .where(one_of_ids(media.c.id), media.c.account_id == bindparam("account"), _is_free)
    .values(post_id=bindparam("post"))
)
_reserve = (
    update(media)
    .where(one_of_ids(media.c.id), media.c.account_id == bindparam("account"), _is_free)
    .values(scheduled_id=bindparam("scheduled"))
)
_reserved = select(media.c.attachment).where(one_of_ids(media.c.scheduled_id))
_free_reserved = (
    update(media)
    .where(media.c.scheduled_id == bindparam("scheduled"))
    .values(scheduled_id=None, created_at=bindparam("now"))
)
_of_post = select(media.c.id, media.c.attachment).where(
    one_of_ids(media.c.id), media.c.account_id == bindparam("account"), media.c.post_id == bindparam("post")
)
_release = update(media).where(media.c.post_id == bindparam("post")).values(post_id=None, created_at=bindparam("now"))
_own = select(media.c.attachment, func.coalesce(media.c.post_id, media.c.scheduled_id)).where(
    media.c.id == bindparam("id"), media.c.account_id == bindparam("account")
)
_remove = delete(media).where(media.c.id == bindparam("id"))
_expired = (
    select(media.c.id, media.c.attachment)
    .where(_is_free, media.c.created_at < bindparam("before"))
    .order_by(media.c.created_at)
    .limit(bindparam("limit"))
)
_change = (
    update(media)
    .where(media.c.id == bindparam("key"))
    .values(
        attachment=bindparam("attachment"),
        original_key=bindparam("original"),
        small_key=bindparam("small"),
        waiting=bindparam("wait"),
    )
)
_waiting = select(func.count()).select_from(media).where(WAITING)
_waiting_of = select(func.count()).select_from(media).where(WAITING, media.c.account_id == bindparam("account"))
_any_waiting = select(exists(select(1).where(WAITING, one_of_ids(media.c.id))))
_all_of_post = select(media.c.attachment).where(media.c.post_id == bindparam("post")).order_by(media.c.id)
_named = bindparam("name", type_=Text)
_with_whose = media.join(account, account.c.id == media.c.account_id).outerjoin(post, post.c.id == media.c.post_id)
_withheld = union_all(
    *[
        select(media.c.id)
        .select_from(_with_whose)
        .where(name == _named, or_(account.c.standing >= int(Standing.SUSPENDED), taken_away()))
        for name in (media.c.original_key, media.c.small_key)
    ]
)
_by_id = select(media.c.attachment).where(media.c.id == bindparam("id"))


def add(tx: WriteTx, account_id: AccountId, attachment: Attachment) -> None:
    """Record an uploaded file."""
    values = {
        "id": attachment.id,
        "account_id": account_id,
        "post_id": None,
        "scheduled_id": None,
        "attachment": text_of(attachment),
        "original_key": attachment.original.key,
        "small_key": attachment.small.key,
        "waiting": attachment.state == "waiting",
        "created_at": tx.now,
    }
    tx.run(_add, values)


def free(tx: Tx, account_id: AccountId, ids: Sequence[MediaId]) -> list[Attachment]:
    """Load those of an account's files that belong to nothing yet, in the order named."""
    found = {id_: _attachment(body) for id_, body in tx.all(_free, {"ids": ids, "account": account_id})}
    return [found[id_] for id_ in dict.fromkeys(ids) if id_ in found]


def take(tx: WriteTx, account_id: AccountId, post_id: PostId, ids: Sequence[MediaId]) -> int:
    """Give files that belong to nothing yet to a post, which must be there already; return how many it got."""
    return tx.run(_take, {"ids": ids, "account": account_id, "post": post_id})


def take_also(tx: WriteTx, account_id: AccountId, post_id: PostId, ids: Sequence[MediaId]) -> list[Attachment]:
    """Give more files to a post; return them and those that it has already, as far as they were named, in that order."""
    take(tx, account_id, post_id, ids)
    rows = tx.all(_of_post, {"ids": ids, "account": account_id, "post": post_id})
    found = {id_: _attachment(body) for id_, body in rows}
    return [found[id_] for id_ in ids if id_ in found]


def reserve(tx: WriteTx, account_id: AccountId, scheduled_id: ScheduledId, ids: Sequence[MediaId]) -> int:
    """Keep files that belong to nothing yet for a post to come; return how many it got."""
    return tx.run(_reserve, {"ids": ids, "account": account_id, "scheduled": scheduled_id}) if ids else 0


def reserved(tx: Tx, scheduled_ids: Sequence[ScheduledId]) -> list[Attachment]:
    """Load the files that are kept for posts to come."""
    return [_attachment(body) for body in tx.values(_reserved, {"ids": scheduled_ids})]


def free_reserved(tx: WriteTx, scheduled_id: ScheduledId) -> None:
    """Keep files no longer for a post to come; they are their uploader's again, as if uploaded now."""
    tx.run(_free_reserved, {"scheduled": scheduled_id, "now": tx.now})


def release(tx: WriteTx, post_id: PostId) -> int:
    """Take the files from a post, and return how many; they are their uploader's again, as if uploaded now."""
    return tx.run(_release, {"post": post_id, "now": tx.now})


def own(tx: Tx, account_id: AccountId, id_: MediaId) -> tuple[Attachment, int | None] | None:
    """Load a file of an account, with the id of the post that has it or, scheduled, is to have it."""
    row = tx.first(_own, {"id": id_, "account": account_id})
    return (_attachment(row[0]), row[1]) if row else None


def of_post(tx: Tx, post_id: PostId) -> list[Attachment]:
    """Load all files that a post has or, in an earlier version, had."""
    return [_attachment(body) for body in tx.values(_all_of_post, {"post": post_id})]


def is_withheld(tx: Tx, name: str) -> bool:
    """Tell whether nobody may see a file now, because of what was decided about its post or its uploader."""
    return tx.value(_withheld, {"name": name}) is not None


def change(tx: WriteTx, attachment: Attachment) -> None:
    """Store another description, focus or preview, or what became of a recording."""
    keys = {"original": attachment.original.key, "small": attachment.small.key}
    wait = attachment.state == "waiting"
    tx.run(_change, {"key": attachment.id, "attachment": text_of(attachment), "wait": wait, **keys})


def by_id(tx: Tx, id_: MediaId) -> Attachment | None:
    """Load a file, whosever it is."""
    body = tx.value(_by_id, {"id": id_})
    return None if body is None else _attachment(body)


def any_waiting(tx: Tx, ids: Sequence[MediaId]) -> bool:
    """Tell whether some of these files are not prepared yet."""
    return bool(tx.value(_any_waiting, {"ids": ids}))


def waiting(tx: Tx) -> int:
    """Count the recordings that are not prepared yet."""
    return int(tx.value(_waiting))


def waiting_of(tx: Tx, account_id: AccountId) -> int:
    """Count the recordings of an account that are not prepared yet."""
    return int(tx.value(_waiting_of, {"account": account_id}))


def remove(tx: WriteTx, id_: MediaId) -> None:
    """Forget a file; its bytes are another matter."""
    tx.run(_remove, {"id": id_})


def expired(tx: Tx, before: Millis, limit: int) -> list[Attachment]:
    """Load the files that have waited for a post longest, since before a moment."""
    return [_attachment(body) for _, body in tx.all(_expired, {"before": before, "limit": limit})]
