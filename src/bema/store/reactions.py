"""Reactions: who favourited a post and who boosted it, as far as the viewer is shown these people."""

from sqlalchemy import bindparam, select

from bema.model.ids import AccountId, PostId
from bema.store.tables import favourite, post
from bema.store.timelines import Paged, Range
from bema.store.tx import Tx
from bema.store.visible import meets, sees

_favourites = Paged(
    select(favourite.c.id, favourite.c.account_id).where(
        favourite.c.post_id == bindparam("post"), meets(favourite.c.account_id)
    ),
    favourite.c.id,
)
_boosts = Paged(
    select(post.c.id, post.c.author_id).where(post.c.boost_of_id == bindparam("post"), sees(), meets(post.c.author_id)),
    post.c.id,
)


def favourites(tx: Tx, viewer_id: AccountId | None, post_id: PostId, range_: Range) -> list[tuple[int, AccountId]]:
    """Return a page of who favourited a post, with the ids of the favourites, by which it is paged."""
    return _favourites.rows(tx, range_, {"post": post_id, "viewer": viewer_id, "now": tx.now})


def boosts(tx: Tx, viewer_id: AccountId | None, post_id: PostId, range_: Range) -> list[tuple[int, AccountId]]:
    """Return a page of who boosted a post, with the ids of the boosts, by which it is paged."""
    return _boosts.rows(tx, range_, {"post": post_id, "viewer": viewer_id, "now": tx.now})
