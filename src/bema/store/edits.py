"""Edits: a post's new version takes the place of the old one, which is kept."""

import msgspec
from sqlalchemy import bindparam, delete, func, insert, select, update

from bema.model import limits
from bema.model.ids import Millis, PostId
from bema.model.views import Attachment, Emoji, Mention, PollTerms, PostVersion
from bema.store import polls
from bema.store.tables import post, post_edit
from bema.store.tx import Tx, WriteTx, text_of

_attachments = msgspec.json.Decoder(list[Attachment]).decode
_emojis = msgspec.json.Decoder(list[Emoji]).decode


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """All of a post that an edit can change."""

    text: str
    content_html: str
    warning: str
    sensitive: bool
    language: str | None
    attachments: list[Attachment]
    mentions: list[Mention]
    tags: list[str]
    emojis: list[Emoji]
    poll: PollTerms | None


_current = select(
    post.c.text, post.c.warning, post.c.sensitive, post.c.language, post.c.attachments, post.c.created_at, post.c.poll
).where(post.c.id == bindparam("id"))


class Current(msgspec.Struct, frozen=True):
    """What a post says now, as it was typed."""

    text: str
    warning: str
    sensitive: bool
    language: str | None
    attachments: list[Attachment]
    created_at: Millis
    poll: PollTerms | None


def current(tx: Tx, id_: PostId) -> Current | None:
    """Load what an edit is compared with."""
    row = tx.first(_current, {"id": id_})
    if row is None:
        return None
    return Current(row[0], row[1], bool(row[2]), row[3], _attachments(row[4]), row[5], _poll(row.poll))


_current_remote = select(
    *[post.c[name] for name in Content.__struct_fields__],
    func.coalesce(post.c.edited_at, post.c.created_at).label("told_at"),
).where(post.c.id == bindparam("id"))
_mentions = msgspec.json.Decoder(list[Mention]).decode
_names = msgspec.json.Decoder(list[str]).decode


class CurrentRemote(msgspec.Struct, frozen=True):
    """All that a post of another server says now, and since when."""

    content: Content
    told_at: Millis


def current_remote(tx: Tx, id_: PostId) -> CurrentRemote | None:
    """Load what a new version from another server is compared with."""
    row = tx.first(_current_remote, {"id": id_})
    if row is None:
        return None
    content = Content(
        text=row.text,
        content_html=row.content_html,
        warning=row.warning,
        sensitive=bool(row.sensitive),
        language=row.language,
        attachments=_attachments(row.attachments),
        mentions=_mentions(row.mentions),
        tags=_names(row.tags),
        emojis=_emojis(row.emojis),
        poll=_poll(row.poll),
    )
    return CurrentRemote(content, row.told_at)


_version = select(
    post.c.id,
    select(func.coalesce(func.max(post_edit.c.version), 0) + 1)
    .where(post_edit.c.post_id == bindparam("id"))
    .scalar_subquery(),
    post.c.content_html,
    post.c.text,
    post.c.warning,
    post.c.sensitive,
    post.c.attachments,
    post.c.emojis,
    post.c.poll,
    func.coalesce(post.c.edited_at, post.c.created_at),
).where(post.c.id == bindparam("id"))
_keep = insert(post_edit).from_select(
    [
        "post_id",
        "version",
        "content_html",
        "text",
        "warning",
        "sensitive",
        "attachments",
        "emojis",
        "poll",
        "created_at",
    ],
    _version,
)
_newest = select(func.max(post_edit.c.version)).where(post_edit.c.post_id == bindparam("id")).scalar_subquery()
_forget = delete(post_edit).where(
    post_edit.c.post_id == bindparam("id"), post_edit.c.version > 1, post_edit.c.version <= _newest - limits.POST_EDITS
)
_replace = (
    update(post)
    .where(post.c.id == bindparam("key"))
    .values(
        {name: bindparam(f"new_{name}") for name in (*Content.__struct_fields__, "edited_at")},
    )
)


def replace(tx: WriteTx, id_: PostId, content: Content) -> None:
    """Store a new version of a post, and keep the one before; of very many, the first and the newest are kept."""
    tx.run(_keep, {"id": id_})
    tx.run(_forget, {"id": id_})
    values = {
        "new_" + name: text_of(value) if isinstance(value, list | PollTerms) else value
        for name, value in msgspec.structs.asdict(content).items()
    }
    tx.run(_replace, {"key": id_, "new_edited_at": tx.now, **values})


_replace_poll = update(post).where(post.c.id == bindparam("key")).values(poll=bindparam("new_poll"))


def replace_poll(tx: WriteTx, id_: PostId, terms: PollTerms) -> None:
    """Store other terms of a poll that asks the same; that is no new version."""
    tx.run(_replace_poll, {"key": id_, "new_poll": text_of(terms)})


_replace_mentions = update(post).where(post.c.id == bindparam("key")).values(mentions=bindparam("new_mentions"))


def replace_mentions(tx: WriteTx, id_: PostId, named: list[Mention]) -> None:
    """Store whom a post names, as far as they are known by now; that is no new version."""
    tx.run(_replace_mentions, {"key": id_, "new_mentions": text_of(named)})


_versions = (
    select(
        post_edit.c.content_html,
        post_edit.c.warning,
        post_edit.c.sensitive,
        post_edit.c.attachments,
        post_edit.c.emojis,
        post_edit.c.created_at,
        post_edit.c.poll,
    )
    .where(post_edit.c.post_id == bindparam("id"))
    .order_by(post_edit.c.version)
)


def versions(tx: Tx, id_: PostId) -> list[PostVersion]:
    """Load the versions before the current one, the oldest first."""
    return [
        PostVersion(row[0], row[1], bool(row[2]), _attachments(row[3]), _emojis(row[4]), row[5], _poll(row.poll))
        for row in tx.all(_versions, {"id": id_})
    ]


def _poll(body: str | None) -> PollTerms | None:
    return None if body is None else polls.terms_of(body)
