"""Tagging: what a hashtag is about, and following it."""

from bema.model import limits
from bema.model.errors import Invalid, NotFound
from bema.model.ids import AccountId
from bema.model.searching import fold
from bema.model.views import Page, Tag
from bema.store import homes, tag_follows, tags
from bema.store.timelines import Range
from bema.store.tx import Tx, WriteTx
from bema.wire import text as texts


def tag(tx: Tx, viewer: AccountId | None, name: str) -> Tag:
    """Load a tag; one that nobody used yet is there all the same, if a text could have it."""
    name = checked(name)
    id_ = tags.ids(tx, [fold(name)]).get(fold(name))
    return tag_follows.unused(tx, name, viewer) if id_ is None else tag_follows.load(tx, [id_], viewer)[0]


def follow(tx: WriteTx, actor: AccountId, name: str) -> Tag:
    """Find the public posts with a tag in one's home from now on, and those of before."""
    id_ = tags.ensure(tx, checked(name))
    if tag_follows.count(tx, actor) >= limits.TAGS_FOLLOWED:
        raise Invalid(f"Validation failed: You cannot follow more than {limits.TAGS_FOLLOWED} hashtags")
    if tag_follows.add(tx, actor, id_):
        homes.merge_tag(tx, actor, id_)
    return tag_follows.load(tx, [id_], actor)[0]


def unfollow(tx: WriteTx, actor: AccountId, name: str) -> Tag:
    """Stop following a tag; where one does not, nothing changes."""
    shown = tag(tx, actor, name)
    if not tag_follows.remove(tx, actor, shown.id):
        return shown
    homes.unmerge_tag(tx, actor, shown.id)
    return tag(tx, actor, name)


def followed(tx: Tx, actor: AccountId, range_: Range) -> Page[Tag]:
    """Load a page of the tags that one follows."""
    return tag_follows.followed(tx, actor, range_)


def checked(name: str) -> str:
    """Return the name without its sign; what could not be a tag in any text looks missing."""
    name = name.removeprefix("#")
    if len(name) > limits.TAG_CHARACTERS or texts.parse(f"#{name}") != [texts.Hashtag(f"#{name}", name)]:
        raise NotFound
    return name
