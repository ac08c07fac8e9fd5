"""Reading: the one guarded door to posts and accounts. What is hidden from a viewer and what is missing look the same."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import msgspec

from bema.model import limits
from bema.model.errors import Forbidden, NotFound
from bema.model.filters import Context
from bema.model.ids import AccountId, PostId
from bema.model.policy import Standing
from bema.model.searching import fold
from bema.model.views import Account, Page, Post
from bema.store import accounts, follows, mentions, posts, reactions, tags, timelines
from bema.store.timelines import AuthorFilter, Filter, Range, TagFilter
from bema.store.tx import Tx


class Paged(Protocol):
    """Something in a list that is paged by its id."""

    @property
    def id(self) -> int:
        """Its place in the list."""
        ...


Item = TypeVar("Item", bound=Paged)


def visible_post(tx: Tx, viewer: AccountId | None, id_: PostId) -> posts.Bare:
    """Return the skeleton of a post that the viewer may see; of a boost, what it boosts. Every act on a post starts here."""
    bare, seen = posts.bare_for(tx, id_, viewer)
    if bare is not None and bare.boost_of is not None:
        bare, seen = posts.bare_for(tx, bare.boost_of, viewer)
    if bare is None or not seen:
        raise NotFound
    return bare


def answerable_post(tx: Tx, actor: AccountId, id_: PostId) -> posts.Bare:
    """Return the skeleton of a post that somebody may answer, boost, favourite or quote.

    Where a decision quietened it, these are its author, the author's followers, and those whom it mentions.
    """
    bare = visible_post(tx, actor, id_)
    if bare.waits:
        raise Forbidden("This post waits for the word of whom it answers")
    if bare.quiet and actor != bare.author and not _is_near(tx, bare, actor):
        raise Forbidden("Only followers and those mentioned may do this: those who keep this square limited it")
    return bare


def _is_near(tx: Tx, bare: posts.Bare, actor: AccountId) -> bool:
    return follows.exists(tx, actor, bare.author) or actor in mentions.ids(tx, bare.id)


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


def page(
    tx: Tx,
    viewer: AccountId | None,
    context: Context,
    range_: Range,
    ids: Callable[[Range], list[PostId]],
) -> list[Post]:
    """Load a page of posts from where `ids` names them, without those that the viewer's filters hide in this context."""

    def load(part: Range) -> list[Post]:
        return posts.load(tx, ids(part), viewer)

    return filled(range_, load, lambda post: not is_hidden(post, context, viewer))


def shown_in(context: Context, viewer: AccountId | None, loaded: list[Post]) -> list[Post]:
    """Leave out of a list that is not paged what the viewer's filters hide in this context."""
    return [post for post in loaded if not is_hidden(post, context, viewer)]


def is_hidden(post: Post, context: Context, viewer: AccountId | None) -> bool:
    """Tell whether the viewer's filters hide a post in this context; nobody's own posts are hidden from them."""
    flags = (post.boost_of or post).flags
    if flags is None or not flags.filtered or post.author.id == viewer:
        return False
    return any(match.hides_in(context) for match in flags.filtered)


def filled(range_: Range, load: Callable[[Range], list[Item]], is_shown: Callable[[Item], bool]) -> list[Item]:
    """Load a page of a list of which not everything is shown, and go on until it is full: clients take less for the end."""
    loaded = load(range_)
    shown = [each for each in loaded if is_shown(each)]
    if len(shown) == len(loaded):
        return shown
    downward = range_.min_id is None
    size, looked_at = range_.limit, len(loaded)
    while len(shown) < range_.limit and len(loaded) == size and looked_at < limits.FILTERED_POSTS:
        size = limits.PAGE_MAX
        if downward:
            loaded = load(Range(size, max_id=loaded[-1].id, since_id=range_.since_id))
            shown += [each for each in loaded if is_shown(each)]
        else:
            loaded = load(Range(size, max_id=range_.max_id, min_id=loaded[0].id))
            shown = [each for each in loaded if is_shown(each)] + shown
        looked_at += len(loaded)
    return shown[: range_.limit] if downward else shown[-range_.limit :]


def home(tx: Tx, viewer: AccountId, range_: Range) -> list[Post]:
    """Load a page of the viewer's home timeline."""
    return page(tx, viewer, Context.HOME, range_, lambda part: timelines.home_ids(tx, viewer, part))


def public(tx: Tx, viewer: AccountId | None, filter_: Filter, range_: Range) -> list[Post]:
    """Load a page of what everybody may read."""
    return page(tx, viewer, Context.PUBLIC, range_, lambda part: timelines.public_ids(tx, viewer, filter_, part))


class TagNames(msgspec.Struct, frozen=True):
    """Tags that narrow or widen a tag's timeline: one of `any_of` will do too, all of `all_of` and none of `none_of`."""

    any_of: Sequence[str] = ()
    all_of: Sequence[str] = ()
    none_of: Sequence[str] = ()


_NO_NAMES = TagNames()


def tagged(
    tx: Tx, viewer: AccountId | None, name: str, range_: Range, filter_: Filter, others: TagNames = _NO_NAMES
) -> list[Post]:
    """Load a page of public posts with a tag; a tag that nobody used yet has none."""
    most = limits.TAGS_PER_FILTER
    any_of, all_of, none_of = (
        [fold(each) for each in names[:most]] for names in (others.any_of, others.all_of, others.none_of)
    )
    known = tags.ids(tx, [fold(name), *any_of, *all_of, *none_of])
    if any(each not in known for each in all_of):
        return []
    first, *rest = [known.get(each) for each in dict.fromkeys((fold(name), *any_of))]
    also = [id_ for id_ in rest if id_ is not None]
    if first is None:
        if not also:
            return []
        first, *also = also
    narrowed = TagFilter(
        tuple(also),
        tuple({known[each] for each in all_of}),
        tuple(known[each] for each in none_of if each in known),
    )

    def ids(part: Range) -> list[PostId]:
        return timelines.tag_ids(tx, viewer, first, part, filter_, narrowed)

    return page(tx, viewer, Context.PUBLIC, range_, ids)


class Selection(msgspec.Struct, frozen=True):
    """Which posts of an account are asked for."""

    without_replies: bool = False
    without_boosts: bool = False
    only_media: bool = False
    tag: str | None = None


def by_author(tx: Tx, viewer: AccountId | None, author: AccountId, selection: Selection, range_: Range) -> list[Post]:
    """Load a page of what an account posted and boosted, as far as the viewer may see it."""
    account(tx, author)
    tag_id = None
    if selection.tag:
        tag_id = tags.ids(tx, [fold(selection.tag)]).get(fold(selection.tag))
        if tag_id is None:
            return []
    wanted = AuthorFilter(selection.without_replies, selection.without_boosts, selection.only_media, tag_id)
    return page(
        tx, viewer, Context.ACCOUNT, range_, lambda part: timelines.author_ids(tx, viewer, author, wanted, part)
    )


def pinned(tx: Tx, viewer: AccountId | None, author: AccountId) -> list[Post]:
    """Load what an account pinned to its profile, the newest pin first."""
    account(tx, author)
    return shown_in(Context.ACCOUNT, viewer, posts.load(tx, timelines.pinned_ids(tx, viewer, author), viewer))


def favourites(tx: Tx, viewer: AccountId, range_: Range) -> Page[Post]:
    """Load a page of what the viewer favourited, the newest favourite first."""
    return _kept(tx, viewer, timelines.favourites(tx, viewer, range_))


def bookmarks(tx: Tx, viewer: AccountId, range_: Range) -> Page[Post]:
    """Load a page of what the viewer bookmarked, the newest bookmark first."""
    return _kept(tx, viewer, timelines.bookmarks(tx, viewer, range_))


def _kept(tx: Tx, viewer: AccountId, rows: list[tuple[int, PostId]]) -> Page[Post]:
    loaded = posts.load(tx, [id_ for _, id_ in rows], viewer)
    return Page(loaded, rows[0][0], rows[-1][0]) if rows else Page([])


def favourited_by(tx: Tx, viewer: AccountId | None, post_id: PostId, range_: Range) -> Page[Account]:
    """Load a page of who favourited a post, without those who the viewer blocked, mutes or is blocked by."""
    return _people(tx, reactions.favourites(tx, viewer, visible_post(tx, viewer, post_id).id, range_))


def boosted_by(tx: Tx, viewer: AccountId | None, post_id: PostId, range_: Range) -> Page[Account]:
    """Load a page of who boosted a post so that the viewer may see it, with the same left out."""
    return _people(tx, reactions.boosts(tx, viewer, visible_post(tx, viewer, post_id).id, range_))


def _people(tx: Tx, rows: list[tuple[int, AccountId]]) -> Page[Account]:
    if not rows:
        return Page([])
    found = accounts.by_ids(tx, [id_ for _, id_ in rows])
    return Page([found[id_] for _, id_ in rows], rows[0][0], rows[-1][0])
