"""Muting threads: hearing no more of what is answered in a conversation. Nobody else learns of it."""

from bema.domain.reading import visible_post
from bema.model.ids import AccountId, PostId
from bema.store import threads
from bema.store.tx import WriteTx


def mute(tx: WriteTx, actor: AccountId, post_id: PostId) -> None:
    """Be told no more of the thread that a post belongs to."""
    threads.mute(tx, actor, visible_post(tx, actor, post_id).thread)


def unmute(tx: WriteTx, actor: AccountId, post_id: PostId) -> None:
    """Be told again of the thread that a post belongs to."""
    threads.unmute(tx, actor, visible_post(tx, actor, post_id).thread)
