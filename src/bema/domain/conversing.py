"""Conversing: what one and others wrote directly to each other, read and put away. What belongs where follows from the log."""

from bema.model.conversations import Conversation
from bema.model.errors import NotFound
from bema.model.events import ConversationMarked, ConversationRemoved
from bema.model.ids import AccountId, ConversationId, PostId
from bema.store import conversations
from bema.store.timelines import Range
from bema.store.tx import Tx, WriteTx


def page(tx: Tx, actor: AccountId, range_: Range) -> list[Conversation]:
    """Load a page of one's conversations, those with the newest posts first."""
    return conversations.page(tx, actor, range_)


def one(tx: Tx, actor: AccountId, id_: ConversationId) -> Conversation:
    """Load one of one's conversations; others' look missing."""
    found = conversations.one(tx, actor, id_)
    if found is None:
        raise NotFound
    return found


def with_post(tx: Tx, actor: AccountId, post_id: PostId) -> Conversation | None:
    """Load the conversation that has a post, if one has it."""
    id_ = conversations.with_post(tx, post_id).get(actor)
    return None if id_ is None else conversations.one(tx, actor, id_)


def mark_read(tx: WriteTx, actor: AccountId, id_: ConversationId) -> None:
    """Note that a conversation was read as far as it goes now."""
    _mark(tx, actor, id_, one(tx, actor, id_).last.id)


def mark_unread(tx: WriteTx, actor: AccountId, id_: ConversationId) -> None:
    """Note that a conversation is still to be read."""
    one(tx, actor, id_)
    _mark(tx, actor, id_, None)


def _mark(tx: WriteTx, actor: AccountId, id_: ConversationId, read: PostId | None) -> None:
    conversations.mark(tx, actor, id_, read)
    tx.emit(ConversationMarked(account=actor, conversation=id_, read=read))


def remove(tx: WriteTx, actor: AccountId, id_: ConversationId) -> None:
    """Take a conversation from one's list; its posts stay, and a new one brings it back."""
    one(tx, actor, id_)
    conversations.remove(tx, actor, id_)
    tx.emit(ConversationRemoved(account=actor, conversation=id_))
