"""Featuring: what people show on their profiles of others: hashtags that they use, and people whom they recommend."""

from bema.domain import reading, tagging
from bema.model import limits
from bema.model.errors import Invalid, NotFound
from bema.model.events import TagFeatured
from bema.model.ids import AccountId
from bema.model.views import Account, FeaturedTag, Page, Tag
from bema.store import blocks, endorsements, featured_tags, follows, tag_follows, tags
from bema.store.timelines import Range
from bema.store.tx import Tx, WriteTx

# --- Tags -------------------------------------------------------------------------------------------------------------


def feature_tag(tx: WriteTx, actor: AccountId, name: str) -> FeaturedTag:
    """Show a hashtag on one's profile; what is shown already stays."""
    name = tagging.checked(name.strip())
    tag_id = tags.ensure(tx, name)
    if featured_tags.others(tx, actor, tag_id) >= limits.FEATURED_TAGS:
        raise Invalid("Validation failed: You have already featured the maximum number of hashtags")
    if featured_tags.add(tx, actor, tag_id, name):
        tx.emit(TagFeatured(account=actor, name=name, featured=True))
    return featured_tags.one(tx, actor, tag_id)


def remove_tag(tx: WriteTx, actor: AccountId, id_: int) -> None:
    """Take a hashtag from one's profile."""
    name = featured_tags.remove(tx, actor, id_)
    if name is None:
        raise NotFound
    tx.emit(TagFeatured(account=actor, name=name, featured=False))


def unfeature_tag(tx: WriteTx, actor: AccountId, name: str) -> Tag:
    """Take a hashtag from one's profile, by its name; where it is not shown, nothing changes."""
    removed = featured_tags.remove_tag(tx, actor, tagging.tag(tx, actor, name).id)
    if removed is not None:
        tx.emit(TagFeatured(account=actor, name=removed, featured=False))
    return tagging.tag(tx, actor, name)


def tags_of(tx: Tx, viewer: AccountId | None, account_id: AccountId) -> list[FeaturedTag]:
    """Load the hashtags that an account shows, the most used first; to whom it blocks it shows none."""
    return featured_tags.of(tx, account_id) if _shows(tx, viewer, account_id) else []


def suggested_tags(tx: Tx, actor: AccountId) -> list[Tag]:
    """Load hashtags that one used lately and does not show."""
    return tag_follows.load(tx, featured_tags.used_lately(tx, actor), actor)


# --- People -----------------------------------------------------------------------------------------------------------


def endorse(tx: WriteTx, actor: AccountId, target: AccountId) -> None:
    """Recommend somebody whom one follows; it ends with the follow."""
    reading.account(tx, target)
    if not follows.exists(tx, actor, target):
        raise Invalid("Validation failed: You must be already following the person you want to endorse")
    endorsements.add(tx, actor, target)


def unendorse(tx: WriteTx, actor: AccountId, target: AccountId) -> None:
    """Recommend somebody no more; where one does not, nothing changes."""
    reading.account(tx, target)
    endorsements.remove(tx, actor, target)


def endorsed(tx: Tx, viewer: AccountId | None, account_id: AccountId, range_: Range) -> Page[Account]:
    """Load a page of whom an account recommends; to whom it blocks it shows nobody."""
    return endorsements.of(tx, account_id, viewer, range_) if _shows(tx, viewer, account_id) else Page([])


def _shows(tx: Tx, viewer: AccountId | None, account_id: AccountId) -> bool:
    reading.account(tx, account_id)
    return viewer in (None, account_id) or not blocks.exists(tx, by=account_id, target=viewer)
