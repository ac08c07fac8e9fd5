"""Uploaded files: first their uploader's, then a post's."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import bindparam, select, update

from bema.model.ids import AccountId, MediaId, PostId
from bema.model.views import Attachment
from bema.store.dialect import insert, one_of_ids
from bema.store.tables import media
from bema.store.tx import Tx, WriteTx, text_of

_attachment = msgspec.json.Decoder(Attachment).decode

_add = insert(media).values({column.name: bindparam(column.name) for column in media.c})
_free = select(media.c.id, media.c.attachment).where(
    one_of_ids(media.c.id), media.c.account_id == bindparam("account"), media.c.post_id.is_(None)
)
_take = (
    update(media)
    .where(one_of_ids(media.c.id), media.c.account_id == bindparam("account"), media.c.post_id.is_(None))
    .values(post_id=bindparam("post"))
)
_release = update(media).where(media.c.post_id == bindparam("post")).values(post_id=None)
_own = select(media.c.attachment, media.c.post_id).where(
    media.c.id == bindparam("id"), media.c.account_id == bindparam("account")
)
_change = update(media).where(media.c.id == bindparam("key")).values(attachment=bindparam("attachment"))


def add(tx: WriteTx, account_id: AccountId, attachment: Attachment) -> None:
    """Record an uploaded file."""
    values = {
        "id": attachment.id,
        "account_id": account_id,
        "post_id": None,
        "attachment": text_of(attachment),
        "created_at": tx.now,
    }
    tx.run(_add, values)


def take(tx: WriteTx, account_id: AccountId, post_id: PostId, ids: Sequence[MediaId]) -> list[Attachment]:
    """Give files that belong to nothing yet to a post; return those that could be given, in the order named."""
    found = {id_: _attachment(body) for id_, body in tx.all(_free, {"ids": ids, "account": account_id})}
    tx.run(_take, {"ids": list(found), "account": account_id, "post": post_id})
    return [found[id_] for id_ in dict.fromkeys(ids) if id_ in found]


def release(tx: WriteTx, post_id: PostId) -> None:
    """Take the files from a post; they are their uploader's again."""
    tx.run(_release, {"post": post_id})


def own(tx: Tx, account_id: AccountId, id_: MediaId) -> tuple[Attachment, PostId | None] | None:
    """Load a file of an account, with the post that has it."""
    row = tx.first(_own, {"id": id_, "account": account_id})
    return (_attachment(row[0]), row[1]) if row else None


def change(tx: WriteTx, attachment: Attachment) -> None:
    """Store another description or focus."""
    tx.run(_change, {"key": attachment.id, "attachment": text_of(attachment)})
