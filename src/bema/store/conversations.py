"""Conversations: direct posts by thread and by who takes part, kept up as they are written; as on Mastodon.

What somebody wrote whom the reader blocks or mutes, or in a thread that the reader mutes, never comes in.
"""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import BigInteger, and_, bindparam, case, delete, exists, func, not_, or_, select, true, update

from bema.model.conversations import Conversation
from bema.model.ids import AccountId, ConversationId, PostId
from bema.model.policy import Visibility
from bema.store import accounts, posts
from bema.store.dialect import insert, one_of_ids
from bema.store.posts import Bare
from bema.store.tables import account, block, conversation, conversation_post, mention, mute, post, thread_mute
from bema.store.timelines import Paged, Range
from bema.store.tx import Tx, WriteTx, text_of
from bema.store.visible import sees, viewer, wants_author

_people = msgspec.json.Decoder(list[AccountId]).decode

# --- Taking part ------------------------------------------------------------------------------------------------------

_account: Any = bindparam("account", type_=BigInteger)
_post_id: Any = bindparam("post", type_=BigInteger)
_author: Any = bindparam("author", type_=BigInteger)
_now: Any = bindparam("now", type_=BigInteger)
_addressed = select(mention.c.account_id).where(mention.c.post_id == _post_id, not_(mention.c.silent))
_blocks = exists(
    select(1).where(
        or_(
            and_(block.c.by_id == account.c.id, block.c.target_id == _author),
            and_(block.c.by_id == _author, block.c.target_id == account.c.id),
        )
    )
)
_mutes = exists(
    select(1).where(
        mute.c.by_id == account.c.id,
        mute.c.target_id == _author,
        or_(mute.c.expires_at.is_(None), mute.c.expires_at > _now),
    )
)
_mutes_thread = exists(
    select(1).where(thread_mute.c.account_id == account.c.id, thread_mute.c.thread_id == bindparam("thread"))
)
_hearing = select(account.c.id).where(
    one_of_ids(account.c.id),
    account.c.uri.is_(None),
    or_(account.c.id == _author, and_(not_(_blocks), not_(_mutes), not_(_mutes_thread))),
)
_in = select(conversation_post.c.account_id, conversation_post.c.conversation_id).where(
    conversation_post.c.post_id == _post_id
)
_new = insert(conversation).values({column.name: bindparam(column.name) for column in conversation.c})
_bring = _new.on_conflict_do_update(
    index_elements=[conversation.c.account_id, conversation.c.id],
    set_={
        name: case((_new.excluded[name] > conversation.c[name], _new.excluded[name]), else_=conversation.c[name])
        for name in ("last_post_id", "read_id")
    },
)
_put = insert(conversation_post).values({column.name: bindparam(column.name) for column in conversation_post.c})
_take = delete(conversation_post).where(
    conversation_post.c.post_id == bindparam("key"), conversation_post.c.account_id == _account
)


class _Place(NamedTuple):
    id: ConversationId
    people: list[AccountId]


def _place(thread: PostId, me: AccountId, everybody: Iterable[AccountId]) -> _Place:
    """Return which conversation of somebody a post belongs to."""
    others = sorted(set(everybody) - {me})
    digest = blake2b(text_of([thread, *others]).encode(), digest_size=8).digest()
    return _Place(ConversationId(int.from_bytes(digest) >> 1), others)


def put(tx: WriteTx, id_: PostId) -> None:
    """Put a direct post into the conversations of all who take part and hear of it, and out of those it was in before."""
    bare = posts.bare(tx, id_)
    if bare is None or bare.visibility is not Visibility.DIRECT:
        return
    everybody = {bare.author, *tx.values(_addressed, {"post": id_})}
    before = {row[0]: row[1] for row in tx.all(_in, {"post": id_})}
    for each in sorted(before.keys() | set(_hear(tx, bare, everybody))):
        place = _place(bare.thread, each, everybody)
        if each in before:
            if before[each] == place.id:
                continue
            tx.run(_take, {"key": id_, "account": each})
        tx.run(
            _bring,
            {
                "account_id": each,
                "id": place.id,
                "thread_id": bare.thread,
                "people": text_of(place.people),
                "last_post_id": id_,
                "read_id": id_ if each == bare.author else 0,
            },
        )
        tx.run(_put, {"post_id": id_, "account_id": each, "conversation_id": place.id})
    if before:
        take_out(tx, id_)


def _hear(tx: Tx, bare: Bare, everybody: Iterable[AccountId]) -> list[AccountId]:
    parameters = {"ids": list(everybody), "author": bare.author, "thread": bare.thread, "now": tx.now}
    return tx.values(_hearing, parameters)


_newest = (
    select(func.max(conversation_post.c.post_id))
    .where(
        conversation_post.c.account_id == conversation.c.account_id,
        conversation_post.c.conversation_id == conversation.c.id,
    )
    .scalar_subquery()
)
_ends_with = conversation.c.last_post_id == bindparam("last", type_=BigInteger)
_empty = delete(conversation).where(_ends_with, _newest.is_(None))
_fall_back = update(conversation).where(_ends_with).values(last_post_id=_newest)


def take_out(tx: WriteTx, id_: PostId) -> None:
    """Let conversations end with the post before one that is in them no more; those that have none are gone."""
    tx.run(_empty, {"last": id_})
    tx.run(_fall_back, {"last": id_})


# --- Reading ----------------------------------------------------------------------------------------------------------

_rows = (
    select(conversation.c.id, conversation.c.people, conversation.c.last_post_id, conversation.c.read_id)
    .select_from(conversation.join(post, post.c.id == conversation.c.last_post_id))
    .where(conversation.c.account_id == viewer, sees(), wants_author(post.c.author_id))
)
_page = Paged(_rows, conversation.c.last_post_id)
_one = _rows.where(conversation.c.id == bindparam("id"))
_with_post = select(conversation_post.c.account_id, conversation_post.c.conversation_id).where(
    conversation_post.c.post_id == _post_id
)


def page(tx: Tx, account_id: AccountId, range_: Range) -> list[Conversation]:
    """Load a page of an account's conversations, by their last posts."""
    return _load(tx, account_id, _page.rows(tx, range_, {"viewer": account_id, "now": tx.now}))


def one(tx: Tx, account_id: AccountId, id_: ConversationId) -> Conversation | None:
    """Load one conversation of an account."""
    found = _load(tx, account_id, tx.all(_one, {"viewer": account_id, "now": tx.now, "id": id_}))
    return found[0] if found else None


_lately = _rows.order_by(conversation.c.last_post_id.desc()).limit(bindparam("most")).subquery()
_unread = select(func.count()).where(_lately.c.last_post_id > _lately.c.read_id)


def unread_count(tx: Tx, account_id: AccountId, most: int) -> int:
    """Count the unread among an account's conversations in which something was written last."""
    return int(tx.value(_unread, {"viewer": account_id, "now": tx.now, "most": most}))


def with_post(tx: Tx, id_: PostId) -> dict[AccountId, ConversationId]:
    """Return in which conversation a post is, for each account that has it in one."""
    return {row[0]: row[1] for row in tx.all(_with_post, {"post": id_})}


def _load(tx: Tx, account_id: AccountId, rows: list[Any]) -> list[Conversation]:
    people = [_people(row[1]) or [account_id] for row in rows]
    known = accounts.by_ids(tx, {account_id, *(id_ for each in people for id_ in each)}) if rows else {}
    last = {each.id: each for each in posts.load(tx, [row[2] for row in rows], account_id)}
    return [
        Conversation(row[0], [known[id_] for id_ in ids if id_ in known], row[2] > row[3], last[row[2]])
        for row, ids in zip(rows, people, strict=True)
        if row[2] in last
    ]


# --- Marking ----------------------------------------------------------------------------------------------------------

_this = and_(conversation.c.account_id == _account, conversation.c.id == bindparam("key", type_=BigInteger))
_mark = update(conversation).where(_this).values(read_id=bindparam("read"))
_remove = delete(conversation).where(_this)
_clear = delete(conversation).where(true())


def mark(tx: WriteTx, account_id: AccountId, id_: ConversationId, read: PostId | None) -> None:
    """Note how far a conversation was read; None: it counts as unread."""
    tx.run(_mark, {"account": account_id, "key": id_, "read": read or 0})


def remove(tx: WriteTx, account_id: AccountId, id_: ConversationId) -> None:
    """Take a conversation from an account's list, until somebody writes in it again."""
    tx.run(_remove, {"account": account_id, "key": id_})


def clear(tx: WriteTx) -> None:
    """Forget all conversations of everybody, before the log is read again."""
    tx.run(_clear)
