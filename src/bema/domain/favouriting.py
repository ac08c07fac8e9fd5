"""Favouriting: the smallest complete operation, and the one to copy."""

from bema.domain.allowing import has_to_ask
from bema.domain.reading import answerable_post, visible_post
from bema.model.allowing import Deed
from bema.model.events import PostFavourited, PostUnfavourited
from bema.model.ids import AccountId, PostId
from bema.store import favourites
from bema.store.tx import WriteTx


def favourite(tx: WriteTx, actor: AccountId, post_id: PostId) -> None:
    """Record that `actor` likes a post. Favouriting twice changes nothing and says nothing."""
    post = answerable_post(tx, actor, post_id)
    asks = has_to_ask(tx, actor, post, Deed.FAVOURITE)
    if favourites.add(tx, post.id, actor):
        tx.emit(PostFavourited(post=post.id, by=actor, asks=asks))


def unfavourite(tx: WriteTx, actor: AccountId, post_id: PostId) -> None:
    """Withdraw a favourite. Withdrawing what is not there changes nothing."""
    post = visible_post(tx, actor, post_id)
    if (ended := favourites.remove(tx, post.id, actor)) is not None:
        tx.emit(PostUnfavourited(post=post.id, by=actor, favourite=ended))
