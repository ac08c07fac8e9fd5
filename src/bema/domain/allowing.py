"""Allowing: what the author of a post elsewhere lets people of this server do with it. Their own server obeys for all others."""

from bema.model.allowing import Deed, Leave
from bema.model.errors import Forbidden
from bema.model.ids import AccountId
from bema.store import accounts, follows, mentions
from bema.store.posts import Bare
from bema.store.tx import Tx

_NOT_ALLOWED = {
    Deed.FAVOURITE: "The author of this post does not let you favourite it",
    Deed.ANSWER: "The author of this post does not let you answer it",
    Deed.BOOST: "The author of this post does not let you boost it",
}


def has_to_ask(tx: Tx, actor: AccountId, post: Bare, deed: Deed) -> bool:
    """Tell whether somebody must ask the author before they do this with a post; who may not at all is refused."""
    rule = None if post.allowance is None else post.allowance.rule(deed)
    if rule is None or actor == post.author or not _is_here(tx, actor):
        return False
    if deed is Deed.ANSWER and (actor == post.in_reply_to_author or actor in mentions.ids(tx, post.id)):
        return False  # whoever is spoken to may answer
    is_follower, is_followed = follows.exists(tx, actor, post.author), follows.exists(tx, post.author, actor)
    leave = rule.of(actor, follows=is_follower, followed=is_followed)
    if leave is Leave.NO:
        raise Forbidden(_NOT_ALLOWED[deed])
    return leave is Leave.ASK


def _is_here(tx: Tx, actor: AccountId) -> bool:
    found = accounts.by_id(tx, actor)
    return found is not None and found.domain is None
