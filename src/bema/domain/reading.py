"""Reading: the one guarded door to posts and accounts. What is hidden from a viewer and what is missing look the same."""

from bema.model.errors import NotFound
from bema.model.ids import AccountId, PostId
from bema.model.policy import Standing
from bema.model.views import Account, Post
from bema.store import accounts, posts, timelines
from bema.store.timelines import Range
from bema.store.tx import Tx


def visible_post(tx: Tx, viewer: AccountId | None, id_: PostId) -> posts.Bare:
    """Return the skeleton of a post that the viewer may see; of a boost, what it boosts. Every act on a post starts here."""
    bare = posts.bare(tx, id_)
    if bare is not None and bare.boost_of is not None:
        bare = posts.bare(tx, bare.boost_of)
    if bare is None or bare.id not in posts.visible_ids(tx, (id_, bare.id), viewer):
        raise NotFound
    return bare


def post(tx: Tx, viewer: AccountId | None, id_: PostId) -> Post:
    """Load one post for a viewer."""
    loaded = posts_by_ids(tx, viewer, [id_])
    if not loaded:
        raise NotFound
    return loaded[0]


def posts_by_ids(tx: Tx, viewer: AccountId | None, ids: list[PostId]) -> list[Post]:
    """Load those of the posts that the viewer may see, in the order given."""
    seen = posts.visible_ids(tx, ids, viewer)
    return posts.load(tx, [id_ for id_ in ids if id_ in seen], viewer)


def account(tx: Tx, id_: AccountId) -> Account:
    """Load an account that takes part; others look missing."""
    found = accounts.by_id(tx, id_)
    if found is None or found.standing is not Standing.ACTIVE:
        raise NotFound
    return found


def home(tx: Tx, viewer: AccountId, range_: Range) -> list[Post]:
    """Load a page of the viewer's home timeline."""
    return posts.load(tx, timelines.home_ids(tx, viewer, range_), viewer)
