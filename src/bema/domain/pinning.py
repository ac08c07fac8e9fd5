"""Pinning: the few posts that an account shows first on its profile."""

from bema.domain.reading import visible_post
from bema.model import limits
from bema.model.errors import Invalid
from bema.model.events import PostPinned
from bema.model.ids import AccountId, PostId
from bema.model.policy import Visibility
from bema.store import pins, posts
from bema.store.tx import WriteTx


def pin(tx: WriteTx, actor: AccountId, post_id: PostId) -> None:
    """Pin one's own post; pinning it twice changes nothing."""
    post = _own(tx, actor, post_id)
    if post.visibility is Visibility.DIRECT:
        raise Invalid("Validation failed: Posts that are only visible to mentioned users cannot be pinned")
    if pins.others(tx, post.id, actor) >= limits.PINNED_POSTS:
        raise Invalid("Validation failed: You have already pinned the maximum number of posts")
    if pins.add(tx, post.id, actor):
        tx.emit(PostPinned(post=post.id, author=actor, pinned=True))


def unpin(tx: WriteTx, actor: AccountId, post_id: PostId) -> None:
    """Take one's own post from the profile; where it was not pinned, nothing changes."""
    post = _own(tx, actor, post_id)
    if pins.remove(tx, post.id, actor):
        tx.emit(PostPinned(post=post.id, author=actor, pinned=False))


def _own(tx: WriteTx, actor: AccountId, post_id: PostId) -> posts.Bare:
    post = visible_post(tx, actor, post_id)
    if post.author != actor:
        raise Invalid("Validation failed: Someone else's post cannot be pinned")
    if post.id != post_id:
        raise Invalid("Validation failed: A boost cannot be pinned")
    return post
