"""Drafting: what somebody has begun to write is kept for them, wherever they sign in next, until they publish it or let it go."""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from bema.domain import uploading
from bema.domain.continuing import files_of
from bema.domain.posting import Draft, lost_files
from bema.domain.scheduling import draft_of
from bema.domain.uploading import Described
from bema.model import limits
from bema.model.errors import Invalid, NotFound
from bema.model.ids import AccountId, MediaId, Millis, ScheduledId
from bema.model.views import Attachment
from bema.store import media, scheduled
from bema.store.scheduled import Row
from bema.store.tx import Tx, WriteTx, text_of


class Kept(msgspec.Struct, frozen=True):
    """A draft, as its author sees it."""

    id: ScheduledId
    draft: Draft
    attachments: dict[MediaId, Attachment]
    changed_at: Millis


def keep(
    tx: WriteTx, author: AccountId, id_: ScheduledId | None, draft: Draft, said: Sequence[Described] = ()
) -> ScheduledId:
    """Keep what was written so far, in the place of the draft `id_` where there is one. Nothing of it is judged yet.

    `said` is what its files show.
    """
    words = text_of(replace(draft, app=None, idempotency_key=None))
    if len(words.encode()) > limits.DRAFT_BYTES or len(draft.following) >= limits.THREAD_POSTS:
        raise Invalid("Validation failed: The draft is too long")
    before = None if id_ is None else scheduled.own_held(tx, author, id_)
    if before is not None and before.due_at is None:
        id_ = before.id
        media.free_reserved(tx, id_)
        scheduled.rewrite(tx, id_, words)
    else:
        id_ = ScheduledId(tx.new_id())
        if scheduled.other_drafts(tx, author, id_) >= limits.DRAFTS:
            raise Invalid(f"Validation failed: You have {limits.DRAFTS} drafts")
        scheduled.add(tx, Row(id_, author, None, None, words, None, tx.now))
    uploading.describe_all(tx, author, said)
    files = files_of(draft)
    if media.reserve(tx, author, id_, files) < len(set(files)):
        raise lost_files()
    return id_


def all_of(tx: Tx, actor: AccountId) -> list[Kept]:
    """Load one's drafts, the last changed first."""
    return _load(tx, scheduled.drafts(tx, actor))


def one(tx: Tx, actor: AccountId, id_: ScheduledId) -> Kept:
    """Load one of one's drafts; for others there is none."""
    row = scheduled.own(tx, actor, id_)
    if row is None or row.due_at is not None:
        raise NotFound
    return _load(tx, [row])[0]


def let_go(tx: WriteTx, actor: AccountId, id_: ScheduledId) -> None:
    """Forget a draft, because it is published or thrown away; its files can be used for another."""
    row = scheduled.own_held(tx, actor, id_)
    if row is None or row.due_at is not None:
        raise NotFound
    media.free_reserved(tx, id_)
    scheduled.remove(tx, id_)


def _load(tx: Tx, rows: list[Row]) -> list[Kept]:
    drafts = {row.id: draft_of(row) for row in rows}
    some = any(files_of(draft) for draft in drafts.values())
    files = {each.id: each for each in media.reserved(tx, list(drafts))} if some else {}
    return [
        Kept(row.id, draft, {id_: files[id_] for id_ in files_of(draft) if id_ in files}, row.changed_at)
        for row, draft in zip(rows, drafts.values(), strict=True)
    ]
