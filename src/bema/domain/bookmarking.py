"""Bookmarking: keeping a post to read again. Nobody else learns of it, so it is no fact of the log."""

from bema.domain.reading import visible_post
from bema.model.ids import AccountId, PostId
from bema.store import bookmarks
from bema.store.tx import WriteTx


def bookmark(tx: WriteTx, actor: AccountId, post_id: PostId) -> None:
    """Keep a post; keeping it twice changes nothing."""
    post = visible_post(tx, actor, post_id)
    bookmarks.add(tx, post.id, actor)


def unbookmark(tx: WriteTx, actor: AccountId, post_id: PostId) -> None:
    """Keep a post no longer; where it was not kept, nothing changes."""
    post = visible_post(tx, actor, post_id)
    bookmarks.remove(tx, post.id, actor)
