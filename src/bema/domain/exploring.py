"""Exploring: what goes on in the square, for those who look around."""

from bema.domain import reading
from bema.model.filters import Context
from bema.model.ids import AccountId
from bema.model.views import Account, Post, Tag
from bema.store import lively, posts
from bema.store.tx import Tx


def lively_posts(tx: Tx, viewer: AccountId | None, limit: int) -> list[Post]:
    """Load those of the newest public posts that others took up most."""
    return reading.shown_in(Context.PUBLIC, viewer, posts.load(tx, lively.posts(tx, viewer, limit), viewer))


def lively_tags(tx: Tx, limit: int) -> list[Tag]:
    """Load the tags that most people used lately."""
    return lively.tags(tx, limit)


def speakers(tx: Tx, viewer: AccountId | None, limit: int) -> list[Account]:
    """Load people of the square who spoke lately and wish to be found."""
    return lively.people(tx, viewer, limit)


def suggestions(tx: Tx, viewer: AccountId, limit: int) -> list[Account]:
    """Load such people whom the viewer does not follow yet."""
    return lively.strangers(tx, viewer, limit)
